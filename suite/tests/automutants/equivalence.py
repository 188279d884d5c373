"""Whether a mutant that no check fails computes what the right one does: shown, not claimed.

Both are called with the same arrays: short, odd and long rows, up to four axes, each axis, ties,
masks, NaN, infinities, offsets, and the largest and smallest numbers; with their gradients where
there are some.  Four reasons are known.

``same bits``: every result has the bits of the right one.
``rounding``: results differ in their last places only, by at most ``ULPS`` of their format, half a
unit for each logit of the row, which a running sum loses, or a unit for each unit of the logits'
spread, which another shift of them rounds, in each format that is offered; infinities and NaN are
the same.  A fault of the formula would be millions of such units in float64.
``policy``: the same, but for rows whose largest logit is infinite: what is returned of them is a
policy that softmark reports and does not judge.
``wider``: the same, once rounded to the format of the logits: the results are of a wider one, which
the checks call weak and do not fail.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any, Final, TypeGuard

import numpy as np
from mutants.measuring import scope_of
from numpy.typing import NDArray

from automutants import Automutant, Substrate
from automutants.judging import LIMIT, apart
from softmark.formats import Format, format_named
from softmark.subjects import Call, SubjectFault
from softmark.workers.in_process import InProcessSubject


class Wider(np.ndarray[Any, Any]):
    """Numbers that were rounded to a format from results of a wider one."""


Array = NDArray[Any]
Result = Array | str

REASONS: Final = ("same bits", "rounding", "policy", "wider")
WIDTHS: Final = {"float16": 16, "float32": 32, "float64": 64}
LOGARITHMS: Final = ("log_softmax", "logsumexp", "cross_entropy")
"""Operations whose results near 0 are small differences: there units are those of 1."""

ULPS: Final = 8.0
WIDER_ULPS: Final = 256.0
"""What a shift in the format itself may lose of the logits here, whose spread is 200 and more."""
SHAPES: Final = (
    (1,), (2,), (3,), (5,), (8,), (31,), (33,), (64,), (97,), (1000,), (4099,),
    (1, 1), (3, 5), (5, 3), (4, 33), (70, 2), (2, 3, 4), (2, 65, 3), (1, 2, 1, 3), (0, 3),
)  # fmt: skip
FEW_SHAPES: Final = ((1,), (5,), (33,), (3, 5), (2, 3, 4))
"""For what compiles for each shape."""


def inputs(fmt: Format, few: bool) -> Iterator[tuple[Array, int]]:
    """Arrays of the values that are numbers of the format, and an axis of each."""
    rng = np.random.default_rng(0)
    for shape in FEW_SHAPES if few else SHAPES:
        plain = rng.normal(size=shape)
        special = rng.choice([0.0, -0.0, 1.0, -1.0, np.inf, -np.inf, np.nan], shape)
        large = rng.choice([3e38, -3e38, 1e-38, -1e-45, 0.0], shape)
        masked = np.where(rng.random(shape) < 0.5, -np.inf, plain)
        ties = rng.integers(0, 3, shape).astype(np.float64)
        wide, far = 40 * plain, 1e4 + plain
        for x in (plain, wide, far, -far, ties, masked, special, large):
            with np.errstate(over="ignore"):
                numbers = x.astype(fmt.name).astype(np.float64)
            for axis in range(-1, len(shape) - 1) if not few else (-1, 0):
                yield numbers, axis


def reason(mutant: Automutant) -> str:
    """Why it is equivalent; empty where it is not shown to be.

    Raises
    ------
    Ended
        It ended the process that called it, or never ended.
    """
    if mutant.substrate.apart:
        for fmt in mutant.substrate.formats:
            right(mutant.substrate, fmt)  # known to every child from here on
        return apart(lambda: _reason(mutant), LIMIT)
    return _reason(mutant)


def _reason(mutant: Automutant) -> str:
    found = 0
    floor = 1.0 if mutant.substrate.operation in LOGARITHMS else 0.0
    for name in mutant.substrate.formats:
        fmt, own = format_named(name), results(mutant, name)
        for due, infinite, most in right(mutant.substrate, name):
            given, *_ = next(own)
            away, why = distance(given, due, fmt, floor), 1
            most = WIDER_ULPS if isinstance(given, Wider) else most
            if not away <= most and _are_alike(given, due):
                without = _but(given, infinite), _but(due, infinite)
                away, why = distance(*without, fmt, floor), 2
            if not away <= most:
                return ""
            why = 3 if isinstance(given, Wider) else why
            found = max(found, why if away or why > 1 else 0)
    return REASONS[found]


def _are_alike(given: Result, due: Result) -> TypeGuard[Array]:
    return not isinstance(given, str) and not isinstance(due, str) and given.shape == due.shape


def _but(result: Array, infinite: Array) -> Array:
    """A result without what it has of the rows that are marked."""
    whole = result.ndim == infinite.ndim
    marked = infinite if whole else infinite.reshape(result.shape)
    return np.where(marked, 0.0, result)


@cache
def right(substrate: Substrate, fmt: str) -> tuple[tuple[Result, Array, float], ...]:
    """What the right one gives."""
    return tuple(results(substrate.unchanged(), fmt))


def results(mutant: Automutant, fmt: str) -> Iterator[tuple[Result, Array, float]]:
    """All that it gives, which rows have an infinite maximum, and the units that they may lose.

    Of a call that it refuses it is the kind of fault.
    """
    own = mutant.substrate
    scope = scope_of(mutant.as_mutant(), fmt)
    framework = import_module(f"softmark_implementations.with_{own.framework}").FRAMEWORK
    subject = InProcessSubject(mutant.function, scope.info, framework, taken=scope.info.call)
    for x, axis in inputs(format_named(fmt), own.framework == "jax"):
        if scope.operation.takes_labels and axis != -1:
            continue
        top = x.max(axis=axis, keepdims=True, initial=-np.inf)
        infinite = np.isinf(top)
        spread = np.subtract(top, x, out=np.zeros_like(x), where=np.isfinite(x) & ~infinite)
        most = max(ULPS, x.shape[axis] / 2, min(spread.max(initial=0.0), WIDER_ULPS))
        for call in _calls(x, axis, scope.operation.takes_labels, scope.takes_beta):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                yield _given(subject.forward, call, scope.format), infinite, most
                if scope.has_gradient:
                    shape = scope.operation.output_shape(call.x.shape, call.axis)
                    given = _given(subject.vjp, _with_cotangent(call, shape), scope.format)
                    yield given, infinite, most


def _calls(x: Array, axis: int, with_labels: bool, with_beta: bool) -> Iterator[Call]:
    if with_labels:
        n = max(1, x.shape[-1])
        yield Call(x, axis, labels=np.arange(math.prod(x.shape[:-1])).reshape(x.shape[:-1]) % n)
        return
    for beta in (1.0, 0.3) if with_beta else (None,):
        yield Call(x, axis, beta)


def _with_cotangent(call: Call, shape: tuple[int, ...]) -> Call:
    """The call with a cotangent, whose numbers any format has."""
    g = np.rint(64 * np.cos(np.arange(math.prod(shape)))).reshape(shape) / 64
    return replace(call, g=g)


def _given(work: Any, call: Call, fmt: Format) -> Result:
    try:
        output = work(call, fmt)
    except SubjectFault as fault:
        return type(fault).__name__
    if output is None:
        return "none"
    values = np.asarray(output.values)
    if WIDTHS.get(output.format, 0) <= WIDTHS.get(fmt.name, 0):
        return values
    with np.errstate(over="ignore"):
        return values.astype(fmt.name).astype(np.float64).view(Wider)


def distance(own: Result, due: Result, fmt: Format, floor: float = 0.0) -> float:
    """The largest difference, in units of the last place of ``due``; infinite for another kind."""
    if isinstance(own, str) or isinstance(due, str):
        same = isinstance(own, str) and isinstance(due, str) and own == due
        return 0.0 if same else math.inf
    if own.shape != due.shape:
        return math.inf
    if (
        np.array_equal(own, due, equal_nan=True)
        and (np.signbit(own) == np.signbit(due))[~np.isnan(due)].all()
    ):
        return 0.0
    finite = np.isfinite(due)
    if not np.array_equal(np.where(finite, 0, own), np.where(finite, 0, due), equal_nan=True):
        return math.inf
    info = np.finfo(fmt.name)
    sizes = np.maximum(np.abs(due[finite]), floor)
    units = np.maximum(sizes * float(info.eps), float(info.smallest_subnormal))
    with np.errstate(over="ignore"):
        away = np.abs(own[finite] - due[finite]) / units
    return max(float(away.max(initial=0.0)), 1e-9)
