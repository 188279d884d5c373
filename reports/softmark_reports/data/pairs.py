"""Two implementations of one operation against each other: bits, distance, specials and speed.

Everything is computed from records of the same cases.  A record keeps a digest of its result, so
that equal bits are a fact, and errors at the same places for everybody, whose differences are the
distance there, in ulp.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from softmark_reports.data.named import named_rows
from softmark_reports.data.policies import answer_of
from softmark_reports.data.ratios import ClockedSamples, Ratio, ratio
from softmark_reports.data.tables import MEMORY, is_usual

MOST: Final = 400
"""Pairs in one format; of more, those with an implementation that a framework is known by."""
PLACES: Final = 16
"""Errors that a record keeps at most."""


@dataclass(frozen=True)
class Couple:
    """Two implementations in one format at one place.

    Attributes
    ----------
    first, second, format:
        Who and in what.
    cases, equal:
        Cases whose results both records describe, and those with the same bits.
    distance:
        What the two are apart at least in some case, in ulp: at the places that the records keep,
        or because the largest errors of the two differ by so much.
    at:
        The records of the two in that case, by their places in the table; none where all are equal.
    oddities:
        Cases where one gives a number and the other none, at those places.
    disagreements:
        Situations that both state a policy for, and differ in.
    speed:
        Time of the second over the first at the largest case that both were timed at.
    timed:
        The shape of that case.
    """

    first: str
    second: str
    format: str
    cases: int
    equal: int
    distance: float
    at: tuple[int, int] | None
    oddities: int
    disagreements: tuple[str, ...]
    speed: Ratio | None
    timed: tuple[int, ...]


@dataclass(frozen=True)
class Member:
    """What the records tell of one implementation in one format.

    Attributes
    ----------
    digests:
        For each case of the format a number that equal results share, 0 where there is no record.
    errors:
        Shape (cases, places): signed errors in ulp, NaN where there is no number.
    worst, records:
        For each case the largest error in ulp and the place of its record in the table.
    policies:
        Situation to answer.
    times:
        Shape to samples.
    """

    name: str
    digests: NDArray[np.int64]
    errors: NDArray[np.float64]
    worst: NDArray[np.float64]
    records: NDArray[np.int64]
    policies: Mapping[str, str]
    times: Mapping[tuple[int, ...], ClockedSamples]


def pairs(order: pd.DataFrame) -> list[Couple]:
    """Every two implementations that share a case, in each format.

    Parameters
    ----------
    order:
        Records of one operation at one place.
    """
    forms: dict[str, list[tuple[int, Any]]] = {}
    for index, row in zip(order.index, named_rows(order), strict=True):
        forms.setdefault(str(row.format), []).append((index, row))
    found: list[Couple] = []
    for form, rows in sorted(forms.items()):
        primary = {str(row.implementation) for _, row in rows if row.variant == ""}
        chosen = _chosen(_subjects(rows), primary)
        found += [_pair(form, first, second) for first, second in chosen]
    return [pair for pair in found if pair.cases or pair.speed or pair.disagreements]


def _chosen(subjects: Sequence[Member], primary: set[str]) -> list[tuple[Member, Member]]:
    every = list(combinations(subjects, 2))
    if len(every) <= MOST:
        return every
    return [(a, b) for a, b in every if primary & {a.name, b.name}][:MOST]


def _subjects(rows: Sequence[tuple[int, Any]]) -> list[Member]:
    cases: dict[str, int] = {}
    digests: dict[str, int] = {}
    of: dict[str, list[tuple[int, Any]]] = {}
    for index, row in rows:
        of.setdefault(str(row.implementation), []).append((index, row))
        if isinstance(digest := row.distribution.get("digest"), str):
            cases.setdefault(_case(row), len(cases))
            digests.setdefault(digest, len(digests) + 1)
    return [_subject(name, own, cases, digests) for name, own in sorted(of.items())]


def _case(row: Any) -> str:
    return f"{row.check}/{row.id.rpartition('/')[2]}"


def _subject(
    name: str, rows: Sequence[tuple[int, Any]], cases: Mapping[str, int], numbers: Mapping[str, int]
) -> Member:
    digests = np.zeros(len(cases), dtype=np.int64)
    errors = np.full((len(cases), PLACES), np.nan)
    worst, records = np.full(len(cases), np.nan), np.zeros(len(cases), dtype=np.int64)
    policies: dict[str, str] = {}
    for index, row in rows:
        if answer := answer_of(row):
            policies[str(row.metric)] = answer
        digest = row.distribution.get("digest")
        if not isinstance(digest, str):
            continue
        case = cases[_case(row)]
        kept = _errors(row.distribution.get("errors"))
        digests[case], records[case] = numbers[digest], index
        worst[case] = abs(row.value) if row.unit == "ulp" else np.nan
        errors[case, : kept.size] = kept
    return Member(name, digests, errors, worst, records, policies, dict(_times(rows)))


def _times(rows: Sequence[tuple[int, Any]]) -> Iterator[tuple[tuple[int, ...], ClockedSamples]]:
    times = [
        row
        for _, row in rows
        if row.metric == "time" and row.verdict == "pass" and row.axis == -1
        and is_usual(row.parameters)
    ]  # fmt: skip
    # beyond the caches the allocator decides
    times = [row for row in times if row.distribution.get("level") != MEMORY] or times
    of_shape = {tuple(row.shape): row.distribution for row in times}
    for shape, given in of_shape.items():
        subject, copy = (_positive(given.get(key)) for key in ("samples_ns", "copy_ns"))
        if subject:
            yield shape, ClockedSamples(subject, copy, str(given.get("clock") or "host"))


def _pair(form: str, a: Member, b: Member) -> Couple:
    both = (a.digests > 0) & (b.digests > 0)
    differing = both & (a.digests != b.digests)
    apart = _apart(a, b, differing)
    furthest = int(np.argmax(apart)) if apart.size else None
    odd = np.isnan(a.errors[differing]) != np.isnan(b.errors[differing])
    both_timed = (s for s in a.times if s in b.times and a.times[s].clock == b.times[s].clock)
    timed = max(both_timed, key=lambda shape: np.prod(shape), default=())
    return Couple(
        first=a.name,
        second=b.name,
        format=form,
        cases=int(both.sum()),
        equal=int(both.sum() - differing.sum()),
        distance=0.0 if furthest is None else float(apart[furthest]),
        at=None if furthest is None else _at(a, b, int(np.flatnonzero(differing)[furthest])),
        oddities=int(odd.any(axis=1).sum()),
        disagreements=_disagreements(a.policies, b.policies),
        speed=ratio(a.times[timed], b.times[timed]) if timed else None,
        timed=timed,
    )


def _apart(a: Member, b: Member, cases: NDArray[np.bool_]) -> NDArray[np.float64]:
    """What two results are apart at least in each of some cases, in ulp.

    The largest errors stand at places of their own: where one errs by 1000 ulp and the other
    nowhere by more than 3, they are 997 apart there.
    """
    with np.errstate(invalid="ignore"):  # where both are infinitely far off they are not apart
        sampled = np.abs(a.errors[cases] - b.errors[cases])
        largest = np.abs(a.worst[cases] - b.worst[cases])[:, np.newaxis]
    both = np.concatenate([sampled, largest], axis=1)
    found: NDArray[np.float64] = np.where(np.isfinite(both), both, 0.0).max(axis=1, initial=0.0)
    return found


def _at(a: Member, b: Member, case: int) -> tuple[int, int]:
    return int(a.records[case]), int(b.records[case])


def _disagreements(one: Mapping[str, str], other: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(situation for situation, told in one.items() if other.get(situation, told) != told)


def _errors(kept: Any) -> NDArray[np.float64]:
    """What a record keeps, NaN where there is no number; nothing where it holds something else."""
    try:
        return np.array(kept[:PLACES], dtype=np.float64).reshape(-1)
    except (TypeError, ValueError):
        return np.empty(0)


def _positive(values: Any) -> list[float]:
    numbers = values if isinstance(values, list) else []
    return [float(value) for value in numbers if isinstance(value, int | float) and value > 0]
