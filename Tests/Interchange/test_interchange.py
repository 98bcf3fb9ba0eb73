"""Every kind of picture through `tng encode` and `tng decode`, against independent readers."""

import os
import shutil
import subprocess
from pathlib import Path

import pictures
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
TNG = os.environ.get("TNG", str(ROOT / ".build/release/tng"))
CASES = pictures.cases()
OUTPUTS = ["png", "jpg", "webp", "tiff", "heic", "avif", "jxl", "jp2", "ppm"]
# Pillow reads neither, and ImageMagick of Debian 12 no JPEG XL: libjxl's own program does.
BY_PILLOW = {"png", "jpg", "webp", "tiff", "avif", "jp2", "ppm"}
BY_IMAGEMAGICK = {"png", "jpg", "webp", "tiff", "heic", "avif", "jp2", "ppm"}
# What the codec itself may change at the highest quality, and a lossy format after it.
TOLERANCE = 9


@pytest.fixture(scope="session")
def encoded(tmp_path_factory) -> Path:
    """The folder with a .tng file of each case."""
    folder = tmp_path_factory.mktemp("inputs")
    files = [pictures.write(case, folder) for case in CASES]
    run = subprocess.run(
        [TNG, "encode", "--quality", "100", "--effort", "0", *map(str, files)], capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    # What is changed is said, and nothing else.
    said = {case.name for case in CASES if f"{case.name}.{case.format}: Warning: " in run.stderr}
    assert said == {case.name for case in CASES if case.mode in ("L16", "RGB16", "CMYK")}, run.stderr
    return folder


@pytest.fixture(scope="session", params=OUTPUTS)
def decoded(request, encoded, tmp_path_factory) -> tuple[str, Path]:
    """A format, and the folder with a file in it of each case."""
    format = request.param
    folder = tmp_path_factory.mktemp(format)
    files = [str(encoded / f"{case.name}.tng") for case in CASES]
    run = subprocess.run(
        [TNG, "decode", "--format", format, "--output-directory", str(folder), *files],
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return format, folder


def check(case: pictures.Case, format: str, picture: Image.Image) -> str | None:
    """What is wrong with a picture in sRGB, or nothing."""
    keeps_alpha = format not in ("jpg", "ppm")
    if picture.size != (2 * pictures.SIDE, 3 * pictures.SIDE):
        return f"{case.name}: {picture.size}"
    wanted = pictures.expected(case, keeps_alpha, keeps_profile=format != "ppm")
    if case.mode == "CMYK":
        # Whose white and inks are the converter's choice.
        return None
    found = pictures.squares(picture)
    if len(found[0]) < len(wanted[0]):
        return f"{case.name}: no alpha"
    distance = max(abs(a - b) for x, y in zip(wanted, found) for a, b in zip(x, y))
    return f"{case.name}: {found} for {wanted}" if distance > TOLERANCE else None


def test_pillow(decoded):
    format, folder = decoded
    if format not in BY_PILLOW:
        pytest.skip("not a format that Pillow reads")
    faults = []
    for case in CASES:
        if format == "jp2" and case.profile != "none":
            # Pillow passes over profiles in JPEG 2000.
            continue
        with Image.open(folder / f"{case.name}.{format}") as file:
            faults.append(check(case, format, pictures.to_srgb(file, file.info.get("icc_profile"))))
    assert "\n".join(filter(None, faults)) == ""


@pytest.mark.skipif(not shutil.which("mogrify"), reason="needs ImageMagick")
def test_imagemagick(decoded, tmp_path):
    format, folder = decoded
    if format not in BY_IMAGEMAGICK:
        pytest.skip("not a format that ImageMagick reads")
    files = [str(folder / f"{case.name}.{format}") for case in CASES]
    subprocess.run(["mogrify", "-path", str(tmp_path), "-format", "png", "-depth", "8", *files], check=True)
    faults = []
    for case in CASES:
        if case.has_alpha and (format in ("heic", "avif") or format == "jp2" and case.is_gray):
            # ImageMagick 6 passes over alpha in these,
            continue
        if case.profile != "none" and format in ("heic", "avif"):
            # and over profiles in these.
            continue
        with Image.open(tmp_path / f"{case.name}.png") as file:
            # ImageMagick writes few colours as a palette, with alpha beside it.
            picture = file.convert("RGBA") if "transparency" in file.info else file
            faults.append(check(case, format, pictures.to_srgb(picture, file.info.get("icc_profile"))))
    assert "\n".join(filter(None, faults)) == ""


@pytest.mark.skipif(not shutil.which("djxl"), reason="needs libjxl's programs")
def test_libjxl(decoded, tmp_path):
    format, folder = decoded
    if format != "jxl":
        pytest.skip("not JPEG XL")
    faults = []
    for case in CASES:
        output = tmp_path / f"{case.name}.png"
        subprocess.run(
            ["djxl", str(folder / f"{case.name}.jxl"), str(output)], check=True, capture_output=True
        )
        with Image.open(output) as file:
            faults.append(check(case, format, pictures.to_srgb(file, file.info.get("icc_profile"))))
    assert "\n".join(filter(None, faults)) == ""
