"""The archive on Spark: lists the source, finds what is to be done, spreads it evenly, and waits.

All that happens to a picture is in `task`; this only says which pictures, where.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import IO

import pyarrow as pa
from pyspark import RDD, StorageLevel
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DataType, DoubleType, LongType, StringType, StructField, StructType

from . import manifest
from .progress import Progress
from .store import WORK, Entry, Store
from .task import Context, process
from .unit import Picture

#: Files with these endings are pictures; others are left where they are.
ENDINGS = tuple(
    ".avif .bmp .gif .heic .heif .jfif .jp2 .jpe .jpeg .jpg .jxl "
    ".pbm .pgm .png .pnm .ppm .tga .tif .tiff .tng .webp".split()
)

_LISTED = StructType(
    [
        StructField("key", StringType(), False),
        StructField("size", LongType()),
        StructField("version", StringType()),
    ]
)
_DONE = ("source", "size", "version", "outcome", "destination", "run", "finished")
_TEMPORARY_AGE = 3600.0


@dataclass(frozen=True)
class Outcome:
    """How a run went."""

    #: Pictures at the source.
    listed: int
    #: Files at the source that are no pictures by their names.
    others: int
    #: Pictures that were new, changed or had failed.
    pictures: int
    failed: int
    bytes_before: int
    bytes_after: int


def run(
    spark: SparkSession, context: Context, pictures_per_task: int, again: bool, messages: IO[str]
) -> Outcome:
    """Archives all pictures that are new, changed or had failed before.

    Args:
        context: source, destination and settings; the name of the run is added.
        pictures_per_task: how many pictures a task of the cluster has at most.
        again: whether pictures are archived that are done already, too.
        messages: where progress is told.

    Raises:
        OSError: the source cannot be listed, or the manifest not be written.
    """
    context = replace(context, run=uuid.uuid4().hex)
    source, destination = Store(context.source), Store(context.destination)
    destination.remove_temporary(_TEMPORARY_AGE)
    listed = listing(spark, source).persist(StorageLevel.MEMORY_AND_DISK)
    endings = "|".join(ending[1:] for ending in ENDINGS)
    is_picture = F.col("key").rlike(rf"(?i)\.({endings})$")
    pictures = listed.where(is_picture)
    todo = remaining(pictures, newest(rows(spark, destination)), again).persist(StorageLevel.MEMORY_AND_DISK)
    count, total = todo.agg(F.count("*"), F.coalesce(F.sum("size"), F.lit(0))).first() or (0, 0)
    picture_count, file_count = pictures.count(), listed.count()
    progress = Progress(spark.sparkContext, count, total, messages)
    with progress:
        if count:
            least = min(count, 4 * spark.sparkContext.defaultParallelism)
            spread(todo, max(least, -(-count // pictures_per_task))).foreachPartition(
                lambda part: process((Picture(*fields) for fields in part), context, progress.add)
            )
    todo.unpersist()
    listed.unpersist()
    return Outcome(
        picture_count,
        file_count - picture_count,
        progress.pictures.value,
        progress.failed.value,
        progress.bytes_before.value,
        progress.bytes_after.value,
    )


def listing(spark: SparkSession, source: Store) -> DataFrame:
    """All files of the source but those of an archive's own folder: key, size and version.

    Folders of the same depth are listed at once, over the whole cluster.
    """
    url = source.url
    found: list[RDD[Entry]] = []
    folders = [""]
    while folders:
        slices = min(len(folders), 16 * spark.sparkContext.defaultParallelism)
        level = spark.sparkContext.parallelize(folders, slices).mapPartitions(
            lambda part: _entries(url, part)
        )
        level = level.persist(StorageLevel.DISK_ONLY)
        found.append(level)
        folders = (
            level.filter(lambda entry: entry.is_folder and entry.key != WORK)
            .map(lambda entry: entry.key)
            .collect()
        )
    entries = spark.sparkContext.union(found).filter(lambda entry: not entry.is_folder)
    return spark.createDataFrame(entries.map(lambda entry: (entry.key, entry.size, entry.version)), _LISTED)


def rows(spark: SparkSession, destination: Store) -> DataFrame:
    """All rows of the manifest, of all runs."""
    url = destination.url
    schema = StructType(
        [StructField(field.name, _spark_type(field.type), field.nullable) for field in manifest.SCHEMA]
    )
    files = list(manifest.files(destination))
    if not files:
        return spark.createDataFrame([], schema)
    slices = min(len(files), 16 * spark.sparkContext.defaultParallelism)
    names = spark.sparkContext.parallelize(files, slices)
    return spark.createDataFrame(names.mapPartitions(lambda part: _manifest_rows(url, part)), schema)


def newest(rows: DataFrame) -> DataFrame:
    """The row that counts for each picture."""
    row = F.struct(*(F.col(name) for name in rows.columns))
    latest = rows.groupBy("source").agg(F.max_by(row, F.struct("finished", "run")).alias("row"))
    return latest.select("row.*")


def remaining(pictures: DataFrame, done: DataFrame, again: bool) -> DataFrame:
    """The fields of `Picture` for those that are new, changed or had failed."""
    done = done.select(*(F.col(name).alias(f"done_{name}") for name in _DONE))
    joined = pictures.join(done, F.col("key") == F.col("done_source"), "left")
    if not again:
        joined = joined.where(
            F.col("done_source").isNull()
            | (F.col("done_size") != F.col("size"))
            | (F.col("done_version") != F.col("version"))
            | (F.col("done_outcome") == "failed")
        )
    return joined.select("key", "size", "version", F.col("done_destination").alias("previous"))


def spread(todo: DataFrame, tasks: int) -> RDD[tuple[str, int, str, str | None]]:
    """Deals pictures to tasks like cards, the largest first: as many pictures and as many bytes to
    each, whatever folders they are in."""
    ordered = todo.orderBy(F.desc("size"), "key").rdd.map(tuple).zipWithIndex()
    dealt = ordered.map(lambda item: (item[1] % tasks, item[0]))
    return dealt.partitionBy(tasks, lambda task: task).values()


def _entries(url: str, folders: Iterator[str]) -> Iterator[Entry]:
    store = Store(url)
    for folder in folders:
        yield from store.list(folder)


def _manifest_rows(url: str, files: Iterator[str]) -> Iterator[tuple[object, ...]]:
    store = Store(url)
    for file in files:
        for batch in manifest.read(store, file).to_batches():
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _spark_type(kind: pa.DataType) -> DataType:
    return {pa.string(): StringType(), pa.int64(): LongType(), pa.float64(): DoubleType()}[kind]
