"""TNG from Python, by pyvips: memory, sources and targets."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy
import pytest
import pyvips


def test_buffers(photo: pyvips.Image) -> None:
    file = photo.write_to_buffer(".tng", lossless=True)
    assert file[:4] == b"\x8aTNG"
    assert numpy.array_equal(pyvips.Image.new_from_buffer(file, "").numpy(), photo.numpy())
    assert numpy.array_equal(pyvips.Image.tngload_buffer(file).numpy(), photo.numpy())
    assert photo.tngsave_buffer(lossless=True) == file


class Trickle:
    """A source that gives 100 bytes at a time, and cannot seek."""

    def __init__(self, file: bytes) -> None:
        self.file, self.position = file, 0
        self.source = pyvips.SourceCustom()
        self.source.on_read(self.read)

    def read(self, size: int) -> bytes:
        piece = self.file[self.position :][: min(size, 100)]
        self.position += len(piece)
        return piece


def test_sources_and_targets(photo: pyvips.Image) -> None:
    written = bytearray()
    target = pyvips.TargetCustom()
    target.on_write(lambda piece: written.extend(piece) or len(piece))
    photo.write_to_target(target, ".tng", Q=60)
    assert bytes(written) == photo.write_to_buffer(".tng", Q=60)

    trickle = Trickle(bytes(written))
    picture = pyvips.Image.new_from_source(trickle.source, "")
    assert (picture.width, picture.height) == (photo.width, photo.height)
    assert numpy.array_equal(picture.numpy(), pyvips.Image.new_from_buffer(bytes(written), "").numpy())


def test_sequential_access(folder: Path) -> None:
    """Both kinds of access give the same picture, also through operations that ask for rows in order."""
    name = str(folder / "photo.tng")
    random = pyvips.Image.new_from_file(name).resize(0.5).numpy()
    in_order = pyvips.Image.new_from_file(name, access="sequential").resize(0.5).numpy()
    assert numpy.array_equal(random, in_order)


def test_many_threads(photo: pyvips.Image) -> None:
    file = photo.write_to_buffer(".tng")
    expected = pyvips.Image.new_from_buffer(file, "").numpy()
    with ThreadPoolExecutor(4) as pool:
        for samples in pool.map(lambda _: pyvips.Image.new_from_buffer(file, "").numpy(), range(8)):
            assert numpy.array_equal(samples, expected)
        assert set(pool.map(lambda _: photo.write_to_buffer(".tng"), range(4))) == {file}


def test_a_stopped_picture_is_an_error(folder: Path) -> None:
    picture = pyvips.Image.new_from_file(str(folder / "photo.tng"))
    picture.set_kill(True)
    with pytest.raises(pyvips.Error):
        picture.numpy()
