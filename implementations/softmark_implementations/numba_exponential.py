"""``exp`` that numba vectorises, as mantissa and exponent, in float32 and float64.

The one that numba takes from the C library is called element by element.  Here every step is a
plain operation of the format: Cody and Waite's reduction with ln 2 in three parts, then Taylor's
polynomial.  Products and sums may be fused, which rounds less; nothing else may be moved.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

import numpy as np
from numba import njit, types
from numba.extending import overload

REACH: Final = 1000.0
"""Greatest magnitude of an argument of ``split``: up to there k times a part of ln 2 is exact."""
FUSED: Final = {"contract"}
LN2: Final = Fraction(6931471805599453094172321214581765680755, 10**40)


def _parts_of_ln2(*bits: int) -> tuple[float, ...]:
    """ln 2 as a sum: what it has down to ``2**-bits``, for each in turn, and the rest."""
    parts, rest = [], LN2
    for b in bits:
        part = Fraction(math.floor(rest * 2**b), 2**b)
        parts.append(float(part))
        rest -= part
    return (*parts, float(rest))


A32, B32, C32 = map(np.float32, _parts_of_ln2(12, 25))
A64, B64, C64 = _parts_of_ln2(40, 80)
LOG2E: Final = 1.0 / math.log(2.0)
LOG2E_32, SHIFT_32, LOWEST_32, HALF_32 = map(np.float32, (LOG2E, 1.5 * 2.0**23, -104.0, 0.5))
SHIFT_64: Final = 1.5 * 2.0**52
LOWEST_64: Final = -746.0
T32 = tuple(np.float32(1.0 / math.factorial(i)) for i in range(8))
T64 = tuple(1.0 / math.factorial(i) for i in range(14))


@njit(fastmath=FUSED)
def _split_32(x: Any) -> Any:
    k = (x * LOG2E_32 + SHIFT_32) - SHIFT_32
    r = ((x - k * A32) - k * B32) - k * C32
    m = ((T32[7] * r + T32[6]) * r + T32[5]) * r + T32[4]
    return (((m * r + T32[3]) * r + T32[2]) * r + T32[1]) * r + T32[0], k


@njit(fastmath=FUSED)
def _split_64(x: Any) -> Any:
    k = (x * LOG2E + SHIFT_64) - SHIFT_64
    r = ((x - k * A64) - k * B64) - k * C64
    m = (((T64[13] * r + T64[12]) * r + T64[11]) * r + T64[10]) * r + T64[9]
    m = ((((m * r + T64[8]) * r + T64[7]) * r + T64[6]) * r + T64[5]) * r + T64[4]
    return (((m * r + T64[3]) * r + T64[2]) * r + T64[1]) * r + T64[0], k


@njit(fastmath=FUSED)
def _power_32(x: Any) -> Any:
    exponent = np.int32(x if x > np.float32(-127.0) else np.float32(-127.0))
    return np.int32((exponent + np.int32(127)) << np.int32(23)).view(np.float32)


@njit(fastmath=FUSED)
def _power_64(x: Any) -> Any:
    exponent = np.int64(x if x > -1023.0 else -1023.0)
    return np.int64((exponent + 1023) << 52).view(np.float64)


@njit(fastmath=FUSED)
def _exp_32(x: Any) -> Any:
    m, k = _split_32(LOWEST_32 if x < LOWEST_32 else x)
    half = np.floor(k * HALF_32)
    return m * _power_32(half) * _power_32(k - half)


@njit(fastmath=FUSED)
def _exp_64(x: Any) -> Any:
    m, k = _split_64(LOWEST_64 if x < LOWEST_64 else x)
    half = np.floor(k * 0.5)
    return m * _power_64(half) * _power_64(k - half)


def split(x: Any) -> Any:
    """``exp(x) = m 2**k``, m in [0.7, 1.42] and k whole, in the format of x, ``|x| <= REACH``."""
    raise NotImplementedError


def power_of_two(x: Any) -> Any:
    """``2**x`` for a whole x <= 0; 0 below the normal range."""
    raise NotImplementedError


def exp(x: Any) -> Any:
    """``exp(x)`` for x <= 0, down to the last subnormal number; NaN for NaN."""
    raise NotImplementedError


def _by_format(stub: Callable[[Any], Any], of_32: Any, of_64: Any) -> None:
    """Have numba choose, when it compiles a call, by the type of the argument."""

    def choose(x: Any) -> Any:
        return of_32.py_func if x == types.float32 else of_64.py_func

    overload(stub, jit_options={"fastmath": FUSED})(choose)


_by_format(split, _split_32, _split_64)
_by_format(power_of_two, _power_32, _power_64)
_by_format(exp, _exp_32, _exp_64)
