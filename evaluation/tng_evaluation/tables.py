"""The tables of the report, as text; `report` writes them as HTML and as Markdown."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .codecs import ALL_CODECS, AS_PUBLISHED, CODECS
from .curves import METRICS, Curve, bd_rate, mean_rows
from .metrics import in_decibels
from .rows import QualityRow, TimeRow
from .times import BUSY_CORES

_COSTS = {
    "encode, ms": "encode_s",
    "encode, CPU ms": "encode_cpu_s",
    "encode, MiB": "encode_peak_mib",
    "decode, ms": "decode_s",
    "decode, CPU ms": "decode_cpu_s",
    "decode, MiB": "decode_peak_mib",
}


@dataclass(frozen=True)
class Table:
    """A table with the words around it."""

    title: str
    note: str
    header: list[str]
    rows: list[list[str]]
    is_numeric: bool = True
    """Whether the columns after the first hold numbers."""


def settings_table(rows: Iterable[QualityRow]) -> Table:
    """What was measured: codecs, settings, versions."""
    versions = {row.codec: row.version for row in rows}
    return Table(
        "Codecs and settings",
        "Each encoder is set for still pictures and to do well by these metrics; AVIF both as "
        "libavif chooses, for what people see, and for PSNR.",
        ["codec", "name in commands", "settings", "version"],
        [
            [codec.label, codec.name, codec.settings, versions[name]]
            for name, codec in CODECS.items()
            if name in versions
        ],
        is_numeric=False,
    )


def bd_rate_table(curves: dict[str, Curve], anchors: dict[str, Curve], metric: str) -> Table:
    """The BD-rate of each curve against each anchor."""
    return Table(
        f"BD-rate by {METRICS[metric]}",
        "By how much the files of the row's codec are larger than those of the column's at equal "
        f"{METRICS[metric]} over RGB, as a mean over the range that both cover (PCHIP"
        f"{'; MS-SSIM in decibels' if metric == 'ms-ssim' else ''}); −20 % means a fifth smaller.",
        ["codec", *(f"vs {anchor.title}" for anchor in anchors.values())],
        [
            [curve.title, *(_percent(bd_rate(curve, a, metric)) for a in anchors.values())]
            for curve in curves.values()
        ],
    )


def check_table(curves: dict[str, Curve], published: dict[str, Curve]) -> Table:
    """How near the published curves the same codecs come here with the same settings."""
    pairs = [
        (codec, curves[codec.name], published[label])
        for label, codec in AS_PUBLISHED.items()
        if codec.name in curves
    ]
    return Table(
        "Check against the published curves",
        "The same codecs with the settings of the published curves, in the versions of today. WebP "
        "gives the published numbers; JPEG files have the published sizes within 0.3 %, and today's "
        "decoder comes 0.1 dB nearer. OpenJPEG is 0.3 to 1 dB better at the published rates than the "
        "published curve; neither transform tried explains it, so it may be the version.",
        ["codec", "settings", "BD-rate by PSNR", "BD-rate by MS-SSIM"],
        [
            [codec.label, codec.settings, *(_percent(bd_rate(ours, theirs, m)) for m in METRICS)]
            for codec, ours, theirs in pairs
        ],
        is_numeric=False,
    )


def points_table(rows: Iterable[QualityRow]) -> Table:
    """The points of the curves."""
    rows = list(rows)
    return Table(
        "Points of the curves",
        "Means over the pictures at each quality. Y, Cb and Cr: mean absolute errors of the luma "
        "and colour-difference planes (BT.601), of 255.",
        ["codec", "quality", "bpp", "PSNR, dB", "MS-SSIM", "MS-SSIM, dB", "Y", "Cb", "Cr"],
        [
            [codec.label, f"{mean['quality']:g}", *_point(mean)]
            for name, codec in CODECS.items()
            for mean in mean_rows(rows, name)
        ],
    )


def times_table(times: Iterable[TimeRow]) -> Table:
    """Times and memory of each codec."""
    times = list(times)
    machines = sorted({row.machine for row in times})
    return Table(
        "Time and memory",
        "Milliseconds a megapixel from memory to memory: the mean over the pictures of the least "
        "of up to five runs. CPU: processor time of all threads. Memory: how far the peak of the process rises; TNG's is that of the whole command. † The whole "
        "command, start-up and files included. * Other processes were busy meanwhile: unreliable. "
        f"Machine: {'; '.join(machines)}.",
        ["codec", "quality", "threads", *_COSTS],
        [
            [ALL_CODECS[name].label, f"{quality:g}", str(threads), *_cost(group)]
            for (name, quality, threads), group in _grouped(times).items()
        ],
    )


def mean_decode_seconds(times: Iterable[TimeRow]) -> dict[str, float]:
    """The mean processor time of each codec to decode a megapixel on one thread."""
    groups = _grouped([row for row in times if row.threads == 1])
    return {name: _mean_per_megapixel(rows, "decode_cpu_s") for (name, *_), rows in groups.items()}


def _grouped(times: list[TimeRow]) -> dict[tuple, list[TimeRow]]:
    """The rows by codec, quality and threads, in the order of reports."""
    groups: dict[tuple, list[TimeRow]] = {}
    for row in times:
        groups.setdefault((row.codec, row.quality, row.threads), []).append(row)
    order = list(ALL_CODECS)
    return dict(sorted(groups.items(), key=lambda item: (order.index(item[0][0]), item[0][1:])))


def _cost(rows: list[TimeRow]) -> list[str]:
    is_busy = max(row.other_cores for row in rows) > BUSY_CORES
    scope = "†" if rows[0].scope == "command" else ""
    milliseconds = {
        field: f"{_in_milliseconds(_mean_per_megapixel(rows, field))}{scope}"
        for field in ("encode_s", "decode_s", "encode_cpu_s", "decode_cpu_s")
    }
    memory = {
        field: f"{np.mean([getattr(row, field) for row in rows]):.0f}{scope}"
        for field in ("encode_peak_mib", "decode_peak_mib")
    }
    cells = milliseconds | memory
    for field in ("encode_s", "decode_s"):
        cells[field] += "*" if is_busy else ""
    return [cells[field] for field in _COSTS.values()]


def _in_milliseconds(seconds: float) -> str:
    """A time with at least two significant digits, and no more than one place."""
    milliseconds = 1000 * seconds
    return f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:,.0f}"


def _mean_per_megapixel(rows: list[TimeRow], field: str) -> float:
    return float(np.mean([getattr(row, field) / row.megapixels for row in rows]))


def _point(mean: dict[str, float]) -> list[str]:
    errors = [f"{mean[field]:.2f}" for field in ("mae_y", "mae_cb", "mae_cr")]
    similarity = [f"{mean['ms_ssim']:.5f}", f"{in_decibels(mean['ms_ssim']):.2f}"]
    return [f"{mean['bpp']:.4f}", f"{mean['psnr_db']:.2f}", *similarity, *errors]


def _percent(ratio: float) -> str:
    """A ratio in percent with a sign, such as −20.0 %; a dash when there is none."""
    if np.isnan(ratio):
        return "–"
    return f"{100 * ratio:+.1f} %".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")
