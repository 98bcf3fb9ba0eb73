"""What is measured, a row each, and the CSV files that hold the rows.

A file is only ever appended to while measuring, and the last row of a key counts: so a run that was
stopped goes on where it was, and files of several machines merge by concatenation.
"""

import csv
import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path

UNKNOWN = math.nan
"""A number that was not measured: an empty cell."""


@dataclass(frozen=True)
class Row:
    """What a codec makes of a picture at a quality, and what that takes.

    The first fields are the same on every machine; two of them are unknown where the tools that
    measure them are not installed. The others are of `machine`: the seconds of a
    call from memory to memory with one thread and with two, the processor time of all threads in
    it, and by how much the call raises the peak of the process' memory. They are unknown until the
    times are measured.
    """

    picture: str
    codec: str
    quality: float
    width: int
    height: int
    bytes: int
    bpp: float
    psnr_db: float
    ms_ssim: float
    mae_y: float
    mae_cb: float
    mae_cr: float
    version: str
    ssimulacra2: float = UNKNOWN
    butteraugli: float = UNKNOWN
    judges: str = ""
    """By what the last two were measured."""
    encode_1_s: float = UNKNOWN
    encode_2_s: float = UNKNOWN
    decode_1_s: float = UNKNOWN
    decode_2_s: float = UNKNOWN
    encode_1_cpu_s: float = UNKNOWN
    encode_2_cpu_s: float = UNKNOWN
    decode_1_cpu_s: float = UNKNOWN
    decode_2_cpu_s: float = UNKNOWN
    encode_1_peak_mib: float = UNKNOWN
    encode_2_peak_mib: float = UNKNOWN
    decode_1_peak_mib: float = UNKNOWN
    decode_2_peak_mib: float = UNKNOWN
    other_cores: float = UNKNOWN
    """How many cores other processes kept busy while the times were measured."""
    machine: str = ""

    @property
    def key(self) -> tuple[str, str, float]:
        """Codec, picture and quality: what a row is one of."""
        return (self.codec, self.picture, self.quality)

    @property
    def megapixels(self) -> float:
        """The size of the picture in millions of pixels."""
        return self.width * self.height / 1e6

    @property
    def is_timed(self) -> bool:
        """Whether the times are there."""
        return bool(self.machine)


Rows = dict[tuple[str, str, float], Row]
"""Rows by their key."""


def read_rows(path: Path) -> Rows:
    """The rows of a file; none when there is no file."""
    if not path.exists():
        return {}
    types = {field.name: field.type for field in dataclasses.fields(Row)}
    with path.open(newline="") as file:
        rows = [
            Row(**{name: _parsed(types[name], cell) for name, cell in row.items()})
            for row in csv.DictReader(file)
            if row["picture"] != "picture"  # the header of a file that was added at the end
        ]
    return {row.key: row for row in rows}


def append_row(path: Path, row: Row) -> None:
    """Adds a row at the end of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a", newline="") as file:
        writer = _writer(file)
        if is_new:
            writer.writeheader()
        writer.writerow(_cells(row))


def renew_header(path: Path) -> None:
    """Writes a file of an older version, which has fewer columns, anew with all of them."""
    if path.exists():
        with path.open(newline="") as file:
            columns = next(csv.reader(file), [])
        if columns != [field.name for field in dataclasses.fields(Row)]:
            write_sorted(path, read_rows(path))


def write_sorted(path: Path, rows: Rows) -> None:
    """Writes a file anew, each key once, in order."""
    with path.open("w", newline="") as file:
        writer = _writer(file)
        writer.writeheader()
        writer.writerows(_cells(rows[key]) for key in sorted(rows))


def _writer(file) -> csv.DictWriter:
    names = [field.name for field in dataclasses.fields(Row)]
    return csv.DictWriter(file, names, lineterminator="\n")


def _parsed(kind: type, cell: str) -> str | int | float:
    return UNKNOWN if kind is float and not cell else kind(cell)


def _cells(row: Row) -> dict[str, str]:
    """The values as they are written: fractions to eight significant digits."""
    return {name: _written(value) for name, value in dataclasses.asdict(row).items()}


def _written(value: str | float) -> str:
    if not isinstance(value, float):
        return str(value)
    return "" if math.isnan(value) else f"{value:.8g}"
