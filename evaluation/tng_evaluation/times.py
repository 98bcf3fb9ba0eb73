"""Measures the time and memory of a codec on a picture, each call in a process of its own."""

import dataclasses
import functools
import math
import os
import platform
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import numpy as np

from .codecs import ALL_CODECS, Codec
from .cost import Cost, OtherLoad, own_seconds
from .metrics import psnr
from .rows import Row

THREADS = (1, 2)
"""The numbers of threads with which a row is timed."""

REPEATS = 5
REPEAT_SECONDS = 0.1
"""A call is repeated until it has taken this long in all, at most `REPEATS` times."""

BUSY_CORES = 0.25
"""Times taken while other processes kept more cores busy than this are unreliable. Making the
processes that are measured counts among the others; it is up to 0.2."""


def is_reliably_timed(row: Row) -> bool:
    """Whether the times of a row are there, and were taken while the machine was quiet."""
    return row.is_timed and not row.other_cores > BUSY_CORES


def with_times(row: Row, picture: np.ndarray, codec: Codec) -> Row:
    """A row with the times and the memory of encoding and decoding its picture again.

    Raises `RuntimeError` when that gives another file, or other pixels, than the row tells of; with
    two threads a codec may, if it says so.
    """
    times: dict[str, Any] = {"machine": _machine()}
    _new_processes()  # its start is no load of others
    with OtherLoad() as load:
        for threads in THREADS:
            times |= _times(load, row, picture, codec, threads)
    return dataclasses.replace(row, **times, other_cores=load.cores)


def _times(
    load: OtherLoad, row: Row, picture: np.ndarray, codec: Codec, threads: int
) -> dict[str, float]:
    """The fields of a row that are of calls with a number of threads."""
    arguments = (picture, row.quality, threads)
    data, encoding = _run_alone(load, _encode, codec.name, *arguments)
    psnr_db, decoding = _run_alone(load, _decode, codec.name, data, picture, threads)
    is_same = len(data) == row.bytes and math.isclose(psnr_db, row.psnr_db, rel_tol=1e-6)
    if not is_same and (threads == 1 or codec.has_one_file):
        raise RuntimeError(
            f"{codec.name} at quality {row.quality:g} with {threads} threads makes of {row.picture} "
            f"a file of {len(data)} bytes and {psnr_db:.4f} dB, but its row says {row.bytes} bytes "
            f"and {row.psnr_db:.4f} dB; measure the row again."
        )
    return {
        f"{verb}_{threads}_{field}": value
        for verb, cost in (("encode", encoding), ("decode", decoding))
        for field, value in dataclasses.asdict(cost).items()
    }


def _machine() -> str:
    """The processor's name, family and model, and its number of cores."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    facts = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    name = facts.get("model name", platform.processor())
    family = f", family {facts['cpu family']}, model {facts['model']}" if "cpu family" in facts else ""
    return f"{name}{family}, {os.cpu_count()} cores"


@functools.cache
def _new_processes() -> BaseContext:
    """Makes processes quickly that hold the libraries, loaded, and nothing of earlier calls."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["tng_evaluation.__main__", "imagecodecs", "pillow_heif"])
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        pool.submit(own_seconds).result()
    return context


def _run_alone(load: OtherLoad, function: Callable, *arguments: Any) -> Any:
    """The result of a call in a new process, whose work is not other processes' load."""
    with ProcessPoolExecutor(1, mp_context=_new_processes()) as pool:
        result, seconds = pool.submit(_with_seconds, function, *arguments).result()
    load.own_seconds += seconds
    return result


def _with_seconds(function: Callable, *arguments: Any) -> tuple[Any, float]:
    """The result of a call, and the processor time of this process until then."""
    return function(*arguments), own_seconds()


def _encode(name: str, picture: np.ndarray, quality: float, threads: int) -> tuple[bytes, Cost]:
    codec = _prepared(name, threads)
    return _least(lambda: codec.encode(picture, quality, threads))


def _decode(name: str, data: bytes, original: np.ndarray, threads: int) -> tuple[float, Cost]:
    """The PSNR of the decoded picture, and the cost."""
    codec = _prepared(name, threads)
    decoded, cost = _least(lambda: codec.decode(data, threads))
    return psnr(decoded, original), cost


def _prepared(name: str, threads: int) -> Codec:
    """A codec whose libraries are at work, in a process that may use `threads` cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    codec = ALL_CODECS[name]
    codec.warm_up(threads)
    return codec


def _least(call: Callable[[], tuple[Any, Cost]]) -> tuple[Any, Cost]:
    """The result of a repeated call, its least times and its first peak: later calls find memory
    that the first has left.
    """
    start, costs = time.perf_counter(), []
    while len(costs) < REPEATS and (not costs or time.perf_counter() - start < REPEAT_SECONDS):
        result, cost = call()
        costs.append(cost)
    seconds, cpu_seconds = min(cost.s for cost in costs), min(cost.cpu_s for cost in costs)
    return result, Cost(seconds, cpu_seconds, costs[0].peak_mib)
