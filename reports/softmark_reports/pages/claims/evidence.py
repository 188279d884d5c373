"""What the records say of a sentence: in how many measurements it holds, or how two times compare.

An implementation that fails a measurement is named; what no record speaks of is not measured.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from softmark_reports.data.collection import Place
from softmark_reports.data.origins import LIBRARY
from softmark_reports.data.pairs import pairs
from softmark_reports.data.ranking import BAD, SEVERITY
from softmark_reports.data.ratios import Ratio
from softmark_reports.report import ReportData
from softmark_reports.writing import wording

HOLDS, MOSTLY, FAILS, OPEN = "holds", "with exceptions", "does not hold", "not measured"
UNDECIDED = "not decided"
"""The times differ by no more than two processes may for no reason of their own."""
CLASSES: Final = 10
NAMED: Final = 3
"""Implementations that a sentence names."""


@dataclass(frozen=True)
class ClaimVerdict:
    """What was found: a verdict, the measurement in words, and a row of the table that shows it."""

    verdict: str
    measured: str
    shown_by: int | None = None


Evidence = Callable[[ReportData], ClaimVerdict]
UNMEASURED: Final = ClaimVerdict(OPEN, "")


def counted(check: str, metrics: Sequence[str], operations: Sequence[str]) -> Evidence:
    """In how many measurements of the libraries' own functions it holds."""

    def found(report: ReportData) -> ClaimVerdict:
        table = report.table
        asked = table["check"].eq(check) & table["metric"].isin(metrics)
        rows = table[asked & table["operation"].isin(operations)]
        library = {name for name in report.implementations if report.origin(name) == LIBRARY}
        own = rows[rows["implementation"].isin(library)]
        return _tally(own if len(own) else rows)

    return found


def of_variant(variant: str, operation: str) -> Evidence:
    """In how many measurements of results one way of computing an operation is right."""

    def found(report: ReportData) -> ClaimVerdict:
        table = report.table
        named = table["variant"].eq(variant) & table["operation"].eq(operation)
        return _tally(table[named & table["metric"].eq("error")])

    return found


def _tally(rows: pd.DataFrame) -> ClaimVerdict:
    rows = rows[rows["severity"].ge(SEVERITY["pass"])]
    if rows.empty:
        return UNMEASURED
    bad = rows[rows["severity"].ge(BAD)]
    names = list(dict.fromkeys(bad["implementation"].astype(str)))
    every = rows["implementation"].nunique()
    measured = f"{len(rows) - len(bad):,} of {wording.count(len(rows), 'measurement')}"
    if not names:
        return ClaimVerdict(HOLDS, f"{measured}, {wording.count(every, 'function')}", rows.index[0])
    verdict = FAILS if len(names) == every else MOSTLY
    return ClaimVerdict(verdict, f"{measured}; not {wording.listing(names, NAMED)}", bad.index[0])


def gradient_stops(report: ReportData) -> ClaimVerdict:
    """Whether an argmax layer passes no gradient, and a softargmax in its place does."""
    reach = report.table[report.table["metric"].eq("gradient reaches")]
    stops = {
        str(name): any(value is None for value in told.values())
        for name, told in zip(reach["implementation"], reach["distribution"], strict=True)
    }
    kinds = {operation: [stop for name, stop in stops.items() if f".{operation}" in name]
             for operation in ("argmax", "softargmax")}  # fmt: skip
    if not (kinds["argmax"] and kinds["softargmax"]):
        return UNMEASURED
    holds = all(kinds["argmax"]) and not any(kinds["softargmax"])
    words = (f"{name} {'passes none' if stop else 'passes it on'}" for name, stop in stops.items())
    return ClaimVerdict(HOLDS if holds else FAILS, "; ".join(words), reach.index[0])


def of_probabilities(_report: ReportData) -> ClaimVerdict:
    """What a loss of logits makes of probabilities; arithmetic decides it, in every framework.

    The loss of a sure and right prediction is 0; taken for logits, its 1 and zeros give
    log(e + n - 1) - 1.
    """
    lost = math.log(math.e + CLASSES - 1) - 1
    return ClaimVerdict(
        HOLDS,
        f"by arithmetic: of {CLASSES} classes, a sure and right prediction costs "
        f"{wording.number(lost)} in place of 0",
    )


def faster(first: str, second: str, *, of_library: bool = False) -> Evidence:
    """Whether one variant of a function is faster than another, in the same framework and case.

    Parameters
    ----------
    first, second:
        ``operation[variant]``; the first is the one that is said to be faster.
    of_library:
        Only where the second is a library's function.
    """

    def found(report: ReportData) -> ClaimVerdict:
        told = list(_ratios(report, first, second, of_library))
        if not told:
            return UNMEASURED
        words = {ratio.word for _, ratio in told}
        return ClaimVerdict(_verdict(words), "; ".join(
            f"{name} takes {wording.number(ratio.value)} times as long{_doubt(ratio)}"
            for name, ratio in told
        ))  # fmt: skip

    return found


def _verdict(words: Collection[str]) -> str:
    if "faster" in words:
        return HOLDS if set(words) == {"faster"} else MOSTLY
    return FAILS if "slower" in words else UNDECIDED


def _doubt(ratio: Ratio) -> str:
    """Words for a difference that two processes may show for no reason of their own."""
    return "" if ratio.word in ("faster", "slower") else " (no difference shown)"


def _ratios(
    report: ReportData, first: str, second: str, of_library: bool
) -> Iterator[tuple[str, Ratio]]:
    """Time of the first over time of the second, in each framework that has both."""
    table = report.table
    timed = table[table["metric"].eq("time")]
    for framework in report.frameworks:
        names = [f"{framework}.{second}", f"{framework}.{first}"]
        if of_library and (
            names[0] not in report.implementations or report.origin(names[0]) != LIBRARY
        ):
            continue
        for place in report.places:
            here = timed["machine"].eq(place.machine) & timed["device"].eq(place.device)
            mine = timed[here & timed["implementation"].isin(names)]
            for pair in pairs(mine):
                if pair.speed and pair.first == names[0]:
                    yield f"{pair.second}{_on(report, place)}", pair.speed
                elif pair.speed:
                    yield f"{pair.first}{_on(report, place)}", _turned(pair.speed)


def _on(report: ReportData, place: Place) -> str:
    """The page says the only place at its top."""
    return f" on {place}" if len(report.places) > 1 else ""


def _turned(ratio: Ratio) -> Ratio:
    other = {"faster": "slower", "slower": "faster"}
    word = other.get(ratio.word, ratio.word)
    return Ratio(1 / ratio.value, 1 / ratio.high, 1 / ratio.low, word)  # type: ignore[arg-type]
