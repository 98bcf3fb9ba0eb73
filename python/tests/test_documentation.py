"""The examples of Documentation/Python.md, run in their order."""

import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PHOTO = ROOT / "Examples/kodim23.png"


@pytest.mark.skipif(not PHOTO.exists(), reason="needs the project's pictures")
def test_examples_run(tmp_path, monkeypatch, capsys):
    shutil.copy(PHOTO, tmp_path / "photo.png")
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "Documentation/Python.md").read_text()
    examples = re.findall(r"^```python\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert len(examples) == 6
    names = {}
    for example in examples:
        exec(example, names)
    printed = capsys.readouterr().out
    assert "100% has arrived" in printed and "truncated 1000" in printed
    assert {path.name for path in tmp_path.iterdir()} >= {"photo.tng", "exact.tng", "thumbnail.png", "picture.tng"}
