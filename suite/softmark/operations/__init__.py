"""The softmax family, one file an operation.

Adding an operation is adding a file: it defines ``OPERATION``, and its
docstring, in sections, is what ``softmark explain`` and the report print.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from softmark.operations.base import (
    Derivative,
    Kind,
    Limit,
    Operation,
    Problem,
    SecondDerivative,
    Value,
)

__all__ = [
    "Derivative",
    "Kind",
    "Limit",
    "Operation",
    "Problem",
    "SecondDerivative",
    "Value",
    "load",
    "names",
]

_MACHINERY = {"base", "bounds", "estimates", "formulas", "losses", "references", "row"}


@cache
def names() -> tuple[str, ...]:
    """The names of all operations."""
    return tuple(sorted(m.name for m in iter_modules(__path__) if m.name not in _MACHINERY))


@cache
def load(name: str) -> Operation:
    """The operation called ``name``.

    Raises
    ------
    ValueError
        No operation has that name; the message lists those that there are.
    """
    if name not in names():
        raise ValueError(f"unknown operation {name!r}; the operations are {', '.join(names())}")
    operation = import_module(f"{__name__}.{name}").OPERATION
    assert isinstance(operation, Operation)
    return operation
