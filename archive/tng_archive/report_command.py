"""The command ``tng-archive-report``: the report of an archive as its manifest is now."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from .command import cause, session
from .store import Store
from .unit import Limits


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns 0, or 1 if a store does not answer."""
    parser = argparse.ArgumentParser(
        prog="tng-archive-report",
        description="Writes the report of an archive anew: sums, distributions, failures and the worst "
        "pictures, as the manifest says now, also while a run goes on.",
    )
    parser.add_argument("source", help="Where the originals are.")
    parser.add_argument("destination", help="Where the archive is.")
    parser.add_argument("--master", help="The cluster. The default is that of spark-submit, or local[*].")
    options = parser.parse_args(arguments)
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    from . import report

    spark = session(options.master)
    destination = Store(options.destination)
    try:
        report.write(spark, Store(options.source), destination, Limits())
    except (OSError, PySparkException, Py4JError) as error:
        print(f"tng-archive-report: {cause(error)}", file=sys.stderr)
        return 1
    finally:
        spark.stop()
    print(f"The report is {destination.url.rstrip('/')}/{report.NAME}.")
    return 0
