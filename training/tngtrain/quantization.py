"""Turns the layers of a float model into integer layers (Documentation/Weights.md, "Scales")."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from . import integer
from .calibration import Moments
from .layers import Gain
from .scales import Scale

Floats = NDArray[np.float64]

WIDTHS = range(4, 17)
"""The bits a weight that the exporter chooses from."""
DAMPING = 0.01
"""What is added to the variance of each input, as a share of the mean variance."""


class RowTooLarge(ValueError):
    """A row of weights would need a shift under 1."""


class PointwiseMap:
    """A pointwise layer as a map between integers, still with real coefficients.

    `matrix[o][c]` and `bias[o]` give the output, in its unit, of an input in its own. The moments of the
    inputs tell which errors of the weights matter.
    """

    def __init__(self, layer: nn.Conv2d, scale: Scale, moments: Moments):
        self.scale = scale
        inputs, output = np.atleast_1d(scale.input), np.atleast_1d(scale.output)
        self.matrix = _double(layer.weight)[:, :, 0, 0] * inputs / output[:, None]
        self.bias = (_double(layer.bias) + scale.offset) / output
        self.mean = _double(moments.mean) / inputs
        self.feedback = error_feedback(_double(moments.covariance) / inputs / inputs[..., None])

    def quantized(self, width: int) -> integer.Pointwise:
        """The integer layer with weights of `width` bits."""
        return quantized_pointwise(self.matrix, self.bias, self.mean, self.feedback, width)

    def rounded(self, width: int) -> tuple[Tensor, Tensor]:
        """The float layer's weights and biases after rounding to `width` bits."""
        layer = self.quantized(width)
        factors = 2.0 ** layer.shift.astype(np.int64)
        inputs, output = np.atleast_1d(self.scale.input), np.atleast_1d(self.scale.output)
        weights = layer.weights / factors[:, None] * output[:, None] / inputs
        bias = layer.bias / factors * output - self.scale.offset
        return torch.from_numpy(weights).float()[:, :, None, None], torch.from_numpy(bias).float()

    def noise(self, width: int) -> float:
        """The energy of the errors of rounding to nearest over that of the weights; infinite if the width
        is too small."""
        try:
            factors = 2.0 ** row_shifts(self.matrix, self.bias, width)[:, None]
        except RowTooLarge:
            return float("inf")
        errors = np.rint(self.matrix * factors) / factors - self.matrix
        return float((errors**2).sum() / (self.matrix**2).sum())


def quantized_pointwise(
    matrix: Floats, bias: Floats, mean: Floats, feedback: Floats, width: int
) -> integer.Pointwise:
    """The integer layer of real coefficients, for inputs of a mean and of a covariance that `feedback` knows."""
    shifts, largest = row_shifts(matrix, bias, width), 2 ** (width - 1) - 1
    while True:
        factors = 2.0 ** shifts[:, None]
        weights = rounded_rows(matrix * factors, feedback, largest)
        balanced = bias + (matrix - weights / factors) @ mean
        too_large = sums_too_large(weights, balanced, shifts)
        if not too_large.any():
            weights, shift = weights.astype(np.int16), shifts.astype(np.uint8)
            return integer.Pointwise(weights, _scaled_bias(balanced, shifts), shift, width)
        shifts = _lowered(shifts, too_large)


def error_feedback(covariance: Floats) -> Floats:
    """How the weights that follow in a row compensate the rounding error of a weight.

    `covariance` is that of the inputs.

    Row c holds, from c on, what an error of 1 in weight c asks of the others (1 for itself). Source: the
    GPTQ method (Frantar, Ashkboos, Hoefler and Alistarh 2023), which takes it from the Cholesky factor of
    the inverse.
    """
    damping = DAMPING * max(np.diag(covariance).mean(), 1e-12)
    inverse = np.linalg.inv(covariance + damping * np.eye(len(covariance)))
    factor = np.linalg.cholesky(inverse).T
    return factor / np.diag(factor)[:, None]


def rounded_rows(rows: Floats, feedback: Floats, largest: int) -> Floats:
    """Integers of magnitude up to `largest` whose products with the inputs differ little from those of
    real `rows` (outputs, inputs)."""
    columns = rows.T.copy()
    for number, column in enumerate(columns):
        rounded = np.clip(np.rint(column), -largest, largest)
        columns[number + 1 :] -= np.outer(feedback[number, number + 1 :], column - rounded)
        columns[number] = rounded
    return columns.T


def row_shifts(matrix: Floats, bias: Floats, width: int) -> NDArray[np.int64]:
    """For each row, the largest shift for which it fits `width` bits and the 32-bit sum."""
    shifts = np.full(len(matrix), integer.SHIFT_MAXIMUM, np.int64)
    while True:
        scaled = np.rint(matrix * 2.0 ** shifts[:, None])
        too_large = np.abs(scaled).max(1) > 2 ** (width - 1) - 1
        too_large |= sums_too_large(scaled, bias, shifts)
        if not too_large.any():
            return shifts
        shifts = _lowered(shifts, too_large)


def sums_too_large(weights: Floats, bias: Floats, shifts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """For each row of integer weights, whether its 32-bit sum could overflow."""
    sums = integer.largest_sums(np.abs(weights).sum(1), np.rint(bias * 2.0**shifts), shifts)
    return sums > integer.ACCUMULATOR_LIMIT


def _lowered(shifts: NDArray[np.int64], rows: NDArray[np.bool_]) -> NDArray[np.int64]:
    lowered = shifts - rows
    if lowered.min() < 1:
        raise RowTooLarge(f"row {int(lowered.argmin())} needs a shift under 1")
    return lowered


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
def quantized_gain(gain: Gain, scale: Scale, levels: int) -> integer.Gain:
    """The gains of so many levels."""
    positions = torch.arange(levels) / (levels - 1)
    factors = _double(gain.factors(positions)) * (scale.input / scale.output)
    largest = np.abs(factors).max(1)
    shifts = np.minimum(np.floor(np.log2(32767 / largest)), integer.SHIFT_MAXIMUM).astype(np.int64)
    if shifts.min() < 1:
        raise RowTooLarge(f"level {int(shifts.argmin())} of a gain needs a shift under 1")
    rounded = np.rint(factors * 2.0 ** shifts[:, None])
    return integer.Gain(rounded.astype(np.int16), shifts.astype(np.uint8))


def _double(tensor: Tensor) -> Floats:
    return tensor.detach().double().cpu().numpy()
