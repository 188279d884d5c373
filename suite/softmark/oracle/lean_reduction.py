"""``x = k ln2/256 + r`` and ``2**(k/256)`` for blocks of moderate x, from registers or memory.

Fetching eight table entries from eight addresses takes a modern processor as long as ten
additions of vectors.  With AVX-512 a table of 16 numbers lies in two registers, and one
permutation picks eight of its entries; ``2**(k/256)`` is the product of an entry of each of
two such tables, ``2**(i/16)`` and ``2**(j/256)`` with ``k = 16 i + j``.  No compiler finds that
on its own, so that loop is given to LLVM instruction by instruction.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, Final, cast

import llvmlite.binding
import numpy as np
from llvmlite import ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

from softmark.oracle.borrowed import CODE
from softmark.oracle.double_word import bits_of, float_of, fma
from softmark.oracle.exponential import (
    ENTRIES,
    LN2_1,
    LN2_2,
    POWER_HIGH,
    POWER_LOW,
    SHIFT,
    SHIFT_BITS,
)
from softmark.oracle.jit import has_fma, inlined

Vector = NDArray[np.float64]
Stage = Callable[[Vector, Vector, Vector, Vector, Vector], None]

LEAN_BITS: Final = 8
LEAN_ENTRIES: Final = 1 << LEAN_BITS
"""Steps of the exponent within a power of two."""
LEAN_LN2_1: Final = LN2_1 * (ENTRIES / LEAN_ENTRIES)
LEAN_LN2_2: Final = LN2_2 * (ENTRIES / LEAN_ENTRIES)
LEAN_INVERSE_STEP: Final = LEAN_ENTRIES / math.log(2.0)  # only the choice of k depends on it
_STRIDE: Final = ENTRIES // LEAN_ENTRIES
_WIDTH: Final = 8
_DOUBLES, _INTEGERS = ir.VectorType(ir.DoubleType(), _WIDTH), ir.VectorType(ir.IntType(64), _WIDTH)


@inlined
def _from_memory(x: Vector, r: Vector, c: Vector, th: Vector, tl: Vector) -> None:
    for j in range(len(x)):
        shifted = fma(x[j], LEAN_INVERSE_STEP, SHIFT)
        minus_k = SHIFT - shifted
        r[j], c[j] = fma(minus_k, LEAN_LN2_1, x[j]), minus_k * LEAN_LN2_2
        k = bits_of(shifted) - SHIFT_BITS
        entry = _STRIDE * (k & (LEAN_ENTRIES - 1))
        scale = float_of(((k >> LEAN_BITS) + 1023) << 52)
        th[j], tl[j] = POWER_HIGH[entry] * scale, POWER_LOW[entry] * scale


class _Emitter:
    """The same for vectors of eight, in LLVM's instructions."""

    def __init__(self, builder: Any) -> None:
        self.builder = builder

    def split(self, x: Any) -> list[Any]:
        """``r, c, th, tl``."""
        b = self.builder
        shifted = self.fma(x, _doubles([LEAN_INVERSE_STEP] * _WIDTH), _doubles([SHIFT] * _WIDTH))
        minus_k = b.fsub(_doubles([SHIFT] * _WIDTH), shifted)
        r = self.fma(minus_k, _doubles([LEAN_LN2_1] * _WIDTH), x)
        c = b.fmul(minus_k, _doubles([LEAN_LN2_2] * _WIDTH))
        return [r, c, *self.power(b.bitcast(shifted, _INTEGERS))]

    def power(self, key: Any) -> tuple[Any, Any]:
        """``2**(k/256)`` as two words, for the bits of ``SHIFT + k``."""
        b = self.builder
        # SHIFT's own bits are shifted out, or lie above the octave.
        octave = b.shl(b.lshr(key, _integers(LEAN_BITS)), _integers(52))
        scale = b.bitcast(b.add(octave, _integers(1023 << 52)), _DOUBLES)
        upper = b.lshr(key, _integers(4))
        i, i_low = (
            b.fmul(self.pick(t[:: ENTRIES // 16], upper), scale) for t in (POWER_HIGH, POWER_LOW)
        )
        j, j_low = (self.pick(t[: 16 * _STRIDE : _STRIDE], key) for t in (POWER_HIGH, POWER_LOW))
        high = b.fmul(i, j)
        low = self.fma(i, j, b.fneg(high))
        return high, self.fma(i_low, j, self.fma(i, j_low, low))

    def pick(self, table: Vector, index: Any) -> Any:
        """Entries of a table of 16, chosen by the low 4 bits of the index."""
        name = "llvm.x86.avx512.vpermi2var.pd.512"
        return self.call(name, _doubles(table[:_WIDTH]), index, _doubles(table[_WIDTH:]))

    def fma(self, a: Any, b: Any, c: Any) -> Any:
        return self.call("llvm.fma.v8f64", a, b, c)

    def call(self, name: str, *arguments: Any) -> Any:
        """Call an intrinsic of LLVM that gives doubles."""
        kind = ir.FunctionType(_DOUBLES, [a.type for a in arguments])
        function = CODE.get_or_insert_function(self.builder.module, kind, name)
        return self.builder.call(function, arguments)


def _doubles(values: Sequence[float] | Vector) -> Any:
    return ir.Constant(_DOUBLES, [ir.Constant(ir.DoubleType(), float(v)) for v in values])


def _integers(value: int) -> Any:
    return ir.Constant(_INTEGERS, [ir.Constant(ir.IntType(64), value)] * _WIDTH)


def _build_from_registers(typing_context: Any, x: Any, r: Any, c: Any, th: Any, tl: Any) -> Any:
    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        given = [
            context.make_array(t)(context, builder, a)
            for t, a in zip(signature.args, args, strict=True)
        ]
        (size,) = CODE.unpack_tuple(builder, given[0].shape)
        start, step = ir.IntType(64)(0), ir.IntType(64)(_WIDTH)

        def place(array: Any, index: Any) -> Any:
            return builder.bitcast(builder.gep(array.data, [index]), _DOUBLES.as_pointer())

        with CODE.for_range_slice(builder, start, size, step) as (index, _):
            found = _Emitter(builder).split(builder.load(place(given[0], index), align=8))
            for array, word in zip(given[1:], found, strict=True):
                builder.store(word, place(array, index), align=8)
        return context.get_dummy_value()

    return types.void(x, r, c, th, tl), generate


def _has_permutations() -> bool:
    return has_fma() and bool(llvmlite.binding.get_host_cpu_features().get("avx512f"))


_from_registers: Stage = cast(Any, intrinsic(_build_from_registers))

reduce_block: Stage = _from_registers if _has_permutations() else _from_memory
"""``reduce_block(x, r, c, th, tl)``: ``x = k ln2/256 + r + c`` and ``th + tl = 2**(k/256)``.

Fills in the last four for a contiguous block of x, of a multiple of 8 elements.  ``r`` is exact,
``c = -k LEAN_LN2_2`` in one rounding; what x beyond ``lean_weights.MODERATE`` gives means nothing.
"""
