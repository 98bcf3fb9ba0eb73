"""SSIMULACRA2 of two pictures of any size: 100 for equal ones, 90 where no difference can be
seen."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import tng

MINIMUM_SIDE = 113
"""The shortest side with all scales of the metric, in pixels. Shorter pictures are continued by
their mirror image: with fewer scales the metric weighs them otherwise, and its scores mean
little."""


def ssimulacra2(original: npt.NDArray[np.uint8], decoded: npt.NDArray[np.uint8]) -> float:
    """The score of a picture of shape (height, width) or (height, width, channels); alpha does not
    count."""
    return tng.ssimulacra2(_continued(original), _continued(decoded))


def _continued(samples: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    missing = [(0, max(0, MINIMUM_SIDE - side)) for side in samples.shape[:2]]
    if not any(after for _, after in missing):
        return samples
    return np.pad(samples, missing + [(0, 0)] * (samples.ndim - 2), mode="symmetric")
