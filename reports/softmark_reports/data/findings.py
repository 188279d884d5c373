"""What an implementation gets wrong: the worst of each check, with its witness and its replay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pandas as pd

from softmark_reports.data.cells import in_order
from softmark_reports.data.known import Understood
from softmark_reports.data.named import first_row
from softmark_reports.data.ranking import BAD, word
from softmark_reports.writing import wording


@dataclass(frozen=True)
class Finding:
    """The failures of one check by one implementation, represented by the worst.

    Attributes
    ----------
    check, formats, bad, records:
        Which check, in which formats, in how many of how many measurements.
    verdict, grade, metric, number, bound, message:
        The worst record's.
    case:
        Its input in words.
    witness:
        The element that shows it, as pairs of name and value; what has several lines, such as
        a traceback, stands with the record.
    id:
        What ``softmark repro`` is given to show it again.
    known:
        Why it fails, where that was understood before the run.
    page, anchor:
        Where the worst record is.
    row:
        The worst record itself, as a row of the table.
    """

    check: str
    formats: list[str]
    bad: int
    records: int
    verdict: str
    grade: str
    metric: str
    number: str
    bound: str
    message: str
    case: str
    witness: list[tuple[str, str]]
    id: str
    known: Understood | None
    page: int
    anchor: str
    row: Any


@dataclass(frozen=True)
class Faulty:
    """An implementation with at least one finding."""

    implementation: str
    framework: str
    bad: int
    records: int
    findings: list[Finding]

    @property
    def is_explained(self) -> bool:
        """Whether the worst of each check was understood before the run."""
        return all(finding.known for finding in self.findings)


def faulty(order: pd.DataFrame, known: Sequence[Understood] = ()) -> list[Faulty]:
    """Every implementation that fails, crashes or hangs, in a ranked table.

    Failures that nobody has explained come first, then the worst.
    """
    bad = order[order["severity"].ge(BAD)]
    totals = order.groupby("implementation", observed=True).size()
    measured = order.groupby(["implementation", "check"], observed=True).size().to_dict()
    found = [
        Faulty(
            implementation=str(name),
            framework=str(group["framework"].iloc[0]),
            bad=len(group),
            records=int(totals[name]),
            findings=_findings(group, measured, known),
        )
        for name, group in bad.groupby("implementation", observed=True)
    ]

    def news(entry: Faulty) -> tuple[bool, float, str]:
        return entry.is_explained, -entry.bad / entry.records, entry.implementation

    return sorted(found, key=news)


def recipe(case: Any) -> str:
    """An input in words: family, shape, and what differs from the defaults.

    ``case`` is a record's case, or anything with the same fields.
    """
    parts = [case.family, wording.shape(case.shape)]
    if case.axis not in (-1, len(case.shape) - 1):
        parts.append(f"axis {case.axis}")
    if case.beta != 1:
        parts.append(f"β = {wording.number(case.beta)}")
    own = case.parameters.get("check")
    told = {**case.parameters, **own} if isinstance(own, Mapping) else case.parameters
    parts += [
        f"{key} = {wording.plain(value)}"
        for key, value in told.items()
        if not (key == "check" and isinstance(value, Mapping))
    ]
    return wording.printable(", ".join(parts))


def pairs(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A record's free fields as names and words."""
    return [(_name(key), wording.plain(value)) for key, value in values.items()]


@lru_cache(maxsize=1 << 10)
def _name(key: str) -> str:
    """A hundred thousand records have some fifty names of fields."""
    return wording.printable(key)


def _findings(
    bad: pd.DataFrame, measured: Mapping[Any, int], known: Sequence[Understood]
) -> list[Finding]:
    name = bad["implementation"].iloc[0]
    return [
        _finding(str(check), group, int(measured[name, check]), known)
        for check, group in bad.groupby("check", observed=True, sort=False)
    ]


def _finding(check: str, group: pd.DataFrame, records: int, known: Sequence[Understood]) -> Finding:
    worst: Any = first_row(group)
    return Finding(
        check=check,
        formats=in_order(set(group["format"].astype(str))),
        bad=len(group),
        records=records,
        verdict=word(worst.verdict),
        grade=worst.grade,
        metric=worst.metric,
        number=wording.quantity(worst.value, worst.unit) if worst.value_hex else "",
        bound=wording.number(worst.bound) if pd.notna(worst.bound) else "",
        message=worst.message,
        case=recipe(worst),
        witness=[pair for pair in pairs(worst.witness) if "\n" not in pair[1]],
        id=worst.id,
        known=next((entry for entry in known if entry.matches(worst.id, worst.metric)), None),
        page=worst.page,
        anchor=worst.anchor,
        row=worst,
    )
