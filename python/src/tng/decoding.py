"""The bytes of TNG files to pictures in arrays."""

from __future__ import annotations

import ctypes
from ctypes import byref, c_void_p
from dataclasses import dataclass
from operator import index
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from . import _library
from ._interruption import Interruption
from ._library import DecoderOptions, Metadata, library
from .encoding import layout_of
from .errors import TruncatedError, call

#: The samples of a pixel, by the names that Pillow uses too.
Mode = Literal["L", "LA", "RGB", "RGBA"]

#: A left column, a top row, a width and a height.
Region = tuple[int, int, int, int]

#: By the number of channels.
_MODES: list[Mode] = ["L", "LA", "RGB", "RGBA"]

#: What a side is divided by, for each scale.
_REDUCTIONS = {1 / reduction: reduction for reduction in (1, 2, 4, 8)}


@dataclass(frozen=True)
class Info:
    """What a file says of its picture before any pixel is decoded."""

    width: int
    height: int
    #: The samples of a pixel: ``"L"``, ``"LA"``, ``"RGB"`` or ``"RGBA"``.
    mode: Mode
    #: Bits of a sample, 1 … 16; above 8, arrays are of ``uint16``.
    depth: int
    #: Whether every sample is kept as it was.
    is_lossless: bool
    #: The id of the model that made the latents; None if there are none.
    model_id: int | None
    #: The quality level, 0 for the smallest file; None without a model.
    level: int | None
    #: The number of the model's levels; None if the model is not known here.
    level_count: int | None
    #: The bytes that the whole file has; None if what has come of it does not say so yet.
    file_size: int | None
    #: The profile that gives the samples their colours; None for sRGB.
    icc_profile: bytes | None
    #: A TIFF stream.
    exif: bytes | None
    #: An RDF/XML packet in UTF-8.
    xmp: bytes | None

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of the decoded array."""
        return _shape(self.width, self.height, self.mode)


@dataclass(frozen=True)
class Completeness:
    """How much of a picture a file had."""

    #: The tiles that are there whole.
    whole_tiles: int
    #: The tiles of the picture, at least 1.
    tile_count: int
    #: The share of the coded picture that has come and is not known to be damaged, 0 … 1.
    byte_share: float


class Decoder:
    """The bytes of one file, as far as they have come, and what decodes them.

    For a file that is whole, :func:`decode` does. One thread at a time may use a decoder; any number of threads may
    have one each, and decode at once. In the main thread, Ctrl-C ends the work.

        decoder = tng.Decoder()
        for piece in connection:
            decoder.feed(piece)
            if decoder.is_ready:
                show(*decoder.decode_partial())

    Args:
        threads: the number of threads, at least 1.
        max_pixels: the most pixels that a picture may have.
        max_memory: the most bytes that decoding may allocate at its worst moment.
        max_metadata: the most bytes of all metadata together.
        max_chunks: the most chunks of metadata.

    Raises:
        ValueError: a setting is out of range.
    """

    _handle = c_void_p()

    def __init__(
        self,
        *,
        threads: int = 1,
        max_pixels: int = 1 << 28,
        max_memory: int = 1 << 31,
        max_metadata: int = 1 << 26,
        max_chunks: int = 64,
    ) -> None:
        options = DecoderOptions()
        library.tng_decoder_options_init(byref(options), ctypes.sizeof(options))
        options.set("threads", threads)
        options.set("max_pixels", max_pixels)
        options.set("max_memory", max_memory)
        options.set("max_metadata", max_metadata)
        options.set("max_chunks", max_chunks)
        self._handle = c_void_p()
        self._interruption = Interruption()
        self._interruption.set_in(options)
        call(library.tng_decoder_create, byref(options), byref(self._handle))

    def __del__(self) -> None:
        library.tng_decoder_free(self._handle)

    def reset(self) -> None:
        """Forgets the file, and keeps the settings and some memory for the next one."""
        library.tng_decoder_reset(self._handle)

    def feed(self, data: Any) -> None:
        """Appends bytes of the file.

        Args:
            data: ``bytes``, or any other object with a contiguous buffer.
        """
        # The address of a buffer that may be read-only.
        piece = np.frombuffer(data, np.uint8)
        call(library.tng_decoder_append, self._handle, piece.ctypes.data, piece.size)

    @property
    def is_ready(self) -> bool:
        """Whether the metadata and the table of tiles are there, so that something can be decoded.

        Raises:
            TNGError: the beginning of the file is damaged or not supported.
        """
        try:
            return bool(self._info().is_ready)
        except TruncatedError:
            return False

    def info(self) -> Info:
        """Says what the file says of its picture; decodes nothing.

        Raises:
            TruncatedError: not even the width and height have come, which takes 15 bytes at most.
            TNGError: the beginning of the file is damaged or not supported.
        """
        info, metadata = self._info(), Metadata()
        call(library.tng_decoder_read_metadata, self._handle, byref(metadata))

        def block(name: str) -> bytes | None:
            start = getattr(metadata, name)
            return ctypes.string_at(start, getattr(metadata, name + "_size")) if start else None

        return Info(
            width=info.width,
            height=info.height,
            mode=_MODES[info.format - 1],
            depth=info.depth,
            is_lossless=info.is_lossless,
            model_id=info.model_id if info.has_model else None,
            level=info.level if info.has_model else None,
            level_count=info.level_count or None,
            file_size=info.file_size if info.is_ready else None,
            icc_profile=block("icc_profile"),
            exif=block("exif"),
            xmp=block("xmp"),
        )

    def decode(
        self,
        *,
        mode: Mode | None = None,
        depth: int | None = None,
        out: npt.NDArray[Any] | None = None,
        scale: float = 1,
        region: Region | None = None,
    ) -> npt.NDArray[Any]:
        """Decodes a file that has come whole.

        Args:
            mode: the samples of a pixel, by default the picture's. A grey picture can be had as colours; alpha that
                the picture lacks is opaque, alpha that the mode lacks is dropped.
            depth: bits of a sample: the picture's, which is the default, or 8.
            out: an array to decode into, of the shape and type that would be returned. Its rows need not be next to
                each other.
            scale: 1, or 1/2, 1/4 or 1/8 for a picture that much less wide and high, rounded up; each of its pixels is
                the mean of those that it stands for.
            region: the part to decode, (x, y, width, height) in pixels of the picture at this scale: the same samples
                as in the whole, for the work of as many pixels and a margin. By default all of it.

        Returns:
            ``out``, or a new array of shape (height, width) for ``"L"`` or else (height, width, channels), of
            ``uint8``, or of ``uint16`` if samples have more than 8 bits. Samples are 0 … 2**depth - 1.

        Raises:
            TNGError: something is wrong with the file.
            KeyboardInterrupt: in the main thread; the work has ended then.
            ValueError: the mode, the depth, the scale, the region or ``out`` does not suit the picture.
        """
        out, depth = self._array(mode, depth, out, self._set_area(scale, region))
        self._decode(library.tng_decoder_decode, out, depth)
        return out

    def decode_partial(
        self,
        *,
        mode: Mode | None = None,
        depth: int | None = None,
        out: npt.NDArray[Any] | None = None,
        scale: float = 1,
        region: Region | None = None,
    ) -> tuple[npt.NDArray[Any], Completeness]:
        """Decodes what has come of a file, or is not damaged: a whole picture, blurred where bytes are missing.

        Each call decodes all that is there anew. The arguments are those of :meth:`decode`.

        Returns:
            The picture, and how much of it the file had.

        Raises:
            TNGError: the headers or the table of tiles have not come (:attr:`is_ready`), or are damaged.
        """
        out, depth = self._array(mode, depth, out, self._set_area(scale, region))
        reached = _library.Completeness()
        self._decode(library.tng_decoder_decode_partial, out, depth, byref(reached))
        return out, Completeness(reached.whole_tiles, reached.tile_count, reached.byte_share)

    def _info(self) -> _library.Info:
        info = _library.Info()
        call(library.tng_decoder_read_info, self._handle, byref(info))
        return info

    def _set_area(self, scale: float, region: Region | None) -> tuple[int, int]:
        """Sets what is decoded; its width and height."""
        if scale not in _REDUCTIONS:
            raise ValueError(f"scale is none of 1, 1/2, 1/4 and 1/8: {scale}")
        info, reduction = self._info(), _REDUCTIONS[scale]
        columns, rows = (-(-side // reduction) for side in (info.width, info.height))
        x, y, width, height = (0, 0, columns, rows) if region is None else map(index, region)
        if not (0 <= x < x + width <= columns and 0 <= y < y + height <= rows):
            raise ValueError(f"the region {region} is not in the picture of {columns} x {rows} pixels")
        area = _library.Area(reduction=reduction, x=x, y=y, width=width, height=height)
        call(library.tng_decoder_set_area, self._handle, byref(area))
        return width, height

    def _array(
        self, mode: Mode | None, depth: int | None, out: npt.NDArray[Any] | None, size: tuple[int, int]
    ) -> tuple[npt.NDArray[Any], int]:
        """What to decode into, and the bits of its samples."""
        info = self._info()
        depth = info.depth if depth is None else depth
        if mode is not None and mode not in _MODES:
            raise ValueError(f"mode is none of {', '.join(_MODES)}: {mode!r}")
        shape = _shape(*size, mode or _MODES[info.format - 1])
        dtype = np.dtype(np.uint8 if depth <= 8 else np.uint16)
        if out is None:
            return np.empty(shape, dtype), depth
        if out.shape != shape or out.dtype != dtype or not out.flags.writeable:
            raise ValueError(f"out is not a writeable array of shape {shape} and type {dtype}")
        row = dtype.itemsize * int(np.prod(shape[1:]))
        if not out[0].flags.c_contiguous or (shape[0] > 1 and out.strides[0] < row):
            raise ValueError("the samples of a row of out are not next to each other")
        return out, depth

    def _decode(self, function: Any, out: npt.NDArray[Any], depth: int, *further: Any) -> None:
        layout, memory = layout_of(out[..., np.newaxis] if out.ndim == 2 else out, depth)
        arguments = (self._handle, byref(layout), out.ctypes.data, memory, *further)
        self._interruption.run(lambda: call(function, *arguments))


def decode(
    data: Any,
    *,
    mode: Mode | None = None,
    depth: int | None = None,
    out: npt.NDArray[Any] | None = None,
    scale: float = 1,
    region: Region | None = None,
    **options: Any,
) -> npt.NDArray[Any]:
    """Decodes a file: ``tng.decode(data)``.

    Args:
        data: ``bytes``, or any other object with a contiguous buffer.
        mode, depth, out, scale, region: as in :meth:`Decoder.decode`.
        options: those of :class:`Decoder`, such as ``threads=2``.

    Returns:
        An array of shape (height, width) for a grey picture or else (height, width, channels).

    Raises:
        TNGError: something is wrong with the file.
    """
    return _fed(data, options).decode(mode=mode, depth=depth, out=out, scale=scale, region=region)


def decode_partial(
    data: Any,
    *,
    mode: Mode | None = None,
    depth: int | None = None,
    out: npt.NDArray[Any] | None = None,
    scale: float = 1,
    region: Region | None = None,
    **options: Any,
) -> tuple[npt.NDArray[Any], Completeness]:
    """Decodes what there is of a cut or damaged file, as :meth:`Decoder.decode_partial` does."""
    return _fed(data, options).decode_partial(mode=mode, depth=depth, out=out, scale=scale, region=region)


def info(data: Any, **options: Any) -> Info:
    """Says what a file says of its picture, without decoding it; the first bytes of the file can be enough."""
    return _fed(data, options).info()


def _fed(data: Any, options: dict[str, Any]) -> Decoder:
    decoder = Decoder(**options)
    decoder.feed(data)
    return decoder


def _shape(width: int, height: int, mode: Mode) -> tuple[int, ...]:
    channels = _MODES.index(mode) + 1
    return (height, width) if channels == 1 else (height, width, channels)
