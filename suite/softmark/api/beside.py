"""Two functions on the same cases: what each check finds of the one and of the other.

Which cases a check makes depends on the function (its axes, whether it takes
beta), so only those that both were given are set side by side.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from softmark.records import Record


@dataclass(frozen=True)
class Pair:
    """One check in one format.

    Attributes
    ----------
    check, format:
        Which.
    mine, theirs:
        The records of the cases and metrics that both have, in the same order.
    """

    check: str
    format: str
    mine: tuple[Record, ...]
    theirs: tuple[Record, ...]


def pairs(mine: Iterable[Record], theirs: Iterable[Record]) -> list[Pair]:
    """The checks and formats in which both were measured on at least one case."""
    other = {_case(record): record for record in theirs}
    cells: dict[tuple[str, str], list[Record]] = {}
    for record in mine:
        if _case(record) in other:
            cells.setdefault((record.check, record.format), []).append(record)
    return [
        Pair(check, name, tuple(records), tuple(other[_case(record)] for record in records))
        for (check, name), records in cells.items()
    ]


def _case(record: Record) -> tuple[str, str, str]:
    """What a record's id holds beside the implementation: check, format, case and metric."""
    return record.check, record.format, record.id.rpartition("/")[2]
