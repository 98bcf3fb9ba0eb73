"""Photographs decoded once into one file of samples, which all processes of a training run map."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .photographs import photograph_names, read_picture, training_names


@dataclass(frozen=True)
class PhotographStore:
    """Pictures (rows, columns, 3), uint8, in a memory-mapped file."""

    samples: NDArray[np.uint8]
    shapes: list[tuple[int, int]]
    offsets: list[int]

    def __len__(self) -> int:
        return len(self.shapes)

    def __getitem__(self, number: int) -> NDArray[np.uint8]:
        rows, columns = self.shapes[number]
        start = self.offsets[number]
        return self.samples[start : start + rows * columns * 3].reshape(rows, columns, 3)


def build_store(folders: list[Path], path: Path) -> None:
    """Decodes the training photographs of `folders` into `path` (and its index beside it).

    Does nothing if the store is there already and of the same photographs.
    """
    names = [name for folder in folders for name in training_names(photograph_names(folder))]
    source = [f"{name} {name.stat().st_size}" for name in names]
    index_path = _index_path(path)
    if index_path.exists() and json.loads(index_path.read_text())["source"] == source:
        return
    shapes = []
    with path.open("wb") as file, ThreadPoolExecutor() as readers:
        for picture in readers.map(read_picture, names):
            file.write(picture.tobytes())
            shapes.append(picture.shape[:2])
    index_path.write_text(json.dumps({"shapes": shapes, "source": source}))


def open_store(path: Path) -> PhotographStore:
    """The store at `path`."""
    shapes = [tuple(shape) for shape in json.loads(_index_path(path).read_text())["shapes"]]
    sizes = [rows * columns * 3 for rows, columns in shapes]
    offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]]).tolist()
    return PhotographStore(np.memmap(path, np.uint8, "r"), shapes, offsets)


def _index_path(path: Path) -> Path:
    return path.with_suffix(".json")
