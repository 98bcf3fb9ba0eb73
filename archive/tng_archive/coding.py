"""The bytes of one picture to those of a TNG file that is known to decode to it. Runs in the
worker's process."""

from __future__ import annotations

import io
import warnings
from typing import Any

import numpy as np
import tng
from PIL import Image, ImageOps, UnidentifiedImageError

from .errors import PictureError
from .metrics import ssimulacra2
from .settings import Settings

#: Pillow's modes that TNG keeps as they are, or as what they stand for.
_KEPT = {"1", "L", "LA", "La", "RGB", "RGBA", "RGBa", "RGBX", "P", "PA"}

EXACT = "exact"
SSIMULACRA2 = "ssimulacra2"


def code(
    block: bytes, *, settings: dict[str, Any], max_pixels: int, max_memory: int
) -> tuple[dict[str, Any], bytes]:
    """Reads a picture whole, encodes it, decodes that again and compares.

    Args:
        block: the file of the picture, in any format that Pillow reads.
        settings: those of `Settings`, by name.
        max_pixels: the most pixels that a picture may have.
        max_memory: the most bytes that the codec may allocate.

    Returns:
        What the manifest says of it, and the TNG file. If the original is to be kept, ``reason``
        says why and there is no file.

    Raises:
        PictureError: the picture cannot be read, or not be encoded.
    """
    chosen = Settings(**settings)
    image = _read(block, max_pixels)
    facts: dict[str, Any] = {"width": image.width, "height": image.height}
    if chosen.copy or len(block) < chosen.copy_below:
        return facts | {"reason": "asked for" if chosen.copy else "small"}, b""
    if reason := _would_change(image, chosen):
        return facts | {"reason": reason}, b""
    upright = ImageOps.exif_transpose(image)
    file = _encode(image, chosen, max_pixels, max_memory)
    facts |= _compare(upright, file, max_pixels, max_memory)
    if facts["metric"] == SSIMULACRA2 and facts["score"] < chosen.minimum_score:
        return facts | {"reason": f"scores less than {chosen.minimum_score:g}"}, b""
    if len(file) >= len(block):
        return facts | {"reason": "smaller already"}, b""
    return facts, file


def thumbnail(block: bytes, *, side: int, max_pixels: int) -> tuple[dict[str, Any], bytes]:
    """A small PNG file of a picture, at most as many pixels wide and high."""
    image = ImageOps.exif_transpose(_read(block, max_pixels))
    image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    image.thumbnail((side, side))
    file = io.BytesIO()
    image.save(file, "PNG")
    return {"width": image.width, "height": image.height}, file.getvalue()


def _read(block: bytes, max_pixels: int) -> Image.Image:
    # The size is checked here, before anything is decoded.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    try:
        image = Image.open(io.BytesIO(block))
        if image.width * image.height > max_pixels:
            raise PictureError(
                "limit", f"it has {image.width} × {image.height} pixels, and {max_pixels} are allowed"
            )
        image.load()
    except UnidentifiedImageError:
        raise PictureError("unsupported", "no reader knows the format of the file") from None
    except (PictureError, MemoryError):
        raise
    except Exception as error:
        # Pillow's readers raise whatever their parsing happens to meet.
        raise PictureError("damaged", f"it cannot be decoded whole: {error}") from None
    return image


def _would_change(image: Image.Image, settings: Settings) -> str | None:
    """Why a TNG file would not hold all that the picture has."""
    if getattr(image, "n_frames", 1) > 1:
        return "several frames"
    if image.mode == "I;16" and settings.lossless:
        return None
    if image.mode not in _KEPT:
        return f"mode {image.mode}"
    return None


def _encode(image: Image.Image, settings: Settings, max_pixels: int, max_memory: int) -> bytes:
    file = io.BytesIO()
    options = settings.encoder_options() | {"threads": 1, "max_pixels": max_pixels, "max_memory": max_memory}
    metadata = {name: image.info[name] for name in ("exif", "xmp") if image.info.get(name)}
    try:
        image.save(file, "TNG", **metadata, **options)
    except tng.TargetError as error:
        raise PictureError("target", str(error)) from None
    except tng.LimitError as error:
        raise PictureError("memory", str(error)) from None
    return file.getvalue()


def _compare(original: Image.Image, file: bytes, max_pixels: int, max_memory: int) -> dict[str, Any]:
    """How close the decoded picture is; raises if it is another one."""
    try:
        info = tng.info(file)
        decoded = tng.decode(file, max_pixels=max_pixels, max_memory=max_memory)
    except tng.TNGError as error:
        raise PictureError("mismatch", f"what was encoded does not decode: {error}") from None
    expected = np.asarray(original if original.mode == "I;16" else original.convert(info.mode))
    if decoded.shape != expected.shape:
        raise PictureError("mismatch", f"it decodes to {decoded.shape}, not to {expected.shape}")
    if info.is_lossless:
        if not np.array_equal(decoded, expected):
            raise PictureError("mismatch", "it was encoded without loss and decodes to other samples")
        score, metric = 100.0, EXACT
    else:
        if info.mode in ("LA", "RGBA") and not np.array_equal(decoded[..., -1], expected[..., -1]):
            raise PictureError("mismatch", "it decodes to another alpha")
        score, metric = ssimulacra2(expected, decoded), SSIMULACRA2
    model = None if info.model_id is None else f"{info.model_id:08x}"
    return {"metric": metric, "score": score, "model": model}
