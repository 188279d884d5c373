"""``softmark run`` in parts: a shard of it, and what all shards have left as one run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from softmark.cli.console import own_command, say
from softmark.cli.faults import WrongUse, wrong_use
from softmark.cli.kinds import SHARD, DrawnSeed

if TYPE_CHECKING:
    from softmark.cli.progress import Watcher
    from softmark.harness import Plan, RunOutcome

TIMING: Final = click.option(
    "--timing",
    is_flag=True,
    help="Take times in parts too, on machines that no one else uses meanwhile.",
)
MERGE: Final = click.option(
    "--merge",
    is_flag=True,
    help="Measure nothing: write the result from the parts of all shards.",
)


SCHEDULER: Final = click.option(
    "--scheduler",
    metavar="local|tcp://HOST:PORT",
    callback=lambda ctx, param, value: _scheduler(value),
    help="Measure on the workers of a Dask scheduler; local starts one with --jobs workers.",
)


def in_parts(command: Any) -> Any:
    """Give a command the options of work in parts."""
    return SHARD(MERGE(SCHEDULER(TIMING(command))))


def _scheduler(value: str | None) -> str | None:
    if value is None or value == "local" or re.fullmatch(r"(tcp|tls|ucx)://\S+", value):
        return value
    raise click.BadParameter(f"{value!r} is no scheduler; give local, or tcp://HOST:PORT")


def check_use(options: Mapping[str, Any]) -> bool:
    """Whether the work is in parts.

    Raises
    ------
    WrongUse
        The options contradict each other, or each machine would measure something else.
    """
    given = [name for name in ("shard", "merge", "scheduler") if options[name]]
    if len(given) > 1:
        raise WrongUse(f"--{given[0]} and --{given[1]} contradict each other; give one of them")
    if not given:
        if options["timing"]:
            raise WrongUse("--timing is for work in parts; other runs take times anyway")
        return False
    if options["budget"] is not None:
        raise WrongUse("--budget ends a run, and a part is measured whole; choose less instead")
    if isinstance(options["seed"], DrawnSeed):
        raise WrongUse("each shard would draw a seed of its own; give all the same --seed")
    return True


def folder_of(results: Path, asked: Mapping[str, Any]) -> Path:
    """Where the parts of a run with these options are."""
    from softmark.environment import commit
    from softmark.shards import parts_folder

    return parts_folder(results, {**asked, "commit": commit()})


def recorded(folder: Path) -> list[str]:
    """The frameworks that shards have measured, which need not be installed to merge."""
    from softmark.shards import part_frameworks

    return part_frameworks(folder)


def planned(whole: Plan, *, timing: bool) -> Plan:
    """What all shards together measure."""
    from softmark.shards import untimed

    return whole if timing else untimed(whole)


def measured(planned: Plan, folder: Path, shard: tuple[int, int], **options: Any) -> int:
    """Measure a shard, and say what there is now."""
    from softmark.shards import measure_shard

    outcome = measure_shard(planned, shard, folder, **options)
    name = f"Shard {shard[0]}/{shard[1]}"
    if outcome is None:
        say(f"{name}: nothing to measure; there are more shards than tasks.")
        return 0
    for skipped in outcome.skipped:
        say(f"Not measured: {skipped.what} ({skipped.why})", err=True)
    if not outcome.files:
        raise WrongUse("no framework could be started; follow the hints above")
    say(f"{name}: {sum(outcome.counts.values())} records in {folder}")
    say(f"Next, with all parts there: {own_command()} run ... --merge")
    return 0


def announce(link: str) -> None:
    """Say where the dashboard is."""
    say(f"Dashboard: {link}", err=True)


def scheduled(
    planned: Plan, folder: Path, scheduler: str, watcher: Watcher, **options: Any
) -> None:
    """Measure what no part has yet, on the workers of a scheduler."""
    from softmark.harness import Progress
    from softmark.shards import ShardError, measure_on

    def progress(done: int, total: int) -> None:
        watcher(Progress("all", "", done, total, {}))

    with wrong_use(ShardError):
        measure_on(scheduler, planned, folder, announce=announce, progress=progress, **options)


def merged(planned: Plan, folder: Path, results: Path, expected: Mapping[str, float]) -> RunOutcome:
    """Write the result from all parts."""
    from softmark.shards import ShardError, merge

    with wrong_use(ShardError, OSError):
        return merge(planned, expected, folder, results)
