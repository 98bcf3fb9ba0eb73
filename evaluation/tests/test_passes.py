from pathlib import Path

import pytest
from metric_vectors import FOLDER, read_crop
from PIL import Image

from tng_evaluation import passes
from tng_evaluation.codecs.pillow import JPEG, WebP
from tng_evaluation.documents import html_page
from tng_evaluation.measure import list_pictures
from tng_evaluation.report import Results
from tng_evaluation.rows import QualityRow, TimeRow, read_rows
from tng_evaluation.times import measure_times


class ShortJPEG(JPEG):
    """JPEG at few qualities."""

    qualities = (20, 50, 80)


SHORT = ShortJPEG()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two pictures, and a file that is none."""
    folder = tmp_path / "two"
    folder.mkdir()
    for name in ("kodim04", "kodim23"):
        Image.fromarray(read_crop(name)).save(folder / f"{name}.png")
    (folder / "list.txt").write_text("not a picture")
    return folder


def test_a_second_pass_measures_only_what_is_missing(folder: Path, monkeypatch) -> None:
    results = folder.parent / "results" / "two.csv"
    passes.measure_folder(folder, [SHORT], results, again=False)
    rows = read_rows(results, QualityRow)
    assert len(rows) == 2 * len(SHORT.qualities)

    removed = ("jpeg", "kodim04", 50.0)
    lines = results.read_text().splitlines(keepends=True)
    results.write_text("".join(line for line in lines if not line.startswith("kodim04,jpeg,50")))
    measured = []
    measure = passes.measure_quality
    monkeypatch.setattr(
        passes,
        "measure_quality",
        lambda *a: measured.append((a[2].name, a[0].stem, a[3])) or measure(*a),
    )
    passes.measure_folder(folder, [SHORT], results, again=False)
    assert measured == [removed]
    assert read_rows(results, QualityRow) == rows


def test_rows_of_another_version_are_measured_anew(folder: Path) -> None:
    results = folder.parent / "results" / "two.csv"
    passes.measure_folder(folder, [SHORT], results, again=False)
    text = results.read_text()
    results.write_text(text.replace(SHORT.version(), "libjpeg 0"))
    passes.measure_folder(folder, [SHORT], results, again=False)
    assert results.read_text() == text


def test_times_are_measured_at_the_usual_rate(folder: Path) -> None:
    results = folder.parent / "results" / "two.csv"
    passes.measure_folder(folder, [SHORT], results, again=False)
    rows = read_rows(results, QualityRow).values()
    quality = passes.timed_quality(rows, "jpeg")
    rates = {q: sum(row.bpp for row in rows if row.quality == q) / 2 for q in SHORT.qualities}
    assert abs(rates[quality] - passes.TIMED_RATE) == min(
        abs(rate - passes.TIMED_RATE) for rate in rates.values()
    )


def test_times_of_a_call() -> None:
    row = measure_times(FOLDER / "kodim23.ppm", read_crop("kodim23"), SHORT, 50, threads=1)
    assert isinstance(row, TimeRow)
    assert (row.picture, row.codec, row.quality, row.scope) == ("kodim23", "jpeg", 50, "call")
    assert row.megapixels == pytest.approx(0.240 * 0.161)
    assert 0 < row.encode_s < 10 and 0 < row.decode_s < 10
    assert row.version == SHORT.version()


def test_the_report_of_a_folder(folder: Path) -> None:
    results = folder.parent / "results" / "two.csv"
    passes.measure_folder(folder, [SHORT, WebP(method=6, qualities=(20, 80))], results, again=False)
    report = Results.read(folder, folder.parent / "results")
    sections = list(report.sections())
    titles = [section.content.title for section in sections]
    assert titles == [
        "PSNR over bits per pixel",
        "MS-SSIM over bits per pixel",
        "BD-rate by PSNR",
        "BD-rate by MS-SSIM",
        "Codecs and settings",
        "Points of the curves",
    ]
    table = sections[2].content
    assert table.header == ["codec", "vs JPEG", "vs WebP"]
    assert [row[0] for row in table.rows] == ["JPEG", "WebP"]
    assert table.rows[0][1] == table.rows[1][2] == "0.0 %"
    assert table.rows[1][1].startswith("−")
    assert "2 pictures" in report.introduction and "TNG" in report.introduction
    assert len(html_page(report.title, report.introduction, sections)) > 10_000
    assert [path.name for path in list_pictures(folder)] == ["kodim04.png", "kodim23.png"]
