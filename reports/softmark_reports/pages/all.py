"""All pages of a report, in the order in which they are written."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from typing import Final

from softmark_reports.data.ranking import BAD
from softmark_reports.pages.accuracy import accuracy_page
from softmark_reports.pages.causes import causes_page
from softmark_reports.pages.check.page import check_page
from softmark_reports.pages.claims import claims_page
from softmark_reports.pages.comparison.page import comparison_pages
from softmark_reports.pages.edges.page import edges_page
from softmark_reports.pages.environment.page import environment_page
from softmark_reports.pages.history.page import history_page
from softmark_reports.pages.implementation.page import implementation_pages
from softmark_reports.pages.implementation.pictures import Portraits
from softmark_reports.pages.matrix.page import matrix_page
from softmark_reports.pages.methods.page import methods_page
from softmark_reports.pages.operation.page import operation_page
from softmark_reports.pages.overview.page import overview_page
from softmark_reports.pages.page import Page
from softmark_reports.pages.pictures.page import pictures_page
from softmark_reports.pages.records.page import records_pages
from softmark_reports.pages.reproducibility.page import reproducibility_page
from softmark_reports.pages.sides.page import sides_page
from softmark_reports.pages.speed.page import speed_page
from softmark_reports.report import ReportData

RECORDS: Final = ["implementation", "check"]
"""What a page of records is of."""


def pages(report: ReportData) -> Iterator[Page]:
    """One at a time, so that only one has to be in memory."""
    yield from shared_pages(report)
    yield from own_pages(report)


def shared_pages(report: ReportData) -> Iterator[Page]:
    """Those that tell of several implementations."""
    yield overview_page(report)
    yield report.once(causes_page)
    yield accuracy_page(report)
    yield matrix_page(report)
    yield claims_page(report)
    yield pictures_page(report)
    yield from comparison_pages(report)
    yield speed_page(report)
    yield edges_page(report)
    yield reproducibility_page(report)
    yield history_page(report)
    yield sides_page(report)
    yield methods_page(report)
    yield environment_page(report)
    yield from report.once(_check_pages)
    for operation in report.operations:
        yield operation_page(report, operation)


def make_scripts(report: ReportData) -> None:
    """Make the scripts that pages of several implementations show, which have the first claim.

    The number of scripts in a report is limited; those of single implementations share the rest.
    """
    report.once(causes_page)
    report.once(_check_pages)


def _check_pages(report: ReportData) -> list[Page]:
    return [check_page(report, check) for check in report.checks]


def own_pages(report: ReportData, left: Container[tuple[str, str]] = ()) -> Iterator[Page]:
    """Those of one implementation each, and of its records in all checks but some."""
    portraits = Portraits(report.table)
    for name, group in report.table.groupby("implementation", observed=True, sort=True):
        yield from implementation_pages(report, portraits, str(name), group, left)


def quiet(report: ReportData) -> list[tuple[str, str]]:
    """Implementations and checks in which nothing is bad: their records need no script."""
    gravest = report.table.groupby(RECORDS, observed=True)["severity"].max()
    return [(str(name), str(check)) for name, check in gravest.index[gravest.lt(BAD)]]


def quiet_pages(report: ReportData, named: Iterable[tuple[str, str]]) -> Iterator[Page]:
    """The pages of records of some of these, in any order."""
    places = report.table.groupby(RECORDS, observed=True).indices
    for name, check in named:
        yield from records_pages(report, name, check, report.table.iloc[places[name, check]])
