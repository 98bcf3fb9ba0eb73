"""JPEG 2000 as FFmpeg writes it, which is how the published curve on Kodak was made."""

import subprocess
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from ..cost import Cost, measured
from .codec import Codec, Unavailable

_ENCODER = ["-pix_fmt", "yuv444p", "-c:v", "libopenjpeg"]


class FFmpegJPEG2000(Codec):
    """The quality is the rate in bits per pixel that the encoder aims at. The cost is that of the
    command, and not for comparing.
    """

    name, label = "jpeg2000-ffmpeg", "JPEG 2000 (FFmpeg)"
    settings = f"ffmpeg {' '.join(_ENCODER)} -compression_level 12/Q"
    lowest, highest, step = 0.02, 8, 0.001
    qualities = tuple(round(12 / level, 6) for level in range(95, 4, -10))

    def version(self) -> str:
        try:
            listed = _run("-encoders").stdout
            first_line = _run("-version").stdout.splitlines()[0]
        except (OSError, subprocess.CalledProcessError) as error:
            raise Unavailable(f"`ffmpeg` does not work: {error}") from error
        if "libopenjpeg" not in listed:
            raise Unavailable("`ffmpeg` was built without libopenjpeg")
        return "FFmpeg " + first_line.split()[2]

    def encode(self, picture: np.ndarray, quality: float, threads: int) -> tuple[bytes, Cost]:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "in.png"), Path(folder, "out.jp2")
            Image.fromarray(picture).save(source)
            level = str(round(12 / quality))
            options = [*_ENCODER, "-compression_level", level, "-threads", str(threads)]
            _, cost = measured(lambda: _run("-i", str(source), *options, str(target)))
            return target.read_bytes(), cost

    def decode(self, data: bytes, threads: int) -> tuple[np.ndarray, Cost]:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "in.jp2"), Path(folder, "out.png")
            source.write_bytes(data)
            options = ["-threads", str(threads)]
            _, cost = measured(lambda: _run(*options, "-i", str(source), str(target)))
            with Image.open(target) as image:
                return np.asarray(image.convert("RGB")), cost


def _run(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        ["ffmpeg", "-loglevel", "error", *arguments], capture_output=True, text=True, check=True
    )
