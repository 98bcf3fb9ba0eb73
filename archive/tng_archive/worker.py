"""A process that codes pictures within limits of time and memory, and may die of one.

Only this process touches what strangers made. It has neither the network's credentials in its hands
nor the manifest: it gets bytes and gives bytes.
"""

from __future__ import annotations

import ctypes
import importlib
import os
import resource
import signal
import subprocess
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from . import frames
from .errors import PictureError

_PR_SET_PDEATHSIG = 1


class Worker:
    """Calls functions in a process of its own, which is started again after it died.

    Args:
        seconds: how long a call may take.
        memory: how many bytes of address space the process may have.
    """

    def __init__(self, seconds: float, memory: int) -> None:
        self.seconds = seconds
        self.memory = memory
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop()

    def call(self, function: str, arguments: dict[str, Any], block: bytes) -> tuple[dict[str, Any], bytes]:
        """Calls a function.

        Args:
            function: as ``module:name``; it takes the block and the arguments, and returns an
                object and a block. arguments: what JSON can hold.

        Raises:
            PictureError: what the function raised, or of the kind ``time``, ``memory`` or
                ``crash``.
        """
        process = self._started()
        assert process.stdin and process.stdout
        is_late = threading.Event()

        def end() -> None:
            is_late.set()
            process.kill()

        timer = threading.Timer(self.seconds, end)
        timer.start()
        try:
            frames.send(process.stdin, {"function": function, "arguments": arguments}, block)
            answer, result = frames.receive(process.stdout, self.memory)
        except (EOFError, OSError):
            status = self._stop()
            if is_late.is_set():
                raise PictureError("time", f"it was not coded within {self.seconds:g} seconds") from None
            raise PictureError("crash", f"the process that coded it ended with {_reason(status)}") from None
        except BaseException:
            # Such as an interrupt: the answer is not for the next call.
            self._stop()
            raise
        finally:
            timer.cancel()
        if "error" in answer:
            # What is left of its memory may be in pieces.
            if answer["error"] in ("memory", "internal"):
                self._stop()
            raise PictureError(answer["error"], answer["message"])
        return answer["result"], result

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            # One thread a process, as the cluster counts them.
            environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tng_archive.worker", str(self.memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=environment | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        return self._process

    def _stop(self) -> int:
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill()
        assert process.stdin and process.stdout
        for stream in (process.stdin, process.stdout):
            try:
                stream.close()
            except OSError:
                pass
        return process.wait()


def _reason(status: int) -> str:
    try:
        return signal.Signals(-status).name if status < 0 else f"status {status}"
    except ValueError:
        return f"signal {-status}"


def _serve(memory: int) -> None:
    """Answers calls on standard input until it ends."""
    # What libraries print is not an answer.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    # The process that asks may be killed: then nobody would stop this one.
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    while True:
        try:
            request, block = frames.receive(sys.stdin.buffer)
        except EOFError:
            return
        result, header = b"", {}
        try:
            module, name = request["function"].split(":")
            answer, result = getattr(importlib.import_module(module), name)(block, **request["arguments"])
            header = {"result": answer}
        except PictureError as error:
            header = {"error": error.kind, "message": str(error)}
        except MemoryError:
            header = {"error": "memory", "message": f"coding it needs more than {memory >> 20} MiB of memory"}
        except Exception as error:
            traceback.print_exc()
            header = {"error": "internal", "message": f"{type(error).__name__}: {error}"}
        del block
        frames.send(answers, header, result)


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
