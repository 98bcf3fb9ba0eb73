import os
import time

import pytest

from tng_archive import store
from tng_archive.store import Store


@pytest.fixture
def folder(tmp_path):
    return Store(str(tmp_path))


def test_urls(tmp_path):
    for url in (f"file:{tmp_path}", f"file://{tmp_path}", f"{tmp_path}/"):
        assert Store(url).identity == Store(str(tmp_path)).identity


@pytest.mark.parametrize("key", ["a", "a b/c#1%20/ü+é?.png", "a/b/c/d"])
def test_files_are_what_was_written(folder, key):
    folder.write(key, b"one")
    folder.write(key, b"two")
    assert folder.read(key) == b"two"
    folder.remove(key)
    folder.remove(key)
    with pytest.raises(FileNotFoundError):
        folder.read(key)
    assert list(folder.list(store.TEMPORARY)) == []


def test_listing(folder, tmp_path):
    folder.write("a/b", b"123")
    os.symlink(tmp_path, tmp_path / "a" / "loop")
    (file,) = folder.list("a")
    assert (file.key, file.is_folder, file.size) == ("a/b", False, 3)
    os.utime(tmp_path / "a" / "b", (1, 1))
    (changed,) = folder.list("a")
    assert changed.version != file.version
    assert {entry.key: entry.is_folder for entry in folder.list("")} == {"a": True, store.WORK: True}
    assert list(folder.list("none")) == []


def test_failed_move_leaves_the_old_file(folder, monkeypatch):
    folder.write("a", b"old")
    monkeypatch.setattr(os, "replace", _raise(PermissionError()))
    with pytest.raises(PermissionError):
        folder.write("a", b"new")
    monkeypatch.undo()
    assert folder.read("a") == b"old"
    assert list(folder.list(store.TEMPORARY)) == []


def test_old_temporary_files_are_removed(folder, tmp_path):
    for name in ("old", "new"):
        folder._write_temporary(f"{store.TEMPORARY}/{name}", b"half")
    os.utime(tmp_path / store.TEMPORARY / "old", (time.time() - 100, time.time() - 100))
    assert folder.remove_temporary(50) == 1
    assert [entry.key for entry in folder.list(store.TEMPORARY)] == [f"{store.TEMPORARY}/new"]


def test_what_may_pass_is_tried_again(folder, monkeypatch):
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    folder.write("a", b"1")
    errors = [OSError("one"), ConnectionError(), RuntimeError("of a client")]
    read = folder._files.cat_file
    monkeypatch.setattr(
        folder._files, "cat_file", lambda path: _raise(errors.pop())() if errors else read(path)
    )
    assert folder.read("a") == b"1"
    monkeypatch.setattr(folder._files, "cat_file", _raise(RuntimeError("for good")))
    with pytest.raises(OSError, match="for good"):
        folder.read("a")


def _raise(error):
    def function(*arguments):
        raise error

    return function
