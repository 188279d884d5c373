"""``softmark exhaustive``: the worst error over all inputs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from softmark.cli.console import say
from softmark.cli.faults import FAILED, WrongUse, wrong_use
from softmark.cli.kinds import SHARD
from softmark.cli.options import BUDGET, DERIVATIVE, FORMAT, REPLAY
from softmark.cli.shards import SCHEDULER, announce
from softmark.naming import UnknownName

if TYPE_CHECKING:
    from softmark.catalog import Entry
    from softmark.exhaustive import CellState


@click.command("exhaustive")
@click.argument("implementations", nargs=-1, metavar="[IMPLEMENTATION]...")
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="FORMAT",
    callback=FORMAT,
    default=("float16",),
    show_default="float16",
    help="Format of the inputs: float16, bfloat16 or float32 (repeatable).",
)
@DERIVATIVE
@click.option(
    "--columns",
    is_flag=True,
    help="Give rows along the first axis, which is faster in many libraries.",
)
@SHARD
@SCHEDULER
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=lambda: os.cpu_count() or 1,
    show_default="one for each processor",
    help="Workers of --scheduler local.",
)
@BUDGET
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("results/exhaustive"),
    show_default=True,
    help="Folder for what is found, and for the parts of what is not complete.",
)
@REPLAY
def command(
    implementations: tuple[str, ...],
    formats: tuple[str, ...],
    derivative: bool,
    columns: bool,
    shard: tuple[int, int] | None,
    scheduler: str | None,
    jobs: int,
    budget: float | None,
    out: Path,
    replay: bool,
) -> int:
    """Find the worst error over all inputs, for two logits or one argument.

    Without an IMPLEMENTATION it prints what is in the folder.

    float16 and bfloat16: all pairs of logits, or all arguments of sigmoid and its relatives.
    float32: all rows (d, 0), or all arguments of sigmoid and its relatives.

    It takes minutes, and goes on where an earlier call stopped.  --shard 1/8 does
    an eighth; when the parts of all shards are in one folder, the same command
    without --shard writes the result.  --scheduler does that on the workers of Dask.
    """
    import time

    from softmark.cli.progress import watched
    from softmark.exhaustive import (
        CellError,
        CellName,
        CellRequest,
        NotCovered,
        measure,
        measure_on,
        read_cells,
        replayed,
        table,
    )
    from softmark.harness import Progress
    from softmark.shards import ShardError
    from softmark.subjects import SubjectFault, TargetError

    if scheduler and (shard or budget or replay):
        raise WrongUse("--scheduler measures all of it; leave --shard, --budget and --replay out")
    if not implementations:
        say(table(read_cells(out)), nl=False)
        return 0
    entries = chosen(implementations)
    quantity, axis = "vjp" if derivative else "value", 0 if columns else -1
    cells = [
        CellRequest(e, CellName(e.name, name, quantity, axis)) for e in entries for name in formats
    ]
    end = time.monotonic() + 60 * (budget or float("inf"))
    status = 0
    with wrong_use(NotCovered, CellError, ShardError, SubjectFault, TargetError):
        for asked in cells:
            _ = asked.scan  # refuse all that cannot be done before anything takes minutes
        for asked in cells:
            if replay:
                changed = replayed(asked, out)
                say("\n".join(changed) or f"{asked.place.stem}: the same result")
                status = FAILED if changed else status
                continue
            with watched() as watcher:

                def progress(done: int, total: int, name: str = asked.place.stem) -> None:
                    watcher(Progress(name, "", done, total, {}))

                left = max(end - time.monotonic(), 0.0)

                def elsewhere(cell: CellRequest = asked) -> None:
                    if scheduler:
                        measure_on(
                            scheduler, cell, out, jobs=jobs, announce=announce, progress=progress
                        )

                outcome = measure(
                    asked,
                    out,
                    shard=shard or (1, 1),
                    seconds=left,
                    progress=progress,
                    elsewhere=elsewhere,
                )
            say(told(asked.place.stem, outcome))
    return status


def told(name: str, outcome: CellState) -> str:
    """What there is now of a cell, in one line."""
    if outcome.cell is None:
        return f"{name}: {outcome.done} of {outcome.blocks} blocks; the same command goes on"
    from softmark.exhaustive import sentence

    return f"{outcome.path}: {sentence(outcome.cell)}"


def chosen(names: tuple[str, ...]) -> list[Entry]:
    """The implementations with these names, which are installed."""
    from softmark import catalog

    found = catalog.read()
    with wrong_use(UnknownName):
        entries = [found.find(name) for name in names]
    for entry in entries:
        if entry.absence:
            raise WrongUse(entry.absence)
    return entries
