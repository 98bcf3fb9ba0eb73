from pathlib import Path

from tng_evaluation.rows import TimeRow, append_row, read_rows, write_sorted


def time_row(picture: str, encode_s: float) -> TimeRow:
    return TimeRow(
        picture,
        "jpeg",
        50.0,
        1,
        0.4,
        encode_s,
        0.25,
        0.1,
        0.2,
        1.5,
        2.5,
        "call",
        0.0,
        "cpu",
        "libjpeg 1",
    )


def test_a_file_gives_back_its_rows(tmp_path: Path) -> None:
    rows = [time_row("b", 0.125), time_row("a", 0.5)]
    for row in rows:
        append_row(tmp_path / "times.csv", row)
    assert list(read_rows(tmp_path / "times.csv", TimeRow).values()) == rows


def test_a_missing_file_has_no_rows(tmp_path: Path) -> None:
    assert read_rows(tmp_path / "none.csv", TimeRow) == {}


def test_concatenated_files_merge_and_the_last_row_of_a_key_counts(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    append_row(first, time_row("b", 1))
    append_row(first, time_row("a", 2))
    append_row(second, time_row("b", 3))
    first.write_text(first.read_text() + "".join(second.read_text().splitlines(True)[1:]))
    rows = read_rows(first, TimeRow)
    write_sorted(first, rows)
    assert [row.encode_s for row in read_rows(first, TimeRow).values()] == [2, 3]
