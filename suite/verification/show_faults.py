"""Run every function of ``faulty.py`` and hold its records against what its line says.

PYTHONPATH=suite/tests python suite/verification/show_faults.py --framework numpy
"""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path

import click
from faulty import all_of_them, opened, seen, wrong_with

from softmark.cli.console import say


@click.command()
@click.option("--framework", "frameworks", multiple=True, help="Only of this framework.")
@click.option("--only", default="", help="Only faults with this word in their name.")
def command(frameworks: tuple[str, ...], only: str) -> None:
    """Print the verdict of each; exit with 1 if one is another than is expected."""
    counts = {"as expected": 0, "wrong": 0, "not installed": 0}
    for framework in dict.fromkeys(framework for _, framework in all_of_them()):
        chosen = [name for name, each in all_of_them() if each == framework and only in name]
        if frameworks and framework not in frameworks:
            continue
        if importlib.util.find_spec(framework) is None:
            counts["not installed"] += len(chosen)
            continue
        with tempfile.TemporaryDirectory() as folder, opened() as worker:
            for name in chosen:
                wrong = wrong_with(name, seen(name, framework, Path(folder), worker))
                counts["wrong" if wrong else "as expected"] += 1
                say(f"{framework}: {name}: {wrong or 'as expected'}")
    say(", ".join(f"{count} {what}" for what, count in counts.items()))
    sys.exit(bool(counts["wrong"]))


if __name__ == "__main__":
    command()
