"""The whole way of one picture: from the source, through the worker, into place at the
destination."""

from __future__ import annotations

import dataclasses
import hashlib
import time
from dataclasses import dataclass

from .errors import PictureError
from .manifest import Row
from .settings import Settings
from .store import Store
from .worker import Worker

ENDING = ".tng"


@dataclass(frozen=True)
class Picture:
    """A file of the source that is to be archived."""

    key: str
    size: int
    version: str
    #: Where an earlier version of it lies at the destination.
    previous: str | None = None


@dataclass(frozen=True)
class Limits:
    """What one picture may cost."""

    #: Seconds of coding.
    seconds: float = 300
    #: Bytes of address space of the process that codes. The codec itself may allocate half of them.
    memory: int = 4 << 30
    #: Pixels.
    max_pixels: int = 1 << 28
    #: Bytes of the file.
    max_bytes: int = 256 << 20


def destination_of(key: str, is_encoded: bool) -> str:
    """Where a picture goes. No two keys ever go to the same place, whether they are encoded or
    kept."""
    return key + ENDING if is_encoded or key.endswith(ENDING) else key


class Unit:
    """Archives pictures one at a time.

    Args:
        code: the function that codes, as ``module:name``; see `tng_archive.coding.code`.
        run: what the manifest calls this run.
    """

    def __init__(
        self,
        source: Store,
        destination: Store,
        worker: Worker,
        limits: Limits,
        run: str,
        code: str = "tng_archive.coding:code",
    ) -> None:
        self._source, self._destination = source, destination
        self._worker, self._limits, self._run, self._code = worker, limits, run, code

    def read(self, picture: Picture) -> bytes:
        """The file as it was listed; raises PictureError."""
        if picture.size > self._limits.max_bytes:
            raise PictureError(
                "limit", f"it has {picture.size} bytes, and {self._limits.max_bytes} are allowed"
            )
        try:
            block = self._source.read(picture.key)
        except FileNotFoundError:
            raise PictureError("changed", "it was listed, and is gone") from None
        except OSError as error:
            raise PictureError("store", f"it cannot be read: {error}") from error
        if len(block) != picture.size:
            raise PictureError("changed", f"it was listed with {picture.size} bytes, and has {len(block)}")
        return block

    def archive(self, picture: Picture, settings: Settings, block: bytes | PictureError) -> Row:
        """Codes a picture, checks it and puts it into place.

        Args:
            block: what `read` returned or raised.

        Returns:
            What the manifest is to say of it. A picture that fails leaves the destination as it
            was, with an earlier version if there is one.
        """
        start = time.monotonic()
        row = Row(
            source=picture.key,
            size=picture.size,
            version=picture.version,
            run=self._run,
            quality=str(settings),
        )
        try:
            if isinstance(block, PictureError):
                raise block
            row = dataclasses.replace(row, source_sha256=_sha256(block))
            row = self._placed(row, settings, block)
            if picture.previous not in (None, row.destination):
                self._remove(str(picture.previous))
        except PictureError as error:
            row = _failed(row, picture, error)
        except Exception as error:
            row = _failed(row, picture, PictureError("internal", f"{type(error).__name__}: {error}"))
        return dataclasses.replace(row, seconds=time.monotonic() - start, finished=time.time())

    def _placed(self, row: Row, settings: Settings, block: bytes) -> Row:
        limits = self._limits
        facts, file = self._worker.call(
            self._code,
            {
                "settings": dataclasses.asdict(settings),
                "max_pixels": limits.max_pixels,
                "max_memory": limits.memory // 2,
            },
            block,
        )
        row = dataclasses.replace(row, **facts, outcome="encoded" if file else "copied")
        file = file or block
        destination = destination_of(row.source, row.outcome == "encoded")
        try:
            self._destination.write(destination, file)
        except OSError as error:
            raise PictureError("store", f"it cannot be written: {error}") from error
        return dataclasses.replace(row, destination=destination, bytes=len(file), sha256=_sha256(file))

    def _remove(self, key: str) -> None:
        try:
            self._destination.remove(key)
        except OSError as error:
            raise PictureError("store", f"its earlier version {key} cannot be removed: {error}") from error


def _failed(row: Row, picture: Picture, error: PictureError) -> Row:
    return dataclasses.replace(
        row, outcome="failed", destination=picture.previous, error_kind=error.kind, error=str(error)
    )


def _sha256(block: bytes) -> str:
    return hashlib.sha256(block).hexdigest()
