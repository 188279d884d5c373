"""What an author states of a function: ``ranks=2,length<=1024,integers=no``.

The statements are described in ``softmark explain contract``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from softmark.contracts import LABELS, NONFINITE, STATED, Contract
from softmark.naming import UnknownName
from softmark.options import OPTIONS

Stated = TypeVar("Stated", bound=Contract)
Function = TypeVar("Function", bound=Callable[..., Any])

ATTRIBUTE: Final = "__softmark_takes__"
"""Where ``contract`` leaves the statements on a function."""

_STATEMENT: Final = re.compile(r"\s*(?P<name>\w+)\s*(?P<relation><=|>=|=|%)\s*(?P<value>.*\S)\s*")


class StatementError(ValueError):
    """A statement of what a function takes cannot be read."""


def stating(contract: Stated, text: str, formats: Iterable[str] = ()) -> Stated:
    """The contract with what its author states in place of what was found.

    Parameters
    ----------
    text:
        Statements, separated by commas.
    formats:
        The names of formats that there are; empty where they are not looked at.

    Raises
    ------
    StatementError, UnknownName
        A statement cannot be read, contradicts another, or names what there is not.
    """
    found: dict[str, dict[str, Any]] = {}
    for statement in filter(str.strip, text.split(",")):
        dimension, fields = _read(statement)
        known = found.setdefault(dimension, {})
        if twice := known.keys() & fields.keys():
            raise StatementError(f"{statement.strip()!r} states {min(twice)} twice; state it once")
        known |= fields
    for dimension, fields in found.items():
        contract = contract.restricted(dimension, STATED, **_whole(dimension, fields))
    _agree(contract, text)
    for name in contract.formats if formats and "formats" in found else ():
        if name not in formats:
            raise UnknownName("format", name, formats)
    return contract


def restated(lines: Iterable[str]) -> Contract:
    """The contract of which these are the lines; see ``Contract.lines``.

    Raises
    ------
    StatementError
        One of them cannot be read.
    """
    told = [line.partition(": ")[0] for line in lines]
    return stating(Contract(), ",".join(text for text in told if not text.isalpha()))


def contract(takes: str) -> Callable[[Function], Function]:
    """State what a function takes: a decorator, or ``contract("ranks=2")(function)``.

    The statements are kept on the function, where ``softmark check`` and ``softmark.check`` find
    them; ``softmark explain contract`` lists them.

    Raises
    ------
    StatementError
        A statement cannot be read, or the function can hold no attribute.
    """
    stating(Contract(takes_beta=True), takes)

    def state(function: Function) -> Function:
        try:
            setattr(function, ATTRIBUTE, takes)
        except (AttributeError, TypeError):
            kind = type(function).__name__
            raise StatementError(
                f"a {kind} can hold no contract; give takes= or --takes instead"
            ) from None
        return function

    return state


def _read(statement: str) -> tuple[str, dict[str, Any]]:
    """The dimension of one statement, and the fields of the contract that it sets."""
    found = _STATEMENT.fullmatch(statement)
    key = (found["name"], found["relation"]) if found else ("", "")
    if found is None or key not in _READERS:
        examples = ", ".join(f"{name}{relation}" for name, relation in _READERS)
        raise StatementError(
            f"{statement.strip()!r} states nothing that is understood; "
            f"statements begin with {examples}"
        )
    try:
        return found["name"], dict(_READERS[key](found["value"]))
    except ValueError as error:
        raise StatementError(f"{statement.strip()!r}: {error}") from None


def _whole(dimension: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """All fields of a dimension: what the author leaves open, no refusal restricts either."""
    every = {
        "length": {"least": 0, "most": None, "multiple": 1, "powers": False},
        "rows": {"least_rows": 0, "most_rows": None},
    }
    said = {name: value for name, value in fields.items() if value is not True or name == "powers"}
    return {**every.get(dimension, {}), **said}  # "yes" adds nothing to what can be called


def _agree(contract: Contract, text: str) -> None:
    """Some length, and some number of rows, must be left."""
    lengths = contract.takes_length(contract.nearest_length(max(contract.least, 1)))
    rows = contract.most_rows is None or contract.least_rows <= contract.most_rows
    for name, is_left in (("length", lengths), ("rows", rows)):
        if not is_left:
            raise StatementError(f"{text.strip()!r} leaves no {name} that it takes")


def _number(text: str) -> int:
    if not text.isdecimal():
        raise ValueError(f"{text!r} is no whole number")
    return int(text)


def _positive(text: str) -> int:
    if _number(text) == 0:
        raise ValueError("give a number above 0")
    return _number(text)


def _size(text: str) -> float:
    try:
        size = float(text)
    except ValueError:
        raise ValueError(f"{text!r} is no number") from None
    if not 0 < size < math.inf:
        raise ValueError("give a finite number above 0")
    return size


def _length(text: str) -> dict[str, Any]:
    if text == "2^k":
        return {"powers": True}
    n = _positive(text)
    return {"least": n, "most": n}


def _axis(text: str) -> str:
    if text in ("any", "last") or re.fullmatch(r"-?\d{1,2}", text):
        return "last" if text == "-1" else text
    raise ValueError("give any, last, or the number of an axis")


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("give yes or no")
    return text == "yes"


def _values(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split("|")))


def _among(known: tuple[str, ...]) -> Callable[[str], tuple[str, ...]]:
    """Reads names of a list."""

    def read(text: str) -> tuple[str, ...]:
        for name in _values(text):
            if name not in known:
                raise ValueError(f"there is no {name!r}, but {', '.join(known)}")
        return _values(text)

    return read


def _options(text: str) -> tuple[str, ...]:
    return () if text == "no" else _among(OPTIONS)(text)


def _layouts(text: str) -> tuple[str, ...]:
    from softmark_implementations.framework import LAYOUTS  # loads NumPy

    return tuple(dict.fromkeys(("contiguous", *_among(LAYOUTS)(text))))


def _nonfinite(text: str) -> tuple[str, ...]:
    named = {"yes": NONFINITE, "no": ()}.get(text)
    return _among(NONFINITE)(text) if named is None else named


_READERS: Final[dict[tuple[str, str], Callable[[str], dict[str, Any]]]] = {
    ("ranks", "="): lambda text: {"ranks": tuple(map(_positive, _values(text)))},
    ("axis", "="): lambda text: {"axes": _axis(text)},
    ("length", "<="): lambda text: {"most": _positive(text)},
    ("length", ">="): lambda text: {"least": _positive(text)},
    ("length", "%"): lambda text: {"multiple": _positive(text)},
    ("length", "="): _length,
    ("rows", "<="): lambda text: {"most_rows": _positive(text)},
    ("rows", ">="): lambda text: {"least_rows": _number(text)},
    ("formats", "="): lambda text: {"formats": _values(text)},
    ("integers", "="): lambda text: {"integers": _yes(text)},
    ("nonfinite", "="): lambda text: {"nonfinite": _nonfinite(text)},
    ("size", "<="): lambda text: {"largest": _size(text)},
    ("layouts", "="): lambda text: {"layouts": _layouts(text)},
    ("labels", "="): lambda text: {"labels": _among(LABELS)(text)},
    ("options", "="): lambda text: {"options": _options(text)},
    ("derivatives", "="): lambda text: {"gradient": _yes(text)},
    ("beta", "="): lambda text: {"takes_beta": _yes(text)},
}
