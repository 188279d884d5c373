"""What ``softmark check`` shows: a table, and for each failure what, by how much, and on what."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING

from softmark import verdicts
from softmark.cli.console import screen
from softmark.records import BAD, Record

if TYPE_CHECKING:
    from rich.console import Console

    from softmark.harness import TargetReport


def show(target: str, found: TargetReport, *, strict: bool) -> None:
    """Print the table check x format, the evidence for each failing cell, and the verdict."""
    console = screen()
    records = found.records
    console.print(verdicts.table(records, lambda r: r.check, lambda r: r.format, "check"))
    bad = BAD | {"weak"} if strict else BAD
    for record in _worst_by_cell(r for r in records if r.verdict in bad):
        _explain(console, record)
    counted = [f"{n} {v.replace('_', ' ')}" for v, n in verdicts.counts(records).items() if n]
    console.print(
        f"\n{target} ({found.info.name}): {verdicts.overall(records)}; {', '.join(counted)}",
        markup=False,
    )


def _worst_by_cell(records: Iterable[Record]) -> list[Record]:
    """One record for each check and format."""
    cells: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        cells.setdefault((record.check, record.format), []).append(record)
    return [verdicts.worst(cell) for cell in cells.values()]


def _explain(console: Console, record: Record) -> None:
    """What failed, by how much, against which bound, on which input, and how to see it again."""
    lines = [f"\n{record.verdict} {record.check} {record.format}: {record.message}"]
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
    for line in lines:
        console.print(line, markup=False, soft_wrap=True)
    console.print(f"  softmark repro {shlex.quote(record.id)}", markup=False, soft_wrap=True)


def _bound(record: Record) -> str:
    if record.bound is None:
        return ""
    return f", bound {record.bound:.3g} ({record.bound_source})"
