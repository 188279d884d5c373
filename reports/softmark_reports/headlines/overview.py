"""The sentences at the top of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd

from softmark_reports import wording
from softmark_reports.headlines.headline import Headline
from softmark_reports.ranking import BAD, SEVERITY
from softmark_reports.standing import telling_times, worst_of_shared_cases


def headlines(table: pd.DataFrame, causes: Sequence[Headline], failing: int) -> list[Headline]:
    """The gravest causes, then what the data allow to say of accuracy and speed.

    Parameters
    ----------
    table:
        Ranked records.
    causes:
        Their sentences.
    failing:
        How many implementations break a bound.
    """
    first = list(causes) or [_failing(table, failing)]
    found = [*first, *(write(table) for write in SENTENCES)]
    return [headline for headline in found if headline]


def _failing(table: pd.DataFrame, failing: int) -> Headline:
    figure = f"{failing} of {table['implementation'].nunique()}"
    return Headline(figure, "implementations break a bound.", "implementations.html")


def _most_accurate(table: pd.DataFrame) -> Headline | None:
    right = _passing(table[_softmax32(table)])
    errors = right[right["check"].eq("accuracy") & right["metric"].eq("error")]
    worst, cases = worst_of_shared_cases(errors)
    if len(worst) < 2:
        return None
    return Headline(
        f"{wording.number(worst.min())} ulp",
        f"is the largest error of the most accurate float32 softmax, {worst.idxmin()}, over "
        f"{wording.count(cases, 'case')}; others that pass all float32 checks reach up to "
        f"{wording.number(worst.max())} ulp.",
        "accuracy.html",
    )


def _fastest(table: pd.DataFrame) -> Headline | None:
    largest = telling_times(_passing(table[_softmax32(table)]))
    if largest.empty:
        return None
    best = largest.sort_values("share").iloc[-1]
    return Headline(
        wording.percent(best["share"]),
        "of the copy bandwidth is what the fastest softmax that passes all float32 checks, "
        f"{best['implementation']}, reaches at {wording.shape(best['shape'])}.",
        "speed.html",
    )


def _passing(table: pd.DataFrame) -> pd.DataFrame:
    """The records of implementations none of whose records fails."""
    failing = table.loc[table["severity"].ge(BAD), "implementation"]
    return table[~table["implementation"].isin(failing)]


def _sixteen_bits(table: pd.DataFrame) -> Headline | None:
    narrow = table[table["format"].isin(["float16", "bfloat16"]) & table["metric"].eq("error")]
    if narrow.empty:
        return None
    severity = narrow["verdict"].map(SEVERITY).astype(int)
    worst = severity.groupby(narrow["implementation"].astype(str)).max()
    fail = int(worst.ge(BAD).sum())
    weak = int(worst.ge(SEVERITY["weak"]).sum()) - fail
    return Headline(
        f"{len(worst) - weak - fail} of {len(worst)}",
        "implementations keep grade B or better in 16 bits, as those do that round only once; "
        f"in {weak} the worst grade is C, and {fail} fail.",
        "implementations.html",
    )


def _softmax32(table: pd.DataFrame) -> pd.Series:
    return table["operation"].eq("softmax") & table["format"].eq("float32")


SENTENCES: Final[tuple[Callable[[pd.DataFrame], Headline | None], ...]] = (_fastest,)
"""Of the first page."""
CLAIMED: Final = (_most_accurate, _sixteen_bits)
"""Of the page of claims."""
