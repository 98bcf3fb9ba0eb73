"""What an archive holds, as one HTML page: sums, distributions, failures, and the worst pictures to
look at."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape

from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F

from . import job
from .errors import KINDS, PictureError
from .progress import amount
from .store import WORK, Store
from .unit import Limits
from .worker import Worker

NAME = f"{WORK}/report.html"
WORST = 10
_SIDE = 320

_PAGE = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Archive: {destination}</title>
<style>
body {{ font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse }} svg {{ width: 100%; height: auto }} img {{ max-width: 100% }}
td, th {{ padding: .2rem 1rem .2rem 0; text-align: left; vertical-align: top }}
td.number {{ text-align: right }}
code {{ overflow-wrap: anywhere }} rect {{ fill: #47a }} text {{ font: 12px system-ui, sans-serif }}
</style>
<h1>{destination}</h1>
{body}
</html>
"""


@dataclass(frozen=True)
class Histogram:
    """How many pictures have a value, by ranges of the same width. The first and the last hold what
    lies outside."""

    title: str
    width: float
    first: int
    last: int
    #: By the number of the range; that of 0 … width is 0.
    counts: dict[int, int]

    def svg(self) -> str:
        """A bar for each range, with its count above and its lower end below."""
        most = max(self.counts.values())
        step = 960 / (self.last - self.first + 1)
        bars = []
        for place in range(self.first, self.last + 1):
            count, x = self.counts.get(place, 0), (place - self.first) * step
            label = f"{place * self.width:g}"
            if place == self.last:
                label += " …"
            elif place < 0:
                label = f"… {(place + 1) * self.width:g}"
            height = 160 * count / most
            bars.append(
                f'<rect x="{x + 1:.1f}" y="{180 - height:.1f}" width="{step - 2:.1f}" height="{height:.1f}"/>'
                f'<text x="{x + step / 2:.1f}" y="{174 - height:.1f}" text-anchor="middle">'
                f"{count or ''}</text>"
                f'<text x="{x:.1f}" y="196">{label}</text>'
            )
        return (
            f'<svg viewBox="0 0 960 200" role="img" aria-label="{escape(self.title)}">{"".join(bars)}</svg>'
        )


def write(spark: SparkSession, source: Store, destination: Store, limits: Limits) -> None:
    """Writes the report of all runs to the destination; raises OSError."""
    rows = job.newest(job.rows(spark, destination)).persist()
    parts = [
        _sums(rows),
        _distribution(rows, "SSIMULACRA2", F.col("score"), F.col("metric") == "ssimulacra2", 5, -1, 19),
        _distribution(
            rows,
            "Bits per pixel",
            F.col("bytes") * 8 / (F.col("width") * F.col("height")),
            F.col("outcome") == "encoded",
            0.25,
            0,
            16,
        ),
        _kept(rows),
        _failures(rows),
        _worst(rows, source, destination, limits),
    ]
    rows.unpersist()
    page = _PAGE.format(destination=escape(destination.url), body="\n".join(filter(None, parts)))
    destination.write(NAME, page.encode())


def _sums(rows: DataFrame) -> str:
    sums = rows.groupBy("outcome").agg(
        F.count("*"),
        F.sum("size"),
        F.coalesce(F.sum("bytes"), F.lit(0)),
        F.coalesce(F.sum("seconds"), F.lit(0.0)),
    )
    found = {row[0]: tuple(row)[1:] for row in sums.collect()}
    lines = []
    for name in ("encoded", "copied", "failed"):
        count, before, after, seconds = found.get(name, (0, 0, 0, 0.0))
        saved = f"{amount(before - after)}, {1 - after / before:.1%}" if name != "failed" and before else ""
        after = "" if name == "failed" else amount(after)
        lines.append([name, count, amount(before), after, saved, f"{seconds / 3600:.2f}"])
    return _table(
        ["", "pictures", "at the source", "at the destination", "saved", "hours of one core"], lines
    )


def _distribution(
    rows: DataFrame, title: str, value: Column, condition: Column, width: float, first: int, last: int
) -> str:
    values = rows.where(condition & value.isNotNull()).select(value.alias("value"))
    place = F.greatest(F.lit(first), F.least(F.lit(last), F.floor(F.col("value") / width)))
    places = values.groupBy(place.alias("place")).count().collect()
    histogram = Histogram(title, width, first, last, {row[0]: row[1] for row in places})
    median = values.agg(F.percentile_approx("value", 0.5)).first()
    if not places or median is None:
        return ""
    return f"<h2>{escape(title)}</h2><p>The median is {median[0]:.2f}.</p>{histogram.svg()}"


def _kept(rows: DataFrame) -> str:
    counts = (
        rows.where(F.col("outcome") == "copied").groupBy("reason").count().orderBy(F.desc("count")).collect()
    )
    if not counts:
        return ""
    return "<h2>Originals that were kept</h2>" + _table(
        ["because", "pictures"], [list(row) for row in counts]
    )


def _failures(rows: DataFrame) -> str:
    failed = rows.where(F.col("outcome") == "failed").groupBy("error_kind")
    kinds = failed.agg(F.count("*").alias("n"), F.min(F.struct("source", "error")).alias("example"))
    lines = [
        [kind, KINDS.get(kind, ""), count, f"{example['source']}: {example['error']}"]
        for kind, count, example in kinds.orderBy(F.desc("n")).collect()
    ]
    if not lines:
        return "<p>No picture failed.</p>"
    return "<h2>Failures</h2>" + _table(["kind", "meaning", "pictures", "for example"], lines)


def _worst(rows: DataFrame, source: Store, destination: Store, limits: Limits) -> str:
    encoded = rows.where((F.col("outcome") == "encoded") & (F.col("metric") == "ssimulacra2"))
    worst = encoded.orderBy("score", "source").select("source", "destination", "score").take(WORST)
    lines = []
    with Worker(limits.seconds, limits.memory) as worker:
        for key, result, score in worst:
            pictures = (
                _thumbnail(source, key, worker, limits),
                _thumbnail(destination, result, worker, limits),
            )
            lines.append(
                f"<tr><td><code>{escape(key)}</code><br>{score:.1f}</td>"
                f"<td>{'</td><td>'.join(pictures)}</td></tr>"
            )
    if not lines:
        return ""
    head = "<tr><th></th><th>original</th><th>archived</th></tr>"
    return f"<h2>The pictures of the lowest score</h2><table>{head}{''.join(lines)}</table>"


def _thumbnail(store: Store, key: str, worker: Worker, limits: Limits) -> str:
    try:
        arguments = {"side": _SIDE, "max_pixels": limits.max_pixels}
        _, file = worker.call("tng_archive.coding:thumbnail", arguments, store.read(key))
    except (OSError, PictureError) as error:
        return escape(f"It cannot be shown: {error}")
    return f'<img alt="" src="data:image/png;base64,{base64.b64encode(file).decode()}">'


def _table(head: list[str], lines: list[list[object]]) -> str:
    def cell(value: object) -> str:
        kind = ' class="number"' if isinstance(value, int) else ""
        return f"<td{kind}>{escape(str(value))}</td>"

    body = "".join(f"<tr>{''.join(map(cell, line))}</tr>" for line in lines)
    return f"<table><tr>{''.join(f'<th>{escape(name)}</th>' for name in head)}</tr>{body}</table>"
