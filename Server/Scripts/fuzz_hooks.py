"""What schemathesis sends as files: sound pictures, damaged ones, and anything."""

import io
import os
import urllib.request

import schemathesis
from hypothesis import strategies
from PIL import Image


def picture(mode: str, width: int, height: int, format: str) -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((width, height)).convert(mode).save(file, format)
    return file.getvalue()


PICTURES = [
    picture("RGB", 1, 1, "PNG"), picture("RGBA", 40, 30, "PNG"), picture("L", 64, 9, "JPEG"),
    picture("RGB", 50, 50, "WEBP"), picture("CMYK", 20, 20, "TIFF"), picture("RGB", 180, 170, "PNG"),
]


def encoded(picture: bytes) -> bytes:
    with urllib.request.urlopen(os.environ["TNG_SERVER"] + "/v1/encode", picture) as response:
        return response.read()


TNG_FILES = [encoded(picture) for picture in PICTURES]


@strategies.composite
def damaged(draw, files: list[bytes]) -> bytes:
    """A file with a few bytes changed, or cut."""
    file = bytearray(draw(strategies.sampled_from(files)))
    for _ in range(draw(strategies.integers(0, 4))):
        file[draw(strategies.integers(0, len(file) - 1))] = draw(strategies.integers(0, 255))
    return bytes(file[: draw(strategies.integers(1, len(file)))])


def files(sound: list[bytes]) -> strategies.SearchStrategy[bytes]:
    return strategies.sampled_from(sound) | damaged(sound) | strategies.binary(max_size=200)


schemathesis.openapi.media_type("image/*", files(PICTURES + TNG_FILES))
schemathesis.openapi.media_type("image/x-tng", files(TNG_FILES))
schemathesis.openapi.media_type("application/octet-stream", files(PICTURES + TNG_FILES))
