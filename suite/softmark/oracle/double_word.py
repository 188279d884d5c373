"""Double-word arithmetic: numbers as unevaluated sums of two float64, each step with its lemma.

Throughout u = 2**-53, RN is rounding to nearest even, and nothing overflows or, unless said,
underflows.

Sources
-------
[HBFA]  Muller et al., Handbook of Floating-Point Arithmetic, 2nd ed., 2018, ch. 4.
[JMP]   Joldes, Muller, Popescu, Tight and rigorous error bounds for basic building blocks of
        double-word arithmetic, ACM TOMS 44(2), 2017.
[MR]    Muller, Rideau, Formalization of double-word arithmetic, and comments on [JMP],
        ACM TOMS 48(1), 2022.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any, cast

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from softmark.oracle.jit import DISABLED, has_fma, inlined

_SPLITTER = 134217729.0  # 2**27 + 1


def _build_fma(typing_context: Any, a: Any, b: Any, c: Any) -> Any:
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        return builder.fma(*args)

    return types.float64(types.float64, types.float64, types.float64), generate


def _build_bits(typing_context: Any, value: Any) -> Any:
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.IntType(64))

    return types.int64(types.float64), generate


def _build_float(typing_context: Any, pattern: Any) -> Any:
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), generate


def _plain_bits(value: float) -> int:
    return int.from_bytes(struct.pack("<d", value), "little", signed=True)


def _plain_float(pattern: int) -> float:
    return float(struct.unpack("<d", int(pattern).to_bytes(8, "little", signed=True))[0])


_hardware_fma: Callable[[float, float, float], float] = cast(Any, intrinsic(_build_fma))
bits_of: Callable[[float], int] = _plain_bits if DISABLED else cast(Any, intrinsic(_build_bits))
"""The bit pattern of a float64 as an int64."""
float_of: Callable[[int], float] = _plain_float if DISABLED else cast(Any, intrinsic(_build_float))
"""The float64 with the bit pattern of an int64."""


@inlined
def two_sum(a: float, b: float) -> tuple[float, float]:
    """``s + e = a + b`` exactly, ``s = RN(a + b)``: Knuth's TwoSum [HBFA, Alg. 4.4]."""
    s = a + b
    b_part = s - a
    return s, (a - (s - b_part)) + (b - b_part)


@inlined
def fast_two_sum(a: float, b: float) -> tuple[float, float]:
    """``s + e = a + b`` exactly where ``|a| >= |b|`` or ``a = 0``: Fast2Sum [HBFA, Alg. 4.3]."""
    s = a + b
    return s, b - (s - a)


@inlined
def _halves(a: float) -> tuple[float, float]:
    """``a`` as a sum of two numbers of 26 bits: Veltkamp's splitting [HBFA, Alg. 4.9]."""
    c = _SPLITTER * a
    high = c - (c - a)
    return high, a - high


@inlined
def _two_prod_dekker(a: float, b: float) -> tuple[float, float]:
    """``p + e = a b`` exactly, without FMA: Dekker's product [HBFA, Alg. 4.10]."""
    p = a * b
    ah, al = _halves(a)
    bh, bl = _halves(b)
    return p, ((ah * bh - p) + ah * bl + al * bh) + al * bl


@inlined
def _two_prod_fused(a: float, b: float) -> tuple[float, float]:
    """``p + e = a b`` exactly, with one FMA [HBFA, Alg. 4.8]."""
    p = a * b
    return p, _hardware_fma(a, b, -p)


@inlined
def _fma_emulated(a: float, b: float, c: float) -> float:
    """``a b + c`` with relative error at most u (1 + 2 u) + u**2.

    The sum of c and the product's words is exact but for one addition of the two small
    words, whose error is at most ``u**2 (|a b| + |c|)``.
    """
    p, e = _two_prod_dekker(a, b)
    s, t = two_sum(p, c)
    return s + (t + e)


if has_fma():
    two_prod = _two_prod_fused
    fma = _hardware_fma
else:
    two_prod = _two_prod_dekker
    fma = _fma_emulated


@inlined
def add_same_sign(xh: float, xl: float, yh: float, yl: float) -> tuple[float, float]:
    """``x + y`` for x, y >= 0 with relative error at most 3.01 u**2: SloppyDWPlusDW [JMP, Alg. 5].

    With operands of one sign: ``RN(xl + yl)`` errs by at most ``u**2 (xh + yh)``, the addition of
    TwoSum's error by at most ``2 u**2 (xh + yh)(1 + 2 u)``, and Fast2Sum is exact.
    """
    s, e = two_sum(xh, yh)
    return fast_two_sum(s, e + (xl + yl))


@inlined
def add(xh: float, xl: float, yh: float, yl: float) -> tuple[float, float]:
    """``x + y`` of any signs with absolute error at most ``3.01 u**2 (|x| + |y|)``.

    The steps of ``add_same_sign``, closed by TwoSum, since cancellation may leave the first word
    the smaller one.
    """
    s, e = two_sum(xh, yh)
    return two_sum(s, e + (xl + yl))


@inlined
def times(xh: float, xl: float, yh: float, yl: float) -> tuple[float, float]:
    """``x y`` with relative error at most 6 u**2: DWTimesDW2 [JMP, Alg. 11; 5 u**2 in MR]."""
    p, e = two_prod(xh, yh)
    return fast_two_sum(p, e + fma(xl, yh, xh * yl))


@inlined
def times_float(xh: float, xl: float, y: float) -> tuple[float, float]:
    """``x y`` for a float64 y with relative error at most 2 u**2: DWTimesFP3 [JMP, Alg. 9]."""
    p, e = two_prod(xh, y)
    return fast_two_sum(p, fma(xl, y, e))


@inlined
def reciprocal(xh: float, xl: float) -> tuple[float, float]:
    """``1 / x`` with relative error at most 8.1 u**2, for x >= 1.

    ``r = RN(1/xh)`` leaves ``1 - r xh`` exact in one word and ``|1 - r x| <= 2.01 u``; one Newton
    step squares that (4.1 u**2), and its own two roundings are each relative u to a term
    of 2.01 u.
    """
    r = 1.0 / xh
    p, e = two_prod(r, xh)
    defect = (1.0 - p) - e
    return fast_two_sum(r, r * (defect - r * xl))
