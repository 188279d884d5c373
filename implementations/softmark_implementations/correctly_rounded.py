"""A softmax of float32 rows without any error: each result is the float32 number nearest to it.

Weights, sum and quotient are float64, with relative error at most ``WIDTH``.  Where both ends of
that interval round to one float32 number, that is the result (Ziv's test); about one element in
ten million is left open.  Its row's weights are found again as pairs of float64, to
``FINE_WIDTH``, and what that leaves open, which nobody has seen happen, in decimal arithmetic of
growing precision.  That ends: a quotient is rational only where all logits are equal, and then
it is no tie.

Errors, u being 2**-53.  An exponential: 2**-51, of which the polynomial has 2**-52
(``exponential.gappa`` beside this file) and the reduction 2**-53.5.  A sum of exponentials: 2**-51
of theirs, and 16 u of its own, because a lane takes eight terms, the lanes are added in six
steps and the blocks with compensation.  Quotient and test: 4 u.  Together below 2**-48.  Where
logits are shifted, the difference errs by u times 746 at most, twice: below 2**-42.  A fine
exponential: 2**-76 before it is squared six times, so 2**-70; its quotient is below 2**-66.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any, Final, cast

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.extending import intrinsic
from numpy.typing import NDArray

from softmark_implementations.numba_cache import kernel
from softmark_implementations.numba_exponential import (
    A64,
    B64,
    C64,
    FUSED,
    LOG2E,
    LOWEST_64,
    SHIFT_64,
    _exp_64,
    _power_64,
    _split_64,
)

Single = NDArray[np.float32]
Double = NDArray[np.float64]

MODERATE: Final = np.float32(256.0)
"""Rows whose logits are at most this large are not shifted: ``exp`` does not overflow."""
WIDTH: Final = 2.0**-48
SHIFTED_WIDTH: Final = 2.0**-42
FINE_WIDTH: Final = 2.0**-66
LANES: Final = 64
BLOCK: Final = 8 * LANES
HALVINGS: Final = 6
FIRST_DIGITS: Final = 40


def softmax_rows(x: Single, out: Single) -> None:
    """Fill in the softmax of each row of a C-contiguous matrix."""
    is_open = np.zeros(len(x), dtype=np.uint8)
    _round_rows(x, out, is_open)
    for r in np.flatnonzero(is_open):
        _settle(x[r], out[r])


@kernel
def _round_rows(x: Single, out: Single, is_open: Any) -> None:
    """What float64 decides; other elements are NaN, and their rows are marked."""
    n = x.shape[1]
    weights, lanes = np.empty(n), np.empty(LANES)
    for r in range(len(x)):
        row, result = x[r], out[r]
        width, top = WIDTH, 0.0
        if not _is_moderate(row):
            width, top = SHIFTED_WIDTH, _greatest(row)
        total, error = 0.0, 0.0
        for start in range(0, n, BLOCK):
            block, block_weights = row[start : start + BLOCK], weights[start : start + BLOCK]
            if width == WIDTH:
                _weigh(block, block_weights)
            else:
                _weigh_shifted(block, top, block_weights)
            total, lost = _two_sum(total, _sum(block_weights, lanes))
            error += lost
        if _round(weights, 1.0 / (total + error), width, result):
            is_open[r] = 1


@njit(nogil=True)
def _is_moderate(x: Single) -> bool:
    count = 0
    for j in range(len(x)):
        count += 0 if abs(x[j]) <= MODERATE else 1
    return count == 0


@njit(nogil=True)
def _greatest(x: Single) -> float:
    """The maximum, NaN apart, in lanes: the order of a maximum is free, but not to a compiler."""
    tops = np.full(LANES, np.float32(-np.inf), dtype=np.float32)
    for start in range(0, len(x), LANES):
        block = x[start : start + LANES]
        for lane in range(len(block)):
            tops[lane] = block[lane] if block[lane] > tops[lane] else tops[lane]
    return np.float64(tops.max())


@njit(nogil=True, fastmath=FUSED)
def _weigh(x: Single, weights: Double) -> None:
    for j in range(len(x)):
        m, k = _split_64(np.float64(x[j]))
        weights[j] = m * _power_64(k)


@njit(nogil=True)
def _weigh_shifted(x: Single, top: float, weights: Double) -> None:
    for j in range(len(x)):
        weights[j] = _exp_64(np.float64(x[j]) - top)


@njit(nogil=True)
def _sum(weights: Double, lanes: Double) -> float:
    """At most eight terms in a lane, then the lanes in pairs."""
    n = len(weights)
    whole = n - n % LANES
    for lane in range(LANES):
        lanes[lane] = 0.0
    for start in range(0, whole, LANES):
        block = weights[start : start + LANES]
        for lane in range(LANES):
            lanes[lane] += block[lane]
    rest = weights[whole:]
    for lane in range(len(rest)):
        lanes[lane] += rest[lane]
    width = LANES // 2
    while width:
        for lane in range(width):
            lanes[lane] += lanes[lane + width]
        width //= 2
    return lanes[0]


@njit(nogil=True, fastmath=FUSED)
def _round(weights: Double, inverse: float, width: float, out: Single) -> bool:
    """Ziv's test; whether some elements stay open, which become NaN."""
    undecided: Any = 0
    for j in range(len(weights)):
        quotient = weights[j] * inverse
        below = np.float32(quotient - width * quotient)
        above = np.float32(quotient + width * quotient)
        undecided |= below.view(np.int32) ^ above.view(np.int32)
        out[j] = below if below == above else np.float32(np.nan)
    return undecided != 0


def _settle(x: Single, out: Single) -> None:
    """Round the elements of a row that are NaN."""
    where = np.flatnonzero(np.isnan(out))
    finite = x[x > -np.inf].astype(np.float64)
    top = finite.max()
    high, low = _quotients(x.astype(np.float64), where, top)
    for j, h, rest in zip(where, high, low, strict=True):
        found = _nearest(h, rest, FINE_WIDTH * h)
        out[j] = _in_decimal(finite, x[j]) if found is None else found


def _nearest(value: float, rest: float, width: float) -> np.float32 | None:
    """The float32 nearest to ``value + rest``, if ``width`` more or less does not change it."""
    near = np.float32(value)
    beyond = (value - float(near)) + rest  # the difference is exact
    up, down = np.nextafter(near, np.float32(np.inf)), np.nextafter(near, np.float32(-np.inf))
    to_up, to_down = (float(up) - float(near)) / 2, (float(near) - float(down)) / 2
    if min(abs(beyond - to_up), abs(beyond + to_down)) <= width:
        return None
    return cast(np.float32, up if beyond > to_up else down if beyond < -to_down else near)


def _in_decimal(logits: Double, x: np.float32) -> np.float32:
    """The same with as many decimal digits as it takes."""
    digits = FIRST_DIGITS
    while True:
        digits *= 2
        with localcontext() as context:
            context.prec = digits
            terms = [(Decimal(v) - Decimal(float(x))).exp() for v in logits.tolist()]
            quotient = 1 / sum(terms, Decimal(0))
            near = np.float32(float(quotient))
            sides = [np.nextafter(near, np.float32(s)) for s in (-np.inf, np.inf)]
            slack = quotient * Decimal(10) ** (10 - digits)
            middles = [(Decimal(float(near)) + Decimal(float(s))) / 2 for s in sides]
            if all(abs(quotient - m) > slack for m in middles):
                low, high = (quotient < middles[0]), (quotient > middles[1])
                return cast(np.float32, sides[0] if low else sides[1] if high else near)


def _build_fma(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        return builder.fma(*args)

    return types.float64(types.float64, types.float64, types.float64), generate


_fma: Any = intrinsic(_build_fma)


@njit(nogil=True)
def _two_sum(a: float, b: float) -> tuple[float, float]:
    s = a + b
    part = s - a
    return s, (a - (s - part)) + (b - part)


@njit(nogil=True)
def _fine_exp(dh: float, dl: float) -> tuple[float, float]:
    """``exp(dh + dl)``, d <= 0, as a pair to 2**-68: 64 times halved, and squared six times."""
    dh, dl = (dh, dl) if dh > LOWEST_64 else (LOWEST_64, 0.0)
    k = (dh * LOG2E + SHIFT_64) - SHIFT_64
    rh, rl = _two_sum(dh - k * A64, -(k * B64))
    h, low = rh / 2**HALVINGS, (rl + (dl - k * C64)) / 2**HALVINGS
    square = 0.5 * h * h
    square_low = _fma(0.5 * h, h, -square)
    tail = 1 / 60 + h * (1 / 360 + h * (1 / 2520 + h / 20160))
    rest = square * h * (1 / 3 + h * (1 / 12 + h * tail))
    zh = h + square
    z_low = (square - (zh - h)) + (square_low + rest + low * (1.0 + zh))
    eh, e_low = _two_sum(1.0, zh)
    eh, el = _two_sum(eh, e_low + z_low)
    for _ in range(HALVINGS):
        p = eh * eh
        q = _fma(eh, eh, -p) + 2.0 * (eh * el)
        eh = p + q
        el = q - (eh - p)
    half = np.floor(0.5 * k)
    scale, again = _power_64(half), _power_64(k - half)
    return eh * scale * again, el * scale * again


@kernel
def _quotients(x: Double, where: Any, top: float) -> tuple[Double, Double]:
    """Some elements' probabilities as pairs, to ``FINE_WIDTH``."""
    total, rest = 0.0, 0.0
    for j in range(len(x)):
        dh, dl = _two_sum(x[j], -top)
        eh, el = _fine_exp(dh, dl) if x[j] > -np.inf else (0.0, 0.0)
        total, lost = _two_sum(total, eh)
        rest += lost + el
    total, rest = _two_sum(total, rest)
    high, low = np.empty(len(where)), np.empty(len(where))
    for i in range(len(where)):
        dh, dl = _two_sum(x[where[i]], -top)
        eh, el = _fine_exp(dh, dl)
        high[i] = eh / total
        low[i] = ((_fma(-high[i], total, eh) + el) - high[i] * rest) / total
    return high, low
