"""What changed from one run of a framework to the next: accuracy, and speed beyond chance.

Two records are of the same measurement when their ids are equal.  A time is compared by the rule
of ``ratios``; an error, a grade or a verdict as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from softmark.records import Record, ResultsFile
from softmark_reports.data.ranking import BAD, SEVERITY
from softmark_reports.data.ratios import ClockedSamples, Ratio, allowance, ratio

REPEATABLE: Final = 1.001
"""Errors that differ by less than this factor are the same; a record keeps all digits."""


@dataclass(frozen=True)
class Changed:
    """One measurement that came out otherwise.

    Attributes
    ----------
    old, new:
        The records.
    better:
        Whether it is better now.
    kind:
        fixed, new failure, better grade, worse grade, smaller error or larger error.
    """

    old: Record
    new: Record
    better: bool
    kind: str


@dataclass(frozen=True)
class Speed:
    """One time in both runs, and their ratio: new over old."""

    old: Record
    new: Record
    ratio: Ratio


@dataclass(frozen=True)
class RunStep:
    """From one run of a framework on a machine to the next.

    Attributes
    ----------
    old, new:
        The files of both runs, as one.
    changes:
        Measurements that came out otherwise, the worst first.
    speeds:
        Times that both have.
    same, gone, added:
        How many measurements are unchanged, are only in the old run, and only in the new.
    """

    old: ResultsFile
    new: ResultsFile
    changes: list[Changed]
    speeds: list[Speed]
    same: int
    gone: int
    added: int

    @property
    def worse(self) -> list[Changed]:
        return [change for change in self.changes if not change.better]

    @property
    def better(self) -> list[Changed]:
        return [change for change in self.changes if change.better]

    def told(self, word: str) -> list[Speed]:
        """The times that are ``faster`` or ``slower``, beyond chance."""
        return [speed for speed in self.speeds if speed.ratio.word == word]


def step(old: ResultsFile, new: ResultsFile) -> RunStep:
    """Compare two runs of one framework on one machine."""
    shared = _shared(old, new)
    found = _changes(shared)
    return RunStep(
        old=old,
        new=new,
        changes=sorted(found, key=lambda change: (change.better, -SEVERITY[change.new.verdict])),
        speeds=list(_speeds(shared)),
        same=len(shared) - len(found),
        gone=len({record.id for record in old.records}) - len(shared),
        added=len({record.id for record in new.records}) - len(shared),
    )


def otherwise(old: ResultsFile, new: ResultsFile) -> list[Changed]:
    """The measurements of both runs that came out otherwise, in the order of the new one."""
    return _changes(_shared(old, new))


def _changes(shared: Sequence[tuple[Record, Record]]) -> list[Changed]:
    return [change for pair in shared if (change := _change(*pair))]


def _shared(old: ResultsFile, new: ResultsFile) -> list[tuple[Record, Record]]:
    before = {record.id: record for record in old.records}
    after = {record.id: record for record in new.records}
    return [(before[name], record) for name, record in after.items() if name in before]


def _change(old: Record, new: Record) -> Changed | None:
    was, now = SEVERITY[old.verdict], SEVERITY[new.verdict]
    if (was >= BAD) != (now >= BAD):
        return Changed(old, new, was >= BAD, "fixed" if was >= BAD else "new failure")
    if _rank(old) != _rank(new):
        better = _rank(new) < _rank(old)
        return Changed(old, new, better, "better grade" if better else "worse grade")
    if not old.grade or old.unit != new.unit:
        return None
    size, less = _size(new), _size(new) < _size(old)
    low, high = sorted((size, _size(old)))
    if high <= low * REPEATABLE or max(low, high) <= 1:
        return None
    return Changed(old, new, less, "smaller error" if less else "larger error")


def _rank(record: Record) -> str:
    return record.grade or ("C" if record.verdict == "weak" else "")


def _size(record: Record) -> float:
    value = record.value
    return math.inf if value is None or math.isnan(value) else abs(value)


def _speeds(shared: Sequence[tuple[Record, Record]]) -> Iterator[Speed]:
    timed = [
        (old, new, _samples(old), _samples(new)) for old, new in shared if new.metric == "time"
    ]
    both = [(old, new, a, b) for old, new, a, b in timed if a and b and a.clock == b.clock]
    allowed = allowance([(a, b) for _, _, a, b in both])
    for old, new, a, b in both:
        yield Speed(old, new, ratio(a, b, allowed[a.is_long or b.is_long]))


def _samples(record: Record) -> ClockedSamples | None:
    subject, copy = (_numbers(record.distribution.get(key)) for key in ("samples_ns", "copy_ns"))
    clock = str(record.distribution.get("clock") or "host")
    return ClockedSamples(subject, copy, clock) if subject else None


def _numbers(values: Any) -> list[float]:
    if not isinstance(values, list):
        return []
    return [float(value) for value in values if isinstance(value, int | float) and value > 0]
