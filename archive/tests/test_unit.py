import dataclasses

import pictures
import pytest
import sequential

from tng_archive import manifest
from tng_archive.settings import Rules, Settings
from tng_archive.store import Store
from tng_archive.task import Context
from tng_archive.unit import Limits, destination_of


@pytest.fixture
def context(tmp_path):
    return Context(
        source=str(tmp_path / "in"),
        destination=str(tmp_path / "out"),
        run="one",
        rules=Rules(Settings(effort=0)),
        limits=Limits(seconds=20),
        code="poison:code",
    )


def test_no_two_keys_go_to_the_same_place():
    keys = [
        stem + "".join(endings)
        for stem in "ab"
        for endings in [
            ("",),
            (".jpg",),
            (".tng",),
            (".jpg", ".tng"),
            (".tng", ".tng"),
            (".jpg", ".tng", ".tng"),
        ]
    ]
    for first in keys:
        for second in keys:
            for ways in ((True, True), (True, False), (False, False)):
                if first != second:
                    assert destination_of(first, ways[0]) != destination_of(second, ways[1])


def test_poison_costs_only_itself(context, tmp_path):
    files = pictures.make(4) | pictures.poisoned()
    pictures.write(tmp_path / "in", files)
    rows = sequential.archive(context)
    assert {key: row.error_kind for key, row in rows.items() if row.outcome == "failed"} == {
        "poison/crash.png": "crash",
        "poison/hang.png": "time",
        "poison/hungry.png": "memory",
    }
    assert len([row for row in rows.values() if row.outcome == "encoded"]) == 4
    assert sequential.contents(Store(context.source)) == files
    assert sequential.left_over(Store(context.destination)) == []


def test_rows_say_what_is_there(context, tmp_path):
    pictures.write(tmp_path / "in", {"a.png": pictures.file(pictures.photo(1), "PNG"), "b.jpg": b"x"})
    rows = sequential.archive(context)
    row = rows["a.png"]
    file = (tmp_path / "out" / "a.png.tng").read_bytes()
    assert (row.destination, row.bytes, row.outcome) == ("a.png.tng", len(file), "encoded")
    assert row.quality == "quality=75 effort=0" and row.metric == "ssimulacra2"
    assert rows["b.jpg"].error_kind == "unsupported" and rows["b.jpg"].destination is None


def test_other_kind_replaces_the_earlier_version(context, tmp_path):
    from tng_archive.task import process
    from tng_archive.unit import Picture

    block = pictures.file(pictures.photo(1), "PNG")
    pictures.write(tmp_path / "in", {"a.png": block})
    copying = dataclasses.replace(context, rules=Rules(Settings(copy=True)))
    assert sequential.archive(copying)["a.png"].destination == "a.png"
    picture = Picture("a.png", len(block), "", "a.png")
    process([picture], dataclasses.replace(context, run="two"))
    assert sequential.contents(Store(context.destination)).keys() == {"a.png.tng"}


def test_changed_after_it_was_listed(context, tmp_path):
    from tng_archive.task import process
    from tng_archive.unit import Picture

    pictures.write(tmp_path / "in", {"a.png": b"12345"})
    process([Picture("a.png", 4, ""), Picture("gone.png", 4, "")], context)
    rows = manifest.newest(manifest.rows(Store(context.destination)))
    assert [row.error_kind for row in rows.values()] == ["changed", "changed"]


def test_store_that_takes_nothing(context, tmp_path):
    pictures.write(tmp_path / "in", {"a.png": b"x"})
    (tmp_path / "out").write_text("This is no folder.")
    with pytest.raises(OSError):
        sequential.archive(context)
