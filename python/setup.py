"""Builds the wheel: the package with libtng.so beside it, for every version of Python 3.

The library is built from the sources around this folder, or is the one that the environment variable TNG_LIBRARY
names. The wheel's tag names the version of the C library of Linux that libtng.so needs.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel
from setuptools.command.build_py import build_py

NAME = "libtng.so.0"


def built_library() -> Path:
    given = os.environ.get("TNG_LIBRARY")
    if given:
        return Path(given)
    root = Path(__file__).resolve().parent.parent
    script = root / "Scripts" / "build-library"
    if not script.exists():
        raise SystemExit(f"{script} is not there: set TNG_LIBRARY to a libtng.so, or build in the project's repository")
    folder = root / ".build" / "library"
    subprocess.run([script, folder], check=True)
    return folder / "lib" / NAME


class BuildWithLibrary(build_py):
    def run(self) -> None:
        super().run()
        folder = Path(__file__).parent / "src" if self.editable_mode else Path(self.build_lib)
        shutil.copy(built_library(), folder / "tng" / NAME)


class PlatformWheel(bdist_wheel):
    def get_tag(self) -> tuple[str, str, str]:
        platform = super().get_tag()[2]
        # None in an editable installation.
        for library in Path(self.bdist_dir).rglob(NAME):
            minor = max(int(number) for number in re.findall(rb"GLIBC_2\.(\d+)\0", library.read_bytes()))
            platform = platform.replace("linux", f"manylinux_2_{minor}", 1)
        return "py3", "none", platform


class PlatformDistribution(Distribution):
    def has_ext_modules(self) -> bool:
        return True


setup(
    distclass=PlatformDistribution,
    cmdclass={"build_py": BuildWithLibrary, "bdist_wheel": PlatformWheel},
)
