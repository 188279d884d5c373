"""Mutate right implementations by program, and show which check fails each mutant first.

PYTHONPATH=suite/tests python suite/verification/show_automutants.py --json results/automutants.json
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import click
from automutants import Substrate
from automutants.equivalence import REASONS
from automutants.judging import CHEAP, is_viable, judge
from automutants.loading import substrates
from automutants.outcomes import Outcome, outcome
from rich.console import Console
from rich.table import Table

from softmark.cli.console import screen
from softmark.environment import environment

MEMORY: Final = 12 * 2**30
"""Bytes that this process may use: a mutant whose arrays explode gets a MemoryError."""


def row(substrate: Substrate, outcomes: list[Outcome], changes: int) -> dict[str, Any]:
    """What a file keeps of a substrate."""
    killed = Counter(o.verdict.check for o in outcomes if o.verdict.check)
    return {
        "substrate": substrate.name,
        "changes": changes,
        "mutants": len(outcomes),
        "operators": dict(Counter(o.mutant.change.operator for o in outcomes).most_common()),
        "killed": dict(killed.most_common()),
        "equivalent": {o.mutant.name: o.equivalent for o in outcomes if o.equivalent},
        "alive": [o.mutant.name for o in outcomes if o.is_alive],
        "seconds": [round(o.verdict.seconds, 3) for o in outcomes if o.verdict.check],
    }


def told(found: Outcome, console: Console) -> Outcome:
    """It, once it was shown if the cheap checks passed it."""
    what = found.equivalent or found.verdict.check or "alive"
    if found.verdict.check not in CHEAP:
        line = f"{what}, {found.verdict.seconds:.1f} s: {found.mutant.name}"
        console.print(line, markup=False, highlight=False)
    return found


def table(rows: Iterable[dict[str, Any]]) -> Table:
    columns = ("substrate", "mutants", "killed by, first", *REASONS, "alive")
    drawn = Table(*columns, title="Mutants that a program made")
    for each in rows:
        reasons = Counter(each["equivalent"].values())
        killed = ", ".join(f"{check} {n}" for check, n in each["killed"].items())
        drawn.add_row(
            each["substrate"],
            str(each["mutants"]),
            killed,
            *(str(reasons[why]) for why in REASONS),
            "\n".join(each["alive"]) or "0",
        )
    return drawn


def summary(rows: list[dict[str, Any]]) -> str:
    total = sum(each["mutants"] for each in rows)
    dead = sum(sum(each["killed"].values()) for each in rows)
    equal = sum(len(each["equivalent"]) for each in rows)
    times = sorted(s for each in rows for s in each["seconds"])
    median = statistics.median(times) if times else 0.0
    return (
        f"{total} mutants of {len(rows)} right implementations: {dead} killed, {equal} equivalent, "
        f"{total - dead - equal} alive\nmedian to the first failure: {median:.3f} s"
    )


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Keep the outcome here.")
@click.option(
    "--only", multiple=True, help="Only substrates with this in their name; others are kept."
)
@click.option("--show", is_flag=True, help="Show what the file has, and run nothing.")
def main(json_file: Path | None, only: tuple[str, ...], show: bool) -> None:
    """Exit status 1 if a mutant is alive."""
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    console = screen()
    kept: dict[str, dict[str, Any]] = {}
    if json_file is not None and json_file.exists():
        rows = json.loads(json_file.read_text(encoding="utf-8"))["substrates"]
        kept = {each["substrate"]: each for each in rows}
    for substrate in () if show else substrates():
        if only and not any(part in substrate.name for part in only):
            continue
        own = judge(substrate.unchanged(), CHEAP)  # what is compiled once is no mutant's time
        if own.check:
            console.print(f"{substrate.name} itself is failed by {own.check}: {own.message}")
            sys.exit(2)
        made = list(substrate.mutants())
        outcomes = [told(outcome(mutant), console) for mutant in made if is_viable(mutant)]
        kept[substrate.name] = row(substrate, outcomes, len(substrate.changes()))
        console.print(
            summary([kept[substrate.name]]).replace("1 right implementations", substrate.name)
        )
        if json_file is not None:
            document = {"schema": 1, "environment": environment({}), "substrates": [*kept.values()]}
            json_file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    console.print(table(kept.values()))
    console.print(summary([*kept.values()]))
    sys.exit(1 if any(each["alive"] for each in kept.values()) else 0)


if __name__ == "__main__":
    main()
