"""Show which faults of others the checks find: gpuemu's, those of kernels, those of libraries.

PYTHONPATH=suite/tests python suite/verification/show_corpora.py --json results/corpora.json
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import click
from automutants.judging import CHEAP, DEAR
from corpora import Entry, declared
from mutants import Control
from mutants.measuring import first_failure
from rich.table import Table

from softmark.cli.console import screen
from softmark.environment import environment
from softmark.judging.scope import Profile


def failure(entry: Entry, profile: Profile) -> str:
    """The first check that fails it in one of its formats, and the format; empty when none does."""
    for fmt in entry.found.formats:
        found = first_failure(entry.found, fmt, CHEAP + DEAR, profile)
        if found is not None:
            return f"{found[0]} {fmt}"
    return ""


def rows(entries: list[Entry]) -> Iterator[dict[str, Any]]:
    """What a file keeps of each pool."""
    for pool, members in groupby(entries, key=lambda entry: entry.pool):
        own = list(members)
        wrong = [entry for entry in own if not isinstance(entry.found, Control)]
        quick = {entry.found.name: failure(entry, "quick") for entry in wrong}
        left = [entry for entry in wrong if not quick[entry.found.name]]
        right = [entry for entry in own if isinstance(entry.found, Control)]
        yield {
            "pool": pool,
            "wrong": len(wrong),
            "quick": {name: check for name, check in quick.items() if check},
            "standard": {entry.found.name: failure(entry, "standard") for entry in left},
            "right": len(right),
            "accused": {entry.found.name: failure(entry, "quick") for entry in right},
            "sources": {entry.found.name: entry.source for entry in own},
        }


def table(found: list[dict[str, Any]]) -> Table:
    columns = ("pool", "wrong", "failed in quick", "in standard", "not found", "right", "accused")
    drawn = Table(*columns, title="Faults of others")
    for row in found:
        missed = [name for name, check in row["standard"].items() if not check]
        drawn.add_row(
            row["pool"],
            str(row["wrong"]),
            str(len(row["quick"])),
            str(len(row["standard"]) - len(missed)),
            ", ".join(missed) or "0",
            str(row["right"]),
            ", ".join(f"{n}: {c}" for n, c in row["accused"].items() if c) or "0",
        )
    return drawn


@click.command()
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Keep the outcome here.")
@click.option("--only", default="", help="Only pools with this in their name.")
def main(json_file: Path | None, only: str) -> None:
    """Exit status 1 if a wrong one is not found, or a right one is accused."""
    console = screen()
    found = list(rows([entry for entry in declared() if only in entry.pool]))
    console.print(table(found))
    if json_file is not None:
        document = {"schema": 1, "environment": environment({}), "pools": found}
        json_file.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    missed = any(not check for row in found for check in row["standard"].values())
    sys.exit(1 if missed or any(check for row in found for check in row["accused"].values()) else 0)


if __name__ == "__main__":
    main()
