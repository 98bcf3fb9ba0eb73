"""Files to decode, made by the native encoder, and what the native decoder makes of them."""

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy
import pytest
from PIL import Image, ImageCms
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).parents[2]
DIST = ROOT / "web" / "dist"
TNG = Path(os.environ.get("TNG", ROOT / ".build" / "release" / "tng"))
MODELS = sorted((ROOT / "Sources" / "Library" / "CModelWeights" / "Models").glob("*.tngw"))
WEIGHTS = next(path for path in MODELS if path.stem == "perceptual")
CONFORMANCE = ROOT / "Tests" / "Conformance"


@dataclass(frozen=True)
class Vector:
    """A .tng file and its pixels by the native decoder."""

    path: Path
    pixels: numpy.ndarray
    profile: bytes | None
    is_partial: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.pixels.tobytes()).hexdigest()

    @property
    def rgba(self) -> numpy.ndarray:
        return numpy.asarray(Image.fromarray(self.pixels).convert("RGBA"))


def vector(path: Path, *options: str) -> Vector:
    output = path.with_suffix(".png")
    subprocess.run([TNG, "decode", path, output, "--force", *options], check=True)
    with Image.open(output) as picture:
        profile = picture.info.get("icc_profile")
        return Vector(path, numpy.asarray(picture), profile, is_partial="--partial" in options)


def synthetic(mode: str, width: int, height: int) -> Image.Image:
    """Waves, and noise in the last channel."""
    generator = numpy.random.default_rng(width * height)
    rows, columns = numpy.mgrid[:height, :width]
    planes = [
        128 + 100 * numpy.sin(rows / (5 + 3 * c) + columns / (9 - 2 * c))
        for c in range(len(mode) - 1)
    ]
    planes.append(generator.integers(0, 256, (height, width)))
    samples = numpy.stack(planes, axis=-1).astype(numpy.uint8)
    return Image.fromarray(samples.squeeze(axis=-1) if len(mode) == 1 else samples, mode)


@pytest.fixture(scope="session")
def vectors(tmp_path_factory) -> dict[str, Vector]:
    folder = tmp_path_factory.mktemp("vectors")
    pictures = {
        "photograph": (ROOT / "Examples" / "kodim23.png", 50),
        "finest": (ROOT / "Examples" / "kodim23.png", 100),
    }
    sizes = [("L", 33, 50), ("LA", 40, 24), ("RGB", 1, 1), ("RGBA", 17, 70), ("RGB", 1030, 40)]
    for mode, width, height in sizes:
        name = f"{mode}-{width}x{height}"
        profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        synthetic(mode, width, height).save(
            folder / f"{name}.png", icc_profile=profile if mode == "RGB" else None)
        pictures[name] = (folder / f"{name}.png", 70)
    result = {}
    for name, (picture, quality) in pictures.items():
        path = folder / f"{name}.tng"
        encode = [TNG, "encode", picture, path, "--quality", str(quality), "--force"]
        subprocess.run(encode, check=True)
        result[name] = vector(path)
    # Long enough that its first bytes do not hold much of it.
    synthetic("RGB", 3000, 200).save(folder / "wide.png")
    wide = folder / "lossless-3000x200.tng"
    subprocess.run([TNG, "encode", folder / "wide.png", wide, "--lossless"], check=True)
    result[wide.stem] = vector(wide)
    for percent in (1, 10, 50, 99):
        path = folder / f"cut-{percent}.tng"
        whole = result["photograph"].path.read_bytes()
        path.write_bytes(whole[: len(whole) * percent // 100])
        result[path.stem] = vector(path, "--partial")
    return result


def check_conformance(found: dict):
    """Checks what conformance.mjs found: no difference, and no line of the lists left out."""
    lists = ["good.txt", "bad.txt", "partial.txt"]
    lines = sum(len((CONFORMANCE / name).read_text().splitlines()) for name in lists)
    assert found == {"files": lines, "differences": []}


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"])
