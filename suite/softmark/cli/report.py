"""``softmark report``: results files in, web pages out, or the same tables for other tools."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from softmark.cli.console import say
from softmark.cli.faults import WrongUse, wrong_use
from softmark.cli.options import OPERATION

if TYPE_CHECKING:
    from softmark.records import Fault

FORMATS: Final = ("html", "csv", "json", "markdown", "accuracy", "junit", "badge")
FOLDER: Final = Path("softmark-report")


@click.command("report")
@click.argument("results", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    default="html",
    show_default=True,
    help="html and csv are a folder; the others are printed, or written to the file --out. "
    "accuracy is the accuracy table in Markdown.",
)
@click.option(
    "--out", type=click.Path(path_type=Path), help=f"Where to write.  [default: {FOLDER}]"
)
@click.option("--single-file", is_flag=True, help="One HTML file instead of a folder.")
@click.option(
    "--op", "operations", multiple=True, metavar="OPERATION", callback=OPERATION,
    help="Only this operation.",
)  # fmt: skip
@click.option("--title", default="softmark report", help="The heading of the first page.")
@click.option("--open", "opens", is_flag=True, help="Open the report in the browser.")
@click.option("--strict", is_flag=True, help="Exit with 1 when a line cannot be read.")
def command(
    results: tuple[Path, ...],
    kind: str,
    out: Path | None,
    single_file: bool,
    operations: tuple[str, ...],
    title: str,
    opens: bool,
    strict: bool,
) -> None:
    """Write the report of RESULTS, which are files or folders (default: results).

    Two or more sets of results of one framework and machine are compared: the
    newest is shown, and what changed since the one before.  Results are
    only read.
    """
    from softmark.records import RecordsError
    from softmark_reports import NotInstalled

    if kind != "html" and (single_file or opens):
        raise WrongUse("--single-file and --open are for --format html; leave them out")
    with wrong_use(RecordsError, OSError, NotInstalled):
        places = list(results) or [Path("results")]
        if kind == "html":
            faults = _pages(places, out, title, operations, single_file=single_file, opens=opens)
        else:
            faults = _tables(places, kind, out, title, operations)
    for fault in faults:
        say(f"Left out: {fault}", err=True)
    if faults:
        say(f"{len(faults)} faults in the results were left out.", err=True)
    if strict and faults:
        raise SystemExit(1)


def _pages(
    places: list[Path],
    out: Path | None,
    title: str,
    operations: Sequence[str],
    *,
    single_file: bool,
    opens: bool,
) -> Sequence[Fault]:
    from softmark.cli.scripts import Scripts
    from softmark_reports import render

    chosen = out or (FOLDER.with_suffix(".html") if single_file else FOLDER)
    rendered = render(
        places, chosen, title=title, scripts=Scripts(), single_file=single_file,
        operations=operations,
    )  # fmt: skip
    say(f"{rendered.records} records; the report is {rendered.index}")
    if opens:
        click.launch(str(rendered.index))
    return rendered.faults


def _tables(
    places: list[Path], kind: str, out: Path | None, title: str, operations: Sequence[str]
) -> Sequence[Fault]:
    from softmark_reports import export

    exported = export(places, kind, title=title, operations=operations)
    if kind == "csv":
        folder = out or FOLDER
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in exported.files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="")
        say(f"{exported.records} records; {len(exported.files)} tables are in {folder}")
    elif out is None:
        say(exported.files[""], nl=False)
    else:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(exported.files[""], encoding="utf-8")
    return exported.faults
