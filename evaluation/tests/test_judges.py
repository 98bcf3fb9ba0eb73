import math
from pathlib import Path

import numpy as np
import pytest
from metric_vectors import read_crop, read_expected

from tng_evaluation import judges
from tng_evaluation.judges import judge


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch) -> Path:
    """Commands that note their arguments and answer as the real ones do."""
    for name, answer in (("SSIMULACRA2", "71.25"), ("BUTTERAUGLI", "3.5587\n3-norm: 1.25")):
        command = tmp_path / name.lower()
        command.write_text(f'#!/bin/sh\necho "$@" >> "$0.log"\nprintf "{answer}\\n"\n')
        command.chmod(0o755)
        monkeypatch.setenv(name, str(command))
    return tmp_path


def test_the_original_is_named_first_and_the_numbers_are_read(stand_ins: Path) -> None:
    picture = read_crop("kodim04")
    verdict = judge(picture // 2, picture)
    assert (verdict.ssimulacra2, verdict.butteraugli) == (71.25, 1.25)
    assert judges.judges() == "ssimulacra2 (command), butteraugli_main"
    original, decoded = (stand_ins / "ssimulacra2.log").read_text().split()
    assert Path(original).name == "original.ppm" and Path(decoded).name == "decoded.ppm"
    assert (stand_ins / "butteraugli.log").read_text().endswith("decoded.ppm --pnorm 3\n")


def test_a_picture_too_small_is_not_judged(stand_ins: Path) -> None:
    small = np.zeros((7, 30, 3), np.uint8)
    verdict = judge(small, small)
    assert math.isnan(verdict.ssimulacra2) and math.isnan(verdict.butteraugli)


def test_without_judges_the_numbers_are_unknown(monkeypatch) -> None:
    for name in ("SSIMULACRA2", "BUTTERAUGLI"):
        monkeypatch.setenv(name, "/nonexistent/judge")
    monkeypatch.setattr(judges, "_package_version", lambda: None)
    picture = read_crop("kodim04")
    verdict = judge(picture, picture)
    assert math.isnan(verdict.ssimulacra2) and math.isnan(verdict.butteraugli)
    assert judges.judges() == ""


def test_a_judge_that_fails_is_told(stand_ins: Path) -> None:
    (stand_ins / "butteraugli").write_text("#!/bin/sh\necho no memory >&2\nexit 1\n")
    picture = read_crop("kodim04")
    with pytest.raises(RuntimeError, match="no memory"):
        judge(picture, picture)


@pytest.mark.parametrize("distortion", ["quantized", "blurred"])
def test_the_installed_judges_see_a_difference(distortion: str) -> None:
    import metric_vectors

    names = judges.judges()
    original = read_crop("kodim13")
    verdict = judge(metric_vectors.DISTORTIONS[distortion](original), original)
    if "ssimulacra2 (command)" in names:
        expected = read_expected()["kodim13", distortion][2]
        assert verdict.ssimulacra2 == pytest.approx(expected, abs=0.5)
    elif "ssimulacra2" in names:
        # The package takes other weights than the tool for pictures of fewer than 256 pixels a side.
        assert 20 < verdict.ssimulacra2 < 90
    if "butteraugli" in names:
        assert 0.5 < verdict.butteraugli < 10
    if not names:
        pytest.skip("no judge is installed")
