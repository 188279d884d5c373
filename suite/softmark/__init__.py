"""Conformance, accuracy and speed of every softmax.

From Python, ``check(function)`` gives a ``Report``; ``contract("ranks=2")`` states
what a function takes; ``tolerance(logits)`` how far each result may be off;
``softmark.testing`` holds tests for pytest, ``softmark.oracle`` the exact values.  They are loaded
when they are first asked for, so that importing softmark costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from softmark import oracle, testing
    from softmark.answers import tolerance
    from softmark.api import CheckFailed, Report, check
    from softmark.statements import contract

__version__ = "0.1.0"
__all__ = [
    "CheckFailed",
    "Report",
    "__version__",
    "check",
    "contract",
    "oracle",
    "testing",
    "tolerance",
]

_HOMES: Final = {
    "CheckFailed": "softmark.api",
    "Report": "softmark.api",
    "check": "softmark.api",
    "contract": "softmark.statements",
    "tolerance": "softmark.answers",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    if name in ("oracle", "testing"):
        return import_module(f"softmark.{name}")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, "oracle", "testing"})
