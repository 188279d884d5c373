"""What changed in speed between two recorded results, and which times cannot be compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from softmark.comparing.gathering import Held, OneSide, worker_facts
from softmark.records import Header, Record
from softmark.timing.deciding import MARGIN, Decision, decide
from softmark.timing.stored import Samples, allowance, stored_estimate, undisturbed

TIME: Final = "time"


POSSIBLE_NS: Final = (1e-6, 1e18)
"""Nanoseconds of a call that no machine makes, and that nobody waited for; a file that says
less or more is damaged."""


@dataclass(frozen=True)
class SpeedChange:
    """One time in both results.

    Attributes
    ----------
    record:
        HEAD's newest.
    decision:
        HEAD compared with BASE; ``None`` where the two cannot be compared.
    times_ns:
        Time of a call that nothing disturbed, in BASE and in HEAD, in nanoseconds; ``None`` where
        there is none.
    why:
        Why the two cannot be compared.
    """

    record: Record
    decision: Decision | None
    times_ns: tuple[float | None, float | None]
    why: str = ""

    @property
    def word(self) -> str:
        return "not comparable" if self.decision is None else self.decision.word


def speeds(base: OneSide, head: OneSide, margin: float = MARGIN) -> Iterator[SpeedChange]:
    """The times that both sides have, in the order of HEAD's records."""
    matched = [
        (base.measurements[record_id], now)
        for record_id, now in head.measurements.items()
        if now[0].record.metric == TIME and record_id in base.measurements
    ]
    reasons = [_apart(before, now) for before, now in matched]
    sampled = [
        (_samples(before), _samples(now))
        for (before, now), why in zip(matched, reasons, strict=True)
        if not why
    ]
    pairs = [(a, b) for old, new in sampled for a in old for b in new]
    allowed = {long: allowance(pairs, long=long) for long in (False, True)}
    for (before, now), why in zip(matched, reasons, strict=True):
        yield _compared(before, now, why, allowed, margin)


def _compared(
    before: Sequence[Held],
    now: Sequence[Held],
    why: str,
    allowed: Mapping[bool, float],
    margin: float,
) -> SpeedChange:
    old, new = _samples(before), _samples(now)
    long = any(run.is_long for run in (*old, *new))
    times = _typical_ns(before, long=long), _typical_ns(now, long=long)
    if why:
        return SpeedChange(now[-1].record, None, times, why)
    found = stored_estimate(old, new, allowed[long], long=long)
    return SpeedChange(now[-1].record, decide(found, margin), times)


def _apart(before: Sequence[Held], now: Sequence[Held]) -> str:
    """Why two times cannot be compared; empty when they can be."""
    for name, side in (("BASE", before), ("HEAD", now)):
        if not _samples(side):
            record = side[-1].record
            return f"{name} has no time: {record.message or record.verdict}"
    old, new = ([_circumstances(held) for held in side if _timed(held)] for side in (before, now))
    for what in old[0]:
        values = [found[what] for found in (*old, *new)]
        if any(value != values[0] for value in values):
            return f"other {what}: {_said(old[0][what])}, {_said(new[-1][what])}"
    return ""


def _circumstances(held: Held) -> dict[str, Any]:
    """What has to be the same for two times to be comparable."""
    header, record = held.header, held.record
    facts = worker_facts(header)
    devices = facts.get("devices")
    return {
        "machine": _machine(header),
        "device": devices.get(record.device) if isinstance(devices, Mapping) else record.device,
        "threads": record.distribution.get("threads"),
        "handling of denormals": facts.get("denormals"),
        "clock": record.distribution.get("clock", "host"),
        "version of the method": record.distribution.get("method", 1),
    }


def _machine(header: Header) -> Any:
    machine = header.environment.get("machine")
    if not isinstance(machine, Mapping):
        return None
    return f"{machine.get('cpu')}, {machine.get('available processors')} processors"


def _said(value: Any) -> str:
    return "unknown" if value is None else str(value)


def _timed(held: Held) -> bool:
    given = held.record.distribution
    return all(_are_times(given.get(name)) for name in ("samples_ns", "copy_ns"))


def _are_times(given: Any) -> bool:
    """Whether it is a list of possible times, which a file may say or not."""
    least, most = POSSIBLE_NS
    return (
        isinstance(given, list)
        and bool(given)
        and all(type(ns) in (int, float) and least < ns < most for ns in given)
    )


def _samples(side: Sequence[Held]) -> list[Samples]:
    found: list[Samples] = []
    for held in side:
        if _timed(held):
            given: Any = held.record.distribution
            found.append(Samples(given["samples_ns"], given["copy_ns"]))
    return found


def _typical_ns(side: Sequence[Held], *, long: bool) -> float | None:
    """The time of a call that the comparison is made of."""
    times = [undisturbed(run.subject, long=long) for run in _samples(side)]
    return float(np.exp(np.mean(np.log(times)))) if times else None
