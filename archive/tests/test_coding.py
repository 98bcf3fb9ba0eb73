import dataclasses

import numpy as np
import pictures
import pytest
import tng

from tng_archive import coding
from tng_archive.coding import code
from tng_archive.errors import PictureError
from tng_archive.settings import Settings


def coded(block, **settings):
    chosen = Settings(**({"effort": 0} | settings))
    return code(block, settings=dataclasses.asdict(chosen), max_pixels=1 << 28, max_memory=1 << 31)


@pytest.fixture(scope="module")
def special():
    return pictures.special()


def test_encoded(special):
    facts, file = coded(special["alpha.png"])
    assert facts["metric"] == "ssimulacra2" and 20 < facts["score"] < 100
    assert facts["model"] == f"{tng.info(file).model_id:08x}"
    assert tng.info(file).mode == "RGBA"


def test_lossless():
    image = pictures.photo(3)
    facts, file = coded(pictures.file(image, "PPM"), lossless=True)
    assert (facts["metric"], facts["score"]) == ("exact", 100)
    assert np.array_equal(tng.decode(file), np.asarray(image))


def test_turned(special):
    facts, file = coded(special["turned.jpg"], target_psnr=30)
    assert tng.info(file).shape[:2] == (facts["width"], facts["height"])


@pytest.mark.parametrize(
    ("name", "reason"),
    [("16 bits.png", "mode I;16"), ("cmyk.jpg", "mode CMYK"), ("animated.gif", "several frames")],
)
def test_what_would_lose_something_is_kept(special, name, reason):
    facts, file = coded(special[name])
    assert facts["reason"] == reason and not file


def test_16_bits_without_loss(special):
    facts, file = coded(special["16 bits.png"], lossless=True)
    assert facts["metric"] == "exact" and tng.info(file).depth == 16


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"copy": True}, "asked for"),
        ({"copy_below": 1 << 20}, "small"),
        ({"minimum_score": 99.0}, "scores less than 99"),
        ({"quality": 100}, "smaller already"),
    ],
)
def test_kept(settings, reason):
    facts, file = coded(pictures.file(pictures.photo(4), "JPEG", quality=5), **settings)
    assert facts["reason"] == reason and not file


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("bad/cut.png", "damaged"),
        ("bad/cut.jpg", "damaged"),
        ("bad/empty.png", "unsupported"),
        ("bad/text.jpg", "unsupported"),
        ("bad/huge.png", "limit"),
    ],
)
def test_refused(special, name, kind):
    with pytest.raises(PictureError) as raised:
        coded(special[name])
    assert raised.value.kind == kind


def test_target_out_of_reach():
    with pytest.raises(PictureError) as raised:
        coded(pictures.file(pictures.photo(5), "PNG"), target_psnr=90.0)
    assert raised.value.kind == "target"


@pytest.mark.parametrize("lossless", [True, False])
def test_another_picture_is_noticed(monkeypatch, lossless):
    other = tng.encode(np.zeros((40, 40, 4), np.uint8), lossless=lossless)
    monkeypatch.setattr(coding, "_encode", lambda *arguments: other)
    image = pictures.photo(6).resize((40, 40)).convert("RGBA")
    with pytest.raises(PictureError) as raised:
        coded(pictures.file(image, "PNG"))
    assert raised.value.kind == "mismatch"


def test_damaged_result_is_noticed(monkeypatch):
    encode = coding._encode
    monkeypatch.setattr(coding, "_encode", lambda *arguments: encode(*arguments)[:-1])
    with pytest.raises(PictureError) as raised:
        coded(pictures.file(pictures.photo(6), "PNG"))
    assert raised.value.kind == "mismatch"
