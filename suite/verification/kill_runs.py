"""Kill 200 runs at moments drawn at random, go on with each, and compare with an undisturbed one.

PYTHONPATH=suite/tests python suite/verification/kill_runs.py --kills 200 --seed 0
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import click
from killing import kill_and_resume

from softmark.cli.console import say


@click.command()
@click.option("--kills", default=200, show_default=True, help="How many runs are killed.")
@click.option("--seed", default=0, show_default=True, help="Of the moments.")
def command(kills: int, seed: int) -> None:
    """Say how many runs were killed and completed; an assertion fails where something is lost."""
    with tempfile.TemporaryDirectory() as folder:
        done = kill_and_resume(Path(folder), kills, seed)
    named = ", ".join(f"{count} with {what} recorded" for what, count in done.kills.items())
    say(f"{sum(done.kills.values())} runs were killed: {named}")
    say(f"{done.completed} completed to the records of an undisturbed run; {done.torn} torn lines")


if __name__ == "__main__":
    command()
