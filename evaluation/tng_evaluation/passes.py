"""The passes over a folder of pictures: quality first, then times."""

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from .codecs import Codec
from .measure import list_pictures, measure_quality, read_picture
from .rows import Row, Rows, append_row, read_rows, write_sorted
from .times import is_reliably_timed, with_times

SLOW_PICTURES = 6
"""A slow codec's times are measured on this many pictures, spread over the folder: they differ
little. Every other codec's are measured on all."""


def measure_folder(folder: Path, codecs: list[Codec], results: Path, again: bool) -> None:
    """Measures each codec on each picture at each quality of its ladder, a row each.

    Rows that are there are kept, unless they are of another version of the codec or `again` is set.
    """
    rows = read_rows(results)
    for codec in codecs:
        version = codec.version()
        for path in list_pictures(folder):
            keys = [(codec.name, path.stem, float(quality)) for quality in codec.qualities]
            wanted = [key for key in keys if again or not _is_current(rows.get(key), version)]
            picture = read_picture(path) if wanted else np.empty(0)
            _append(
                results, (measure_quality(path, picture, codec, quality) for *_, quality in wanted)
            )
    write_sorted(results, read_rows(results))


def time_folder(
    folder: Path,
    codecs: list[Codec],
    results: Path,
    again: bool,
    qualities: list[float] | None = None,
) -> None:
    """Adds the times and memory to the rows that have none, or unreliable ones, or to all if
    `again` is set; only to those of some qualities if these are given.
    """
    rows = read_rows(results)
    for codec in codecs:
        for path in timed_pictures(codec, list_pictures(folder)):
            present = [
                row
                for row in _rows_of(rows, codec, path)
                if qualities is None or row.quality in qualities
            ]
            wanted = [row for row in present if again or not is_reliably_timed(row)]
            picture = read_picture(path) if wanted else np.empty(0)
            _append(results, (with_times(row, picture, codec) for row in wanted))
    write_sorted(results, read_rows(results))


def timed_pictures(codec: Codec, pictures: list[Path]) -> list[Path]:
    """The pictures on which a codec's times are measured."""
    count = min(len(pictures), SLOW_PICTURES) if codec.is_slow else len(pictures)
    return [pictures[len(pictures) * number // count] for number in range(count)]


def _rows_of(rows: Rows, codec: Codec, path: Path) -> list[Row]:
    """The rows that are there of a codec's ladder on a picture."""
    keys = [(codec.name, path.stem, float(quality)) for quality in codec.qualities]
    return [rows[key] for key in keys if key in rows]


def _append(results: Path, measured: Iterable[Row]) -> None:
    """Writes each row as soon as it is measured, and says so."""
    for row in measured:
        append_row(results, row)
        timed = ", timed" if row.is_timed else ""
        print(f"{row.codec} {row.picture} quality {row.quality:g}{timed}", file=sys.stderr)


def _is_current(row: Row | None, version: str) -> bool:
    return row is not None and row.version == version
