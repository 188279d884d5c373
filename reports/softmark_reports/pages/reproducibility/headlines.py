"""The sentences at the top of the page about reproducibility."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pandas as pd

from softmark_reports.data.ranking import SEVERITY
from softmark_reports.pages.headline import Headline
from softmark_reports.writing import wording

CHECK: Final = "reproducibility"
AGAIN: Final = ("run to run", "after other calls", "concurrent calls")
ASKED: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (AGAIN, "when the same call is made again, after or beside other calls"),
    (("batch",), "for a row alone than for the same row in a batch"),
    (("threads",), "with one thread than with several"),
    (("axis", "layout"), "along another axis or in another layout in memory"),
    (("compiled",), "compiled than eager"),
)
"""What is varied, and the words for other bits."""
NAMED: Final = 3
"""Implementations that a sentence names."""


def reproducibility_headlines(table: pd.DataFrame, link: str) -> list[Headline]:
    """One for each thing that was varied; ``link`` leads to the grid."""
    return list(_sentences(table, link))


def _sentences(table: pd.DataFrame, link: str) -> Iterator[Headline]:
    told = table[table["check"].eq(CHECK) & table["severity"].gt(SEVERITY["not_offered"])]
    for ways, how in ASKED:
        rows = told[told["metric"].isin(ways)]
        if len(rows):
            yield _headline(rows, how, link)


def _headline(rows: pd.DataFrame, how: str, link: str) -> Headline:
    apart = _apart(rows)
    every = rows["implementation"].nunique()
    figure = f"{len(apart) or 'None'} of {every:,}"
    gives = "gives" if len(apart) < 2 else "give"
    return Headline(figure, f"{gives} other bits {how}{_named(apart)}.", link)


def _apart(rows: pd.DataFrame) -> pd.Series:
    """Those that give other bits, by the largest distance in ulp, the furthest first."""
    differ = rows[rows["value"].ne(0) | rows["verdict"].ne("pass")]
    ulps = differ["value"].abs().where(differ["unit"].eq("ulp"))
    sizes = ulps.groupby(differ["implementation"].astype(str)).max()
    return sizes.sort_values(ascending=False, kind="stable", na_position="last")


def _named(apart: pd.Series) -> str:
    if apart.empty:
        return ""
    told = [
        f"{name} by {wording.quantity(size, 'ulp')}" if size > 0 else str(name)
        for name, size in apart.items()
    ]
    return f": {wording.listing(told, NAMED + 1)}"
