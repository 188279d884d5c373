"""What tasks will take: as long as the last time, or as long as others like them.

A guess is good enough to say how much time is left and which tasks fit into a
budget; nothing that is measured depends on it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from softmark import checks
from softmark.calling.targets import Target
from softmark.environment import machine_name
from softmark.harness.planning import ALONE, Task
from softmark.judging.scope import Profile
from softmark.records import (
    Json,
    Record,
    RecordsError,
    ResultsFile,
    read_results,
    results_below,
)
from softmark.workers.worker_subject import Origin

CASE: Final[Mapping[Profile, float]] = {"quick": 0.015, "standard": 0.03, "full": 0.03}
"""Seconds of a case of which nothing is known, as they were on average on two cores."""

DEAR: Final[Mapping[str, float]] = {"reproducibility": 8.0, "sweep": 15.0, "memory": 20.0}
"""How many times as long a case of these checks takes: it is many calls, or large."""

TIMED: Final[Mapping[Profile, float]] = {"quick": 0.35, "standard": 0.5, "full": 0.6}
"""Seconds of a case that is timed: as long as the check takes for it, and its accuracy."""

COMPILED: Final = 2.0
"""How many times as long what is compiled for each shape takes."""

BY_ROW: Final = 8.0
"""How many times as long what is called for each row takes."""

START: Final = 5.0
"""Seconds for a framework to start."""

NOWHERE: Final = Origin(Target("", ""))
"""In place of where a function is: how many cases it has does not depend on that."""


@dataclass(frozen=True)
class Costs:
    """Seconds that tasks are expected to take.

    Attributes
    ----------
    tasks:
        Those that were measured before, by task id.
    cases:
        For each check the mean of a case.
    """

    tasks: Mapping[str, float] = field(default_factory=dict)
    cases: Mapping[str, float] = field(default_factory=dict)
    _counts: dict[tuple[Task, Profile], int] = field(default_factory=dict, repr=False)

    @classmethod
    def recorded(
        cls, results: Path, profile: Profile, own: Mapping[str, Json] | None = None
    ) -> Costs:
        """From the newest run of each framework on this machine and in this profile.

        Parameters
        ----------
        own:
            Settings whose runs do not count: what is gone on with is planned as it was before.
        """
        tasks: dict[str, float] = {}
        spent: dict[str, list[float]] = {}
        for file in _newest(results, profile, own):
            for task_id, check, seconds in _cases(file.records):
                tasks[task_id] = tasks.get(task_id, 0.0) + seconds
                spent.setdefault(check, []).append(seconds)
        means = {check: sum(each) / len(each) for check, each in spent.items()}
        return cls(tasks, means)

    def of(self, tasks: Iterable[Task], profile: Profile) -> dict[str, float]:
        """Seconds of each task, by task id."""
        return {task.id: self._of(task, profile) for task in tasks}

    def _of(self, task: Task, profile: Profile) -> float:
        if task.id in self.tasks:
            return self.tasks[task.id]
        usual = CASE[profile] * DEAR.get(task.check, 1.0)
        seconds = self.cases.get(task.check, TIMED[profile] if task.check == ALONE else usual)
        key = _nameless(task), profile
        if key not in self._counts:
            self._counts[key] = _count(*key)
        return self._counts[key] * seconds * _times_as_long(task)


def _times_as_long(task: Task) -> float:
    """How many times as long a case takes as one of a function that costs nothing but its call."""
    if task.info.costly == "rows":
        return BY_ROW
    return COMPILED if task.info.compiled or task.info.costly == "shapes" else 1.0


def _nameless(task: Task) -> Task:
    """The same for all implementations that take the same, and so have as many cases."""
    info = replace(task.info, name="", framework="", variant="", description="")
    return replace(task, info=info, source=NOWHERE)


def _count(task: Task, profile: Profile) -> int:
    """How many cases a task has."""
    scope = task.scope(profile)
    if checks.applies(task.check, scope) is not None:
        return 0
    return sum(1 for _ in checks.load(task.check).cases(scope))


def _newest(
    results: Path, profile: Profile, own: Mapping[str, Json] | None
) -> Iterable[ResultsFile]:
    found: dict[str, ResultsFile] = {}
    for path in results_below(results / machine_name()):
        with contextlib.suppress(RecordsError):
            file = read_results(path)
            head = file.header
            earlier = found.get(head.framework)
            is_newer = earlier is None or earlier.header.started < head.started
            counts = head.settings.get("profile") == profile and head.settings != own
            if counts and is_newer:
                found[head.framework] = file
    return found.values()


def _cases(records: Iterable[Record]) -> Iterator[tuple[str, str, float]]:
    """Task, check and seconds of each case; its records share its seconds."""
    seen: set[tuple[str, str]] = set()
    for record in records:
        task_id = record.id.rpartition("/")[0]
        key = task_id, str(record.case.to_json())
        if key not in seen:
            seen.add(key)
            yield task_id, record.check, record.seconds
