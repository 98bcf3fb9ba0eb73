"""A list of pictures, one after another, noted in the manifest. What one core of the cluster does,
or a test without one."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from . import manifest
from .errors import PictureError
from .manifest import Row
from .settings import Rules
from .store import Store
from .unit import Limits, Picture, Unit
from .worker import Worker


@dataclass(frozen=True)
class Context:
    """What all tasks of a run have in common. It travels to the executors."""

    source: str
    destination: str
    run: str
    rules: Rules = Rules()
    limits: Limits = Limits()
    #: Seconds after which the manifest says what is done: what a killed task has to do again.
    checkpoint: float = 60
    #: The function that codes.
    code: str = "tng_archive.coding:code"


def process(
    pictures: Iterable[Picture], context: Context, report: Callable[[Row], None] = lambda row: None
) -> None:
    """Archives pictures, and writes the manifest's rows.

    Args:
        report: is told of each picture when it is done.

    Raises:
        OSError: the manifest cannot be written.
    """
    source, destination = Store(context.source), Store(context.destination)
    rows: list[Row] = []
    last = time.monotonic()
    with Worker(context.limits.seconds, context.limits.memory) as worker:
        unit = Unit(source, destination, worker, context.limits, context.run, context.code)
        try:
            for picture, block in _read_ahead(unit, pictures):
                row = unit.archive(picture, context.rules.settings_of(picture.key), block)
                rows.append(row)
                report(row)
                if time.monotonic() - last > context.checkpoint:
                    manifest.write(destination, context.run, rows)
                    rows, last = [], time.monotonic()
        finally:
            # Also when the list itself fails: what is done is done.
            manifest.write(destination, context.run, rows)


def _read_ahead(unit: Unit, pictures: Iterable[Picture]) -> Iterator[tuple[Picture, bytes | PictureError]]:
    """The files of the pictures. While one is coded the next is read, so that two are in memory."""

    def read(picture: Picture) -> bytes | PictureError:
        try:
            return unit.read(picture)
        except PictureError as error:
            return error
        except Exception as error:
            return PictureError("internal", f"{type(error).__name__}: {error}")

    with ThreadPoolExecutor(1) as reader:
        waiting = None
        for picture in pictures:
            following = picture, reader.submit(read, picture)
            if waiting:
                yield waiting[0], waiting[1].result()
            waiting = following
        if waiting:
            yield waiting[0], waiting[1].result()
