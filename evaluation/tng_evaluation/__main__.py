"""Measures TNG beside the codecs that people use, and draws the curves."""

import argparse
import dataclasses
from pathlib import Path

from .codecs import ALL_CODECS, AS_PUBLISHED, CODECS, Codec, find_available
from .curves import PUBLISHED_PICTURES
from .documents import html_page, markdown, replace_between_markers
from .measure import SUFFIXES, list_pictures, measure_quality, read_picture
from .passes import measure_folder, time_folder
from .report import Results
from .sheets import SHEET_CODECS, SHEET_RATE, USUAL_SHEETS, draw_sheet, save_sheet
from .times import with_times


def main() -> None:
    """Does what the command line says."""
    arguments = _parser().parse_args()
    arguments.action(arguments)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="tng_evaluation", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    run = _add_pass(verbs, "run", _run, "Do all of it: measure, times, sheets and report.")
    _add_pass(verbs, "measure", _measure, "Measure the size and quality of every picture.")
    times = _add_pass(
        verbs, "times", _times, "Measure times and memory; leave the machine alone meanwhile."
    )
    times.add_argument(
        "--quality",
        action="append",
        type=float,
        help="only this quality, on the codec's own scale; may be repeated",
    )
    run.set_defaults(quality=None)
    report = _add_verb(verbs, "report", _report, "Draw the figures and write the report.")
    report.add_argument("folder", type=_folder, help="the folder of pictures that was measured")
    for verb in (run, report):
        verb.add_argument(
            "--document",
            type=Path,
            default=Path("Documentation/Results.md"),
            help="the Markdown page that gets the tables",
        )
    row = _add_verb(verbs, "row", _row, "Measure a single row again, and its times.")
    row.add_argument("picture", type=_picture, help="a picture file")
    row.add_argument("codec", choices=list(ALL_CODECS), help="the codec")
    row.add_argument("quality", type=float, help="the quality, on the codec's own scale")
    sheet = _add_verb(verbs, "sheet", _sheet, "Draw a picture's crops side by side at equal bytes.")
    sheet.add_argument("picture", type=_picture, help="a picture file")
    sheet.add_argument("--bpp", type=float, default=SHEET_RATE, help="the most bits per pixel")
    sheet.add_argument("--at", type=int, nargs=2, metavar=("X", "Y"), help="the crop's corner")
    return parser


def _add_verb(verbs, name: str, action, description: str) -> argparse.ArgumentParser:
    verb = verbs.add_parser(name, help=description, description=description)
    verb.add_argument(
        "--results", type=Path, default=Path("evaluation/results"), help="where the results are"
    )
    verb.set_defaults(action=action)
    return verb


def _add_pass(verbs, name: str, action, description: str) -> argparse.ArgumentParser:
    verb = _add_verb(verbs, name, action, description)
    verb.add_argument("folder", type=_folder, help="a folder of pictures")
    verb.add_argument(
        "--codec",
        action="append",
        choices=list(ALL_CODECS),
        help="only this codec; may be repeated",
    )
    verb.add_argument("--again", action="store_true", help="measure rows anew that are there")
    return verb


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir() or not list_pictures(path):
        kinds = ", ".join(sorted(SUFFIXES))
        raise argparse.ArgumentTypeError(f"{text} is not a folder with pictures ({kinds})")
    return path


def _picture(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def _run(arguments: argparse.Namespace) -> None:
    _measure(arguments)
    _times(arguments)
    pictures = list_pictures(arguments.folder)
    for sixths, bpp in USUAL_SHEETS:
        _save_sheet(pictures[len(pictures) * sixths // 6], arguments.results, bpp, None)
    _report(arguments)


def _measure(arguments: argparse.Namespace) -> None:
    names = {path.stem for path in list_pictures(arguments.folder)}
    usual = list(CODECS)
    if names == PUBLISHED_PICTURES:
        usual += [codec.name for codec in AS_PUBLISHED.values()]
    codecs = _available(arguments.codec or usual)
    measure_folder(arguments.folder, codecs, _rows_file(arguments), arguments.again)


def _times(arguments: argparse.Namespace) -> None:
    codecs = _available(arguments.codec or list(CODECS))
    rows_file, qualities = _rows_file(arguments), arguments.quality
    time_folder(arguments.folder, codecs, rows_file, arguments.again, qualities)


def _report(arguments: argparse.Namespace) -> None:
    results = Results.read(arguments.folder, arguments.results)
    sections = list(results.sections())
    page = arguments.results / f"{results.folder}.html"
    page.write_text(html_page(results.title, results.introduction, sections))
    document = arguments.document
    text = markdown(results.title, results.introduction, sections, document.parent)
    replace_between_markers(document, results.folder, text)
    print(f"Written: {page}, {document}")


def _row(arguments: argparse.Namespace) -> None:
    path, codec = arguments.picture, ALL_CODECS[arguments.codec]
    picture = read_picture(path)
    row = measure_quality(path, picture, codec, arguments.quality)
    for name, value in dataclasses.asdict(with_times(row, picture, codec)).items():
        print(f"{name} = {value}")


def _sheet(arguments: argparse.Namespace) -> None:
    _save_sheet(arguments.picture, arguments.results, arguments.bpp, arguments.at)


def _save_sheet(path: Path, results: Path, bpp: float, corner: list[int] | None) -> None:
    names = [codec.name for codec in _available(list(SHEET_CODECS))]
    sheet = draw_sheet(path, names, bpp, corner)
    print(f"Written: {save_sheet(sheet, results / path.resolve().parent.name)}")


def _available(names: list[str]) -> list[Codec]:
    available, missing = find_available(names)
    for name, reason in missing.items():
        print(f"{name} is left out: {reason}")
    return available


def _rows_file(arguments: argparse.Namespace) -> Path:
    return arguments.results / f"{arguments.folder.resolve().name}.csv"


if __name__ == "__main__":
    main()
