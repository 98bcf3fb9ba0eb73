"""Pictures and commands for the tests, which run with the loaders of .build/loaders (see Scripts/with-loaders)."""

import subprocess
from pathlib import Path

import numpy
import pytest
import pyvips

ROOT = Path(__file__).parents[2]
PHOTO = ROOT / "Examples" / "kodim23.png"
CONFORMANCE = ROOT / "Tests" / "Conformance"


def run(*command: str | Path, folder: Path, input: bytes | None = None) -> subprocess.CompletedProcess:
    """Runs a command in a folder, whatever its exit status."""
    return subprocess.run([str(word) for word in command], cwd=folder, input=input, capture_output=True)


def succeed(*command: str | Path, folder: Path, input: bytes | None = None) -> bytes:
    """Runs a command that must succeed, and gives what it writes to standard output."""
    result = run(*command, folder=folder, input=input)
    assert result.returncode == 0, result.stderr.decode()
    return result.stdout


def fail(*command: str | Path, folder: Path, input: bytes | None = None) -> str:
    """Runs a command that must fail, and gives what it says.

    In one thread, because libvips before 8.15.4 may lose the errors of its last threads (its issue 4116).
    """
    result = run("env", "VIPS_CONCURRENCY=1", *command, folder=folder, input=input)
    assert result.returncode == 1, (result.returncode, result.stderr.decode())
    return result.stderr.decode()


def samples_of(path: Path) -> numpy.ndarray:
    """The samples of a picture, height × width × bands."""
    return pyvips.Image.new_from_file(str(path)).numpy()


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> pyvips.Image:
    """A photograph of 256 × 160 pixels, three bands of 8 bits."""
    return pyvips.Image.new_from_file(str(PHOTO)).crop(200, 100, 256, 160).copy_memory()


@pytest.fixture
def folder(tmp_path: Path, photo: pyvips.Image) -> Path:
    """A folder with photo.png, and photo.tng made of it."""
    photo.write_to_file(str(tmp_path / "photo.png"))
    succeed("vips", "copy", "photo.png", "photo.tng[Q=70]", folder=tmp_path)
    return tmp_path
