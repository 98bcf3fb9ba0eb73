import io
import pickle

import numpy as np
import pytest
import tng
from conftest import picture
from PIL import ExifTags, Image, ImageCms, ImageFile, UnidentifiedImageError


def saved(image: Image.Image, **options) -> io.BytesIO:
    file = io.BytesIO()
    image.save(file, "TNG", **options)
    file.seek(0)
    return file


def test_registered():
    assert Image.registered_extensions()[".tng"] == "TNG"
    assert Image.MIME["TNG"] == "image/x-tng"
    assert "TNG" in Image.OPEN and "TNG" in Image.SAVE


def test_round_trip_by_name(tmp_path, any_picture):
    path = tmp_path / "picture.tng"
    original = Image.fromarray(any_picture)
    original.save(path, lossless=True)
    with Image.open(path) as image:
        assert (image.format, image.mode, image.size) == ("TNG", original.mode, (70, 45))
        assert image.get_format_mimetype() == "image/x-tng"
        assert image.tobytes() == original.tobytes()


def test_options_reach_the_encoder():
    image = Image.fromarray(picture(3))
    assert saved(image, quality=20, effort=0).read() == tng.encode(picture(3), quality=20, effort=0)
    with pytest.raises(ValueError):
        saved(image, quality=200)


def test_opening_decodes_nothing_and_reads_the_beginning_alone():
    noise = Image.fromarray(np.random.default_rng(1).integers(0, 256, (256, 256, 3), np.uint8))
    file = saved(noise, lossless=True)
    image = Image.open(file)
    assert image.size == (256, 256) and file.tell() < 20_000 < len(file.getvalue())
    assert image.tobytes() == noise.tobytes()


def test_a_file_inside_another():
    first, second = (saved(Image.fromarray(picture(channels)), lossless=True).read() for channels in (3, 1))
    stream = io.BytesIO(first + second)
    image = Image.open(stream)
    image.load()
    np.testing.assert_array_equal(np.asarray(image), picture(3))


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("1", "L"), ("P", "RGB"), ("PA", "RGBA"), ("CMYK", "RGB"), ("YCbCr", "RGB"), ("HSV", "RGB"), ("RGBX", "RGB")],
)
def test_other_modes_are_converted(mode, expected):
    image = Image.fromarray(picture(3)).convert("P" if mode == "PA" else mode).convert(mode)
    result = Image.open(saved(image, lossless=True))
    assert result.mode == expected
    assert result.tobytes() == image.convert(expected).tobytes()


def test_transparent_palettes_get_alpha():
    image = Image.fromarray(picture(1)).convert("P")
    image.info["transparency"] = 100
    assert Image.open(saved(image)).mode == "RGBA"


def test_sixteen_bits():
    grey = np.arange(45 * 70, dtype=np.uint16).reshape(45, 70) * 20
    image = Image.open(saved(Image.fromarray(grey), lossless=True))
    assert image.mode == "I;16"
    np.testing.assert_array_equal(np.asarray(image), grey)
    image = Image.open(io.BytesIO(tng.encode(grey >> 6, depth=10, lossless=True)))
    assert image.mode == "I;16" and image.getextrema() == (0, round(65535 * int(grey.max() >> 6) / 1023))
    # Pillow has no colours of 16 bits.
    colours = tng.encode(np.stack([grey] * 3, axis=2), lossless=True)
    image = Image.open(io.BytesIO(colours))
    assert image.mode == "RGB"
    np.testing.assert_array_equal(np.asarray(image)[..., 0], (grey.astype(np.uint32) * 255 + 32767) // 65535)


@pytest.mark.parametrize("mode", ["I", "F"])
def test_modes_that_the_format_lacks_are_refused(mode):
    with pytest.raises(OSError, match=f"cannot write mode {mode} as TNG"):
        saved(Image.fromarray(picture(1)).convert(mode))


def test_profile():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.fromarray(picture(3))
    opened = Image.open(saved(image, icc_profile=profile))
    assert opened.info["icc_profile"] == profile
    # That of the picture, as with Pillow's other formats, but not for other colours.
    assert Image.open(saved(opened)).info["icc_profile"] == profile
    assert "icc_profile" not in Image.open(saved(opened, icc_profile=None)).info
    assert "icc_profile" not in Image.open(saved(opened.convert("L"), icc_profile=profile)).info


def test_exif_and_xmp():
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Camera"
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"/>'
    for given in (exif, exif.tobytes()):
        image = Image.open(saved(Image.fromarray(picture(3)), exif=given, xmp=xmp))
        assert image.getexif()[ExifTags.Base.Make] == "Camera"
        assert image.info["xmp"] == xmp
    assert "exif" not in Image.open(saved(image)).info


@pytest.mark.parametrize("orientation", range(1, 9))
def test_pixels_are_upright(orientation):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Camera"
    original = Image.fromarray(picture(3))
    image = Image.open(saved(original, exif=exif, lossless=True))
    assert image.getexif()[ExifTags.Base.Orientation] == 1
    assert image.getexif()[ExifTags.Base.Make] == "Camera"
    # The corner that the orientation says is the top left one.
    corner = {1: (0, 0), 2: (69, 0), 3: (69, 44), 4: (0, 44), 5: (0, 0), 6: (0, 44), 7: (69, 44), 8: (69, 0)}
    assert image.size == ((70, 45) if orientation < 5 else (45, 70))
    assert image.getpixel((0, 0)) == original.getpixel(corner[orientation])
    assert exif[ExifTags.Base.Orientation] == orientation and original.size == (70, 45)


@pytest.mark.parametrize(
    ("asked", "divisor"), [((9, 6), 8), ((10, 6), 4), ((39, 20), 1), ((38, 25), 2), ((200, 200), 1)]
)
@pytest.mark.parametrize("channels", [1, 3])
def test_draft(channels, asked, divisor):
    original = picture(channels, 50, 76)
    data = saved(Image.fromarray(original)).getvalue()
    image, jpeg, file = Image.open(io.BytesIO(data)), Image.fromarray(original), io.BytesIO()
    jpeg.save(file, "JPEG")
    with Image.open(file) as jpeg:
        assert image.draft(None, asked) == jpeg.draft(None, asked)
        assert image.size == jpeg.size
    np.testing.assert_array_equal(np.asarray(image), tng.decode(data, scale=1 / divisor))
    # It is too late.
    assert image.draft(None, (1, 1)) is None


def test_thumbnails_are_made_of_a_smaller_size(monkeypatch):
    data = saved(Image.fromarray(picture(3, 400, 600))).getvalue()
    with Image.open(io.BytesIO(data)) as image:
        whole = image.copy()
    whole.thumbnail((60, 40))
    with Image.open(io.BytesIO(data)) as image:
        asked = []
        monkeypatch.setattr(tng.Decoder, "decode", _noting(tng.Decoder.decode, asked))
        image.thumbnail((60, 40))
    assert asked == [1 / 4] and image.size == whole.size == (60, 40)
    assert np.abs(np.asarray(image).astype(int) - whole).mean() < 2


def _noting(decode, scales):
    def noted(decoder, **options):
        scales.append(options["scale"])
        return decode(decoder, **options)

    return noted


def test_damage():
    data = saved(Image.fromarray(picture(3))).getvalue()
    with pytest.raises(UnidentifiedImageError):
        Image.open(io.BytesIO(data[:10]))
    with pytest.raises(OSError, match="The file is cut"):
        Image.open(io.BytesIO(data[:-1])).load()


def test_truncated_files_are_loaded_where_that_is_asked_for(monkeypatch):
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    data = saved(Image.fromarray(picture(3))).getvalue()
    image = Image.open(io.BytesIO(data[:-40]))
    image.load()
    assert image.size == (70, 45)


def test_the_rest_of_pillow():
    image = Image.open(saved(Image.fromarray(picture(3))))
    image.verify()
    image = Image.open(saved(Image.fromarray(picture(3))))
    assert pickle.loads(pickle.dumps(image)).tobytes() == image.tobytes()
    image.thumbnail((20, 20))
    assert image.size == (20, 13)
