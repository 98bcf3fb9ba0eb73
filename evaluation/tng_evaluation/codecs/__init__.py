"""The codecs that are measured, one module a library."""

from .codec import Codec, Unavailable
from .ffmpeg import FFmpegJPEG2000
from .heic import HEIC
from .ijg import IJGJPEG
from .jpegxl import JPEGXL
from .pillow import AVIF, JPEG, JPEG2000, WebP
from .tng import TNG


def _by_name(*codecs: Codec) -> dict[str, Codec]:
    return {codec.name: codec for codec in codecs}


CODECS = _by_name(
    JPEG(),
    JPEG2000(),
    WebP(method=6, qualities=(1, 5, 10, 20, 35, 50, 65, 75, 85, 92, 97)),
    HEIC(),
    AVIF(speed=6, tune="iq", qualities=(5, 12, 20, 30, 40, 50, 60, 70, 80)),
    AVIF(speed=6, tune="psnr", qualities=(1, 5, 10, 18, 26, 35, 45, 55, 65)),
    AVIF(speed=2, tune="iq", qualities=(5, 14, 24, 34, 44, 55, 66, 78)),
    AVIF(speed=2, tune="psnr", qualities=(1, 6, 12, 20, 30, 40, 50, 62)),
    JPEGXL(),
    TNG(),
    TNG(effort=9),
    TNG(tune="psnr"),
    TNG(tune="psnr", effort=9),
)
"""The codecs that are compared, by name, in the order of reports."""

AS_PUBLISHED = {
    "JPEG (libjpeg, 4:2:0)": IJGJPEG(),
    "JPEG 2000 (OpenJPEG)": FFmpegJPEG2000(),
    "WebP": WebP(method=4, qualities=tuple(range(5, 96, 5))),
}
"""Codecs with the settings of a published curve, by that curve's label: to check the measuring."""

EFFORTS = {
    tune: [
        TNG(tune=None if tune == "perceptual" else tune, effort=None if effort == 1 else effort)
        for effort in range(10)
    ]
    for tune in ("psnr", "perceptual")
}
"""TNG by tuning and effort, to see what effort takes and brings. The defaults are `perceptual` and 1."""

ALL_CODECS = (
    CODECS
    | _by_name(*AS_PUBLISHED.values())
    | _by_name(*(codec for codecs in EFFORTS.values() for codec in codecs))
)
"""Every codec that can be measured, by name."""


def find_available(names: list[str]) -> tuple[list[Codec], dict[str, str]]:
    """The named codecs that are installed, and of the others why they are not."""
    available, missing = [], {}
    for name in names:
        try:
            ALL_CODECS[name].version()
            available.append(ALL_CODECS[name])
        except Unavailable as reason:
            missing[name] = str(reason)
    return available, missing


__all__ = [
    *("ALL_CODECS", "AS_PUBLISHED", "CODECS", "EFFORTS", "Codec", "Unavailable", "find_available")
]
