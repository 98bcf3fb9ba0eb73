"""What is to be done, and who does it: on Spark without a cluster."""

import time

import pictures
import pytest

from tng_archive import job, manifest, report
from tng_archive.command import session
from tng_archive.manifest import Row
from tng_archive.store import Store
from tng_archive.unit import Limits


@pytest.fixture(scope="module")
def spark():
    spark = session("local[2]")
    spark.conf.set("spark.sql.shuffle.partitions", 2)
    yield spark
    spark.stop()


def test_tasks_are_even(spark):
    # All in one folder but a few, and one picture as large as a hundred others.
    todo = [(f"large/{number}", 1000 + number, "", None) for number in range(400)]
    todo += [(f"small/{number}", 100_000, "", None) for number in range(3)]
    parts = job.spread(
        spark.createDataFrame(todo, "key string, size long, version string, previous string"), 10
    )
    parts = parts.glom().collect()
    assert sorted(row for part in parts for row in part) == sorted(todo)
    assert {len(part) for part in parts} <= {40, 41}
    sizes = sorted(sum(row[1] for row in part) for part in parts)
    assert sizes[-1] - sizes[0] < 105_000 and sizes[-4] - sizes[0] < 5_000


def test_listing(spark, tmp_path):
    files = {"a/b/c.png": b"123", "d.txt": b"", "a/ü #1.jpg": b"1", "_tng-archive/x.png": b"1"}
    pictures.write(tmp_path, files)
    found = {row.key: row.size for row in job.listing(spark, Store(str(tmp_path))).collect()}
    assert found == {"a/b/c.png": 3, "d.txt": 0, "a/ü #1.jpg": 1}


def test_new_changed_and_failed_remain(spark, tmp_path):
    store = Store(str(tmp_path))
    done = [
        Row("same", 1, "v", "1", "encoded", destination="same.tng", finished=1.0),
        Row("other size", 2, "v", "1", "copied", destination="other size", finished=1.0),
        Row("other version", 1, "u", "1", "encoded", destination="other version.tng", finished=1.0),
        Row("failed", 1, "v", "1", "failed", finished=1.0),
        Row("failed, then done", 1, "v", "1", "failed", finished=1.0),
        Row("gone", 1, "v", "1", "encoded", finished=1.0),
    ]
    manifest.write(store, "1", done)
    manifest.write(
        store, "2", [Row("failed, then done", 1, "v", "2", "encoded", destination="d", finished=2.0)]
    )
    manifest.write(store, "3", [])
    keys = ["same", "other size", "other version", "failed", "failed, then done", "new"]
    listed = spark.createDataFrame([(key, 1, "v") for key in keys], "key string, size long, version string")
    newest = job.newest(job.rows(spark, store))
    assert newest.count() == 6
    assert {tuple(row) for row in job.remaining(listed, newest, False).collect()} == {
        ("other size", 1, "v", "other size"),
        ("other version", 1, "v", "other version.tng"),
        ("failed", 1, "v", None),
        ("new", 1, "v", None),
    }
    assert job.remaining(listed, newest, True).count() == 6


def test_report_of_nothing_and_of_names_with_markup(spark, tmp_path):
    store, none = Store(str(tmp_path / "out")), Store(str(tmp_path))
    report.write(spark, none, store, Limits())
    assert b"No picture failed" in store.read(report.NAME)
    row = Row(
        "<b>.png",
        9,
        "v",
        "1",
        "encoded",
        destination="<b>.png.tng",
        bytes=3,
        width=4,
        height=2,
        metric="ssimulacra2",
        score=50.0,
        finished=time.time(),
    )
    # Of a picture of one pixel, whose rate is beyond all others.
    dot = Row(
        "dot.png", 9, "v", "1", "encoded", bytes=9, width=1, height=1, metric="ssimulacra2", score=-40.0
    )
    manifest.write(store, "1", [row, dot, Row("<i>.png", 9, "v", "1", error_kind="damaged", error="<u>")])
    report.write(spark, none, store, Limits())
    page = store.read(report.NAME).decode()
    assert "&lt;b&gt;.png" in page and "It cannot be shown" in page and "&lt;i&gt;.png: &lt;u&gt;" in page
    assert not any(tag in page for tag in ("<b>", "<i>", "<u>"))
    assert "33.3%" in page and page.count("<rect") == 21 + 17
