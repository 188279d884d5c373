"""A function, and an input with which it can be called, to try others from there."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

import numpy as np

from softmark import operations
from softmark.contracts import LABELS
from softmark.formats import FORMATS, Float64Array, Format, round_to
from softmark.inputs import sink_shape
from softmark.judging.outputs import forward_truth, judge_index
from softmark.judging.scope import TEN, Scope
from softmark.operations import Problem
from softmark.subjects import Call, Info, NotOffered, Raised, SubjectFault, TargetError
from softmark.subjects.faults import NO_ARRAY, StillCompiling, TimedOut
from softmark.workers.encoded import EncodedSubject

FAULTS: Final = frozenset(
    {
        *("AttributeError", "FloatingPointError", "KeyError", "MemoryError", "NameError"),
        *("OutOfMemoryError", "OverflowError", "RecursionError", "SystemError"),
        *("UnboundLocalError", "ZeroDivisionError"),
    }
)
"""Exceptions that tell of a fault in the function, and refuse nothing."""

OTHER_SHAPES: Final = ((10,), (4, 4, 10), (2, 4, 4, 10), (64, 16), (64, 128), (4, 1024), (1024,))
"""With which a function is called that does not take the usual one."""

_DRAWN: Final = 2**12
"""Different logits of an input; their values make no difference."""

_SAID: Final = 120
"""Characters kept of an exception's message."""


class Stopped(Exception):
    """The function crashed or hung; what it takes is left to the checks."""


@dataclass
class Trial:
    """A function and an input with which it can be called.

    Attributes
    ----------
    formats:
        To be tried, the best first.
    shape, format:
        Of the input.
    seconds:
        What that call took.
    """

    subject: EncodedSubject
    formats: tuple[str, ...]
    shape: tuple[int, ...] = TEN
    format: str = ""
    seconds: float = 0.0
    tried: list[str] = field(default_factory=list)

    @property
    def info(self) -> Info:
        return self.subject.info

    @property
    def is_matrix(self) -> bool:
        return len(self.shape) == 2

    @property
    def n(self) -> int:
        return self.shape[-1]

    def begin(self) -> None:
        """Find an input with which it can be called."""
        first: Raised | None = None
        told = self.info
        for axes, (shape, name, labels) in product(self._axes(), tuple(self._candidates())):
            if axes != told.axes and len(shape) != 2:
                continue
            why = "" if first is None else f"it refuses others ({shown(first)})"
            info = told if axes == told.axes else told.restricted("axis", why, axes=axes)
            if labels and not told.is_stated("labels"):
                info = info.restricted("labels", why, labels=(labels,))
            self.subject.info = info
            start = time.monotonic()
            fault = self._first_fault(shape, FORMATS[name])
            if fault is not None and fault.message.startswith(NO_ARRAY):
                raise TargetError(self._unreadable(fault, f"{name} {shape}"))
            if fault is None or not _is_raised(fault):
                self.shape, self.format = shape, name
                self.seconds = time.monotonic() - start
                return
            first = first or fault
            if axes == told.axes:
                self.tried.append(f"{name} {shape}")
        assert first is not None
        raise TargetError(self._uncallable(first))

    def _first_fault(self, shape: tuple[int, ...], fmt: Format) -> Raised | None:
        """As ``fault``; a function that hangs here would do so in each case of each check."""
        try:
            return self.fault(shape, fmt)
        except Stopped as stopped:
            fault = stopped.__cause__
            if not isinstance(fault, TimedOut) or isinstance(fault, StillCompiling):
                raise
            name = self.info.variant or self.info.name
            raise TargetError(
                f"{name}{self.info.signature} hangs: called with {fmt.name} logits of the shape "
                f"{shape}, {fault.message}; a slow one needs a longer time limit (--timeout)"
            ) from None

    def _axes(self) -> tuple[str, ...]:
        """The axes of 2-D arrays that it may take alone, if it does not take any of them."""
        is_open = self.info.axes == "any" and not self.info.is_stated("axis")
        return ("any", "1", "0") if is_open else (self.info.axes,)

    def _candidates(self) -> Iterator[tuple[tuple[int, ...], str, str]]:
        """Shapes, formats and kinds of labels, the usual ones first."""
        info = self.info
        scope = Scope(info, operations.load(info.operation), FORMATS[self.formats[0]])
        others = OTHER_SHAPES if not info.is_stated("ranks") else OTHER_SHAPES[3:6]
        shapes = dict.fromkeys(scope.fitted(shape) for shape in (TEN, *others))
        kinds = LABELS if info.labels and not info.is_stated("labels") else info.labels[:1] or ("",)
        for shape, labels, name in product(shapes, kinds, self.formats):
            yield shape, name, labels

    def _uncallable(self, first: Raised) -> str:
        name = self.info.variant or self.info.name
        tried = ", ".join(self.tried[:6]) + (", ..." if self.tried[6:] else "")
        return (
            f"{name}{self.info.signature} cannot be called: {shown(first)}\n"
            f"  tried with logits of {tried}; see softmark explain contract"
        )

    def _unreadable(self, fault: Raised, tried: str) -> str:
        name = self.info.variant or self.info.name
        return (
            f"{name}{self.info.signature} {shown(fault).removeprefix('it ')}\n"
            f"  called with logits of {tried}; name a function that returns the array alone"
        )

    def fault(
        self, shape: tuple[int, ...], fmt: Format | str = "", *, seed: int = 0, **how: Any
    ) -> Raised | None:
        """What a call with ordinary logits raises; ``None`` where it returns something."""
        chosen = fmt or FORMATS[self.format]
        x = how.pop("x", None)
        x = ordinary(shape, chosen, seed) if x is None else x
        how.setdefault("axis", -1)
        labels = self.labels(shape, how["axis"])
        try:
            self.subject.forward(Call(x, beta=self.cap, labels=labels, **how), chosen)
        except Raised as fault:
            return fault
        except NotOffered:
            return None
        except SubjectFault as fault:
            raise Stopped from fault
        return None

    def labels(self, shape: tuple[int, ...], axis: int) -> Any:
        of = operations.load(self.info.operation)
        if of.takes_sink:
            return np.zeros(sink_shape(shape, axis))
        if of.takes_other:
            return np.zeros(shape)
        if not of.takes_labels:
            return None
        if self.info.labels[:1] == ("probability",):
            first = np.zeros(shape)
            np.moveaxis(first, axis, -1)[..., 0] = 1.0
            return first
        return np.zeros(shape[:-1], dtype=np.int64)

    @property
    def cap(self) -> float | None:
        """The cap of each call, where it has one: a default may be another, or none."""
        of = operations.load(self.info.operation)
        return of.usual_number if of.has_cap and self.info.takes_beta else None

    def refusal(self, what: str, shape: tuple[int, ...], fmt: Format | str = "", **how: Any) -> str:
        """What it raises for any ordinary input of a kind; empty where it takes one."""
        faults = []
        for seed in (1, 2):
            fault = self.fault(shape, fmt, seed=seed, **how)
            if fault is None or not _is_clear(fault):
                return ""
            faults.append(fault)
        same = faults[0].kind == faults[1].kind
        return f"it refuses {what} ({shown(faults[0])})" if same else ""

    def is_near(
        self, values: Float64Array, x: Float64Array, axis: int = -1, labels: Any = None
    ) -> bool:
        """Whether ``values`` are the operation's at ``x``, as far as a trial has to know."""
        info, fmt = self.info, FORMATS[self.format]
        scope = Scope(info, operations.load(info.operation), fmt)
        labels = self.labels(x.shape, axis) if labels is None else labels
        problem = Problem(x, axis, scope.own_beta, labels)
        if scope.operation.is_index:
            return judge_index(values, problem, scope).verdict != "fail"
        exact = forward_truth(problem, scope).exact.value
        return exact.shape == values.shape and np.allclose(values, exact, rtol=0.02, atol=1e-3)

    def is_right(self, x: Float64Array, labels: Any = None) -> bool:
        """Whether a call with ``x``, and with ``labels`` in place of usual ones, is right."""
        try:
            return self.is_near(self._values(x, labels), x, labels=labels)
        except (Raised, NotOffered):
            return False
        except SubjectFault:
            raise Stopped from None

    def as_a_whole(self, x: Float64Array) -> str:
        """How a call with the rows ``x`` takes them as one row; empty where it does not."""
        try:
            values = self._values(x)
        except Raised as fault:
            return fault.message if fault.kind == "ShapeError" else ""
        if self.is_near(values, x) or not self.is_near(values.reshape(-1), x.reshape(-1)):
            return ""
        return "it has no argument for an axis, and takes all of a 2-D array as one row"

    def _values(self, x: Float64Array, labels: Any = None) -> Float64Array:
        labels = self.labels(x.shape, -1) if labels is None else labels
        return self.subject.forward(
            Call(x, beta=self.cap, labels=labels), FORMATS[self.format]
        ).values


def _is_raised(fault: Raised) -> bool:
    """Whether the function itself raised, instead of returning something else than expected."""
    return fault.message.startswith("it raised ")


def _is_clear(fault: Raised) -> bool:
    return _is_raised(fault) and fault.kind not in FAULTS


def shown(fault: Raised) -> str:
    said = " ".join(fault.message.removeprefix("it raised ").split()).rstrip(": ")
    said = "".join(letter if letter.isprintable() else "?" for letter in said)
    return said if len(said) <= _SAID else f"{said[:_SAID]}..."


def ordinary(shape: tuple[int, ...], fmt: Format | str, seed: int) -> Float64Array:
    rng = np.random.default_rng(seed)
    if isinstance(fmt, str):
        return rng.integers(0, 4, shape).astype(np.float64)
    drawn = rng.normal(0.0, 1.0, min(math.prod(shape), _DRAWN))
    return np.resize(round_to(drawn, fmt), shape)
