"""Calls that Ctrl-C ends."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Callable
from typing import Any

from ._library import address, library


class Interruption:
    """Lets an exception that a signal's handler raises, such as KeyboardInterrupt, end a call of the library.

    Python runs such handlers in the main thread alone, and not while that is in the library. So what the main thread
    calls is run by another thread, which it waits for. An exception meanwhile sets a flag that the library asks for;
    it leaves once the call has ended, so that nothing goes on working or writing into the caller's memory.
    """

    def __init__(self) -> None:
        self._flag = ctypes.c_uint8(0)

    def set_in(self, options: Any) -> None:
        """Makes what is created with these options ask for the flag, which lives as long as this object."""
        options.is_cancelled = address(library.tng_flag_is_set)
        options.cancel_context = ctypes.addressof(self._flag)

    def run(self, work: Callable[[], None]) -> None:
        """Runs a call; raises what it raises, or what has ended it."""
        if threading.current_thread() is not threading.main_thread():
            return work()
        failures: list[BaseException] = []
        # Not Thread.join: before Python 3.13, one that was interrupted leaves the thread for ended.
        has_ended = threading.Event()
        # Held by whoever comes first: the thread that begins to work, or the exception that forbids it.
        claim = threading.Lock()

        def run() -> None:
            if not claim.acquire(blocking=False):
                return
            try:
                work()
            except BaseException as failure:
                failures.append(failure)
            finally:
                has_ended.set()

        try:
            # Waits for the thread to begin, so it may be interrupted, too.
            threading.Thread(target=run, name="tng").start()
            has_ended.wait()
        except BaseException:
            self._flag.value = 1
            if not claim.acquire(blocking=False):
                _wait(has_ended)
            self._flag.value = 0
            raise
        if failures:
            raise failures[0]


def _wait(event: threading.Event) -> None:
    """Waits for an event, whatever is raised meanwhile."""
    while not event.is_set():
        try:
            event.wait()
        except BaseException:
            continue
