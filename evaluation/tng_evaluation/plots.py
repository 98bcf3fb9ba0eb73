"""The figures: rate–distortion curves, and BD-rate over decoding time.

Colours are those of Okabe and Ito, which the colour-blind tell apart; every measured codec has its
own marker besides, and published curves are grey and dashed, so that the figures survive a
black-and-white printer.
"""

from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, NullLocator

from .codecs import CODECS
from .curves import METRICS, Curve

_STYLES: dict[str, dict] = {
    "jpeg": {"color": "#000000", "marker": "s"},
    "jpeg2000": {"color": "#7A5C3E", "marker": "D"},
    "webp": {"color": "#E69F00", "marker": "^"},
    "heic": {"color": "#009E73", "marker": "v"},
    "avif-speed6": {"color": "#56B4E9", "marker": "<"},
    "avif-speed6-psnr": {"color": "#56B4E9", "marker": "<", "markerfacecolor": "white"},
    "avif-speed2": {"color": "#0072B2", "marker": ">"},
    "avif-speed2-psnr": {"color": "#0072B2", "marker": ">", "markerfacecolor": "white"},
    "jpegxl": {"color": "#CC79A7", "marker": "P"},
    "tng": {"color": "#D55E00", "marker": "o", "linewidth": 2.4},
    "tng-effort9": {"color": "#D55E00", "marker": "h", "linewidth": 2.4},
    "tng-psnr": {"color": "#D55E00", "marker": "o", "markerfacecolor": "white", "linewidth": 2.4},
    "tng-psnr-effort9": {
        "color": "#D55E00",
        "marker": "h",
        "markerfacecolor": "white",
        "linewidth": 2.4,
    },
}

_TUNED_FOR_PSNR = {"avif-speed6-psnr", "avif-speed2-psnr", "tng-psnr", "tng-psnr-effort9"}

_NOT_DRAWN = {
    "psnr": {"avif-speed6", "avif-speed2", "tng", "tng-effort9"},
    "ms-ssim": _TUNED_FOR_PSNR,
    "ssimulacra2": _TUNED_FOR_PSNR,
    "butteraugli": _TUNED_FOR_PSNR,
}
"""The codecs that a figure leaves out because the same codec, tuned for its metric, is in it."""

_PUBLISHED: dict[str, dict] = {
    "BPG 4:4:4 (x265)": {"marker": "v", "dashes": (6, 2)},
    "HEVC HM 4:4:4": {"marker": "1", "dashes": (1, 1)},
    "AV1 (libaom)": {"marker": ">", "dashes": (4, 1, 1, 1)},
    "VVC VTM 4:4:4": {"marker": "s", "dashes": (6, 2)},
    "bmshj2018-hyperprior (MSE)": {"marker": "x", "dashes": (2, 1)},
    "mbt2018 (MSE)": {"marker": "+", "dashes": (3, 2)},
    "cheng2020-anchor (MSE)": {"marker": "*", "dashes": (4, 2)},
    "ELIC 2022 (MSE, paper)": {"marker": "d", "dashes": (8, 2)},
}

_AXES = {
    "psnr": "PSNR over RGB, dB",
    "ms-ssim": "MS-SSIM over RGB, dB",
    "ssimulacra2": "SSIMULACRA2",
    "butteraugli": "Butteraugli, 3-norm",
}

_BPP = (0.1, 2.6)
"""The rates that a figure shows."""

matplotlib.rcParams.update(
    {
        "svg.fonttype": "path",
        "svg.hashsalt": "tng",  # the same figure, the same file
        "font.size": 10,
        "legend.handlelength": 3.2,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "grid.color": "#dddddd",
        "grid.linewidth": 0.6,
    }
)


def draw_curves(measured: dict[str, Curve], published: dict[str, Curve], metric: str) -> Figure:
    """The quality by a metric over the rate, of every codec."""
    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.add_subplot()
    drawn = [
        name
        for name, curve in measured.items()
        if name not in _NOT_DRAWN[metric] and curve.is_known(metric)
    ]
    lines = [_draw_measured(axes, name, measured[name], metric) for name in drawn]
    _add_legend(figure, lines[::-1], "measured", "outside right upper")
    lines = [
        _draw_published(axes, published[label], metric)
        for label in _PUBLISHED
        if label in published and len(published[label].quality(metric))
    ]
    if lines:
        _add_legend(figure, lines, "published", "outside right lower")
    _limit_to_rates(axes, [measured[name] for name in drawn], metric)
    axes.set_xlabel("bits per pixel")
    axes.set_ylabel(_AXES[metric])
    if metric == "butteraugli":
        axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{abs(value):g}"))
    return figure


def draw_speed(bd_rates: dict[str, float], seconds: dict[str, float], anchor: str) -> Figure:
    """The BD-rate over the time to decode a megapixel on one thread, a point for each codec."""
    figure = Figure(figsize=(7.5, 4.6), layout="constrained")
    axes = figure.add_subplot()
    for name in [name for name in seconds if not np.isnan(bd_rates.get(name, np.nan))]:
        style = {"linestyle": "", "markersize": 8, **_STYLES[name]}
        position = (1000 * seconds[name], 100 * bd_rates[name])
        axes.plot(*position, label=CODECS[name].label, **style)
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.set_xlabel("processor time to decode a megapixel, ms")
    axes.set_ylabel(f"BD-rate by {METRICS['psnr']} against {CODECS[anchor].label}, %")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False)
    return figure


def save(figure: Figure, folder: Path, name: str) -> Path:
    """Writes a figure as SVG and PNG; the path of the SVG."""
    folder.mkdir(parents=True, exist_ok=True)
    figure.savefig(folder / f"{name}.png", dpi=150)
    figure.savefig(folder / f"{name}.svg", metadata={"Date": None})
    return folder / f"{name}.svg"


def _add_legend(figure: Figure, lines: list[Line2D], title: str, place: str) -> None:
    figure.legend(handles=lines, title=title, loc=place, frameon=False, alignment="left")


def _draw_measured(axes: Axes, name: str, curve: Curve, metric: str) -> Line2D:
    style = {"linewidth": 1.5, "markersize": 5.5, "zorder": 3, **_STYLES[name]}
    quality = curve.quality(metric)
    known = np.isfinite(quality)
    (line,) = axes.plot(curve.bpp[known], quality[known], label=curve.label, **style)
    return line


def _draw_published(axes: Axes, curve: Curve, metric: str) -> Line2D:
    style = {"color": "#999999", "linewidth": 1, "markersize": 4.5, **_PUBLISHED[curve.label]}
    (line,) = axes.plot(curve.bpp, curve.quality(metric), label=curve.label, **style)
    return line


def _limit_to_rates(axes: Axes, curves: list[Curve], metric: str) -> None:
    """Shows the rates of `_BPP` on a logarithmic axis, and the qualities that occur there."""
    axes.set_xscale("log")
    axes.set_xlim(*_BPP)
    axes.xaxis.set_major_locator(FixedLocator([0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    shown = [
        curve.quality(metric)[(curve.bpp >= _BPP[0]) & (curve.bpp <= _BPP[1])] for curve in curves
    ]
    values = np.concatenate(shown)
    values = values[np.isfinite(values)]
    if len(values):
        margin = {"ssimulacra2": 3, "butteraugli": 0.2}.get(metric, 0.5)
        axes.set_ylim(values.min() - margin, values.max() + margin)
