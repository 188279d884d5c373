"""Since when each fault of a library is there, and what each of its releases changed.

Only some releases are measured, so a step lies between the one before and the one that is named.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Final

from softmark_reports.data.releases import Release, ReleaseCell, StepCause

BROUGHT: Final = "new failure"
FIXED: Final = "fixed"
WORSE: Final = "worse grade"
BETTER: Final = "better grade"
KINDS: Final = (BROUGHT, FIXED, WORSE, BETTER)
"""A grade is that of a cell, C where any measurement is weak; within a grade errors may move."""

Cells = dict[tuple[str, str, str, str], ReleaseCell]


@dataclass(frozen=True)
class Moved:
    """One cell that came out otherwise, and how many of its measurements fail anew or no longer."""

    kind: str
    old: ReleaseCell
    new: ReleaseCell
    cases: int

    @property
    def weight(self) -> float:
        """How much there is to see: a failure without a number most."""
        sizes = [_size(self.old), _size(self.new)]
        return math.inf if math.inf in sizes else max(sizes) / max(1.0, min(sizes))


@dataclass(frozen=True)
class ReleaseStep:
    """What a release changed in one function, in one direction.

    Attributes
    ----------
    library, before, release:
        The two releases that were measured one after the other.
    implementation, kind:
        Which function, and one of ``KINDS``.
    moved:
        The cells that came out otherwise, the most telling one first.
    cause:
        The cause; ``None`` where nobody has written one down.
    """

    library: str
    before: str
    release: str
    implementation: str
    kind: str
    moved: tuple[Moved, ...]
    cause: StepCause | None

    @property
    def cases(self) -> int:
        return sum(one.cases for one in self.moved)

    @property
    def checks(self) -> list[str]:
        return list(dict.fromkeys(one.new.check for one in self.moved))

    @property
    def formats(self) -> list[str]:
        return list(dict.fromkeys(one.new.format for one in self.moved))


@dataclass(frozen=True)
class LastingFault:
    """Failures of the newest measured release of a library that are equally old.

    Attributes
    ----------
    library, newest, implementation:
        Where they are.
    since:
        The first measured release that has them.
    before:
        The one before it, which does not; empty where none older was measured.
    checks, formats, cases, worst:
        What fails in the newest release, in how many cases, and the worst of its cells.
    """

    library: str
    newest: str
    implementation: str
    since: str
    before: str
    checks: tuple[str, ...]
    formats: tuple[str, ...]
    cases: int
    worst: ReleaseCell


def courses_of(releases: Iterable[Release]) -> list[list[Release]]:
    """The releases of each library on each machine, the oldest first."""
    ordered = sorted(releases, key=lambda one: one.order)
    return [list(group) for _, group in groupby(ordered, lambda one: one.order[:2])]


def release_steps(
    releases: Iterable[Release], causes: Sequence[StepCause] = ()
) -> list[ReleaseStep]:
    """All steps, library by library, the newest first, what is worse before what is better."""
    pairs = [pair for course in courses_of(releases) for pair in reversed(list(pairwise(course)))]
    return [found for old, new in pairs for found in _steps(old, new, causes)]


def changed_outputs(old: Release, new: Release) -> tuple[int, int]:
    """In how many of the cells that both have the outputs differ, and how many both have."""
    before = _cells(old)
    shared = [(before[cell.key], cell) for cell in new.cells if cell.key in before]
    return sum(was.outputs != now.outputs for was, now in shared), len(shared)


def lasting_faults(releases: Iterable[Release]) -> list[LastingFault]:
    """What fails in the newest release of each library, and since when."""
    return [fault for course in courses_of(releases) for fault in _lasting(course)]


def _steps(old: Release, new: Release, causes: Sequence[StepCause]) -> Iterator[ReleaseStep]:
    moved = [one for was, now in _pairs(old, new) for one in _moved(was, now)]
    found: dict[tuple[int, str], list[Moved]] = {}
    for one in moved:
        found.setdefault((KINDS.index(one.kind), one.new.implementation), []).append(one)
    for (kind, name), group in sorted(found.items()):
        step = (new.library, new.release, name, KINDS[kind])
        yield ReleaseStep(
            library=new.library,
            before=old.release,
            release=new.release,
            implementation=name,
            kind=KINDS[kind],
            moved=tuple(sorted(group, key=lambda one: -one.weight)),
            cause=next((one for one in causes if one.explains(*step)), None),
        )


def _pairs(old: Release, new: Release) -> Iterator[tuple[ReleaseCell, ReleaseCell]]:
    """The cells of checks that both releases have.

    A call that raises has a metric of its own, so what one of them lacks has no failure there.
    """
    before, after = _cells(old), _cells(new)
    both = {key[:3] for key in before} & {key[:3] for key in after}
    for key in sorted(before | after):
        if key[:3] in both:
            was, now = before.get(key), after.get(key)
            yield was or _without(now or before[key]), now or _without(before[key])


def _without(cell: ReleaseCell) -> ReleaseCell:
    """The same cell in a release that has no measurement of it."""
    return replace(cell, cases=0, weak=0, worst=None, unit="", outputs="", fails=(), says="")


def _moved(old: ReleaseCell, new: ReleaseCell) -> Iterator[Moved]:
    """A cell may fail anew in some cases and no longer in others."""
    brought, fixed = set(new.fails) - set(old.fails), set(old.fails) - set(new.fails)
    if brought:
        yield Moved(BROUGHT, old, new, len(brought))
    if fixed:
        yield Moved(FIXED, old, new, len(fixed))
    if (
        not (old.fails or new.fails)
        and old.cases
        and new.cases
        and bool(old.weak) != bool(new.weak)
    ):
        yield Moved(WORSE if new.weak else BETTER, old, new, max(old.weak, new.weak))


def _size(cell: ReleaseCell) -> float:
    """The magnitude of the worst value; infinity where a failure has no number."""
    if cell.worst is None or math.isnan(cell.worst):
        return math.inf if cell.fails else 0.0
    return abs(cell.worst)


def _lasting(course: Sequence[Release]) -> Iterator[LastingFault]:
    newest, earlier = course[-1], [_cells(one) for one in course[:-1]]
    groups: dict[tuple[str, int], list[tuple[ReleaseCell, int]]] = {}
    for cell in newest.cells:
        ages = [_first(cell, name, earlier) for name in cell.fails]
        for age in sorted(set(ages)):
            group = groups.setdefault((cell.implementation, age), [])
            group.append((cell, ages.count(age)))
    for (name, age), found in sorted(groups.items()):
        cells = [cell for cell, _ in found]
        yield LastingFault(
            library=newest.library,
            newest=newest.release,
            implementation=name,
            since=course[age].release,
            before=course[age - 1].release if age else "",
            checks=tuple(dict.fromkeys(cell.check for cell in cells)),
            formats=tuple(dict.fromkeys(cell.format for cell in cells)),
            cases=sum(count for _, count in found),
            worst=max(cells, key=_size),
        )


def _first(cell: ReleaseCell, name: str, earlier: Sequence[Cells]) -> int:
    """The place of the first of the releases in a row up to the newest in which a case fails."""
    place = len(earlier)
    while place and (old := earlier[place - 1].get(cell.key)) and name in old.fails:
        place -= 1
    return place


def _cells(release: Release) -> Cells:
    return {cell.key: cell for cell in release.cells}
