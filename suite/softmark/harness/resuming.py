"""Which earlier run a new one goes on with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from softmark.records import Json, RecordsError, ResultsFile, read_results


@dataclass(frozen=True)
class EarlierRun:
    """The files of one run.

    Attributes
    ----------
    name:
        The run's name, which its files share.
    started:
        When it began, ISO 8601 in UTC.
    files:
        Its results file for each framework.
    """

    name: str
    started: str
    files: Mapping[str, ResultsFile]


def newest(folder: Path, commit: str, settings: Mapping[str, Json]) -> EarlierRun | None:
    """The newest run in ``folder`` with the same commit and settings.

    A file without a readable header holds nothing to go on with, and is left alone.  A run that
    began later than it is now was begun by a wrong clock, and counts as the oldest.
    """
    runs: dict[str, list[ResultsFile]] = {}
    for path in sorted(folder.rglob(f"*-{commit}*.jsonl")):
        try:
            held = read_results(path)
        except RecordsError:
            continue
        if held.header.settings == settings:
            runs.setdefault(held.header.run, []).append(held)
    if not runs:
        return None
    now = datetime.now(UTC).isoformat(timespec="seconds")

    def age(run: tuple[str, list[ResultsFile]]) -> tuple[bool, str]:
        started = run[1][0].header.started
        return started <= now, started

    name, files = max(runs.items(), key=age)
    return EarlierRun(name, files[0].header.started, {f.header.framework: f for f in files})
