"""Give 10,000 damaged and hostile files to everything of softmark that reads files.

PYTHONPATH=suite/tests python suite/verification/fuzz_results.py --count 10000 --seed 0
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import warnings
from pathlib import Path

import click
from fuzzing import Good, Wrong, try_one

from softmark.cli.console import say

RESULTS = Path(__file__).parents[2] / "results"


@click.command()
@click.option("--count", default=10_000, show_default=True, help="How many files of each kind.")
@click.option("--seed", default=0, show_default=True, help="Number of the first one.")
@click.option("--tables", default=20, show_default=True, help="Every how many go into tables.")
@click.option("--pages", default=100, show_default=True, help="Every how many go into pages.")
def command(count: int, seed: int, tables: int, pages: int) -> None:
    """Name the files that something did not bear; exit with 1 if there is one."""
    good, wrong = Good.from_results(RESULTS), 0
    warnings.simplefilter("ignore")  # of pandas and matplotlib about odd numbers
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number in range(seed, seed + count):
            try:
                kinds = {"tables": number % tables == 0, "pages": number % pages == 0}
                try_one(good, number, Path(folder), **kinds)
            except Wrong as error:
                wrong += 1
                say(f"file {number}: {error}")
            if (number + 1) % 1000 == 0:
                say(f"{number + 1 - seed} files of each kind, {wrong} not borne")
        os.chdir("/")
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(f"{count} files of each kind: {wrong} not borne; largest memory {largest} MiB")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    command()
