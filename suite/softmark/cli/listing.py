"""``softmark list``: what there is, one line each, without importing any of it."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

import click

from softmark import catalog, specification
from softmark.cli.console import say
from softmark.operands import has_derivative

Rows = list[dict[str, Any]]


LETTERS: Final = {"float64": "d", "float32": "s", "float16": "h", "bfloat16": "b"}
"""What stands for a format in the matrix, at a place of its own."""

LEGEND: Final = (
    "What each framework offers here: "
    + ", ".join(f"{letter} {name}" for name, letter in LETTERS.items())
    + ";\ncapital letters: with its derivative. softmark list implementations has each of them."
)


def _operations() -> Rows:
    found = catalog.read().entries
    return [row | {"frameworks": _offers(found, row["name"])} for row in _texts_of_operations()]


def _offers(found: Iterable[catalog.Entry], operation: str) -> dict[str, dict[str, Any]]:
    """By framework the formats, and which of them have a derivative, of all implementations."""
    offers: dict[str, dict[str, Any]] = {}
    is_derived = has_derivative(operation)
    for entry in found:
        if entry.operation == operation:
            cell = offers.setdefault(entry.framework, {"formats": [], "derivative": []})
            for key, given in (("formats", True), ("derivative", entry.gradient and is_derived)):
                cell[key] += [f for f in entry.formats if given and f not in cell[key]]
    return offers


def _matrix(rows: Rows, width: int) -> Iterator[str]:
    """A line for each operation, in as many tables side by side as do not fit the width."""
    names = sorted({framework for row in rows for framework in row["frameworks"]})
    first = max((len(row["name"]) for row in rows), default=0)
    while names:
        taken = 1
        while taken < len(names) and first + sum(map(_wide, names[: taken + 1])) + 2 <= width:
            taken += 1
        part, names = names[:taken], names[taken:]
        yield f"  {'':{first}}" + "".join(name.rjust(_wide(name)) for name in part)
        for row in rows:
            cells = (_cell(row["frameworks"].get(name, {})).rjust(_wide(name)) for name in part)
            yield f"  {row['name']:{first}}{''.join(cells)}".rstrip()
        yield ""


def _wide(name: str) -> int:
    return 2 + max(len(name), len(LETTERS))


def _cell(offered: Mapping[str, list[str]]) -> str:
    if not offered:
        return ""
    return "".join(
        (letter.upper() if name in offered["derivative"] else letter)
        if name in offered["formats"]
        else "-"
        for name, letter in LETTERS.items()
    )


def _texts(read: Callable[[], list[specification.Text]]) -> Callable[[], Rows]:
    return lambda: [{"name": text.name, "title": text.title} for text in read()]


_texts_of_operations: Final = _texts(specification.operations)


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
    "operations": _operations,
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
    named, with the command that installs it. Of operations alone a matrix
    says in which formats each framework offers them, and whether with a
    derivative.
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
    if group == "operations":
        say("\n" + LEGEND + "\n")
        say("\n".join(_matrix(groups[group], shutil.get_terminal_size().columns)).rstrip())


def _print(rows: Rows) -> None:
    width = max((len(row["name"]) for row in rows), default=0)
    for row in rows:
        absent = "  (not installed)" if row.get("missing") else ""
        title = row["title"].replace("``", "")
        say(f"  {row['name']:{width}}  {title}{absent}")
    hints = {row["framework"]: row["install"] for row in rows if row.get("missing")}
    for framework, install in hints.items():
        say(f"{framework} is not installed; to add it: {install}")
