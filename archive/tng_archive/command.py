"""The command ``tng-archive``."""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import tng

from .settings import TARGETS, Rules, Settings
from .store import WORK, Store
from .task import Context
from .unit import Limits

_UNITS = {"": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0 if every picture is archived, 1 if some failed, 2 for wrong options."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        context = _context(options)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    # Not before: starting Spark takes seconds, and wrong options should not.
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    from . import job, report

    spark = session(options.master)
    try:
        outcome = job.run(spark, context, options.pictures_per_task, options.again, sys.stderr)
        if not options.no_report:
            report.write(spark, Store(context.source), Store(context.destination), context.limits)
    except (OSError, PySparkException, Py4JError) as error:
        print(f"tng-archive: {cause(error)}", file=sys.stderr)
        return 1
    finally:
        spark.stop()
    print(_summary(outcome, options))
    return 1 if outcome.failed else 0


def session(master: str | None):  # noqa: ANN201 - a SparkSession, which is imported late
    """The session of spark-submit, or one of its own."""
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    from pyspark.sql import SparkSession

    # It has a progress of its own.
    builder = SparkSession.builder.appName("tng-archive").config("spark.ui.showConsoleProgress", "false")
    if master:
        builder = builder.master(master)
    spark = builder.getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    return spark


def cause(error: Exception) -> str:
    """What went wrong, for people. Of an error that an executor met, that is the last line of its
    Python trace."""
    traces = re.findall(r"Traceback \(most recent call last\):\n(?:[ \t].*\n)+(\S.*)", str(error))
    return traces[-1] if traces else str(error)


def _context(options: argparse.Namespace) -> Context:
    chosen = {
        name: getattr(options, name) for name in (*TARGETS, "tune", "effort", "copy_below", "minimum_score")
    }
    settings = Settings(**chosen)
    rules = Rules.parse(Path(options.rules).read_text(), settings) if options.rules else Rules(settings)
    for one in rules.all():
        # Raises if an option is out of range.
        tng.Encoder(**one.encoder_options())
    source, destination = Store(options.source).identity, Store(options.destination).identity
    # Then originals could be overwritten, or what was archived be archived again.
    if source[0] == destination[0] and (
        source[1].startswith(destination[1]) or destination[1].startswith(source[1])
    ):
        raise ValueError("source and destination are the same place, or one lies in the other")
    if not Store(options.source).is_there():
        raise ValueError(f"there is no folder {options.source}, or it is empty")
    limits = Limits(options.time_limit, options.memory_limit, options.max_pixels, options.max_file_size)
    return Context(
        source=options.source,
        destination=options.destination,
        run="",
        rules=rules,
        limits=limits,
        checkpoint=options.checkpoint,
        code=options.code,
    )


def _summary(outcome, options: argparse.Namespace) -> str:  # noqa: ANN001
    from .progress import amount

    lines = [f"{outcome.listed} pictures at the source, {outcome.pictures} of them archived now."]
    if outcome.bytes_before:
        saved = outcome.bytes_before - outcome.bytes_after
        lines.append(f"They had {amount(outcome.bytes_before)}; {amount(saved)} are saved.")
    if outcome.failed:
        lines.append(f"{outcome.failed} failed; the manifest says why, and the next run tries them again.")
    if outcome.others:
        lines.append(f"{outcome.others} other files were left where they are.")
    if not options.no_report:
        lines.append(f"The report is {options.destination.rstrip('/')}/{WORK}/report.html.")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tng-archive",
        description="Archives all pictures of a store as TNG files in another, on Apache Spark. Nothing at "
        "the source is changed or deleted. Each picture is read whole, encoded, decoded again and compared "
        "before it is put into place, and noted in a manifest; "
        "a second run does what is new, changed or failed.",
    )
    add = parser.add_argument
    add(
        "source",
        help="Where the pictures are: a folder, or a URL such as s3://bucket/pictures or hdfs://host/data.",
    )
    add("destination", help="Where the files go, with the names of the pictures and .tng added.")
    add(
        "--master",
        help="The cluster, such as spark://host:7077. The default is that of spark-submit, or local[*].",
    )

    group = parser.add_argument_group("target, as in tng encode")
    target = group.add_mutually_exclusive_group()
    target.add_argument("--quality", type=float, metavar="0-100", help="The quality. The default is 75.")
    target.add_argument("--lossless", action="store_true", help="Keep every sample as it is.")
    target.add_argument(
        "--target-size", type=size, metavar="SIZE", help="The bytes that a file may have at most."
    )
    target.add_argument("--target-psnr", type=float, metavar="DECIBELS", help="The PSNR to reach at least.")
    target.add_argument(
        "--target-ssimulacra2", type=float, metavar="SCORE", help="The SSIMULACRA2 to reach at least."
    )
    group.add_argument("--tune", choices=["psnr", "perceptual"], help="What a picture is to be close by.")
    group.add_argument(
        "--effort", type=int, default=1, metavar="0-9", help="How long to search. The default is 1."
    )

    group = parser.add_argument_group("originals that are kept")
    add = group.add_argument
    add(
        "--copy-below",
        type=size,
        default=0,
        metavar="SIZE",
        help="Copy originals of fewer bytes as they are.",
    )
    add(
        "--minimum-score",
        type=float,
        default=0.0,
        metavar="SCORE",
        help="Copy the original if the encoded picture's SSIMULACRA2 is lower. The default is 0.",
    )
    add("--rules", metavar="FILE", help="A TOML file with options for folders.")

    group = parser.add_argument_group("limits for one picture")
    add = group.add_argument
    default = Limits()
    add(
        "--time-limit",
        type=float,
        default=default.seconds,
        metavar="SECONDS",
        help="Seconds of coding. (%(default)g)",
    )
    add("--memory-limit", type=size, default=default.memory, metavar="SIZE", help="Memory of coding. (4GiB)")
    add("--max-pixels", type=int, default=default.max_pixels, metavar="NUMBER", help="Pixels. (%(default)s)")
    add(
        "--max-file-size",
        type=size,
        default=default.max_bytes,
        metavar="SIZE",
        help="Bytes of the file. (256MiB)",
    )

    group = parser.add_argument_group("the run")
    add = group.add_argument
    add("--again", action="store_true", help="Archive pictures that are done already, too.")
    add("--pictures-per-task", type=int, default=200, metavar="NUMBER", help="At most so many. (%(default)s)")
    add(
        "--checkpoint",
        type=float,
        default=60,
        metavar="SECONDS",
        help="How often a task notes what it has done: the work that is lost if it is killed. (%(default)g)",
    )
    add("--no-report", action="store_true", help="Make no report. tng-archive-report makes one at any time.")
    add(
        "--code",
        default="tng_archive.coding:code",
        metavar="MODULE:NAME",
        help="The function that codes a picture, for tests and experiments.",
    )
    return parser


def size(text: str) -> int:
    """Bytes, such as 20000, 20KB or 1.5GiB."""
    match = re.fullmatch(r"([0-9.]+) *([A-Za-z]*)", text)
    unit = _UNITS.get(match[2].upper()) if match else None
    if match is None or unit is None:
        raise argparse.ArgumentTypeError(f"{text} is no size, such as 20000, 20KB or 1.5GiB")
    return int(float(match[1]) * unit)
