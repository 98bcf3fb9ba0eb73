"""Batches of square patches to train on.

All chance is a function of (seed, step, process): a run that resumes at a step sees what it would have
seen, and nothing about random numbers need be saved.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import torch
from numpy.random import Generator
from PIL import Image
from torch import Tensor

from .store import PhotographStore
from .synthetic import synthetic_picture


@dataclass(frozen=True)
class PatchSettings:
    """What a batch is made of; shares are probabilities."""

    side: int = 256
    count: int = 6
    synthetic_share: float = 0.05
    scaled_share: float = 0.5
    scale_minimum: float = 0.5


class PatchSource:
    """Draws batches from photographs and, now and then, from synthetic pictures.

    Photographs with a side shorter than a patch's are left out. Throws `ValueError` if none remains.
    """

    def __init__(self, store: PhotographStore, settings: PatchSettings, seed: int, process: int):
        self.store, self.settings = store, settings
        self.seed, self.process = seed, process
        areas = np.array([rows * columns for rows, columns in store.shapes], np.float64)
        areas[[min(shape) < settings.side for shape in store.shapes]] = 0
        if not areas.any():
            raise ValueError(f"no photograph has {settings.side} pixels on each side")
        self.shares = np.sqrt(areas) / np.sqrt(areas).sum()

    def batch(self, step: int) -> Tensor:
        """The patches (count, 3, side, side) of one step, uint8."""
        random = np.random.default_rng((self.seed, step, self.process))
        patches = [self._patch(random) for _ in range(self.settings.count)]
        return torch.from_numpy(np.stack(patches)).permute(0, 3, 1, 2)

    def batches(self, first_step: int, workers: int = 1) -> Iterator[Tensor]:
        """The batches of all steps from `first_step`, drawn ahead of time by `workers` threads."""
        with ThreadPoolExecutor(workers) as executor:
            ahead: list[Future] = []
            step = first_step
            while True:
                while len(ahead) <= workers:
                    ahead.append(executor.submit(self.batch, step))
                    step += 1
                yield ahead.pop(0).result()

    def _patch(self, random: Generator) -> np.ndarray:
        settings = self.settings
        if random.random() < settings.synthetic_share:
            return synthetic_picture(random, settings.side)
        picture = self.store[random.choice(len(self.store), p=self.shares)]
        patch = _crop(random, picture, self._crop_side(random, min(picture.shape[:2])))
        if patch.shape[0] != settings.side:
            size = (settings.side, settings.side)
            patch = np.asarray(Image.fromarray(patch).resize(size, Image.Resampling.BICUBIC))
        return _flipped(random, patch)

    def _crop_side(self, random: Generator, limit: int) -> int:
        """The side of a crop that becomes a patch, possibly after reduction; at most `limit`."""
        settings = self.settings
        if random.random() >= settings.scaled_share:
            return settings.side
        return min(limit, round(settings.side / random.uniform(settings.scale_minimum, 1)))


def _crop(random: Generator, picture: np.ndarray, side: int) -> np.ndarray:
    top = random.integers(picture.shape[0] - side + 1)
    left = random.integers(picture.shape[1] - side + 1)
    return picture[top : top + side, left : left + side]


def _flipped(random: Generator, patch: np.ndarray) -> np.ndarray:
    """One of the eight mirrored and turned forms."""
    patch = patch[:, ::-1] if random.random() < 0.5 else patch
    patch = patch[::-1] if random.random() < 0.5 else patch
    return patch.transpose(1, 0, 2) if random.random() < 0.5 else patch


def stratified_levels(count: int, process: int, processes: int, generator: torch.Generator) -> Tensor:
    """Quality levels (count,) in [0, 1], spread evenly over the patches of all processes."""
    places = torch.arange(count) * processes + process
    return (places + torch.rand(count, generator=generator)) / (count * processes)
