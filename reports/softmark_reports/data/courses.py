"""How the cells that changed went over many dates: what the pictures of the history draw.

A time is shown beside its first level, so that cells of any length share one axis; an error as it
is.  Two dates are a step, which a table tells as well; from three on there is a course to see.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from statistics import median
from typing import Final

from softmark.records import BAD, Record, ResultsFile
from softmark_reports.data.changes import otherwise
from softmark_reports.data.findings import recipe
from softmark_reports.data.history import FEWEST as FEWEST_OF_A_LEVEL
from softmark_reports.data.history import Shift, TimeSeries
from softmark_reports.writing import wording

FEWEST: Final = 3
"""Dates of a course."""
_DAY: Final = 86_400.0


@dataclass(frozen=True)
class Course:
    """One cell over the dates of its runs, the oldest first.

    Attributes
    ----------
    implementation, title:
        Whose it is, and in what format and case.
    started, days:
        When each run began, as it says and in days since 1970.
    values:
        What is drawn, positive or zero; infinite where no number came.
    told:
        The same as a person reads it.
    failed:
        Whether the run's verdict was a failure.
    levels:
        From which run to before which, and the value there; none of a time with too few runs.
    versions:
        That of the framework in each run.
    """

    implementation: str
    title: str
    started: tuple[str, ...]
    days: tuple[float, ...]
    values: tuple[float, ...]
    told: tuple[str, ...]
    failed: tuple[bool, ...]
    levels: tuple[tuple[int, int, float], ...]
    versions: tuple[str, ...]

    @property
    def words(self) -> str:
        """What a reader who does not see it must know."""
        ends = (
            f"{self.told[0]} on {self.started[0][:10]}, {self.told[-1]} on {self.started[-1][:10]}"
        )
        turns = [
            f"another level from {self.started[first][:10]} on ({self.versions[first]})"
            for first, _, _ in self.levels[1:]
        ]
        return f"{self.title}: {'; '.join([ends, *turns])}."


def day_of(started: str) -> float | None:
    """Days since 1970 of a time in ISO 8601; ``None`` where it is none."""
    try:
        at = datetime.fromisoformat(started)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() / _DAY


def of_times(found: Sequence[TimeSeries], moved: Collection[str] = ()) -> list[Course]:
    """The times that went to another level, the last change first, then those that moved.

    Parameters
    ----------
    found:
        Every series.
    moved:
        Ids of the times that some run told faster or slower than the one before; they are shown
        where a series is too short for levels.
    """
    changed = [(one, changes) for one in found if (changes := one.changes())]
    changed.sort(key=lambda pair: pair[0].points[pair[1][-1].index].started, reverse=True)
    changed += [(one, []) for one in found if one.id in moved and _is_short(one)]
    courses = (_of_time(one, changes) for one, changes in changed)
    return [course for course in courses if course]


def _is_short(one: TimeSeries) -> bool:
    return FEWEST <= len(one.points) < 2 * FEWEST_OF_A_LEVEL


def _of_time(one: TimeSeries, changes: Sequence[Shift]) -> Course | None:
    days = [day_of(point.started) for point in one.points]
    if None in days:
        return None
    cuts = [0, *(change.index for change in changes), len(one.points)]
    levels = [change.before for change in changes[:1]] + [change.after for change in changes]
    first_level = levels[0] if levels else one.points[0].ns
    return Course(
        implementation=one.implementation,
        title=f"{one.implementation} {one.format}, {recipe(one.case)}",
        started=tuple(point.started for point in one.points),
        days=tuple(day for day in days if day is not None),
        values=tuple(point.ns / first_level for point in one.points),
        told=tuple(wording.duration(point.ns) for point in one.points),
        failed=(False,) * len(one.points),
        levels=tuple(
            (first, last, level / first_level)
            for first, last, level in zip(cuts, cuts[1:], levels, strict=False)
        ),
        versions=tuple(point.version for point in one.points),
    )


def of_errors(files: Sequence[ResultsFile], version: Sequence[str]) -> list[Course]:
    """The measurements in ulp that came out otherwise in some run, the worst first.

    Parameters
    ----------
    files:
        The runs of one framework in one place, the oldest first.
    version:
        That of the framework in each of them.
    """
    days = [day_of(str(file.header.started)) for file in files]
    known = [i for i, day in enumerate(days) if day is not None]
    if len(known) < FEWEST:
        return []
    by_id = [{record.id: record for record in files[i].records} for i in known]
    runs = [(str(files[i].header.started), float(days[i] or 0), version[i]) for i in known]
    found = [_of_error([run.get(name) for run in by_id], runs) for name in _changed(files)]
    courses = [course for course in found if course]
    return sorted(courses, key=lambda one: (any(one.failed), max(one.values)), reverse=True)


def _changed(files: Sequence[ResultsFile]) -> Iterator[str]:
    """Ids of measurements that differ between two runs in a row, each once."""
    found = (change.new.id for pair in pairwise(files) for change in otherwise(*pair))
    yield from dict.fromkeys(found)


def _of_error(
    records: Sequence[Record | None], runs: Sequence[tuple[str, float, str]]
) -> Course | None:
    there = [(r, run) for r, run in zip(records, runs, strict=True) if r and r.unit == "ulp"]
    if len(there) < FEWEST:
        return None
    last = there[-1][0]
    return Course(
        implementation=last.implementation,
        title=f"{last.implementation} {last.format}, {last.check}, {last.metric}: "
        f"{recipe(last.case)}",
        started=tuple(run[0] for _, run in there),
        days=tuple(run[1] for _, run in there),
        values=tuple(_size(record) for record, _ in there),
        told=tuple(wording.quantity(r.value, r.unit) or r.verdict for r, _ in there),
        failed=tuple(record.verdict in BAD for record, _ in there),
        levels=tuple(_levels([_size(record) for record, _ in there])),
        versions=tuple(run[2] for _, run in there),
    )


def _size(record: Record) -> float:
    """Its magnitude, and infinity where no number came: beyond every one that did."""
    value = record.value
    return math.inf if value is None or math.isnan(value) else abs(value)


def _levels(values: Sequence[float]) -> Iterator[tuple[int, int, float]]:
    """Runs in a row with one error: it is no sample, so any other value is another level."""
    first = 0
    for at in range(1, len(values) + 1):
        if at == len(values) or values[at] != values[first]:
            yield first, at, median(values[first:at])
            first = at
