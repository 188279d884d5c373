"""What a record can hold: text that can be encoded, and numbers that JSON has.

A message, the name of an environment variable or of a file may hold half a
character, and a function may return anything: what comes from outside passes
here, so that nothing of it stops a run when a record is written.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final

NOT_FINITE: Final = "not_finite"
"""The field that names the fields of which a number is NaN or infinite, and so null."""


def encodable(text: str) -> str:
    """The text with what UTF-8 lacks as an escape: a lone surrogate is ``\\\\udc80``."""
    return text.encode("utf-8", "backslashreplace").decode()


def cleaned(value: Any) -> Any:
    """A JSON value, all of whose texts are encodable."""
    match value:
        case str():
            return encodable(value)
        case Mapping():
            return {encodable(str(name)): cleaned(held) for name, held in value.items()}
        case list() | tuple():
            return [cleaned(held) for held in value]
    return value


def finite(told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with each NaN or infinity as null, and the names of those that held one."""
    kept: dict[str, Any] = cleaned(told)
    lost = [name for name, value in kept.items() if _finite(value) != value]
    if not lost:
        return kept
    return {name: _finite(value) for name, value in kept.items()} | {NOT_FINITE: lost}


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {name: _finite(held) for name, held in value.items()}
        case list():
            return [_finite(held) for held in value]
    return value
