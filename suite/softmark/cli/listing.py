"""``softmark list``: what there is, one line each, without importing any of it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, Final

import click

from softmark import catalog, specification
from softmark.cli.console import say

Rows = list[dict[str, Any]]


def _texts(read: Callable[[], list[specification.Text]]) -> Callable[[], Rows]:
    return lambda: [{"name": text.name, "title": text.title} for text in read()]


def _implementations() -> Rows:
    found = catalog.read()
    for problem in found.problems:
        say(f"Left out: {problem}", err=True)
    return [_row(entry) for entry in found.entries]


def _row(entry: catalog.Entry) -> dict[str, Any]:
    beta = entry.fixed_beta
    return {
        "name": entry.name,
        "title": entry.description,
        "framework": entry.framework,
        "operation": entry.operation,
        "variant": entry.variant,
        "formats": entry.formats,
        "axes": entry.axes,
        "ranks": entry.ranks,
        "labels": entry.labels,
        "gradient": entry.gradient,
        "compiled": entry.compiled,
        "takes_beta": entry.takes_beta,
        "fixed_beta": beta if beta is not None and math.isfinite(beta) else None,
        "fixed_beta_hex": None if beta is None else beta.hex(),
        "file": str(entry.path),
        "line": entry.line,
        "missing": entry.missing(),
        "install": entry.install_hint,
    }


GROUPS: Final[dict[str, Callable[[], Rows]]] = {
    "operations": _texts(specification.operations),
    "checks": _texts(specification.checks),
    "implementations": _implementations,
    "inputs": _texts(specification.inputs),
}


@click.command("list")
@click.argument("group", required=False, type=click.Choice(list(GROUPS)))
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(group: str | None, as_json: bool) -> None:
    """List operations, checks, implementations and inputs.

    No framework is imported, and none has to be installed: what is missing is
    named, with the command that installs it.
    """
    groups = {name: read() for name, read in GROUPS.items() if group in (None, name)}
    if as_json:
        say(json.dumps(groups, indent=1, allow_nan=False))
        return
    for name, rows in groups.items():
        if group is None:
            say(f"{name}:")
        _print(rows)
        if group is None:
            say("")


def _print(rows: Rows) -> None:
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        absent = "  (not installed)" if row.get("missing") else ""
        title = row["title"].replace("``", "")
        say(f"  {row['name']:{width}}  {title}{absent}")
    hints = {row["framework"]: row["install"] for row in rows if row.get("missing")}
    for framework, install in hints.items():
        say(f"{framework} is not installed; to add it: {install}")
