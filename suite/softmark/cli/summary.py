"""The end of a run on the screen: who fails what, what it cost, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from softmark import catalog, verdicts
from softmark.cli.console import screen
from softmark.records import Record, read_results

if TYPE_CHECKING:
    from rich.console import Console

    from softmark.harness import Outcome
    from softmark.harness.known import Judgement
    from softmark_implementations.known_failures import KnownFailure

_SLOWEST = 5


def summarise(
    outcome: Outcome,
    known: Iterable[KnownFailure],
    results: Path,
    *,
    strict: bool,
    whole: bool = True,
) -> bool:
    """Print the summary; true when the run fails.

    A run that was cut to a budget is not ``whole``, and tells nothing of stale excuses.
    """
    from softmark.harness.known import judge

    records = [record for path in outcome.files for record in read_results(path).records]
    names = [entry.name for entry in catalog.implementations()]
    judgement = judge(records, known, names)
    if not whole:
        judgement = replace(judgement, stale=())
    console = screen()
    console.print(
        verdicts.table(records, lambda r: r.implementation, lambda r: r.check, "implementation")
    )
    _tell(console, outcome, records, judgement)
    _next(console, outcome, results)
    weak = strict and any(record.verdict == "weak" for record in records)
    return bool(judgement.unexcused or judgement.stale or weak)


def _tell(console: Console, outcome: Outcome, records: list[Record], judgement: Judgement) -> None:
    """What was found, what is known already, and where the time went."""
    found = [f"{n} {v.replace('_', ' ')}" for v, n in verdicts.counts(records).items() if n]
    console.print(f"\n{len(records)} records in {outcome.seconds:.0f} s: {', '.join(found)}")
    if judgement.excused:
        console.print(f"{len(judgement.excused)} failures are known, and excused")
    for stale in judgement.stale:
        console.print(f"Stale known failure {stale.failure.id}: {stale.why}", markup=False)
    slowest = list(outcome.check_seconds.items())[:_SLOWEST]
    console.print("Slowest: " + ", ".join(f"{name} {s:.1f} s" for name, s in slowest))
    share = outcome.overhead_seconds / max(outcome.seconds, 1e-9)
    console.print(f"Harness overhead: {outcome.overhead_seconds:.1f} s ({share:.0%})")


def _next(console: Console, outcome: Outcome, results: Path) -> None:
    """What was left out, what was written, and the next command."""
    for skipped in outcome.skipped:
        console.print(f"Not measured: {skipped.what} ({skipped.why})", markup=False)
        if skipped.remedy:
            console.print(f"  to add it: {skipped.remedy}", markup=False, soft_wrap=True)
    for path in outcome.files:
        console.print(f"Written: {path}", markup=False, soft_wrap=True)
    where = "" if results == Path("results") else f" {results}"
    console.print(f"Next: softmark report{where}", markup=False, soft_wrap=True)
