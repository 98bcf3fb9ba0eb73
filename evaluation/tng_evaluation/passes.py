"""The passes over a folder of pictures: quality first, then times."""

import dataclasses
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from .codecs import Codec
from .judges import judges
from .measure import list_pictures, measure_quality, read_picture
from .rows import Row, Rows, append_row, read_rows, renew_header, write_sorted
from .times import is_reliably_timed, with_times

SLOW_PICTURES = 6
"""A slow codec's times are measured on this many pictures, spread over the folder: they differ
little. Every other codec's are measured on all."""


def measure_folder(folder: Path, codecs: list[Codec], results: Path, again: bool) -> None:
    """Measures each codec on each picture at each quality of its ladder, a row each.

    Rows that are there are kept, unless they are of another version of the codec or `again` is set.
    Those that other judges have judged, or none, are judged anew and keep their times.
    """
    renew_header(results)
    rows = read_rows(results)
    for codec in codecs:
        version = codec.version()
        for path in list_pictures(folder):
            keys = [(codec.name, path.stem, float(quality)) for quality in codec.qualities]
            wanted = [key for key in keys if again or not _is_current(rows.get(key), version)]
            picture = read_picture(path) if wanted else np.empty(0)
            measured = (measure_quality(path, picture, codec, key[2]) for key in wanted)
            kept = {} if again else rows
            _append(results, (_with_old_times(row, kept.get(row.key)) for row in measured))
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
    renew_header(results)
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
    """Whether a row is of a version of a codec, and of the judges that are installed, if any are."""
    if row is None or row.version != version:
        return False
    return judges() in ("", row.judges)


def _with_old_times(row: Row, old: Row | None) -> Row:
    """A row with the times of an older one of the same file."""
    if old is None or (old.version, old.bytes) != (row.version, row.bytes):
        return row
    judged = ("ssimulacra2", "butteraugli", "judges")
    return dataclasses.replace(old, **{name: getattr(row, name) for name in judged})
