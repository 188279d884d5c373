"""The end of a run on the screen: who fails what, what it cost, and what to do next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from softmark import catalog, verdicts
from softmark.cli.console import heard, own_command, screen
from softmark.evidence import number
from softmark.records import BAD, Record, ResultsFile, read_results

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from softmark.harness import RunOutcome
    from softmark.harness.known import Judgement
    from softmark_implementations.known_failures import KnownFailure

_FEW = 5
_MANY = 10
"""Implementations beyond which the table has a line for each framework."""


@dataclass(frozen=True)
class Summary:
    """All records of a run, what remains of its failures, whether it fails, and judged nothing."""

    records: list[Record]
    judgement: Judgement
    failed: bool
    unjudged: bool


def summarise(
    outcome: RunOutcome,
    known: Iterable[KnownFailure],
    results: Path,
    *,
    profile: str,
    strict: bool,
    stderr: bool = False,
) -> Summary:
    """Print the summary, and give back what it was made from.

    With ``stderr`` it is printed there, because standard output is taken.
    """
    from softmark.harness import whole
    from softmark.harness.known import judge

    files = [read_results(path) for path in outcome.files]
    records = [record for file in files for record in file.records]
    judgement = judge(
        records,
        known,
        tasks=whole(catalog.implementations(), profile),
        done=frozenset[str]().union(*(file.done for file in files)),
        profile=profile,
    )
    console = screen(stderr=stderr)
    with heard():
        excused = {record.id for record in judgement.excused}
        is_short = len({record.implementation for record in records}) <= _MANY
        console.print(_table(records, excused) if is_short else _by_framework(files, excused))
        if not is_short:
            _list_new(console, judgement.unexcused)
        _tell(console, outcome, records, judgement)
        for file in files:
            if why := verdicts.unjudged(file.records):
                console.print(f"{file.header.framework}: {why}", markup=False, soft_wrap=True)
        _next(console, outcome, results)
    weak = strict and any(record.verdict == "weak" for record in records)
    failed = bool(judgement.unexcused or judgement.stale or weak)
    return Summary(records, judgement, failed, bool(verdicts.unjudged(records)))


def _table(records: list[Record], excused: set[str]) -> Table:
    """A line for each implementation: what it fails and where it is weak, the worst of each check.

    A matrix of all checks would be wider than a terminal, and mostly say that things pass.
    """
    from rich.table import Table
    from rich.text import Text

    drawn = Table("implementation", "fails", "weak", "passes", header_style="bold", pad_edge=False)
    drawn.columns[0].no_wrap = True
    drawn.columns[-1].justify = "right"
    cells = verdicts.by_cell(records, lambda r: r.implementation, lambda r: r.check)
    for name in dict.fromkeys(record.implementation for record in records):
        worst = [verdicts.worst(cell) for (owner, _), cell in cells.items() if owner == name]
        fails = ", ".join(_said(r, excused) for r in worst if r.verdict in BAD)
        weak = ", ".join(_said(r, excused) for r in worst if r.verdict == "weak")
        passes = sum(r.verdict == "pass" for r in worst)
        drawn.add_row(Text(name), Text(fails, "bold red"), Text(weak, "yellow"), str(passes))
    return drawn


def _by_framework(files: Iterable[ResultsFile], excused: set[str]) -> Table:
    """A line for each framework of a run of many implementations; the report has the rest."""
    from rich.table import Table
    from rich.text import Text

    columns = ("framework", "implementations", "checks pass", "weak", "fail, known", "fail")
    drawn = Table(*columns, header_style="bold", pad_edge=False)
    for column in drawn.columns[1:]:
        column.justify = "right"
    for file in files:
        cells = verdicts.by_cell(file.records, lambda r: r.implementation, lambda r: r.check)
        worst = [verdicts.worst(cell) for cell in cells.values()]
        bad = _cells_of(r for r in file.records if r.verdict in BAD)
        new = _cells_of(r for r in file.records if r.verdict in BAD and r.id not in excused)
        weak, passed = (sum(r.verdict == v for r in worst) for v in ("weak", "pass"))
        drawn.add_row(
            Text(_named(file)),
            str(len({r.implementation for r in file.records})),
            str(passed),
            Text(str(weak or ""), "yellow"),
            str(len(bad - new) or ""),
            Text(str(len(new) or ""), "bold red"),
        )
    return drawn


def _cells_of(records: Iterable[Record]) -> set[tuple[str, str]]:
    return {(record.implementation, record.check) for record in records}


def _list_new(console: Console, failures: Iterable[Record]) -> None:
    """The checks that fail and are not known to, of a few implementations."""
    cells = verdicts.by_cell([*failures], lambda r: r.implementation, lambda r: r.check)
    named: dict[str, list[str]] = {}
    for (name, _), cell in cells.items():
        named.setdefault(name, []).append(_said(verdicts.worst(cell), set()))
    for name, checks in [*named.items()][:_FEW]:
        console.print(f"{name} fails {', '.join(checks)}", markup=False, soft_wrap=True)
    if len(named) > _FEW:
        console.print(f"and {len(named) - _FEW} more implementations; the report has them")


def _named(file: ResultsFile) -> str:
    """A framework and its version: the first that its worker tells."""
    worker = file.header.environment.get("worker")
    versions = worker.get("versions") if isinstance(worker, dict) else None
    first = next(iter(versions.values()), "") if isinstance(versions, dict) else ""
    return f"{file.header.framework} {first}".rstrip()


def _said(record: Record, excused: set[str]) -> str:
    """A check with its worst number; a star where that failure is known."""
    how = number(record) if record.verdict in ("fail", "weak") else record.verdict
    return f"{record.check} {how}".rstrip() + ("*" if record.id in excused else "")


def _tell(
    console: Console, outcome: RunOutcome, records: list[Record], judgement: Judgement
) -> None:
    """What was found, what is known already, and where the time went."""
    console.print(
        f"\n{len(records)} records in {outcome.seconds:.0f} s: {verdicts.counted(records)}"
    )
    if judgement.excused:
        console.print(f"* {len(judgement.excused)} failures are known, and excused")
    for stale in judgement.stale:
        console.print(f"Stale known failure {stale.failure.id}: {stale.why}", markup=False)
    for what, seconds in (
        ("checks", outcome.check_seconds),
        ("implementations", _seconds_by_implementation(records)),
    ):
        slowest = sorted(seconds.items(), key=lambda item: -item[1])[:_FEW]
        told = ", ".join(f"{name} {s:.1f} s" for name, s in slowest)
        console.print(f"Slowest {what}: {told}", markup=False)
    share = outcome.overhead_seconds / max(outcome.seconds, 1e-9)
    console.print(f"Harness overhead: {outcome.overhead_seconds:.1f} s ({share:.0%})")


def _seconds_by_implementation(records: Iterable[Record]) -> dict[str, float]:
    """What each implementation cost; the records of one case share its seconds."""
    cases = {
        (r.implementation, r.check, r.format, str(r.case.to_json())): r.seconds for r in records
    }
    total: defaultdict[str, float] = defaultdict(float)
    for (implementation, *_), seconds in cases.items():
        total[implementation] += seconds
    return total


def _next(console: Console, outcome: RunOutcome, results: Path) -> None:
    """What was left out, what was written, and the next command."""
    for skipped in outcome.skipped:
        console.print(f"Not measured: {skipped.what} ({skipped.why})", markup=False)
        if skipped.remedy:
            console.print(f"  to add it: {skipped.remedy}", markup=False, soft_wrap=True)
    for path in outcome.files:
        console.print(f"Written: {path}", markup=False, soft_wrap=True)
    where = "" if results == Path("results") else f" {results}"
    console.print(f"Next: {own_command()} report{where}", markup=False, soft_wrap=True)
