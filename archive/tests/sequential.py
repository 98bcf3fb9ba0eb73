"""The same archive without Spark: one picture after the other, in the order of keys."""

from __future__ import annotations

from tng_archive import manifest
from tng_archive.job import ENDINGS
from tng_archive.manifest import Row
from tng_archive.store import WORK, Store
from tng_archive.task import Context, process
from tng_archive.unit import Picture


def archive(context: Context) -> dict[str, Row]:
    """Archives everything; returns what the manifest says."""
    store = Store(context.source)
    entries = [entry for entry in walk(store) if entry.key.lower().endswith(ENDINGS)]
    process(
        (Picture(entry.key, entry.size, entry.version) for entry in sorted(entries, key=lambda e: e.key)),
        context,
    )
    return manifest.newest(manifest.rows(Store(context.destination)))


def walk(store: Store, folder: str = ""):
    for entry in store.list(folder):
        if entry.is_folder:
            yield from walk(store, entry.key)
        else:
            yield entry


def contents(store: Store) -> dict[str, bytes]:
    """All files but those of the archive itself."""
    return {entry.key: store.read(entry.key) for entry in walk(store) if not entry.key.startswith(WORK + "/")}


def left_over(store: Store) -> list[str]:
    """Temporary files."""
    return [entry.key for entry in walk(store, f"{WORK}/temporary")]


def essence(rows: dict[str, Row]) -> dict[str, tuple]:
    """What two runs must agree in."""
    return {
        key: (
            row.size,
            row.source_sha256,
            row.outcome,
            row.destination,
            row.bytes,
            row.sha256,
            row.width,
            row.height,
            row.quality,
            row.metric,
            row.score,
            row.model,
            row.reason,
            row.error_kind,
        )
        for key, row in rows.items()
    }
