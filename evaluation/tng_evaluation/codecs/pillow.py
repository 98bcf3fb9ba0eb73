"""JPEG, JPEG 2000, WebP and AVIF by the libraries that Pillow's wheels bring."""

import io
from abc import abstractmethod
from typing import Any

import numpy as np
from PIL import Image, features

from ..cost import Cost, measured
from .codec import Codec, Unavailable


class PillowCodec(Codec):
    """A format that Pillow writes and reads."""

    format: str
    feature: str
    library: str

    @abstractmethod
    def options(self, quality: float, threads: int) -> dict[str, Any]:
        """The arguments of `Image.save` for a quality."""

    def version(self) -> str:
        version = features.version(self.feature)
        if version is None:
            raise Unavailable(f"Pillow was built without {self.library}")
        return f"{self.library} {version}"

    def encode(self, picture: np.ndarray, quality: float, threads: int) -> tuple[bytes, Cost]:
        image, file = Image.fromarray(picture), io.BytesIO()
        options = self.options(quality, threads)
        _, cost = measured(lambda: image.save(file, self.format, **options))
        return file.getvalue(), cost

    def decode(self, data: bytes, threads: int) -> tuple[np.ndarray, Cost]:
        image, cost = measured(lambda: _loaded(data))
        return np.asarray(image.convert("RGB")), cost


class JPEG(PillowCodec):
    name, label = "jpeg", "JPEG"
    settings = "4:2:0, optimised Huffman tables, progressive"
    qualities = (5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 88, 94)
    format, feature, library = "JPEG", "libjpeg_turbo", "libjpeg-turbo"

    def options(self, quality: float, threads: int) -> dict[str, Any]:
        return {
            "quality": round(quality),
            "subsampling": "4:2:0",
            "optimize": True,
            "progressive": True,
        }


class JPEG2000(PillowCodec):
    """The quality is the rate in bits per pixel that the encoder aims at."""

    name, label = "jpeg2000", "JPEG 2000"
    settings = "9/7 wavelet, irreversible colour transform, one quality layer, by rate"
    qualities = (0.125, 0.1875, 0.25, 0.375, 0.5, 0.75, 1, 1.5, 2, 2.4)
    lowest, highest, step = 0.02, 8, 0.001
    format, feature, library = "JPEG2000", "jpg_2000", "OpenJPEG"

    def options(self, quality: float, threads: int) -> dict[str, Any]:
        return {
            "quality_mode": "rates",
            "quality_layers": [24 / quality],
            "irreversible": True,
            "mct": 1,
        }


class WebP(PillowCodec):
    """WebP at a method from 0 (fastest) to 6."""

    format, feature, library = "WEBP", "webp", "libwebp"

    def __init__(self, method: int, qualities: tuple[float, ...]):
        self.name = "webp" if method == 6 else f"webp-method{method}"
        self.label = "WebP" if method == 6 else f"WebP (method {method})"
        self.settings = f"method {method}"
        self.qualities = qualities
        self._method = method

    def options(self, quality: float, threads: int) -> dict[str, Any]:
        return {"quality": round(quality), "method": self._method}


class AVIF(PillowCodec):
    """libavif with libaom, at a speed from 0 (slowest) to 10, tuned for `iq` or `psnr`.

    libaom's `iq` is what libavif chooses for still pictures: it aims at what people see.
    """

    format, feature, library = "AVIF", "avif", "libavif"
    has_one_file = False

    def __init__(self, speed: int, tune: str, qualities: tuple[float, ...]):
        self.name = f"avif-speed{speed}" + ("" if tune == "iq" else f"-{tune}")
        self.label = f"AVIF (speed {speed}" + (")" if tune == "iq" else f", tune {tune})")
        self.settings = (
            f"libaom, 4:4:4, speed {speed}, tune={tune}, one thread (with more the file differs)"
        )
        self.qualities = qualities
        self.is_slow = speed < 4
        self._speed, self._tune = speed, tune

    def version(self) -> str:
        import PIL._avif

        return f"{super().version()} ({PIL._avif.codec_versions()})"

    def options(self, quality: float, threads: int) -> dict[str, Any]:
        return {
            "quality": round(quality),
            "subsampling": "4:4:4",
            "speed": self._speed,
            "max_threads": threads,
            "advanced": {"tune": self._tune},
        }


def _loaded(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image
