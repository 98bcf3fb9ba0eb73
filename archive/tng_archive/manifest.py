"""What became of every picture: Parquet files at the destination, each written once and whole.

A picture may have several rows, from several runs or attempts; the newest says what is. So runs,
attempts and machines write without knowing of each other.
"""

from __future__ import annotations

import dataclasses
import io
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.parquet as pq

from .store import WORK, Store

FOLDER = f"{WORK}/manifest"
"""Where the files lie: a folder a run, a file a checkpoint of a task."""


@dataclass(frozen=True)
class Row:
    """What became of one picture."""

    #: The key at the source.
    source: str
    #: Bytes at the source.
    size: int
    #: The ETag, or else the time of the last change, as it was listed.
    version: str
    #: Which run wrote this.
    run: str
    #: ``encoded``, ``copied`` or ``failed``.
    outcome: str = "failed"
    source_sha256: str | None = None
    #: The key at the destination; of a picture that failed, that of an earlier version.
    destination: str | None = None
    #: Bytes at the destination.
    bytes: int | None = None
    sha256: str | None = None
    width: int | None = None
    height: int | None = None
    #: The options of the encoder.
    quality: str | None = None
    #: How it was compared: ``ssimulacra2``, or ``exact`` for equal samples.
    metric: str | None = None
    score: float | None = None
    #: The id of the model, in hexadecimal digits.
    model: str | None = None
    #: Why the original was kept.
    reason: str | None = None
    #: Of `errors.KINDS`.
    error_kind: str | None = None
    error: str | None = None
    #: How long coding and writing took.
    seconds: float = 0.0
    #: When it was done, in seconds since 1970.
    finished: float = 0.0


_TYPES = {"str": pa.string(), "int": pa.int64(), "float": pa.float64()}
SCHEMA = pa.schema(
    [
        pa.field(field.name, _TYPES[str(field.type).split(" ")[0]], nullable="None" in str(field.type))
        for field in dataclasses.fields(Row)
    ]
)


def write(store: Store, run: str, rows: Iterable[Row]) -> None:
    """Writes rows as one more file of a run; raises OSError."""
    table = pa.Table.from_pylist([dataclasses.asdict(row) for row in rows], SCHEMA)
    if table.num_rows:
        file = io.BytesIO()
        pq.write_table(table, file, compression="zstd")
        store.write(f"{FOLDER}/{run}/{uuid.uuid4().hex}.parquet", file.getvalue())


def files(store: Store) -> Iterator[str]:
    """The keys of all files."""
    for run in store.list(FOLDER):
        if run.is_folder:
            yield from (entry.key for entry in store.list(run.key) if entry.key.endswith(".parquet"))


def read(store: Store, key: str) -> pa.Table:
    """The rows of one file."""
    return pq.read_table(io.BytesIO(store.read(key)), schema=SCHEMA)


def newest(rows: Iterable[Row]) -> dict[str, Row]:
    """The row that counts for each picture. For small archives; `job` does the same with Spark."""
    found: dict[str, Row] = {}
    for row in rows:
        if row.source not in found or (row.finished, row.run) > (
            found[row.source].finished,
            found[row.source].run,
        ):
            found[row.source] = row
    return found


def rows(store: Store) -> Iterator[Row]:
    """All rows. For small archives."""
    for key in files(store):
        yield from (Row(**values) for values in read(store, key).to_pylist())
