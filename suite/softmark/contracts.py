"""contract: what a function takes, and what it is therefore not asked for.

A function of your own may take less than the specification asks for: one vector, 2-D arrays,
1,024 columns at most, floating-point numbers alone.  Its contract says so.  A case outside the
contract is *not offered*: it is neither passed nor failed, and the summary says why.

Where it comes from
-------------------
Three places, of which a later one wins.

- The signature and a few small calls: whether it takes an axis and an inverse temperature, and
  in which format and rank it can be called at all.  What cannot be called at all is one message
  and exit status 2.
- What it refuses with a clear exception.  Refused is a rank, an axis, a format, lengths above or
  below some number, other lengths than the multiples of some number, more rows than some number,
  whole numbers, NaN, an infinity, a layout in memory, or (with NotImplementedError) a derivative.
  Two ordinary inputs must be refused alike.  An exception that depends on the values of finite
  logits is a failure, and so is one that tells of a fault: a NameError, a ZeroDivisionError, ...
- What its author states, with --takes, takes= in Python, or the decorator softmark.contract.

The contract excuses no result.  A wrong result for whole numbers fails, unless the author states
that the function takes none; a line of the contract says what they give.

How cases are fitted
--------------------
The rows of a case are given one by one to a function of one vector, with further axes of size 1
to one that takes 3-D arrays alone, and along the axis at which it works.  Lengths that it does
not take are replaced by the nearest that it does.

Statements
----------
Statements are separated by commas, and their values by a vertical bar:

    ranks=2            numbers of dimensions
    axis=last          any, last, or the one axis that it works along: axis=0, axis=-3
    length<=1024       also length>=2, length%8 (multiples of 8), length=2^k (powers of two)
    rows<=65535        also rows>=1
    formats=float32|float16
    integers=no        floating-point numbers alone
    nonfinite=no       or those it takes: nan, +inf, -inf
    size<=1e4          finite logits of at most this size, as attention's are
    layouts=contiguous
    labels=index       of a loss: index, probability
    options=no         of a loss: ignore_index, label_smoothing, weight, reduction, z_loss
    derivatives=no
    beta=no            not called with an inverse temperature

Judged without it
-----------------
--strict judges the whole specification: refusals fail, and statements count for nothing.  An
implementation of the catalog is judged by what its file declares.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final, Self

NONFINITE: Final = ("nan", "+inf", "-inf")
LABELS: Final = ("index", "probability")

DECLARED: Final = "declared"
STATED: Final = "stated"


@dataclass(frozen=True, kw_only=True)
class Contract:
    """What a function takes; without arguments all that there is.

    Attributes
    ----------
    formats:
        Floating-point formats of its logits.
    axes:
        ``any``, ``last``, or the number of the one axis that it works along, as text.
    ranks:
        Numbers of dimensions; empty for any from 1 up.
    labels:
        For cross-entropy, the kinds of labels.
    options:
        For cross-entropy, which of ``softmark.options`` it takes.
    takes_beta:
        Whether it takes an inverse temperature.
    gradient:
        Whether derivatives are to be tried on it.
    least, most, multiple, powers:
        Lengths of a row: from, to, of which it is a multiple, and whether a power of two.
    least_rows, most_rows:
        Numbers of rows.
    integers:
        Whether it takes whole numbers.
    nonfinite:
        Which of ``NONFINITE`` its logits may hold.
    largest:
        The largest size of its finite logits.
    layouts:
        Names of ``softmark_implementations.framework.LAYOUTS``; empty for all.
    why:
        For each dimension that is restricted, as a statement names it, who restricts it.
    """

    formats: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    axes: str = "any"
    ranks: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    takes_beta: bool = False
    gradient: bool = True
    least: int = 0
    most: int | None = None
    multiple: int = 1
    powers: bool = False
    least_rows: int = 0
    most_rows: int | None = None
    integers: bool = True
    nonfinite: tuple[str, ...] = NONFINITE
    largest: float = math.inf
    layouts: tuple[str, ...] = ()
    why: tuple[tuple[str, str], ...] = ()

    def restricted(self, dimension: str, why: str, **fields: Any) -> Self:
        """The same with another restriction of a dimension, which replaces an earlier one."""
        reasons = {**dict(self.why), dimension: why}
        return replace(self, why=tuple(reasons.items()), **fields)

    def is_stated(self, dimension: str) -> bool:
        """Whether the author says what it takes of a dimension."""
        return dict(self.why).get(dimension) == STATED

    def takes_rank(self, rank: int) -> bool:
        return not self.ranks or rank in self.ranks

    def takes_length(self, n: int) -> bool:
        is_power = n > 0 and n & (n - 1) == 0
        within = self.least <= n and (self.most is None or n <= self.most)
        return within and n % self.multiple == 0 and (is_power or not self.powers)

    def takes_rows(self, rows: int) -> bool:
        return self.least_rows <= rows and (self.most_rows is None or rows <= self.most_rows)

    def nearest_length(self, n: int) -> int:
        """The length that it takes instead of ``n``: the next above, or else the largest."""
        if n == 0 or self.takes_length(n):
            return n
        above = self._next_above(max(n, self.least, 1))
        if self.most is None or above <= self.most:
            return above
        if self.powers:
            return 1 << (self.most.bit_length() - 1)
        return self.most - self.most % self.multiple or n

    def _next_above(self, n: int) -> int:
        if self.powers:
            return 1 << (n - 1).bit_length()
        return -(-n // self.multiple) * self.multiple

    def nearest_rows(self, rows: int) -> int:
        """The number of rows that it takes instead of ``rows``; no rows stay none."""
        most = rows if self.most_rows is None else self.most_rows
        return min(max(rows, self.least_rows), most) if rows else rows

    def statements(self) -> dict[str, str]:
        """For each dimension that is restricted, the statement that says it."""
        return {name: text for name, text in self._statements() if text}

    def _statements(self) -> Iterator[tuple[str, str]]:
        default = Contract()
        yield "ranks", _equal("ranks", self.ranks)
        yield "axis", "" if self.axes == "any" else f"axis={self.axes}"
        yield "length", ",".join(self._lengths())
        yield "rows", ",".join(_limits("rows", self.least_rows, self.most_rows))
        is_usual = self.formats == default.formats
        yield "formats", "" if is_usual else _equal("formats", self.formats)
        yield "integers", "" if self.integers else "integers=no"
        taken = self.nonfinite or ("no",)
        yield "nonfinite", "" if self.nonfinite == NONFINITE else _equal("nonfinite", taken)
        yield "size", "" if math.isinf(self.largest) else f"size<={self.largest:g}"
        yield "layouts", _equal("layouts", self.layouts)
        yield "labels", _equal("labels", self.labels)
        is_said = "options" in dict(self.why)
        yield "options", _equal("options", self.options or ("no",)) if is_said else ""
        yield "derivatives", "" if self.gradient else "derivatives=no"
        yield "beta", "" if self.takes_beta else "beta=no"

    def _lengths(self) -> Iterator[str]:
        yield from _limits("length", self.least, self.most)
        if self.multiple > 1:
            yield f"length%{self.multiple}"
        if self.powers:
            yield "length=2^k"

    def restriction(self, dimension: str, otherwise: str = DECLARED) -> str:
        """What it takes of a dimension, and who says so."""
        why = dict(self.why).get(dimension, otherwise)
        return f"{self.statements().get(dimension, dimension)}: {why}"

    def lines(self, otherwise: str = "") -> tuple[str, ...]:
        """A line for each restriction; ``otherwise`` is the reason of those that have none."""
        reasons = dict(self.why)
        shown = [name for name in self.statements() if reasons.get(name, otherwise)]
        return tuple(self.restriction(name, otherwise) for name in shown)


@dataclass(frozen=True)
class Described(Contract):
    """What a function is called, computes and takes.

    Attributes
    ----------
    name:
        ``framework.operation[variant]``, as in records.
    framework, operation, variant:
        Its parts.
    fixed_beta, compiled, costly, eager:
        See ``softmark_implementations.declare.Declaration``.
    takes:
        What its author states on the function, as ``softmark.statements`` reads it.
    description:
        One line for a person.
    """

    name: str
    framework: str
    operation: str
    variant: str = ""
    fixed_beta: float | None = None
    compiled: bool = False
    costly: str = ""
    eager: str | None = None
    takes: str = ""
    description: str = ""


def _equal(name: str, values: tuple[object, ...]) -> str:
    return f"{name}={'|'.join(map(str, values))}" if values else ""


def _limits(name: str, least: int, most: int | None) -> Iterator[str]:
    if least:
        yield f"{name}>={least}"
    if most is not None:
        yield f"{name}<={most}"
