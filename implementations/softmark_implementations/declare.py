"""How a file says which implementations it holds.

The decorator's arguments are literals, so that a reader of the file's syntax
tree knows all implementations without importing the framework, which may be
missing, broken or slow to start.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
Labels = Literal["index", "probability"]
Costly = Literal["", "shapes", "tangents", "rows", "rows on cpu"]


@dataclass(frozen=True)
class Declaration:
    """What an implementation says of itself.

    Attributes
    ----------
    operation:
        Name of the operation that it computes.
    variant:
        Tells implementations of one operation in one framework apart; empty for the plain one.
    formats:
        Floating-point formats of the arrays that it takes.
    axes:
        ``any``, or ``last`` when it works along the last axis only.
    ranks:
        The numbers of dimensions that it takes; empty when it takes any from 1 up.
    labels:
        For cross-entropy, the kinds of labels that it takes.
    gradient:
        Whether the framework's own differentiation is to be tried on it; an argmax answers None.
    compiled:
        Whether it is compiled on the first call with each new shape, which costs seconds.
    costly:
        What of an input costs it much beyond its size: ``shapes`` when each of its steps is
        compiled for each new one, ``tangents`` when the steps of its forward derivative are,
        ``rows`` when each is a call of its own, ``rows on cpu`` when that is so where there is no
        other device; empty for none of them.
    fixed_beta:
        The one inverse temperature that it computes with, where it takes none but has one; finite.
    eager:
        The variant of the same operation, empty for the plain one, that it is the compiled form
        of; ``None`` where there is no such variant in the file.
    takes:
        What else it takes less of than the specification asks for, in the statements of
        ``softmark explain contract``: ``length<=1024,integers=no``.
    """

    operation: str
    variant: str = ""
    formats: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    axes: Literal["any", "last"] = "any"
    ranks: tuple[int, ...] = ()
    labels: tuple[Labels, ...] = ()
    gradient: bool = True
    compiled: bool = False
    costly: Costly = ""
    fixed_beta: float | None = None
    eager: str | None = None
    takes: str = ""

    def name(self, framework: str) -> str:
        """``framework.operation[variant]``, the name in records and on the command line."""
        suffix = f"[{self.variant}]" if self.variant else ""
        return f"{framework}.{self.operation}{suffix}"


def implementation(
    operation: str,
    variant: str = "",
    *,
    formats: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16"),
    axes: Literal["any", "last"] = "any",
    ranks: tuple[int, ...] = (),
    labels: tuple[Labels, ...] = (),
    gradient: bool = True,
    compiled: bool = False,
    costly: Costly = "",
    fixed_beta: float | None = None,
    eager: str | None = None,
    takes: str = "",
) -> Callable[[Function], Function]:
    """Declare the decorated function as an implementation of ``operation``.

    The function is called as ``f(x, axis=-1)``, with ``beta=1.0`` where the
    operation has an inverse temperature and the function takes it, with
    ``(logits, labels)`` for cross-entropy, as ``f(x, mask, axis=-1)`` for an operation with a
    mask, and with ``x`` alone for a function of
    one logit, as sigmoid.
    """

    def declare(function: Function) -> Function:
        function.__dict__["softmark"] = Declaration(
            operation,
            variant,
            formats,
            axes,
            ranks,
            labels,
            gradient,
            compiled,
            costly,
            fixed_beta,
            eager,
            takes,
        )
        return function

    return declare
