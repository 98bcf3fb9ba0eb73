"""JPEG XL by libjxl."""

import numpy as np

from ..cost import Cost, measured
from .codec import Codec, Unavailable


class JPEGXL(Codec):
    name, label = "jpegxl", "JPEG XL"
    settings = "lossy (VarDCT, XYB), effort 7"
    qualities = (5, 15, 30, 45, 60, 70, 78, 85, 90, 94)

    def version(self) -> str:
        return _imagecodecs().jpegxl_version()

    def encode(self, picture: np.ndarray, quality: float, threads: int) -> tuple[bytes, Cost]:
        encode = _imagecodecs().jpegxl_encode
        return measured(
            lambda: encode(picture, quality, effort=7, lossless=False, numthreads=threads)
        )

    def decode(self, data: bytes, threads: int) -> tuple[np.ndarray, Cost]:
        decode = _imagecodecs().jpegxl_decode
        return measured(lambda: decode(data, numthreads=threads))


def _imagecodecs():
    try:
        import imagecodecs
    except ImportError as error:
        raise Unavailable("the package imagecodecs is not installed") from error
    return imagecodecs
