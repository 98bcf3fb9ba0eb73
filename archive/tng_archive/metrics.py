"""SSIMULACRA2 of two pictures: 100 for equal ones, 90 where no difference can be seen."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image
from ssimulacra2 import compute_ssimulacra2

MINIMUM_SIDE = 256
"""The shortest side with all scales of the metric, in pixels; shorter pictures are continued by their mirror image."""
PART_SIDE = 2048
"""Larger pictures are judged in parts, so that memory is bounded; the score is the mean over pixels."""


def ssimulacra2(original: npt.NDArray[np.uint8], decoded: npt.NDArray[np.uint8]) -> float:
    """The score of a picture of shape (height, width) or (height, width, channels); alpha does not count."""
    first, second = _colours(original), _colours(decoded)
    height, width = first.shape[:2]
    total = 0.0
    for rows in _parts(height):
        for columns in _parts(width):
            area = (rows.stop - rows.start) * (columns.stop - columns.start)
            total += area * _score(first[rows, columns], second[rows, columns])
    return total / (height * width)


def _parts(length: int) -> list[slice]:
    """Parts of nearly the same length, none longer than allowed."""
    count = -(-length // PART_SIDE)
    return [slice(length * part // count, length * (part + 1) // count) for part in range(count)]


def _colours(samples: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    if samples.ndim == 2:
        samples = samples[..., np.newaxis]
    return samples[..., :3] if samples.shape[2] > 2 else np.repeat(samples[..., :1], 3, axis=2)


def _score(original: npt.NDArray[np.uint8], decoded: npt.NDArray[np.uint8]) -> float:
    missing = [(0, max(0, MINIMUM_SIDE - side)) for side in original.shape[:2]] + [(0, 0)]
    files = []
    for samples in (original, decoded):
        file = io.BytesIO()
        Image.fromarray(np.pad(samples, missing, mode="symmetric")).save(file, "PPM")
        file.seek(0)
        files.append(file)
    return float(compute_ssimulacra2(*files))
