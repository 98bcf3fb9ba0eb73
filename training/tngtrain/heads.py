"""Fits the heads by which a model decodes pictures at 1/2, 1/4 and 1/8 of their size, and adds them to a weights file.

A head is a pointwise layer on what the first layers of the synthesis give (Documentation/Weights.md). Its weights are the least squares
that lead from there, in decoded photographs of all qualities, to the means of the true picture's samples. All other bytes of the file
stay as they are, but for its id.
"""

import argparse
import dataclasses
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from .calibration import centre_crops
from .codec import IntegerCodec
from .export import samples_of
from .integer import Block, Network, Pointwise, Tensor, apply_network
from .photographs import photograph_names, training_names
from .quantization import row_shifts
from .weights_file import Head, IntegerModel, parsed, serialized

WIDTH = 16
"""Bits a weight: heads are so small that fewer would save nothing."""
CHANNEL_MULTIPLE = 16
LEVELS = 6
"""The quality levels that photographs are decoded at, from the lowest to the highest."""
DAMPING = 1e-6
"""What is added to the diagonal of the normal equations, as a share of its mean."""


class HeadFit:
    """The least squares from the features at one place of the synthesis to squares of means."""

    def __init__(self, model: IntegerModel, reduction: int, blocks: int):
        """`blocks`: how many blocks of the synthesis run before the head."""
        synthesis = model.networks["synthesis"]
        self.reduction, self.layers = reduction, layers_with_blocks(synthesis, blocks)
        self.head_reduction, self.channels = shape_after(model, self.layers)
        self.side = self.head_reduction // reduction
        size = self.channels + 1
        self.products = np.zeros((size, size))
        self.targets = np.zeros((size, 3 * self.side**2))

    def add(self, features: Tensor, samples: np.ndarray, weight: float) -> None:
        """Counts a picture: features (rows, columns, channels), samples (rows, columns, 3)."""
        inputs = features.reshape(-1, self.channels)
        inputs = np.concatenate([inputs, np.ones((len(inputs), 1))], axis=1)
        self.products += weight * inputs.T @ inputs
        self.targets += weight * inputs.T @ squares(samples, self.reduction, self.side)

    def head(self) -> Head:
        """The head in integers."""
        damping = DAMPING * np.trace(self.products) / len(self.products)
        solution = np.linalg.solve(self.products + damping * np.eye(len(self.products)), self.targets).T
        return Head(self.layers, [quantized(solution[:, :-1], solution[:, -1])])


def layers_with_blocks(network: Network, count: int) -> int:
    """The number of layers up to the first block that is one too many."""
    blocks = [index for index, layer in enumerate(network) if isinstance(layer, Block)]
    if count >= len(blocks):
        raise ValueError(f"the synthesis has only {len(blocks)} blocks")
    return blocks[count]


def shape_after(model: IntegerModel, layers: int) -> tuple[int, int]:
    """The samples on a side of a position's square, and the channels, after so many layers of the synthesis."""
    tensor = np.zeros((1, 1, model.latent_channels))
    output = apply_network(model.networks["synthesis"][:layers], tensor, 0)
    return model.latent_reduction // len(output), output.shape[2]


def squares(samples: np.ndarray, reduction: int, side: int) -> Tensor:
    """Of each position, the means over squares of `reduction` samples, side×side of them: (positions, 3·side²)."""
    rows, columns = (length // reduction for length in samples.shape[:2])
    means = samples.astype(np.float64).reshape(rows, reduction, columns, reduction, 3).mean((1, 3))
    own = means.reshape(rows // side, side, columns // side, side, 3).swapaxes(1, 2)
    return own.reshape(-1, 3 * side**2)


def quantized(matrix: np.ndarray, bias: np.ndarray) -> Pointwise:
    """The integer layer of real coefficients; outputs are filled up with zeros."""
    missing = -len(matrix) % CHANNEL_MULTIPLE
    matrix, bias = np.pad(matrix, ((0, missing), (0, 0))), np.pad(bias, (0, missing))
    shifts = row_shifts(matrix, bias, WIDTH)
    weights = np.rint(matrix * 2.0 ** shifts[:, None]).astype(np.int16)
    scaled = np.rint(bias * 2.0**shifts).astype(np.int32)
    return Pointwise(weights, scaled, shifts.astype(np.uint8), WIDTH)


def decoded_latents(
    model: IntegerModel, pictures: Iterable[np.ndarray], levels: Iterable[int]
) -> Iterator[tuple[np.ndarray, int, Tensor]]:
    """Each picture, at each level: its samples, the level, and the latents that a decoder has."""
    codec = IntegerCodec(model)
    for samples in pictures:
        for level in levels:
            yield samples, level, codec.code_tile(codec.analyse(samples, level), 0, 0, level).decoded


def fitted_heads(
    model: IntegerModel, pictures: Iterable[np.ndarray], blocks: dict[int, int]
) -> dict[int, Head]:
    """Heads for the reductions in `blocks`, which says how many blocks run before each.

    Errors of a level count by the inverse of λ's share: as much as a level's own distortion is worth in bits."""
    fits = [HeadFit(model, reduction, count) for reduction, count in sorted(blocks.items())]
    levels = np.linspace(0, model.levels - 1, LEVELS + 2).round().astype(int)[1:-1]
    for samples, level, latents in decoded_latents(model, pictures, map(int, levels)):
        weight = model.rate_distortion_lambda(level) ** 0.5
        seen: dict[int, Tensor] = {}
        last = max(fit.layers for fit in fits)
        apply_network(
            model.networks["synthesis"][:last], latents, level,
            lambda index, output, seen=seen: seen.__setitem__(index + 1, output),
        )  # fmt: skip
        for fit in fits:
            fit.add(seen[fit.layers], samples, weight)
    return {fit.reduction: fit.head() for fit in fits}


def parsed_blocks(text: str) -> dict[int, int]:
    """`2:4,4:1,8:0`: for each reduction, the blocks before its head."""
    return {int(reduction): int(count) for reduction, count in (part.split(":") for part in text.split(","))}


def main() -> None:
    parser = argparse.ArgumentParser(description="Add heads for smaller pictures to a weights file.")
    parser.add_argument("model", type=Path)
    parser.add_argument("photographs", type=Path, help="folder of training photographs")
    parser.add_argument("output", type=Path)
    parser.add_argument("--blocks", type=parsed_blocks, default="2:4,4:1,8:0",
                        help="for each reduction, the blocks of the synthesis before its head")  # fmt: skip
    parser.add_argument("--count", type=int, default=64, help="photographs to fit to")
    arguments = parser.parse_args()
    names = training_names(photograph_names(arguments.photographs))
    step = max(1, len(names) // arguments.count)
    pictures = map(samples_of, centre_crops(names[::step][: arguments.count]))
    model = parsed(arguments.model.read_bytes())
    heads = fitted_heads(model, pictures, arguments.blocks)
    data = serialized(dataclasses.replace(model, heads=heads))
    arguments.output.write_bytes(data)
    print(f"{arguments.output}: {len(data)} bytes, id {data[-4:][::-1].hex()}")


if __name__ == "__main__":
    main()
