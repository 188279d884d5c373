"""The worst results as sheets: implementations, checks and formats against each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import pandas as pd

from softmark_reports.data.cells import SHORT, GridCell
from softmark_reports.data.collection import Place
from softmark_reports.data.headers import version_of
from softmark_reports.data.origins import LIBRARY, ORIGINS
from softmark_reports.data.ranking import BAD, SEVERITY, VERDICTS, word
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import MISSING, Column, Field, Sheet, of_cell

MATRIX: Final = "implementations.html"
"""The page of the matrices."""


def frameworks(report: ReportData) -> Sheet:
    """For each framework and check, how many implementations break a bound."""
    by = ["framework", "check", "implementation"]
    worst = report.table.groupby(by, observed=True)["severity"].max()
    counts: dict[Any, _Count] = {
        key: _Count.of(group) for key, group in worst.groupby(level=[0, 1], observed=True)
    }
    total = worst.groupby(level=[0, 2], observed=True).max()
    totals: dict[Any, _Count] = {
        key: _Count.of(group) for key, group in total.groupby(level=0, observed=True)
    }
    columns = [Column("framework"), Column("in any check")]
    return Sheet(
        "frameworks",
        "Implementations that break a bound, of those measured; each leads to them"
        + _of_libraries(report, total),
        [*columns, *(Column(check, link=report.check_page(check)) for check in report.checks)],
        [
            [
                Field(
                    name,
                    note=version(report, name),
                    link=f"{MATRIX}#table=matrix-1&find={quote(name)}.",
                ),
                _tally(totals.get(name), f"causes.html#table=causes&find={quote(name)}"),
                *(
                    _tally(counts.get((name, check)), _failures(report, name, check))
                    for check in report.checks
                ),
            ]
            for name in report.frameworks
        ],
        plain=True,
    )


@dataclass(frozen=True)
class _Count:
    """Implementations that fail, of those that were judged; else the verdict that all have."""

    bad: int
    judged: int
    other: str

    @classmethod
    def of(cls, worst: pd.Series) -> _Count:
        judged = worst[worst.gt(SEVERITY["not_offered"])]
        others = {word(VERDICTS[severity]) for severity in worst}
        return cls(int(judged.ge(BAD).sum()), len(judged), " or ".join(sorted(others)))


def _of_libraries(report: ReportData, total: pd.Series) -> str:
    """How many of the libraries' own functions do, where others are counted with them."""
    names = total.index.get_level_values("implementation")
    own = [report.origin(str(name)) == LIBRARY for name in names]
    if all(own) or not any(own):
        return ""
    count = _Count.of(total[own])
    return (
        ". Formulas that users write and softmark's kernels are among them; of the libraries' own "
        f"functions {count.bad} of {count.judged} do"
    )


def _failures(report: ReportData, framework: str, check: str) -> str:
    """To a check's table of results, with the rows of a framework, the worst first."""
    return f"{report.check_page(check)}#table=results-1&find={quote(framework)}.&sort=1&down=1"


def matrices(report: ReportData) -> list[Sheet]:
    """One for each place."""
    return report.once(_matrices)


def _matrices(report: ReportData) -> list[Sheet]:
    return [matrix(report, place, i) for i, place in enumerate(report.places, start=1)]


def matrix(report: ReportData, place: Place, number: int = 1) -> Sheet:
    """Each implementation and check, with the grade in each format below; libraries first."""
    rows = [
        [
            implementation(report, name),
            *(_matrix_entry(report, place, name, check) for check in report.checks),
        ]
        for name in sorted(report.implementations, key=lambda n: ORIGINS.index(report.origin(n)))
        if any((place, name, check) in report.worst for check in report.checks)
    ]
    return Sheet(
        f"matrix-{number}",
        f"Worst result of each implementation in each check on {place}",
        [Column("implementation"), *map(Column, report.checks)],
        rows,
    )


def formats_of(
    report: ReportData, place: Place, pairs: list[tuple[str, str]], headings: list[Field],
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
                Field(f"{total.records:,}", total.records),
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


def implementation(report: ReportData, name: str) -> Field:
    """The name of an implementation, leading to its page."""
    return Field(name, link=report.implementation_page(name), is_name=True)


def _any(report: ReportData, place: Place, pairs: list[tuple[str, str]], form: str) -> bool:
    return any((place, *pair, form) in report.worst_in_format for pair in pairs)


def _linked(report: ReportData, cell: GridCell | None, name: str, check: str) -> Field:
    page = report.records_page(name, check, cell.page) if cell else ""
    return of_cell(cell, page)


def _matrix_entry(report: ReportData, place: Place, name: str, check: str) -> Field:
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


def _tally(count: _Count | None, link: str) -> Field:
    """The larger the share that fails, the darker; the numbers say it too."""
    if count is None:
        return MISSING
    if not count.judged:
        return Field(count.other, "", style="none")
    if not count.bad:
        return Field(f"0 of {count.judged}", 0, style="clean")
    shade = 1 + min(3, 4 * count.bad // count.judged)
    mark = f"{count.bad} of {count.judged}"
    return Field("", count.bad, mark=mark, style=f"v-fail share-{shade}", link=link)


def version(report: ReportData, framework: str) -> str:
    files = [f for f in report.collection.latest if str(f.header.framework) == framework]
    return ", ".join(sorted({version_of(file) for file in files} - {""}))
