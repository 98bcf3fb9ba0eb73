import math

import numpy as np
import pytest

from tngtrain.tables import (
    REACH,
    TOTAL,
    Table,
    allocate,
    fitted_table,
    gaussian_density,
    scale_of_index,
    scale_tables,
)  # fmt: skip


def test_scale_tables_obey_the_format():
    for table in scale_tables(np.zeros((64, 2 * REACH + 1))):
        assert table.frequencies.sum() == TOTAL
        assert table.frequencies.min() >= 1
        assert 1 <= table.count <= 255
        assert 0 <= table.raw_bits <= 12


@pytest.mark.parametrize("index", [8, 20, 35, 50, 63])
def test_tables_cost_hardly_more_than_the_entropy(index):
    density = gaussian_density(scale_of_index(index))
    table = fitted_table(np.zeros(2 * REACH + 1), density)
    entropy = -(density[density > 0] * np.log2(density[density > 0])).sum()
    length = (density * table.bits(np.arange(-REACH, REACH + 1))).sum()
    assert entropy <= length < 1.003 * entropy


def test_density_sums_to_one_and_is_symmetric():
    density = gaussian_density(2.5)
    assert math.isclose(density.sum(), 1, rel_tol=1e-12)
    assert np.array_equal(density, density[::-1])


def test_counts_outweigh_the_density():
    counts = np.zeros(2 * REACH + 1)
    counts[REACH + 3] = 1_000_000
    table = fitted_table(counts, gaussian_density(1.0))
    assert table.frequencies[3 - table.minimum] > 0.98 * TOTAL


def test_escapes_cost_what_the_format_says():
    table = Table(1, -1, np.array([1024, 1024, 1024, 1024], np.uint16))
    # q = −1, 0, 1 inside; one raw bit each; then escapes of excess 0, 1, 2, 3.
    assert table.bits([-2, 0, 3]).tolist() == [3, 3, 3]
    assert table.bits([4, -3, 6, -5]).tolist() == [3 + 4 + b for b in (0, 1, 1, 2)]


def test_allocation_is_optimal_for_exchanges():
    weights = np.random.default_rng(1).exponential(1, 40) ** 3
    frequencies = allocate(weights).astype(np.int64)
    gain = weights * np.log1p(1 / frequencies)
    loss = np.where(frequencies > 1, weights * np.log(frequencies / np.maximum(frequencies - 1, 0.5)), np.inf)
    assert frequencies.sum() == TOTAL
    assert gain.max() <= loss.min() * (1 + 1e-9)
