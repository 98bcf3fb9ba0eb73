from pathlib import Path

from PIL import Image

from tng_evaluation.documents import (
    Picture,
    Section,
    html_page,
    markdown,
    replace_between_markers,
)
from tng_evaluation.tables import Table

TABLE = Section(
    Table("Title", "A note <b>.", ["codec", "vs JPEG"], [["WebP", "−30.0 %"], ["TNG", "–"]]),
    "python -m x",
)


def picture(folder: Path) -> Section:
    Image.new("RGB", (2, 1), "red").save(folder / "figure.png")
    return Section(Picture("A figure", "Red.", folder / "figure.png"), "draw it")


def test_a_page_is_whole_and_embeds_its_images(tmp_path: Path) -> None:
    page = html_page("Name & title", "Words.", [TABLE, picture(tmp_path)])
    assert "<title>Name &amp; title</title>" in page
    assert "<td>WebP</td><td>−30.0 %</td>" in page
    assert "A note &lt;b&gt;." in page
    assert 'src="data:image/png;base64,iVBOR' in page
    assert "<code>draw it</code>" in page
    assert "http" not in page and "figure.png" not in page


def test_markdown_has_the_tables_and_links_images(tmp_path: Path) -> None:
    text = markdown("Name", "Words.", [TABLE, picture(tmp_path)], tmp_path / "pages")
    assert "## Name\n\nWords.\n\n### Title\n\nA note <b>.\n\n| codec | vs JPEG |\n" in text
    assert "| --- | --: |\n| WebP | −30.0 % |\n| TNG | – |\n" in text
    assert "![A figure](../figure.png)" in text
    assert text.count("Reproduce: `") == 2


def test_only_what_is_between_the_markers_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "Results.md"
    page.write_text("# Results\n\nBefore.\n")
    replace_between_markers(page, "kodak", "one\n")
    replace_between_markers(page, "other", "two\n")
    page.write_text(page.read_text() + "\nAfter.\n")
    replace_between_markers(page, "kodak", "three\n")
    text = page.read_text()
    assert text.startswith("# Results\n\nBefore.\n") and text.endswith("\nAfter.\n")
    assert "one" not in text and "three" in text and "two" in text
