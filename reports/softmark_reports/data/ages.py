"""Since which version of its framework a failure is there, as far as the results reach back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from softmark.records import BAD, ResultsFile


@dataclass(frozen=True)
class DatedRun:
    """One file of results: its version, and the measurements that it has and that fail in it."""

    framework: str
    version: str
    measured: frozenset[str]
    failing: frozenset[str]


def read(files: Iterable[tuple[ResultsFile, str]]) -> list[DatedRun]:
    """The runs, the oldest first; each file with the version of its framework."""
    ordered = sorted(files, key=lambda pair: str(pair[0].header.started))
    return [
        DatedRun(
            str(file.header.framework),
            version,
            frozenset(record.id for record in file.records),
            frozenset(record.id for record in file.records if record.verdict in BAD),
        )
        for file, version in ordered
    ]


def since(rows: Sequence[Any], runs: Sequence[DatedRun]) -> str:
    """For each framework of some failing rows the first version in which one of them fails."""
    ids: dict[str, set[str]] = {}
    for row in rows:
        ids.setdefault(str(row.framework), set()).add(row.id)
    return ", ".join(_of_one(name, mine, runs) for name, mine in sorted(ids.items()))


def _of_one(framework: str, ids: set[str], runs: Sequence[DatedRun]) -> str:
    mine = [run for run in runs if run.framework == framework and ids & run.measured]
    first = next((i for i, run in enumerate(mine) if ids & run.failing), 0)
    told = f"{framework} {mine[first].version}".strip() if mine else framework
    return told if first else f"{told} or before"
