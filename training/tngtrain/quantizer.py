"""How the reference encoder chooses the integers it sends; `Sources/Core/Codec/Encoding/Quantizer.swift` is its twin.

A decoder takes any integers. The encoder sends the nearest to a latent's distance from its mean, or, with
rate–distortion optimisation, the next one towards zero where that costs less in rate and distortion together
(Documentation/Decisions/0001-rate-distortion-optimised-quantisation.md). All in integers.
"""

import numpy as np
from numpy.typing import NDArray

from .tables import REACH, TOTAL, Table, escape_bits
from .weights_file import IntegerModel

COST_FRACTION = 8
"""Fractional bits of a cost in bits."""

Integers = NDArray[np.int64]


def _logarithm(value: int) -> int:
    """log2 in units of 1/256, rounded down, by squaring the mantissa bit after bit."""
    result = value.bit_length() - 1
    mantissa = value << (31 - result)
    for _ in range(COST_FRACTION):
        mantissa = (mantissa * mantissa) >> 31
        bit = mantissa >> 32
        mantissa >>= bit
        result = result << 1 | bit
    return result


_FREQUENCY_COSTS = np.array(
    [0] + [(12 << COST_FRACTION) - _logarithm(frequency) for frequency in range(1, TOTAL + 1)]
)


def table_costs(table: Table) -> Integers:
    """What each of the integers −REACH … REACH costs, in 1/256 bit."""
    symbols = (np.arange(-REACH, REACH + 1) >> table.raw_bits) - table.minimum
    inside = (symbols >= 0) & (symbols < table.count)
    costs = _FREQUENCY_COSTS[table.frequencies[np.where(inside, symbols, table.count)]]
    escapes = np.where(inside, 0, escape_bits(symbols, table.count)).astype(np.int64)
    return costs + ((table.raw_bits + escapes) << COST_FRACTION)


class Quantizer:
    """Differences between latents and means, in units of 2^−`fraction_bits`, to integers."""

    def __init__(self, model: IntegerModel, optimized: bool):
        self.fraction_bits, self.optimized = model.fraction_bits, optimized
        self.weight = model.refinement.rounding_weight
        self.costs = np.stack([table_costs(table) for table in model.scale_tables])

    def residuals(self, differences: Integers, indices: Integers) -> Integers:
        """The integers to send, with their scale indices."""
        nearest = (differences + (1 << self.fraction_bits) // 2) >> self.fraction_bits
        if not self.optimized:
            return nearest
        smaller = nearest - np.sign(nearest)
        cheaper = self._cost(smaller, differences, indices) < self._cost(nearest, differences, indices)
        return np.where(cheaper, smaller, nearest)

    def _cost(self, residuals: Integers, differences: Integers, indices: Integers) -> Integers:
        errors = differences - (residuals << self.fraction_bits)
        distortion = (self.weight * errors * errors) >> (2 * self.fraction_bits)
        return self.costs[indices, residuals + REACH] + distortion
