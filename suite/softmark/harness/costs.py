"""What tasks will take: as long as others like them.

A guess is good enough to say how much time is left and what comes first; nothing
that is measured depends on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from softmark import checks
from softmark.calling.targets import Target
from softmark.harness.planning import ALONE, Task
from softmark.judging.scope import Profile
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

NOWHERE: Final = Origin(Target("", ""))
"""In place of where a function is: how many cases it has does not depend on that."""


def expected_seconds(tasks: Iterable[Task], profile: Profile) -> dict[str, float]:
    """Seconds that each task is expected to take, by its id."""
    counts: dict[Task, int] = {}
    found: dict[str, float] = {}
    for task in tasks:
        key = _nameless(task)
        if key not in counts:
            counts[key] = _count(key, profile)
        usual = CASE[profile] * DEAR.get(task.check, 1.0)
        seconds = TIMED[profile] if task.check == ALONE else usual
        found[task.id] = counts[key] * seconds * _times_as_long(task)
    return found


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
