"""TNG by the `tng` command, as its users run it."""

import functools
import json
import os
import shutil
import subprocess
import tempfile
import time
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

from ..cost import Cost, memory_mib
from .codec import Codec, Unavailable

_BUILT = Path(__file__).resolve().parents[3] / ".build" / "release" / "tng"

_SAMPLING_SECONDS = 0.005
"""How often the memory of the running command is read."""


class TNG(Codec):
    """TNG, tuned as the command is told, or as it is by default; the same of the effort.

    The command is the one that the environment variable `TNG` names, or the repository's release
    build, or the one on the path. Times are those that it tells by `--timing json`; memory is that
    of the whole command.
    """

    lowest, highest = 0, 100
    qualities = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)

    def __init__(self, *, tune: str | None = None, effort: int | None = None):
        options = {"tune": tune, "effort": effort}
        given = {name: str(value) for name, value in options.items() if value is not None}
        details = ", ".join(f"{name} {value}" for name, value in given.items())
        self._options = tuple(part for name, value in given.items() for part in (f"--{name}", value))
        self.label = f"TNG ({details})" if details else "TNG"
        suffix = (f"-{tune}" if tune else "") + (f"-effort{effort}" if effort is not None else "")
        self.name = f"tng{suffix}"
        self.settings = " ".join(["tng encode", *self._options, "--quality Q"])
        self.is_slow = effort is not None and effort > 6

    def version(self) -> str:
        return _version(_command(), self._options)

    def encode(self, picture: np.ndarray, quality: float, threads: int) -> tuple[bytes, Cost]:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "in.ppm"), Path(folder, "out.tng")
            Image.fromarray(picture).save(source)
            options = [*self._options, "--quality", f"{quality:g}"]
            cost = _convert("encode", source, target, options, threads)
            return target.read_bytes(), cost

    def decode(self, data: bytes, threads: int) -> tuple[np.ndarray, Cost]:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "in.tng"), Path(folder, "out.ppm")
            source.write_bytes(data)
            cost = _convert("decode", source, target, [], threads)
            with Image.open(target) as image:
                return np.asarray(image.convert("RGB")), cost

    def warm_up(self, threads: int) -> None:
        """Nothing: each call is a command of its own, which tells the times without its start."""


def _convert(verb: str, source: Path, target: Path, options: list[str], threads: int) -> Cost:
    """Encodes or decodes a file by the command."""
    options = [*options, "--threads", str(threads), "--timing", "json"]
    messages, peak_mib = _watch([_command(), verb, str(source), str(target), *options])
    timing = json.loads(messages.splitlines()[-1])
    return Cost(timing[f"{verb}_seconds"], timing[f"{verb}_cpu_seconds"], peak_mib)


def _command() -> str:
    built = str(_BUILT) if _BUILT.exists() else None
    command = os.environ.get("TNG") or built or shutil.which("tng")
    if command is None:
        raise Unavailable("there is no `tng` command: build it, or name it in TNG")
    return command


@functools.cache
def _version(command: str, options: tuple[str, ...]) -> str:
    """The version of the command, name and id of the model that it encodes with, and the CRC-32 of
    the file that it makes of a fixed picture: another encoder makes another file.
    """
    try:
        version = _run([command, "--version"]).stdout.strip()
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "in.ppm"), Path(folder, "out.tng")
            Image.fromarray(_fixed_picture()).save(source)
            _run([command, "encode", str(source), str(target), *options])
            info = json.loads(_run([command, "info", "--json", str(target)]).stdout)[0]
            check = zlib.crc32(target.read_bytes())
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unavailable(f"`{command}` does not work: {error}") from error
    return f"tng {version} (model {info['modelName']} {info['modelID']}, encoder 0x{check:08x})"


def _fixed_picture() -> np.ndarray:
    """A picture with smooth parts, edges and texture in colour, 64 rows × 96 columns × 3."""
    rows, columns, colours = np.indices((64, 96, 3))
    smooth = 2 * columns + rows * (colours + 1) // 2
    edges = 60 * ((rows // 11 + columns // 17) % 2)
    texture = np.where(columns > 48, rows * rows * 37 % 83 + columns * columns * 91 % 59, 0)
    return ((smooth + edges + texture) % 256).astype(np.uint8)


def _watch(arguments: list[str]) -> tuple[str, float]:
    """Runs a command; what it wrote to standard error, and the peak of its memory in MiB."""
    peak_mib = float("nan")
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak_mib = np.fmax(peak_mib, memory_mib("VmHWM", process.pid))
            time.sleep(_SAMPLING_SECONDS)
        messages = process.stderr.read()
    if process.returncode != 0:
        raise RuntimeError(f"`{' '.join(arguments)}` fails: {messages.strip()}")
    return messages, float(peak_mib)


def _run(arguments: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(arguments, capture_output=True, text=True, check=True)
