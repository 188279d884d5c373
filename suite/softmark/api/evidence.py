"""What failed, as lines: the verdict first, and for each check and format its worst record."""

from __future__ import annotations

from collections.abc import Iterable

from softmark import verdicts
from softmark.evidence import facts
from softmark.records import Record


def evidence(record: Record) -> list[str]:
    """The lines; the first one says what, the others are indented."""
    first = f"{record.verdict} {record.check} {record.format}: {record.message}"
    return [first, *(f"  {line}" for line in facts(record))]


def contract(lines: Iterable[str]) -> list[str]:
    """What the function takes, under a title: the rest is not offered."""
    return ["contract (what lies outside is not offered):", *(f"  {line}" for line in lines)]


def worst_by_cell(records: Iterable[Record]) -> list[tuple[Record, int]]:
    """The worst record for each check and format, and how many there are beside it."""
    cells = verdicts.by_cell(records, lambda r: r.check, lambda r: r.format)
    return [(verdicts.worst(cell), len(cell) - 1) for cell in cells.values()]
