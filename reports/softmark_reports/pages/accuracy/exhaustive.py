"""The tables of worst errors over all inputs, and over those that a search tried."""

from __future__ import annotations

from collections.abc import Sequence

from softmark_reports.data.exhaustive import ExhaustiveCell, SearchedRow
from softmark_reports.sheets.sheet import Column, Field, Sheet


def exhaustive(cells: Sequence[ExhaustiveCell]) -> Sheet | None:
    """A row a cell; nothing where there are none."""
    if not cells:
        return None
    return Sheet(
        "exhaustive-table",
        "The worst error in ulp over all inputs",
        [
            Column("implementation"), Column("format"), Column("of"),
            Column("inputs", number=True), Column("worst error", number=True), Column("grade"),
            Column("over half an ulp", number=True), Column("0 for a subnormal", number=True),
            Column("worst input"),
        ],
        [_row(cell) for cell in cells],
    )  # fmt: skip


def searched(rows: Sequence[SearchedRow]) -> Sheet | None:
    """A row a search; nothing where there are none."""
    if not rows:
        return None
    return Sheet(
        "searched-table",
        "The worst error in ulp that a search found",
        [
            Column("implementation"), Column("format"), Column("of"), Column("n", number=True),
            Column("worst error found", number=True),
            Column("of grade B's bound", number=True), Column("grade"),
        ],
        [_searched(row) for row in rows],
    )  # fmt: skip


def _searched(row: SearchedRow) -> list[Field]:
    return [
        Field(row.implementation),
        Field(row.format),
        Field(row.quantity),
        Field(f"{row.n:,}", row.n),
        Field(row.got) if row.ulp is None else Field(f"≥ {row.ulp:.4g}", row.ulp),
        Field("") if row.share is None else Field(f"{row.share:.3g}", row.share),
        Field(row.grade),
    ]


def _row(cell: ExhaustiveCell) -> list[Field]:
    layout = ", columns" if cell.columns else ""
    return [
        Field(f"{cell.implementation}{layout}"),
        Field(cell.format),
        Field(cell.quantity),
        Field(f"{cell.inputs:,}", cell.inputs),
        Field("≤ 0.5", 0.5) if cell.ulp is None else Field(f"= {cell.ulp:.6g}", cell.ulp),
        Field(cell.grade),
        Field(f"{cell.beyond_half:,}", cell.beyond_half),
        Field(f"{cell.flushed:,}", cell.flushed),
        Field(cell.input),
    ]
