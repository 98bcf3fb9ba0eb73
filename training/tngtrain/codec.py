"""The codec in integers, without the entropy coder: pictures to symbols and back, with exact rates.

It follows Documentation/Format.md, sections 3, 5, 6 and 10, to the letter and computes what the Swift
codec computes, bit for bit. A grid of latents is an array (rows, columns, channels).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from .integer import Tensor, apply_network, saturate16
from .quantizer import Quantizer
from .weights_file import IntegerModel

TILE_SIDE = 1024
"""Samples on a side of a tile."""

Trace = Callable[[str, int, Tensor], None]
"""Sees network name, layer index and output of each layer that is evaluated."""


@dataclass
class CodedTile:
    """The symbols of a tile and what a decoder makes of them."""

    row: int
    column: int
    hyper_latents: Tensor
    features: Tensor
    residuals: Tensor
    indices: Tensor
    decoded: Tensor
    bits: float
    context_outputs: list[Tensor] = field(default_factory=list)


@dataclass
class CodedPicture:
    """A picture's tiles, in raster order, and its decoded pixels."""

    latents: Tensor
    tiles: list[CodedTile]
    pixels: np.ndarray

    @property
    def bits(self) -> float:
        """The sum of −log2 p of all symbols, raw bits included."""
        return sum(tile.bits for tile in self.tiles)


def padded_to(tensor: Tensor, multiple: int) -> Tensor:
    """Repeats the last row and column up to a multiple."""
    rows, columns = tensor.shape[:2]
    return np.pad(tensor, ((0, -rows % multiple), (0, -columns % multiple), (0, 0)), mode="edge")


def coded_positions(
    shape: tuple[int, int, int], groups: tuple[tuple[int, ...], ...], step: int
) -> Iterator[tuple[slice, slice, slice]]:
    """For each parity, the rows, columns and channels that a step codes."""
    size = shape[2] // len(groups)
    for parity, group in enumerate(groups[step]):
        channels = slice(group * size, (group + 1) * size)
        yield slice(parity // 2, None, 2), slice(parity % 2, None, 2), channels


class IntegerCodec:
    """Encodes and decodes pictures with the networks of one weights file."""

    def __init__(self, model: IntegerModel, optimized: bool = True, trace: Trace | None = None):
        """`optimized`: choose residuals by rate and distortion, as the encoder does unless told otherwise."""
        self.model = model
        self.quantizer = Quantizer(model, optimized)
        self.tile = TILE_SIDE // model.latent_reduction
        self.trace = trace

    def code(self, pixels: np.ndarray, level: int) -> CodedPicture:
        """Encodes and decodes `pixels` (rows, columns, 3), uint8, at a quality level."""
        latents = self.analyse(pixels, level)
        tiles = [self.code_tile(latents, *corner, level) for corner in self._tile_corners(latents)]
        decoded = np.zeros_like(latents)
        for tile in tiles:
            decoded[tile.row :, tile.column :][: self.tile, : self.tile] = tile.decoded
        rows, columns = pixels.shape[:2]
        return CodedPicture(latents, tiles, self.synthesise(decoded, level)[:rows, :columns])

    def analyse(self, pixels: np.ndarray, level: int) -> Tensor:
        """The latents of a picture."""
        padded = padded_to(pixels, self.model.latent_reduction)
        return self._run("analysis", 2 * padded.astype(np.float64) - 255, level)

    def synthesise(self, decoded: Tensor, level: int) -> np.ndarray:
        """The pixels of a grid of decoded latents, uint8: a square for each latent position."""
        return np.clip(self._run("synthesis", decoded, level), 0, 255).astype(np.uint8)

    def code_tile(self, latents: Tensor, row: int, column: int, level: int) -> CodedTile:
        """Codes the tile whose top left latent is at `row` and `column`."""
        own = latents[row:, column:][: self.tile, : self.tile]
        hyper_latents = self._run("hyper analysis", padded_to(own, self.model.hyper_factor), level)
        features = self._run("hyper synthesis", hyper_latents, level)[: own.shape[0], : own.shape[1]]
        bits = sum(
            table.bits(hyper_latents[:, :, channel]).sum()
            for channel, table in enumerate(self.model.hyper_tables)
        )
        empty = (np.zeros_like(own) for _ in range(3))
        tile = CodedTile(row, column, hyper_latents, features, *empty, float(bits))
        for step in range(len(self.model.groups)):
            self._code_step(tile, own, step, level)
        return tile

    def _code_step(self, tile: CodedTile, latents: Tensor, step: int, level: int) -> None:
        """Codes the positions of one step into `tile`."""
        output = self._context(step, tile.features, tile.decoded, level)
        tile.context_outputs.append(output)
        means, log_scales = np.split(output, 2, axis=2)
        all_indices = np.clip(np.floor((log_scales + 128) / 256), 0, 63).astype(np.int64)
        for own in coded_positions(latents.shape, self.model.groups, step):
            indices, differences = all_indices[own], (latents[own] - means[own]).astype(np.int64)
            residuals = self.quantizer.residuals(differences, indices)
            residuals[indices < self.model.skip_below] = 0
            tile.indices[own], tile.residuals[own] = indices, residuals
            tile.decoded[own] = saturate16(means[own] + residuals * 2.0**self.model.fraction_bits)
            tile.bits += self.residual_bits(residuals, indices)

    def residual_bits(self, residuals: Tensor, indices: Tensor) -> float:
        """The bits of residuals whose scale indices are given."""
        total = 0.0
        for index in range(self.model.skip_below, len(self.model.scale_tables)):
            own = residuals[indices == index]
            total += float(self.model.scale_tables[index].bits(own).sum())
        return total

    def _context(self, step: int, features: Tensor, decoded: Tensor, level: int) -> Tensor:
        known = features if step == 0 else np.concatenate([features, decoded], axis=2)
        hidden = self._run(f"context input {step}", known, level)
        return self._run("context output", self._run("context trunk", hidden, level), level)

    def _run(self, name: str, tensor: Tensor, level: int) -> Tensor:
        trace = self.trace
        observe = None if trace is None else lambda index, output: trace(name, index, output)
        return apply_network(self.model.networks[name], tensor, level, observe)

    def _tile_corners(self, latents: Tensor) -> list[tuple[int, int]]:
        rows, columns = (range(0, side, self.tile) for side in latents.shape[:2])
        return [(row, column) for row in rows for column in columns]
