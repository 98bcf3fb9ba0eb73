"""What travels beside the pixels."""

from pathlib import Path

import numpy
import pyvips
from conftest import samples_of, succeed

XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF/></x:xmpmeta>'


def with_metadata(picture: pyvips.Image) -> pyvips.Image:
    picture = picture.copy()
    picture.set_type(pyvips.GValue.blob_type, "icc-profile-data", profile())
    picture.set_type(pyvips.GValue.blob_type, "xmp-data", XMP)
    picture.set_type(pyvips.GValue.gstr_type, "exif-ifd0-Artist", "Ada (Ada, ASCII, 4 components, 4 bytes)")
    return picture


def profile() -> bytes:
    """An ICC profile of libvips' own."""
    grey = pyvips.Image.black(1, 1, bands=3).copy(interpretation="srgb")
    return grey.icc_transform("p3", input_profile="srgb").get("icc-profile-data")


def test_metadata_are_kept(folder: Path, photo: pyvips.Image) -> None:
    with_metadata(photo).write_to_file(str(folder / "photo.jpg"))
    succeed("vips", "copy", "photo.jpg", "meta.tng", folder=folder)
    succeed("vips", "copy", "meta.tng", "again.jpg", folder=folder)
    for name in ("meta.tng", "again.jpg"):
        picture = pyvips.Image.new_from_file(str(folder / name))
        assert picture.get("icc-profile-data") == profile()
        assert picture.get("xmp-data") == XMP
        assert picture.get("exif-ifd0-Artist").startswith("Ada (")
        assert picture.get("exif-data").startswith(b"Exif\0\0")


def test_metadata_are_left_out(folder: Path, photo: pyvips.Image) -> None:
    with_metadata(photo).write_to_file(str(folder / "photo.jpg"))
    succeed("vips", "copy", "photo.jpg", "bare.tng[strip]", folder=folder)
    fields = pyvips.Image.new_from_file(str(folder / "bare.tng")).get_fields()
    assert not [field for field in fields if field.endswith("-data")]


def test_a_picture_without_metadata_gets_none(folder: Path) -> None:
    fields = pyvips.Image.new_from_file(str(folder / "photo.tng")).get_fields()
    assert not [field for field in fields if field.endswith("-data") or field.startswith("exif-")]


def test_pictures_are_turned_upright(folder: Path, photo: pyvips.Image) -> None:
    turned = photo.copy()
    turned.set_type(pyvips.GValue.gint_type, "orientation", 6)
    turned.write_to_file(str(folder / "turned.jpg"))
    succeed("vips", "copy", "turned.jpg", "upright.tng[lossless]", folder=folder)
    upright = pyvips.Image.new_from_file(str(folder / "upright.tng"))
    assert (upright.width, upright.height) == (photo.height, photo.width)
    assert upright.get_typeof("orientation") == 0 or upright.get("orientation") == 1
    expected = pyvips.Image.new_from_file(str(folder / "turned.jpg")).autorot()
    assert numpy.array_equal(expected.numpy(), samples_of(folder / "upright.tng"))
    # As others read it: the EXIF in the file says upright as well.
    succeed("vips", "copy", "upright.tng", "upright.jpg", folder=folder)
    assert pyvips.Image.new_from_file(str(folder / "upright.jpg")).get("orientation") == 1
