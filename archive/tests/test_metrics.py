import numpy as np
import pictures
import pytest
from tng_archive import metrics


def test_equal_pictures():
    picture = pictures.samples(1, 30, 20)
    assert metrics.ssimulacra2(picture, picture) == 100


@pytest.mark.parametrize("shape", [(1, 1), (7, 30), (30, 7, 2), (20, 20, 4)])
def test_every_shape(shape):
    random = np.random.default_rng(0)
    first = random.integers(100, 120, shape, np.uint8)
    assert metrics.ssimulacra2(first, first + np.uint8(40)) < 90


def test_parts_are_the_whole(monkeypatch):
    first, second = pictures.samples(1, 50, 40), pictures.samples(2, 50, 40)
    monkeypatch.setattr(metrics, "PART_SIDE", 20)
    scores = [
        metrics._score(first[y : y + 20, x], second[y : y + 20, x])
        for y in (0, 20)
        for x in (slice(0, 16), slice(16, 33), slice(33, 50))
    ]
    widths = np.array([16, 17, 17] * 2)
    assert metrics.ssimulacra2(first, second) == pytest.approx(np.average(scores, weights=widths))
