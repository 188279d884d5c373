"""One check of one implementation in one format: did it pass, and what speaks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from softmark.evidence import facts, replay
from softmark.records import BAD, UNJUDGED, Record
from softmark_reports.writing import wording

Result = Literal["passed", "failed", "broken", "skipped", "excused"]
Excuse = Callable[[Record], str | None]
"""The reason why a failure is known; ``None`` for one that is not."""


@dataclass(frozen=True)
class Outcome:
    """What the records of a check come to.

    Attributes
    ----------
    implementation, check, format:
        Of all the records.
    result:
        ``failed`` with a wrong number, ``broken`` where a call crashed or timed out, ``excused``
        where all that fails is known, ``skipped`` where nothing was judged.
    worst:
        The record that speaks for all of them: the worst that counts.
    bad, records:
        How many count as failures, and how many there are.
    reasons:
        Why the excused failures are known.
    seconds:
        Time spent.
    """

    implementation: str
    check: str
    format: str
    result: Result
    worst: Record
    bad: int
    records: int
    reasons: tuple[str, ...]
    seconds: float

    @property
    def told(self) -> str:
        """The verdict with its grade and number, in a few words."""
        record = self.worst
        if record.verdict in UNJUDGED:
            return record.verdict.replace("_", " ")
        number = wording.quantity(record.value, record.unit)
        return " ".join(filter(None, [record.verdict, record.grade, number]))


def outcomes(
    records: Iterable[Record], *, excuse: Excuse = lambda record: None, strict: bool = False
) -> list[Outcome]:
    """The outcomes, in the order of their first records.

    Parameters
    ----------
    records:
        Of one or many implementations.
    excuse:
        Which failures are known, and why.
    strict:
        Whether a weak result is a failure.
    """
    cells: dict[tuple[str, str, str], list[Record]] = {}
    for record in records:
        key = record.implementation, record.check, record.format
        cells.setdefault(key, []).append(record)
    return [_outcome(key, found, excuse, strict) for key, found in cells.items()]


def evidence(record: Record) -> list[str]:
    """What failed, by how much, against which bound, on which input, and how to see it again."""
    lines = [record.message, *facts(record), replay(record.id)]
    return [wording.printable(line) for line in lines if line]


def _outcome(
    key: tuple[str, str, str], records: list[Record], excuse: Excuse, strict: bool
) -> Outcome:
    counted = BAD | {"weak"} if strict else BAD
    reasons = {id(r): reason for r in records if r.verdict in BAD and (reason := excuse(r))}
    bad = [r for r in records if r.verdict in counted and id(r) not in reasons]
    worst = max(bad or records, key=lambda record: record.gravity)
    return Outcome(
        *key,
        result=_result(worst, bad, bool(reasons)),
        worst=worst,
        bad=len(bad),
        records=len(records),
        reasons=tuple(dict.fromkeys(reasons.values())),
        seconds=sum(_seconds(records)),
    )


def _result(worst: Record, bad: list[Record], is_excused: bool) -> Result:
    if bad:
        return "broken" if worst.verdict in ("crash", "timeout") else "failed"
    if is_excused:
        return "excused"
    return "skipped" if worst.verdict in UNJUDGED else "passed"


def _seconds(records: list[Record]) -> Iterable[float]:
    """The seconds of each case, which all its records carry."""
    cases = {(str(record.case.to_json()), record.device): record.seconds for record in records}
    return cases.values()
