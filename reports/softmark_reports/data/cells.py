"""A cell of the matrix: many measurements in one grade and one number."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import pandas as pd

from softmark_reports.data.named import named_rows
from softmark_reports.data.ranking import BAD, SEVERITY, word
from softmark_reports.data.tables import MEMORY, is_usual, where
from softmark_reports.writing import wording

FORMATS: Final = ("float64", "float32", "float16", "bfloat16", "float8_e4m3fn", "float8_e5m2")
SHORT: Final = {
    "float64": "f64",
    "float32": "f32",
    "float16": "f16",
    "bfloat16": "bf16",
    "float8_e4m3fn": "e4m3",
    "float8_e5m2": "e5m2",
}


PLAIN: Final = ("error", "time", "call")
"""Metrics that a cell need not name."""
POLICY: Final = SEVERITY["policy"]


class Tally(NamedTuple):
    """How many records of a group there are, are bad, and are policies."""

    records: int
    bad: int
    policies: int


@dataclass(frozen=True)
class GridCell:
    """What the measurements of one group come to.

    Attributes
    ----------
    verdict, grade:
        Those of the worst record.
    mark:
        What to print for them: the grade where there is one, else the verdict as a word.
    text:
        The worst number: its share of the bound first, which is what was judged, then its size.
        For a time, the share of the copy bandwidth.
    metric:
        What the number measures, where the check does not say it.
    order:
        The number to sort by: severity first, then the size of the number.
    records, bad, policies:
        How many records there are, how many of them fail, crash or time out, and how many only
        record a policy.
    page, anchor:
        Where the worst record is, see ``ranking.ranked``.
    """

    verdict: str
    grade: str
    mark: str
    text: str
    metric: str
    order: float
    records: int
    bad: int
    policies: int
    page: int
    anchor: str

    @property
    def style(self) -> str:
        """The class that colours the mark."""
        return f"g-{self.grade.lower()}" if self.grade else f"v-{self.verdict}"


def cells(order: pd.DataFrame, by: list[str]) -> dict[tuple[str, ...], GridCell]:
    """One cell for each group of records with the same values in the columns ``by``.

    ``order`` is a table that ``ranking.ranked`` has sorted.
    """
    severity = order["severity"]
    counted = order[by].assign(records=1, bad=severity.ge(BAD), policies=severity.eq(POLICY))
    sums = counted.groupby(by, observed=True, sort=False).sum()
    tallies = {
        _as_key(key): Tally(*map(int, counts))
        for key, counts in zip(sums.index, sums.to_numpy(), strict=True)
    }
    first = order.drop_duplicates(by).set_index(by)
    found = {
        _as_key(key): _cell(row, tallies[_as_key(key)])
        for key, row in zip(first.index, named_rows(first), strict=True)
    }
    return found | _timed(order[order["metric"].eq("time")], by, tallies)


def in_order(formats: set[str]) -> list[str]:
    """Formats from the widest to the narrowest, unknown ones last."""
    known = [name for name in FORMATS if name in formats]
    return known + sorted(formats.difference(FORMATS))


def _as_key(key: Any) -> tuple[str, ...]:
    return key if isinstance(key, tuple) else (key,)


def _cell(row: Any, tally: Tally) -> GridCell:
    return GridCell(
        verdict=row.verdict,
        grade=row.grade,
        mark=row.grade or word(row.verdict),
        text=beside_its_bound(row),
        metric="" if row.metric in PLAIN else row.metric,
        order=1e6 * row.severity + min(max(row.excess, 0.0), 1e5),
        page=row.page,
        anchor=row.anchor,
        **tally._asdict(),
    )


def beside_its_bound(row: Any) -> str:
    """The value of a row of a ranked table: in units of its bound, then in its own."""
    size = wording.quantity(abs(row.value), row.unit) if row.value_hex else ""
    return " ".join(filter(None, [wording.times(row.share), size]))


def _timed(
    times: pd.DataFrame, by: list[str], tallies: Mapping[tuple[str, ...], Tally]
) -> dict[tuple[str, ...], GridCell]:
    """Cells of groups with times and nothing bad: the slowest steady one of the largest size.

    A small case measures the cost of a call, and beyond the caches the allocator decides.
    """
    measured = times[times["verdict"].eq("pass") & times["steady"]]
    measured = where(measured, "parameters", is_usual)
    cached = where(measured, "distribution", lambda told: told.get("level") != MEMORY)
    measured = measured.assign(elements=measured["rows"] * measured["n"])
    keys = measured.groupby(by, observed=True).ngroup()
    in_cache = keys.isin(keys[cached.index]) & ~measured.index.isin(cached.index)
    largest = measured[~in_cache].sort_values(
        ["elements", "n", "copied"], ascending=[False, False, True], kind="stable"
    )
    first = largest.groupby(by, observed=True, sort=False).head(1).set_index(by)
    return {
        _as_key(key): _time_cell(row, tallies[_as_key(key)])
        for key, row in zip(first.index, named_rows(first), strict=True)
        if not tallies[_as_key(key)].bad
    }


def _time_cell(row: Any, tally: Tally) -> GridCell:
    share = None if math.isnan(row.copied) else row.copied
    return GridCell(
        verdict="pass",
        grade="",
        mark=wording.quantity(row.value, row.unit) if share is None else wording.percent(share),
        text="" if share is None else f"of copy at {wording.shape(row.shape)}",
        metric="",
        order=row.value if share is None else -share,
        page=row.page,
        anchor=row.anchor,
        **tally._asdict(),
    )
