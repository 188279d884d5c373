"""Tables as CSV, in which no cell is a formula to the spreadsheet that opens it.

A spreadsheet computes what begins with ``=``, ``+``, ``-`` or ``@``, and looks for that after
blanks; an apostrophe before it makes it text.  What is a number stays one, with its sign.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from softmark_reports.writing import wording

if TYPE_CHECKING:
    import pandas as pd

_FORMULA: Final = re.compile(r"[\s\x00-\x20]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r]")


def text(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """The table as the text of a file."""
    stream = io.StringIO()
    writer = csv.writer(stream)
    writer.writerows([cell(value) for value in row] for row in (heads, *rows))
    return wording.printable(stream.getvalue())


def frame(data: pd.DataFrame) -> str:
    """A table of pandas; what is missing is an empty cell."""
    held = data.astype(object).where(data.notna(), None)
    return text([str(name) for name in data.columns], held.itertuples(index=False))


def cell(value: Any) -> Any:
    """A value as it may stand in a cell."""
    if not isinstance(value, str) or not _FORMULA.match(value) or _is_number(value):
        return value
    return f"'{value}"


def _is_number(value: str) -> bool:
    try:
        float(value)
    except ValueError:
        return False
    return value == value.strip()
