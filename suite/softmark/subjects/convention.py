"""How a function wants to be called, read from its signature.

The convention is ``f(x, axis=-1, beta=1.0)``; ``dim`` is understood for
``axis``.  A function that takes neither works along the last axis.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Convention:
    """The keyword for the axis, empty when there is none, and whether ``beta`` is taken."""

    axis: str
    takes_beta: bool


def read(function: Callable[..., Any]) -> Convention:
    """The convention of ``function``; of one without a readable signature, ``axis`` alone."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return Convention("axis", False)
    names = {
        p.name for p in parameters.values() if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)
    }
    axis = next((name for name in ("axis", "dim") if name in names), "")
    return Convention(axis, "beta" in names)
