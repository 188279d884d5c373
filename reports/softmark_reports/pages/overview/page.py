"""The first page: who fails what, at a glance, and what was not measured."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from softmark_reports.data.headers import mapping
from softmark_reports.data.standing import standings
from softmark_reports.pages import causes
from softmark_reports.pages.causes.headlines import headlines as of_causes
from softmark_reports.pages.headline import Headline
from softmark_reports.pages.operation.page import frontier_of
from softmark_reports.pages.overview.headlines import headlines
from softmark_reports.pages.page import Page
from softmark_reports.pictures.picture import Picture
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import Sheet

OPERATION: Final = "softmax"
"""Whose accuracy and speed the first page sets against each other; each has its own page."""


def overview_page(report: ReportData) -> Page:
    fronts = list(_frontiers(report))
    pictures = [picture for picture, _ in fronts]
    return Page("index.html", "index.html", overview(report) | {"fronts": fronts}, pictures)


def first_sentences(report: ReportData) -> list[Headline]:
    told = list(of_causes(report.causes, causes.PATH))
    return headlines(report.table, told, len(report.faulty))


def overview(report: ReportData) -> dict[str, Any]:
    """The values of the first page, its pictures apart."""
    return {
        "headlines": first_sentences(report),
        "causes": causes.sheet(report),
        "frameworks": grids.frameworks(report),
        "others": [name for name in report.operations if name != OPERATION],
        "skipped": _skipped(report),
        "missing": _missing(report),
        "unmeasured": _unmeasured(report),
        "unfinished": sorted(
            {file.header.framework for file in report.collection.latest if not file.finished}
        ),
        "records": len(report.table),
        "profiles": sorted(_settings(report, "profile")),
        "days": sorted({str(file.header.started)[:10] for file in report.collection.latest}),
    }


def _frontiers(report: ReportData) -> Iterator[tuple[Picture, Sheet]]:
    """Softmax in the format that was timed most, one for each place."""
    for index, place in enumerate(report.places, start=1):
        here = report.of(OPERATION, place)
        candidates = [(form, standings(here, OPERATION, form)) for form in report.formats]
        form, found = max(candidates, key=lambda pair: len(pair[1]), default=("", []))
        pair = frontier_of(report, found, f"frontier-{index}", f"{OPERATION} in {form} on {place}")
        if pair:
            yield pair


def _settings(report: ReportData, name: str) -> set[str]:
    settings = [mapping(file.header.settings) for file in report.collection.latest]
    return {str(chosen[name]) for chosen in settings if name in chosen}


def _skipped(report: ReportData) -> list[dict[str, str]]:
    """What the runs say that they left out, each once."""
    found: dict[tuple[str, ...], dict[str, str]] = {}
    for file in report.collection.latest:
        for entry in map(mapping, file.header.skipped):
            if entry:
                row = {key: str(entry.get(key) or "") for key in ("what", "why", "remedy")}
                found[tuple(row.values())] = row
    return list(found.values())


def _missing(report: ReportData) -> list[tuple[str, list[str]]]:
    """Checks without a single record for an implementation that others have."""
    pairs = report.table[["implementation", "check"]].drop_duplicates()
    measured = set(pairs.itertuples(index=False, name=None))
    return [
        (check, lacking)
        for check in report.checks
        if (lacking := [name for name in report.implementations if (name, check) not in measured])
    ]


def _unmeasured(report: ReportData) -> list[str]:
    """Implementations that the runs know of and have no record of."""
    known = {
        str(name)
        for file in report.collection.latest
        for name in mapping(file.header.implementations)
    }
    return sorted(known.difference(report.implementations))
