"""Sheets of crops side by side: the original, and each codec at the same number of bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont
from PIL.PngImagePlugin import PngInfo

from .codecs import ALL_CODECS, Codec
from .measure import measure_decoded, read_picture
from .rows import Row

SHEET_CODECS = (
    "jpeg",
    "jpeg2000",
    "webp",
    "heic",
    "avif-speed6",
    "jpegxl",
    "tng",
)

SHEET_RATE = 0.25
"""The most bits per pixel of a file on a sheet, unless told otherwise."""

USUAL_SHEETS = ((1, 1.0), (3, 0.25), (5, 0.25), (5, 0.15))
"""The sheets of a folder: the picture after so many sixths of them, and the most bits per pixel. A
low rate shows blocks and false contours, a high one shifted colours."""

_CROP = 256
_COLUMNS = 4
_MARGIN = 8
_LINE = 15


@dataclass(frozen=True)
class Tile:
    """A crop and the lines under it."""

    pixels: np.ndarray
    caption: list[str]


def draw_sheet(
    path: Path, names: list[str], bpp: float, corner: Sequence[int] | None = None
) -> Image.Image:
    """The same crop of a picture as it was and as each codec gives it back, where the whole picture
    was coded at no more than `bpp` bits per pixel.

    The crop has 256×256 pixels, or what there is, from `corner` (column, row); by default it is the
    middle of the picture. The image's `info` says its name and how to draw it again.
    """
    picture = read_picture(path)
    budget = int(bpp * picture.shape[0] * picture.shape[1] / 8)
    left, top = corner or _centre(picture)
    window = np.s_[top : top + _CROP, left : left + _CROP]
    tiles = [Tile(picture[window], [f"{path.stem}, original", f"at {left}, {top}"])]
    for codec in (ALL_CODECS[name] for name in names):
        quality, data = fit(codec, picture, budget)
        decoded, _ = codec.decode(data, threads=1)
        row = measure_decoded(path, picture, codec, quality, data, decoded)
        tiles.append(Tile(decoded[window], _caption(codec, row)))
    sheet = _arranged(tiles)
    source = f"{path.resolve().parent.name}/{path.name}"
    sheet.info["Name"] = f"{path.stem}-{bpp:g}bpp"
    sheet.info["Command"] = (
        f"python -m tng_evaluation sheet {source} --bpp {bpp:g} --at {left} {top}"
    )
    return sheet


def save_sheet(sheet: Image.Image, folder: Path) -> Path:
    """Writes a sheet as PNG, the command that draws it inside; its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path, text = folder / f"sheet-{sheet.info['Name']}.png", PngInfo()
    text.add_text("Command", sheet.info["Command"])
    sheet.save(path, pnginfo=text, optimize=True)
    return path


def read_command(path: Path) -> str:
    """The command that drew a sheet."""
    with Image.open(path) as sheet:
        return sheet.info["Command"]


def fit(codec: Codec, picture: np.ndarray, budget: int) -> tuple[float, bytes]:
    """The highest quality whose file has at most `budget` bytes, and the file.

    When even the lowest quality needs more, that one.
    """
    low, high = 0, round((codec.highest - codec.lowest) / codec.step)
    best = codec.lowest, codec.encode(picture, codec.lowest, threads=1)[0]
    while low < high:
        middle = (low + high + 1) // 2
        quality = codec.lowest + middle * codec.step
        data, _ = codec.encode(picture, quality, threads=1)
        if len(data) <= budget:
            low, best = middle, (quality, data)
        else:
            high = middle - 1
    return best


def _centre(picture: np.ndarray) -> tuple[int, int]:
    """The corner (column, row) of the crop in the middle of a picture."""
    height, width = picture.shape[:2]
    return max(0, (width - _CROP) // 2), max(0, (height - _CROP) // 2)


def _caption(codec: Codec, row: Row) -> list[str]:
    return [
        f"{codec.label}, quality {row.quality:g}",
        f"{row.bytes:,} bytes, {row.bpp:.3f} bpp",
        f"{row.psnr_db:.2f} dB, MS-SSIM {row.ms_ssim:.4f}",
        f"SSIMULACRA2 {row.ssimulacra2:.1f}, Butteraugli {row.butteraugli:.2f}",
        f"error Y {row.mae_y:.2f}, Cb {row.mae_cb:.2f}, Cr {row.mae_cr:.2f}",
    ]


def _arranged(tiles: list[Tile]) -> Image.Image:
    """The tiles in rows of `_COLUMNS`, each over its caption."""
    height, width = tiles[0].pixels.shape[:2]
    across, down = width + _MARGIN, height + 5 * _LINE + 2 * _MARGIN
    rows = -(-len(tiles) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * across + _MARGIN, rows * down + _MARGIN), "white")
    draw = ImageDraw.Draw(sheet)
    font = ImageFont.truetype(font_manager.findfont("DejaVu Sans"), 12)
    for number, tile in enumerate(tiles):
        x = _MARGIN + number % _COLUMNS * across
        y = _MARGIN + number // _COLUMNS * down
        sheet.paste(Image.fromarray(tile.pixels), (x, y))
        for line, text in enumerate(tile.caption):
            draw.text((x, y + height + 2 + line * _LINE), text, "black", font)
    return sheet
