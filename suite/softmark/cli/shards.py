"""``softmark run`` in parts: a shard of it, and what all shards have left as one run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from softmark.cli.console import own_command, say
from softmark.cli.faults import WrongUse, wrong_use
from softmark.cli.kinds import SHARD, DrawnSeed

if TYPE_CHECKING:
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


def in_parts(command: Any) -> Any:
    """Give a command the options of work in parts."""
    return SHARD(MERGE(TIMING(command)))


def check_use(options: Mapping[str, Any]) -> bool:
    """Whether the work is in parts.

    Raises
    ------
    WrongUse
        The options contradict each other, or each machine would measure something else.
    """
    if options["shard"] and options["merge"]:
        raise WrongUse("--merge takes the parts of all shards; leave --shard out")
    if not (options["shard"] or options["merge"]):
        if options["timing"]:
            raise WrongUse("--timing is for --shard and --merge; other runs take times anyway")
        return False
    if options["budget"] is not None:
        raise WrongUse("--budget depends on what a machine has measured; choose less instead")
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


def merged(planned: Plan, folder: Path, results: Path, expected: Mapping[str, float]) -> RunOutcome:
    """Write the result from all parts."""
    from softmark.shards import ShardError, merge

    with wrong_use(ShardError, OSError):
        return merge(planned, expected, folder, results)
