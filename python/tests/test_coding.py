import mmap
import pickle

import numpy as np
import pytest
import tng
from conftest import picture


def test_lossless_keeps_every_sample(any_picture):
    data = tng.encode(any_picture, lossless=True)
    decoded = tng.decode(data)
    assert decoded.dtype == np.uint8
    np.testing.assert_array_equal(decoded, any_picture)
    assert tng.info(data).is_lossless


@pytest.mark.parametrize("depth", [1, 7, 10, 16])
def test_lossless_keeps_every_depth(any_picture, depth):
    dtype = np.uint8 if depth <= 8 else np.uint16
    image = (any_picture.astype(np.uint32) * 263 % (1 << depth)).astype(dtype)
    data = tng.encode(image, depth=depth, lossless=True)
    assert tng.info(data).depth == depth
    decoded = tng.decode(data)
    assert decoded.dtype == dtype
    np.testing.assert_array_equal(decoded, image)
    as_bytes = tng.decode(data, depth=8)
    assert as_bytes.dtype == np.uint8 and as_bytes.max() == round(int(image.max()) * 255 / (2**depth - 1))
    assert tng.info(tng.encode(image, depth=depth)).depth == 8


def test_samples_beyond_their_depth():
    with pytest.raises(ValueError, match="larger than"):
        tng.encode(np.full((3, 3), 1024, np.uint16), depth=10, lossless=True)


def test_quality_is_near_and_smaller(any_picture):
    high, low = (tng.encode(any_picture, quality=quality) for quality in (90, 10))
    assert len(low) < len(high) < any_picture.size
    error = tng.decode(high).astype(int) - any_picture
    # Alpha is kept as it is.
    assert abs(error).mean() < 4
    if any_picture.ndim == 3 and any_picture.shape[2] in (2, 4):
        assert not error[..., -1].any()


def test_info_says_what_decoding_gives(any_picture):
    data = tng.encode(any_picture, level=20)
    info = tng.info(data)
    assert info.shape == tng.decode(data).shape == any_picture.shape
    assert (info.width, info.height, info.depth) == (70, 45, 8)
    assert info.level == 20 and 20 < info.level_count <= 128 and info.model_id
    assert info.file_size == len(data)
    assert info.icc_profile is info.exif is info.xmp is None


@pytest.mark.parametrize(
    "view",
    [
        lambda a: a[::2],
        lambda a: a[:, 10:60],
        lambda a: a[5:6],
        lambda a: a[:, ::2],
        lambda a: a[::-1],
        lambda a: a[:, :, ::-1],
        lambda a: a.transpose(1, 0, 2),
        lambda a: np.broadcast_to(a[:1], a.shape),
        np.asfortranarray,
    ],
)
def test_views_are_encoded_as_they_look(view):
    image = view(picture(3))
    np.testing.assert_array_equal(tng.decode(tng.encode(image, lossless=True)), image)


def test_grey_with_an_axis_of_channels():
    image = picture(1)
    assert tng.encode(image[..., np.newaxis]) == tng.encode(image)


def test_metadata_travel():
    blocks = {"icc_profile": b"profile", "exif": b"II*\0", "xmp": b"<x/>"}
    info = tng.info(tng.encode(picture(3), **blocks))
    assert {name: getattr(info, name) for name in blocks} == blocks
    assert tng.info(tng.encode(picture(3), exif=b"Exif\0\0II*\0")).exif == b"II*\0"
    assert tng.info(tng.encode(picture(3), xmp=bytearray(b"<y/>"))).xmp == b"<y/>"
    with pytest.raises(TypeError, match="bytes-like"):
        tng.encode(picture(3), xmp="<x/>")


def test_modes():
    image = picture(1)
    data = tng.encode(image, lossless=True)
    rgba = tng.decode(data, mode="RGBA")
    assert rgba.shape == (45, 70, 4) and (rgba[..., 3] == 255).all()
    np.testing.assert_array_equal(rgba[..., :3], np.stack([image] * 3, axis=2))
    with pytest.raises(ValueError, match="grey cannot hold colours"):
        tng.decode(tng.encode(picture(3)), mode="L")
    with pytest.raises(ValueError, match="mode is none of"):
        tng.decode(data, mode="CMYK")


def test_decoding_into_an_array():
    data = tng.encode(picture(3))
    expected = tng.decode(data)
    canvas = np.full((60, 100, 3), 7, np.uint8)
    view = canvas[3:48, 5:75]
    assert tng.decode(data, out=view) is view
    np.testing.assert_array_equal(view, expected)
    view[:] = 7
    assert (canvas == 7).all()
    for wrong in (canvas, np.empty((45, 70, 3)), np.empty((70, 45, 3), np.uint8).transpose(1, 0, 2), view[::-1]):
        with pytest.raises(ValueError):
            tng.decode(data, out=wrong)


@pytest.mark.parametrize("reduction", [1, 2, 4, 8])
def test_smaller_sizes_and_parts(any_picture, reduction):
    data = tng.encode(any_picture)
    whole = tng.decode(data, scale=1 / reduction)
    assert whole.shape[:2] == (-(-45 // reduction), -(-70 // reduction))
    # Every pixel is near the mean of those that it stands for; 8 divides neither side.
    rows, columns = 45 // reduction, 70 // reduction
    blocks = any_picture[: rows * reduction, : columns * reduction].astype(float)
    means = blocks.reshape(rows, reduction, columns, reduction, -1).mean(axis=(1, 3))
    assert np.abs(whole[:rows, :columns].reshape(means.shape) - means).mean() < 6
    part = tng.decode(data, scale=1 / reduction, region=(3, 1, 5, 4))
    np.testing.assert_array_equal(part, whole[1:5, 3:8])
    out = np.zeros_like(whole)
    assert tng.decode_partial(data, scale=1 / reduction, out=out)[0] is out
    np.testing.assert_array_equal(out, whole)


@pytest.mark.parametrize(
    "arguments",
    [{"scale": 1 / 3}, {"scale": 2}]
    + [{"region": region} for region in [(0, 0, 0, 1), (-1, 0, 2, 2), (69, 0, 2, 2), (0, 0, 70, 46), (0, 0, 1)]],
)
def test_sizes_and_parts_that_cannot_be_had(arguments):
    with pytest.raises(ValueError):
        tng.decode(tng.encode(picture(3)), **arguments)


def test_a_decoder_decodes_the_whole_again():
    decoder = tng.Decoder()
    decoder.feed(tng.encode(picture(3)))
    assert decoder.decode(scale=1 / 4, region=(2, 2, 3, 1)).shape == (1, 3, 3)
    assert decoder.decode().shape == (45, 70, 3)


def test_graphics_are_kept_as_they_are_or_not():
    noise = np.random.default_rng(1).integers(0, 2, (64, 64), np.uint8) * 255
    np.testing.assert_array_equal(tng.decode(tng.encode(noise)), noise)
    assert (tng.decode(tng.encode(noise, graphics="never")) != noise).any()
    with pytest.raises(ValueError, match="graphics is none of auto, never"):
        tng.encode(noise, graphics="always")


def test_any_buffer_is_read(tmp_path):
    data = tng.encode(picture(1))
    expected = tng.decode(data)
    (tmp_path / "picture.tng").write_bytes(data)
    with open(tmp_path / "picture.tng", "rb") as file:
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            np.testing.assert_array_equal(tng.decode(mapped), expected)
    for buffer in (bytearray(data), memoryview(data), np.frombuffer(data, np.uint8)):
        np.testing.assert_array_equal(tng.decode(buffer), expected)


def test_a_file_in_pieces():
    image = picture(3)
    data = tng.encode(image)
    decoder = tng.Decoder()
    shares = []
    for start in range(0, len(data), 9):
        with pytest.raises(tng.TruncatedError):
            decoder.decode()
        decoder.feed(data[start : start + 9])
        if decoder.is_ready:
            pixels, completeness = decoder.decode_partial()
            assert pixels.shape == image.shape and decoder.info().file_size == len(data)
            shares.append(completeness.byte_share)
    assert shares == sorted(shares) and 0 < shares[0] < shares[-1] == 1
    np.testing.assert_array_equal(decoder.decode(), tng.decode(data))
    decoder.reset()
    assert not decoder.is_ready


def test_targets():
    image = picture(3)
    assert len(tng.encode(image, target_size=900)) <= 900
    decoded = tng.decode(tng.encode(image, target_psnr=36, tune="psnr"))
    assert 10 * np.log10(255**2 / np.mean((decoded.astype(float) - image) ** 2)) >= 36
    with pytest.raises(tng.TargetError) as caught:
        tng.encode(image, target_size=10)
    assert caught.value.code == "size-not-reachable" and caught.value.value > caught.value.bound == 10


def test_what_is_wrong_is_told():
    data = bytearray(tng.encode(picture(3)))
    with pytest.raises(tng.TruncatedError) as caught:
        tng.decode(data[:-1])
    assert caught.value.code == "truncated" and isinstance(caught.value, tng.TNGError)
    data[-10] ^= 1
    with pytest.raises(tng.DamagedError, match="damaged at byte") as caught:
        tng.decode(data)
    error = caught.value
    assert (error.code, error.part, error.tile) == ("checksum-mismatch", "latents", 0)
    assert 0 < error.offset < len(data)
    other = pickle.loads(pickle.dumps(error))
    assert type(other) is type(error) and vars(other) == vars(error) and str(other) == str(error)
    with pytest.raises(tng.DamagedError, match="does not begin like a TNG file"):
        tng.info(b"PNG, perhaps")
    with pytest.raises(tng.LimitError) as caught:
        tng.decode(tng.encode(picture(3)), max_pixels=100)
    assert caught.value.bound == 100


@pytest.mark.parametrize(
    "options",
    [
        {"quality": 101},
        {"quality": float("nan")},
        {"effort": 10},
        {"threads": 0},
        {"threads": 1 << 32},
        {"max_pixels": -1},
        {"tune": "vmaf"},
        {"quality": 50, "lossless": True},
    ],
)
def test_options_out_of_range(options):
    with pytest.raises(ValueError):
        tng.Encoder(**options)


def test_arrays_that_are_no_picture():
    for wrong in (np.zeros(3, np.uint8), np.zeros((3, 3, 5), np.uint8), np.zeros((0, 3), np.uint8)):
        with pytest.raises(ValueError, match="a picture has the shape"):
            tng.encode(wrong)
    with pytest.raises(TypeError, match="uint8 or uint16, not float64"):
        tng.encode(np.zeros((3, 3)))
    with pytest.raises(ValueError, match="1 to 8 bits, not 10"):
        tng.encode(np.zeros((3, 3), np.uint8), depth=10)
    with pytest.raises(TypeError):
        tng.encode(picture(1), quallity=5)
