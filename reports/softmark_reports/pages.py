"""The pages, each as a template and what it is filled with; numbers are already words here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from softmark_reports.cells import SHORT, Cell, cells, in_order
from softmark_reports.headlines import headlines
from softmark_reports.pictures.gallery import pictures
from softmark_reports.pictures.picture import Picture
from softmark_reports.ranking import BAD, PAGE
from softmark_reports.report import Place, Report, mapping, runs, version_of
from softmark_reports.rows import record_rows
from softmark_reports.specification import sections

MOST_FOUND: Final = 40
"""Implementations whose failures the first page spells out; it names the others."""


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
    yield _index(report, gallery)
    yield _methods(report, gallery)
    yield Page("environment.html", "environment.html", _environment(report))
    for check in report.checks:
        yield _check(report, check, gallery)
    by_name = report.table.groupby("implementation", observed=True, sort=True)
    for name, group in by_name:
        yield from _implementation(report, str(name), group)


def _index(report: Report, gallery: dict[str, Picture]) -> Page:
    values = {
        "headlines": headlines(report.table, report.faulty),
        "frameworks": _framework_rows(report),
        "matrices": [_matrix(report, place) for place in report.places],
        "pictures": _chosen(gallery, "error-against-length", "throughput"),
        "most_shown": MOST_FOUND,
        "skipped": _skipped(report),
        "missing": _missing(report),
        "records": len(report.table),
        "files": runs(report.collection),
        "profiles": sorted(_settings(report, "profile")),
        "days": sorted({str(file.header.started)[:10] for file in report.collection.latest}),
    }
    return Page("index.html", "index.html", values)


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


def _matrix(report: Report, place: Place) -> dict[str, Any]:
    order = report.at(place)
    whole = cells(order, ["implementation", "check"])
    parts = cells(order, ["implementation", "check", "format"])
    return {
        "place": place,
        "rows": [
            (name, [_matrix_cell(report, whole, parts, name, check) for check in report.checks])
            for name in report.implementations
            if any((name, check) in whole for check in report.checks)
        ],
    }


def _matrix_cell(
    report: Report, whole: dict[Any, Cell], parts: dict[Any, Cell], name: str, check: str
) -> tuple[Cell, list[tuple[str, Cell]]] | None:
    if (name, check) not in whole:
        return None
    formats = [
        (SHORT.get(form, form), parts[name, check, form])
        for form in report.formats
        if (name, check, form) in parts
    ]
    return whole[name, check], formats


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


def _framework_rows(report: Report) -> list[dict[str, Any]]:
    """For each framework and check, how many implementations break a bound."""
    bad = report.table.assign(bad=report.table["severity"].ge(BAD))
    by = ["framework", "check", "implementation"]
    failing = bad.groupby(by, observed=True)["bad"].any().groupby(level=[0, 1], observed=True)
    failures, measured = failing.sum().to_dict(), failing.size().to_dict()
    sizes = bad.groupby("framework", observed=True)["implementation"].nunique()
    return [
        {
            "framework": name,
            "version": _version(report, name),
            "implementations": int(sizes.get(name, 0)),
            "checks": [
                (int(failures[name, check]), measured[name, check])
                if (name, check) in measured
                else None
                for check in report.checks
            ],
        }
        for name in report.frameworks
    ]


def _version(report: Report, framework: str) -> str:
    files = [f for f in report.collection.latest if str(f.header.framework) == framework]
    return ", ".join(sorted({version_of(file) for file in files} - {""}))


def _settings(report: Report, name: str) -> set[str]:
    settings = [mapping(file.header.settings) for file in report.collection.latest]
    return {str(chosen[name]) for chosen in settings if name in chosen}


def _skipped(report: Report) -> list[dict[str, str]]:
    """What the runs say that they left out, each once."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for file in report.collection.latest:
        for entry in map(mapping, file.header.skipped):
            if entry:
                row = {key: str(entry.get(key) or "") for key in ("what", "why", "remedy")}
                found[tuple(row.values())] = row
    return list(found.values())


def _missing(report: Report) -> list[tuple[str, list[str]]]:
    """Checks without a single record for an implementation that others have."""
    pairs = report.table[["implementation", "check"]].drop_duplicates()
    measured = set(pairs.itertuples(index=False, name=None))
    return [
        (check, lacking)
        for check in report.checks
        if (lacking := [name for name in report.implementations if (name, check) not in measured])
    ]
