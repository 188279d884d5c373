"""The first page: who fails what, at a glance, and what was not measured."""

from __future__ import annotations

from typing import Any, Final

from softmark_reports.cells import SHORT, Cell, cells
from softmark_reports.headlines import headlines
from softmark_reports.ranking import BAD, SEVERITY
from softmark_reports.report import Place, Report, mapping, runs, version_of

MOST_FOUND: Final = 40
"""Implementations whose failures the first page spells out; it names the others."""


def overview(report: Report) -> dict[str, Any]:
    """The values of the first page, its pictures apart."""
    return {
        "headlines": headlines(report.table, report.faulty),
        "frameworks": _framework_rows(report),
        "matrices": [_matrix(report, place) for place in report.places],
        "most_shown": MOST_FOUND,
        "skipped": _skipped(report),
        "missing": _missing(report),
        "unmeasured": _unmeasured(report),
        "unfinished": sorted(
            {file.header.framework for file in report.collection.latest if not file.finished}
        ),
        "records": len(report.table),
        "files": runs(report.collection),
        "profiles": sorted(_settings(report, "profile")),
        "days": sorted({str(file.header.started)[:10] for file in report.collection.latest}),
    }


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


def _framework_rows(report: Report) -> list[dict[str, Any]]:
    """For each framework and check, how many implementations break a bound."""
    by = ["framework", "check", "implementation"]
    worst = report.table.groupby(by, observed=True)["severity"].max()
    failing, offered = worst.ge(BAD), worst.gt(SEVERITY["not_offered"])
    failures = failing.groupby(level=[0, 1], observed=True).sum().to_dict()
    measured = offered.groupby(level=[0, 1], observed=True).sum().to_dict()
    sizes = report.table.groupby("framework", observed=True)["implementation"].nunique()
    return [
        {
            "framework": name,
            "version": _version(report, name),
            "implementations": int(sizes.get(name, 0)),
            "checks": [
                (int(failures[name, check]), int(measured[name, check]))
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


def _unmeasured(report: Report) -> list[str]:
    """Implementations that the runs know of and have no record of."""
    known = {
        str(name)
        for file in report.collection.latest
        for name in mapping(file.header.implementations)
    }
    return sorted(known.difference(report.implementations))
