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
    score = metrics.ssimulacra2(first, first + np.uint8(40))
    assert score < 90
