"""The pages, each as a template and what it is filled with; numbers are already words here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from softmark_reports.cells import cells, in_order
from softmark_reports.overview import overview
from softmark_reports.pictures.gallery import pictures
from softmark_reports.pictures.picture import Picture
from softmark_reports.ranking import BAD, PAGE
from softmark_reports.report import Place, Report, mapping, runs
from softmark_reports.rows import record_rows
from softmark_reports.specification import sections

PICTURE_OF: Final = {
    "accuracy": "error-against-length",
    "limit": "beta-to-infinity",
    "gradient": "gradient-at-saturation",
    "throughput": "throughput",
}


@dataclass(frozen=True)
class Page:
    """One file of the site: its path from the root, its template and the template's values."""

    path: str
    template: str
    values: dict[str, Any]


def pages(report: Report) -> Iterator[Page]:
    """All pages, one at a time, so that only one has to be in memory."""
    gallery = pictures(report.table, report.frameworks)
    front = _chosen(gallery, "error-against-length", "throughput")
    yield Page("index.html", "index.html", overview(report) | {"pictures": front})
    yield _methods(report, gallery)
    yield Page("environment.html", "environment.html", _environment(report))
    for check in report.checks:
        yield _check(report, check, gallery)
    by_name = report.table.groupby("implementation", observed=True, sort=True)
    for name, group in by_name:
        yield from _implementation(report, str(name), group)


def _chosen(gallery: dict[str, Picture], *names: str) -> list[Picture]:
    return [gallery[name] for name in names if name in gallery]


def _methods(report: Report, gallery: dict[str, Picture]) -> Page:
    grades = [
        text
        for file in report.collection.latest
        if isinstance(text := mapping(file.header.specification).get("grades"), str)
    ]
    values = {
        "grades": sections(grades[-1].removeprefix("grades: ")) if grades else [],
        "operations": report.texts("operations"),
        "metrics": report.texts("metrics"),
        "inputs": report.texts("inputs"),
        "pictures": [gallery["surfaces"]],
    }
    return Page("methods.html", "methods.html", values)


def _environment(report: Report) -> dict[str, Any]:
    return {
        "files": runs(report.collection),
        "environments": [
            {
                "framework": str(file.header.framework),
                "environment": file.header.environment,
                "settings": file.header.settings,
            }
            for file in report.collection.latest
        ],
        "faults": report.collection.faults,
    }


def _check(report: Report, check: str, gallery: dict[str, Picture]) -> Page:
    order = report.table[report.table["check"].eq(check)]
    values = {
        "check": check,
        "text": report.texts("checks").get(check),
        "tables": [_grid(report, order, place, "implementation") for place in report.places],
        "worst": list(record_rows(order[order["severity"].ge(BAD)].head(25))),
        "pictures": _chosen(gallery, PICTURE_OF.get(check, "")),
        "records": len(order),
    }
    return Page(report.check_page(check), "check.html", values)


def _implementation(report: Report, name: str, order: pd.DataFrame) -> Iterator[Page]:
    entry = next((found for found in report.faulty if found.implementation == name), None)
    values = {
        "implementation": name,
        "description": report.describe(name),
        "faulty": entry,
        "tables": [_grid(report, order, place, "check") for place in report.places],
        "records": len(order),
    }
    yield Page(report.implementation_page(name), "implementation.html", values)
    for check, group in order.groupby("check", observed=True):
        yield from _records(report, name, str(check), group)


def _records(report: Report, name: str, check: str, order: pd.DataFrame) -> Iterator[Page]:
    last = -(-len(order) // PAGE)
    for number in range(1, last + 1):
        part = order.iloc[(number - 1) * PAGE : number * PAGE]
        values = {
            "implementation": name,
            "check": check,
            "rows": record_rows(part),
            "number": number,
            "last": last,
            "records": len(order),
            "several_machines": len(report.places) > 1,
        }
        yield Page(report.records_page(name, check, number), "records.html", values)


def _grid(report: Report, order: pd.DataFrame, place: Place, row: str) -> dict[str, Any]:
    """A table with a column for each format: the rows are checks or implementations."""
    here = order[order["machine"].eq(place.machine) & order["device"].eq(place.device)]
    found = cells(here, [row, "format"])
    totals = cells(here, [row])
    formats = in_order(set(here["format"].astype(str)))
    names = report.checks if row == "check" else report.implementations
    return {
        "place": place,
        "formats": formats,
        "rows": [
            (name, totals[(name,)], [found.get((name, form)) for form in formats])
            for name in names
            if (name,) in totals
        ],
    }
