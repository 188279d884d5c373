"""Which tasks each shard measures: the same on every machine, with nothing said between them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Final

from softmark.harness import Plan, Skipped, Task
from softmark.harness.planning import ALONE

LEAST: Final = 0.01
"""Seconds of a task that measures nothing: its record is written."""

VERIFIED: Final = 100
"""One task in how many is measured by two shards, which must agree."""


def untimed(plan: Plan) -> Plan:
    """``plan`` without what measures nothing true on a machine that others use."""
    tasks = tuple(task for task in plan.tasks if task.check != ALONE)
    if len(tasks) == len(plan.tasks):
        return plan
    why = "no times are taken where others may use the machine"
    left_out = Skipped(f"the check {ALONE}", why, "add --timing where no one else does")
    return replace(plan, tasks=tasks, skipped=(*plan.skipped, left_out))


def divided(
    tasks: Iterable[Task], expected: Mapping[str, float], count: int
) -> list[tuple[Task, ...]]:
    """The tasks of each of ``count`` shards, which take about as long.

    Neighbours stay together, so that few shards start more than one framework.

    Parameters
    ----------
    expected:
        Seconds of each task, by its id.
    """
    order = _neighbours(tasks)
    whole = sum(_length(task, expected) for task in order)
    found: list[list[Task]] = [[] for _ in range(count)]
    before = 0.0
    for task in order:
        length = _length(task, expected)
        found[min(int((before + length / 2) / whole * count), count - 1)].append(task)
        before += length
    return [tuple(tasks) for tasks in found]


def of_shard(plan: Plan, expected: Mapping[str, float], number: int, count: int) -> Plan:
    """What a shard measures: its own tasks, and those of the next one that are verified."""
    shards = divided(plan.tasks, expected, count)
    own, following = shards[number - 1], shards[number % count]
    taken = {task.id for task in own} | {task.id for task in following if is_verified(task)}
    return restricted(plan, taken)


def restricted(plan: Plan, ids: Iterable[str]) -> Plan:
    """``plan`` with some of its tasks alone."""
    wanted = frozenset(ids)
    return replace(plan, tasks=tuple(task for task in plan.tasks if task.id in wanted))


def is_verified(task: Task) -> bool:
    """Whether two shards measure it; a time is never the same again."""
    drawn = int.from_bytes(sha256(task.id.encode()).digest()[:8], "big")
    return drawn % VERIFIED == 0 and task.check != ALONE


def _length(task: Task, expected: Mapping[str, float]) -> float:
    return expected.get(task.id, 0.0) + LEAST


def _neighbours(tasks: Iterable[Task]) -> Sequence[Task]:
    """The tasks framework by framework, and in each implementation by implementation."""
    given = list(tasks)
    frameworks: dict[str, int] = {}
    names: dict[str, int] = {}
    for task in given:
        frameworks.setdefault(task.info.framework, len(frameworks))
        names.setdefault(task.info.name, len(names))
    return sorted(given, key=lambda t: (frameworks[t.info.framework], names[t.info.name]))
