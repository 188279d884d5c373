"""The rows of a table as tuples with names.

pandas makes a class of tuples at each call and reads column by column, which took longer than all
else in a report that reads thousands of short tables; here a class is made once for the same
columns.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pandas as pd


def named_rows(frame: pd.DataFrame) -> Iterator[Any]:
    """What ``frame.itertuples(index=False)`` gives."""
    return map(_row(tuple(map(str, frame.columns))), frame.astype(object).to_numpy().tolist())


def first_row(frame: pd.DataFrame) -> Any:
    """The first of them; ``None`` where there is none."""
    return next(named_rows(frame.iloc[:1]), None)


@cache
def _row(names: tuple[str, ...]) -> Callable[[list[Any]], Any]:
    made = namedtuple("Row", names, rename=True)  # type: ignore[misc]  # names are known when read
    return made._make
