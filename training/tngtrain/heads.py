"""Fits the heads by which a model decodes pictures at 1/2, 1/4 and 1/8 of their size, and adds them to a weights file.

A head is one layer on what the first layers of the synthesis give (Documentation/Weights.md): pointwise, or a 3×3 convolution. Its weights
are the least squares that lead from there, in decoded photographs of all qualities, to the means of the true picture's samples. The other
networks and all else in the file stay as they are, but for its id.
"""

import argparse
import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from .calibration import centre_crops
from .codec import IntegerCodec
from .export import samples_of
from .integer import Block, Convolution, Network, Tensor, apply_network, neighbourhoods
from .photographs import photograph_names, training_names
from .quantization import error_feedback, quantized_pointwise
from .weights_file import Head, IntegerModel, parsed, serialized

WIDTH = 16
"""Bits a weight: heads are so small that fewer would save little."""
CHANNEL_MULTIPLE = 16
LEVELS = 6
"""The quality levels that photographs are decoded at, between the lowest and the highest."""
DAMPING = 1e-8
"""What is added to the variance of each input, as a share of it."""


@dataclasses.dataclass(frozen=True)
class HeadPlace:
    """Where a head stands: it gives the picture at 1/`reduction`, after so many blocks of the synthesis."""

    reduction: int
    blocks: int
    is_convolution: bool

    @classmethod
    def parsed(cls, text: str) -> "HeadPlace":
        """`8:0:3`: the reduction, the blocks, and 1 or 3 for the positions on a side that an output sees."""
        reduction, blocks, side = map(int, text.split(":"))
        if reduction not in (2, 4, 8) or side not in (1, 3):
            raise argparse.ArgumentTypeError(f"{text} is no place of a head")
        return cls(reduction, blocks, side == 3)


class HeadFit:
    """The least squares from the features at one place of the synthesis to squares of means."""

    def __init__(self, model: IntegerModel, place: HeadPlace):
        self.place, synthesis = place, model.networks["synthesis"]
        self.layers = layers_before(synthesis, place.blocks)
        probe = apply_network(synthesis[: self.layers], np.zeros((1, 1, model.latent_channels)), 0)
        self.inputs = probe.shape[2] * (9 if place.is_convolution else 1)
        self.side = model.latent_reduction // len(probe) // place.reduction
        self.products = np.zeros((self.inputs + 1, self.inputs + 1))
        self.targets = np.zeros((self.inputs + 1, 3 * self.side**2))

    def add(self, features: Tensor, samples: np.ndarray, weight: float) -> None:
        """Counts a picture: features (rows, columns, channels), samples (rows, columns, 3)."""
        inputs = neighbourhoods(features) if self.place.is_convolution else features
        inputs = inputs.reshape(-1, self.inputs)
        inputs = np.concatenate([inputs, np.ones((len(inputs), 1))], axis=1)
        self.products += weight * inputs.T @ inputs
        self.targets += weight * inputs.T @ squares(samples, self.place.reduction, self.side)

    def head(self) -> Head:
        """The head in integers."""
        deviations = np.sqrt(np.diag(self.products)) + 1e-30
        scaled = self.products / deviations / deviations[:, None] + DAMPING * np.eye(len(deviations))
        solution = np.linalg.solve(scaled, self.targets / deviations[:, None]) / deviations[:, None]
        matrix, bias = solution[:-1].T, solution[-1]
        missing = -len(matrix) % CHANNEL_MULTIPLE
        matrix, bias = np.pad(matrix, ((0, missing), (0, 0))), np.pad(bias, (0, missing))
        moments = self.products / self.products[-1, -1]
        mean = moments[-1, :-1]
        feedback = error_feedback(moments[:-1, :-1] - np.outer(mean, mean))
        layer = quantized_pointwise(matrix, bias, mean, feedback, WIDTH)
        return Head(self.layers, [Convolution(layer) if self.place.is_convolution else layer])


def layers_before(network: Network, blocks: int) -> int:
    """The number of layers up to the block that is one too many, or up to the end of the blocks."""
    places = [index for index, layer in enumerate(network) if isinstance(layer, Block)]
    if blocks > len(places):
        raise ValueError(f"the synthesis has only {len(places)} blocks")
    return places[blocks] if blocks < len(places) else places[-1] + 1


def squares(samples: np.ndarray, reduction: int, side: int) -> Tensor:
    """Of each position, the means over squares of `reduction` samples, side×side of them: (positions, 3·side²)."""
    rows, columns = (length // reduction for length in samples.shape[:2])
    means = samples.astype(np.float64).reshape(rows, reduction, columns, reduction, 3).mean((1, 3))
    own = means.reshape(rows // side, side, columns // side, side, 3).swapaxes(1, 2)
    return own.reshape(-1, 3 * side**2)


def decoded_latents(
    model: IntegerModel, pictures: Iterable[np.ndarray], levels: Iterable[int]
) -> Iterator[tuple[np.ndarray, int, Tensor]]:
    """Each picture, at each level: its samples, the level, and the latents that a decoder has."""
    codec, levels = IntegerCodec(model), list(levels)
    for samples in pictures:
        for level in levels:
            yield samples, level, codec.code_tile(codec.analyse(samples, level), 0, 0, level).decoded


def chosen_levels(model: IntegerModel) -> list[int]:
    """Levels from the whole range."""
    return [int(level) for level in np.linspace(0, model.levels - 1, LEVELS + 2).round()[1:-1]]


def fitted_heads(
    model: IntegerModel, decoded: Iterable[tuple[np.ndarray, int, Tensor]], places: list[HeadPlace]
) -> dict[int, Head]:
    """Heads at some places, fitted to decoded photographs. Errors at a level count by the root of its λ, so that those of finer pictures are
    not lost among those that coarse ones have anyway."""
    fits = [HeadFit(model, place) for place in places]
    last = max(fit.layers for fit in fits)
    for samples, level, latents in decoded:
        seen: dict[int, Tensor] = {}
        apply_network(
            model.networks["synthesis"][:last], latents, level,
            lambda index, output, seen=seen: seen.__setitem__(index + 1, output),
        )  # fmt: skip
        for fit in fits:
            fit.add(seen[fit.layers], samples, model.rate_distortion_lambda(level) ** 0.5)
    return {fit.place.reduction: fit.head() for fit in fits}


def main() -> None:
    parser = argparse.ArgumentParser(description="Add heads for smaller pictures to a weights file.")
    parser.add_argument("model", type=Path)
    parser.add_argument("photographs", type=Path, help="folder of training photographs")
    parser.add_argument("output", type=Path)
    parser.add_argument(
        "--heads", type=HeadPlace.parsed, nargs="+",
        default=[HeadPlace(2, 7, False), HeadPlace(4, 7, False), HeadPlace(8, 0, True)],
        help="reduction, blocks of the synthesis before the head, and 1 or 3 for a pointwise layer or a convolution: 8:0:3",
    )  # fmt: skip
    parser.add_argument("--count", type=int, default=48, help="photographs to fit to")
    arguments = parser.parse_args()
    names = training_names(photograph_names(arguments.photographs))
    step = max(1, len(names) // arguments.count)
    pictures = map(samples_of, centre_crops(names[::step][: arguments.count]))
    model = parsed(arguments.model.read_bytes())
    decoded = decoded_latents(model, pictures, chosen_levels(model))
    data = serialized(dataclasses.replace(model, heads=fitted_heads(model, decoded, arguments.heads)))
    arguments.output.write_bytes(data)
    print(f"{arguments.output}: {len(data)} bytes, id {data[-4:][::-1].hex()}")


if __name__ == "__main__":
    main()
