"""Measures the quality of a codec on a picture: real files, really decoded."""

from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from . import metrics
from .codecs import Codec
from .judges import judge, judges
from .rows import Row

SUFFIXES = {".png", ".ppm", ".tif", ".tiff", ".bmp"}
"""The files of a folder that are pictures to measure on: formats without loss."""


def read_picture(path: Path) -> np.ndarray:
    """The samples of a picture, upright, rows × columns × 3, without alpha."""
    with Image.open(path) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


def list_pictures(folder: Path) -> list[Path]:
    """The pictures of a folder in the order of their names."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)


def measure_quality(path: Path, picture: np.ndarray, codec: Codec, quality: float) -> Row:
    """Encodes a picture, decodes the file and compares."""
    data, _ = codec.encode(picture, quality, threads=1)
    decoded, _ = codec.decode(data, threads=1)
    return measure_decoded(path, picture, codec, quality, data, decoded)


def measure_decoded(
    path: Path,
    picture: np.ndarray,
    codec: Codec,
    quality: float,
    data: bytes,
    decoded: np.ndarray,
) -> Row:
    """Compares a picture with what its file decoded to."""
    height, width = picture.shape[:2]
    verdict = judge(decoded, picture)
    mae_y, mae_cb, mae_cr = metrics.plane_errors(decoded, picture)
    return Row(
        picture=path.stem,
        codec=codec.name,
        quality=quality,
        width=width,
        height=height,
        bytes=len(data),
        bpp=len(data) * 8 / (width * height),
        psnr_db=metrics.psnr(decoded, picture),
        ms_ssim=metrics.ms_ssim(decoded, picture),
        mae_y=mae_y,
        mae_cb=mae_cb,
        mae_cr=mae_cr,
        version=codec.version(),
        ssimulacra2=verdict.ssimulacra2,
        butteraugli=verdict.butteraugli,
        judges=judges(),
    )
