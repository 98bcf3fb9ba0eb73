"""Where files lie: folders and object stores, by fsspec.

A key is a file's path from the root of the store, with slashes. Keys appear whole or not at all.
"""

from __future__ import annotations

import errno
import os
import random
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, TypeVar

import fsspec

Result = TypeVar("Result")

WORK = "_tng-archive"
"""The folder of the destination in which the manifest, the report and temporary files lie."""
TEMPORARY = f"{WORK}/temporary"
"""Files that are not written whole."""

ATTEMPTS = 7
"""How often an operation is tried. Waits between them double, from 0.1 s: some 6 s in all."""


@dataclass(frozen=True)
class Entry:
    """A file or a folder of a listing."""

    key: str
    is_folder: bool
    size: int = 0
    #: What is another one if the file changes: the ETag, or else the time of the last change.
    version: str = ""


class Store:
    """A folder, or a bucket or a part of one.

    Operations are tried again when they fail by what may pass. Those that fail for good raise
    OSError.

    Args:
        url: of fsspec or Hadoop, such as ``/data``, ``file:/data``, ``s3://bucket/pictures`` or
            ``hdfs://host/data``.
    """

    def __init__(self, url: str) -> None:
        scheme, _, rest = url.partition("://")
        if scheme in ("s3a", "s3n"):
            url = f"s3://{rest}"
        elif url.startswith("file:"):
            url = url.removeprefix("file:").removeprefix("//")
        elif "://" not in url and ":" in url.split("/")[0]:
            # Hadoop's short form, hdfs:/data.
            url = url.replace(":", "://", 1)
        self.url = url
        # Listings must be what is there now; what is read in one request is of one version.
        options = {"use_listings_cache": False} | ({"max_concurrency": 1} if url.startswith("s3:") else {})
        self._files, root = fsspec.url_to_fs(url, **options)
        self._root = root.rstrip("/")
        protocol = self._files.protocol
        protocols = {protocol} if isinstance(protocol, str) else set(protocol)
        self._is_local = "file" in protocols
        # A put of an object store is atomic, and a move is a copy.
        self._puts_whole = bool(protocols & {"s3", "gs", "abfs", "az", "memory"})

    @property
    def identity(self) -> tuple[str, str]:
        """The same for two URLs of the same place; that of a folder begins that of what is
        inside."""
        root = os.path.realpath(self._root) if self._is_local else self._root
        return type(self._files).__name__, root.rstrip("/") + "/"

    def is_there(self) -> bool:
        """Whether there is such a folder, or anything in such a part of a bucket."""
        return self._again(lambda: self._files.isdir(self._root or "/"))

    def list(self, folder: str) -> Iterator[Entry]:
        """The files and folders of a folder; none if there is no such folder."""
        try:
            found = self._again(lambda: self._files.ls(self._path(folder), detail=True, refresh=True))
        except FileNotFoundError:
            return
        own = self._path(folder).rstrip("/")
        for item in found:
            path = item["name"].rstrip("/")
            # Object stores list the marker of an empty folder as a file of the folder's name.
            if path == own or item["name"].endswith("/") and item["type"] == "file":
                continue
            is_folder = item["type"] == "directory"
            # Links to folders may lead in circles; what they lead to is listed where it is.
            if item.get("islink") and self._files.isdir(path):
                continue
            key = path[len(self._root) :].lstrip("/")
            yield Entry(key, is_folder, 0 if is_folder else int(item["size"] or 0), _version(item))

    def read(self, key: str) -> bytes:
        """The whole file."""
        return self._again(lambda: self._files.cat_file(self._path(key)))

    def write(self, key: str, data: bytes) -> None:
        """Makes a file, or replaces it. Whatever happens meanwhile, a reader meets the old file or
        the new one."""
        if self._puts_whole:
            self._again(lambda: self._files.pipe_file(self._path(key), data))
            return
        temporary = f"{TEMPORARY}/{uuid.uuid4().hex}"
        try:
            self._again(lambda: self._write_temporary(temporary, data))
            self._again(lambda: self._move(temporary, key))
        except BaseException:
            self.remove(temporary)
            raise

    def remove(self, key: str) -> None:
        """Removes a file; nothing if it is not there."""
        try:
            self._again(lambda: self._files.rm_file(self._path(key)))
        except FileNotFoundError:
            pass

    def remove_temporary(self, age: float) -> int:
        """Removes what killed processes left half-written, if it is that many seconds old; returns
        how many."""
        stale = []
        for entry in self.list(TEMPORARY):
            changed = self._again(lambda key=entry.key: self._files.modified(self._path(key)))
            if time.time() - changed.timestamp() > age:
                stale.append(entry.key)
        for key in stale:
            self.remove(key)
        return len(stale)

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}" if key else self._root or "/"

    def _write_temporary(self, key: str, data: bytes) -> None:
        path = self._path(key)
        if not self._is_local:
            self._files.makedirs(str(PurePosixPath(path).parent), exist_ok=True)
            self._files.pipe_file(path, data)
            return
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _move(self, temporary: str, key: str) -> None:
        start, end = self._path(temporary), self._path(key)
        if self._is_local:
            os.makedirs(os.path.dirname(end), exist_ok=True)
            os.replace(start, end)
            return
        self._files.makedirs(str(PurePosixPath(end).parent), exist_ok=True)
        # Moves of Hadoop replace nothing.
        if self._files.exists(end):
            self._files.rm_file(end)
        self._files.mv(start, end)

    def _again(self, operation: Callable[[], Result]) -> Result:
        for attempt in range(ATTEMPTS):
            try:
                return operation()
            except Exception as error:
                if attempt == ATTEMPTS - 1 or not _may_pass(error):
                    raise (
                        error if isinstance(error, OSError) else OSError(f"{type(error).__name__}: {error}")
                    ) from error
                time.sleep(0.1 * 2**attempt * random.uniform(0.5, 1))
        raise AssertionError


def _version(item: dict[str, Any]) -> str:
    for name in ("ETag", "etag", "md5Hash", "content_md5"):
        if item.get(name):
            return str(item[name]).strip('"')
    return str(item.get("mtime") or item.get("LastModified") or item.get("created") or "")


def _may_pass(error: Exception) -> bool:
    """Whether the same operation may succeed a moment later."""
    if isinstance(error, FileNotFoundError | PermissionError | IsADirectoryError | NotADirectoryError):
        return False
    lasting = (errno.ENOSPC, errno.ENAMETOOLONG, errno.EROFS, errno.EDQUOT, errno.ELOOP)
    if isinstance(error, OSError):
        return error.errno not in lasting
    # Clients of stores have errors of their own for connections that break.
    return not isinstance(error, TypeError | ValueError | AttributeError | ImportError | AssertionError)
