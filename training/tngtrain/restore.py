"""Turns a weights file back into a checkpoint, so that training can go on from a committed model.

    python -m tngtrain.restore model.tngw start.pt

The float model computes what the integer one does, but for rounding. A weights file does not tell the units
of the tensors inside a network, and any choice gives the same function: here, the one that makes each layer's
weights about as large as those of a new model, since the optimiser moves all matrices at one speed. The
gains' anchors are fitted to the levels, and the factorised prior to the tables of the hyper channels.
"""

import argparse
import dataclasses
import math
from collections.abc import Iterable
from dataclasses import asdict
from itertools import count
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from . import integer
from .checkpoint import write_atomically
from .entropy_models import PROBABILITY_FLOOR, FactorizedPrior
from .layers import Block, Gain
from .model import Model, ModelShape
from .scales import Scale, ScaleChooser, Unit, chosen_scales
from .tables import TOTAL, Table
from .weights_file import IntegerModel, parsed

BALANCING_ROUNDS = 3
PRIOR_STEPS, PRIOR_RATE = 1000, 0.02


def shape_of(model: IntegerModel) -> ModelShape:
    """The numbers of channels and blocks of a model in integers, and its range of λ."""
    networks = model.networks
    analysis, synthesis = networks["analysis"], networks["synthesis"]
    hyper, features = networks["hyper analysis"], networks["hyper synthesis"]
    fine, coarse = _blocks_around(analysis, integer.Unshuffle)
    synthesis_coarse, synthesis_fine = _blocks_around(synthesis, integer.Shuffle)
    return ModelShape(
        analysis=len(analysis[1].bias),
        synthesis=synthesis[-2].weights.shape[1],
        wide=len(features[-1].bias),
        latents=len(analysis[-2].bias),
        hyper_latents=len(hyper[-1].bias),
        context=len(hyper[0].bias),
        analysis_blocks_at_8=fine,
        analysis_blocks_at_16=coarse,
        synthesis_blocks_at_16=synthesis_coarse,
        synthesis_blocks_at_8=synthesis_fine,
        trunk_blocks=len(networks["context trunk"]),
        lambda_minimum=float(f"{model.rate_distortion_lambda(0):.4g}"),
        lambda_maximum=float(f"{model.rate_distortion_lambda(model.levels - 1):.4g}"),
    )


def _blocks_around(network: integer.Network, shuffle: type) -> tuple[int, int]:
    """The numbers of blocks before and after the shuffle by 2 of a transform."""
    place = next(i for i, layer in enumerate(network) if isinstance(layer, shuffle) and layer.factor == 2)
    before, after = (
        sum(isinstance(layer, integer.Block) for layer in part) for part in (network[:place], network[place:])
    )
    return before, after


class GivenUnits(ScaleChooser):
    """Takes the units of the tensors inside the networks from a list of their logarithms."""

    def __init__(self, logarithms: Iterable[float]):
        super().__init__({})
        self.logarithms = iter(logarithms)

    def unit(self, producers: list[tuple[nn.Module, Unit]], blocks: list[Block] = ()) -> float:
        return math.exp(next(self.logarithms))


def balanced_units(model: Model, sources: dict[nn.Module, integer.Layer], fraction_bits: int) -> np.ndarray:
    """The logarithms of the units with which the weights of all layers are as large as in `model`, a new
    one, as nearly as they can be (least squares of the logarithms of their norms)."""
    counter = count()
    chosen_scales(model, GivenUnits(0.0 for _ in counter), fraction_bits)
    units = np.zeros(next(counter))

    def excess(units: np.ndarray) -> np.ndarray:
        scales = chosen_scales(model, GivenUnits(units), fraction_bits)
        layers = [layer for layer in scales if isinstance(layer, nn.Conv2d)]
        norms = [np.linalg.norm(real_weights(sources[layer], scales[layer])) for layer in layers]
        return np.log(norms) - np.log([layer.weight.norm().item() for layer in layers])

    for _ in range(BALANCING_ROUNDS):
        start, rows = excess(units), np.eye(len(units))
        slopes = np.stack([excess(units + row) - start for row in rows], 1)
        units = units - np.linalg.lstsq(slopes, start, rcond=None)[0]
    return units


def real_weights(source: integer.Pointwise | integer.Depthwise, scale: Scale) -> np.ndarray:
    """The weights (outputs, inputs or taps) of the float layer that an integer one stands for."""
    rows = source.weights if isinstance(source, integer.Pointwise) else source.weights.T
    factors = np.atleast_1d(scale.output) / 2.0 ** source.shift.astype(np.int64)
    return rows * factors[:, None] / np.atleast_1d(scale.input)


def paired_layers(model: Model, networks: dict[str, integer.Network]) -> dict[nn.Module, integer.Layer]:
    """The integer layer of every convolution and gain."""
    pairs = {}
    for name, network in model.networks().items():
        for layer, own in zip(network, networks[name], strict=True):
            if isinstance(layer, Block):
                pairs |= {getattr(layer, f.name): getattr(own, f.name) for f in dataclasses.fields(own)}
            else:
                pairs[layer] = own
    return pairs


@torch.no_grad()
def restored_model(source: IntegerModel) -> Model:
    """The float model of an integer one."""
    model = Model(shape_of(source))
    sources = paired_layers(model, source.networks)
    units = GivenUnits(balanced_units(model, sources, source.fraction_bits))
    for layer, scale in chosen_scales(model, units, source.fraction_bits).items():
        if isinstance(layer, Gain):
            layer.log_gain.copy_(fitted_anchors(sources[layer], scale, layer.ANCHORS))
        else:
            _restore_convolution(layer, sources[layer], scale)
    fit_prior(model.hyper_prior, source.hyper_tables)
    return model


def _restore_convolution(
    layer: nn.Conv2d, source: integer.Pointwise | integer.Depthwise, scale: Scale
) -> None:
    bias = source.bias / 2.0 ** source.shift.astype(np.int64) * scale.output - scale.offset
    layer.weight.copy_(torch.from_numpy(real_weights(source, scale)).reshape(layer.weight.shape))
    layer.bias.copy_(torch.from_numpy(bias))


def fitted_anchors(source: integer.Gain, scale: Scale, anchors: int) -> Tensor:
    """The logarithms of the gains (anchors, channels) that come nearest to those of the levels."""
    factors = np.maximum(source.factors, 0.5) / 2.0 ** source.shift.astype(np.int64)[:, None]
    gains = np.log(factors * (scale.output / scale.input))
    position = np.linspace(0, anchors - 1, len(source.factors))
    weights = np.maximum(0, 1 - np.abs(position[:, None] - np.arange(anchors)))
    return torch.from_numpy(np.linalg.lstsq(weights, gains, rcond=None)[0])


@torch.enable_grad()
def fit_prior(prior: FactorizedPrior, tables: list[Table]) -> None:
    """Moves the prior's densities to the frequencies of the tables, one a channel."""
    values, shares = (torch.from_numpy(np.stack(part)).float() for part in zip(*map(_shares, tables)))
    optimiser = torch.optim.Adam(prior.parameters(), PRIOR_RATE)
    for _ in range(PRIOR_STEPS):
        probabilities = prior.probabilities(values[:, None])[:, 0]
        bits = -torch.log2(probabilities.clamp(min=PROBABILITY_FLOOR))
        optimiser.zero_grad()
        (shares * bits).sum().backward()
        optimiser.step()


def _shares(table: Table) -> tuple[np.ndarray, np.ndarray]:
    """Integers around a table's own, always as many, and the share of each in what the table codes."""
    size = 2 * integer.INPUT_LIMIT // 128
    first = (table.minimum << table.raw_bits) - (size - (table.count << table.raw_bits)) // 2
    values = first + np.arange(size)
    symbols = (values >> table.raw_bits) - table.minimum
    inside = (symbols >= 0) & (symbols < table.count)
    frequencies = table.frequencies[np.where(inside, symbols, 0)] / (TOTAL << table.raw_bits)
    return values, np.where(inside, frequencies, 0)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a checkpoint of a weights file.")
    parser.add_argument("weights", type=Path)
    parser.add_argument("output", type=Path)
    arguments = parser.parse_args()
    model = restored_model(parsed(arguments.weights.read_bytes()))
    averages = {name: tensor.detach() for name, tensor in model.state_dict().items()}
    write_atomically({"averages": averages, "shape": asdict(model.shape), "step": 0}, arguments.output)


if __name__ == "__main__":
    main()
