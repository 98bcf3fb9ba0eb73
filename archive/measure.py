"""Processor time of the archive beside that of the tool: ``python measure.py TOOL FOLDER``.

Both code the pictures of a folder on one thread. The tool encodes, and then decodes and compares
(``tng compare``), as the archive does. Prints the figures that Documentation/Archive.md plans with.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tng_archive import manifest
from tng_archive.settings import Rules, Settings
from tng_archive.store import Store
from tng_archive.task import Context, process
from tng_archive.unit import Picture


def processor_time() -> float:
    """Seconds of this process and of those that it has waited for."""
    usages = (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def of_tool(tool: str, paths: list[Path], effort: int) -> tuple[float, float]:
    """Seconds of encoding, and of comparing."""
    with tempfile.TemporaryDirectory() as output:
        start = processor_time()
        options = ["--effort", str(effort), "--threads", "1", "--output-directory", output]
        subprocess.run([tool, "encode", *paths, *options], check=True, stderr=subprocess.DEVNULL)
        middle = processor_time()
        for path in paths:
            file = Path(output) / f"{path.stem}.tng"
            subprocess.run(
                [tool, "compare", path, file, "--threads", "1"], check=True, stdout=subprocess.DEVNULL
            )
        return middle - start, processor_time() - middle


def of_archive(paths: list[Path], effort: int) -> tuple[float, list[manifest.Row]]:
    with tempfile.TemporaryDirectory() as output:
        context = Context(str(paths[0].parent), output, "measure", Rules(Settings(effort=effort)))
        start = processor_time()
        process([Picture(path.name, path.stat().st_size, "") for path in paths], context)
        return processor_time() - start, list(manifest.rows(Store(output)))


def main(tool: str, folder: str) -> None:
    paths = sorted(path for path in Path(folder).resolve().iterdir() if path.suffix == ".png")
    print("| effort | megapixels | tool encodes | tool compares | archive | bytes a megapixel |")
    print("|---|---|---|---|---|---|")
    for effort in (0, 1):
        # Once before, for what is loaded only once.
        of_archive(paths[:1], effort)
        start, _ = of_archive(paths[:1], effort)
        seconds, rows = of_archive(paths, effort)
        encoding, comparing = of_tool(tool, paths, effort)
        pixels = [row.width * row.height / 1e6 for row in rows]
        # Without the start of the processes, which an archive pays once a task.
        rest = sum(row.width * row.height / 1e6 for row in rows if row.source != paths[0].name)
        whole, archive = sum(pixels), (seconds - start) / rest
        size = sum(row.bytes for row in rows) / whole
        print(
            f"| {effort} | {whole:.2f} | {encoding / whole:.3f} | {comparing / whole:.3f} | {archive:.3f} "
            f"| {size:.0f} |",
            flush=True,
        )
        print(f"Starting takes the archive {start - archive * (whole - rest):.2f} s a task.", file=sys.stderr)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"The largest process that coded had {peak:.0f} MiB.", file=sys.stderr)


if __name__ == "__main__":
    main(*sys.argv[1:])
