import dataclasses
import os
import signal
import subprocess
import sys
import time

import pictures
import pytest

from tng_archive.errors import PictureError
from tng_archive.settings import Settings
from tng_archive.worker import Worker

ARGUMENTS = {"settings": dataclasses.asdict(Settings(effort=0)), "max_pixels": 1 << 28, "max_memory": 1 << 31}


@pytest.fixture(scope="module")
def worker():
    with Worker(120, 4 << 30) as worker:
        yield worker


@pytest.fixture(scope="module")
def good():
    return pictures.file(pictures.photo(1), "PNG")


def kind(worker, block):
    with pytest.raises(PictureError) as raised:
        worker.call("poison:code", ARGUMENTS, block)
    return raised.value.kind


def test_next_picture_does_not_notice(worker, good):
    first = worker.call("poison:code", ARGUMENTS, good)
    assert first[1]
    assert kind(worker, good + b"crash") == "crash"
    assert worker.call("poison:code", ARGUMENTS, good) == first
    assert kind(worker, good + b"hungry") == "memory"
    assert worker.call("poison:code", ARGUMENTS, good) == first
    worker.call("poison:code", ARGUMENTS, good + b"chatty")
    assert worker.call("poison:code", ARGUMENTS, good) == first


def test_time_limit(good):
    with Worker(4, 4 << 30) as worker:
        start = time.monotonic()
        assert kind(worker, good + b"hang") == "time"
        assert time.monotonic() - start < 25


def test_memory_limit_is_of_the_process(good):
    # The interpreter starts, and the libraries do not fit.
    with Worker(120, 60 << 20) as worker:
        assert kind(worker, good) in ("memory", "crash", "internal")


def test_it_ends_with_the_process_that_started_it(good):
    program = (
        "import sys; from tng_archive.worker import Worker; worker = Worker(60, 4 << 30);"
        "print(worker._started().pid, flush=True); worker.call('time:sleep', {}, b'')"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    child = int(parent.stdout.readline())
    # Until it has said so to the kernel.
    deadline = time.monotonic() + 60
    while parent.poll() is None and time.monotonic() < deadline and os.path.exists(f"/proc/{child}"):
        if b"tng_archive.worker" in open(f"/proc/{child}/cmdline", "rb").read():
            break
        time.sleep(0.1)
    time.sleep(1)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()
    while time.monotonic() < deadline and os.path.exists(f"/proc/{child}"):
        time.sleep(0.1)
    assert not os.path.exists(f"/proc/{child}")
