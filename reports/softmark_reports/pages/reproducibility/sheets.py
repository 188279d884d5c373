"""Who gives the same bits again: from run to run, for another batch, layout, number of threads."""

from __future__ import annotations

from math import isnan
from typing import Any, Final

import pandas as pd

from softmark_reports.data.collection import Place
from softmark_reports.data.named import first_row
from softmark_reports.data.ranking import word
from softmark_reports.pages.reproducibility.headlines import CHECK
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import MISSING, Column, Field, Sheet
from softmark_reports.writing import wording

WAYS: Final = {
    "run to run": "the same call again, in another process",
    "after other calls": "after other calls in the same process",
    "concurrent calls": "beside other calls at the same time",
    "batch": "the row alone or in a batch",
    "threads": "one thread or several",
    "axis": "along another axis",
    "layout": "strided, offset or transposed memory",
    "compiled": "eager or compiled",
}
"""What is varied, in the order of how much a user would mind."""


def grid(report: ReportData, place: Place, name: str) -> Sheet:
    """A row an implementation, a column what is varied: bit for bit, or the largest distance."""
    here = report.at(place)
    here = here[here["check"].eq(CHECK)]
    ways = in_turn(set(here.loc[here["unit"].eq("ulp"), "metric"].astype(str)))
    groups = dict(list(here.groupby(["implementation", "metric"], observed=True, sort=False)))
    names = set(here["implementation"].astype(str))
    return Sheet(
        name,
        f"Whether the same logits give the same bits, and else how many ulp apart, on {place}",
        [Column("implementation"), *map(Column, ways)],
        [
            [
                grids.implementation(report, implementation),
                *(_entry(report, groups.get((implementation, way))) for way in ways),
            ]
            for implementation in report.implementations
            if implementation in names
        ],
    )


def in_turn(metrics: set[str]) -> list[str]:
    """Ways in the usual order, unknown ones last."""
    return [way for way in WAYS if way in metrics] + sorted(metrics.difference(WAYS))


def _entry(report: ReportData, group: pd.DataFrame | None) -> Field:
    """The worst over formats and cases; the table is ranked, so it comes first."""
    if group is None:
        return MISSING
    worst: Any = first_row(group)
    if worst.verdict in ("not_offered", "skipped"):
        return Field(word(worst.verdict), "", style="none", order=-1e9)
    distance = float(group["value"].abs().max())
    same = distance == 0 and worst.verdict == "pass"
    return Field(
        text="" if same else wording.quantity(distance, "ulp") if worst.value_hex else "",
        value=0 if same else distance if worst.value_hex else word(worst.verdict),
        order=1e6 * worst.severity + (0 if isnan(distance) else min(distance, 1e5)),
        mark="bit for bit" if same else word(worst.verdict),
        style="v-pass" if same else f"v-{worst.verdict}",
        link=report.link_to(worst),
    )
