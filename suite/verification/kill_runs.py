"""Disturb runs at moments drawn at random, go on with each, and compare with an undisturbed one.

The main process is killed, ended by other signals or paused, its workers are killed or paused,
the disk is full, the clock jumps.

PYTHONPATH=suite/tests python suite/verification/kill_runs.py --count 1000 --seed 0
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from killing import RUN, disturb_and_complete

from softmark.cli.console import say


@click.command()
@click.argument("run", nargs=-1)
@click.option("--count", default=1000, show_default=True, help="How many disturbances.")
@click.option("--seed", default=0, show_default=True, help="Of their kinds and moments.")
def command(run: tuple[str, ...], count: int, seed: int) -> None:
    """Say how many runs were disturbed and completed; an assertion fails where something is lost.

    RUN is what is given to softmark run.
    """
    with tempfile.TemporaryDirectory() as folder:
        done = disturb_and_complete(Path(folder), count, seed, run or RUN, say)
    for kind, number in sorted(done.done.items()):
        say(f"{kind}: {number}")
    said = f"{done.done.total()} disturbances, {done.completed} runs completed to the records of an"
    say(f"{said} undisturbed one; {done.torn} torn lines, {done.early} ended before")


if __name__ == "__main__":
    command()
