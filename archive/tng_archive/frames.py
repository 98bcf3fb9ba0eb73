"""Messages between two processes: a JSON object and a block of bytes.

JSON, because the one process reads what strangers made: what it answers must not be able to run in
the other.
"""

from __future__ import annotations

import json
import struct
from typing import IO, Any

_SIZES = struct.Struct("<IQ")


def send(stream: IO[bytes], header: dict[str, Any], block: bytes = b"") -> None:
    """Writes a message; raises OSError if the other end is closed."""
    text = json.dumps(header).encode()
    stream.write(_SIZES.pack(len(text), len(block)) + text)
    stream.write(block)
    stream.flush()


def receive(stream: IO[bytes], most: int | None = None) -> tuple[dict[str, Any], bytes]:
    """Reads a message; raises EOFError if the other end closes before its end, or if it has more
    than `most` bytes."""
    text, block = _SIZES.unpack(_exactly(stream, _SIZES.size))
    if most is not None and text + block > most:
        raise EOFError
    return json.loads(_exactly(stream, text)), _exactly(stream, block)


def _exactly(stream: IO[bytes], count: int) -> bytes:
    data = stream.read(count)
    if len(data) < count:
        raise EOFError
    return data
