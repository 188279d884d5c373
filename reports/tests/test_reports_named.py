"""Rows with names are those of pandas, also where the columns' names are none of Python's."""

from __future__ import annotations

import pandas as pd
import pytest

from softmark_reports.data.named import first_row, named_rows

TABLE = pd.DataFrame(
    {
        "value": [1.5, float("nan")],
        "count": [3, 4],
        "format": pd.Categorical(["float32", "float16"]),
        "case": [{"shape": [2]}, None],
        "copy fraction": [True, False],
        "class": ["a", "b"],
    },
    index=[7, 9],
)


@pytest.mark.parametrize("table", [TABLE, TABLE.iloc[:0], TABLE[["value"]], TABLE[::-1]])
def test_they_are_what_pandas_gives(table: pd.DataFrame) -> None:
    due = list(table.itertuples(index=False))
    came = list(named_rows(table))
    assert repr([tuple(row) for row in came]) == repr([tuple(row) for row in due])
    assert [list(map(type, row)) for row in came] == [list(map(type, row)) for row in due]
    assert [row._fields for row in came] == [row._fields for row in due]


def test_the_first_is_the_first_or_none() -> None:
    assert repr(first_row(TABLE)) == repr(next(named_rows(TABLE)))
    assert type(first_row(TABLE).count) is int
    assert first_row(TABLE.iloc[:0]) is None
