import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
from metric_vectors import FOLDER, read_crop
from PIL import Image

from tng_evaluation import measure, passes, times
from tng_evaluation.codecs.pillow import JPEG, WebP
from tng_evaluation.documents import html_page
from tng_evaluation.judges import Verdict
from tng_evaluation.measure import list_pictures, measure_quality
from tng_evaluation.report import Results
from tng_evaluation.rows import read_rows, write_sorted
from tng_evaluation.tables import USUAL_RATE, usual_rows
from tng_evaluation.times import with_times


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
    rows = read_rows(results)
    assert len(rows) == 2 * len(SHORT.qualities)

    removed = ("jpeg", "kodim04", 50.0)
    lines = results.read_text().splitlines(keepends=True)
    results.write_text("".join(line for line in lines if not line.startswith("kodim04,jpeg,50")))
    measured = []
    really_measure = passes.measure_quality
    monkeypatch.setattr(
        passes,
        "measure_quality",
        lambda *a: measured.append((a[2].name, a[0].stem, a[3])) or really_measure(*a),
    )
    passes.measure_folder(folder, [SHORT], results, again=False)
    assert measured == [removed]
    assert read_rows(results) == rows


def test_rows_of_another_version_are_measured_anew(folder: Path) -> None:
    results = folder.parent / "results" / "two.csv"
    passes.measure_folder(folder, [SHORT], results, again=False)
    text = results.read_text()
    results.write_text(text.replace(SHORT.version(), "libjpeg 0"))
    passes.measure_folder(folder, [SHORT], results, again=False)
    assert results.read_text() == text


def test_rows_of_other_judges_are_judged_anew_and_keep_their_times(
    folder: Path, monkeypatch
) -> None:
    results = folder.parent / "results" / "two.csv"
    monkeypatch.setattr(passes, "judges", lambda: "")
    passes.measure_folder(folder, [SHORT], results, again=False)
    timed = {
        key: dataclasses.replace(
            row, encode_1_s=0.5, machine="this", ssimulacra2=math.nan, judges=""
        )
        for key, row in read_rows(results).items()
    }
    write_sorted(results, timed)
    for module in (passes, measure):
        monkeypatch.setattr(module, "judges", lambda: "judge")
    monkeypatch.setattr(measure, "judge", lambda *_: Verdict(70.5, 1.5))
    passes.measure_folder(folder, [SHORT], results, again=False)
    for row in read_rows(results).values():
        assert (row.ssimulacra2, row.butteraugli, row.judges) == (70.5, 1.5, "judge")
        assert (row.encode_1_s, row.machine) == (0.5, "this")


def test_times_of_one_quality_leave_the_other_rows_alone(folder: Path) -> None:
    results = folder.parent / "results" / "two.csv"
    passes.measure_folder(folder, [SHORT], results, again=False)
    before = read_rows(results)
    passes.time_folder(folder, [SHORT], results, again=False, qualities=[50.0])
    rows = read_rows(results)
    assert rows.keys() == before.keys()
    assert {row.quality for row in rows.values() if row.is_timed} == {50.0}


def test_every_row_gets_its_times_once(folder: Path, monkeypatch) -> None:
    results = folder.parent / "results" / "two.csv"
    passes.measure_folder(folder, [SHORT], results, again=False)
    before = read_rows(results)
    passes.time_folder(folder, [SHORT], results, again=False)
    rows = read_rows(results)
    assert rows.keys() == before.keys()
    assert all(row.is_timed and row.bytes == before[key].bytes for key, row in rows.items())
    timed = []
    monkeypatch.setattr(passes, "with_times", lambda row, *_: timed.append(row.key) or row)
    monkeypatch.setattr(times, "BUSY_CORES", math.inf)
    passes.time_folder(folder, [SHORT], results, again=False)
    assert timed == [] and read_rows(results) == rows
    monkeypatch.setattr(times, "BUSY_CORES", -1)  # all were busy
    passes.time_folder(folder, [SHORT], results, again=False)
    assert sorted(timed) == sorted(rows)


def test_a_slow_codec_is_timed_on_few_pictures() -> None:
    pictures = [Path(f"{number}.png") for number in range(24)]
    assert passes.timed_pictures(SHORT, pictures) == pictures
    slow = ShortJPEG()
    slow.is_slow = True
    assert passes.timed_pictures(slow, pictures) == pictures[::4]
    assert passes.timed_pictures(slow, pictures[:2]) == pictures[:2]


def test_times_of_a_row() -> None:
    picture = read_crop("kodim23")
    untimed = measure_quality(FOLDER / "kodim23.ppm", picture, SHORT, 50)
    row = with_times(untimed, picture, SHORT)
    assert (row.key, row.bytes, row.psnr_db) == (untimed.key, untimed.bytes, untimed.psnr_db)
    assert not untimed.is_timed and row.is_timed
    for verb in ("encode", "decode"):
        for threads in (1, 2):
            assert 0 < getattr(row, f"{verb}_{threads}_s") < 10
            assert 0 < getattr(row, f"{verb}_{threads}_cpu_s") < 10
            assert 0 <= getattr(row, f"{verb}_{threads}_peak_mib") < 1000


def test_times_of_another_file_than_the_row_tells_of_are_refused() -> None:
    picture = read_crop("kodim23")
    row = measure_quality(FOLDER / "kodim23.ppm", picture, SHORT, 50)
    with pytest.raises(RuntimeError, match="measure the row again"):
        with_times(dataclasses.replace(row, bytes=row.bytes + 1), picture, SHORT)


def test_times_are_compared_at_the_usual_rate(folder: Path) -> None:
    results = folder.parent / "results" / "two.csv"
    passes.measure_folder(folder, [SHORT], results, again=False)
    rows = [
        dataclasses.replace(row, machine="this", other_cores=0.0)
        for row in read_rows(results).values()
    ]
    rates = {q: sum(row.bpp for row in rows if row.quality == q) / 2 for q in SHORT.qualities}
    nearest = min(rates, key=lambda quality: abs(rates[quality] - USUAL_RATE))
    assert [row.quality for row in usual_rows(rows)["jpeg"]] == [nearest, nearest]
    assert usual_rows(read_rows(results).values()) == {}
    busy = dataclasses.replace(rows[0], quality=nearest, other_cores=1.0)
    assert busy not in usual_rows([*rows, busy])["jpeg"]
    assert usual_rows([busy])["jpeg"] == [busy]


def judged_by_mean_error(decoded: np.ndarray, original: np.ndarray) -> Verdict:
    """Stands in for the judges."""
    error = float(np.abs(decoded.astype(int) - original).mean())
    return Verdict(100 - error, error)


def test_the_report_of_a_folder(folder: Path, monkeypatch) -> None:
    monkeypatch.setattr(measure, "judge", judged_by_mean_error)
    monkeypatch.setattr(measure, "judges", lambda: "a judge")
    results = folder.parent / "results" / "two.csv"
    passes.measure_folder(folder, [SHORT, WebP(method=6, qualities=(20, 80))], results, again=False)
    report = Results.read(folder, folder.parent / "results")
    sections = list(report.sections())
    titles = [section.content.title for section in sections]
    assert titles == [
        "PSNR over bits per pixel",
        "MS-SSIM over bits per pixel",
        "SSIMULACRA2 over bits per pixel",
        "Butteraugli over bits per pixel",
        "BD-rate by PSNR",
        "BD-rate by MS-SSIM",
        "BD-rate by SSIMULACRA2",
        "BD-rate by Butteraugli",
        "Codecs and settings",
        "Points of the curves",
    ]
    table = sections[4].content
    assert table.header == ["codec", "vs JPEG", "vs WebP"]
    assert [row[0] for row in table.rows] == ["JPEG", "WebP"]
    assert table.rows[0][1] == table.rows[1][2] == "0.0 %"
    assert table.rows[1][1].startswith("−")
    assert "2 pictures" in report.introduction and "TNG" in report.introduction
    assert "Judged by a judge." in report.introduction
    assert sections[6].content.rows[1][1] == sections[7].content.rows[1][1] != "–"
    assert len(html_page(report.title, report.introduction, sections)) > 10_000
    assert [path.name for path in list_pictures(folder)] == ["kodim04.png", "kodim23.png"]
