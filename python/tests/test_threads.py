"""Many threads code at once, and none of them keeps the others from running Python."""

import multiprocessing
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tng
from conftest import picture


@pytest.fixture
def no_switching():
    """The interpreter changes threads only where one gives it up by itself."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e6)
    yield
    sys.setswitchinterval(before)


def others_run_during(work) -> bool:
    """Whether another thread gets to run while this one only calls `work`, again and again."""
    gate, ran = threading.Lock(), []
    gate.acquire()

    def other() -> None:
        with gate:
            ran.append(True)

    thread = threading.Thread(target=other)
    thread.start()
    # The other one can go on now, as soon as it gets the interpreter.
    gate.release()
    for _ in range(200):
        if ran:
            break
        work()
    result = bool(ran)
    thread.join()
    return result


@pytest.mark.skipif(hasattr(sys, "_is_gil_enabled") and not sys._is_gil_enabled(), reason="there is no lock")
def test_the_interpreter_is_free_meanwhile(no_switching):
    image = picture(3)
    data = tng.encode(image)
    # Not in the main thread, which waits for another one.
    with ThreadPoolExecutor(1) as pool:
        assert not pool.submit(others_run_during, lambda: sum(range(10_000))).result()
        assert pool.submit(others_run_during, lambda: tng.encode(image)).result()
        assert pool.submit(others_run_during, lambda: tng.decode(data)).result()


def test_threads_give_the_same():
    image = picture(4)
    encoder = tng.Encoder(quality=70)
    data = encoder.encode(image)
    expected = tng.decode(data)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: encoder.encode(image), range(16))) == {data}
        for decoded in pool.map(lambda _: tng.decode(data, threads=2), range(16)):
            np.testing.assert_array_equal(decoded, expected)
    assert tng.encode(image, quality=70, threads=3) == data


def _encode(image: np.ndarray) -> bytes:
    return tng.encode(image, threads=2)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_after_a_fork():
    """As programs do that share out their work among processes: with threads before and after the fork."""
    image = picture(3)
    data = _encode(image)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map_async(_encode, [image] * 4).get(timeout=120) == [data] * 4
