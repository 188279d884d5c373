"""What a function refuses in each dimension of its contract, found by a few calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from softmark import operations
from softmark.contracts import NONFINITE
from softmark.formats import FORMATS
from softmark.harness.lengths import Lengths, fitted_lengths
from softmark.harness.trials import Trial, ordinary, shown
from softmark.judging.scope import HUNDRED
from softmark.subjects import Call, Info, Raised, SubjectFault
from softmark_implementations.framework import LAYOUTS

MANY_ROWS: Final = 65537
OF_OTHERS: Final = ("expanded", "permuted", "channels-last")
"""Layouts of equal numbers or of more axes than a trial has: refused with the first that is."""
LONGEST_TRIAL: Final = 0.5
"""Seconds that a call with many rows may be expected to take."""


def _is_costly(info: Info) -> bool:
    """Whether each new shape costs much, so that few are tried."""
    return info.compiled or info.costly == "shapes"


def _formats(trial: Trial, info: Info) -> Info:
    if info.is_stated("formats"):
        return info
    others = [name for name in trial.formats if name != trial.format]
    refused = {name: trial.refusal(name, trial.shape, FORMATS[name]) for name in others}
    why = next(filter(None, refused.values()), "")
    taken = tuple(name for name in info.formats if not refused.get(name))
    return info.restricted("formats", why, formats=taken) if why else info


def _ranks(trial: Trial, info: Info) -> Info:
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


def _vector(trial: Trial, info: Info) -> Info:
    """One vector, of a function without an axis that takes the whole of an array as one row."""
    is_open = info.axes != "any" and not info.is_stated("ranks")
    if not is_open or not trial.is_matrix or not info.takes_rank(1):
        return info
    x = ordinary(trial.shape, FORMATS[trial.format], 1)
    if (why := trial.as_a_whole(x)) and trial.is_right(x[0]):
        return info.restricted("ranks", f"{why}; rows are given one by one", ranks=(1,))
    return info


def _axis(trial: Trial, info: Info) -> Info:
    if info.is_stated("axis"):
        return info
    if info.axes != "any":
        return _own_axis(trial, info) if len(trial.shape) > 2 else info
    if not info.takes_rank(2):
        return info
    shape = (info.nearest_length(HUNDRED[0]), info.nearest_rows(HUNDRED[1]))
    why = trial.refusal("other axes than the last", shape, axis=0)
    return info.restricted("axis", why, axes="last") if why else info


def _own_axis(trial: Trial, info: Info) -> Info:
    """The axis that a function works along which takes no 2-D arrays and no axis."""
    fmt = FORMATS[trial.format]
    x, rank = ordinary(trial.shape, fmt, 1), len(trial.shape)
    try:
        labels = trial.labels(trial.shape, -1)
        values = trial.subject.forward(Call(x, beta=trial.cap, labels=labels), fmt).values
    except SubjectFault:
        return info
    for axis in range(-1, -rank - 1, -1):
        if trial.is_near(values, x, axis):
            axes = "last" if axis == -1 else str(axis)
            return info.restricted("axis", "found by a call, it has no argument for it", axes=axes)
    return info


def _lengths(trial: Trial, info: Info) -> Info:
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


def _rows(trial: Trial, info: Info) -> Info:
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


def _integers(trial: Trial, info: Info) -> Info:
    if info.is_stated("integers"):
        return info
    why = trial.refusal("whole numbers", trial.shape, "int64")
    return info.restricted("integers", why, integers=False) if why else info


def _nonfinite(trial: Trial, info: Info) -> Info:
    if info.is_stated("nonfinite"):
        return info
    fmt, refused = FORMATS[trial.format], {}
    for kind, value in zip(NONFINITE, (np.nan, np.inf, -np.inf), strict=True):
        if kind == "nan" or fmt.has_infinity:
            x = ordinary(trial.shape, fmt, 1)
            x[..., 0] = value
            refused[kind] = trial.refusal(kind, trial.shape, x=x)
    taken = tuple(kind for kind in NONFINITE if not refused.get(kind))
    why = next(filter(None, refused.values()), "")
    return info.restricted("nonfinite", why, nonfinite=taken) if why else info


def _layouts(trial: Trial, info: Info) -> Info:
    if info.is_stated("layouts") or _is_costly(info) or not trial.is_matrix:
        return info
    x = np.broadcast_to(ordinary(trial.shape, FORMATS[trial.format], 1)[:1], trial.shape)
    refused = {
        name: trial.refusal(f"{name} input", trial.shape, layout=name, x=x) for name in LAYOUTS[1:]
    }
    taken = tuple(n for n in LAYOUTS if not refused.get(n) and n not in OF_OTHERS)
    why = next(filter(None, refused.values()), "")
    return info.restricted("layouts", why, layouts=taken) if why else info


def _derivatives(trial: Trial, info: Info) -> Info:
    """Only NotImplementedError refuses a derivative: others may tell of a backward that fails."""
    if info.is_stated("derivatives") or not info.gradient:
        return info
    fmt = FORMATS[trial.format]
    x = ordinary(trial.shape, fmt, 1)
    shape = operations.load(info.operation).output_shape(x.shape, -1)
    labels = trial.labels(trial.shape, -1)
    try:
        trial.subject.vjp(Call(x, beta=trial.cap, labels=labels, g=np.zeros(shape)), fmt)
    except Raised as fault:
        if fault.kind == NotImplementedError.__name__:
            why = f"it refuses derivatives ({shown(fault)})"
            return info.restricted("derivatives", why, gradient=False)
    except SubjectFault:
        pass
    return info


def _labels(trial: Trial, info: Info) -> Info:
    """Probabilities beside indices, where two halves give the mean of two losses.

    A loss that is NaN beside a masked class of probability 0 is made for indices: it is not asked.
    """
    of = operations.load(info.operation)
    if info.is_stated("labels") or info.labels != ("index",) or not of.takes_labels or trial.n < 2:
        return info
    halves = np.zeros(trial.shape)
    halves[..., :2] = 0.5
    x = ordinary(trial.shape, FORMATS[trial.format], 1)
    masked = x.copy()
    masked[..., 2:] = -np.inf
    if not (trial.is_right(x, halves) and trial.is_right(masked, halves)):
        return info
    kinds = ("index", "probability")
    return info.restricted("labels", "it takes both, found by a call", labels=kinds)


DIMENSIONS: Final[tuple[Callable[[Trial, Info], Info], ...]] = (
    *(_formats, _ranks, _vector, _lengths, _axis, _rows),
    *(_integers, _nonfinite, _layouts, _derivatives, _labels),
)
"""In this order, since those that come first say how the others can be tried."""
