"""Give 26,000 damaged files, and 26,000 that look right, to all of softmark that reads files.

The second kind is read by 100,000 commands, each with a limit of time.

PYTHONPATH=suite/tests python suite/verification/fuzz_results.py --count 26000 --seed 0
"""

from __future__ import annotations

import os
import sys
import tempfile
import warnings
from pathlib import Path

import click
from fuzzing import Good, Wrong, try_one
from resigned import MOST_MIB, Real, largest_mib, try_file, warm_up
from resigned import Wrong as WrongCommand

from softmark.cli.console import say


@click.command()
@click.option("--count", default=26_000, show_default=True, help="How many files of each kind.")
@click.option("--seed", default=0, show_default=True, help="Number of the first one.")
@click.option("--tables", default=20, show_default=True, help="Every how many go into tables.")
@click.option("--pages", default=100, show_default=True, help="Every how many go into pages.")
def command(count: int, seed: int, tables: int, pages: int) -> None:
    """Name the files that something did not bear; exit with 1 if there is one."""
    good, wrong = Good.from_results(), 0
    real, commands = Real.read(), 0
    warnings.simplefilter("ignore")  # of pandas and matplotlib about odd numbers
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        warm_up(real, Path(folder))
        for number in range(seed, seed + count):
            try:
                kinds = {"tables": number % tables == 0, "pages": number % pages == 0}
                try_one(good, number, Path(folder), **kinds)
                commands += try_file(real, number, Path(folder), pages=kinds["pages"])
            except (Wrong, WrongCommand) as error:
                wrong += 1
                say(f"file {number}: {error}")
            if (number + 1) % 1000 == 0:
                say(f"{number + 1 - seed} files of each kind, {wrong} not borne")
        os.chdir("/")
    said = f"{count} files of each kind, {commands} commands: {wrong} not borne"
    say(f"{said}; largest memory {largest_mib()} MiB")
    sys.exit(bool(wrong) or largest_mib() > MOST_MIB)


if __name__ == "__main__":
    command()
