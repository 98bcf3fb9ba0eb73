"""How close two pictures are."""

from __future__ import annotations

import ctypes
from ctypes import byref
from typing import Any

import numpy.typing as npt

from ._library import library
from .encoding import layout_of, readable
from .errors import call


def ssimulacra2(original: npt.NDArray[Any], decoded: npt.NDArray[Any], *, threads: int = 1) -> float:
    """Says how much of a picture people see to be changed, by SSIMULACRA2.

    Args:
        original, decoded: arrays as :func:`tng.encode` takes them, of the same width and height, and both grey or
            both not. Samples are taken as sRGB; alpha does not count. With a side of under 113 pixels the metric has
            fewer scales, and scores compare with those of larger pictures badly.
        threads: the number of threads, at least 1.

    Returns:
        100 for equal pictures, 90 where no difference can be seen, 70 for high and 50 for medium quality; below 0 for
        the worst. The same number on every machine.

    Raises:
        TypeError, ValueError: the arrays are not of this kind.
    """
    score = ctypes.c_double()
    first, second = readable(original), readable(decoded)
    (one, one_size), (two, two_size) = layout_of(first, None), layout_of(second, None)
    call(
        library.tng_ssimulacra2,
        byref(one),
        first.ctypes.data,
        one_size,
        byref(two),
        second.ctypes.data,
        two_size,
        threads,
        byref(score),
    )
    return score.value
