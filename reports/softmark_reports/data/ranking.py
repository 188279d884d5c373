"""Which of many measurements speaks for all of them: the worst, and what worst means."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from softmark import records
from softmark_reports.data.copies import with_copies
from softmark_reports.writing.links import anchor

VERDICTS: Final = records.SEVERITY
SEVERITY: Final = {verdict: place for place, verdict in enumerate(VERDICTS)}
"""The place of each verdict, the gravest last.  A policy is shown next to a grade."""

BAD: Final = min(SEVERITY[verdict] for verdict in records.BAD)
"""The severity from which an implementation has a fault."""

WORDS: Final = {"not_offered": "not offered"}


def word(verdict: str) -> str:
    """The verdict as a reader sees it."""
    return WORDS.get(verdict, verdict)


PAGE: Final = 1000
"""Records on one page: a browser sorts and filters that many without a pause."""


def ranked(table: pd.DataFrame) -> pd.DataFrame:
    """The table, worst record first, with columns that say how bad and where on the site.

    ``severity`` is that of the verdict.  ``share`` is the value in units of the bound that decided,
    NaN where there is none, and ``excess`` that or else the magnitude; a value that is NaN is
    infinitely bad.  ``place`` counts from 0 and
    ``page`` from 1 within an implementation's records of a check; ``anchor`` is the fragment there.
    """
    share = shares(table)
    order = (
        with_copies(table)
        .assign(
            severity=table["verdict"].map(SEVERITY).astype("int8"),
            share=share,
            excess=share.fillna(_magnitude(table)).fillna(-1.0),
            anchor=pd.Series(
                [anchor(*names) for names in zip(table["machine"], table["id"], strict=True)],
                table.index,
                dtype=object,
            ),
        )
        .sort_values(
            ["severity", "grade", "excess"], ascending=False, kind="stable", ignore_index=True
        )
    )
    place = order.groupby(["implementation", "check"], observed=True).cumcount()
    return order.assign(place=place, page=place // PAGE + 1).copy()


def shares(table: pd.DataFrame) -> pd.Series:
    """``Record.share`` of each record: the value over ``bound`` for a fail, else grade B's."""
    good, failing = table["good_bound"], table["verdict"].eq("fail")
    decided = table["bound"].where(failing | ~good.gt(0), good)
    return _magnitude(table) / decided.where(decided.gt(0))


def _magnitude(table: pd.DataFrame) -> pd.Series:
    return table["value"].abs().mask(table["value_hex"].eq("nan"), np.inf)
