import math

import numpy as np
import pytest

from tng_evaluation.curves import Curve, bd_rate, measured_curves, published_curves
from tng_evaluation.rows import Row

PUBLISHED = published_curves()
ANCHORS = ["JPEG (libjpeg, 4:2:0)", "WebP", "BPG 4:4:4 (x265)", "VVC VTM 4:4:4"]

# BD-rates in percent between published curves, as the design of TNG states them: over PSNR against
# each of ANCHORS, then over MS-SSIM against BPG.
STATED = {
    "JPEG (libjpeg, 4:2:0)": ("0", "+56.7", "+143", "+208.5", "+91.7"),
    "JPEG 2000 (OpenJPEG)": ("-35.9", "+6.7", "+55.8", "+98", "+71.2"),
    "WebP": ("-36.2", "0", "+44.2", "+78.7", "+31.8"),
    "BPG 4:4:4 (x265)": ("-58.9", "-30.6", "0", "+22.0", "0"),
    "AV1 (libaom)": ("-62.4", "-35.6", "-6.2", "+16.2", "-6.5"),
    "VVC VTM 4:4:4": ("-67.6", "-44.1", "-18.0", "0", "-17.7"),
    "bmshj2018-hyperprior (MSE)": ("-55.0", "-28.4", "+3.9", "+30.5", "-12.6"),
    "mbt2018 (MSE)": ("-61.0", "-38.4", "-11.2", "+11.0", "-20.3"),
    "cheng2020-anchor (MSE)": ("-65.4", "-44.9", "-18.9", "+3.7", "-25.8"),
    "ELIC 2022 (MSE, paper)": ("-67.9", "-49.4", "-26.6", "-7.0", "nan"),
}


def curve(bpp: list[float], psnr_db: list[float]) -> Curve:
    return Curve("", (), np.array(bpp), np.array(psnr_db), np.array([]))


@pytest.mark.parametrize("label", STATED)
def test_published_curves_have_the_stated_bd_rates(label: str) -> None:
    pairs = [(anchor, "psnr") for anchor in ANCHORS] + [("BPG 4:4:4 (x265)", "ms-ssim")]
    for stated, (anchor, metric) in zip(STATED[label], pairs, strict=True):
        percent = 100 * bd_rate(PUBLISHED[label], PUBLISHED[anchor], metric)
        rounding = 0.05 if "." in stated else 0.5
        assert percent == pytest.approx(float(stated), abs=rounding + 1e-9, nan_ok=True)


def test_a_published_curve_says_so() -> None:
    assert PUBLISHED["WebP"].title == "WebP, published"


def test_half_the_rate_is_minus_fifty_percent() -> None:
    anchor = curve([0.2, 0.5, 1.1, 2.0], [28, 31, 35, 39])
    half = curve([0.1, 0.25, 0.55, 1.0], [28, 31, 35, 39])
    assert bd_rate(half, anchor, "psnr") == pytest.approx(-0.5)
    assert bd_rate(anchor, half, "psnr") == pytest.approx(1)


def test_two_points_are_joined_by_a_line_over_the_common_range() -> None:
    # log2 of the rates: quality/10 − 3 against quality/20 − 1. The common range is 30 … 40, where
    # the means are 0.5 and 0.75: a quarter of a doubling less.
    test = curve([0.5, 2], [20, 40])
    anchor = curve([math.sqrt(2), math.sqrt(8)], [30, 50])
    assert bd_rate(test, anchor, "psnr") == pytest.approx(2**-0.25 - 1)


def test_curves_without_a_common_range_have_no_bd_rate() -> None:
    assert math.isnan(bd_rate(curve([1, 2], [10, 20]), curve([1, 2], [20, 30]), "psnr"))
    assert math.isnan(bd_rate(curve([1, 2], [10, 20]), curve([1, 2], [10, 20]), "ms-ssim"))


def test_butteraugli_counts_downwards_and_unknown_points_do_not_count() -> None:
    nothing = np.empty(0)
    distances = np.array([4, math.nan, 2, 1])
    anchor = Curve("", (), np.array([1, 9, 2, 4]), nothing, nothing, butteraugli=distances)
    half = Curve("", (), np.array([0.5, 9, 1, 2]), nothing, nothing, butteraugli=distances)
    assert anchor.is_known("butteraugli") and not anchor.is_known("ssimulacra2")
    assert bd_rate(half, anchor, "butteraugli") == pytest.approx(-0.5)
    assert math.isnan(bd_rate(half, anchor, "ssimulacra2"))


def row(picture: str, quality: float, bpp: float, psnr_db: float) -> Row:
    return Row(picture, "jpeg", quality, 8, 8, 1, bpp, psnr_db, 0.9, 0, 0, 0, "")


def test_a_measured_curve_averages_the_qualities_that_every_picture_has() -> None:
    rows = [row("a", 50, 1, 30), row("b", 50, 3, 40), row("a", 10, 0.5, 20), row("b", 10, 0.7, 26)]
    only_one_picture = [row("a", 90, 5, 50)]
    measured = measured_curves(rows + only_one_picture)
    assert list(measured) == ["jpeg"]
    assert measured["jpeg"].qualities == (10, 50)
    assert measured["jpeg"].title == "JPEG"
    assert measured["jpeg"].bpp == pytest.approx([0.6, 2])
    assert measured["jpeg"].psnr_db == pytest.approx([23, 35])
    assert measured["jpeg"].quality("ms-ssim") == pytest.approx([10, 10])
