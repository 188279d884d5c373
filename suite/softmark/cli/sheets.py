"""Tables that are shown on a screen or written as Markdown: the same rows for both."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from softmark.cli.console import heard, screen
from softmark.cli.outputs import is_printed, put

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Printed:
    """A table.

    Attributes
    ----------
    title:
        What it shows.
    columns:
        Their headings.
    rows:
        A text for each column.
    numbers:
        Which columns are aligned to the right.
    """

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()


COLOURS = {
    "slower": "bold red", "faster": "green", "not comparable": "cyan", "no difference shown": "dim",
    "new failure": "bold red", "worse grade": "bold red", "larger error": "bold red",
    "no longer fails": "green", "better grade": "green", "smaller error": "green",
}  # fmt: skip


def give(
    parts: Sequence[Printed | str],
    document: Mapping[str, Any],
    json_file: str | None,
    markdown_file: str | None,
) -> None:
    """Show the tables where nothing is printed in their place, and write what was asked for.

    Raises
    ------
    WrongUse
        Both are to be printed, or a file cannot be written.
    """
    printed = is_printed(json_file, markdown_file)
    with heard():
        if not printed:
            show(screen(), parts)
    if json_file is not None:
        put(json_file, json.dumps(document, indent=1, allow_nan=False) + "\n")
    if markdown_file is not None:
        put(markdown_file, markdown(parts))


def show(console: Console, parts: Iterable[Printed | str]) -> None:
    """Print tables and sentences on a screen."""
    from rich.table import Table
    from rich.text import Text

    for part in parts:
        if isinstance(part, str):
            console.print(part, markup=False, soft_wrap=True)
        elif part.rows:
            table = Table(title=part.title, title_justify="left", header_style="bold")
            for number, name in enumerate(part.columns):
                right = number in part.numbers
                table.add_column(
                    name, justify="right" if right else "left", no_wrap=right, overflow="fold"
                )
            for row in part.rows:
                table.add_row(*(Text(cell, style=COLOURS.get(cell, "")) for cell in row))
            console.print(table)


def markdown(parts: Iterable[Printed | str]) -> str:
    """The same as Markdown."""
    return "\n\n".join("\n".join(_lines(part)) for part in parts if part) + "\n"


def _lines(part: Printed | str) -> Iterator[str]:
    if isinstance(part, str):
        yield part
        return
    if not part.rows:
        return
    yield f"**{part.title}**"
    yield ""
    yield _row(part.columns)
    yield _row(["---:" if i in part.numbers else "---" for i in range(len(part.columns))])
    for row in part.rows:
        yield _row([cell.replace("|", "\\|").replace("\n", " ") for cell in row])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def duration(ns: float | None) -> str:
    """A time with three digits and its unit; empty where there is none."""
    if ns is None:
        return ""
    for unit, size in (("s", 1e9), ("ms", 1e6), ("us", 1e3)):
        if ns >= size:
            return f"{three(ns / size)} {unit}"
    return f"{three(ns)} ns"


def three(number: float) -> str:
    """Three digits, as a plain number where that is short."""
    return f"{number:.0f}" if 100 <= number < 1e6 else f"{number:.3g}"
