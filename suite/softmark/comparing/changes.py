"""What changed in accuracy: worse or better verdicts, grades and errors, beyond repeatability."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from softmark.comparing.gathering import Held, OneSide
from softmark.records import BAD, GRADES, Record
from softmark_implementations.known_failures import fits

Kind = Literal[
    "new failure", "worse grade", "larger error", "no longer fails", "better grade", "smaller error"
]
WORSE: Final[frozenset[Kind]] = frozenset({"new failure", "worse grade", "larger error"})

RESOLUTION: Final = 1e-3
"""To which part an error is known: in ulp where it is below one, else of itself."""

_ERRORS: Final = ("ulp", "u", "of bound", "1")
"""Units of values that are errors: the larger, the worse."""


@dataclass(frozen=True)
class Change:
    """One measurement that came out otherwise.

    Attributes
    ----------
    kind:
        In which way.
    base, head:
        The worst of each side; ``base`` is ``None`` for what has a failure in HEAD in the place
        of a number.
    allowed:
        By how much the error may differ without meaning.
    excused:
        Whether HEAD's run knew that it would fail.
    """

    kind: Kind
    base: Record | None
    head: Record
    allowed: float = 0.0
    excused: bool = False

    @property
    def fails(self) -> bool:
        """Whether it makes the comparison fail."""
        return self.kind in WORSE and not self.excused


def changes(base: OneSide, head: OneSide) -> Iterator[Change]:
    """All changes, in the order of HEAD's records."""
    repeatable = {**_run_to_run(base), **_run_to_run(head)}
    measured = {_case_of(held[0].record) for held in base.measurements.values()}
    for record_id, now in head.measurements.items():
        before = base.measurements.get(record_id)
        if before is None:
            yield from _unmatched(now, measured)
        else:
            own = repeatable.get(_kernel(now[0].record), 0.0)
            yield from _change(before, now, own)


def _change(before: Sequence[Held], now: Sequence[Held], own: float) -> Iterator[Change]:
    old, new = (max((held.record for held in side), key=_gravity) for side in (before, now))
    allowed = _allowed(before, now, own)
    kind: Kind | None = None
    if (old.verdict in BAD) != (new.verdict in BAD):
        kind = "new failure" if new.verdict in BAD else "no longer fails"
    elif old.grade and new.grade and old.grade != new.grade:
        worse = GRADES.index(new.grade) > GRADES.index(old.grade)
        kind = "worse grade" if worse else "better grade"
    elif old.verdict != new.verdict and {old.verdict, new.verdict} == {"pass", "weak"}:
        kind = "worse grade" if new.verdict == "weak" else "better grade"
    elif new.unit in _ERRORS and "policy" not in (old.verdict, new.verdict):
        kind = _by_size(before, now, allowed)
    if kind is not None:
        yield Change(kind, old, new, allowed, _excused(kind, now))


def _by_size(before: Sequence[Held], now: Sequence[Held], allowed: float) -> Kind | None:
    """Whether the ranges of the two sides' errors lie apart."""
    old, new = ([_size(held.record) for held in side] for side in (before, now))
    if min(new) > max(old) + allowed:
        return "larger error"
    return "smaller error" if max(new) < min(old) - allowed else None


def _allowed(before: Sequence[Held], now: Sequence[Held], own: float) -> float:
    """The error's own repeatability: what it is known to, and what repeats differ by."""
    old, new = ([_size(held.record) for held in side] for side in (before, now))
    spread = max((_spread(old), _spread(new)))
    record = now[0].record
    scale = max(1.0, max(old)) if record.unit != "1" else record.bound or max(old)
    resolution = RESOLUTION * scale if math.isfinite(scale) else 0.0
    return max(resolution, spread, own if record.unit == "ulp" else 0.0)


def _spread(sizes: Sequence[float]) -> float:
    finite = [size for size in sizes if math.isfinite(size)]
    return max(finite) - min(finite) if finite else 0.0


def _size(record: Record) -> float:
    """The size of an error; a NaN, or none at all, is the largest."""
    value = record.value
    return math.inf if value is None or math.isnan(value) else abs(value)


def _gravity(record: Record) -> tuple[bool, str, float]:
    return record.verdict in BAD, record.grade or "", _size(record)


def _unmatched(now: Sequence[Held], measured: set[Any]) -> Iterator[Change]:
    """A failure without a number where BASE had one: a call that crashes, hangs or raises."""
    worst = max((held.record for held in now), key=_gravity)
    if worst.verdict in BAD and _case_of(worst) in measured:
        yield Change("new failure", None, worst, 0.0, _excused("new failure", now))


def _excused(kind: Kind, now: Sequence[Held]) -> bool:
    if kind not in WORSE:
        return False
    return all(_knows(held) for held in now if held.record.verdict in BAD) and any(
        held.record.verdict in BAD for held in now
    )


def _knows(held: Held) -> bool:
    """Whether the run that made the record had an excuse for it."""
    patterns = (entry.get("id") for entry in held.header.known_failures if isinstance(entry, dict))
    return any(isinstance(p, str) and fits(held.record.id, p) for p in patterns)


def _run_to_run(side: OneSide) -> Mapping[Any, float]:
    """For each kernel that was measured twice in one run, by how many ulp it differed."""
    found: dict[Any, float] = {}
    for held in side.measurements.values():
        for record in (h.record for h in held):
            if record.metric == "run to run" and record.value is not None:
                kernel = _kernel(record)
                found[kernel] = max(found.get(kernel, 0.0), abs(record.value))
    return found


def _kernel(record: Record) -> tuple[str, str, str]:
    return record.implementation, record.format, record.device


def _case_of(record: Record) -> tuple[Any, ...]:
    return *_kernel(record), record.check, str(record.case.to_json())
