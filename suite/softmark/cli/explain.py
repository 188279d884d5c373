"""``softmark explain``: the specification's own words for one name."""

from __future__ import annotations

import click

from softmark import specification
from softmark.catalog import UnknownName
from softmark.cli.faults import wrong_use


@click.command("explain")
@click.argument("name", metavar="CHECK|OPERATION|METRIC|INPUT|grades")
def command(name: str) -> None:
    """Print a formal statement, its bound, the bound's source, and what the grades mean."""
    with wrong_use(UnknownName):
        text = specification.find(name)
    click.echo(text.text)
    if text.kind in ("check", "operation"):
        click.echo(f"\n{specification.grades().text}")
