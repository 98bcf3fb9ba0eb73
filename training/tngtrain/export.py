"""Exports a trained model as a weights file.

    python -m tngtrain.export checkpoint.pt photographs/ model.tngw --name psnr

The photographs calibrate the scales of the activations. Each network is walked layer by layer with the
unit of the current tensor: the real value of its last fractional bit, one number or one a channel.
"""

import argparse
import math
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from . import integer
from .calibration import Ranges, centre_crops, measured_ranges, photograph_names
from .checkpoint import load_model
from .layers import Block, Gain, Shuffle, Unshuffle
from .model import Model, Network
from .quantization import quantized_depthwise, quantized_gain, quantized_pointwise
from .tables import LOG_SCALE_RANGE, SCALES, scale_tables, table_of_density
from .weights_file import IntegerModel, serialized

INDEX_FRACTION = 8
"""Fractional bits of the scale indices."""
PIXEL_UNIT = 1 / 510
"""Pixels enter the analysis as 2p − 255; the float model sees p / 255 − 1/2."""
HYPER_REACH = 4096
"""The hyper densities are tabulated from −HYPER_REACH to HYPER_REACH."""


class Exporter:
    """Writes the networks of a model in integers, with scales chosen from `ranges`."""

    def __init__(self, model: Model, ranges: Ranges, fraction: int, noise_target: float):
        self.model = model
        self.ranges = ranges
        self.latent_unit = 2.0**-fraction
        self.noise_target = noise_target

    def networks(self) -> dict[str, integer.Network]:
        """The ten networks, by name."""
        model, latent = self.model, self.latent_unit
        analysis = self._walk(model.analysis, PIXEL_UNIT, latent)
        hyper_analysis = self._walk(model.hyper_analysis, latent, 1.0)
        feature_unit = self._unit([model.hyper_synthesis[-1]])
        hyper_synthesis = self._walk(model.hyper_synthesis, 1.0, feature_unit)
        synthesis = self._walk(model.synthesis, latent, 1 / 255, 0.5)
        exported = {"analysis": analysis, "hyper analysis": hyper_analysis}
        exported |= {"hyper synthesis": hyper_synthesis}
        return exported | self._context_networks(feature_unit) | {"synthesis": synthesis}

    def _context_networks(self, feature_unit: float) -> dict[str, integer.Network]:
        model, shape = self.model, self.model.shape
        inputs = [network[0] for network in model.context_inputs]
        unit = self._unit([*inputs, *model.context_trunk])
        known = np.repeat([feature_unit, self.latent_unit], [shape.wide, shape.latents])
        exported = {
            f"context input {step}": [self._pointwise(layer, known[: layer.in_channels], unit)]
            for step, layer in enumerate(inputs)
        }
        trunk = [self._block(block, unit) for block in model.context_trunk]
        return exported | {"context trunk": trunk, "context output": [self._context_output(unit)]}

    def _context_output(self, input_unit: float) -> integer.Pointwise:
        """Means with the latents' fraction, then scale indices: (log scale + 1) · 63 / 8.2073."""
        latents = self.model.shape.latents
        index_unit = LOG_SCALE_RANGE / (SCALES - 1) / 2**INDEX_FRACTION
        units = np.repeat([self.latent_unit, index_unit], latents)
        offset = np.repeat([0.0, 1.0], latents)
        return self._pointwise(self.model.context_output[0], input_unit, units, offset)

    def _walk(
        self, network: Network, unit, last_unit: float, last_offset: float = 0.0
    ) -> integer.Network:
        """The layers of one network between tensors of the given units."""
        layers = list(network)
        last = max(i for i, layer in enumerate(layers) if isinstance(layer, (nn.Conv2d, Gain)))
        exported: integer.Network = []
        for position, layer in enumerate(layers):
            offset, output_unit = 0.0, unit
            if isinstance(layer, (nn.Conv2d, Gain)):
                output_unit = self._unit(_stream(layers, position))
                if position == last:
                    output_unit, offset = last_unit, last_offset
            exported.append(self._layer(layer, unit, output_unit, offset))
            unit = output_unit
        return exported

    def _layer(self, layer: nn.Module, input_unit, output_unit, offset) -> integer.Layer:
        match layer:
            case nn.Conv2d():
                return self._pointwise(layer, input_unit, output_unit, offset)
            case Gain():
                return quantized_gain(layer, input_unit / output_unit)
            case Block():
                return self._block(layer, input_unit)
            case Unshuffle():
                return integer.Unshuffle(layer.factor)
            case Shuffle():
                return integer.Shuffle(layer.factor)
        raise TypeError(f"a weights file has no layer {type(layer).__name__}")

    def _pointwise(self, layer: nn.Conv2d, input_unit, output_unit, offset=0.0) -> integer.Pointwise:
        """`offset` is added to the real output."""
        matrix = _double(layer.weight)[:, :, 0, 0] * np.atleast_1d(input_unit)
        bias = (_double(layer.bias) + offset) / output_unit
        return quantized_pointwise(
            matrix / np.atleast_1d(output_unit)[:, None], bias, self.noise_target
        )

    def _block(self, block: Block, unit: float) -> integer.Block:
        entered, filtered = self._unit([block.enter]), self._unit([block.depthwise])
        expanded = self._unit([block.expand])
        taps = _double(block.depthwise.weight).reshape(-1, 9).T * (entered / filtered)
        return integer.Block(
            self._pointwise(block.enter, unit, entered),
            quantized_depthwise(taps, _double(block.depthwise.bias) / filtered),
            self._pointwise(block.leave, filtered, unit),
            self._pointwise(block.expand, unit, expanded),
            self._pointwise(block.contract, expanded, unit),
        )

    def _unit(self, layers: list[nn.Module]) -> float:
        """The power of two that lets the outputs of all these layers fit 16 bits."""
        return 2.0 ** math.ceil(math.log2(max(map(self._largest, layers)) / 32767))

    def _largest(self, layer: nn.Module) -> float:
        parts = [layer, layer.leave, layer.contract] if isinstance(layer, Block) else [layer]
        return max(self.ranges[part] for part in parts)


def _stream(layers: list[nn.Module], position: int) -> list[nn.Module]:
    """A layer and the blocks that add to its output: they share one scale."""
    end = position + 1
    while end < len(layers) and isinstance(layers[end], (Block, Shuffle, Unshuffle)):
        end += 1
    return [l for l in layers[position:end] if not isinstance(l, (Shuffle, Unshuffle))]


def _double(tensor: Tensor) -> np.ndarray:
    return tensor.detach().double().numpy()


@torch.no_grad()
def hyper_tables(model: Model) -> list:
    """The tables of the hyper latents, from the factorised prior."""
    values = torch.arange(-HYPER_REACH, HYPER_REACH + 1).double()
    prior = model.hyper_prior.double()
    densities = prior.probabilities(values.repeat(model.shape.hyper_latents, 1)[:, None]).squeeze(1)
    model.hyper_prior.float()
    return [table_of_density(density.numpy(), -HYPER_REACH) for density in densities]


def exported_model(
    model: Model, ranges: Ranges, name: str, fraction: int, skip_below: int, noise_target: float
) -> IntegerModel:
    """The integer model of a float one."""
    networks = Exporter(model, ranges, fraction, noise_target).networks()
    shape = model.shape
    return IntegerModel(
        name, shape.latents, shape.hyper_latents, fraction, skip_below,
        networks, scale_tables(), hyper_tables(model),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description="Export a trained model as a weights file.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("photographs", type=Path, help="folder; calibrates the activations")
    parser.add_argument("output", type=Path)
    parser.add_argument("--name", default="psnr", help="the model's name, for people")
    parser.add_argument("--count", type=int, default=96, help="photographs to calibrate on")
    parser.add_argument("--fraction", type=int, default=6, help="fractional bits of latents")
    parser.add_argument("--skip-below", type=int, default=4)
    parser.add_argument("--noise", type=float, default=-52, help="weight noise of a layer, decibels")
    arguments = parser.parse_args()
    model = load_model(arguments.checkpoint)
    names = photograph_names(arguments.photographs)
    step = max(1, len(names) // arguments.count)
    ranges = measured_ranges(model, centre_crops(names[::step][: arguments.count]))
    exported = exported_model(
        model, ranges, arguments.name, arguments.fraction, arguments.skip_below, arguments.noise
    )
    data = serialized(exported)
    arguments.output.write_bytes(data)
    print(f"{arguments.output}: {len(data)} bytes, id {data[-4:][::-1].hex()}")


if __name__ == "__main__":
    main()
