"""The layers of a network in integers: the arithmetic of Documentation/Format.md, section 5.

Tensors are NumPy arrays (rows, columns, channels) of float64 that hold integers of 16 bits. Sums stay
below 2^31 and products with powers of two are exact, so every result is the integer that the format
asks for.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Tensor = NDArray[np.float64]

ACCUMULATOR_LIMIT = 2**31 - 1
INPUT_LIMIT = 32768
SHIFT_MAXIMUM = 30


def saturate16(tensor: Tensor) -> Tensor:
    """min(max(v, −32768), 32767)."""
    return np.clip(tensor, -32768, 32767)


def requantize(sums: Tensor, shift) -> Tensor:
    """sat16((sums + 2^(shift−1)) >> shift), the shift a number or one for each channel."""
    return saturate16(np.floor(sums * 2.0 ** -np.asarray(shift, np.int64) + 0.5))


def leaky(tensor: Tensor) -> Tensor:
    """max(v, v >> 3)."""
    return np.maximum(tensor, np.floor(tensor / 8))


@dataclass(frozen=True)
class Pointwise:
    """A matrix product over channels: weights (outputs, inputs) of `width` bits."""

    weights: NDArray[np.int16]
    bias: NDArray[np.int32]
    shift: NDArray[np.uint8]
    width: int

    def apply(self, tensor: Tensor, level: int) -> Tensor:
        return requantize(tensor @ self.weights.T.astype(np.float64) + self.bias, self.shift)

    def largest_sums(self) -> NDArray[np.int64]:
        """For each output, the largest magnitude its 32-bit sum can reach on any input."""
        return largest_sums(np.abs(self.weights.astype(np.int64)).sum(1), self.bias, self.shift)


@dataclass(frozen=True)
class Depthwise:
    """A 3×3 convolution of each channel: weights (9, channels), tap 3·(di + 1) + (dj + 1)."""

    weights: NDArray[np.int16]
    bias: NDArray[np.int32]
    shift: NDArray[np.uint8]

    def apply(self, tensor: Tensor, level: int) -> Tensor:
        rows, columns, _ = tensor.shape
        padded = np.pad(tensor, ((1, 1), (1, 1), (0, 0)))
        sums = np.broadcast_to(self.bias, tensor.shape).astype(np.float64)
        for tap, weights in enumerate(self.weights):
            row, column = divmod(tap, 3)
            sums += padded[row : row + rows, column : column + columns] * weights
        return requantize(sums, self.shift)

    def largest_sums(self) -> NDArray[np.int64]:
        """For each channel, the largest magnitude its 32-bit sum can reach on any input."""
        return largest_sums(np.abs(self.weights.astype(np.int64)).sum(0), self.bias, self.shift)


def largest_sums(magnitudes, bias, shift) -> NDArray[np.int64]:
    """The largest magnitudes of 32-bit sums, for rows with the given Σ|w|, bias and shift."""
    half = 1 << (shift.astype(np.int64) - 1)
    return INPUT_LIMIT * magnitudes + np.abs(bias.astype(np.int64)) + half


@dataclass(frozen=True)
class Convolution:
    """A 3×3 convolution over all channels: a pointwise layer on nine positions, column after column, in them row after row."""

    pointwise: Pointwise

    def apply(self, tensor: Tensor, level: int) -> Tensor:
        return self.pointwise.apply(neighbourhoods(tensor), level)


def neighbourhoods(tensor: Tensor) -> Tensor:
    """The inputs of a 3×3 convolution: (rows, columns, 9·channels)."""
    rows, columns, _ = tensor.shape
    padded = np.pad(tensor, ((1, 1), (1, 1), (0, 0)))
    parts = [padded[row : row + rows, column : column + columns] for column in range(3) for row in range(3)]
    return np.concatenate(parts, axis=2)


@dataclass(frozen=True)
class Block:
    """Two residual branches."""

    enter: Pointwise
    depthwise: Depthwise
    leave: Pointwise
    expand: Pointwise
    contract: Pointwise

    def apply(self, tensor: Tensor, level: int) -> Tensor:
        spatial = self.depthwise.apply(leaky(self.enter.apply(tensor, level)), level)
        tensor = saturate16(tensor + self.leave.apply(spatial, level))
        expanded = leaky(self.expand.apply(tensor, level))
        return saturate16(tensor + self.contract.apply(expanded, level))


@dataclass(frozen=True)
class Gain:
    """A factor for each level and channel: factors (levels, channels), shifts (levels,)."""

    factors: NDArray[np.int16]
    shift: NDArray[np.uint8]

    def apply(self, tensor: Tensor, level: int) -> Tensor:
        return requantize(tensor * self.factors[level], self.shift[level])


@dataclass(frozen=True)
class Unshuffle:
    """Moves n×n squares of positions into channels, in the order (row, column, channel)."""

    factor: int

    def apply(self, tensor: Tensor, level: int) -> Tensor:
        rows, columns, channels = tensor.shape
        n = self.factor
        squares = tensor.reshape(rows // n, n, columns // n, n, channels).swapaxes(1, 2)
        return squares.reshape(rows // n, columns // n, n * n * channels)


@dataclass(frozen=True)
class Shuffle:
    """The inverse of `Unshuffle`."""

    factor: int

    def apply(self, tensor: Tensor, level: int) -> Tensor:
        rows, columns, channels = tensor.shape
        n = self.factor
        squares = tensor.reshape(rows, columns, n, n, channels // (n * n)).swapaxes(1, 2)
        return squares.reshape(rows * n, columns * n, channels // (n * n))


Layer = Pointwise | Block | Gain | Unshuffle | Shuffle | Convolution
Network = list[Layer]


def apply_network(network: Network, tensor: Tensor, level: int, observe=None) -> Tensor:
    """Applies the layers in order; `observe(layer index, output)` sees the output of each."""
    for index, layer in enumerate(network):
        tensor = layer.apply(tensor, level)
        if observe is not None:
            observe(index, tensor)
    return tensor
