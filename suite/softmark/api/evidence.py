"""What failed, as lines: grouped by cause, each group with the record that shows most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from softmark import verdicts
from softmark.evidence import facts
from softmark.records import Record

if TYPE_CHECKING:
    from softmark.api.causes import Cause

IN_FULL: Final = 5
"""Causes that are shown with a record each; of the others there is the title."""

_WIDTH: Final = 100
"""Characters of a line that lists something."""


def evidence(record: Record) -> list[str]:
    """The lines; the first one says what, the others are indented."""
    first = f"{record.verdict} {record.check} {record.format}: {record.message}"
    return [first, *(f"  {line}" for line in facts(record))]


def contract(lines: Iterable[str]) -> list[str]:
    """What the function takes, under a title: the rest is not offered."""
    return ["contract (what lies outside is not offered):", *(f"  {line}" for line in lines)]


def grouped(
    causes: Sequence[Cause], replay: Callable[[Record], str] = lambda record: ""
) -> Iterator[list[str]]:
    """Lines for each cause, the last of them how to ``replay`` its record; then the rest."""
    for number, cause in enumerate(causes[:IN_FULL], start=1):
        shown = replay(cause.witness)
        again = [f"  {shown}"] if shown else []
        yield [*_title(cause, number, len(causes)), *evidence(cause.witness), *again]
    if rest := causes[IN_FULL:]:
        yield [f"{len(rest)} more:", *(_cut(f"  {cause.title}{_where(cause)}") for cause in rest)]


def _title(cause: Cause, number: int, count: int) -> list[str]:
    if count == 1 and len(cause.failures) == 1:
        return []
    return [f"{number}. {cause.title}{_where(cause)}"]


def _where(cause: Cause) -> str:
    return f" ({', '.join(dict.fromkeys(record.check for record in cause.failures))})"


def weak(records: Iterable[Record]) -> list[str]:
    """A line for each check and format of which something is weak, under a title."""
    found = worst_by_cell(record for record in records if record.verdict == "weak")
    lines = [_cut(_weak(record, others)) for record, others in found]
    return ["weak (legal but poor, fails nothing; softmark explain weak):", *lines] if found else []


def _weak(record: Record, others: int) -> str:
    where = f"{record.check} {record.format}{_share(record)}{_more(others)}"
    return f"  {where}: {record.message or record.metric}"


def _share(record: Record) -> str:
    share = verdicts.beyond(record)
    return f", {share} the bound" if share else ""


def _more(others: int) -> str:
    return f", and {others} more" if others else ""


def _cut(line: str) -> str:
    line = line.replace("\n", " ")
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 3]}..."


def worst_by_cell(records: Iterable[Record]) -> list[tuple[Record, int]]:
    """The worst record for each check and format, and how many there are beside it."""
    cells = verdicts.by_cell(records, lambda r: r.check, lambda r: r.format)
    return [(verdicts.worst(cell), len(cell) - 1) for cell in cells.values()]
