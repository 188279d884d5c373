"""Text and tables in Markdown that no reader takes for markup of their own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from softmark_reports.writing import wording

_LIVE: Final = re.compile(r"[\\`<@#]|(?<=\])\(")
_TICKS: Final = re.compile("`+")
_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>()#|~@!&])")


def escaped(text: str) -> str:
    """Text that no reader takes for markup, a mention or the end of a cell, on one line."""
    plain = _MARKUP.sub(r"\\\1", wording.printable(" ".join(text.split())))
    return plain.replace("\\@", "@\u2060")


def sentence(text: str) -> str:
    """Text on one line without markup, mentions or links, in which a reader sees few escapes."""
    plain = _LIVE.sub(r"\\\g<0>", wording.printable(" ".join(text.split())))
    return plain.replace("\\@", "@\u2060")


def code(text: str) -> str:
    """A text as code, whatever backticks it holds."""
    plain = wording.printable(" ".join(text.split()))
    ticks = max([*_TICKS.findall(plain), ""], key=len) + "`"
    edge = " " if plain[:1] == "`" or plain[-1:] == "`" else ""
    return f"{ticks}{edge}{plain}{edge}{ticks}"


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
