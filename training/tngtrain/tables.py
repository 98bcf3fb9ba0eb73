"""Frequency tables of the entropy coder (Documentation/Format.md, section 4).

Made once, by the exporter, from symbols counted on photographs and the model's own densities; the codec
sees only the integers.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOTAL = 4096
COUNT_MAXIMUM = 255
SCALES = 64
SCALE_MINIMUM, LOG_SCALE_RANGE = 0.11, 8.2073
BINS_PER_DEVIATION = 16
"""A table drops low bits until a standard deviation is at most this many bins."""
REACH = 4096
"""Counts and densities are over the integers −REACH … REACH."""
PRIOR_COUNT = 500
"""How many counted symbols the model's own density is worth."""

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]


@dataclass(frozen=True)
class Table:
    """Frequencies of the values `minimum … minimum + count − 1` of q, then that of the escape."""

    raw_bits: int
    minimum: int
    frequencies: NDArray[np.uint16]

    @property
    def count(self) -> int:
        """The number of values without the escape."""
        return len(self.frequencies) - 1

    def bits(self, integers) -> Floats:
        """The bits that coding each integer takes, −log2 p, escapes and raw bits included."""
        lengths = -np.log2(self.frequencies / TOTAL)
        symbol = (np.asarray(integers, np.int64) >> self.raw_bits) - self.minimum
        inside = (symbol >= 0) & (symbol < self.count)
        escaped = lengths[-1] + escape_bits(symbol, self.count)
        return self.raw_bits + np.where(inside, lengths[np.where(inside, symbol, 0)], escaped)


def escape_bits(symbol: NDArray[np.int64], count: int) -> Floats:
    """The raw bits after an escape, for symbols outside 0 … count − 1."""
    excess = np.where(symbol < 0, -2 * symbol - 1, 2 * (symbol - count))
    return 4 + np.floor(np.log2(np.maximum(excess, 0) + 1))


def table_from_probabilities(probabilities, minimum: int, raw_bits: int) -> Table:
    """The table of least expected length for q = `minimum`, `minimum` + 1, … of these probabilities."""
    probabilities = np.asarray(probabilities, np.float64) / np.sum(probabilities)
    thresholds = 2.0 ** -np.arange(8, 18, 0.5)
    ranges = {_range_above(probabilities, threshold) for threshold in thresholds}
    candidates = (_table_of_range(probabilities, minimum, raw_bits, *r) for r in sorted(ranges))
    return min(candidates, key=lambda candidate: candidate[0])[1]


def _range_above(probabilities, threshold: float) -> tuple[int, int]:
    """The first and one past the last symbol above `threshold`, at most 255 of them."""
    above = np.flatnonzero(probabilities >= threshold)
    if len(above) == 0:
        above = np.array([np.argmax(probabilities)])
    first, end = int(above[0]), int(above[-1]) + 1
    while end - first > COUNT_MAXIMUM:
        first, end = (first + 1, end) if probabilities[first] < probabilities[end - 1] else (first, end - 1)
    return first, end


def _table_of_range(probabilities, minimum, raw_bits, first, end) -> tuple[float, Table]:
    """Expected bits and table when the symbols `first … end − 1` are coded without escape."""
    escape = probabilities[:first].sum() + probabilities[end:].sum()
    weights = np.append(probabilities[first:end], escape)
    table = Table(raw_bits, minimum + first, allocate(weights))
    integers = (minimum + np.arange(len(probabilities))) << raw_bits
    return float(probabilities @ table.bits(integers)), table


def allocate(weights) -> NDArray[np.uint16]:
    """Frequencies ≥ 1 of sum 4096 that make Σ weight·log2(frequency) as large as possible."""
    weights = np.maximum(np.asarray(weights, np.float64), 1e-12)
    frequencies = np.maximum(1, np.floor(weights / weights.sum() * TOTAL)).astype(np.int64)
    while True:
        gain = weights * np.log1p(1 / frequencies)
        fewer = np.maximum(frequencies - 1, 0.5)
        loss = np.where(frequencies > 1, weights * np.log(frequencies / fewer), np.inf)
        richest, poorest, rest = gain.argmax(), loss.argmin(), TOTAL - frequencies.sum()
        if rest == 0 and gain[richest] <= loss[poorest] * (1 + 1e-9):
            return frequencies.astype(np.uint16)
        if rest >= 0:
            frequencies[richest] += 1
        if rest <= 0:
            frequencies[poorest] -= 1


def scale_of_index(index: int) -> float:
    """The standard deviation that a scale index stands for."""
    return SCALE_MINIMUM * math.exp(index * LOG_SCALE_RANGE / (SCALES - 1))


def gaussian_density(scale: float) -> Floats:
    """The probabilities of −REACH … REACH under a rounded zero-mean Gaussian."""
    # The tail above each edge, so that small probabilities keep their precision.
    edges = np.arange(REACH + 2) - 0.5
    tails = np.array([0.5 * math.erfc(edge / (scale * math.sqrt(2))) for edge in edges])
    positive = tails[:-1] - tails[1:]
    return np.concatenate([positive[:0:-1], positive])


def fitted_table(counts: Counts, density: Floats) -> Table:
    """The table of a symbol that occurred `counts` times, with a density that weighs `PRIOR_COUNT` more.

    Both are over −REACH … REACH.
    """
    values = np.arange(-REACH, REACH + 1)
    weights = counts + PRIOR_COUNT * density / density.sum()
    mean = np.average(values, weights=weights)
    deviation = math.sqrt(np.average((values - mean) ** 2, weights=weights))
    raw_bits = max(0, math.ceil(math.log2(max(deviation, 1e-3) / BINS_PER_DEVIATION)))
    first = -REACH >> raw_bits
    merged = np.bincount((values >> raw_bits) - first, weights)
    return table_from_probabilities(merged, first, raw_bits)


def scale_tables(counts: Counts) -> list[Table]:
    """The tables of the 64 scale indices, from counts (64, 2·REACH + 1) of their residuals."""
    densities = (gaussian_density(scale_of_index(index)) for index in range(SCALES))
    return [fitted_table(own, density) for own, density in zip(counts, densities)]


def hyper_tables(counts: Counts, densities: Floats) -> list[Table]:
    """The tables of the hyper channels, from counts and the factorised prior's densities."""
    return [fitted_table(own, density) for own, density in zip(counts, densities)]
