"""The sentences at the top of the report."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from softmark_reports.data.standing import sound_softmax32, telling_times
from softmark_reports.pages.headline import Headline
from softmark_reports.writing import wording


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
    return [headline for headline in (*first, _fastest(table)) if headline]


def _failing(table: pd.DataFrame, failing: int) -> Headline:
    figure = f"{failing} of {table['implementation'].nunique()}"
    return Headline(figure, "implementations break a bound.", "implementations.html")


def _fastest(table: pd.DataFrame) -> Headline | None:
    largest = telling_times(sound_softmax32(table))
    if largest.empty:
        return None
    best = largest.sort_values("share").iloc[-1]
    return Headline(
        wording.percent(best["share"]),
        "of the copy bandwidth is what the fastest softmax that passes all float32 checks, "
        f"{best['implementation']}, reaches at {wording.shape(best['shape'])}.",
        "speed.html",
    )
