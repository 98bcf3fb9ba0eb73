"""Frequency tables of the entropy coder (Documentation/Format.md, section 4).

Made once, by the exporter, from floating-point densities; the codec sees only the integers.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TOTAL = 4096
COUNT_MAXIMUM = 255
SCALES = 64
SCALE_MINIMUM, LOG_SCALE_RANGE = 0.11, 8.2073
ESCAPE_BITS_MAXIMUM = 12
BINS_PER_DEVIATION = 16
"""A table drops low bits until a standard deviation is at most this many bins."""


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

    def bits(self, integers) -> NDArray[np.float64]:
        """The bits that coding each integer takes, −log2 p, escapes and raw bits included."""
        lengths = -np.log2(self.frequencies / TOTAL)
        symbol = (np.asarray(integers, np.int64) >> self.raw_bits) - self.minimum
        inside = (symbol >= 0) & (symbol < self.count)
        escaped = lengths[-1] + escape_bits(symbol, self.count)
        return self.raw_bits + np.where(inside, lengths[np.where(inside, symbol, 0)], escaped)


def escape_bits(symbol: NDArray[np.int64], count: int) -> NDArray[np.float64]:
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
    while frequencies.sum() > TOTAL:
        loss = weights * np.log(frequencies / np.maximum(frequencies - 1, 0.5))
        frequencies[np.argmin(np.where(frequencies > 1, loss, np.inf))] -= 1
    while frequencies.sum() < TOTAL:
        frequencies[np.argmax(weights * np.log1p(1 / frequencies))] += 1
    return frequencies.astype(np.uint16)


def scale_of_index(index: int) -> float:
    """The standard deviation that a scale index stands for."""
    return SCALE_MINIMUM * math.exp(index * LOG_SCALE_RANGE / (SCALES - 1))


def _normal_cumulative(values, scale: float) -> NDArray[np.float64]:
    return np.array([0.5 * math.erfc(-value / (scale * math.sqrt(2))) for value in values])


def gaussian_probabilities(scale: float, raw_bits: int) -> tuple[NDArray[np.float64], int]:
    """Probabilities of q = integer >> raw_bits under a zero-mean Gaussian, and the first q."""
    width = 1 << raw_bits
    reach = math.ceil(8 * scale / width) + 1
    edges = np.arange(-reach, reach + 1) * width - 0.5
    # Differences of the smaller tail, so that both tails keep their precision.
    lower, upper = _normal_cumulative(edges, scale), _normal_cumulative(-edges, scale)
    probabilities = np.where(edges[1:] <= 0, np.diff(lower), -np.diff(upper))
    return probabilities, -reach


def gaussian_table(scale: float) -> Table:
    """The table of a zero-mean Gaussian of standard deviation `scale`."""
    raw_bits = max(0, math.ceil(math.log2(scale / BINS_PER_DEVIATION)))
    probabilities, minimum = gaussian_probabilities(scale, raw_bits)
    return table_from_probabilities(probabilities, minimum, raw_bits)


def scale_tables() -> list[Table]:
    """The tables of the 64 scale indices."""
    return [gaussian_table(scale_of_index(index)) for index in range(SCALES)]


def table_of_density(probabilities, minimum: int) -> Table:
    """The table of a density given at the integers from `minimum`; drops low bits of broad ones."""
    probabilities = np.asarray(probabilities, np.float64)
    values = minimum + np.arange(len(probabilities))
    mean = np.average(values, weights=probabilities)
    deviation = math.sqrt(np.average((values - mean) ** 2, weights=probabilities))
    raw_bits = max(0, math.ceil(math.log2(max(deviation, 1e-3) / BINS_PER_DEVIATION)))
    first = minimum >> raw_bits
    merged = np.bincount((values >> raw_bits) - first, probabilities)
    return table_from_probabilities(merged, first, raw_bits)
