"""A record in a few lines: what failed, by how much, against which bound, and on which input."""

from __future__ import annotations

from collections.abc import Iterable

from softmark import verdicts
from softmark.records import Record


def evidence(record: Record) -> list[str]:
    """The lines; the first one says what, the others are indented."""
    lines = [f"{record.verdict} {record.check} {record.format}: {record.message}"]
    if record.value is not None:
        lines.append(f"  {record.metric} {verdicts.number(record)}{_bound(record)}")
    case = record.case
    lines.append(
        f"  input {case.family} {list(case.shape)} axis {case.axis} beta {case.beta:g} "
        f"seed {case.seed}"
    )
    if "got" in record.witness:
        witness = record.witness
        lines.append(
            f"  at {witness.get('index')}: got {witness['got']}, expected {witness['expected']}"
        )
    return lines


def worst_by_cell(records: Iterable[Record]) -> list[tuple[Record, int]]:
    """The worst record for each check and format, and how many there are beside it."""
    cells = verdicts.by_cell(records, lambda r: r.check, lambda r: r.format)
    return [(verdicts.worst(cell), len(cell) - 1) for cell in cells.values()]


def _bound(record: Record) -> str:
    if record.bound is None:
        return ""
    return f", bound {record.bound:.3g} ({record.bound_source})"
