"""What stands above the claims: how accurate a softmax can be, and how many keep 16 bits."""

from __future__ import annotations

import pandas as pd

from softmark_reports.data.ranking import BAD, SEVERITY
from softmark_reports.data.standing import sound_softmax32, worst_of_shared_cases
from softmark_reports.pages.headline import Headline
from softmark_reports.writing import wording


def headlines(table: pd.DataFrame) -> list[Headline]:
    """What ranked records allow to say."""
    return [found for found in (most_accurate(table), sixteen_bits(table)) if found]


def most_accurate(table: pd.DataFrame) -> Headline | None:
    """Of the implementations that pass, where two or more have the same cases."""
    right = sound_softmax32(table)
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


def sixteen_bits(table: pd.DataFrame) -> Headline | None:
    """How many round once, where errors in 16 bits were measured."""
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
