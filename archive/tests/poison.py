"""A coder that some pictures are poison for: those whose file ends with a word."""

from __future__ import annotations

import os
import signal
import time
from typing import Any

from tng_archive import coding


def code(block: bytes, **arguments: Any) -> tuple[dict[str, Any], bytes]:
    if block.endswith(b"crash"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if block.endswith(b"hang"):
        time.sleep(30)
    if block.endswith(b"hungry"):
        bytearray(1 << 40)
    if block.endswith(b"chatty"):
        print("This is no answer.")
    return coding.code(block, **arguments)
