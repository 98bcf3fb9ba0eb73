"""What goes wrong, by whose fault it is."""

from __future__ import annotations

from collections.abc import Callable
from ctypes import byref
from typing import Any

from ._library import Error, library


class TNGError(Exception):
    """A picture was not encoded or decoded. Its subclasses say whose fault it is.

    Programs go by ``code``, which stays the same from version to version; people read the message.
    """

    #: What is wrong, such as ``"checksum-mismatch"``.
    code: str
    #: The part of the file in which it shows, such as ``"latents"``, or None.
    part: str | None
    #: The tile in which it shows, counted in raster order, or None.
    tile: int | None
    #: The byte of the file at which it shows, or None.
    offset: int | None
    #: The number that is wrong (decibels and scores in hundredths); 0 if there is none.
    value: int
    #: The bound that the number does not keep; 0 if there is none.
    bound: int

    def __init__(
        self,
        message: str,
        code: str = "",
        part: str | None = None,
        tile: int | None = None,
        offset: int | None = None,
        value: int = 0,
        bound: int = 0,
    ) -> None:
        # All of them, so that the error can be pickled and reach another process.
        super().__init__(message, code, part, tile, offset, value, bound)
        self.code = code
        self.part = part
        self.tile = tile
        self.offset = offset
        self.value = value
        self.bound = bound

    def __str__(self) -> str:
        return str(self.args[0])


class DamagedError(TNGError):
    """The file's bytes are wrong. Get it anew, or take what :func:`tng.decode_partial` gives."""


class TruncatedError(TNGError):
    """The file ends before its picture does. Get the rest, or take what :func:`tng.decode_partial` gives."""


class UnsupportedError(TNGError):
    """The file is sound, but needs what this version does not have."""


class LimitError(TNGError):
    """The file or the picture goes beyond a limit."""


class TargetError(TNGError):
    """The target of the encoder cannot be met."""


class ModelError(TNGError):
    """A model is not there, or not usable."""


_CLASSES: dict[str, type[TNGError]] = {
    "damaged": DamagedError,
    "truncated": TruncatedError,
    "unsupported": UnsupportedError,
    "limit-exceeded": LimitError,
    "target": TargetError,
    "model": ModelError,
}
_PARTS = [None, "header", "icc", "exif", "xmp", "chunk", "frame", "alpha", "exact", "latents"]


def call(function: Callable[..., int], *arguments: Any) -> None:
    """Calls a function of tng.h that takes a ``tng_error`` last; raises if it fails."""
    error = Error()
    status = function(*arguments, byref(error))
    if status == 0:
        return
    message = error.message.decode()
    category = library.tng_category_name(library.tng_status_category(status)).decode()
    if category == "argument":
        raise ValueError(message.removeprefix("The call is wrong: "))
    raise _CLASSES.get(category, TNGError)(
        message,
        library.tng_status_name(status).decode(),
        _PARTS[error.part] if error.part < len(_PARTS) else None,
        error.tile if error.tile >= 0 else None,
        error.offset if error.offset >= 0 else None,
        error.value,
        error.bound,
    )
