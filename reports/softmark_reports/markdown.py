"""Text and tables in Markdown that no reader takes for markup of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from softmark_reports import wording

_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>()#|~@!&])")


def escaped(text: str) -> str:
    """Text that no reader takes for markup, a mention or the end of a cell, on one line."""
    plain = _MARKUP.sub(r"\\\1", wording.printable(" ".join(text.split())))
    return plain.replace("\\@", "@\u2060")


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[bool] = ()) -> str:
    """A table of cells that are Markdown already.

    Parameters
    ----------
    heads, rows:
        What stands in them; each row as long as the heads.
    numbers:
        For each column whether it is set to the right; by default none is.
    """
    marks = [" ---: " if number else " --- " for number in numbers or [False] * len(heads)]
    lines = [f"| {' | '.join(heads)} |", f"|{'|'.join(marks)}|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
