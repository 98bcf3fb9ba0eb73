"""Turns the layers of a float model into integer layers (Documentation/Weights.md, "Scales").

Every layer is first written as a map between integers: `matrix[o][c]` real numbers such that
output = matrix · input + bias, input and output in units of their last fractional bit. What is left is
to write each row as integers over a power of two.
"""

import numpy as np
import torch
from numpy.typing import NDArray

from . import integer
from .layers import Gain
from .weights_file import LEVELS

Floats = NDArray[np.float64]


WIDTH_MINIMUM = 4


class RowTooLarge(ValueError):
    """A row of weights needs a shift under 1: the output's scale is too fine for it."""


def row_shifts(matrix: Floats, bias: Floats, width: int) -> NDArray[np.int64]:
    """For each row, the largest shift for which it fits `width` bits and the 32-bit sum."""
    shifts = np.full(len(matrix), integer.SHIFT_MAXIMUM, np.int64)
    while True:
        scaled = np.rint(matrix * 2.0 ** shifts[:, None])
        sums = integer.INPUT_LIMIT * np.abs(scaled).sum(1) + np.abs(np.rint(bias * 2.0**shifts))
        too_large = np.abs(scaled).max(1) > 2 ** (width - 1) - 1
        too_large |= sums + 2.0 ** (shifts - 1) > integer.ACCUMULATOR_LIMIT
        if not too_large.any():
            return shifts
        shifts -= too_large
        if shifts.min() < 1:
            raise RowTooLarge(f"row {int(shifts.argmin())} needs a shift under 1")


def pointwise_of_width(matrix: Floats, bias: Floats, width: int) -> integer.Pointwise:
    """The integer layer with weights of `width` bits."""
    shifts = row_shifts(matrix, bias, width)
    weights = np.rint(matrix * 2.0 ** shifts[:, None]).astype(np.int16)
    return integer.Pointwise(weights, _scaled_bias(bias, shifts), shifts.astype(np.uint8), width)


def _scaled_bias(bias: Floats, shifts: NDArray[np.int64]) -> NDArray[np.int32]:
    return np.rint(bias * 2.0**shifts).astype(np.int32)


def relative_noise(layer: integer.Pointwise, matrix: Floats) -> float:
    """The energy of the rounding errors of the weights over that of the weights, in decibels."""
    rounded = layer.weights / 2.0 ** layer.shift.astype(np.int64)[:, None]
    noise = ((rounded - matrix) ** 2).sum() / (matrix**2).sum()
    return float(10 * np.log10(max(noise, 1e-30)))


def quantized_pointwise(matrix: Floats, bias: Floats, noise_target: float) -> integer.Pointwise:
    """The layer of the smallest width whose relative noise is under `noise_target` decibels.

    Where the 32-bit bound keeps even 16 bits from the target, the smallest width that does as well.
    """
    widest = relative_noise(pointwise_of_width(matrix, bias, 16), matrix)
    for width in range(WIDTH_MINIMUM, 16):
        try:
            layer = pointwise_of_width(matrix, bias, width)
        except RowTooLarge:
            continue
        if relative_noise(layer, matrix) <= max(noise_target, widest + 0.1):
            return layer
    return pointwise_of_width(matrix, bias, 16)


def quantized_depthwise(taps: Floats, bias: Floats) -> integer.Depthwise:
    """The integer layer of `taps` (9, channels), 16 bits each."""
    shifts = row_shifts(taps.T, bias, 16)
    weights = np.rint(taps * 2.0**shifts).astype(np.int16)
    return integer.Depthwise(weights, _scaled_bias(bias, shifts), shifts.astype(np.uint8))


@torch.no_grad()
def quantized_gain(gain: Gain, unit_ratio: float) -> integer.Gain:
    """The gains of the 64 levels; `unit_ratio` is the input's unit over the output's."""
    factors = gain.factors(torch.arange(LEVELS) / (LEVELS - 1)).double().numpy() * unit_ratio
    largest = np.abs(factors).max(1)
    shifts = np.minimum(np.floor(np.log2(32767 / largest)), integer.SHIFT_MAXIMUM).astype(np.int64)
    if shifts.min() < 1:
        raise RowTooLarge(f"level {int(shifts.argmin())} of a gain needs a shift under 1")
    rounded = np.rint(factors * 2.0 ** shifts[:, None])
    return integer.Gain(rounded.astype(np.int16), shifts.astype(np.uint8))
