"""TNG for Pillow: ``Image.open``, and ``save`` with the options of :class:`tng.Encoder`.

    image.save("photo.tng", quality=60)
    image.save("screenshot.tng", lossless=True)

``save`` also takes ``icc_profile`` (by default that of ``image.info``), ``exif`` and ``xmp``. The format keeps pixels
upright: if ``exif`` has an orientation, the pixels are turned as it says, and it is set to 1.
"""

from __future__ import annotations

import os
from typing import IO, Any

import numpy as np
from PIL import ExifTags, Image, ImageFile, ImageOps

from .decoding import Decoder
from .encoding import OPTIONS, Encoder
from .errors import TNGError

#: How much of a file is read at once until its header and metadata are there.
_PIECE = 1 << 14

#: Modes that are written as they are, and those that others are converted to without loss.
_WRITTEN = {"L": "L", "LA": "LA", "RGB": "RGB", "RGBA": "RGBA", "1": "L", "La": "LA", "RGBa": "RGBA", "RGBX": "RGB"}


class TngImageFile(ImageFile.ImageFile):
    """A TNG file. Opening reads its beginning alone."""

    format = "TNG"
    format_description = "Tiny Network Graphics"

    def _open(self) -> None:
        assert self.fp is not None
        start, beginning, decoder = self.fp.tell(), b"", Decoder()
        try:
            while not decoder.is_ready:
                piece = self.fp.read(_PIECE)
                if not piece:
                    raise SyntaxError("the file ends before its picture begins")
                beginning += piece
                decoder.feed(piece)
            info = decoder.info()
        except TNGError as error:
            raise SyntaxError(str(error)) from error
        assert info.file_size is not None
        # What follows the file is not a part of it.
        if len(beginning) > info.file_size:
            beginning = beginning[: info.file_size]
            decoder.reset()
            decoder.feed(beginning)
        # Pillow has no mode for colours of more than 8 bits.
        is_deep = info.depth > 8 and info.mode == "L"
        self._size = (info.width, info.height)
        self._mode = "I;16" if is_deep else info.mode
        # As Pillow's other formats give them.
        self.info.update(
            (name, block)
            for name, block in [
                ("icc_profile", info.icc_profile),
                ("exif", info.exif and b"Exif\0\0" + info.exif),
                ("xmp", info.xmp),
            ]
            if block is not None
        )
        rest = info.file_size - len(beginning)
        args = (decoder, rest, info.depth, 1)
        self.tile = [ImageFile._Tile("tng", (0, 0, *self.size), start + len(beginning), args)]

    def draft(
        self, mode: str | None, size: tuple[int, int] | None
    ) -> tuple[str, tuple[int, int, float, float]] | None:
        """Decodes a half, a quarter or an eighth of the width and height, if that is at least ``size``.

        ``Image.thumbnail`` calls it. It must come before the pixels are read, and counts once; the mode stays.

        Returns:
            The mode, and the box of the picture in the pixels that will be decoded, as other formats give it: a last
            column or row may stand for less than the others. None where nothing was to be done.
        """
        if size is None or len(self.tile) != 1:
            return None
        tile = self.tile[0]
        assert isinstance(tile.args, tuple)
        *args, scale = tile.args
        if scale != 1:
            return None
        width, height = self.size
        divisor = next((by for by in (8, 4, 2) if width >= by * size[0] and height >= by * size[1]), 1)
        self._size = (-(-width // divisor), -(-height // divisor))
        self.tile = [tile._replace(extents=(0, 0, *self.size), args=(*args, 1 / divisor))]
        return self.mode, (0, 0, width / divisor, height / divisor)


class TngDecoder(ImageFile.PyDecoder):
    """Reads the rest of a file, and decodes it."""

    _pulls_fd = True

    def decode(self, buffer: Any) -> tuple[int, int]:
        decoder, rest, depth, scale = self.args
        assert self.fd is not None
        decoder.feed(self.fd.read(rest))
        is_deep = self.mode == "I;16"
        options = {"depth": depth if is_deep else 8, "scale": scale}
        try:
            if ImageFile.LOAD_TRUNCATED_IMAGES:
                pixels, _ = decoder.decode_partial(**options)
            else:
                pixels = decoder.decode(**options)
        except TNGError as error:
            raise OSError(str(error)) from error
        if is_deep and depth < 16:
            largest = (1 << depth) - 1
            pixels = ((pixels.astype(np.uint32) * 65535 + largest // 2) // largest).astype(np.uint16)
        self.set_as_raw(memoryview(pixels).cast("B"))  # type: ignore[arg-type]
        return -1, 0


def _save(image: Image.Image, fp: IO[bytes], filename: str | bytes) -> None:
    options: dict[str, Any] = dict(image.encoderinfo)
    profile = options.pop("icc_profile", image.info.get("icc_profile"))
    exif, xmp = options.pop("exif", None), options.pop("xmp", None)
    if isinstance(xmp, str):
        xmp = xmp.encode()
    image, exif = _upright(image, exif)
    image, profile = _writable(image, profile)
    # Of Pillow's own options, which other formats ignore too if they do not have them.
    options = {name: value for name, value in options.items() if name in OPTIONS}
    options.setdefault("threads", _threads())
    data = Encoder(**options).encode(
        np.asarray(image), icc_profile=profile or None, exif=exif or None, xmp=xmp or None
    )
    fp.write(data)


def _upright(image: Image.Image, exif: Image.Exif | bytes | None) -> tuple[Image.Image, bytes | None]:
    """The picture as the orientation of its EXIF block says, and the block with an orientation of 1."""
    if not exif:
        return image, None
    if isinstance(exif, Image.Exif):
        tree, data = exif, exif.tobytes()
    else:
        tree, data = Image.Exif(), exif
        tree.load(exif)
    if tree.get(ExifTags.Base.Orientation, 1) == 1:
        return image, data
    turned = image.copy()
    turned.getexif().clear()
    turned.getexif()[ExifTags.Base.Orientation] = tree[ExifTags.Base.Orientation]
    upright = Image.Exif()
    upright.load(tree.tobytes())
    upright[ExifTags.Base.Orientation] = 1
    return ImageOps.exif_transpose(turned), upright.tobytes()


def _writable(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, bytes | None]:
    """The picture in a mode that the format has, and its profile unless that is for other colours."""
    if image.mode == "I;16":
        return image, profile
    if image.mode in ("I", "F", "I;16B", "I;16L", "I;16N"):
        raise OSError(f"cannot write mode {image.mode} as TNG")
    if image.mode in _WRITTEN and not (image.mode in ("L", "RGB", "1") and image.has_transparency_data):
        mode = _WRITTEN[image.mode]
    else:
        mode = "RGBA" if image.has_transparency_data else "RGB"
    of_colours = {"L": b"GRAY", "LA": b"GRAY"}.get(mode, b"RGB ")
    if profile and profile[16:20] != of_colours:
        profile = None
    return image if image.mode == mode else image.convert(mode), profile


def _threads() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _accept(prefix: bytes) -> bool:
    return prefix.startswith(b"\x8aTNG")


Image.register_open(TngImageFile.format, TngImageFile, _accept)
Image.register_decoder("tng", TngDecoder)
Image.register_save(TngImageFile.format, _save)
Image.register_extension(TngImageFile.format, ".tng")
Image.register_mime(TngImageFile.format, "image/x-tng")
