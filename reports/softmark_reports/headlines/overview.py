"""The sentences at the top of the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import pandas as pd

from softmark_reports import wording
from softmark_reports.findings import Faulty
from softmark_reports.headlines.headline import Headline
from softmark_reports.ranking import BAD, SEVERITY
from softmark_reports.standing import telling_times, worst_of_shared_cases


def headlines(table: pd.DataFrame, faults: Sequence[Faulty]) -> list[Headline]:
    """The sentences that the data allow, in the order in which people ask."""
    found = [_failing(table, faults), *(write(table) for write in SENTENCES)]
    return [headline for headline in found if headline]


def _failing(table: pd.DataFrame, faults: Sequence[Faulty]) -> Headline:
    figure = f"{len(faults)} of {table['implementation'].nunique()}"
    if not faults:
        return Headline(figure, "implementations break a bound.", "#matrix")
    names = wording.listing([entry.implementation for entry in faults], most=5)
    return Headline(figure, f"implementations break at least one bound: {names}.", "#found")


def _most_accurate(table: pd.DataFrame) -> Headline | None:
    candidates = table[_softmax32(table)]
    unsound = candidates.loc[candidates["severity"].ge(BAD), "implementation"]
    sound = candidates[~candidates["implementation"].isin(unsound)]
    errors = sound[sound["check"].eq("accuracy") & sound["metric"].eq("error")]
    worst, cases = worst_of_shared_cases(errors)
    if len(worst) < 2:
        return None
    return Headline(
        f"{wording.number(worst.min())} ulp",
        f"is the largest error of the most accurate sound float32 softmax, {worst.idxmin()}, over "
        f"{wording.count(cases, 'case')}; other sound ones reach up to "
        f"{wording.number(worst.max())} ulp.",
        "#error-against-length",
    )


def _fastest(table: pd.DataFrame) -> Headline | None:
    largest = telling_times(table[_softmax32(table)])
    if largest.empty:
        return None
    best = largest.sort_values("share").iloc[-1]
    return Headline(
        wording.percent(best["share"]),
        f"of the copy bandwidth is what the fastest float32 softmax, {best['implementation']}, "
        f"reaches at {wording.shape(best['shape'])}.",
        "#throughput",
    )


def _gradient_stops(table: pd.DataFrame) -> Headline | None:
    reach = table[table["metric"].eq("gradient reaches")]
    stops = [
        str(name)
        for name, stated in zip(reach["implementation"], reach["distribution"], strict=True)
        if any(value is None for value in stated.values())
    ]
    passes = [str(name) for name in reach["implementation"] if name not in stops]
    if not stops or not passes:
        return None
    return Headline(
        "no gradient",
        f"passes through {wording.listing(sorted(set(stops)))}; "
        f"{wording.listing(sorted(set(passes)))} in its place passes it to every layer below.",
        "checks/gradient.html",
    )


def _sixteen_bits(table: pd.DataFrame) -> Headline | None:
    narrow = table[table["format"].isin(["float16", "bfloat16"]) & table["metric"].eq("error")]
    if narrow.empty:
        return None
    severity = narrow["verdict"].map(SEVERITY).astype(int)
    worst = severity.groupby(narrow["implementation"].astype(str)).max()
    sound = int(worst.lt(SEVERITY["weak"]).sum())
    weak = int((worst.ge(SEVERITY["weak"]) & worst.lt(BAD)).sum())
    return Headline(
        f"{sound} of {len(worst)}",
        "implementations in 16 bits round only once, at the end, and never leave grade B; "
        f"{weak} {'rounds' if weak == 1 else 'round'} on the way and "
        f"{'loses' if weak == 1 else 'lose'} accuracy (grade C).",
        "#matrix",
    )


def _softmax32(table: pd.DataFrame) -> pd.Series:
    return table["operation"].eq("softmax") & table["format"].eq("float32")


SENTENCES: Final[tuple[Callable[[pd.DataFrame], Headline | None], ...]] = (
    _most_accurate,
    _sixteen_bits,
    _fastest,
    _gradient_stops,
)
