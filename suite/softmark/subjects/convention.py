"""How a function wants to be called, read from its signature.

The convention is ``f(x, axis=-1, beta=1.0)``; ``dim`` is understood for
``axis``.  A function that takes neither works along the last axis.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Convention:
    """The keyword for the axis, empty when there is none, and whether ``beta`` is taken."""

    axis: str
    takes_beta: bool


def read(function: Callable[..., Any]) -> Convention:
    """The convention of ``function``; of one without a readable signature, ``axis`` alone."""
    names = argument_names(function)
    if names is None:
        return Convention("axis", False)
    axis = next((name for name in ("axis", "dim") if name in names), "")
    return Convention(axis, "beta" in names)


def argument_names(function: Callable[..., Any]) -> Collection[str] | None:
    """The arguments that can be given by name; ``None`` where nothing tells."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return getattr(function, "keywords", None)  # those that functools.partial was given
    names = {p.name for p in parameters if p.kind in (p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY)}
    passes_on = any(p.kind is p.VAR_KEYWORD for p in parameters)
    return names | _behind(function) if passes_on else names


def _behind(function: Callable[..., Any]) -> set[str]:
    """What an object takes that hands all arguments on: a module of layers, a custom operator."""
    for inner in (getattr(function, "_orig_mod", None), function):  # torch.compile of a module
        forward = getattr(inner, "forward", None)
        if callable(forward):
            return set(argument_names(forward) or ())
    for operator in ("_opoverload", "default"):  # torch.library.custom_op, torch.ops.space.name
        schema = getattr(getattr(function, operator, None), "_schema", None)
        if schema is not None:
            return {argument.name for argument in schema.arguments}
    return set()
