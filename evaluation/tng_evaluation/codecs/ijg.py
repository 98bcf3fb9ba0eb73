"""JPEG by the Independent JPEG Group's libjpeg, with which the published curve on Kodak was made."""

import tempfile
from pathlib import Path

import numpy as np

from ..cost import Cost, measured
from .codec import Codec, Unavailable


class IJGJPEG(Codec):
    """From version 7 on, libjpeg scales the colour planes in the DCT domain, both ways; libjpeg-turbo
    averages neighbours, and interpolates. The cost is with a file on disk, and not for comparing.
    """

    name, label = "jpeg-ijg", "JPEG (libjpeg)"
    settings = "4:2:0, standard Huffman tables, sequential"
    qualities = tuple(range(5, 96, 5))

    def version(self) -> str:
        _jpeglib()
        return f"libjpeg {_VERSION}"

    def encode(self, picture: np.ndarray, quality: float, threads: int) -> tuple[bytes, Cost]:
        image = _jpeglib().from_spatial(np.ascontiguousarray(picture))
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "picture.jpg")
            options = {"qt": round(quality), "flags": ["+FORCE_BASELINE"]}
            _, cost = measured(lambda: image.write_spatial(str(file), **options))
            return file.read_bytes(), cost

    def decode(self, data: bytes, threads: int) -> tuple[np.ndarray, Cost]:
        library = _jpeglib()
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "picture.jpg")
            file.write_bytes(data)
            return measured(lambda: library.read_spatial(str(file)).spatial)


_VERSION = "9d"


def _jpeglib():
    try:
        import jpeglib
    except ImportError as error:
        raise Unavailable("the package jpeglib is not installed") from error
    jpeglib.version.set(_VERSION)
    return jpeglib
