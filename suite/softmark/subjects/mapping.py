"""Which parameter of a function is which argument, where its user says so: ``beta=1/temperature``.

The grammar is ``NAME=PARAMETER``: ``axis=dim_``, ``beta=scale``, ``labels=target``, ``x=scores``.
``mask=PARAMETER`` is true where a logit takes part, ``mask=~PARAMETER`` where it is left out.
``beta=1/PARAMETER`` stands for a temperature.  The logits and the labels may be places among the
arguments too, counted from 1: ``labels=1`` is a loss that takes its labels first.  The options of a
loss are mapped by their names in ``softmark.options``: ``ignore_index=pad_id``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

from softmark.naming import UnknownName
from softmark.operands import NUMBERS, OPERANDS
from softmark.options import OPTIONS
from softmark.subjects.faults import TargetError

ROLES: Final = ("x", "axis", *NUMBERS, *OPERANDS, *OPTIONS)
"""What a function is given."""

INVERSE: Final = "1/"
"""How a parameter is written that takes the reciprocal."""


NOT: Final = "~"
"""How a parameter is written that is true where a logit is left out."""


def parsed(
    given: Mapping[str, str] | Collection[str], roles: Collection[str] = ROLES
) -> dict[str, str]:
    """The parameter of each argument that is mapped, from ``NAME=PARAMETER`` or a mapping.

    Raises
    ------
    UnknownName
        An argument does not exist.
    TargetError
        A text is not in the grammar, or says what another one has said.
    """
    texts = [given] if isinstance(given, str) else given
    pairs = given.items() if isinstance(given, Mapping) else map(_pair, texts)
    found: dict[str, str] = {}
    for role, parameter in pairs:
        parameter = str(parameter).replace(" ", "")
        _check(role, parameter, roles)
        if role in found or named(parameter) in map(named, found.values()):
            raise TargetError(f"map {role}={parameter} repeats a name of another map; give one")
        found[role] = parameter
    return found


def named(parameter: str) -> str:
    """The parameter itself, also where it takes the reciprocal, or the opposite of a mask."""
    return parameter.removeprefix(INVERSE).removeprefix(NOT)


def _pair(text: str) -> tuple[str, str]:
    role, equals, parameter = text.partition("=")
    if not equals:
        raise TargetError(
            f"map {text!r} has no equals sign; write axis=PARAMETER or beta=1/PARAMETER"
        )
    return role.strip(), parameter


def _check(role: str, parameter: str, roles: Collection[str]) -> None:
    if role not in roles:
        raise UnknownName("argument to map", role, roles)
    is_place = parameter in ("1", "2") and role in ("x", "labels")
    prefix = {"beta": INVERSE, "mask": NOT}.get(role, "")
    name = parameter.removeprefix(prefix)
    if not (is_place or name.isidentifier()):
        allowed = {
            "beta": "a parameter or 1/PARAMETER",
            "axis": "a parameter",
            "cap": "a parameter",
            "mask": "a parameter or ~PARAMETER",
            **dict.fromkeys(OPTIONS, "a parameter"),
        }
        what = allowed.get(role, "a parameter, or its place: 1 or 2")
        raise TargetError(f"map {role}={parameter} cannot be read; {role} is {what}")
