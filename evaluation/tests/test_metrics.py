import math

import metric_vectors
import numpy as np
import pytest

from tng_evaluation import metrics

EXPECTED = metric_vectors.read_expected()


def pair(crop: str, distortion: str) -> tuple[np.ndarray, np.ndarray]:
    original = metric_vectors.read_crop(crop)
    return metric_vectors.DISTORTIONS[distortion](original), original


@pytest.mark.parametrize(("crop", "distortion"), EXPECTED)
def test_agrees_with_stored_values(crop: str, distortion: str) -> None:
    distorted, original = pair(crop, distortion)
    psnr, ms_ssim, _ = EXPECTED[crop, distortion]
    assert metrics.psnr(distorted, original) == pytest.approx(psnr, abs=1e-6)
    assert metrics.ms_ssim(distorted, original) == pytest.approx(ms_ssim, abs=1e-5)


def test_ms_ssim_agrees_with_pytorch_msssim() -> None:
    pytorch_msssim = pytest.importorskip("pytorch_msssim")
    distorted, original = pair("kodim13", "patterned")
    expected = metric_vectors.pytorch_ms_ssim(pytorch_msssim, distorted, original)
    assert metrics.ms_ssim(distorted, original) == pytest.approx(expected, abs=1e-5)


def test_equal_pictures() -> None:
    picture = metric_vectors.read_crop("kodim04")
    assert metrics.psnr(picture, picture) == math.inf
    assert metrics.ms_ssim(picture, picture) == pytest.approx(1)
    assert metrics.plane_errors(picture, picture) == (0, 0, 0)


def test_a_picture_too_small_has_no_ms_ssim() -> None:
    picture = np.zeros((160, 300, 3), np.uint8)
    assert math.isnan(metrics.ms_ssim(picture, picture))
    assert metrics.psnr(picture, picture + np.uint8(51)) == pytest.approx(20 * math.log10(5))


def test_decibels() -> None:
    assert metrics.in_decibels(0.99) == pytest.approx(20)


def test_plane_errors_of_pure_colours() -> None:
    black = np.zeros((2, 2, 3), np.uint8)
    red = black.copy()
    red[0, 0, 0] = 200  # a quarter of the pixels
    luma, blue, red_difference = metrics.plane_errors(red, black)
    assert luma == pytest.approx(0.299 * 50)
    assert blue == pytest.approx(0.168736 * 50)
    assert red_difference == pytest.approx(0.5 * 50)
