"""Times of many dates: a series for each cell, and where it changed for good.

A single slow run is no change, and neither is a drift within the noise.  The
series is cut where that fits its logarithms better than one level, by more than
a cut costs: optimal partitioning (Jackson et al., An algorithm for optimal
partitioning of data on an interval, IEEE Signal Processing Letters 12, 2005)
with the absolute deviation from the median as cost and a penalty that grows with
the length of the series.  Values far from the median of their neighbours count
no more than less far ones, after P. Fearnhead and G. Rigaill, Changepoint
detection in the presence of outliers, JASA 114, 2019.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappush, heappushpop
from itertools import pairwise
from statistics import median
from typing import Any, Final

from softmark.records import Case, Header, Record, ResultsFile

FEWEST: Final = 4
"""Dates on each side of a change; what fewer show may be a few bad days."""

FAR: Final = 3.0
"""Deviations from its neighbours' median beyond which a value is as bad as at that distance."""

MARGIN: Final = math.log(1.05)
"""The least change that is called one, as a logarithm of times."""

PENALTY: Final = 3.0
"""What a cut costs, in units of the logarithm of the series' length."""

_LEAST_NOISE: Final = math.log(1.01)
"""Noise that is assumed at least, as a logarithm; a quiet week is no promise."""

_TO_DEVIATION: Final = 1.4826
"""From a median of absolute values to a standard deviation, for a normal distribution."""


@dataclass(frozen=True)
class Shift:
    """Where a series went to another level.

    Attributes
    ----------
    index:
        The first value of the new level.
    before, after:
        Medians of the levels, in the unit of the values.
    """

    index: int
    before: float
    after: float

    @property
    def ratio(self) -> float:
        return self.after / self.before


@dataclass(frozen=True)
class DatedTime:
    """One run's time of a cell.

    Attributes
    ----------
    started:
        When the run began, ISO 8601 in UTC.
    ns:
        Time of a call, the lowest decile of its blocks.
    version:
        That of the framework.
    commit:
        Of softmark's checkout; empty where it was none.
    """

    started: str
    ns: float
    version: str
    commit: str


@dataclass(frozen=True)
class TimeSeries:
    """The times of one cell on one kind of machine, oldest first.

    Attributes
    ----------
    id:
        The record's, the same in every run.
    machine:
        Processor and count.
    """

    id: str
    implementation: str
    format: str
    case: Case
    machine: str
    points: tuple[DatedTime, ...]

    def changes(self) -> list[Shift]:
        return change_points([point.ns for point in self.points])


def series(files: Iterable[ResultsFile]) -> list[TimeSeries]:
    """A series for each time that was measured in the same way, on the same kind of machine."""
    found: dict[tuple[Any, ...], list[tuple[Record, DatedTime]]] = {}
    for file in sorted(files, key=lambda file: file.header.started):
        for record in file.records:
            ns = record.distribution.get("p10")
            if record.metric == "time" and isinstance(ns, int | float) and ns > 0:
                key = record.id, *_circumstances(file.header, record)
                found.setdefault(key, []).append((record, _point(file.header, float(ns))))
    return [_series(key, entries) for key, entries in found.items()]


def _series(key: tuple[Any, ...], entries: Sequence[tuple[Record, DatedTime]]) -> TimeSeries:
    record = entries[-1][0]
    points = tuple(point for _, point in entries)
    return TimeSeries(
        record.id, record.implementation, record.format, record.case, str(key[1]), points
    )


def _circumstances(header: Header, record: Record) -> tuple[Any, ...]:
    """What must be the same for times to be of one series."""
    machine: Any = header.environment.get("machine") or {}
    told = record.distribution
    cores = f"{machine.get('cpu')}, {machine.get('available processors')} processors"
    return cores, told.get("threads"), told.get("method", 1), told.get("clock", "host")


def _point(header: Header, ns: float) -> DatedTime:
    worker: Any = header.environment.get("worker") or {}
    versions = worker.get("versions") or {}
    version = versions.get(header.framework, next(iter(versions.values()), "unknown"))
    own: Any = header.environment.get("softmark") or {}
    return DatedTime(header.started, ns, str(version), str(own.get("commit") or "")[:8])


def change_points(
    values: Sequence[float], *, margin: float = MARGIN, fewest: int = FEWEST
) -> list[Shift]:
    """Where a series of positive numbers changed its level.

    Parameters
    ----------
    values:
        Oldest first.
    margin:
        Changes of less, as a logarithm, are none.
    fewest:
        Values that a level has at least.

    Returns
    -------
    The changes, oldest first; none where there are fewer than twice ``fewest`` values.
    """
    logs = [math.log(value) for value in values]
    if len(logs) < 2 * fewest:
        return []
    noise = _noise(logs)
    logs = _pulled_in(logs, fewest, FAR * noise)
    cuts = _cuts(logs, fewest, noise)
    while (least := _least(logs, cuts)) is not None and least[0] <= margin:
        cuts.remove(least[1])
    levels = [math.exp(median(part)) for part in _parts(logs, cuts)]
    return [
        Shift(cut, before, after)
        for cut, before, after in zip(cuts, levels, levels[1:], strict=False)
    ]


def _cuts(logs: Sequence[float], fewest: int, noise: float) -> list[int]:
    """The cuts with the least total of costs and penalties."""
    count, penalty = len(logs), PENALTY * math.log(len(logs))
    scale = noise / math.sqrt(2)  # of a Laplace distribution with this deviation
    best = [0.0] + [math.inf] * count
    last = [0] * (count + 1)
    for start in range(count - fewest + 1):
        if not math.isfinite(best[start]):
            continue
        for end, cost in enumerate(_deviations(logs[start:]), start=start + 1):
            total = best[start] + cost / scale + (penalty if start else 0.0)
            if end - start >= fewest and total < best[end]:
                best[end], last[end] = total, start
    cuts: list[int] = []
    at = count
    while (at := last[at]) > 0:
        cuts.append(at)
    return cuts[::-1]


def _noise(logs: Sequence[float]) -> float:
    """Standard deviation of a value, from steps to the next, most of which are no changes."""
    steps = [abs(b - a) for a, b in pairwise(logs)]
    return max(_TO_DEVIATION * median(steps) / math.sqrt(2), _LEAST_NOISE)


def _pulled_in(logs: Sequence[float], fewest: int, reach: float) -> list[float]:
    """Each value no further than ``reach`` from the median of the ``2 fewest - 1`` around it.

    At most as many bad days are left as make no level, and a level is left where it is.
    """
    width = 2 * fewest - 1
    found = []
    for at, value in enumerate(logs):
        start = max(0, min(at - fewest + 1, len(logs) - width))
        middle = median(logs[start : start + width])
        found.append(min(max(value, middle - reach), middle + reach))
    return found


def _deviations(logs: Iterable[float]) -> Iterator[float]:
    """For each beginning of ``logs`` the sum of absolute deviations from its median."""
    low: list[float] = []  # the smaller half, negated: its largest comes first
    high: list[float] = []
    sums = [0.0, 0.0]
    for value in logs:
        if len(low) == len(high):
            moved = -heappushpop(low, -value) if low else value
            sums[0] += value - moved
            heappush(high, moved)
            sums[1] += moved
        else:
            moved = heappushpop(high, value)
            sums[1] += value - moved
            heappush(low, -moved)
            sums[0] += moved
        middle = high[0]
        yield sums[1] - len(high) * middle + len(low) * middle - sums[0]


def _least(logs: Sequence[float], cuts: Sequence[int]) -> tuple[float, int] | None:
    """The smallest change of level, and where it is."""
    levels = [median(part) for part in _parts(logs, cuts)]
    steps = [abs(b - a) for a, b in pairwise(levels)]
    return min(zip(steps, cuts, strict=True)) if cuts else None


def _parts(logs: Sequence[float], cuts: Sequence[int]) -> Iterator[Sequence[float]]:
    for start, end in zip([0, *cuts], [*cuts, len(logs)], strict=True):
        yield logs[start:end]
