"""What users of libvips' commands do with TNG files."""

from pathlib import Path

import numpy
import pytest
import pyvips
from conftest import CONFORMANCE, fail, run, samples_of, succeed


def test_the_module_brings_loaders_and_savers(folder: Path) -> None:
    listing = succeed("vips", "-l", "foreign", folder=folder).decode()
    names = "tngload", "tngload_buffer", "tngload_source", "tngsave", "tngsave_buffer", "tngsave_target"
    for name in names:
        assert f"({name}), " in listing


def test_a_photograph_comes_back(folder: Path) -> None:
    succeed("vips", "copy", "photo.tng", "back.png", folder=folder)
    original, back = samples_of(folder / "photo.png"), samples_of(folder / "back.png")
    assert original.shape == back.shape
    assert numpy.abs(original.astype(int) - back).mean() < 6
    assert (folder / "photo.tng").stat().st_size < (folder / "photo.png").stat().st_size / 4


def test_quality_and_effort(folder: Path) -> None:
    def size(options: str) -> int:
        succeed("vips", "copy", "photo.png", f"out.tng[{options}]", folder=folder)
        return (folder / "out.tng").stat().st_size

    assert size("Q=10") < size("Q=50") < size("Q=90") < size("lossless")
    assert size("Q=50,effort=4") != size("Q=50,effort=0")
    assert size("target_size=3000") <= 3000


@pytest.mark.parametrize("bands", [1, 2, 3, 4])
def test_lossless_keeps_every_sample(folder: Path, photo: pyvips.Image, bands: int) -> None:
    picture = photo.bandjoin(photo.extract_band(1).invert())
    picture = picture.extract_band(0, n=bands) if bands > 2 else picture.extract_band(2, n=bands)
    picture = picture.copy(interpretation="b-w" if bands < 3 else "srgb")
    picture.write_to_file(str(folder / "in.png"))
    succeed("vips", "copy", "in.png", "kept.tng[lossless]", folder=folder)
    succeed("vips", "copy", "kept.tng", "out.png", folder=folder)
    assert numpy.array_equal(picture.numpy(), samples_of(folder / "out.png"))
    assert pyvips.Image.new_from_file(str(folder / "kept.tng")).interpretation == picture.interpretation


def test_alpha_is_kept_without_loss(folder: Path, photo: pyvips.Image) -> None:
    photo.bandjoin(photo.extract_band(1)).write_to_file(str(folder / "alpha.tng"), Q=50)
    assert numpy.array_equal(samples_of(folder / "alpha.tng")[..., 3], photo.numpy()[..., 1])


def test_a_thumbnail(folder: Path) -> None:
    succeed("vipsthumbnail", "photo.tng", "--size", "64x64", "-o", "small.png", folder=folder)
    assert samples_of(folder / "small.png").shape == (40, 64, 3)


@pytest.mark.parametrize("shrink", [1, 2, 4, 8])
def test_shrink_on_load(folder: Path, photo: pyvips.Image, shrink: int) -> None:
    # Sides that the larger factors do not divide.
    photo.crop(0, 0, 250, 150).write_to_file(str(folder / "odd.tng"))
    photo.crop(0, 0, 250, 150).write_to_file(str(folder / "odd.jpg"))
    options = f"[shrink={shrink}]"
    small, whole = (samples_of(folder / f"odd.tng{suffix}").astype(float) for suffix in (options, ""))
    assert small.shape == samples_of(folder / f"odd.jpg{options}").shape
    height, width, bands = small.shape
    means = whole[: height * shrink, : width * shrink].reshape(height, shrink, width, shrink, bands).mean(axis=(1, 3))
    assert numpy.abs(small - means).mean() < 2


def test_a_picture_smaller_than_the_factor(folder: Path, photo: pyvips.Image) -> None:
    photo.crop(0, 0, 3, 20).write_to_file(str(folder / "narrow.tng"))
    assert samples_of(folder / "narrow.tng[shrink=8]").shape == (2, 1, 3)


def test_other_factors_are_refused(folder: Path) -> None:
    assert "shrink is not 1, 2, 4 or 8 but 3" in fail("vips", "copy", "photo.tng[shrink=3]", "x.png", folder=folder)


def test_pipes(folder: Path) -> None:
    file = succeed("vips", "copy", "photo.png", ".tng[Q=70]", folder=folder)
    assert file == (folder / "photo.tng").read_bytes()
    succeed("vips", "copy", "stdin", "piped.png", folder=folder, input=file)
    assert numpy.array_equal(samples_of(folder / "piped.png"), samples_of(folder / "photo.tng"))


def test_a_file_is_known_by_its_signature(folder: Path) -> None:
    (folder / "photo.tng").rename(folder / "nameless")
    assert b"tngload" in succeed("vipsheader", "-f", "vips-loader", "nameless", folder=folder)
    (folder / "false.tng").write_bytes(b"\x8aTNH" + bytes(100))
    assert "not a known file format" in fail("vipsheader", "false.tng", folder=folder)


def test_threads_do_not_matter(folder: Path) -> None:
    for threads in (1, 3):
        succeed("vips", f"--vips-concurrency={threads}", "copy", "photo.png", f"{threads}.tng", folder=folder)
        succeed("vips", f"--vips-concurrency={threads}", "copy", f"{threads}.tng", f"{threads}.png", folder=folder)
    assert (folder / "1.tng").read_bytes() == (folder / "3.tng").read_bytes()
    assert numpy.array_equal(samples_of(folder / "1.png"), samples_of(folder / "3.png"))


def test_other_kinds_of_pictures(folder: Path, photo: pyvips.Image) -> None:
    """What the format has not becomes what it has, as libvips' other savers do it."""
    photo.colourspace("cmyk").write_to_file(str(folder / "cmyk.jpg"))
    photo.colourspace("lab").write_to_file(str(folder / "lab.v"))
    photo.cast("float").write_to_file(str(folder / "float.v"))
    for name in ("cmyk.jpg", "lab.v", "float.v"):
        succeed("vips", "copy", name, "out.tng", folder=folder)
        out = samples_of(folder / "out.tng")
        assert out.dtype == numpy.uint8 and out.shape == photo.numpy().shape
        assert numpy.abs(out.astype(int) - photo.numpy()).mean() < 8, name


def test_sixteen_bits_become_eight_where_the_network_codes(folder: Path, photo: pyvips.Image) -> None:
    (photo * 257).cast("ushort").copy(interpretation="rgb16").write_to_file(str(folder / "wide.png"))
    succeed("vips", "copy", "wide.png", "wide.tng[Q=70]", folder=folder)
    assert (folder / "wide.tng").read_bytes() == (folder / "photo.tng").read_bytes()


def test_lossless_keeps_sixteen_bits(folder: Path, photo: pyvips.Image) -> None:
    for name, picture in (("rgb16", photo), ("grey16", photo.extract_band(1))):
        # Values that need all bits.
        wide = (picture * 257 - picture.rot180() % 251).abs().cast("ushort").copy(interpretation=name)
        wide.write_to_file(str(folder / f"{name}.png"))
        succeed("vips", "copy", f"{name}.png", f"{name}.tng[lossless]", folder=folder)
        back = pyvips.Image.new_from_file(str(folder / f"{name}.tng"))
        assert (back.format, back.interpretation) == ("ushort", name)
        assert numpy.array_equal(back.numpy(), wide.numpy())


def test_other_depths_are_stretched(folder: Path) -> None:
    for depth, format in ((1, "uchar"), (10, "ushort"), (16, "ushort")):
        file = CONFORMANCE / "good" / f"lossless-depth-{depth}.tng"
        picture = pyvips.Image.new_from_file(str(file))
        assert picture.format == format
        assert (picture.get("bits-per-sample") if "bits-per-sample" in picture.get_fields() else 16) == depth
        maximum = 65535 if format == "ushort" else 255
        steps = numpy.unique(picture.numpy().astype(float) * ((1 << depth) - 1) / maximum)
        assert numpy.abs(steps - numpy.rint(steps)).max() < 0.02 and picture.max() > maximum / 2


def test_a_header_needs_no_pixels(folder: Path) -> None:
    file = (folder / "photo.tng").read_bytes()
    (folder / "cut.tng").write_bytes(file[: len(file) // 10])
    assert b"256x160 uchar, 3 bands" in succeed("vipsheader", "cut.tng", folder=folder)


def test_a_cut_file(folder: Path) -> None:
    file = (folder / "photo.tng").read_bytes()
    (folder / "cut.tng").write_bytes(file[: len(file) // 2])
    result = run("vips", "copy", "cut.tng", "cut.png", folder=folder)
    assert result.returncode == 0
    assert b"tngload: " in result.stderr, "a warning"
    blurred = numpy.abs(samples_of(folder / "cut.png").astype(int) - samples_of(folder / "photo.png"))
    assert blurred.mean() < 40
    for fail_on in ("truncated", "error", "warning"):
        message = fail("vips", "copy", f"cut.tng[fail_on={fail_on}]", "no.png", folder=folder)
        assert "tngload: " in message


def test_a_damaged_file(folder: Path) -> None:
    file = bytearray((folder / "photo.tng").read_bytes())
    file[-20] ^= 1
    (folder / "damaged.tng").write_bytes(file)
    for fail_on in ("none", "truncated"):
        assert run("vips", "copy", f"damaged.tng[fail_on={fail_on}]", "out.png", folder=folder).returncode == 0
    for fail_on in ("error", "warning"):
        message = fail("vips", "copy", f"damaged.tng[fail_on={fail_on}]", "no.png", folder=folder)
        assert "check value" in message


def test_bad_files_are_refused_with_a_reason(folder: Path) -> None:
    for line in (CONFORMANCE / "bad.txt").read_text().splitlines():
        name = line.split()[0]
        assert fail("vips", "copy", f"{CONFORMANCE / 'bad' / name}[fail_on=error]", "out.png", folder=folder), name


def test_limits(folder: Path) -> None:
    large = CONFORMANCE / "bad" / "limit-of-pixels.tng"
    message = fail("vips", "copy", large, "out.png", folder=folder)
    assert "beyond the limit" in message
    assert "beyond the limit" not in fail("vips", "copy", f"{large}[unlimited]", "out.png", folder=folder)


def test_there_is_one_page(folder: Path) -> None:
    assert "page" in fail("vips", "copy", "photo.tng[page=1]", "out.png", folder=folder)


@pytest.mark.parametrize("options", ["lossless,Q=70", "target_psnr=35,target_size=4000"])
def test_targets_exclude_each_other(folder: Path, options: str) -> None:
    assert "exclude each other" in fail("vips", "copy", "photo.png", f"out.tng[{options}]", folder=folder)


def test_a_picture_that_cannot_be_encoded_overwrites_nothing(folder: Path) -> None:
    before = (folder / "photo.tng").read_bytes()
    fail("vips", "tngsave", "photo.png", "photo.tng", "--target-size", "10", folder=folder)
    assert (folder / "photo.tng").read_bytes() == before
