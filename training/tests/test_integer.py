import numpy as np
import pytest

from tngtrain import integer
from tngtrain.crc32c import crc32c
from tngtrain.quantization import RowTooLarge, row_shifts


def random_tensor(*shape: int) -> np.ndarray:
    return np.random.default_rng(3).integers(-32768, 32768, shape).astype(np.float64)


def test_crc_of_the_standard_check_string():
    assert crc32c(b"123456789") == 0xE3069283


def test_requantize_rounds_like_a_shift():
    for value in (-32769, -9, -8, -7, -1, 0, 3, 4, 5, 2**31 - 1, -(2**31)):
        for shift in (1, 3, 30):
            expected = min(max((value + (1 << shift - 1)) >> shift, -32768), 32767)
            assert integer.requantize(np.array([float(value)]), shift)[0] == expected


def test_leaky_shifts_negative_values_down():
    values = np.array([-32768.0, -9, -8, -1, 0, 7, 32767])
    assert integer.leaky(values).tolist() == [max(int(v), int(v) >> 3) for v in values]


def test_pointwise_equals_integer_arithmetic():
    random = np.random.default_rng(4)
    weights = random.integers(-128, 128, (16, 32)).astype(np.int16)
    bias = random.integers(-(2**20), 2**20, 16).astype(np.int32)
    layer = integer.Pointwise(weights, bias, np.arange(1, 17).astype(np.uint8), 8)
    tensor = random_tensor(3, 5, 32)
    sums = tensor.astype(np.int64) @ weights.T.astype(np.int64) + bias
    shift = layer.shift.astype(np.int64)
    expected = np.clip((sums + (1 << (shift - 1))) >> shift, -32768, 32767)
    assert np.array_equal(layer.apply(tensor, 0), expected)


def test_depthwise_sees_zeros_outside():
    weights = np.arange(9 * 16).reshape(9, 16).astype(np.int16)
    layer = integer.Depthwise(weights, np.zeros(16, np.int32), np.full(16, 1, np.uint8))
    tensor = np.zeros((4, 4, 16))
    tensor[0, 3] = 2
    result = layer.apply(tensor, 0)
    assert np.array_equal(result[0, 3], weights[4])
    assert np.array_equal(result[1, 3], weights[1])
    assert np.array_equal(result[1, 2], weights[2])
    assert not result[2:].any() and not result[:, :2].any()


def test_shuffles_match_the_format():
    tensor = random_tensor(4, 6, 2)
    result = integer.Unshuffle(2).apply(tensor, 0)
    assert np.array_equal(result[1, 2, (1 * 2 + 0) * 2 + 1], tensor[3, 4, 1])
    assert np.array_equal(integer.Shuffle(2).apply(result, 0), tensor)


def test_row_shifts_are_the_largest_that_fit():
    matrix = np.random.default_rng(1).normal(0, 0.3, (16, 64))
    bias = np.random.default_rng(2).normal(0, 100, 16)
    shifts = row_shifts(matrix, bias, 16)

    def fits(shift: np.ndarray) -> np.ndarray:
        scaled = np.abs(np.rint(matrix * 2.0 ** shift[:, None]))
        sums = 32768 * scaled.sum(1) + np.abs(np.rint(bias * 2.0**shift)) + 2.0 ** (shift - 1)
        return (scaled.max(1) <= 32767) & (sums <= 2**31 - 1)

    assert fits(shifts).all() and not fits(shifts + 1).any()


def test_a_row_that_cannot_be_represented_is_refused():
    with pytest.raises(RowTooLarge):
        row_shifts(np.full((1, 16), 20000.0), np.zeros(1), 16)
