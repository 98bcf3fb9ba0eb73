from pathlib import Path

import pytest
from metric_vectors import FOLDER

from tng_evaluation import __main__ as command


def run(monkeypatch, *arguments: str) -> None:
    monkeypatch.setattr("sys.argv", ["tng_evaluation", *arguments])
    command.main()


def test_a_row_alone_is_measured_and_timed(monkeypatch, capsys) -> None:
    run(monkeypatch, "row", str(FOLDER / "kodim23.ppm"), "jpeg", "50")
    lines = dict(line.split(" = ") for line in capsys.readouterr().out.splitlines())
    assert (lines["picture"], lines["codec"], lines["quality"]) == ("kodim23", "jpeg", "50.0")
    assert int(lines["bytes"]) > 1000 and float(lines["encode_2_s"]) > 0


@pytest.mark.parametrize("name", ["nothing", ""])
def test_a_folder_without_pictures_is_named(name: str, tmp_path: Path, monkeypatch, capsys) -> None:
    with pytest.raises(SystemExit):
        run(monkeypatch, "run", str(tmp_path / name))
    assert f"{tmp_path / name} is not a folder with pictures" in capsys.readouterr().err
