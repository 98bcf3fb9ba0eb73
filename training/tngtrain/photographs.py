"""Finds and reads pictures."""

from pathlib import Path

import numpy as np
from PIL import Image

SUFFIXES = frozenset((".jpg", ".jpeg", ".png", ".webp", ".tif", ".tiff"))
VALIDATION_PERIOD = 25
"""One photograph in this many is kept out of training."""


def photograph_names(folder: Path) -> list[Path]:
    """The pictures of a folder, in the order of their names."""
    return sorted(name for name in folder.iterdir() if name.suffix.lower() in SUFFIXES)


def validation_names(names: list[Path]) -> list[Path]:
    """Those of a folder's pictures on which a model is measured and never trained."""
    return names[VALIDATION_PERIOD // 2 :: VALIDATION_PERIOD]


def training_names(names: list[Path]) -> list[Path]:
    """The others."""
    kept = set(validation_names(names))
    return [name for name in names if name not in kept]


def read_picture(name: Path) -> np.ndarray:
    """The samples (rows, columns, 3) of a picture, uint8."""
    return np.array(Image.open(name).convert("RGB"))
