"""Pictures of known colours, in every format, depth, alpha, profile and orientation that Pillow writes, or
libjxl or ImageMagick where it does not."""

import io
import struct
import subprocess
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageCms

SIDE = 24
# Of four squares, in reading order of the upright picture: red, green, blue, alpha.
SQUARES = [(200, 60, 50, 255), (60, 170, 90, 128), (70, 90, 190, 255), (215, 205, 180, 64)]

# What is written of each format.
MODES = {
    "png": ["L", "LA", "RGB", "RGBA", "L16", "RGB16", "P"],
    "jpg": ["L", "RGB", "CMYK"],
    "webp": ["RGB", "RGBA"],
    "tiff": ["L", "LA", "RGB", "RGBA", "L16"],
    "avif": ["RGB", "RGBA"],
    "jp2": ["L", "LA", "RGB", "RGBA"],
    "jxl": ["L", "LA", "RGB", "RGBA", "L16", "RGB16"],
    # ImageMagick 6 writes HEIC without alpha.
    "heic": ["L", "RGB"],
    "gif": ["L", "P"],
    "ppm": ["L", "RGB"],
}
# What has no place for a profile, or is written without one.
UNPROFILED = {"jp2", "heic", "gif", "ppm"}
# Of these, also with an orientation: the others have none, or are written without.
ORIENTED = {"png", "jpg", "webp", "tiff", "avif"}
# How a picture is turned so that its orientation turns it back.
TURNS = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE}


@dataclass(frozen=True)
class Case:
    """A file to encode: its format, samples, profile and orientation."""

    format: str
    mode: str
    profile: str
    orientation: int

    @property
    def name(self) -> str:
        return f"{self.format}-{self.mode}-{self.profile}-{self.orientation}"

    @property
    def is_gray(self) -> bool:
        return self.mode.startswith("L")

    @property
    def has_alpha(self) -> bool:
        return self.mode.endswith("A")


def cases() -> list[Case]:
    """All files: all kinds of samples, with and without a profile; of each format one kind is turned."""
    result = []
    for format, modes in MODES.items():
        for mode in modes:
            result.append(Case(format, mode, "none", 1))
            # Pillow writes no profile of CMYK by our making.
            if mode != "CMYK" and format not in UNPROFILED:
                result.append(Case(format, mode, "gamma18", 1))
        if format in ORIENTED:
            result += [Case(format, "RGB", "none", orientation) for orientation in TURNS if orientation != 1]
    return result


def profile_bytes(name: str, is_gray: bool) -> bytes | None:
    """An ICC profile of version 2: grey, or Adobe's primaries, with a gamma of 1.8."""
    if name == "none":
        return None
    d50 = (0.9642, 1.0, 0.8249)

    def xyz(values):
        return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in values)

    def text(value):
        return b"text\0\0\0\0" + value.encode() + b"\0"

    description = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78)
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(1.8 * 256))
    tags = [(b"desc", description), (b"cprt", text("CC0")), (b"wtpt", xyz(d50))]
    if is_gray:
        tags.append((b"kTRC", curve))
    else:
        # Adobe RGB (1998), adapted to D50.
        columns = [(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)]
        for letter, column in zip(b"rgb", columns):
            tags += [(bytes([letter]) + b"XYZ", xyz(column)), (bytes([letter]) + b"TRC", curve)]
    offset = 128 + 4 + 12 * len(tags)
    table, data = struct.pack(">I", len(tags)), b""
    for tag, value in tags:
        table += tag + struct.pack(">II", offset + len(data), len(value))
        data += value + bytes(-len(value) % 4)
    space = b"GRAY" if is_gray else b"RGB "
    header = struct.pack(">I4s4s4s4s4s", offset + len(data), bytes(4), b"\2\x10\0\0", b"mntr", space, b"XYZ ")
    header += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += b"".join(struct.pack(">i", round(v * 65536)) for v in d50)
    return header.ljust(128, b"\0") + table + data


def upright(mode: str) -> Image.Image:
    """The picture as it should be seen, in a mode of Pillow."""
    picture = Image.new("RGBA", (2 * SIDE, 3 * SIDE))
    for index, color in enumerate(SQUARES):
        y, x = divmod(index, 2)
        # The lower squares are twice as high, so that no turn looks like another.
        picture.paste(color, (x * SIDE, y * SIDE, (x + 1) * SIDE, 3 * SIDE if y else SIDE))
    if mode == "P":
        return picture.convert("RGB").quantize(8)
    if mode == "L16":
        return picture.convert("RGB").convert("L")
    return picture.convert("RGB").convert("L") if mode == "L" else picture.convert(mode.removesuffix("16"))


def write(case: Case, folder: Path) -> Path:
    """Writes the file of a case."""
    path = folder / f"{case.name}.{case.format}"
    if case.format in ("jxl", "heic"):
        (folder / "sources").mkdir(exist_ok=True)
        source = write(replace(case, format="png"), folder / "sources")
        command = ["convert", str(source), "-quality", "97", str(path)]
        if case.format == "jxl":
            command = ["cjxl", "--distance=0", str(source), str(path)]
        subprocess.run(command, check=True, capture_output=True)
        return path
    picture = upright(case.mode)
    turn = TURNS[case.orientation]
    if turn is not None:
        # The inverse of what the orientation asks for.
        picture = picture.transpose(turn)
    icc = profile_bytes(case.profile, case.is_gray)
    options = {"icc_profile": icc} if icc else {}
    if case.orientation != 1:
        exif = Image.Exif()
        exif[0x0112] = case.orientation
        options["exif"] = exif.tobytes()
    if case.format == "jpg":
        options |= {"quality": 97, "subsampling": 0}
    elif case.format == "webp":
        options |= {"lossless": True}
    elif case.format == "avif":
        options |= {"quality": 95, "subsampling": "4:4:4", "speed": 9}
    elif case.format == "jp2":
        options |= {"irreversible": False}
    if case.mode == "RGB16":
        path.write_bytes(png16(picture, icc, options.get("exif")))
    elif case.mode == "L16":
        deep = Image.frombytes("I;16", picture.size, bytes(b for v in picture.tobytes() for b in (v, v)))
        deep.save(path, **options)
    else:
        picture.save(path, **options)
    return path


def png16(picture: Image.Image, icc: bytes | None, exif: bytes | None) -> bytes:
    """A PNG file of 16 bits a sample, which Pillow does not write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    width, height = picture.size
    samples = bytes(b for v in picture.tobytes() for b in (v, v))
    rows = b"".join(b"\0" + samples[y * 6 * width : (y + 1) * 6 * width] for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header)]
    if icc:
        parts.append(chunk(b"iCCP", b"icc\0\0" + zlib.compress(icc)))
    if exif:
        parts.append(chunk(b"eXIf", exif.removeprefix(b"Exif\0\0")))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def to_srgb(picture: Image.Image, icc: bytes | None) -> Image.Image:
    """RGB or RGBA in sRGB, by Little CMS."""
    alpha = picture.getchannel("A") if picture.mode in ("LA", "RGBA") else None
    colors = picture.convert({"LA": "L", "RGBA": "RGB", "P": "RGB"}.get(picture.mode, picture.mode))
    if icc:
        source = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        is_gray = source.profile.xcolor_space.strip() == "GRAY"
        colors = ImageCms.profileToProfile(
            colors.convert("L" if is_gray else "RGB"),
            source,
            ImageCms.createProfile("sRGB"),
            outputMode="RGB",
        )
    colors = colors.convert("RGB")
    if alpha is not None:
        colors.putalpha(alpha)
    return colors


def expected(case: Case, keeps_alpha: bool, keeps_profile: bool) -> list[tuple[int, ...]]:
    """The colours of the four squares in sRGB, with alpha if the format keeps it.

    Without alpha they are blended over white: the samples that the file holds, of its profile or sRGB.
    """
    picture = upright(case.mode)
    profile = profile_bytes(case.profile, case.is_gray)
    if not keeps_profile:
        picture, profile = to_srgb(picture, profile), None
    if case.has_alpha and not keeps_alpha:
        white = Image.new("RGBA", picture.size, "white")
        picture = Image.alpha_composite(white, picture.convert("RGBA")).convert(
            "L" if case.is_gray else "RGB"
        )
    return squares(to_srgb(picture, profile))


def squares(picture: Image.Image) -> list[tuple[int, ...]]:
    """The colours in the middle of the four squares."""
    places = [
        (SIDE // 2, SIDE // 2),
        (3 * SIDE // 2, SIDE // 2),
        (SIDE // 2, 2 * SIDE),
        (3 * SIDE // 2, 2 * SIDE),
    ]
    return [picture.getpixel(place) for place in places]
