import csv
from pathlib import Path

from tng_evaluation.rows import Row, append_row, read_rows, renew_header, write_sorted


def row(picture: str, encode_s: float) -> Row:
    """A row whose encoding is timed, and whose decoding is not."""
    numbers = {"bpp": 1.5, "psnr_db": 30.5, "ms_ssim": 0.75, "mae_y": 1, "mae_cb": 2, "mae_cr": 3}
    return Row(
        picture, "jpeg", 50.0, 8, 4, 6, **numbers, version='libjpeg 1, "x"', encode_1_s=encode_s
    )


def test_a_file_gives_back_its_rows(tmp_path: Path) -> None:
    rows = [row("b", 0.125), row("a", 0.5)]
    for one in rows:
        append_row(tmp_path / "rows.csv", one)
    assert list(read_rows(tmp_path / "rows.csv").values()) == rows


def test_a_file_of_an_older_version_gets_the_missing_columns(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    append_row(path, row("a", 0.5))
    with path.open(newline="") as file:
        (line,) = csv.DictReader(file)
    for name in ("ssimulacra2", "butteraugli", "judges"):
        del line[name]
    path.write_text(f"{','.join(line)}\n{','.join(map(quoted, line.values()))}\n")
    renew_header(path)
    append_row(path, row("b", 0.25))
    assert list(read_rows(path).values()) == [row("a", 0.5), row("b", 0.25)]


def quoted(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'


def test_a_missing_file_has_no_rows(tmp_path: Path) -> None:
    assert read_rows(tmp_path / "none.csv") == {}


def test_concatenated_files_merge_and_the_last_row_of_a_key_counts(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    append_row(first, row("b", 1))
    append_row(first, row("a", 2))
    append_row(second, row("b", 3))
    first.write_text(first.read_text() + second.read_text())
    rows = read_rows(first)
    write_sorted(first, rows)
    assert [one.encode_1_s for one in read_rows(first).values()] == [2, 3]
