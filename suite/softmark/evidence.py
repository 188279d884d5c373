"""A record in a few lines: by how much, against which bound, and on which input.

What a command prints, what a test raises, and what the report writes for other tools say the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any, Final

from softmark.operands import number_of
from softmark.records import Case, Record
from softmark.visible import visible

SHORT: Final = 8
"""Logits of a row that is shown."""

_ROWS: Final = {"x": "row", "direction": "along", "tangent": "tangent"}
"""Rows in a witness, and what they are called."""


def facts(record: Record) -> list[str]:
    """The number with its bound, the input, and the element with what came and what was due."""
    case, witness = record.case, record.witness
    lines = []
    if record.value is not None:
        lines.append(f"{record.metric} {_beyond(record)}{number(record)}{_bound(record)}")
    lines.append(
        f"input {case.family} {list(case.shape)} axis {case.axis} "
        f"{number_of(record.operation)} {case.beta:g} seed {case.seed}{_parameters(case)}"
    )
    lines += _rows(record)
    if "got" in witness:
        got, expected = witness["got"], witness.get("expected")
        lines.append(f"at {witness.get('index')}: got {_both(got)}, expected {_both(expected)}")
    return lines


def brief(record: Record) -> str:
    """A few words: how many times its bound the value is, or else the message."""
    beyond = _beyond(record)
    return f"{beyond}{number(record)}" if beyond else record.message


def _parameters(case: Case) -> str:
    """What else decides the input, or how the function is called with it."""
    told = case.parameters.get("check")
    held = {**case.parameters, **(told if isinstance(told, dict) else {}), "check": None}
    return "".join(f" {name} {value}" for name, value in held.items() if value not in (None, ""))


def _rows(record: Record) -> Iterator[str]:
    """The rows that the number is from, where they are short."""
    for field, name in _ROWS.items():
        row = record.witness.get(field)
        if isinstance(row, list) and len(row) <= SHORT:
            yield f"{name} [{', '.join(map(_decimal, row))}]"


def _both(value: Any) -> str:
    """A hexadecimal number with its decimal; what is none is left as it is."""
    decimal = _decimal(value)
    return str(value) if decimal in (str(value), "") else f"{value} ({decimal})"


def _decimal(value: Any) -> str:
    try:
        return f"{float.fromhex(str(value)):.9g}"
    except (ValueError, OverflowError):
        return str(value)


def number(record: Record) -> str:
    """The size of the value with its unit, for a person; empty where there is none.

    The sign of an error is in what came and what was expected.
    """
    if record.value is None:
        return ""
    text = "NaN" if math.isnan(record.value) else f"{abs(record.value):.3g}"
    return f"{text} {record.unit}" if record.unit not in ("", "1") else text


def _beyond(record: Record) -> str:
    """How many times its bound the value is, where it is beyond."""
    share = record.share
    return f"{share:.3g}x its bound: " if share is not None and 1 < share < math.inf else ""


def replay(record_id: str) -> str:
    """The command that shows a record again, on one line that a shell takes as it looks."""
    shown = " ".join(visible(record_id).split())
    return "softmark repro '" + shown.replace("'", "'\\''") + "'"


def _bound(record: Record) -> str:
    decided = record.good_bound if record.verdict == "weak" else None
    bound = record.bound if decided is None else decided
    return "" if bound is None else f", bound {bound:.3g} ({record.bound_source})"
