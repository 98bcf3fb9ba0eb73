"""TNG by the `tng` command, as its users run it."""

import functools
import json
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
from PIL import Image

from ..cost import Cost, memory_mib, own_seconds
from .codec import Codec, Unavailable

_BUILT = Path(__file__).resolve().parents[3] / ".build" / "release" / "tng"

_SAMPLING_SECONDS = 0.005
"""How often the memory of the running command is read."""


class TNG(Codec):
    """TNG with the model that the command uses.

    The command is the one that the environment variable `TNG` names, or the repository's release
    build, or the one on the path. Its cost is that of the whole command, start-up and files
    included; for timing, its times are those that it tells by `--timing json`, if it can.
    """

    name, label = "tng", "TNG"
    settings = "the model that the command uses"
    lowest, highest = 0, 100
    qualities = (0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)

    def __init__(self, tells_times: bool = False):
        self._options = ["--timing", "json"] if tells_times else []

    def for_timing(self) -> "TNG":
        return TNG(tells_times="--timing" in _run([_command(), "encode", "--help"]).stdout)

    def version(self) -> str:
        return _version(_command())

    def encode(self, picture: np.ndarray, quality: float, threads: int) -> tuple[bytes, Cost]:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "in.ppm"), Path(folder, "out.tng")
            Image.fromarray(picture).save(source)
            options = ["--quality", f"{quality:g}", "--threads", str(threads)]
            cost = self._convert("encode", source, target, options)
            return target.read_bytes(), cost

    def decode(self, data: bytes, threads: int) -> tuple[np.ndarray, Cost]:
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "in.tng"), Path(folder, "out.ppm")
            source.write_bytes(data)
            cost = self._convert("decode", source, target, ["--threads", str(threads)])
            with Image.open(target) as image:
                return np.asarray(image.convert("RGB")), cost

    def _convert(self, verb: str, source: Path, target: Path, options: list[str]) -> Cost:
        """Encodes or decodes a file."""
        files = [str(source), str(target)]
        messages, cost = _watch([_command(), verb, *files, *options, *self._options])
        if not self._options:
            return cost
        timing = json.loads(messages.splitlines()[-1])
        return Cost(timing[f"{verb}_seconds"], timing[f"{verb}_cpu_seconds"], cost.peak_mib)


def _command() -> str:
    built = str(_BUILT) if _BUILT.exists() else None
    command = os.environ.get("TNG") or built or shutil.which("tng")
    if command is None:
        raise Unavailable("there is no `tng` command: build it, or name it in TNG")
    return command


@functools.cache
def _version(command: str) -> str:
    """The version of the command, and name and id of the model that it encodes with."""
    try:
        version = _run([command, "--version"]).stdout.strip()
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder, "in.ppm"), Path(folder, "out.tng")
            Image.new("RGB", (16, 16)).save(source)
            _run([command, "encode", str(source), str(target)])
            info = json.loads(_run([command, "info", "--json", str(target)]).stdout)[0]
    except (OSError, subprocess.CalledProcessError) as error:
        raise Unavailable(f"`{command}` does not work: {error}") from error
    return f"tng {version} (model {info['modelName']} {info['modelID']})"


def _watch(arguments: list[str]) -> tuple[str, Cost]:
    """Runs a command; what it wrote to standard error, and its cost as a whole."""
    start, cpu_start, peak = time.perf_counter(), own_seconds(), float("nan")
    with subprocess.Popen(arguments, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None:
            peak = np.fmax(peak, memory_mib("VmHWM", process.pid))
            time.sleep(_SAMPLING_SECONDS)
        seconds, messages = time.perf_counter() - start, process.stderr.read()
    cpu_seconds = own_seconds() - cpu_start
    if process.returncode != 0:
        raise RuntimeError(f"`{' '.join(arguments)}` fails: {messages.strip()}")
    return messages, Cost(seconds, cpu_seconds, float(peak), is_of_command=True)


def _run(arguments: list[str]) -> subprocess.CompletedProcess:
    return subprocess.run(arguments, capture_output=True, text=True, check=True)
