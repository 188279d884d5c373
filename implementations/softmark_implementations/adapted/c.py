"""A symbol of a C shared library, with its signature in one line.

``libkernel.so:void softmax(const float *x, float *y, int rows, int n)``: the pointer to const is
the logits, the other one the result; whole numbers are ``rows`` (or ``batch``, ``m``) and ``n`` (or
``cols``, ``length``, ``size``).  Rows lie one behind the other; without ``rows`` each is a call.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np

from softmark_implementations.adapted import canaries

_FLOATS: Final = {"float": ctypes.c_float, "double": ctypes.c_double}
_WHOLE: Final = {
    **{"int": ctypes.c_int, "long": ctypes.c_long, "unsigned": ctypes.c_uint},
    **{"size_t": ctypes.c_size_t, "int64_t": ctypes.c_int64, "int32_t": ctypes.c_int32},
}
_ROWS: Final = ("rows", "batch", "m")
_LENGTHS: Final = ("n", "cols", "columns", "length", "size", "len")
_PARAMETER: Final = re.compile(r"(const )?(\w+)\s*(\*?)\s*(\w+)")


def function_of(text: str) -> Callable[..., Any]:
    """The symbol as a function of NumPy arrays.

    Raises
    ------
    ValueError
        The line is no signature that is understood, or the library has no such symbol.
    """
    path, _, line = text.partition(":")
    found = re.fullmatch(r"\s*void (\w+)\((.*)\);?\s*", line)
    parts = [_PARAMETER.fullmatch(p.strip()) for p in found[2].split(",")] if found else [None]
    kinds = [_kind(part) for part in parts]
    if found is None or sorted(k for k in kinds if k in "xyn") != ["n", "x", "y"] or "?" in kinds:
        raise ValueError(
            f"{line!r} is not understood; write FILE.so:'void f(const float *x, float *y, int n)'"
        )
    scalar = _FLOATS[parts[kinds.index("x")][2]]  # type: ignore[index]
    symbol = ctypes.CDLL(str(Path(path).resolve()))[found[1]]
    symbol.restype = None
    symbol.argtypes = [
        ctypes.POINTER(_FLOATS[p[2]]) if k in "xy" else _WHOLE[p[2]]
        for p, k in zip(parts, kinds, strict=True)
        if p
    ]
    dtype, pointer = np.dtype(scalar), ctypes.POINTER(scalar)

    def function(x: Any) -> Any:
        if x.dtype != dtype:
            raise TypeError(f"{found[1]} takes {dtype}, not {x.dtype}")
        x, n = np.ascontiguousarray(x), x.shape[-1]
        wide = np.full(x.size + 2 * canaries.ROOM, canaries.CANARY, dtype)
        y, rows = canaries.between(wide, x.shape), x.size // max(1, n)
        for part in (slice(None),) if "r" in kinds else range(rows):
            both = zip("xy", (x, y), strict=True)
            a = {k: v.reshape(rows, n)[part].ctypes.data_as(pointer) for k, v in both}
            symbol(*({**a, "n": n, "r": rows}[kind] for kind in kinds))
        canaries.check(wide)
        return y

    return function


def _kind(found: re.Match[str] | None) -> str:
    """x, y, r for rows, n for the length of a row, or ? for what is not understood."""
    if found is None:
        return "?"
    constant, kind, star, name = found.groups()
    if star:
        return ("x" if constant else "y") if kind in _FLOATS else "?"
    known = {**dict.fromkeys(_ROWS, "r"), **dict.fromkeys(_LENGTHS, "n")}
    return known.get(name.lower(), "?") if kind in _WHOLE else "?"
