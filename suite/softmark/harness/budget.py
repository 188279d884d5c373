"""A run that ends after a number of minutes: what comes first, and when they are over.

Everything is planned as without a budget, so that ``--resume`` goes on where it ended.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Sequence
from typing import Final

from softmark.harness.planning import Plan, Skipped, Task
from softmark.judging.scope import Profile

DEAR: Final = frozenset({"sweep", "reproducibility", "memory"})
"""Checks that take longer than all others together; they come when the others are done."""


class Budget:
    """The time that a run may take, from now on.

    Parameters
    ----------
    minutes:
        Wall time after which no further task begins; ``None`` for no end.
    """

    def __init__(self, minutes: float | None = None) -> None:
        self.minutes = minutes
        self._end = time.monotonic() + 60 * (float("inf") if minutes is None else minutes)

    def seconds_left(self) -> float:
        return max(0.0, self._end - time.monotonic())

    def is_over(self) -> bool:
        return self.seconds_left() == 0.0

    def rounds(self, plan: Plan) -> list[Sequence[Task]]:
        """The tasks in parts that are measured one after the other, the most telling first.

        Plain implementations come before their variants, float32 before other formats where a
        function has it; in each part times are taken last.
        """
        if self.minutes is None:
            return [plan.tasks]
        ranked: dict[int, list[Task]] = {}
        for task in plan.tasks:
            ranked.setdefault(_rank(task, plan.profile), []).append(task)
        return [ranked[rank] for rank in sorted(ranked)]

    def left_out(self, plan: Plan, done: Collection[str]) -> list[Skipped]:
        """What the time was too short for, as one entry."""
        left = Counter(task.check for task in plan.tasks if task.id not in done)
        if not left or not self.is_over():
            return []
        counted = ", ".join(f"{check} {count}" for check, count in left.items())
        return [
            Skipped(
                f"{left.total():,} of {len(plan.tasks):,} tasks",
                f"the budget of {self.minutes:g} minutes was over: {counted}",
                "the same command with --resume goes on",
            )
        ]


def _rank(task: Task, profile: Profile) -> int:
    if task.format.name != task.scope(profile).main_format:
        return 3
    return 2 if task.check in DEAR else int(bool(task.info.variant))
