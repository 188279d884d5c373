"""Parts of an array that do not count as references to it, and arrays made to be cut up.

numba counts the references of every slice, with an atomic instruction each time, which costs a
short row more than its arithmetic.  A borrowed part has no counter; the caller keeps the
array alive.
"""

from __future__ import annotations

from typing import Any, Protocol, TypeVar, cast

import numpy as np
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.extending import intrinsic
from numpy.typing import NDArray

from softmark.oracle.jit import DISABLED, inlined

Vector = NDArray[np.float64]
Item = TypeVar("Item", bound=np.generic)
CODE: Any = cgutils  # numba's own helpers have no types


class _Part(Protocol):
    def __call__(self, array: NDArray[Item], start: int, stop: int, /) -> NDArray[Item]: ...


def _build_part(typing_context: Any, array: Any, start: Any, stop: Any) -> Any:
    """A one-dimensional array without a counter, from any contiguous one."""
    if array.layout != "C":
        raise TypingError("only a C-contiguous array has parts")
    kind = array.copy(ndim=1)

    def generate(context: Any, builder: ir.IRBuilder, signature: Any, args: Any) -> Any:
        whole = context.make_array(signature.args[0])(context, builder, args[0])
        size = builder.sub(args[2], args[1])
        item = ir.Constant(size.type, context.get_abi_sizeof(whole.data.type.pointee))
        part = context.make_array(signature.return_type)(context, builder)
        part.meminfo = CODE.get_null_value(part.meminfo.type)
        part.parent = CODE.get_null_value(part.parent.type)
        part.nitems, part.itemsize = size, item
        part.data = builder.gep(whole.data, [args[1]])
        part.shape = CODE.pack_array(builder, [size])
        part.strides = CODE.pack_array(builder, [item])
        return part._getvalue()

    return kind(array, types.intp, types.intp), generate


def _plain_part(array: NDArray[Item], start: int, stop: int) -> NDArray[Item]:
    return array.reshape(-1)[start:stop]


part: _Part = _plain_part if DISABLED else cast(Any, intrinsic(_build_part))
"""``part(array, start, stop)``: elements of a C-contiguous array, counted through all its rows.

Not checked: ``0 <= start <= stop <= array.size``.
"""


@inlined
def aligned(size: int) -> Vector:
    """An array to work in that begins at a cache line: vectors of 64 bytes then lie in one each."""
    array = np.empty(size + 8)
    start = (-array.ctypes.data % 64) // 8
    return array[start : start + size]
