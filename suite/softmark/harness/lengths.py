"""Which lengths of a row a function refuses, from as few calls as say it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

Refusal = Callable[[int], str]
"""What a function says of a length that it refuses; empty where it takes it."""

USUAL: Final = 10
"""The length that is tried before any other."""
ODD: Final = 33
LONG: Final = (1000, 2**20)
"""Lengths beyond; 2^20 is the longest that the checks have."""


@dataclass(frozen=True)
class Lengths:
    """A restriction: the fields of a contract, and what the function says."""

    fields: dict[str, Any]
    why: str


def fitted_lengths(taken: int, refusal: Refusal, *, few: bool = False) -> Lengths | None:
    """The restriction that explains what is refused; ``None`` where nothing is.

    Parameters
    ----------
    taken:
        A length that it takes: 10, or a power of two where it refuses that.
    few:
        Whether a new length costs much.
    """
    parts = [_steps(taken, refusal)]
    if parts[0] is None:
        parts.append(None if few else _least(taken, refusal))
    unit = parts[0].fields if parts[0] is not None else {}
    if "most" not in unit:
        parts.append(_most(taken, refusal, unit, few=few))
    found = [part for part in parts if part is not None]
    if not found:
        return None
    fields = {name: value for part in found for name, value in part.fields.items()}
    return Lengths(fields, "; ".join(dict.fromkeys(part.why for part in found)))


def _steps(taken: int, refusal: Refusal) -> Lengths | None:
    """Whether it takes multiples of a number, powers of two, or one length alone."""
    if taken == USUAL:
        why = refusal(ODD)
        if not why or refusal(1000):
            return None  # all that is longer is refused, which is a matter of the most
        steps = 2 if not refusal(12) else 5 if not refusal(15) else USUAL
        return Lengths({"multiple": steps}, why)
    why = refusal(USUAL)
    least = next(n for n in (2**k for k in range(1, 21)) if n >= taken or not refusal(n))
    if not refusal(least + 1):
        return Lengths({"least": _first(USUAL, least, refusal)}, why)
    if not refusal(3 * least):
        return Lengths({"multiple": least}, why)
    if not refusal(2 * least):
        return Lengths({"powers": True, "least": least}, refusal(3 * least))
    return Lengths({"least": least, "most": least}, why)


def _least(taken: int, refusal: Refusal) -> Lengths | None:
    why = refusal(1)
    return Lengths({"least": _first(1, taken, refusal)}, why) if why else None


def _first(refused: int, taken: int, refusal: Refusal) -> int:
    """The least length that is taken, between one that is not and one that is."""
    while taken - refused > 1:
        middle = (refused + taken) // 2
        refused, taken = (middle, taken) if refusal(middle) else (refused, middle)
    return taken


def _most(taken: int, refusal: Refusal, unit: dict[str, Any], *, few: bool) -> Lengths | None:
    """The greatest length, found between one that is taken and one that is not."""
    step = int(unit.get("multiple", 1))
    if unit.get("powers") or few:
        return _most_power(taken, refusal, step)
    low = max(taken // step, 1)
    for length in LONG:
        high = -(-length // step)
        if why := refusal(high * step):
            return _between(low, high, step, refusal, why)
        low = high
    return None


def _between(low: int, high: int, step: int, refusal: Refusal, why: str) -> Lengths:
    while high - low > 1:
        middle = (low + high) // 2
        found = refusal(middle * step)
        low, high, why = (low, middle, found) if found else (middle, high, why)
    return Lengths({"most": low * step}, why)


def _most_power(taken: int, refusal: Refusal, step: int) -> Lengths | None:
    """The greatest of the powers of two; what is compiled for each length is asked for few."""
    if not (why := refusal(2**20)):
        return None
    low, high = max((max(taken, step) - 1).bit_length(), 1), 20
    while high - low > 1:
        middle = (low + high) // 2
        found = refusal(2**middle)
        low, high, why = (low, middle, found) if found else (middle, high, why)
    return Lengths({"most": max(2**low, taken)}, why)
