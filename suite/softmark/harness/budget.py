"""The part of a plan that fits into a number of minutes, and what is left out.

What matters most comes first: the plain implementation before its variants,
float32 before other formats.  A task that no longer fits is left out, and a
shorter one after it may still be taken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from softmark.formats import FORMATS
from softmark.harness.costs import START
from softmark.harness.planning import ALONE, Plan, Skipped, Task
from softmark.records import Json


@dataclass
class _Wall:
    """Wall time of the tasks so far: implementations side by side, timing alone.

    Attributes
    ----------
    shares:
        Seconds of each implementation, which is measured by one worker.
    starts:
        Frameworks; each is started once, and once more for each further worker at most.
    """

    jobs: int
    shares: dict[str, float] = field(default_factory=dict)
    starts: set[str] = field(default_factory=set)
    alone: float = 0.0

    def seconds(self) -> float:
        beside = sum(self.shares.values()) / max(1, min(self.jobs, len(self.shares)))
        longest = max(self.shares.values(), default=0.0)
        return START * len(self.starts) + max(beside, longest) + self.alone

    def add(self, task: Task, seconds: float) -> None:
        self.starts.add(task.info.framework)
        if task.check == ALONE:
            self.alone += seconds
        else:
            self.shares[task.info.name] = self.shares.get(task.info.name, 0.0) + seconds

    def with_task(self, task: Task, seconds: float) -> _Wall:
        wall = _Wall(self.jobs, dict(self.shares), set(self.starts), self.alone)
        wall.add(task, seconds)
        return wall


def fitted(plan: Plan, minutes: float, expected: Mapping[str, float], jobs: int) -> Plan:
    """``plan`` without what does not fit, which is among its skipped.

    Parameters
    ----------
    minutes:
        Wall time to keep within.
    expected:
        Seconds of each task, by its id; see ``softmark.harness.costs``.
    jobs:
        Implementations that are measured at the same time.
    """
    wall, whole = _Wall(jobs), _Wall(jobs)
    taken: set[str] = set()
    for task in sorted(plan.tasks, key=_rank):
        seconds = expected[task.id]
        whole.add(task, seconds)
        tried = wall.with_task(task, seconds)
        if tried.seconds() <= 60 * minutes:
            wall = tried
            taken.add(task.id)
    left_out = [task for task in plan.tasks if task.id not in taken]
    told = _told(left_out, minutes, expected, whole.seconds())
    return replace(
        plan,
        tasks=tuple(task for task in plan.tasks if task.id in taken),
        skipped=(*plan.skipped, *told),
        asked=asked(plan, minutes),
    )


def asked(plan: Plan, minutes: float) -> dict[str, Json]:
    """The settings of ``plan`` within a budget, whatever fits into it."""
    return {**plan.settings(), "budget minutes": minutes}


def _rank(task: Task) -> tuple[bool, int, bool]:
    formats = ["float32", *(name for name in FORMATS if name != "float32")]
    return bool(task.info.variant), formats.index(task.format.name), task.check == ALONE


def _told(
    tasks: Iterable[Task], minutes: float, expected: Mapping[str, float], seconds: float
) -> list[Skipped]:
    """One entry for each framework."""
    groups: dict[str, list[Task]] = {}
    for task in tasks:
        groups.setdefault(task.info.framework, []).append(task)
    remedy = f"softmark run --budget {-(-seconds // 60):.0f}, or without --budget"
    return [
        Skipped(
            f"{framework}, {len(left_out)} task{'s' if len(left_out) > 1 else ''}",
            f"beyond the budget of {minutes:g} minutes, "
            f"{sum(expected[task.id] for task in left_out):.0f} s expected: {_counted(left_out)}",
            remedy,
        )
        for framework, left_out in groups.items()
    ]


def _counted(tasks: Iterable[Task]) -> str:
    counts = Counter(task.check for task in tasks)
    return ", ".join(f"{check} {count}" for check, count in counts.items())
