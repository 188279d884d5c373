"""Conformance, accuracy and speed of every softmax.

From Python, ``check(function)`` gives a ``Report``; ``contract("ranks=2")`` states
what a function takes; ``softmark.testing`` holds tests for pytest.  They are loaded when
they are first asked for, so that importing softmark costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from softmark import testing
    from softmark.api import CheckFailed, Report, check
    from softmark.statements import contract

__version__ = "0.1.0"
__all__ = ["CheckFailed", "Report", "__version__", "check", "contract", "testing"]

_API: Final = ("CheckFailed", "Report", "check")


def __getattr__(name: str) -> Any:
    if name in _API:
        return getattr(import_module("softmark.api"), name)
    if name == "contract":
        return import_module("softmark.statements").contract
    if name == "testing":
        return import_module("softmark.testing")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_API, "contract", "testing"})
