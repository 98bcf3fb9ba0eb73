"""What is measured, a row each, and the CSV files that hold the rows.

A file is only ever appended to while measuring, and the last row of a key counts: so a run that was
stopped goes on where it was, and files of several machines merge by concatenation.
"""

import csv
import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar


@dataclass(frozen=True)
class QualityRow:
    """What a codec makes of a picture at a quality; the same on every machine."""

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

    @property
    def key(self) -> tuple:
        return (self.codec, self.picture, self.quality)


@dataclass(frozen=True)
class TimeRow:
    """What a codec takes for a picture at a quality, on this machine.

    With the scope `call`, seconds are those of a call from memory to memory, and memory is the
    growth of the process' peak over what it held before; with `command`, both are of a whole
    command. `other_cores` says how many cores other processes kept busy meanwhile.
    """

    picture: str
    codec: str
    quality: float
    threads: int
    megapixels: float
    encode_s: float
    decode_s: float
    encode_cpu_s: float
    decode_cpu_s: float
    encode_peak_mib: float
    decode_peak_mib: float
    scope: str
    other_cores: float
    machine: str
    version: str

    @property
    def key(self) -> tuple:
        return (self.codec, self.picture, self.quality, self.threads)


Row = TypeVar("Row", QualityRow, TimeRow)


def read_rows(path: Path, kind: type[Row]) -> dict[tuple, Row]:
    """The rows of a file by their key; empty when there is no file."""
    if not path.exists():
        return {}
    types = {field.name: field.type for field in dataclasses.fields(kind)}
    with path.open(newline="") as file:
        rows = [kind(**{k: types[k](v) for k, v in row.items()}) for row in csv.DictReader(file)]
    return {row.key: row for row in rows}


def append_row(path: Path, row: Row) -> None:
    """Adds a row at the end of a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_new = not path.exists()
    with path.open("a", newline="") as file:
        writer = _writer(file, type(row))
        if is_new:
            writer.writeheader()
        writer.writerow(_rounded(row))


def write_sorted(path: Path, rows: dict[tuple, Row]) -> None:
    """Writes a file anew, each key once, in order."""
    ordered = [rows[key] for key in sorted(rows)]
    with path.open("w", newline="") as file:
        writer = _writer(file, type(ordered[0]))
        writer.writeheader()
        writer.writerows(_rounded(row) for row in ordered)


def _writer(file, kind: type) -> csv.DictWriter:
    names = [field.name for field in dataclasses.fields(kind)]
    return csv.DictWriter(file, names, lineterminator="\n")


def _rounded(row: Row) -> dict:
    """The values as they are written: fractions to eight significant digits."""
    values = dataclasses.asdict(row)
    return {k: f"{v:.8g}" if isinstance(v, float) else v for k, v in values.items()}
