"""What ``softmark check`` shows: a table, and for each failure what, by how much, and on what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from softmark import verdicts
from softmark.api.beside import pairs
from softmark.api.evidence import contract, grouped, weak
from softmark.cli.console import screen
from softmark.evidence import replay

if TYPE_CHECKING:
    from softmark.api import Report


def show(report: Report) -> None:
    """Print the table check x format, the failures by cause, what is weak, and the verdict."""
    console = screen()
    console.print(verdicts.table(report.records, lambda r: r.check, lambda r: r.format, "check"))
    console.print(verdicts.legend(report.records), markup=False, style="dim")
    for remark in report.remarks:
        console.print(f"Note: {remark}", markup=False, soft_wrap=True)
    parts = [
        [report.diagnosis],
        *grouped(report.causes, lambda record: replay(record.id)),
        *([f"Stale known failure {stale.failure.id}: {stale.why}"] for stale in report.stale),
        weak(() if report.strict else report.records),
        [report.unjudged],
        contract(report.contract) if report.contract else [],
        [report.summary()],
    ]
    for lines in parts:
        if any(lines):
            console.print("\n" + "\n".join(lines), markup=False, soft_wrap=True)


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
