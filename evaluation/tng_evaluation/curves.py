"""Rate–distortion curves: averaged over pictures from measured rows, or published; and BD-rate."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from scipy.interpolate import PchipInterpolator

from .codecs import ALL_CODECS
from .metrics import in_decibels
from .rows import Row

METRICS = {
    "psnr": "PSNR",
    "ms-ssim": "MS-SSIM",
    "ssimulacra2": "SSIMULACRA2",
    "butteraugli": "Butteraugli",
}
"""What a curve can be compared by."""

PUBLISHED_METRICS = ("psnr", "ms-ssim")
"""What published curves can be compared by."""

_NUMBERS = (
    *("quality", "bpp", "psnr_db", "ms_ssim", "ssimulacra2", "butteraugli"),
    *("mae_y", "mae_cb", "mae_cr"),
)

PUBLISHED = Path(__file__).parent / "data" / "kodak_published.json"

PUBLISHED_SOURCE = json.loads(PUBLISHED.read_text())["source"]
"""Where the published curves come from, for people."""

PUBLISHED_PICTURES = {f"kodim{number:02}" for number in range(1, 25)}
"""The names of the pictures that the published curves are of: Kodak's."""


@dataclass(frozen=True)
class Curve:
    """The means over the pictures at each quality, by rising quality."""

    label: str
    qualities: tuple[float, ...]
    """The codec's own scale; empty for a published curve."""
    bpp: np.ndarray
    psnr_db: np.ndarray
    ms_ssim: np.ndarray
    """0…1; empty where it is not known."""
    ssimulacra2: np.ndarray = field(default_factory=lambda: np.empty(0))
    butteraugli: np.ndarray = field(default_factory=lambda: np.empty(0))
    """The 3-norm of the distances; the lower the better."""

    @property
    def title(self) -> str:
        """The label, and whether the curve is published: a codec can have one of each."""
        return self.label if self.qualities else f"{self.label}, published"

    def quality(self, metric: str) -> np.ndarray:
        """The quality by a metric of `METRICS`, better upwards; empty where it is not known, NaN at
        points where it is not: PSNR and MS-SSIM in decibels, SSIMULACRA2, Butteraugli times −1.
        """
        match metric:
            case "psnr":
                return self.psnr_db
            case "ms-ssim":
                return in_decibels(self.ms_ssim)
            case "ssimulacra2":
                return self.ssimulacra2
            case _:
                return -self.butteraugli

    def is_known(self, metric: str) -> bool:
        """Whether there is the quality by a metric of `METRICS` at any point."""
        return bool(np.isfinite(self.quality(metric)).any())


def mean_rows(rows: Iterable[Row], codec: str) -> list[dict[str, float]]:
    """The means over the pictures of every number of a codec's rows, by rising quality.

    A quality counts when every picture of the rows has it.
    """
    rows = list(rows)
    count = len({row.picture for row in rows})
    groups: dict[float, list[Row]] = {}
    for row in rows:
        if row.codec == codec:
            groups.setdefault(row.quality, []).append(row)
    complete = [groups[quality] for quality in sorted(groups) if len(groups[quality]) == count]
    return [{name: _mean(name, group) for name in _NUMBERS} for group in complete]


def measured_curves(rows: Iterable[Row]) -> dict[str, Curve]:
    """The mean curve of each codec that has at least two qualities, by its name."""
    rows = list(rows)
    points = {name: mean_rows(rows, name) for name in ALL_CODECS}
    return {name: _curve(name, means) for name, means in points.items() if len(means) >= 2}


def published_curves(path: Path = PUBLISHED) -> dict[str, Curve]:
    """The published curves on Kodak by their label."""
    curves = json.loads(path.read_text())["curves"]
    return {label: _read_published(label, values) for label, values in curves.items()}


def bd_rate(test: Curve, anchor: Curve, metric: str) -> float:
    """By how much a codec's files are larger than the anchor's at equal quality; −0.2: a fifth less.

    G. Bjøntegaard, VCEG-M33, 2001: the mean difference of the logarithms of the rates over the
    qualities that both curves cover, interpolated by PCHIP. NaN when they cover none in common or
    the metric is not known for both.
    """
    pairs = [_log_rates(curve, metric) for curve in (test, anchor)]
    if min(len(quality) for quality, _ in pairs) < 2:
        return float("nan")
    lower = max(quality[0] for quality, _ in pairs)
    upper = min(quality[-1] for quality, _ in pairs)
    if not lower < upper:
        return float("nan")
    test_integral, anchor_integral = (
        PchipInterpolator(quality, rate).integrate(lower, upper) for quality, rate in pairs
    )
    return float(np.expm1((test_integral - anchor_integral) / (upper - lower)))


def _log_rates(curve: Curve, metric: str) -> tuple[np.ndarray, np.ndarray]:
    """The known qualities in rising order, and the logarithms of their rates."""
    quality = curve.quality(metric)
    known = np.flatnonzero(np.isfinite(quality))
    order = known[np.argsort(quality[known])]
    return quality[order], np.log(curve.bpp[order])


def _mean(name: str, rows: list[Row]) -> float:
    return float(np.mean([getattr(row, name) for row in rows]))


def _curve(name: str, means: list[dict[str, float]]) -> Curve:
    columns = {number: np.array([mean[number] for mean in means]) for number in _NUMBERS}
    qualities = tuple(columns["quality"].tolist())
    of_metrics = ("bpp", "psnr_db", "ms_ssim", "ssimulacra2", "butteraugli")
    return Curve(ALL_CODECS[name].label, qualities, *(columns[number] for number in of_metrics))


def _read_published(label: str, values: dict) -> Curve:
    order = np.argsort(values["bpp"])
    bpp, psnr_db = np.array(values["bpp"])[order], np.array(values["psnr_rgb_db"])[order]
    ms_ssim = np.array(values["ms_ssim_rgb"])[order] if "ms_ssim_rgb" in values else np.array([])
    return Curve(label, (), bpp, psnr_db, ms_ssim)
