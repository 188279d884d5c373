"""How much memory a call takes beyond its input, as a sheet."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd

from softmark_reports.data.findings import recipe
from softmark_reports.data.named import named_rows
from softmark_reports.sheets.sheet import EMPTY, Column, Field, Sheet
from softmark_reports.writing import wording

METRIC = "peak memory"


def memory(table: pd.DataFrame, name: str, entry: Callable[[str], Field]) -> Sheet:
    """A row a measurement, the most extravagant first."""
    rows = table[table["metric"].eq(METRIC) & table["value_hex"].ne("")]
    rows = rows.sort_values("value", ascending=False, kind="stable")
    return Sheet(
        name,
        "Extra memory at the peak of a call, in units of its input",
        [
            Column("implementation"),
            Column("format"),
            Column("case"),
            Column("extra, of input", number=True),
            Column("bound", number=True),
            Column("first call", number=True),
            Column("later calls", number=True),
            Column("input", number=True),
            Column("method"),
        ],
        [_row(row, entry) for row in named_rows(rows)],
    )


def _row(row: Any, entry: Callable[[str], Field]) -> list[Field]:
    given = row.distribution
    return [
        entry(str(row.implementation)),
        Field(str(row.format)),
        Field(recipe(row)),
        Field(wording.number(row.value), row.value),
        Field(wording.number(row.bound), row.bound) if pd.notna(row.bound) else EMPTY,
        *(_bytes(given.get(key)) for key in ("first_call_bytes", "steady_bytes", "input_bytes")),
        Field(wording.plain(given.get("method", ""))),
    ]


def _bytes(value: Any) -> Field:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return EMPTY
    return Field(wording.octets(value), value)
