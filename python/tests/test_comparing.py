import numpy as np
import pytest
import tng


def picture(*shape):
    return np.random.default_rng(0).integers(90, 110, shape, np.uint8)


@pytest.mark.parametrize("shape", [(120, 130), (120, 130, 2), (120, 130, 3), (120, 130, 4)])
def test_scores(shape):
    original = picture(*shape)
    assert tng.ssimulacra2(original, original) == 100
    decoded = tng.decode(tng.encode(original, quality=30))
    score = tng.ssimulacra2(original, decoded)
    assert score < 90
    assert tng.ssimulacra2(original, decoded, threads=2) == score


def test_other_strides():
    original = picture(240, 260, 3)[::2, ::2]
    assert tng.ssimulacra2(original, np.ascontiguousarray(original)) == 100


@pytest.mark.parametrize("shape", [(120, 131, 3), (120, 130)])
def test_other_pictures(shape):
    with pytest.raises(ValueError):
        tng.ssimulacra2(picture(120, 130, 3), picture(*shape))


def test_small_pictures():
    assert tng.ssimulacra2(picture(1, 9), picture(1, 9)) == 100


def test_wrong_threads():
    with pytest.raises(ValueError, match="threads"):
        tng.ssimulacra2(picture(8, 8), picture(8, 8), threads=0)
