"""Implementations of one operation pair by pair, as a sheet."""

from __future__ import annotations

from softmark_reports.data.collection import Place
from softmark_reports.data.pairs import Couple, pairs
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids
from softmark_reports.sheets.sheet import EMPTY, Column, Field, Sheet
from softmark_reports.writing import wording

COLUMNS = (
    Column("first"),
    Column("second"),
    Column("format"),
    Column("same bits, cases"),
    Column("apart at least", number=True),
    Column("error of the first", number=True),
    Column("of the second", number=True),
    Column("differ at the edges"),
    Column("time", number=True),
    Column("interval (99 %)"),
    Column("at"),
)


def comparison(report: ReportData, operation: str, place: Place, name: str) -> Sheet:
    """A row a pair and format, the usual variants first."""
    found = pairs(report.of(operation, place))
    return Sheet(
        name,
        f"Implementations of {operation} pair by pair on {place}; the time is that of the second "
        "over that of the first",
        COLUMNS,
        [_row(report, pair) for pair in sorted(found, key=lambda pair: _turn(report, pair))],
    )


def _turn(report: ReportData, pair: Couple) -> tuple[bool, str, str, int]:
    variants = "[" in pair.first or "[" in pair.second
    return variants, pair.first, pair.second, report.formats.index(pair.format)


def _row(report: ReportData, pair: Couple) -> list[Field]:
    return [
        grids.implementation(report, pair.first),
        grids.implementation(report, pair.second),
        Field(pair.format),
        _bits(pair),
        _distance(pair),
        *_errors(report, pair),
        Field(", ".join(pair.disagreements), len(pair.disagreements)),
        *_speed(pair),
    ]


def _bits(pair: Couple) -> Field:
    if not pair.cases:
        return Field("not measured", "", order=-1.0, style="none")
    share = pair.equal / pair.cases
    if pair.equal == pair.cases:
        return Field(f"all {pair.cases:,}", 1.0, mark="equal", style="v-pass")
    return Field(f"{pair.equal:,} of {pair.cases:,}", share)


def _distance(pair: Couple) -> Field:
    if not pair.cases or pair.equal == pair.cases:
        return EMPTY
    odd = f"{wording.count(pair.oddities, 'case')}: one gives a number, the other none"
    note = odd if pair.oddities else ""
    return Field(f"≥ {wording.quantity(pair.distance, 'ulp')}", pair.distance, note=note)


def _errors(report: ReportData, pair: Couple) -> list[Field]:
    """The error of each against the exact values, in the case in which they are furthest apart."""
    return [_error(report, index) for index in pair.at] if pair.at else [EMPTY, EMPTY]


def _error(report: ReportData, index: int) -> Field:
    row = report.row(index)
    link = report.link_to(row)
    return Field(wording.quantity(abs(row.value), row.unit), abs(row.value), link=link)


def _speed(pair: Couple) -> list[Field]:
    if pair.speed is None:
        return [EMPTY, EMPTY, EMPTY]
    times = pair.speed
    word = "" if times.word == "no difference shown" else times.word
    return [
        Field(f"{wording.number(times.value)}\u00a0×", times.value, note=word),
        Field(f"{wording.number(times.low)} to {wording.number(times.high)}", times.low),
        Field(wording.shape(pair.timed)),
    ]
