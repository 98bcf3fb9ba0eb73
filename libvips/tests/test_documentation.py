"""The examples of Documentation/Programs.md do what it says."""

import os
import re
import sys
from pathlib import Path

import pytest
import pyvips
from conftest import ROOT, run, succeed

PAGE = (ROOT / "Documentation" / "Programs.md").read_text()
TNG = Path(os.environ.get("TNG", ROOT / ".build" / "release" / "tng"))


def blocks(section: str, language: str) -> list[str]:
    """The examples of a section, in a language."""
    text = PAGE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    found = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert found, (section, language)
    return found


def test_libvips_commands(folder: Path) -> None:
    for block in blocks("libvips", "sh"):
        succeed("bash", "-euc", block, folder=folder)
    for thumbnail in ("thumb.jpg", "shrunk.jpg"):
        assert pyvips.Image.new_from_file(str(folder / thumbnail)).width == 64
    assert pyvips.Image.new_from_file(str(folder / "quarter.png")).width == 64
    assert pyvips.Image.new_from_file(str(folder / "piped.png")).width == 256


def test_pyvips(folder: Path) -> None:
    for block in blocks("libvips", "python"):
        succeed(sys.executable, "-c", block, folder=folder)
    assert pyvips.Image.new_from_file(str(folder / "kept.tng")).width == 128


def test_imagemagick(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "delegates.xml").write_text(blocks("ImageMagick", "xml")[0])
    monkeypatch.setenv("MAGICK_CONFIGURE_PATH", str(folder))
    monkeypatch.setenv("PATH", f"{TNG.parent}:{os.environ['PATH']}")
    for block in blocks("ImageMagick", "sh"):
        succeed("bash", "-euc", block, folder=folder)
    half = pyvips.Image.new_from_file(str(folder / "half.tng"))
    assert (half.width, half.height, half.bands) == (128, 80, 3)
    (folder / "bad.tng").write_bytes(b"not a picture")
    assert run("convert", "bad.tng", "bad.png", folder=folder).returncode != 0
