"""What a call costs in time and memory, and how busy the machine was meanwhile."""

import os
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Cost:
    """The cost of encoding or decoding a picture."""

    s: float
    """The seconds from start to end."""
    cpu_s: float
    """Processor time, of all threads together; it hardly depends on what else the machine does."""
    peak_mib: float
    """How far the peak of the process' memory rose above what it held before; NaN where the
    system does not tell."""


def measured(function: Callable[[], Result]) -> tuple[Result, Cost]:
    """The result of a call and its cost."""
    before = memory_mib("VmRSS")
    start, cpu_start = time.perf_counter(), time.process_time()
    result = function()
    seconds, cpu_seconds = time.perf_counter() - start, time.process_time() - cpu_start
    return result, Cost(seconds, cpu_seconds, memory_mib("VmHWM") - before)


def memory_mib(field: str, process: int | str = "self") -> float:
    """A line of a process' memory status: `VmRSS` is what it holds now, `VmHWM` its peak."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return float("nan")
    values = [line.split()[1] for line in status.splitlines() if line.startswith(f"{field}:")]
    return int(values[0]) / 1024 if values else float("nan")


class OtherLoad:
    """How many cores processes other than this one and its children keep busy.

    with OtherLoad() as load:
        ...
    load.cores  # their mean number over the block; NaN where the system does not tell
    """

    cores: float

    own_seconds = 0.0
    """The processor time of work that is not other processes', besides what this process and its
    children do: to be added to within the block."""

    def __enter__(self) -> Self:
        self._start = time.perf_counter(), _busy_seconds(), own_seconds()
        return self

    def __exit__(self, *_: object) -> None:
        wall, busy, own = self._start
        elapsed = time.perf_counter() - wall
        others = (_busy_seconds() - busy) - (own_seconds() - own) - self.own_seconds
        self.cores = max(0.0, others / elapsed)


def _busy_seconds() -> float:
    """The time that all cores together have been at work since the machine started."""
    try:
        fields = Path("/proc/stat").read_text().splitlines()[0].split()[1:]
    except OSError:
        return float("nan")
    user, nice, system, _, _, interrupt, soft_interrupt = map(int, fields[:7])
    return (user + nice + system + interrupt + soft_interrupt) / os.sysconf("SC_CLK_TCK")


def own_seconds() -> float:
    """The processor time of this process and of its children that have ended."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
