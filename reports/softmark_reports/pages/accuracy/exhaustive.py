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
            Column("other rows"), Column("worst input"),
        ],
        [_row(cell) for cell in cells],
    )  # fmt: skip


def searched(rows: Sequence[SearchedRow]) -> Sheet | None:
    """A row a function, format and quantity, a column a length; nothing where there are none."""
    if not rows:
        return None
    lengths = sorted({row.n for row in rows})
    found: dict[tuple[str, str, str], dict[int, Field]] = {}
    for row in rows:
        what = row.implementation, row.format, row.quantity
        found.setdefault(what, {})[row.n] = _searched(row)
    return Sheet(
        "searched-table",
        "The worst error in ulp that a search found in rows of n logits, its share of grade B's "
        "bound, and its grade",
        [
            *(Column(name) for name in ("implementation", "format", "of")),
            *(Column(f"n = {n:,}", number=True) for n in lengths),
        ],
        [
            [*map(Field, what), *(cells.get(n, Field("")) for n in lengths)]
            for what, cells in found.items()
        ],
    )


def _searched(row: SearchedRow) -> Field:
    if row.ulp is None or row.share is None:
        return Field(f"{row.got} ({row.grade})")
    return Field(f"≥ {row.ulp:.3g} ({row.share:.2g}, {row.grade})", row.ulp)


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
        Field(_other_rows(cell.differing), cell.differing),
        Field(cell.input),
    ]


def _other_rows(differing: float | None) -> str:
    if differing is None:
        return ""
    return f"{100 * differing:.2g} % differ" if differing else "all the same"
