"""The accuracy table as sheets: what a library computes first, and derivatives apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from softmark_reports.data.collection import Place
from softmark_reports.data.origins import LIBRARY, ORIGINS
from softmark_reports.data.worst import Worst
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import EMPTY, Column, Field, Sheet
from softmark_reports.writing import wording

VALUE: Final = "value"


def sheets(report: ReportData, place: Place, number: int) -> Iterator[tuple[str, Sheet]]:
    """With their headings; the first one holds the plain functions of the libraries."""
    names = [name for name in report.implementations if _kinds(report, place, name)]
    groups = {origin: [n for n in names if report.origin(n) == origin] for origin in ORIGINS}
    plain = [name for name in groups[LIBRARY] if "[" not in name]
    groups = {LIBRARY: plain, "The same compiled, or called in another way": [
        name for name in groups[LIBRARY] if "[" in name
    ]} | {origin: found for origin, found in groups.items() if origin != LIBRARY}  # fmt: skip
    for index, (heading, group) in enumerate(groups.items(), start=1):
        rows = [(name, VALUE) for name in group if VALUE in _kinds(report, place, name)]
        yield heading, _sheet(report, place, rows, f"accuracy-{number}-{index}", heading)
    derived = [(n, kind) for n in names for kind in _kinds(report, place, n) if kind != VALUE]
    heading = "Derivatives"
    yield heading, _sheet(report, place, derived, f"accuracy-{number}-derivatives", heading)


def _kinds(report: ReportData, place: Place, name: str) -> list[str]:
    return report.kinds.get((place.machine, place.device, name), [])


def _sheet(
    report: ReportData, place: Place, rows: Sequence[tuple[str, str]], name: str, heading: str
) -> Sheet:
    operation = {one: index for index, one in enumerate(report.operations)}
    ordered = sorted(rows, key=lambda row: (operation[report.operation_of(row[0])], *row))
    return Sheet(
        name,
        f"{heading}: the worst error in ulp, and the share of its bound, on {place}",
        [
            Column("operation"), Column("implementation"), Column("version"),
            *([Column("of")] if any(kind != VALUE for _, kind in rows) else []),
            *(Column(form, number=True) for form in report.formats),
        ],
        [_row(report, place, *row) for row in ordered],
    )  # fmt: skip


def _row(report: ReportData, place: Place, name: str, kind: str) -> list[Field]:
    framework = name.partition(".")[0]
    operation = report.operation_of(name)
    return [
        Field(operation, link=report.operation_page(operation)),
        grids.implementation(report, name),
        Field(grids.version(report, framework)),
        *([Field(kind)] if kind != VALUE else []),
        *(_cell(report, place, name, form, kind) for form in report.formats),
    ]


def _cell(report: ReportData, place: Place, name: str, form: str, kind: str) -> Field:
    found = report.worst_errors.get((place.machine, place.device, name, form, kind))
    if found is None:
        return EMPTY
    row = found.largest
    return Field(
        text=in_ulp(found),
        value=found.ulp,
        order=min(found.ulp, 1e300),
        note=wording.times(found.furthest.share),
        style=f"grade-{found.gravest.grade.lower()}",
        link=report.link_to(row),
        anchor=permalink(report, place, name, form, kind),
    )


def in_ulp(found: Worst) -> str:
    """With its sign; where no number came, that is what is said."""
    if found.largest.value_hex == "nan":
        return "no number"
    return f"{found.sign} {wording.number(found.ulp)}"


def permalink(report: ReportData, place: Place, name: str, form: str, kind: str) -> str:
    """The fragment of a cell, the same in every report; other machines than the first are named."""
    suffix = "" if place == report.places[0] else f"/{place.machine}/{place.device}"
    return f"{name}/{form}/{kind}{suffix}".replace(" ", "-")
