"""Pictures in arrays to the bytes of TNG files."""

from __future__ import annotations

import ctypes
import inspect
import threading
from ctypes import byref, c_size_t, c_void_p
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from ._interruption import Interruption
from ._library import EncoderOptions, Layout, Metadata, library
from .errors import call

#: What a picture is to be close by.
Tuning = Literal["psnr", "perceptual"]

#: What becomes of screenshots, charts and drawings, and of their parts in mixed pictures.
Graphics = Literal["auto", "never"]

_TARGETS = {"quality": 0, "lossless": 1, "target_size": 2, "target_psnr": 3, "target_ssimulacra2": 4, "level": 5}
_TUNINGS = {None: 0, "psnr": 1, "perceptual": 2}
_GRAPHICS = {"auto": 0, "never": 1}


class Encoder:
    """The settings of an encoder, and memory that it keeps from one picture for the next.

    Any number of threads may use one encoder at once. A file depends on the picture, the target, the tuning and the
    effort alone. In the main thread, Ctrl-C ends the work.

    At most one of these says what to aim at; by default it is ``quality=75``:

    Args:
        quality: from 0 (smallest file) to 100.
        lossless: every sample as it is; tuning and effort do not matter.
        target_size: the best quality whose file has at most this many bytes.
        target_psnr: the lowest quality that reaches this PSNR, in decibels.
        target_ssimulacra2: the lowest quality that reaches this score; 90 looks like the original.
        level: a quality level of the model, from 0 on.

    The others:

    Args:
        effort: from 0 (fastest) to 9 (smallest file of the same quality).
        tune: what the picture is to be close by; None for PSNR if that is the target, and else for what looks best.
        graphics: ``"auto"``: blocks that look like graphics may be kept as they are; ``"never"``: all of the picture
            goes through the network.
        threads: the number of threads, at least 1.
        max_pixels: the most pixels that a picture may have.
        max_memory: the most bytes that encoding may allocate at its worst moment.

    Raises:
        ValueError: a setting is out of range.
    """

    _handle = c_void_p()
    _interruptible = c_void_p()

    def __init__(
        self,
        *,
        quality: float | None = None,
        lossless: bool = False,
        target_size: int | None = None,
        target_psnr: float | None = None,
        target_ssimulacra2: float | None = None,
        level: int | None = None,
        effort: int = 1,
        tune: Tuning | None = None,
        graphics: Graphics = "auto",
        threads: int = 1,
        max_pixels: int = 1 << 28,
        max_memory: int = 1 << 31,
    ) -> None:
        given = {
            "quality": quality,
            "lossless": 0 if lossless else None,
            "target_size": target_size,
            "target_psnr": target_psnr,
            "target_ssimulacra2": target_ssimulacra2,
            "level": level,
        }
        targets = [(name, value) for name, value in given.items() if value is not None]
        if len(targets) > 1:
            raise ValueError(f"only one target can be met: {' or '.join(name for name, _ in targets)}")
        if tune not in _TUNINGS:
            raise ValueError(f"tune is none of {', '.join(str(name) for name in _TUNINGS)}: {tune!r}")
        if graphics not in _GRAPHICS:
            raise ValueError(f"graphics is none of {', '.join(_GRAPHICS)}: {graphics!r}")
        options = EncoderOptions()
        library.tng_encoder_options_init(byref(options), ctypes.sizeof(options))
        for name, value in targets:
            options.target = _TARGETS[name]
            options.set("value", value)
        options.tuning = _TUNINGS[tune]
        options.graphics = _GRAPHICS[graphics]
        options.set("effort", effort)
        options.set("threads", threads)
        options.set("max_pixels", max_pixels)
        options.set("max_memory", max_memory)
        # What ends a call of the main thread does not end those of others.
        self._handle, self._interruptible = c_void_p(), c_void_p()
        self._interruption = Interruption()
        call(library.tng_encoder_create, byref(options), byref(self._handle))
        self._interruption.set_in(options)
        call(library.tng_encoder_create, byref(options), byref(self._interruptible))

    def __del__(self) -> None:
        library.tng_encoder_free(self._handle)
        library.tng_encoder_free(self._interruptible)

    def encode(
        self,
        image: npt.NDArray[np.uint8] | npt.NDArray[np.uint16],
        *,
        depth: int | None = None,
        icc_profile: bytes | None = None,
        exif: bytes | None = None,
        xmp: bytes | None = None,
    ) -> bytes:
        """Encodes a picture.

        Args:
            image: of shape (height, width) for grey, or (height, width, channels) with 1 channel (grey), 2 (grey and
                alpha), 3 (RGB) or 4 (RGB and alpha, not premultiplied); colours are those of the profile, or sRGB.
            depth: bits of a sample, by default those of the array's type: values are 0 … 2**depth - 1. They are kept
                by ``lossless`` alone; otherwise the file has 8 bits.
            icc_profile: the profile that gives the samples their colours.
            exif: a TIFF stream; a prefix ``b"Exif\\0\\0"`` is left out. Its orientation must be 1 or absent.
            xmp: an RDF/XML packet in UTF-8.

        Returns:
            The bytes of a TNG file.

        Raises:
            TypeError, ValueError: the array or an argument is not of this kind.
            KeyboardInterrupt: in the main thread; the work has ended then.
            TNGError: a limit is exceeded, or the target cannot be met.
        """
        image = readable(image)
        layout, memory = layout_of(image, depth)
        metadata, blocks = Metadata(), []
        for name, given in (("icc_profile", icc_profile), ("exif", exif), ("xmp", xmp)):
            if given is not None:
                block = memoryview(given).tobytes().removeprefix(b"Exif\0\0" if name == "exif" else b"")
                # The list keeps it until the call is done.
                blocks.append(block)
                setattr(metadata, name, ctypes.cast(ctypes.c_char_p(block), c_void_p))
                setattr(metadata, name + "_size", len(block))
        file, size = c_void_p(), c_size_t()
        is_main = threading.current_thread() is threading.main_thread()
        try:
            self._interruption.run(
                lambda: call(
                    library.tng_encoder_encode,
                    self._interruptible if is_main else self._handle,
                    byref(layout),
                    image.ctypes.data,
                    memory,
                    byref(metadata),
                    byref(file),
                    byref(size),
                )
            )
            return ctypes.string_at(file, size.value)
        finally:
            library.tng_free(file)


#: The names of an encoder's settings.
OPTIONS = frozenset(inspect.signature(Encoder).parameters)


def encode(
    image: npt.NDArray[np.uint8] | npt.NDArray[np.uint16],
    *,
    depth: int | None = None,
    icc_profile: bytes | None = None,
    exif: bytes | None = None,
    xmp: bytes | None = None,
    **options: Any,
) -> bytes:
    """Encodes one picture: ``tng.encode(array, quality=60)``.

    The options are those of :class:`Encoder`, the others those of :meth:`Encoder.encode`. For many pictures, make an
    :class:`Encoder` once.
    """
    return Encoder(**options).encode(image, depth=depth, icc_profile=icc_profile, exif=exif, xmp=xmp)


def readable(image: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same picture with the samples of a row next to each other; a copy only if it must be."""
    image = np.asarray(image)
    if image.ndim == 2:
        image = image[:, :, np.newaxis]
    if image.ndim != 3 or not 1 <= image.shape[2] <= 4 or 0 in image.shape:
        raise ValueError(f"a picture has the shape (height, width) or (height, width, 1 … 4), not {image.shape}")
    if image.dtype.type not in (np.uint8, np.uint16):
        raise TypeError(f"samples are uint8 or uint16, not {image.dtype}")
    image = np.asarray(image, image.dtype.newbyteorder("="))
    size = image.itemsize
    is_packed = image.strides[2] == size or image.shape[2] == 1
    is_packed = is_packed and (image.strides[1] == size * image.shape[2] or image.shape[1] == 1)
    rows_in_order = image.strides[0] >= size * image.shape[1] * image.shape[2] and image.strides[0] % size == 0
    return image if is_packed and rows_in_order else np.ascontiguousarray(image)


def layout_of(image: npt.NDArray[Any], depth: int | None) -> tuple[Layout, int]:
    """How a picture with three axes lies in memory, rows in order, and how many bytes that takes."""
    height, width, channels = image.shape
    bits = 8 * image.itemsize
    depth = bits if depth is None else depth
    if not bits - 8 < depth <= bits:
        raise ValueError(f"samples of {image.dtype} have {bits - 7} to {bits} bits, not {depth}")
    row = image.itemsize * width * channels
    stride = image.strides[0] if height > 1 else row
    layout = Layout(width=width, height=height, format=channels, depth=depth, stride=stride)
    return layout, stride * (height - 1) + row
