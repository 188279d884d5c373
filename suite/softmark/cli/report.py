"""``softmark report``: results files in, a folder of web pages out."""

from __future__ import annotations

from pathlib import Path

import click

from softmark.cli.console import say
from softmark.cli.faults import wrong_use


@click.command("report")
@click.argument("results", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("softmark-report"),
    show_default=True,
    help="Folder for the pages.",
)
@click.option("--open", "opens", is_flag=True, help="Open the report in the browser.")
@click.option("--strict", is_flag=True, help="Exit with 1 when a line cannot be read.")
def command(results: tuple[Path, ...], out: Path, opens: bool, strict: bool) -> None:
    """Write the HTML report of RESULTS, which are files or folders (default: results)."""
    from softmark.cli.scripts import script_of
    from softmark.records import RecordsError, find_results
    from softmark_reports import render

    with wrong_use(RecordsError, OSError):
        places = find_results(list(results) or [Path("results")])
        rendered = render(places, out, scripts=script_of)
    for fault in rendered.faults:
        say(f"Left out: {fault}", err=True)
    if rendered.faults:
        say(f"{len(rendered.faults)} faults in the results were left out.", err=True)
    say(f"{rendered.records} records; the report is {rendered.index}")
    if opens:
        click.launch(str(rendered.index))
    if strict and rendered.faults:
        raise SystemExit(1)
