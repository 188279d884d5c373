"""What ``softmark check`` shows: a table, and for each failure what, by how much, and on what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from softmark import verdicts
from softmark.api.beside import pairs
from softmark.api.evidence import contract, evidence, worst_by_cell
from softmark.cli.console import screen
from softmark.evidence import replay
from softmark.records import Record

if TYPE_CHECKING:
    from rich.console import Console

    from softmark.api import Report


def show(report: Report) -> None:
    """Print the table check x format, the evidence for each failing cell, and the verdict."""
    console = screen()
    console.print(verdicts.table(report.records, lambda r: r.check, lambda r: r.format, "check"))
    for remark in report.remarks:
        console.print(f"Note: {remark}", markup=False, soft_wrap=True)
    for record, _ in worst_by_cell(report.failures):
        _explain(console, record)
    for stale in report.stale:
        text = f"\nStale known failure {stale.failure.id}: {stale.why}"
        console.print(text, markup=False, soft_wrap=True)
    if report.unjudged:
        console.print(f"\n{report.unjudged}", markup=False, soft_wrap=True)
    if report.contract:
        console.print()
        for line in contract(report.contract):
            console.print(line, markup=False, soft_wrap=True)
    console.print(f"\n{report.summary()}", markup=False, soft_wrap=True)


def _explain(console: Console, record: Record) -> None:
    """What failed, by how much, against which bound, on which input, and how to see it again."""
    console.print()
    for line in evidence(record):
        console.print(line, markup=False, soft_wrap=True)
    console.print(f"  {replay(record.id)}", markup=False, soft_wrap=True)


def show_beside(report: Report, other: Report) -> None:
    """Print what was found of both on the cases that both were given."""
    from rich.table import Table
    from rich.text import Text

    console = screen()
    titles = ("check", "format", "cases", report.target, other.target)
    table = Table(header_style="bold", pad_edge=False)
    for title in titles:
        table.add_column(Text(title))
    for pair in pairs(report.records, other.records):
        told = (verdicts.told(pair.mine), verdicts.told(pair.theirs))
        table.add_row(pair.check, pair.format, str(len(pair.mine)), *map(Text, told))
    console.print("\nThe worst on the cases that both were given:")
    console.print(table)
