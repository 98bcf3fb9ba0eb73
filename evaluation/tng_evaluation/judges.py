"""What people see of a difference, as public tools tell it: SSIMULACRA2 and Butteraugli.

They are the judges of the comparison, so none of them is TNG's own. SSIMULACRA2 is measured by the
command `ssimulacra2` of libjxl 0.9 or later, or by the Python package of that name where there is
no such command; Butteraugli by the command `butteraugli_main` of libjxl. The environment variables
SSIMULACRA2 and BUTTERAUGLI name other commands.
"""

import functools
import importlib.metadata
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

MINIMUM_SIDE = 8
"""The shortest side that the judges take, in pixels."""

_PACKAGE = "ssimulacra2"


@dataclass(frozen=True)
class Verdict:
    """What the judges say of a decoded picture; NaN where one is not installed or says nothing."""

    ssimulacra2: float
    """100 for equal pictures, 90 where no difference can be seen; the higher the better."""
    butteraugli: float
    """The 3-norm of the distances, 0 for equal pictures; the lower the better."""


def judge(decoded: np.ndarray, original: np.ndarray) -> Verdict:
    """Compares two pictures: rows × columns × 3 samples, 8 bits, sRGB."""
    if min(original.shape[:2]) < MINIMUM_SIDE:
        return Verdict(float("nan"), float("nan"))
    with TemporaryDirectory() as folder:
        paths = Path(folder) / "original.ppm", Path(folder) / "decoded.ppm"
        for path, samples in zip(paths, (original, decoded), strict=True):
            Image.fromarray(samples).save(path)
        return Verdict(_ssimulacra2(*paths), _butteraugli(*paths))


def judges() -> str:
    """Which judges are installed, for people: rows say by which they were judged."""
    names = []
    if _command("SSIMULACRA2", "ssimulacra2"):
        names.append("ssimulacra2 (command)")
    elif _package_version():
        names.append(f"ssimulacra2 (Python {_package_version()})")
    if _command("BUTTERAUGLI", "butteraugli_main"):
        names.append("butteraugli_main")
    return ", ".join(names)


def _ssimulacra2(original: Path, decoded: Path) -> float:
    if command := _command("SSIMULACRA2", "ssimulacra2"):
        return float(_output(command, original, decoded))
    if _package_version():
        from ssimulacra2 import compute_ssimulacra2

        return float(compute_ssimulacra2(original, decoded))
    return float("nan")


def _butteraugli(original: Path, decoded: Path) -> float:
    command = _command("BUTTERAUGLI", "butteraugli_main")
    if command is None:
        return float("nan")
    # It prints the largest distance, and then the norm that is asked for.
    output = _output(command, original, decoded, "--pnorm", "3")
    norm = re.search(r"^3-norm: (\S+)$", output, re.MULTILINE)
    if norm is None:
        raise RuntimeError(f"{command} says {output!r}, which has no 3-norm")
    return float(norm[1])


def _output(*command: str | Path) -> str:
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(f"{command[0]} failed: {run.stderr.strip()}")
    return run.stdout


def _command(variable: str, usual: str) -> str | None:
    """The path of a command, or nothing where it is not installed."""
    return shutil.which(os.environ.get(variable, usual))


@functools.cache
def _package_version() -> str | None:
    try:
        return importlib.metadata.version(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        return None
