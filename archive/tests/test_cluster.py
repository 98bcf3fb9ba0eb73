"""The command on a real cluster, with a real store, while parts of both fail. Every result is that
of a sequential run."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pictures
import pytest
import sequential
from cluster import Cluster, free_port, kill, wait_for_port

from tng_archive import manifest
from tng_archive.settings import Rules, Settings
from tng_archive.store import Store
from tng_archive.task import Context
from tng_archive.unit import Limits

RULES = '[[rule]]\nfolder = "small"\nquality = 70\n\n[[rule]]\nfolder = "small/3"\nlossless = true\n'
OPTIONS = [
    "--effort",
    "0",
    "--code",
    "poison:code",
    "--time-limit",
    "20",
    "--pictures-per-task",
    "6",
    "--checkpoint",
    "2",
]
COUNT = int(os.environ.get("TNG_ARCHIVE_PICTURES", "36"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("archive")


@pytest.fixture(scope="module")
def files():
    return pictures.make(COUNT) | pictures.special() | pictures.poisoned()


@pytest.fixture(scope="module")
def source(folder, files):
    pictures.write(folder / "source", files)
    return folder / "source"


@pytest.fixture(scope="module")
def rules(folder):
    (folder / "rules.toml").write_text(RULES)
    return folder / "rules.toml"


@pytest.fixture(scope="module")
def expected(folder, source):
    """The contents and the manifest of a sequential run."""
    context = Context(
        source=str(source),
        destination=str(folder / "sequential"),
        run="sequential",
        rules=Rules.parse(RULES, Settings(effort=0)),
        limits=Limits(seconds=20),
        code="poison:code",
    )
    rows = sequential.archive(context)
    return sequential.contents(Store(context.destination)), sequential.essence(rows)


@pytest.fixture(scope="module")
def s3(folder):
    port = free_port()
    log = open(folder / "s3.log", "wb")
    server = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("failing_s3.py"), str(port)],
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    wait_for_port(port, server)
    yield {
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    kill(server)


@pytest.fixture(scope="module")
def cluster(folder, s3):
    cluster = Cluster(folder, s3)
    yield cluster
    cluster.stop()


def check(destination: Store, expected) -> None:
    contents, rows = expected
    found = sequential.contents(destination)
    assert found.keys() == contents.keys()
    assert [key for key in contents if found[key] != contents[key]] == []
    assert sequential.essence(manifest.newest(manifest.rows(destination))) == rows


def finish(command: subprocess.Popen) -> str:
    """Waits for a command that tells of failed pictures; returns what it prints."""
    output, _ = command.communicate(timeout=3600)
    assert command.returncode == 1, output
    return output


def wait_for_files(destination: Store, count: int, command: subprocess.Popen) -> None:
    """Waits until a command has made so many, and is not done."""
    while command.poll() is None:
        if sum(1 for entry in sequential.walk(destination) if not entry.key.startswith("_")) >= count:
            return
        time.sleep(0.1)
    raise AssertionError("the command ended before it could be disturbed")


def test_failing_store_and_killed_worker(cluster, folder, source, files, rules, s3, expected, monkeypatch):
    for name, value in s3.items():
        monkeypatch.setenv(name, value)
    bucket = Store("s3://pictures")
    bucket._again(lambda: bucket._files.mkdir("pictures"))
    for key, block in files.items():
        bucket.write(f"in/{key}", block)
    destination = Store("s3://pictures/out")
    command = cluster.command(
        "s3a://pictures/in",
        "s3://pictures/out",
        "--rules",
        str(rules),
        *OPTIONS,
        conf={"spark.speculation": "true", "spark.speculation.multiplier": "2"},
    )
    wait_for_files(destination, 5, command)
    kill(cluster.workers[0])
    output = finish(command)
    cluster.complete()
    check(destination, expected)
    requests = (folder / "s3.log").read_text()
    assert requests.count("failed request") > 5
    # One request for a picture.
    assert "GET /pictures/in" in requests and "HEAD /pictures/in" not in requests
    assert "1 other files were left" in output
    page = destination.read("_tng-archive/report.html").decode()
    assert "data:image/png" in page and "<svg" in page
    assert all(kind in page for kind in ("damaged", "unsupported", "limit", "crash", "time", "memory"))
    # Nothing at the source is touched.
    assert sequential.contents(Store("s3://pictures/in")) == files


def test_killed_driver_and_second_run(cluster, folder, source, rules, expected):
    destination = Store(f"file:{folder}/killed")
    arguments = [f"file:{source}", destination.url, "--rules", str(rules), *OPTIONS]
    for count in (3, 12):
        command = cluster.command(*arguments, "--no-report")
        wait_for_files(destination, count, command)
        kill(command)
        # What is there is whole.
        found = sequential.contents(destination)
        assert [key for key in found if found[key] != expected[0][key]] == []
    finish(cluster.command(*arguments, "--no-report"))
    check(destination, expected)
    assert destination.remove_temporary(0) <= 4
    assert sequential.left_over(destination) == []

    failed = sum(1 for row in expected[1].values() if row[2] == "failed")
    changed = source / "large" / "00000.png"
    before = changed.read_bytes()
    try:
        changed.write_bytes(pictures.file(pictures.photo(99), "PNG"))
        (source / "large" / "new.png").write_bytes(pictures.file(pictures.photo(100), "PNG"))
        output = finish(cluster.command(*arguments))
        assert f"{failed + 2} of them archived now" in output
        assert destination.read("large/new.png.tng")
        assert destination.read("large/00000.png.tng") != expected[0]["large/00000.png.tng"]
    finally:
        changed.write_bytes(before)
        (source / "large" / "new.png").unlink()


def test_same_job_twice_at_once(cluster, folder, source, rules, expected):
    destination = Store(str(folder / "twice"))
    arguments = [str(source), destination.url, "--rules", str(rules), *OPTIONS]
    commands = [
        cluster.command(*arguments, conf={"spark.cores.max": "1", "spark.executor.memory": "600m"})
        for _ in "ab"
    ]
    for command in commands:
        finish(command)
    check(destination, expected)
    assert sequential.left_over(destination) == []
