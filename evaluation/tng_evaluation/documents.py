"""Writes tables and figures as one HTML page that needs no network, and as Markdown."""

import base64
import html
import os
from dataclasses import dataclass
from pathlib import Path

from .tables import Table

_STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 80em; margin: 2em auto; padding: 0 1em;
       color: #222; background: #fff }
p { max-width: 50em }
h1, h2 { line-height: 1.2 } h2 { margin-top: 2.2em }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums }
th, td { padding: .25em .6em; border-bottom: 1px solid #ddd; text-align: right; vertical-align: top }
td + td { white-space: nowrap } .text td { white-space: normal; min-width: 8em }
th { border-bottom: 2px solid #888 }
th:first-child, td:first-child { text-align: left; min-width: 8em; position: sticky; left: 0; background: #fff }
.text td, .text th { text-align: left }
.scroll { overflow-x: auto } img { max-width: 100%; min-width: 40em; height: auto }
code { font-size: 12px; background: #f3f3f3; padding: .15em .4em; overflow-wrap: anywhere }
@media print { img { min-width: 0 } h2, img, tr { break-inside: avoid; break-after: auto } }
"""


@dataclass(frozen=True)
class Section:
    """A table or a figure of the report, with the command that makes it anew."""

    content: "Table | Picture"
    command: str


@dataclass(frozen=True)
class Picture:
    """A figure or a sheet: an image file, with the words around it."""

    title: str
    note: str
    path: Path


def html_page(title: str, introduction: str, sections: list[Section]) -> str:
    """The page, images embedded."""
    body = "\n".join(_html_section(section) for section in sections)
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>\n<body>"
        f"<h1>{html.escape(title)}</h1>\n<p>{html.escape(introduction)}</p>\n{body}\n</body></html>\n"
    )


def markdown(title: str, introduction: str, sections: list[Section], relative_to: Path) -> str:
    """The same in Markdown; images are linked by their path from `relative_to`."""
    parts = [
        f"## {title}",
        introduction,
        *(_markdown_section(section, relative_to) for section in sections),
    ]
    return "\n\n".join(parts) + "\n"


def replace_between_markers(path: Path, name: str, text: str) -> None:
    """Puts text between the markers of a name in a file, in place of what was there.

    The file is made when it is missing, and the markers are added at its end when they are.
    """
    start, end = f"<!-- evaluation of {name}: start -->", f"<!-- evaluation of {name}: end -->"
    old = path.read_text() if path.exists() else "# Results\n"
    if start not in old:
        old = f"{old.rstrip()}\n\n{start}\n{end}\n"
    before, rest = old.split(start)
    path.write_text(f"{before}{start}\n\n{text}\n{end}{rest.split(end)[1]}")


def _html_section(section: Section) -> str:
    content = section.content
    body = _html_table(content) if isinstance(content, Table) else _html_image(content)
    return (
        f"<h2>{html.escape(content.title)}</h2>\n<p>{html.escape(content.note)}</p>\n{body}\n"
        f"<p>Reproduce: <code>{html.escape(section.command)}</code></p>"
    )


def _html_table(table: Table) -> str:
    head = "".join(f"<th>{html.escape(cell)}</th>" for cell in table.header)
    rows = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in table.rows
    )
    kind = "" if table.is_numeric else ' class="text"'
    return f'<div class="scroll"><table{kind}><tr>{head}</tr>\n{rows}\n</table></div>'


def _html_image(picture: Picture) -> str:
    kind = {".svg": "image/svg+xml", ".png": "image/png"}[picture.path.suffix]
    data = base64.b64encode(picture.path.read_bytes()).decode()
    image = f'<img alt="{html.escape(picture.title)}" src="data:{kind};base64,{data}">'
    return f'<div class="scroll">{image}</div>'


def _markdown_section(section: Section, relative_to: Path) -> str:
    content = section.content
    if isinstance(content, Table):
        body = _markdown_table(content)
    else:
        body = f"![{content.title}]({Path(os.path.relpath(content.path, relative_to)).as_posix()})"
    parts = [f"### {content.title}", content.note, body, f"Reproduce: `{section.command}`"]
    return "\n\n".join(parts)


def _markdown_table(table: Table) -> str:
    alignment = ["---", *(("--:" if table.is_numeric else "---") for _ in table.header[1:])]
    lines = [table.header, alignment, *table.rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
