"""Counts the symbols that the integer codec sends, so that its tables fit what really occurs."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .codec import CodedTile, IntegerCodec
from .tables import REACH, SCALES
from .weights_file import IntegerModel

Counts = NDArray[np.int64]


@dataclass
class SymbolCounts:
    """How often each integer −REACH … REACH occurred: residuals by scale index, hyper latents by channel."""

    residuals: Counts
    hyper_latents: Counts

    def add(self, tile: CodedTile) -> None:
        """Counts the symbols of one tile."""
        _count(self.residuals, tile.indices, tile.residuals)
        channels = np.broadcast_to(np.arange(len(self.hyper_latents)), tile.hyper_latents.shape)
        _count(self.hyper_latents, channels, tile.hyper_latents)


def _count(counts: Counts, rows, integers) -> None:
    columns = np.clip(integers, -REACH, REACH).astype(np.int64) + REACH
    np.add.at(counts, (rows.astype(np.int64).ravel(), columns.ravel()), 1)


def counted_symbols(model: IntegerModel, pictures: Iterable[np.ndarray]) -> SymbolCounts:
    """The symbols of pictures (rows, columns, 3), uint8, each coded at another quality level."""
    codec, width = IntegerCodec(model), 2 * REACH + 1
    counts = SymbolCounts(
        np.zeros((SCALES, width), np.int64), np.zeros((model.hyper_channels, width), np.int64)
    )
    for number, picture in enumerate(pictures):
        level = number * 29 % model.levels
        latents = codec.analyse(picture, level)
        counts.add(codec.code_tile(latents, 0, 0, level))
    return counts
