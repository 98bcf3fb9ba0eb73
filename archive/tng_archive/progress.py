"""How far a run is: pictures, bytes, rate, time left."""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import IO

from pyspark import SparkContext

from .manifest import Row


class Progress:
    """Counts on the executors, and tells on the driver. Spark adds what a task counted when the
    task ends.

    Args:
        pictures: how many there are to do, of so many bytes.
        messages: where lines go.
        interval: seconds between lines.
    """

    def __init__(
        self, spark: SparkContext, pictures: int, size: int, messages: IO[str], interval: float = 10
    ) -> None:
        self._all, self._size, self._messages, self._interval = pictures, size, messages, interval
        self.pictures = spark.accumulator(0)
        self.failed = spark.accumulator(0)
        self.bytes_before = spark.accumulator(0)
        self.bytes_after = spark.accumulator(0)
        self._start = time.monotonic()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tell, daemon=True)

    def __getstate__(self) -> dict[str, object]:
        """What an executor needs: the counters."""
        return {name: value for name, value in vars(self).items() if not name.startswith("_")}

    def add(self, row: Row) -> None:
        """Counts a picture."""
        self.pictures.add(1)
        self.failed.add(row.outcome == "failed")
        self.bytes_before.add(row.size)
        # What failed saves nothing.
        self.bytes_after.add(row.size if row.bytes is None else row.bytes)

    def line(self) -> str:
        """One line for people."""
        done, seconds = self.pictures.value, time.monotonic() - self._start
        rate = done / seconds if seconds else 0
        text = f"{done} of {self._all} pictures, {amount(self.bytes_before.value)} of {amount(self._size)}"
        if self.failed.value:
            text += f", {self.failed.value} failed"
        if rate:
            text += f", {rate:.3g} pictures a second, {duration((self._all - done) / rate)} left"
        return text

    def __enter__(self) -> Progress:
        print(f"{self._all} pictures to archive, {amount(self._size)}", file=self._messages, flush=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()

    def _tell(self) -> None:
        while not self._ended.wait(self._interval):
            print(self.line(), file=self._messages, flush=True)


def amount(size: float) -> str:
    """Bytes for people, such as ``1.5 MB``."""
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if abs(size) < 1000:
            break
        size /= 1000
    else:
        unit = "PB"
    return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.3g} {unit}"


def duration(seconds: float) -> str:
    """A time for people, such as ``2 h 05 min``."""
    minutes = int(seconds // 60)
    if minutes >= 60:
        return f"{minutes // 60} h {minutes % 60:02} min"
    return f"{minutes} min {int(seconds % 60):02} s" if minutes else f"{int(seconds)} s"
