"""Turns the layers of a float model into integer layers (Documentation/Weights.md, "Scales")."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from . import integer
from .layers import Gain
from .scales import Scale
from .weights_file import LEVELS

Floats = NDArray[np.float64]

WIDTHS = range(4, 17)
"""The bits a weight that the exporter chooses from."""


class RowTooLarge(ValueError):
    """A row of weights would need a shift under 1."""


class PointwiseMap:
    """A pointwise layer as a map between integers, still with real coefficients.

    `matrix[o][c]` and `bias[o]` give the output, in its unit, of an input in its own.
    """

    def __init__(self, layer: nn.Conv2d, scale: Scale):
        self.scale = scale
        output = np.atleast_1d(scale.output)
        self.matrix = _double(layer.weight)[:, :, 0, 0] * np.atleast_1d(scale.input) / output[:, None]
        self.bias = (_double(layer.bias) + scale.offset) / output

    def quantized(self, width: int) -> integer.Pointwise:
        """The integer layer with weights of `width` bits."""
        shifts = row_shifts(self.matrix, self.bias, width)
        weights = np.rint(self.matrix * 2.0 ** shifts[:, None]).astype(np.int16)
        return integer.Pointwise(weights, _scaled_bias(self.bias, shifts), shifts.astype(np.uint8), width)

    def rounded_weights(self, width: int) -> Tensor:
        """The float layer's weights after rounding to `width` bits."""
        layer = self.quantized(width)
        matrix = layer.weights / 2.0 ** layer.shift.astype(np.int64)[:, None]
        weights = matrix * np.atleast_1d(self.scale.output)[:, None] / np.atleast_1d(self.scale.input)
        return torch.from_numpy(weights).float()[:, :, None, None]

    def noise(self, width: int) -> float:
        """The energy of the rounding errors over that of the weights; infinite if the width is too small."""
        try:
            layer = self.quantized(width)
        except RowTooLarge:
            return float("inf")
        errors = layer.weights / 2.0 ** layer.shift.astype(np.int64)[:, None] - self.matrix
        return float((errors**2).sum() / (self.matrix**2).sum())


def row_shifts(matrix: Floats, bias: Floats, width: int) -> NDArray[np.int64]:
    """For each row, the largest shift for which it fits `width` bits and the 32-bit sum."""
    shifts = np.full(len(matrix), integer.SHIFT_MAXIMUM, np.int64)
    while True:
        scaled = np.abs(np.rint(matrix * 2.0 ** shifts[:, None]))
        sums = integer.INPUT_LIMIT * scaled.sum(1) + np.abs(np.rint(bias * 2.0**shifts))
        too_large = scaled.max(1) > 2 ** (width - 1) - 1
        too_large |= sums + 2.0 ** (shifts - 1) > integer.ACCUMULATOR_LIMIT
        if not too_large.any():
            return shifts
        shifts -= too_large
        if shifts.min() < 1:
            raise RowTooLarge(f"row {int(shifts.argmin())} needs a shift under 1")


def _scaled_bias(bias: Floats, shifts: NDArray[np.int64]) -> NDArray[np.int32]:
    return np.rint(bias * 2.0**shifts).astype(np.int32)


def quantized_depthwise(layer: nn.Conv2d, scale: Scale) -> integer.Depthwise:
    """The integer layer, 16 bits a weight."""
    taps = _double(layer.weight).reshape(-1, 9) * (scale.input / scale.output)
    bias = _double(layer.bias) / scale.output
    shifts = row_shifts(taps, bias, 16)
    weights = np.rint(taps * 2.0 ** shifts[:, None]).astype(np.int16).T
    return integer.Depthwise(weights, _scaled_bias(bias, shifts), shifts.astype(np.uint8))


@torch.no_grad()
def quantized_gain(gain: Gain, scale: Scale) -> integer.Gain:
    """The gains of the 64 levels."""
    levels = torch.arange(LEVELS) / (LEVELS - 1)
    factors = _double(gain.factors(levels)) * (scale.input / scale.output)
    largest = np.abs(factors).max(1)
    shifts = np.minimum(np.floor(np.log2(32767 / largest)), integer.SHIFT_MAXIMUM).astype(np.int64)
    if shifts.min() < 1:
        raise RowTooLarge(f"level {int(shifts.argmin())} of a gain needs a shift under 1")
    rounded = np.rint(factors * 2.0 ** shifts[:, None])
    return integer.Gain(rounded.astype(np.int16), shifts.astype(np.uint8))


def _double(tensor: Tensor) -> Floats:
    return tensor.detach().double().cpu().numpy()
