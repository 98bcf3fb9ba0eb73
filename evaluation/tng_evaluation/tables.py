"""The tables of the report, as text; `report` writes them as HTML and as Markdown."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from .codecs import ALL_CODECS, AS_PUBLISHED, CODECS, EFFORTS, Codec
from .curves import METRICS, PUBLISHED_METRICS, Curve, bd_rate, mean_rows
from .metrics import in_decibels
from .rows import Row
from .times import THREADS, is_reliably_timed

USUAL_RATE = 0.75
"""Times are compared at each codec's quality whose mean rate is nearest this, in bits per pixel: a
photograph on the web."""

_MEASURES = {
    "psnr": " over RGB",
    "ms-ssim": " over RGB",
    "ssimulacra2": "",
    "butteraugli": " distance (3-norm)",
}

_AIMS = {"psnr": "psnr", "perceptual": "ssimulacra2"}
"""The metric that each tuning of TNG is judged by."""

_COSTS = {
    "encode, ms": "encode_{}_s",
    "encode, CPU ms": "encode_{}_cpu_s",
    "encode, MiB": "encode_{}_peak_mib",
    "decode, ms": "decode_{}_s",
    "decode, CPU ms": "decode_{}_cpu_s",
    "decode, MiB": "decode_{}_peak_mib",
}
"""The columns of costs, and the fields of a row with the number of threads left out."""


@dataclass(frozen=True)
class Table:
    """A table with the words around it."""

    title: str
    note: str
    header: list[str]
    rows: list[list[str]]
    is_numeric: bool = True
    """Whether the columns after the first hold numbers."""


def settings_table(rows: Iterable[Row]) -> Table:
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
        f"{METRICS[metric]}{_MEASURES[metric]}, as a mean over the range that both cover (PCHIP"
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
        "The same codecs with the settings of the published curves, in the versions of today: that "
        "is how far this way of measuring agrees. WebP's was made by Pillow at its default settings. "
        "JPEG's was made by libjpeg, which scales colour planes in the DCT domain; libjpeg-turbo, "
        "the codec above, comes nearer to the original at the same size. JPEG 2000's was made by "
        "FFmpeg, which turns the samples into YCbCr of 8 bits and limited range before it codes "
        "them; the codec above is given RGB, and so its curve is better.",
        ["codec", "settings", "BD-rate by PSNR", "BD-rate by MS-SSIM"],
        [
            [
                codec.label,
                codec.settings,
                *(_percent(bd_rate(ours, theirs, metric)) for metric in PUBLISHED_METRICS),
            ]
            for codec, ours, theirs in pairs
        ],
        is_numeric=False,
    )


def points_table(rows: Iterable[Row]) -> Table:
    """The points of the curves."""
    rows = list(rows)
    return Table(
        "Points of the curves",
        "Means over the pictures at each quality. Y, Cb and Cr: mean absolute errors of the luma "
        "and colour-difference planes (BT.601), of 255.",
        [
            *("codec", "quality", "bpp", "PSNR, dB", "MS-SSIM", "MS-SSIM, dB"),
            *("SSIMULACRA2", "Butteraugli", "Y", "Cb", "Cr"),
        ],
        [
            [codec.label, f"{mean['quality']:g}", *_point(mean)]
            for name, codec in CODECS.items()
            for mean in mean_rows(rows, name)
        ],
    )


def times_table(rows: Iterable[Row]) -> Table:
    """Times and memory of each codec at the quality nearest `USUAL_RATE`."""
    usual = usual_rows(rows)
    machines = sorted({row.machine for group in usual.values() for row in group})
    return Table(
        "Time and memory",
        "Milliseconds a megapixel from memory to memory at the quality whose mean rate is nearest "
        f"{USUAL_RATE} bits per pixel: the mean over the pictures of the least of up to five calls. "
        "CPU: processor time of all threads. Memory: how far the call raises the peak of the "
        "process, without the samples or the file that it is given; TNG's is all that the command "
        "holds, libraries, model and files included. * Other processes were busy meanwhile: "
        f"unreliable. Machine: {'; '.join(machines)}.",
        ["codec", "quality", "pictures", "threads", *_COSTS],
        [
            [
                ALL_CODECS[name].label,
                f"{group[0].quality:g}",
                str(len(group)),
                str(threads),
                *_costs(group, threads),
            ]
            for name, group in usual.items()
            for threads in THREADS
        ],
    )


def efforts_table(curves: dict[str, Curve], rows: Iterable[Row]) -> Table:
    """What each effort of TNG that was measured takes and brings."""
    measured = {tune: _efforts(codecs, curves, rows) for tune, codecs in EFFORTS.items()}
    names = [codec.name for efforts in measured.values() for codec in efforts.values()]
    usual = usual_rows(rows, names)
    columns, cells = ["effort"], {effort: [] for effort in range(10)}
    for tune, efforts in measured.items():
        columns.append(f"`{tune}`: BD-rate by {METRICS[_AIMS[tune]]}")
        columns.extend(f"encode, ms, {threads} thread{'s'[: threads - 1]}" for threads in THREADS)
        for effort, row in cells.items():
            row.extend(_effort_cells(tune, effort, efforts, curves, usual))
    return Table(
        "TNG by effort",
        "By how much files are larger than those of effort 0 at equal quality (BD-rate), and "
        f"milliseconds a megapixel at the quality whose mean rate is nearest {USUAL_RATE} bits per "
        "pixel. Files of any effort decode equally fast.",
        columns,
        [[str(effort), *row] for effort, row in cells.items() if set(row) != {"–"}],
    )


def _efforts(
    codecs: list[Codec], curves: dict[str, Curve], rows: Iterable[Row]
) -> dict[int, Codec]:
    """The efforts that were measured with the model that the default effort has now."""
    models = {row.codec: _model(row.version) for row in rows}
    current = models.get(codecs[1].name)
    return {
        effort: codec
        for effort, codec in enumerate(codecs)
        if codec.name in curves and models[codec.name] == current
    }


def _model(version: str) -> str:
    """The part of TNG's version that names the model."""
    return version.partition("(")[2].partition(",")[0]


def _effort_cells(
    tune: str,
    effort: int,
    efforts: dict[int, Codec],
    curves: dict[str, Curve],
    usual: dict[str, list[Row]],
) -> list[str]:
    if effort not in efforts or 0 not in efforts:
        return ["–"] * (1 + len(THREADS))
    name = efforts[effort].name
    saving = bd_rate(curves[name], curves[efforts[0].name], _AIMS[tune])
    return [_percent(saving), *_encoding_times(usual.get(name))]


def _encoding_times(rows: list[Row] | None) -> list[str]:
    if not rows:
        return ["–" for _ in THREADS]
    mark = "" if all(is_reliably_timed(row) for row in rows) else "*"
    return [_cost(rows, f"encode_{threads}_s") + mark for threads in THREADS]


def usual_rows(
    rows: Iterable[Row], names: Iterable[str] = tuple(CODECS)
) -> dict[str, list[Row]]:
    """The timed rows of each of some codecs at the quality whose mean rate is nearest `USUAL_RATE`; only
    those that were timed while the machine was quiet, if there are any.
    """
    groups: dict[tuple[str, float], list[Row]] = {}
    for row in rows:
        if row.is_timed:
            groups.setdefault((row.codec, row.quality), []).append(row)
    usual: dict[str, list[Row]] = {}
    for name in names:
        of_codec = [group for (codec, _), group in groups.items() if codec == name]
        if of_codec:
            nearest = min(of_codec, key=lambda group: abs(_mean_bpp(group) - USUAL_RATE))
            usual[name] = [row for row in nearest if is_reliably_timed(row)] or nearest
    return usual


def mean_decode_seconds(rows: Iterable[Row]) -> dict[str, float]:
    """The mean processor time of each codec to decode a megapixel on one thread."""
    return {
        name: _mean_per_megapixel(group, "decode_1_cpu_s")
        for name, group in usual_rows(rows).items()
    }


def _mean_bpp(rows: list[Row]) -> float:
    return float(np.mean([row.bpp for row in rows]))


def _costs(rows: list[Row], threads: int) -> list[str]:
    """The cells of `_COSTS`."""
    mark = "" if all(is_reliably_timed(row) for row in rows) else "*"
    return [_cost(rows, field.format(threads)) + mark for field in _COSTS.values()]


def _cost(rows: list[Row], field: str) -> str:
    if field.endswith("_mib"):
        return f"{np.mean([getattr(row, field) for row in rows]):.0f}"
    return _in_milliseconds(_mean_per_megapixel(rows, field))


def _in_milliseconds(seconds: float) -> str:
    """A time with at least two significant digits, and no more than one place."""
    milliseconds = 1000 * seconds
    return f"{milliseconds:.1f}" if milliseconds < 100 else f"{milliseconds:,.0f}"


def _mean_per_megapixel(rows: list[Row], field: str) -> float:
    return float(np.mean([getattr(row, field) / row.megapixels for row in rows]))


def _point(mean: dict[str, float]) -> list[str]:
    errors = [f"{mean[field]:.2f}" for field in ("mae_y", "mae_cb", "mae_cr")]
    similarity = [f"{mean['ms_ssim']:.5f}", f"{in_decibels(mean['ms_ssim']):.2f}"]
    judged = [_known(mean["ssimulacra2"], 2), _known(mean["butteraugli"], 3)]
    return [f"{mean['bpp']:.4f}", f"{mean['psnr_db']:.2f}", *similarity, *judged, *errors]


def _known(number: float, places: int) -> str:
    """A number, or a dash where it was not measured."""
    return "–" if np.isnan(number) else f"{number:.{places}f}".replace("-", "−")


def _percent(ratio: float) -> str:
    """A ratio in percent with a sign, such as −20.0 %; a dash when there is none."""
    if np.isnan(ratio):
        return "–"
    return f"{100 * ratio:+.1f} %".replace("-", "−").replace("+0.0", "0.0").replace("−0.0", "0.0")
