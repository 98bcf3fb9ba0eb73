"""The report on a folder of pictures: tables and figures from the rows that were measured."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from .codecs import CODECS, EFFORTS
from .curves import (
    METRICS,
    PUBLISHED_PICTURES,
    PUBLISHED_SOURCE,
    Curve,
    bd_rate,
    measured_curves,
    published_curves,
)
from .documents import Picture, Section
from .plots import draw_curves, draw_speed, save
from .rows import Row, read_rows
from .sheets import read_command
from .tables import (
    Table,
    bd_rate_table,
    check_table,
    efforts_table,
    mean_decode_seconds,
    points_table,
    settings_table,
    times_table,
)

_PUBLISHED_ANCHORS = ("BPG 4:4:4 (x265)", "AV1 (libaom)", "VVC VTM 4:4:4")

_ANCHORS = ("jpeg", "webp", "heic", "avif-speed6", "avif-speed2", "avif-speed2-psnr", "jpegxl")
"""What the BD-rate tables compare with, besides the published anchors."""


@dataclass(frozen=True)
class Results:
    """What was measured on a folder of pictures, and where the report on it goes."""

    folder: str
    """The folder as it stands in commands, such as `kodak`."""
    rows: list[Row]
    figures: Path
    """Where the figures are written."""

    @classmethod
    def read(cls, folder: Path, results: Path) -> "Results":
        """Reads the rows of a folder of pictures from the folder of results."""
        name = folder.resolve().name
        rows = read_rows(results / f"{name}.csv")
        return cls(name, list(rows.values()), results / name)

    @property
    def title(self) -> str:
        """The heading of the report."""
        return f"TNG beside other codecs: {self.folder}"

    @property
    def introduction(self) -> str:
        """What was measured, and what was left out."""
        pictures = len({row.picture for row in self.rows})
        missing = [c.label for name, c in CODECS.items() if name not in self._measured_names]
        left_out = f" Not measured: {', '.join(missing)}." if missing else ""
        return (
            f"{pictures} pictures of the folder {self.folder}. Sizes are those of real files, and "
            "qualities those of really decoded pixels. Curves are means over the pictures of rate "
            f"and quality at each setting of an encoder. In commands, {self.folder} stands for the "
            f"path of that folder.{self._judges}{left_out}"
        )

    @property
    def _judges(self) -> str:
        """By what SSIMULACRA2 and Butteraugli were measured."""
        names = sorted({row.judges for row in self.rows if row.judges})
        return f" Judged by {'; '.join(names)}." if names else ""

    def sections(self) -> Iterator[Section]:
        """The sections of the report, in order; figures are drawn on the way."""
        curves = measured_curves(self.rows)
        compared = {name: curve for name, curve in curves.items() if name in CODECS}
        published = published_curves() if self._is_kodak else {}
        yield from self._curve_figures(compared, published)
        yield from self._bd_rates(compared, published)
        yield from self._times(compared)
        efforts = [codec.name for codecs in EFFORTS.values() for codec in codecs]
        if any(codecs[0].name in curves for codecs in EFFORTS.values()):
            options = " ".join(f"--codec {name}" for name in efforts if name in curves)
            command = f"{self._command('measure')} {options}; {self._command('times')} {options}"
            yield Section(efforts_table(curves, self.rows), command)
        yield from self._sheets()
        yield Section(settings_table(self.rows), self._command("measure"))
        if self._is_kodak:
            yield Section(check_table(curves, published), self._command("measure"))
        row = f"python -m tng_evaluation row {self.folder}/NAME.png CODEC QUALITY"
        yield Section(points_table(self.rows), f"{row}, the mean over the pictures")

    def _curve_figures(
        self, curves: dict[str, Curve], published: dict[str, Curve]
    ) -> Iterator[Section]:
        for metric, name in self._known_metrics(curves):
            path = save(draw_curves(curves, published, metric), self.figures, metric)
            note = "Further up and further left is better."
            if any(curve.is_known(metric) for curve in published.values()):
                note += f" Grey, dashed: {PUBLISHED_SOURCE}."
            picture = Picture(f"{name} over bits per pixel", note, path)
            yield Section(picture, self._command("report"))

    def _bd_rates(self, curves: dict[str, Curve], published: dict[str, Curve]) -> Iterator[Section]:
        anchors = {name: curves[name] for name in _ANCHORS if name in curves}
        anchors |= {label: published[label] for label in _PUBLISHED_ANCHORS if label in published}
        for metric, _ in self._known_metrics(curves):
            with_metric = {k: c for k, c in (curves | published).items() if c.is_known(metric)}
            known_anchors = {k: c for k, c in anchors.items() if c.is_known(metric)}
            table: Table = bd_rate_table(with_metric, known_anchors, metric)
            yield Section(table, self._command("report"))

    def _times(self, curves: dict[str, Curve]) -> Iterator[Section]:
        seconds = mean_decode_seconds(self.rows)
        anchor = "jpeg"
        if seconds and anchor in curves:
            rates = {name: bd_rate(c, curves[anchor], "psnr") for name, c in curves.items()}
            path = save(draw_speed(rates, seconds, anchor), self.figures, "speed")
            note = "Further down and further left is better. Processor time, on one thread."
            picture = Picture("BD-rate over decoding time", note, path)
            yield Section(picture, self._command("times"))
        if seconds:
            yield Section(times_table(self.rows), self._command("times"))

    def _sheets(self) -> Iterator[Section]:
        for path in sorted(self.figures.glob("sheet-*.png")):
            name = path.stem.removeprefix("sheet-")
            note = (
                "A crop of the picture, pixel for pixel; each codec at the highest quality whose "
                "file is not larger than the same number of bytes, or at its lowest quality. The "
                "numbers are of the whole picture; errors are mean absolute ones of the luma and "
                "colour-difference planes (BT.601), of 255."
            )
            yield Section(Picture(f"Side by side: {name}", note, path), read_command(path))

    def _known_metrics(self, curves: dict[str, Curve]) -> list[tuple[str, str]]:
        """The metrics that any of the curves has, with their names."""
        return [
            (metric, name)
            for metric, name in METRICS.items()
            if any(curve.is_known(metric) for curve in curves.values())
        ]

    @property
    def _measured_names(self) -> set[str]:
        return {row.codec for row in self.rows}

    @property
    def _is_kodak(self) -> bool:
        return {row.picture for row in self.rows} == PUBLISHED_PICTURES

    def _command(self, verb: str) -> str:
        return f"python -m tng_evaluation {verb} {self.folder}"
