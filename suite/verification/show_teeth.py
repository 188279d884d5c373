"""Show what the checks are worth: every wrong implementation they kill, no right one they accuse.

PYTHONPATH=suite/tests python suite/verification/show_teeth.py --seeds 20
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from typing import Final

import click
from mutants import Control, Mutant, declared
from mutants.measuring import killers
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from softmark.checks import Measurement
from softmark.cli.console import screen

RENEWED: Final = 10
"""Formats of mutants or controls, each with all seeds, after which a process is replaced: what a
framework compiled is never given back."""


@dataclass(frozen=True)
class Judged:
    """A mutant or a control in one format and with one seed, and the checks that fail it."""

    found: Mutant | Control
    fmt: str
    seed: int
    failed: dict[str, Measurement]

    @property
    def is_right(self) -> bool:
        """A mutant is killed, by the check that it names among others; a control by none."""
        if isinstance(self.found, Mutant):
            return self.found.killed_by in self.failed
        return not self.failed


@cache
def by_name() -> dict[tuple[bool, str, str], Mutant | Control]:
    """All that is declared; a function itself cannot be sent to another process."""
    mutants, controls = declared()
    return {_key(found): found for found in (*mutants, *controls)}


def _key(found: Mutant | Control) -> tuple[bool, str, str]:
    return isinstance(found, Mutant), found.operation, found.name


def judge(asked: tuple[tuple[bool, str, str], str, int]) -> dict[str, Measurement]:
    key, fmt, seed = asked
    return killers(by_name()[key], fmt, seed)


def judged(
    found: list[Mutant] | list[Control], seeds: int, jobs: int, console: Console
) -> Iterator[Judged]:
    """Each of ``found`` in each of its formats, under a progress bar."""
    # All seeds of one and the same are next to each other: what is compiled is compiled once.
    work = [(one, fmt, seed) for one in found for fmt in one.formats for seed in range(seeds)]
    if not work:
        return
    columns = TextColumn("{task.description:48}"), BarColumn(), MofNCompleteColumn()
    begin = get_context("spawn")  # a framework's threads do not survive a fork
    with (
        begin.Pool(jobs, maxtasksperchild=RENEWED) as pool,
        Progress(*columns, TimeElapsedColumn(), console=console) as progress,
    ):
        task = progress.add_task("", total=len(work))
        begun, last = time.monotonic(), work[0][0]
        asked = [(_key(one), fmt, seed) for one, fmt, seed in work]
        failed = pool.imap(judge, asked, chunksize=seeds)
        for each in (Judged(*one, found) for one, found in zip(work, failed, strict=True)):
            if each.found is not last:
                console.print(f"{last.name} is done after {time.monotonic() - begun:.0f} s")
                last = each.found
            progress.update(task, description=f"{each.found.name[:36]} {each.fmt}, {each.seed}")
            if not each.is_right and isinstance(each.found, Control):
                console.print(f"{each.found.name}, {_accusation(each)}", markup=False)
            progress.advance(task)
            yield each


def kill_table(all_judged: list[Judged]) -> Table:
    """A row for each mutant and format."""
    table = Table("mutant", "operation", "format", "must fail", "fails", "worst", title="Mutants")
    for each in all_judged:
        assert isinstance(each.found, Mutant)
        named = each.failed.get(each.found.killed_by)
        table.add_row(
            each.found.name.replace("_", " "),
            each.found.operation,
            each.fmt,
            each.found.killed_by,
            ", ".join(each.failed) or "none: it survives",
            "" if named is None else worst(named),
            style=None if each.is_right else "bold red",
        )
    return table


def control_table(all_judged: list[Judged]) -> Table:
    """A row for each control, and under it whatever accuses it."""
    table = Table("control", "operation", "framework", "formats", "accused by", title="Controls")
    for control in dict.fromkeys(each.found for each in all_judged):
        accused = [e for e in all_judged if e.found is control and not e.is_right]
        table.add_row(
            control.name.replace("_", " "),
            control.operation,
            control.framework,
            ", ".join(control.formats),
            "\n".join(_accusation(each) for each in accused) or "none",
            style="bold red" if accused else None,
        )
    return table


def _accusation(each: Judged) -> str:
    found = [f"{check} ({worst(m)}: {m.message})" for check, m in each.failed.items()]
    return f"{each.fmt}, seed {each.seed}: {'; '.join(found)}"


def worst(measured: Measurement) -> str:
    """The number of a measurement, with its unit; its message where there is none."""
    if measured.value is None:
        return measured.message.partition("\n")[0][:40]
    return f"{measured.value:.3g} {measured.unit}"


@click.command()
@click.option(
    "--seeds", default=2, show_default=True, help="Seeds for the controls; 0: no control."
)
@click.option("--only", default="", help="Only what has this in its name.")
@click.option("--jobs", default=1, show_default=True, help="Processes to do it in.")
@click.option("--mutants/--no-mutants", "with_mutants", default=True, help="Mutants, too.")
def main(seeds: int, only: str, jobs: int, with_mutants: bool) -> None:
    """Exit status 1 if a mutant survives the check that it names, or a control is accused."""
    console = screen()
    mutants, controls = ([f for f in found if only in f.name] for found in declared())
    mutants = mutants if with_mutants else []
    killed = list(judged(mutants, 1, jobs, console))
    if killed:
        console.print(kill_table(killed))
    cleared = list(judged(controls, seeds, jobs, console))
    if cleared:
        console.print(control_table(cleared))
    dead = sum(each.is_right for each in killed)
    free = sum(each.is_right for each in cleared)
    console.print(
        f"{dead} of {len(killed)} killed by the check that each names: {len(mutants)} mutants\n"
        f"{free} of {len(cleared)} failed by none: {len(controls)} controls, {seeds} seeds"
    )
    sys.exit(0 if dead == len(killed) and free == len(cleared) else 1)


if __name__ == "__main__":
    main()
