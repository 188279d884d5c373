# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "numba>=0.60"]
# ///
"""numba: the published algorithms that read a row fewer times, and one without any error.

The usual softmax reads its row three times: for the maximum, the sum and the results.  The
online algorithm finds maximum and sum together; the two-pass algorithm needs no maximum, because
it keeps exponents apart from mantissas and so cannot overflow.  Each sum runs in ``LANES`` partial
sums, whose number is fixed, so that results do not depend on the processor.

Sources: M. Milakov, N. Gimelshein, Online normalizer calculation for softmax, arXiv:1805.02867
(2018); M. Dukhan, A. Ablavatski, The two-pass softmax algorithm, arXiv:2001.04438 (2020).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numba
import numpy as np
from numba import njit
from numpy.typing import NDArray

from softmark_implementations.correctly_rounded import softmax_rows
from softmark_implementations.declare import implementation
from softmark_implementations.numba_cache import kernel
from softmark_implementations.numba_exponential import REACH, exp, power_of_two, split
from softmark_implementations.with_numpy import NumPyFramework

Array = NDArray[Any]

LANES: Final = 64
BLOCK: Final = 16 * LANES
"""Elements for which the online algorithm corrects its sum once."""


class NumbaFramework(NumPyFramework):
    """NumPy's arrays, under numba's name."""

    name = "numba"
    both_byte_orders = False

    def versions(self) -> dict[str, str]:
        return {"numba": numba.__version__, **super().versions()}


FRAMEWORK = NumbaFramework()


@njit(nogil=True)
def _greatest(x: Array, tops: Array) -> Any:
    """The maximum, NaN apart, by way of the lanes ``tops``."""
    whole = len(x) - len(x) % LANES
    tops[:] = -np.inf
    for start in range(0, whole, LANES):
        block = x[start : start + LANES]
        for lane in range(LANES):
            tops[lane] = block[lane] if block[lane] > tops[lane] else tops[lane]
    top = tops[0]
    for lane in range(LANES):
        top = tops[lane] if tops[lane] > top else top
    for j in range(whole, len(x)):
        top = x[j] if x[j] > top else top
    return top


@njit(nogil=True)
def _add_exponentials(x: Array, top: Any, sums: Array) -> None:
    whole = len(x) - len(x) % LANES
    for start in range(0, whole, LANES):
        block = x[start : start + LANES]
        for lane in range(LANES):
            sums[lane] += exp(block[lane] - top)
    for j in range(whole, len(x)):
        sums[j - whole] += exp(x[j] - top)


@njit(nogil=True)
def _folded(lanes: Array) -> Any:
    """The sum of the lanes, in pairs."""
    width = LANES // 2
    while width:
        for lane in range(width):
            lanes[lane] += lanes[lane + width]
        width //= 2
    return lanes[0]


@njit(nogil=True)
def _normalizer(x: Array, tops: Array, sums: Array) -> tuple[Any, Any]:
    """Maximum and sum of a row in one pass: the sum is scaled when the maximum grows."""
    top = x.dtype.type(-np.inf)
    sums[:] = 0.0
    for start in range(0, len(x), BLOCK):
        block = x[start : start + BLOCK]
        candidate = _greatest(block, tops)
        if candidate > top:
            factor = exp(top - candidate)
            for lane in range(LANES):
                sums[lane] *= factor
            top = candidate
        _add_exponentials(block, top if top > -np.inf else x.dtype.type(0), sums)
    return top, _folded(sums)


@kernel
def _online(x: Array, out: Array) -> None:
    tops, sums = np.empty(LANES, x.dtype), np.empty(LANES, x.dtype)
    for r in range(len(x)):
        top, total = _normalizer(x[r], tops, sums)
        _exponentials(x[r], top, x.dtype.type(1) / total, out[r])


@njit(nogil=True)
def _exponentials(x: Array, top: Any, factor: Any, out: Array) -> None:
    for j in range(len(x)):
        out[j] = exp(x[j] - top) * factor


@kernel
def _online_logarithms(x: Array, out: Array) -> None:
    tops, sums = np.empty(LANES, x.dtype), np.empty(LANES, x.dtype)
    for r in range(len(x)):
        top, total = _normalizer(x[r], tops, sums)
        rest = np.log(total)
        for j in range(x.shape[1]):
            out[r, j] = (x[r, j] - top) - rest


@kernel
def _online_logsumexp(x: Array, out: Array) -> None:
    tops, sums = np.empty(LANES, x.dtype), np.empty(LANES, x.dtype)
    for r in range(len(x)):
        top, total = _normalizer(x[r], tops, sums)
        out[r] = top + np.log(total) if top < np.inf else _infinite_or_nan(x[r])


@njit(nogil=True)
def _infinite_or_nan(x: Array) -> Any:
    result = x.dtype.type(np.inf)
    for j in range(len(x)):
        result = x[j] if x[j] != x[j] else result
    return result


@kernel
def _two_pass(x: Array, out: Array) -> None:
    mantissas, exponents = np.empty(LANES, x.dtype), np.empty(LANES, x.dtype)
    tops = np.empty(LANES, x.dtype)
    for r in range(len(x)):
        if _is_within_reach(x[r]):
            mantissa, exponent = _sum_apart(x[r], mantissas, exponents)
            _divide(x[r], x.dtype.type(1) / mantissa, exponent, out[r])
        else:
            top, total = _normalizer(x[r], tops, mantissas)
            _exponentials(x[r], top, x.dtype.type(1) / total, out[r])


@njit(nogil=True)
def _is_within_reach(x: Array) -> bool:
    beyond = 0
    for j in range(len(x)):
        beyond += 0 if abs(x[j]) <= REACH else 1
    return beyond == 0


@njit(nogil=True)
def _sum_apart(x: Array, mantissas: Array, exponents: Array) -> tuple[Any, Any]:
    """The sum of exponentials as ``mantissa 2**exponent``; lanes keep their greatest exponent."""
    mantissas[:], exponents[:] = 0.0, -np.inf
    whole = len(x) - len(x) % LANES
    for start in range(0, whole, LANES):
        block = x[start : start + LANES]
        for lane in range(LANES):
            m, k = split(block[lane])
            greater = k if k > exponents[lane] else exponents[lane]
            old = mantissas[lane] * power_of_two(exponents[lane] - greater)
            mantissas[lane] = old + m * power_of_two(k - greater)
            exponents[lane] = greater
    for j in range(whole, len(x)):
        lane = j - whole
        m, k = split(x[j])
        greater = k if k > exponents[lane] else exponents[lane]
        old = mantissas[lane] * power_of_two(exponents[lane] - greater)
        mantissas[lane] = old + m * power_of_two(k - greater)
        exponents[lane] = greater
    exponent = exponents.max()
    for lane in range(LANES):
        mantissas[lane] *= power_of_two(exponents[lane] - exponent)
    return _folded(mantissas), exponent


@njit(nogil=True)
def _divide(x: Array, inverse: Any, exponent: Any, out: Array) -> None:
    half = x.dtype.type(0.5)
    for j in range(len(x)):
        m, k = split(x[j])
        shift = k - exponent
        first = np.floor(shift * half)
        out[j] = m * inverse * power_of_two(first) * power_of_two(shift - first)


def _rows(x: Array, axis: int) -> tuple[Array, tuple[int, ...]]:
    """The rows along ``axis`` as a matrix, and the shape that they came in."""
    if x.dtype.name not in ("float32", "float64"):
        raise TypeError(f"expected float32 or float64, got {x.dtype.name}; convert it first")
    moved = np.moveaxis(x, axis, -1)
    *others, n = moved.shape
    return np.ascontiguousarray(moved).reshape(math.prod(others), n), moved.shape


def _along(fill: Callable[[Array, Array], None], x: Array, axis: int) -> Array:
    """The rows along ``axis`` through a kernel that fills in as many results."""
    rows, shape = _rows(x, axis)
    out = np.empty_like(rows)
    fill(rows, out)
    return np.moveaxis(out.reshape(shape), -1, axis)


@implementation("softmax", "online", formats=("float64", "float32"), gradient=False)
def online_softmax(x: Array, axis: int = -1) -> Array:
    """Maximum and sum in one pass (Milakov and Gimelshein), results in another."""
    return _along(_online, x, axis)


@implementation("log_softmax", "online", formats=("float64", "float32"), gradient=False)
def online_log_softmax(x: Array, axis: int = -1) -> Array:
    """Maximum and sum in one pass (Milakov and Gimelshein), results in another."""
    return _along(_online_logarithms, x, axis)


@implementation("logsumexp", "online", formats=("float64", "float32"), gradient=False)
def online_logsumexp(x: Array, axis: int = -1) -> Array:
    """The maximum and the logarithm of the sum, both from one pass (Milakov and Gimelshein)."""
    rows, shape = _rows(x, axis)
    out = np.empty(len(rows), x.dtype)
    _online_logsumexp(rows, out)
    return out.reshape(shape[:-1])


@implementation("softmax", "two-pass", formats=("float64", "float32"), gradient=False)
def two_pass_softmax(x: Array, axis: int = -1) -> Array:
    """No maximum: exponents are kept apart (Dukhan and Ablavatski); online beyond 1000."""
    return _along(_two_pass, x, axis)


@implementation("softmax", "rounded", formats=("float32",), gradient=False)
def rounded_softmax(x: Array, axis: int = -1) -> Array:
    """Every result the float32 number nearest to the exact one: float64 inside, and Ziv's test."""
    if x.dtype != np.float32:
        raise TypeError(f"expected float32, got {x.dtype.name}; convert it first")
    return _along(softmax_rows, x, axis)
