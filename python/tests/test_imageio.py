import imageio.v3 as iio
import numpy as np
import pytest
import tng
from conftest import picture


def test_files(tmp_path, any_picture):
    path = tmp_path / "picture.tng"
    iio.imwrite(path, any_picture, lossless=True)
    np.testing.assert_array_equal(iio.imread(path), any_picture)
    properties = iio.improps(path)
    assert (properties.shape, properties.dtype) == (any_picture.shape, np.uint8)
    np.testing.assert_array_equal(list(iio.imiter(path)), [any_picture])


def test_bytes_options_and_metadata():
    data = iio.imwrite("<bytes>", picture(3), extension=".tng", quality=30, xmp=b"<x/>")
    assert data == tng.encode(picture(3), quality=30, xmp=b"<x/>")
    np.testing.assert_array_equal(iio.imread(data, extension=".tng"), tng.decode(data))
    metadata = iio.immeta(data, extension=".tng")
    assert metadata["xmp"] == b"<x/>" and "exif" not in metadata


def test_smaller_sizes_and_regions():
    data = tng.encode(picture(3))
    part = iio.imread(data, extension=".tng", scale=1 / 2, region=(5, 3, 20, 9))
    np.testing.assert_array_equal(part, tng.decode(data, scale=1 / 2)[3:12, 5:25])


def test_by_name_of_the_plugin():
    data = tng.encode(picture(1), lossless=True)
    np.testing.assert_array_equal(iio.imread(data, plugin="TNG", index=...), picture(1)[np.newaxis])
    np.testing.assert_array_equal(iio.imread(data, plugin="TNG", mode="RGB")[..., 2], picture(1))
    with pytest.raises(IndexError):
        iio.imread(data, plugin="TNG", index=1)


def test_other_formats_are_left_to_others():
    png = iio.imwrite("<bytes>", picture(3), extension=".png")
    with pytest.raises(OSError):
        iio.imread(png, plugin="TNG")
    np.testing.assert_array_equal(iio.imread(png), picture(3))
