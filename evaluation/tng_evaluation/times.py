"""Measures the time and memory of a codec on a picture, each direction in a process of its own."""

import os
import platform
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np

from .codecs import ALL_CODECS, Codec
from .cost import Cost, OtherLoad
from .rows import TimeRow

REPEATS = 5
REPEAT_SECONDS = 1.0
"""A call is repeated until it has taken this long in all, at most `REPEATS` times."""

BUSY_CORES = 0.1
"""Times taken while other processes kept more cores busy than this are unreliable."""


def measure_times(
    path: Path, picture: np.ndarray, codec: Codec, quality: float, threads: int
) -> TimeRow:
    """The least time and the peak memory of encoding and decoding a picture."""
    with OtherLoad() as load:
        data, encoding = _run_alone(_encode, codec.name, picture, quality, threads)
        _, decoding = _run_alone(_decode, codec.name, data, threads)
    return TimeRow(
        picture=path.stem,
        codec=codec.name,
        quality=quality,
        threads=threads,
        megapixels=picture.shape[0] * picture.shape[1] / 1e6,
        encode_s=encoding.seconds,
        decode_s=decoding.seconds,
        encode_cpu_s=encoding.cpu_seconds,
        decode_cpu_s=decoding.cpu_seconds,
        encode_peak_mib=encoding.peak_mib,
        decode_peak_mib=decoding.peak_mib,
        scope="command" if decoding.is_of_command else "call",
        other_cores=load.cores,
        machine=_machine(),
        version=codec.version(),
    )


def _machine() -> str:
    """The processor's name and its number of cores."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":")[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.processor()}, {os.cpu_count()} cores"


def _run_alone(function: Callable, *arguments: Any) -> Any:
    """The result of a call in a new process, which holds nothing of earlier calls."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _encode(name: str, picture: np.ndarray, quality: float, threads: int) -> tuple[bytes, Cost]:
    codec = _prepared(name, threads)
    return _least(lambda: codec.encode(picture, quality, threads))


def _decode(name: str, data: bytes, threads: int) -> tuple[None, Cost]:
    codec = _prepared(name, threads)
    return None, _least(lambda: codec.decode(data, threads))[1]


def _prepared(name: str, threads: int) -> Codec:
    """A codec whose libraries are loaded, in a process that may use `threads` cores."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
    codec = ALL_CODECS[name].for_timing()
    data, _ = codec.encode(np.zeros((64, 64, 3), np.uint8), codec.qualities[0], threads)
    codec.decode(data, threads)
    return codec


def _least(call: Callable[[], tuple[Any, Cost]]) -> tuple[Any, Cost]:
    """The result of a repeated call, its least time and its largest peak."""
    start, costs = time.perf_counter(), []
    while len(costs) < REPEATS and (not costs or time.perf_counter() - start < REPEAT_SECONDS):
        result, cost = call()
        costs.append(cost)
    least = min(cost.seconds for cost in costs)
    least_cpu = min(cost.cpu_seconds for cost in costs)
    peak = max(cost.peak_mib for cost in costs)
    return result, Cost(least, least_cpu, peak, costs[0].is_of_command)
