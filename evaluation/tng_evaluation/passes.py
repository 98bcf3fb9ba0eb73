"""The passes over a folder of pictures: quality first, then times."""

import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from .codecs import Codec
from .measure import list_pictures, measure_quality, read_picture
from .rows import QualityRow, TimeRow, append_row, read_rows, write_sorted
from .times import measure_times

TIMED_RATE = 0.75
"""Times are measured at the quality of each codec whose mean rate is nearest this, in bits per
pixel: a photograph on the web."""

TIMED_PICTURES = 6
"""Times are measured on this many pictures, spread over the folder: they differ little."""

THREADS = (1, 2)


def measure_folder(folder: Path, codecs: list[Codec], results: Path, again: bool) -> None:
    """Measures each codec on each picture at each quality of its ladder, a row each.

    Rows that are there are kept, unless they are of another version of the codec or `again` is set.
    """
    rows = read_rows(results, QualityRow)
    for codec in codecs:
        version = codec.version()
        for path in list_pictures(folder):
            keys = [(codec.name, path.stem, float(quality)) for quality in codec.qualities]
            wanted = [key for key in keys if again or not _is_current(rows.get(key), version)]
            for row in _measured(path, codec, [key[2] for key in wanted]):
                append_row(results, row)
                rows[row.key] = row
    write_sorted(results, read_rows(results, QualityRow))


def time_folder(folder: Path, codecs: list[Codec], results: Path, times: Path, again: bool) -> None:
    """Measures times and memory of each codec that has rows, at the quality for `TIMED_RATE`."""
    measured, rows = read_rows(results, QualityRow), read_rows(times, TimeRow)
    for codec in [codec for codec in codecs if any(key[0] == codec.name for key in measured)]:
        quality, version = timed_quality(measured.values(), codec.name), codec.version()
        for path in _spread(list_pictures(folder)):
            keys = [(codec.name, path.stem, quality, threads) for threads in THREADS]
            wanted = [key for key in keys if again or not _is_current(rows.get(key), version)]
            picture = read_picture(path) if wanted else None
            for *_, threads in wanted:
                row = measure_times(path, picture, codec, quality, threads)
                append_row(times, row)
                rows[row.key] = row
                _report_progress(f"{codec.name} {path.stem} {threads} threads")
    write_sorted(times, read_rows(times, TimeRow))


def timed_quality(rows: Iterable[QualityRow], codec: str) -> float:
    """The quality of a codec at which its times are measured."""
    rates: dict[float, list[float]] = {}
    for row in rows:
        if row.codec == codec:
            rates.setdefault(row.quality, []).append(row.bpp)
    return min(rates, key=lambda quality: abs(np.mean(rates[quality]) - TIMED_RATE))


def _spread(pictures: list[Path]) -> list[Path]:
    count = min(len(pictures), TIMED_PICTURES)
    return [pictures[len(pictures) * number // count] for number in range(count)]


def _measured(path: Path, codec: Codec, qualities: list[float]) -> Iterable[QualityRow]:
    picture = read_picture(path) if qualities else None
    for quality in qualities:
        yield measure_quality(path, picture, codec, quality)
        _report_progress(f"{codec.name} {path.stem} quality {quality:g}")


def _is_current(row: QualityRow | TimeRow | None, version: str) -> bool:
    return row is not None and row.version == version


def _report_progress(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
