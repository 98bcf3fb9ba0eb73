"""TNG files in programs that use gdk-pixbuf, with the loaders of .build/loaders (see Scripts/with-loaders)."""

import configparser
import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

ROOT = Path(__file__).parents[2]
CONFORMANCE = ROOT / "Tests" / "Conformance"
TNG = Path(os.environ.get("TNG", ROOT / ".build" / "release" / "tng"))
LOADERS = ROOT / ".build" / "loaders"
# Codes of gdk-pixbuf's errors.
CORRUPT, MEMORY, UNKNOWN_TYPE = 0, 1, 3


@dataclass(frozen=True)
class Vector:
    """A line of Tests/Conformance/good.txt."""

    path: Path
    width: int
    height: int
    channels: int
    depth: int
    check: int  # CRC-32C of the samples in 8 bits

    @property
    def has_alpha(self) -> bool:
        return self.channels in (2, 4)


def vectors() -> list[Vector]:
    """The sound files that need no model, or a trained one."""
    lines = [line.split() for line in (CONFORMANCE / "good.txt").read_text().splitlines()]
    return [
        Vector(CONFORMANCE / "good" / name, *map(int, (width, height, channels, depth)), int(check, 16))
        for name, width, height, channels, depth, _, check in lines
        if name.startswith(("lossless-", "model-"))
    ]


CRC_TABLE = list(range(256))
for _ in range(8):
    CRC_TABLE = [value >> 1 ^ (0x82F63B78 if value & 1 else 0) for value in CRC_TABLE]


def crc32c(data: bytes) -> int:
    """The check value of RFC 3720."""
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ CRC_TABLE[(value ^ byte) & 255]
    return value ^ 0xFFFFFFFF


@pytest.fixture(scope="session")
def feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program feed.c."""
    program = tmp_path_factory.mktemp("feed") / "feed"
    flags = subprocess.check_output(["pkg-config", "--cflags", "--libs", "gdk-pixbuf-2.0"], text=True).split()
    source = Path(__file__).with_name("feed.c")
    subprocess.check_call(["cc", "-g", "-Wall", "-Wextra", "-Werror", source, "-o", program, *flags])
    return program


def events(
    feed: Path, file: Path, piece: int = 1 << 16, pause: int = 0, output: Path = Path(os.devnull)
) -> list[str]:
    """What happens when a file is fed to gdk-pixbuf. The exit status must fit it."""
    command = [feed, piece, pause, output, file]
    result = subprocess.run([str(word) for word in command], capture_output=True, text=True)
    lines = result.stdout.splitlines()
    assert result.returncode == (1 if lines and lines[-1].startswith("error") else 0), result
    assert not result.stderr, result.stderr
    return lines


def test_gdk_pixbuf_lists_the_loader() -> None:
    formats = (LOADERS / "gdk-pixbuf" / "loaders.cache").read_text()
    assert '"image/x-tng"' in formats and r'"\212TNG" "" 100' in formats


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: vector.path.stem)
def test_samples_are_right(feed: Path, tmp_path: Path, vector: Vector) -> None:
    lines = events(feed, vector.path, output=tmp_path / "samples")
    channels = 4 if vector.has_alpha else 3
    assert lines[0] == f"size {vector.width} {vector.height}"
    assert lines[1].startswith(f"prepared {channels} channels")
    assert lines[2:] == [f"updated 0 0 {vector.width} {vector.height}"]
    samples = (tmp_path / "samples").read_bytes()
    assert len(samples) == vector.width * vector.height * channels
    if vector.channels < 3:  # grey as colours
        assert samples[0::channels] == samples[1::channels] == samples[2::channels]
        grey = bytearray(vector.channels * vector.width * vector.height)
        grey[0 :: vector.channels] = samples[0::channels]
        if vector.has_alpha:
            grey[1::2] = samples[3::4]
        samples = bytes(grey)
    assert crc32c(samples) == vector.check


def photo() -> Path:
    return CONFORMANCE / "good" / "model-perceptual.tng"


@pytest.fixture(scope="session")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that is longer than the 4096 bytes by which gdk-pixbuf knows its kind."""
    file = tmp_path_factory.mktemp("photograph") / "photograph.tng"
    subprocess.check_call([TNG, "encode", ROOT / "Examples" / "kodim23.png", file])
    assert file.stat().st_size > 10000
    return file


@pytest.mark.parametrize("piece", [1, 100])
def test_pieces_do_not_matter(feed: Path, tmp_path: Path, photograph: Path, piece: int) -> None:
    whole = events(feed, photograph, output=tmp_path / "whole")
    assert events(feed, photograph, piece, output=tmp_path / "pieces")[-1] == whole[-1]
    assert (tmp_path / "whole").read_bytes() == (tmp_path / "pieces").read_bytes()


@pytest.mark.parametrize("reduction", [1, 2, 4, 8])
def test_a_smaller_size_is_decoded(
    feed: Path, tmp_path: Path, photograph: Path, monkeypatch: pytest.MonkeyPatch, reduction: int
) -> None:
    subprocess.check_call([TNG, "decode", photograph, tmp_path / "small.png", "--scale", f"1/{reduction}"])
    small = Image.open(tmp_path / "small.png")
    monkeypatch.setenv("FEED_SIZE", "{}x{}".format(*small.size))
    events(feed, photograph, output=tmp_path / "samples")
    assert (tmp_path / "samples").read_bytes() == small.tobytes()


def test_a_size_between_is_scaled_from_the_next_larger(
    feed: Path, tmp_path: Path, photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FEED_SIZE", "300x200")
    events(feed, photograph, output=tmp_path / "samples")
    found = Image.frombytes("RGB", (300, 200), (tmp_path / "samples").read_bytes())
    subprocess.check_call([TNG, "decode", photograph, tmp_path / "half.png", "--scale", "1/2"])
    expected = Image.open(tmp_path / "half.png").resize((300, 200), Image.Resampling.BILINEAR)
    difference = ImageChops.difference(found, expected)
    assert max(ImageStat.Stat(difference).mean) < 2


def test_a_size_that_does_not_divide_the_sides_is_not_decoded(
    feed: Path, tmp_path: Path, photograph: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    subprocess.check_call([TNG, "decode", photograph, tmp_path / "whole.png"])
    whole = Image.open(tmp_path / "whole.png").crop((0, 0, 90, 60))
    whole.save(tmp_path / "part.png")
    subprocess.check_call([TNG, "encode", tmp_path / "part.png", tmp_path / "part.tng", "--lossless"])
    monkeypatch.setenv("FEED_SIZE", "12x8")
    events(feed, tmp_path / "part.tng", output=tmp_path / "samples")
    found = Image.frombytes("RGB", (12, 8), (tmp_path / "samples").read_bytes())
    difference = ImageChops.difference(found, whole.resize((12, 8), Image.Resampling.BOX))
    assert max(ImageStat.Stat(difference).mean) < 2


def test_what_has_come_is_shown_where_bytes_are_slow(feed: Path, photograph: Path) -> None:
    lines = events(feed, photograph, piece=photograph.stat().st_size // 3, pause=300)
    assert len([line for line in lines if line.startswith("updated")]) > 1


def test_the_size_is_known_early(feed: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.tng").write_bytes(photo().read_bytes()[:20])
    lines = events(feed, tmp_path / "cut.tng")
    assert lines[0] == "size 65 40"
    assert lines[-1] == f"error {CORRUPT} The TNG file ends within its headers"


def test_a_cut_file_is_shown_and_an_error(feed: Path, tmp_path: Path) -> None:
    (tmp_path / "cut.tng").write_bytes(photo().read_bytes()[:-20])
    lines = events(feed, tmp_path / "cut.tng")
    assert lines[-2].startswith("updated")
    assert lines[-1].startswith(f"error {CORRUPT} ")


def test_bad_files_are_errors(feed: Path) -> None:
    for line in (CONFORMANCE / "bad.txt").read_text().splitlines():
        name, reason = line.split()[:2]
        lines = events(feed, CONFORMANCE / "bad" / name)
        assert lines[-1].startswith("error"), (name, reason)
        if reason == "too-many-pixels":
            assert lines[-1] == f"error {MEMORY} The TNG picture has too many pixels"
        if reason == "unsupported-version":
            assert lines[-1].startswith(f"error {UNKNOWN_TYPE} ")


def test_the_media_type(tmp_path: Path) -> None:
    (tmp_path / "nameless").write_bytes(photo().read_bytes())
    (tmp_path / "named.tng").write_bytes(bytes(100))
    (tmp_path / "other").write_bytes(b"\x8aTNH" + bytes(100))
    kinds = {"nameless": "image/x-tng", "named.tng": "image/x-tng", "other": "application/octet-stream"}
    for name, kind in kinds.items():
        command = ["gio", "info", "-a", "standard::content-type", str(tmp_path / name)]
        assert f"content-type: {kind}" in subprocess.check_output(command, text=True)


def test_a_thumbnail(tmp_path: Path) -> None:
    entry = configparser.ConfigParser(interpolation=None)
    entry.read(LOADERS / "share" / "thumbnailers" / "tng.thumbnailer")
    entry = entry["Thumbnailer Entry"]
    assert entry["MimeType"] == "image/x-tng;"
    values = {"%s": "32", "%u": photo().as_uri(), "%o": str(tmp_path / "thumb.png")}
    subprocess.check_call([values.get(word, word) for word in shlex.split(entry["Exec"])])
    assert Image.open(tmp_path / "thumb.png").size == (32, 20)


def test_the_documentation(tmp_path: Path, photograph: Path) -> None:
    text = (ROOT / "Documentation" / "Programs.md").read_text().split("\n## Desktop\n")[1].split("\n## ")[0]
    (block,) = re.findall(r"```sh\n(.*?)```", text, re.DOTALL)
    (tmp_path / "photo.tng").write_bytes(photograph.read_bytes())
    output = subprocess.check_output(["bash", "-euc", block], cwd=tmp_path, text=True)
    assert "content-type: image/x-tng" in output
    assert Image.open(tmp_path / "thumb.png").size == (64, 43)
