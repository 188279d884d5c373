"""Calls that find out what a function takes, before it is judged: see ``softmark.contracts``.

An ordinary function is called a few dozen times with small inputs; one that is compiled for each
shape is called with those shapes that the checks use anyway.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final

import numpy as np

from softmark import operations
from softmark.checks.base import HUNDRED, TEN, Scope
from softmark.checks.judging import forward_truth, judge_index
from softmark.contracts import LABELS, NONFINITE
from softmark.formats import FORMATS, Float64Array, Format, round_to
from softmark.harness.lengths import Lengths, fitted_lengths
from softmark.operations import Problem
from softmark.statements import stating
from softmark.subjects import Info, NotOffered, Raised, SubjectFault, TargetError
from softmark.subjects.encoded import EncodedSubject
from softmark_implementations.framework import LAYOUTS

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

MANY_ROWS: Final = 65537
LONGEST_TRIAL: Final = 0.5
"""Seconds that a call with many rows may be expected to take."""

_DRAWN: Final = 2**12
"""Different logits of an input; their values make no difference."""

_SAID: Final = 120
"""Characters kept of an exception's message."""


class _Stopped(Exception):
    """The function crashed or hung; what it takes is left to the checks."""


def contracted(
    subject: EncodedSubject,
    stated: str = "",
    *,
    formats: Collection[str] = (),
    strict: bool = False,
) -> Info:
    """What is known of the subject, with the contract that its author states or it shows.

    Parameters
    ----------
    stated:
        What its author states beside what is written on the function.
    formats:
        Those that are to be measured; empty for all.
    strict:
        Whether the whole specification is judged, so that no contract counts.

    Raises
    ------
    TargetError
        It cannot be called at all.
    StatementError, UnknownName
        A statement cannot be read.
    """
    given = subject.info
    told = stating(stating(given, given.takes, FORMATS), stated, FORMATS)
    subject.info = told
    trial = _Trial(subject, tuple(name for name in formats or told.formats))
    try:
        trial.begin()
        for restrict in () if strict else _DIMENSIONS:
            subject.info = restrict(trial, subject.info)
    except _Stopped:
        pass
    found = given if strict else subject.info
    subject.info = given
    return found


@dataclass
class _Trial:
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
        for shape, name, labels in self._candidates():
            if labels and not told.is_stated("labels"):
                why = "" if first is None else f"it refuses others ({_shown(first)})"
                self.subject.info = told.restricted("labels", why, labels=(labels,))
            start = time.monotonic()
            fault = self.fault(shape, FORMATS[name])
            if fault is None or not _is_raised(fault):
                self.shape, self.format = shape, name
                self.seconds = time.monotonic() - start
                return
            first = first or fault
            self.tried.append(f"{name} {shape}")
        assert first is not None
        raise TargetError(self._uncallable(first))

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
            f"{name}{self.info.signature} cannot be called: {_shown(first)}\n"
            f"  tried with logits of {tried}; see softmark explain contract"
        )

    def fault(
        self, shape: tuple[int, ...], fmt: Format | str = "", *, seed: int = 0, **how: Any
    ) -> Raised | None:
        """What a call with ordinary logits raises; ``None`` where it returns something."""
        chosen = fmt or FORMATS[self.format]
        x = how.pop("x", None)
        x = _ordinary(shape, chosen, seed) if x is None else x
        how.setdefault("axis", -1)
        labels = self._labels(shape, how["axis"])
        try:
            self.subject.forward(x, chosen, labels=labels, **how)
        except Raised as fault:
            return fault
        except NotOffered:
            return None
        except SubjectFault:
            raise _Stopped from None
        return None

    def _labels(self, shape: tuple[int, ...], axis: int) -> Any:
        if self.info.operation != "cross_entropy":
            return None
        if self.info.labels[:1] == ("probability",):
            return np.broadcast_to(np.eye(1, shape[axis])[0], shape).copy()
        return np.zeros(shape[:-1], dtype=np.int64)

    def refusal(self, what: str, shape: tuple[int, ...], fmt: Format | str = "", **how: Any) -> str:
        """What it raises for any ordinary input of a kind; empty where it takes one."""
        faults = []
        for seed in (1, 2):
            fault = self.fault(shape, fmt, seed=seed, **how)
            if fault is None or not _is_clear(fault):
                return ""
            faults.append(fault)
        same = faults[0].kind == faults[1].kind
        return f"it refuses {what} ({_shown(faults[0])})" if same else ""

    def is_near(self, values: Float64Array, x: Float64Array, axis: int = -1) -> bool:
        """Whether ``values`` are the operation's at ``x``, as far as a trial has to know."""
        info, fmt = self.info, FORMATS[self.format]
        scope = Scope(info, operations.load(info.operation), fmt)
        problem = Problem(x, axis, scope.own_beta, self._labels(x.shape, axis))
        if scope.operation.is_index:
            return judge_index(values, problem, scope).verdict != "fail"
        exact = forward_truth(problem, scope).exact.value
        return exact.shape == values.shape and np.allclose(values, exact, rtol=0.02, atol=1e-3)

    def is_right(self, x: Float64Array) -> bool:
        """Whether a call with ``x`` returns what the operation is."""
        return self.is_near(self._values(x), x)

    def as_a_whole(self, x: Float64Array) -> str:
        """How a call with the rows ``x`` takes them as one row; empty where it does not."""
        try:
            values = self._values(x)
        except Raised as fault:
            return fault.message if fault.kind == "ShapeError" else ""
        if self.is_near(values, x) or not self.is_near(values.reshape(-1), x.reshape(-1)):
            return ""
        return "it has no argument for an axis, and takes all of a 2-D array as one row"

    def _values(self, x: Float64Array) -> Float64Array:
        labels = self._labels(x.shape, -1)
        return self.subject.forward(x, FORMATS[self.format], labels=labels).values


def _is_raised(fault: Raised) -> bool:
    """Whether the function itself raised, instead of returning something else than expected."""
    return fault.message.startswith("it raised ")


def _is_clear(fault: Raised) -> bool:
    return _is_raised(fault) and fault.kind not in FAULTS


def _shown(fault: Raised) -> str:
    said = " ".join(fault.message.removeprefix("it raised ").split()).rstrip(": ")
    said = "".join(letter if letter.isprintable() else "?" for letter in said)
    return said if len(said) <= _SAID else f"{said[:_SAID]}..."


def _ordinary(shape: tuple[int, ...], fmt: Format | str, seed: int) -> Float64Array:
    rng = np.random.default_rng(seed)
    if isinstance(fmt, str):
        return rng.integers(0, 4, shape).astype(np.float64)
    drawn = rng.normal(0.0, 1.0, min(math.prod(shape), _DRAWN))
    return np.resize(round_to(drawn, fmt), shape)


def _is_costly(info: Info) -> bool:
    """Whether each new shape costs much, so that few are tried."""
    return info.compiled or info.costly == "shapes"


def _formats(trial: _Trial, info: Info) -> Info:
    if info.is_stated("formats"):
        return info
    others = [name for name in trial.formats if name != trial.format]
    refused = {name: trial.refusal(name, trial.shape, FORMATS[name]) for name in others}
    why = next(filter(None, refused.values()), "")
    taken = tuple(name for name in info.formats if not refused.get(name))
    return info.restricted("formats", why, formats=taken) if why else info


def _ranks(trial: _Trial, info: Info) -> Info:
    if info.is_stated("ranks"):
        return info
    home, n = len(trial.shape), trial.n
    shapes = {1: (n,), 2: (8, n), 3: (4, 4, n), 4: (2, 4, 4, n)}
    tried = () if _is_costly(info) and home == 2 else [rank for rank in shapes if rank != home]
    refused = {rank: trial.refusal(f"{rank}-D", shapes[rank]) for rank in tried}
    why = refused.get(2) or next(filter(None, refused.values()), "")
    if not why:
        return info
    if home == 1:
        why += "; rows are given one by one"
    return info.restricted("ranks", why, ranks=tuple(r for r in shapes if not refused.get(r)))


def _vector(trial: _Trial, info: Info) -> Info:
    """One vector, of a function without an axis that takes the whole of an array as one row."""
    is_open = info.axes != "any" and not info.is_stated("ranks")
    if not is_open or not trial.is_matrix or not info.takes_rank(1):
        return info
    x = _ordinary(trial.shape, FORMATS[trial.format], 1)
    if (why := trial.as_a_whole(x)) and trial.is_right(x[0]):
        return info.restricted("ranks", f"{why}; rows are given one by one", ranks=(1,))
    return info


def _axis(trial: _Trial, info: Info) -> Info:
    if info.is_stated("axis"):
        return info
    if info.axes != "any":
        return _own_axis(trial, info) if len(trial.shape) > 2 else info
    if not info.takes_rank(2):
        return info
    shape = (info.nearest_length(HUNDRED[0]), info.nearest_rows(HUNDRED[1]))
    why = trial.refusal("other axes than the last", shape, axis=0)
    return info.restricted("axis", why, axes="last") if why else info


def _own_axis(trial: _Trial, info: Info) -> Info:
    """The axis that a function works along which takes no 2-D arrays and no axis."""
    fmt = FORMATS[trial.format]
    x, rank = _ordinary(trial.shape, fmt, 1), len(trial.shape)
    try:
        values = trial.subject.forward(x, fmt).values
    except SubjectFault:
        return info
    for axis in range(-1, -rank - 1, -1):
        if trial.is_near(values, x, axis):
            axes = "last" if axis == -1 else str(axis)
            return info.restricted("axis", "found by a call, it has no argument for it", axes=axes)
    return info


def _lengths(trial: _Trial, info: Info) -> Info:
    if info.is_stated("length"):
        return info

    def refusal(n: int) -> str:
        rows = (4,) if n <= 4096 else (1,)
        lead = {1: (), 2: rows}.get(len(trial.shape), (1,) * (len(trial.shape) - 1))
        return trial.refusal(f"{n:,} logits", (*lead, n))

    found: Lengths | None = fitted_lengths(trial.n, refusal, few=_is_costly(info))
    if found is None:
        return info
    return info.restricted("length", found.why, **found.fields)


def _rows(trial: _Trial, info: Info) -> Info:
    if info.is_stated("rows") or _is_costly(info) or not trial.is_matrix:
        return info
    n = info.nearest_length(3)

    def refusal(rows: int) -> str:
        return trial.refusal(f"{rows:,} rows", (rows, n))

    if why := trial.refusal("no rows", (0, trial.n)):
        info = info.restricted("rows", why, least_rows=1)
    expected = trial.seconds * MANY_ROWS / max(trial.shape[0], 1)
    if expected > LONGEST_TRIAL or not (why := refusal(MANY_ROWS)):
        return info
    least, most = trial.shape[0], MANY_ROWS
    while most - least > 1:
        middle = (least + most) // 2
        found = refusal(middle)
        least, most, why = (least, middle, found) if found else (middle, most, why)
    return info.restricted("rows", why, most_rows=least)


def _integers(trial: _Trial, info: Info) -> Info:
    if info.is_stated("integers"):
        return info
    why = trial.refusal("whole numbers", trial.shape, "int64")
    return info.restricted("integers", why, integers=False) if why else info


def _nonfinite(trial: _Trial, info: Info) -> Info:
    if info.is_stated("nonfinite"):
        return info
    fmt, refused = FORMATS[trial.format], {}
    for kind, value in zip(NONFINITE, (np.nan, np.inf, -np.inf), strict=True):
        if kind == "nan" or fmt.has_infinity:
            x = _ordinary(trial.shape, fmt, 1)
            x[..., 0] = value
            refused[kind] = trial.refusal(kind, trial.shape, x=x)
    taken = tuple(kind for kind in NONFINITE if not refused.get(kind))
    why = next(filter(None, refused.values()), "")
    return info.restricted("nonfinite", why, nonfinite=taken) if why else info


def _layouts(trial: _Trial, info: Info) -> Info:
    if info.is_stated("layouts") or _is_costly(info) or not trial.is_matrix:
        return info
    x = np.broadcast_to(_ordinary(trial.shape, FORMATS[trial.format], 1)[:1], trial.shape)
    refused = {
        name: trial.refusal(f"{name} input", trial.shape, layout=name, x=x) for name in LAYOUTS[1:]
    }
    taken = tuple(name for name in LAYOUTS if not refused.get(name))
    why = next(filter(None, refused.values()), "")
    return info.restricted("layouts", why, layouts=taken) if why else info


def _derivatives(trial: _Trial, info: Info) -> Info:
    """Only NotImplementedError refuses a derivative: others may tell of a backward that fails."""
    if info.is_stated("derivatives") or not info.gradient:
        return info
    fmt = FORMATS[trial.format]
    x = _ordinary(trial.shape, fmt, 1)
    shape = operations.load(info.operation).output_shape(x.shape, -1)
    labels = trial._labels(trial.shape, -1)
    try:
        trial.subject.vjp(x, np.zeros(shape), fmt, labels=labels)
    except Raised as fault:
        if fault.kind == NotImplementedError.__name__:
            why = f"it refuses derivatives ({_shown(fault)})"
            return info.restricted("derivatives", why, gradient=False)
    except SubjectFault:
        pass
    return info


_DIMENSIONS: Final[tuple[Callable[[_Trial, Info], Info], ...]] = (
    *(_formats, _ranks, _vector, _lengths, _axis, _rows),
    *(_integers, _nonfinite, _layouts, _derivatives),
)
"""In this order, since those that come first say how the others can be tried."""
