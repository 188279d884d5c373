"""What one process would have recorded, from what was recorded of each task apart.

A process gives a function up that crashes or hangs again and again, which a shard with a part of
its tasks cannot know.  Each shard therefore measures each task as if it were the only one, and what
one process would have left out is left out here: its rules are followed on what was recorded.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import cast

from softmark.harness import Plan, Task
from softmark.harness.lanes import shares
from softmark.harness.measuring import LEFT_OUT, Measuring
from softmark.harness.patience import Patience
from softmark.harness.planning import ALONE
from softmark.judging.scope import Scope
from softmark.records import Case, Record, dump_line
from softmark.subjects import Subject


@dataclass
class Stored:
    """What was recorded of one task.

    Attributes
    ----------
    cases:
        The records of each case that was measured.
    left_out:
        How many cases were not, since it crashed or hung.
    sought:
        How many of those that are looked up are not there.
    """

    cases: dict[str, list[Record]] = field(default_factory=dict)
    left_out: int = 0
    sought: int = 0

    @classmethod
    def of(cls, records: Iterable[Record]) -> Stored:
        found = cls()
        for record in records:
            if record.metric == LEFT_OUT:
                found.left_out += int(record.value or 0)
            else:
                found.cases.setdefault(_name(record.case), []).append(record)
        return found

    @property
    def is_damaged(self) -> bool:
        """Whether more cases are missing than were left out."""
        return self.sought > self.left_out


@dataclass
class Lines:
    """A results file in memory."""

    lines: list[bytes] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)
    _ids: set[str] = field(default_factory=set)

    def __contains__(self, record_id: str) -> bool:
        return record_id in self._ids

    def write(self, record: Record) -> None:
        self.lines.append(dump_line("record", record.to_json()))
        self._ids.add(record.id)
        self.counts[record.verdict] += 1

    def done(self, task_id: str) -> None:
        self.lines.append(dump_line("done", {"task": task_id}))


@dataclass
class _Followed(Patience):
    """Gives up what one process gives up, and what nobody measured."""

    task: Stored = field(default_factory=Stored)

    def refuses(self, implementation: str, check: str, case: Case) -> bool:
        is_there = _name(case) in self.task.cases
        self.task.sought += not is_there
        return not is_there or super().refuses(implementation, check, case)


def followed(
    plan: Plan, framework: str, expected: Mapping[str, float], stored: Mapping[str, Stored]
) -> Lines:
    """The records of one framework in the order of one process.

    Parameters
    ----------
    expected:
        Seconds of each task, by its id, which that order depends on.
    stored:
        What was recorded of each task, by its id.
    """
    sink, patience = Lines(), _Followed()

    def looked_up(task: Task, subject: Subject, case: Case, scope: Scope) -> list[Record]:
        records = patience.task.cases[_name(case)]
        spent = sink.seconds.get(task.check, 0.0)
        sink.seconds[task.check] = spent + records[0].seconds
        return records

    measuring = Measuring(plan.profile, plan.seed, sink, patience, measured=looked_up)
    nobody = cast(Subject, None)  # whom nothing is asked
    for task in in_order(plan.of(framework), expected):
        patience.task = stored[task.id]
        measuring.measure(task, nobody)
    return sink


def in_order(tasks: Iterable[Task], expected: Mapping[str, float]) -> list[Task]:
    """The tasks of one framework in the order of one process that does one thing at a time."""
    given = list(tasks)
    beside = [task for share in shares(given, expected) for task in share]
    return beside + [task for task in given if task.check == ALONE]


def _name(case: Case) -> str:
    return json.dumps(case.to_json(), sort_keys=True)
