"""The worst results as sheets: implementations, checks and formats against each other."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from softmark_reports.cells import SHORT, Cell
from softmark_reports.ranking import BAD, SEVERITY
from softmark_reports.report import Place, Report, version_of
from softmark_reports.sheets import MISSING, Column, Entry, Sheet, of_cell


def frameworks(report: Report) -> Sheet:
    """For each framework and check, how many implementations break a bound."""
    by = ["framework", "check", "implementation"]
    worst = report.table.groupby(by, observed=True)["severity"].max()
    failing, offered = worst.ge(BAD), worst.gt(SEVERITY["not_offered"])
    failures: dict[Any, Any] = dict(failing.groupby(level=[0, 1], observed=True).sum())
    measured: dict[Any, Any] = dict(offered.groupby(level=[0, 1], observed=True).sum())
    total = worst.groupby(level=[0, 2], observed=True).max()
    broken: dict[Any, Any] = dict(total.ge(BAD).groupby(level=0, observed=True).sum())
    sizes: dict[Any, Any] = dict(total.groupby(level=0, observed=True).size())
    columns = [Column("framework"), Column("in any check")]
    return Sheet(
        "frameworks",
        "Implementations that break a bound, of those measured",
        [*columns, *(Column(check, link=report.check_page(check)) for check in report.checks)],
        [
            [
                Entry(
                    name,
                    note=_version(report, name),
                    link=f"index.html#table=matrix-1&find={quote(name)}.",
                ),
                _counted(int(broken.get(name, 0)), int(sizes.get(name, 0))),
                *(_tally(failures, measured, name, check) for check in report.checks),
            ]
            for name in report.frameworks
        ],
        plain=True,
    )


def matrix(report: Report, place: Place, number: int = 1) -> Sheet:
    """Each implementation and check, with the grade in each format below."""
    rows = [
        [
            implementation(report, name),
            *(_matrix_entry(report, place, name, check) for check in report.checks),
        ]
        for name in report.implementations
        if any((place, name, check) in report.worst for check in report.checks)
    ]
    return Sheet(
        f"matrix-{number}",
        f"Worst result of each implementation in each check on {place}",
        [Column("implementation"), *map(Column, report.checks)],
        rows,
    )


def formats_of(
    report: Report, place: Place, pairs: list[tuple[str, str]], headings: list[Entry],
    name: str, heading: str,
) -> Sheet:  # fmt: skip
    """The worst result in each format, a row for each pair of an implementation and a check."""
    shown = [form for form in report.formats if _any(report, place, pairs, form)]
    rows = []
    for (implementation_name, check), first in zip(pairs, headings, strict=True):
        total = report.worst.get((place, implementation_name, check))
        if total is None:
            continue
        rows.append(
            [
                first,
                _linked(report, total, implementation_name, check),
                *(
                    _linked(
                        report,
                        report.worst_in_format.get((place, implementation_name, check, form)),
                        implementation_name,
                        check,
                    )
                    for form in shown
                ),
                Entry(f"{total.records:,}", total.records),
            ]
        )
    return Sheet(
        name,
        f"Worst result in each format on {place}",
        [
            Column(heading),
            Column("worst"),
            *map(Column, shown),
            Column("records", number=True),
        ],
        rows,
    )


def implementation(report: Report, name: str) -> Entry:
    """The name of an implementation, leading to its page."""
    return Entry(name, link=report.implementation_page(name), is_name=True)


def _any(report: Report, place: Place, pairs: list[tuple[str, str]], form: str) -> bool:
    return any((place, *pair, form) in report.worst_in_format for pair in pairs)


def _linked(report: Report, cell: Cell | None, name: str, check: str) -> Entry:
    page = report.records_page(name, check, cell.page) if cell else ""
    return of_cell(cell, page)


def _matrix_entry(report: Report, place: Place, name: str, check: str) -> Entry:
    cell = report.worst.get((place, name, check))
    if cell is None:
        return MISSING
    found = report.worst_in_format
    parts = [
        (SHORT.get(form, form), part.style, part.grade or "–")
        for form in report.formats
        if (part := found.get((place, name, check, form)))
    ]
    shown = parts if len(parts) > 1 and cell.grade else ()
    return of_cell(cell, report.records_page(name, check, cell.page), shown)


def _tally(failures: dict[Any, Any], measured: dict[Any, Any], name: str, check: str) -> Entry:
    if (name, check) not in measured:
        return MISSING
    bad, of = int(failures[name, check]), int(measured[name, check])
    return _counted(bad, of) if of else Entry("not offered", "", style="none")


def _counted(bad: int, of: int) -> Entry:
    if bad:
        return Entry("", bad, mark=f"{bad} of {of}", style="v-fail")
    return Entry(f"0 of {of}", 0, style="clean")


def _version(report: Report, framework: str) -> str:
    files = [f for f in report.collection.latest if str(f.header.framework) == framework]
    return ", ".join(sorted({version_of(file) for file in files} - {""}))
