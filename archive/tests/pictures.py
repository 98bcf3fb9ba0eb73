"""Generated pictures of every kind that an archive meets, in folders of very different sizes."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
from PIL import Image


def samples(seed: int, width: int, height: int) -> np.ndarray:
    """Slopes, edges and noise, as RGB."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        128
        + 100 * np.sin(x / random.uniform(5, 40) + random.uniform(0, 6)) * np.cos(y / random.uniform(5, 40))
        for _ in range(3)
    ]
    picture = np.stack(planes, axis=-1)
    picture[height // 4 : height // 2, width // 3 :] = random.uniform(0, 255, 3)
    return np.clip(picture + random.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)


def file(image: Image.Image, form: str, **options) -> bytes:
    """The bytes of a picture in a format of Pillow's."""
    written = io.BytesIO()
    image.save(written, form, **options)
    return written.getvalue()


def photo(seed: int) -> Image.Image:
    return Image.fromarray(samples(seed, 40 + seed * 37 % 90, 40 + seed * 53 % 70))


def huge() -> bytes:
    """500 megapixels in some 60 kB."""
    return file(Image.new("1", (25000, 20000)), "PNG")


def special() -> dict[str, bytes]:
    """One of each kind that is not simply encoded, or whose name is unusual, by key."""
    image = photo(1000)
    turned = Image.Exif()
    turned[0x0112] = 6
    whole = file(image, "PNG")
    jpeg = file(image, "JPEG", quality=98)
    return {
        "grey.png": file(image.convert("L"), "PNG"),
        "alpha.png": file(_with_alpha(image), "PNG"),
        "palette.gif": file(image.quantize(64), "GIF"),
        "turned.jpg": file(image, "JPEG", quality=98, exif=turned),
        "16 bits.png": file(Image.fromarray(samples(7, 40, 40)[..., 0].astype(np.uint16) << 8), "PNG"),
        "cmyk.jpg": file(image.convert("CMYK"), "JPEG"),
        "animated.gif": file(image, "GIF", save_all=True, append_images=[photo(1001).resize(image.size)]),
        "tiny.png": file(Image.new("RGB", (1, 1), "red"), "PNG"),
        "odd names/100% #1 & ü+é?.png": whole,
        "odd names/two.png.png": whole,
        "odd names/a b/c.PNG": whole,
        "bad/cut.png": whole[: len(whole) // 2],
        "bad/cut.jpg": jpeg[: len(jpeg) // 2],
        "bad/empty.png": b"",
        "bad/text.jpg": b"This is no picture.",
        "bad/huge.png": huge(),
        "notes.txt": b"This is left where it is.",
    }


def poisoned() -> dict[str, bytes]:
    """Pictures that the coder of `poison` crashes, hangs and grows by."""
    return {
        f"poison/{kind}.png": file(photo(2000), "PNG") + kind.encode() for kind in ("crash", "hang", "hungry")
    }


def make(count: int) -> dict[str, bytes]:
    """So many pictures by key, most of them in one folder."""
    found = {}
    for number in range(count):
        folder = "large" if number % 10 < 8 else f"small/{number % 7}/deep/er"
        form, ending, options = [
            ("PNG", "png", {}),
            ("JPEG", "jpg", {"quality": 97}),
            ("WEBP", "webp", {"quality": 99}),
        ][number % 3]
        found[f"{folder}/{number:05}.{ending}"] = file(photo(number), form, **options)
    return found


def write(folder: Path, files: dict[str, bytes]) -> None:
    for key, block in files.items():
        path = folder / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(block)


def _with_alpha(image: Image.Image) -> Image.Image:
    image = image.convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize(image.size))
    return image
