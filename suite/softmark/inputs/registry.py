"""How a family of logits is declared, and how a case's array is made from it."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from softmark.formats import Float64Array, Format, round_to
from softmark.inputs.kept import Kept
from softmark.records import Case

Family = Callable[..., Float64Array]
"""``family(rng, rows, n, fmt, **parameters)`` gives ``rows`` x ``n`` values, any float64."""

CHECK: Final = "check"
"""The parameter of a case that speaks to the check and not to the family."""

_KEPT: Final = Kept(2**29)

FAMILIES: Final[dict[str, Family]] = {}


def family(function: Family) -> Family:
    """Declare a function as the input family of its name."""
    FAMILIES[function.__name__] = function
    return function


def generator(case: Case, purpose: str = "logits") -> np.random.Generator:
    """A random generator that depends on the case alone; one for each purpose."""
    words = [case.seed, *map(zlib.crc32, (case.family.encode(), purpose.encode())), *case.shape]
    return np.random.default_rng(words)


def logits(case: Case, fmt: Format) -> Float64Array:
    """The case's logits: float64 values that ``fmt`` holds exactly, of shape ``case.shape``.

    Each line along ``case.axis`` is a row of the family, rounded to the format; what would
    overflow becomes the largest finite number.  Without any axis it is a row of one, as a scalar.
    The array is read-only.

    Raises
    ------
    ValueError
        There is no such family, or it does not take the case's parameters.
    """
    if case.family not in FAMILIES:
        raise ValueError(f"unknown input family {case.family!r}; there are {', '.join(FAMILIES)}")
    own: dict[str, Any] = {k: v for k, v in case.parameters.items() if k != CHECK}
    key = fmt, case.family, case.seed, case.shape, case.axis, json.dumps(own, sort_keys=True)
    return _KEPT.get(key, lambda: _made(case, own, fmt))


def _made(case: Case, own: dict[str, Any], fmt: Format) -> Float64Array:
    n = case.shape[case.axis] if case.shape else 1
    others = [size for i, size in enumerate(case.shape) if i != case.axis % len(case.shape)]
    try:
        values = FAMILIES[case.family](generator(case), math.prod(others), n, fmt, **own)
    except TypeError as error:
        raise ValueError(f"input family {case.family!r}: {error}") from error
    held = round_to(np.where(np.isinf(values), values, np.clip(values, -fmt.max, fmt.max)), fmt)
    if not case.shape:
        return held.reshape(())
    return np.ascontiguousarray(np.moveaxis(held.reshape([*others, n]), -1, case.axis))
