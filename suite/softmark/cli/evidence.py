"""What ``softmark check`` shows: a table, and for each failure what, by how much, and on what."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from softmark import verdicts
from softmark.api.evidence import evidence, worst_by_cell
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
    for record, _ in worst_by_cell(r for r in records if r.verdict in bad):
        _explain(console, record)
    counted = [f"{n} {v.replace('_', ' ')}" for v, n in verdicts.counts(records).items() if n]
    console.print(
        f"\n{target} ({found.info.name}): {verdicts.overall(records)}; {', '.join(counted)}",
        markup=False,
    )


def _explain(console: Console, record: Record) -> None:
    """What failed, by how much, against which bound, on which input, and how to see it again."""
    console.print()
    for line in evidence(record):
        console.print(line, markup=False, soft_wrap=True)
    console.print(f"  softmark repro {shlex.quote(record.id)}", markup=False, soft_wrap=True)
