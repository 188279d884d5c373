"""Many records as few words: the worst of a cell, the verdict of a whole."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from softmark.evidence import number
from softmark.records import BAD, UNJUDGED, VERDICTS, Record, Verdict

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

_COLOURS: Final[dict[Verdict, str]] = {
    "pass": "green",
    "weak": "yellow",
    "policy": "cyan",
    "not_offered": "dim",
    "skipped": "dim",
}

_FEW: Final = 3
"""Reasons that a sentence names."""

Key = Callable[[Record], str]


def worst(records: Iterable[Record]) -> Record:
    """The gravest verdict, then the worst grade, then what is furthest beyond its bound."""
    return max(records, key=lambda record: record.gravity)


def overall(records: Iterable[Record]) -> str:
    """``fail``, ``weak``, ``pass``, or ``not_judged`` where no record is judged."""
    verdicts = {record.verdict for record in records} - UNJUDGED
    if not verdicts:
        return "not_judged"
    if verdicts & BAD:
        return "fail"
    return "weak" if "weak" in verdicts else "pass"


def unjudged(records: Iterable[Record]) -> str:
    """Why nothing was judged, in a sentence; empty where something was."""
    records = list(records)
    if overall(records) != "not_judged":
        return ""
    why = dict.fromkeys(record.message or f"{record.metric} is reported" for record in records)
    said = "; ".join([*list(why)[:_FEW], *(["..."] if len(why) > _FEW else [])])
    return f"nothing was judged ({said or 'no case'}); choose another check, format or profile"


def counts(records: Iterable[Record]) -> dict[str, int]:
    """Records by verdict, none left out."""
    found = Counter(record.verdict for record in records)
    return {verdict: found[verdict] for verdict in VERDICTS}


def counted(records: Iterable[Record]) -> str:
    """The verdicts that there are, with how many records have each."""
    return ", ".join(f"{n} {v.replace('_', ' ')}" for v, n in counts(records).items() if n)


def by_cell(
    records: Iterable[Record], row: Key, column: Key
) -> dict[tuple[str, str], list[Record]]:
    """Records by row and column of a table, in the order of their first."""
    cells: dict[tuple[str, str], list[Record]] = {}
    for record in records:
        cells.setdefault((row(record), column(record)), []).append(record)
    return cells


def table(records: Iterable[Record], row: Key, column: Key, corner: str) -> Table:
    """The worst record of each cell, as a table for the screen."""
    from rich.table import Table
    from rich.text import Text

    cells = by_cell(records, row, column)
    rows = list(dict.fromkeys(key[0] for key in cells))
    columns = list(dict.fromkeys(key[1] for key in cells))
    drawn = Table(corner, *columns, header_style="bold", pad_edge=False)
    for name in rows:
        drawn.add_row(Text(name), *(_cell(cells.get((name, other), [])) for other in columns))
    return drawn


_LEGEND: Final = {
    "pass": "pass: right, grade A or B",
    "weak": "weak: legal but poor, grade C",
    "fail": "fail: wrong, grade F",
    "policy": "policy: open, reported only",
    "not_offered": "not offered: it has no such thing",
    "skipped": "skipped: left to a larger profile",
    "crash": "crash: the call raised or died",
    "timeout": "timeout: no result in time",
}


def legend(records: Iterable[Record]) -> str:
    """What the words of a table of these records say, and how to read more of them."""
    seen = {record.verdict for record in records}
    said = [text for verdict, text in _LEGEND.items() if verdict in seen]
    beyond_bound = ["2x: twice its bound"] if seen & {"fail", "weak"} else []
    return f"{'; '.join([*said, *beyond_bound])} (softmark explain WORD)"


def told(records: Iterable[Record]) -> str:
    """A cell in words: the worst verdict with its grade and number, and whether a policy is."""
    records = list(records)
    record = worst(records)
    shown = record.verdict.replace("_", " ")
    if record.verdict in UNJUDGED:
        return shown
    grade = f" {record.grade}" if record.grade else ""
    share = f" {beyond(record)}," if beyond(record) else ""
    policy = ", policy" if any(other.verdict == "policy" for other in records) else ""
    return f"{shown}{grade}{share} {number(record)}".rstrip() + policy


def beyond(record: Record) -> str:
    """How many times the bound that decided a fail or a weak record is; empty where it is none."""
    share = record.share
    if record.verdict not in ("fail", "weak") or share is None or not 1 < share < math.inf:
        return ""
    return f"{share:.2g}x" if share < 1e6 else f"{share:.0e}x".replace("e+", "e")


def _cell(records: list[Record]) -> Text:
    from rich.text import Text

    if not records:
        return Text("-", style="dim")
    return Text(told(records), style=_COLOURS.get(worst(records).verdict, "bold red"))
