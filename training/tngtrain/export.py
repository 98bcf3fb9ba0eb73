"""Exports a trained model as a weights file.

    python -m tngtrain.export checkpoint.pt photographs/ model.tngw --name psnr
    python -m tngtrain.export perceptual.pt photographs/ model.tngw --name perceptual --distortion perceptual

The photographs calibrate the scales of the activations, tell which layers need fine weights, and give
the symbol counts of the entropy coder's tables.
"""

import argparse
import dataclasses
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from . import integer
from .calibration import Moments, centre_crops, measured_moments, measured_ranges, pointwise_layers
from .checkpoint import load_model
from .layers import Block, Gain, Shuffle, Unshuffle
from .model import HYPER_REDUCTION, LATENT_REDUCTION, PARITY_OF_GROUP, Model
from .objective import DISTORTIONS, Distortion
from .photographs import photograph_names, training_names
from .quantization import WIDTHS, PointwiseMap, quantized_depthwise, quantized_gain
from .scales import ScaleChooser, Scales, chosen_scales
from .statistics import counted_symbols
from .tables import REACH, SCALES, hyper_tables, scale_tables
from .weights_file import LAMBDA_FRACTION, LEVELS, IntegerModel, RefinementConstants, serialized
from .widths import Maps, allocated_widths, sensitivities

PROBE_CROPS, PROBE_SIDE = 32, 192
"""Crops on which the sensitivity of the layers is measured."""


TABLE_RESERVE = 16_384
"""Bytes that the tables may grow by when they are fitted to counts."""


@dataclass(frozen=True)
class Settings:
    """What the person who exports decides: size in bytes, fractional bits of latents, first coded index,
    what the model was trained for, and the number of quality levels."""

    name: str
    size: int
    fraction_bits: int
    skip_below: int
    objective: str = "mse"
    levels: int = LEVELS

    @property
    def distortion(self) -> Distortion:
        """What the model was trained for."""
        return DISTORTIONS[self.objective]


REFINEMENTS = {
    "perceptual": RefinementConstants(
        distortion_weight=1 << 15, curvature=(1350, 60), least_gain=384, proportional_passes=1,
    ),
    "ms-ssim": RefinementConstants(
        distortion_weight=1150 << 16, predicted_gain_span=400, least_gain=384, untried_margin=3000,
        proportional_passes=1,
        makes_untried=False,
    ),
}  # fmt: skip
"""The constants of models by what they were trained for, where they are not those for the squared error
(Documentation/Decisions/0005-refinement.md)."""


class NetworkWriter:
    """Writes the networks of a float model in integers, with given scales, maps and widths."""

    def __init__(
        self, model: Model, scales: Scales, maps: Maps, widths: dict[nn.Module, int], levels: int = LEVELS
    ):
        self.model, self.scales, self.maps, self.widths = model, scales, maps, widths
        self.levels = levels

    def networks(self) -> dict[str, integer.Network]:
        """The ten networks, by name."""
        networks = self.model.networks().items()
        return {name: [self._layer(layer) for layer in network] for name, network in networks}

    def _layer(self, layer: nn.Module) -> integer.Layer:
        match layer:
            case Block():
                return self._block(layer)
            case nn.Conv2d():
                return self._pointwise(layer)
            case Gain():
                return quantized_gain(layer, self.scales[layer], self.levels)
            case Unshuffle():
                return integer.Unshuffle(layer.factor)
            case Shuffle():
                return integer.Shuffle(layer.factor)
        raise TypeError(f"a weights file has no layer {type(layer).__name__}")

    def _pointwise(self, layer: nn.Conv2d) -> integer.Pointwise:
        return self.maps[layer].quantized(self.widths[layer])

    def _block(self, block: Block) -> integer.Block:
        return integer.Block(
            self._pointwise(block.enter),
            quantized_depthwise(block.depthwise, self.scales[block.depthwise]),
            self._pointwise(block.leave),
            self._pointwise(block.expand),
            self._pointwise(block.contract),
        )


@torch.no_grad()
def hyper_densities(model: Model) -> np.ndarray:
    """The factorised prior's probabilities of −REACH … REACH, a row for each hyper channel."""
    values = torch.arange(-REACH, REACH + 1).float()
    values = values.repeat(model.shape.hyper_latents, 1)[:, None]
    return model.hyper_prior.probabilities(values).squeeze(1).double().numpy()


def pointwise_maps(model: Model, scales: Scales, moments: dict[nn.Module, Moments]) -> Maps:
    """The integer map of every pointwise layer."""
    layers = pointwise_layers(model)
    return {layer: PointwiseMap(layer, scales[layer], moments[layer]) for layer in layers}


def draft_model(writer: NetworkWriter, settings: Settings) -> IntegerModel:
    """The integer model with tables from the float model's densities alone."""
    shape, densities = writer.model.shape, hyper_densities(writer.model)
    return IntegerModel(
        settings.name, settings.objective, LATENT_REDUCTION, HYPER_REDUCTION, shape.latents,
        shape.hyper_latents, settings.fraction_bits, settings.skip_below, groups_of_steps(),
        lambdas(writer.model, settings.levels), REFINEMENTS.get(settings.objective, RefinementConstants()),
        writer.networks(),
        scale_tables(np.zeros((SCALES, 2 * REACH + 1))), hyper_tables(np.zeros_like(densities), densities),
    )  # fmt: skip


def groups_of_steps() -> tuple[tuple[int, ...], ...]:
    """For each step and parity the group of channels that is coded."""
    return tuple(tuple(own.index(parity) for parity in range(4)) for own in PARITY_OF_GROUP)


def lambdas(model: Model, levels: int) -> tuple[int, ...]:
    """λ of each level, in the unit of the weights file."""
    positions = torch.arange(levels, dtype=torch.float64) / (levels - 1)
    scaled = model.shape.rate_distortion_lambda(positions) * (1 << LAMBDA_FRACTION)
    return tuple(round(value) for value in scaled.tolist())


def chosen_widths(writer: NetworkWriter, crops: Tensor, settings: Settings) -> dict[nn.Module, int]:
    """The widths of all pointwise layers for a file of the size that is set."""
    maps = writer.maps
    weights = sum(layer.weight.numel() * writer.widths[layer] for layer in maps) / 8
    fixed = len(serialized(draft_model(writer, settings))) - weights + TABLE_RESERVE
    found = sensitivities(writer.model, maps, crops, settings.distortion)
    return allocated_widths(maps, found, settings.size - fixed)


def exported_model(model: Model, crops: list[Tensor], settings: Settings) -> IntegerModel:
    """The integer model of a float one, with the help of photographs (1, 3, side, side) in [0, 1]."""
    scales = chosen_scales(model, ScaleChooser(measured_ranges(model, crops)), settings.fraction_bits)
    maps = pointwise_maps(model, scales, measured_moments(model, crops))
    writer = NetworkWriter(model, scales, maps, dict.fromkeys(maps, WIDTHS[-1]), settings.levels)
    probes = torch.cat(crops[:PROBE_CROPS])[..., :PROBE_SIDE, :PROBE_SIDE]
    writer.widths = chosen_widths(writer, probes, settings)
    draft = draft_model(writer, settings)
    counts = counted_symbols(draft, map(samples_of, crops))
    return dataclasses.replace(
        draft,
        scale_tables=scale_tables(counts.residuals),
        hyper_tables=hyper_tables(counts.hyper_latents, hyper_densities(model)),
    )


def samples_of(picture: Tensor) -> np.ndarray:
    """The samples (rows, columns, 3), uint8, of a picture (1, 3, rows, columns) in [0, 1]."""
    return (picture[0].permute(1, 2, 0) * 255).round().byte().numpy()


def parsed_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Export a trained model as a weights file.")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("photographs", type=Path, help="folder of training photographs")
    parser.add_argument("output", type=Path)
    parser.add_argument("--distortion", choices=DISTORTIONS, default="mse", help="what it was trained for")
    parser.add_argument("--name", default="psnr", help="the model's name, for people")
    parser.add_argument("--count", type=int, default=128, help="photographs to measure on")
    parser.add_argument("--size", type=int, default=6_900_000, help="bytes of the file, at most")
    parser.add_argument("--fraction-bits", type=int, default=6, help="fractional bits of latents")
    parser.add_argument("--levels", type=int, default=LEVELS, help="number of quality levels")
    parser.add_argument("--skip-below", type=int, default=6, help="scale indices not coded")
    return parser.parse_args()


def main() -> None:
    arguments = parsed_arguments()
    names = training_names(photograph_names(arguments.photographs))
    step = max(1, len(names) // arguments.count)
    crops = list(centre_crops(names[::step][: arguments.count]))
    settings = Settings(
        arguments.name, arguments.size, arguments.fraction_bits, arguments.skip_below,
        arguments.distortion, arguments.levels,
    )  # fmt: skip
    data = serialized(exported_model(load_model(arguments.checkpoint), crops, settings))
    arguments.output.write_bytes(data)
    print(f"{arguments.output}: {len(data)} bytes, id {data[-4:][::-1].hex()}")


if __name__ == "__main__":
    main()
