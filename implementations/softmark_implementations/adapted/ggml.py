"""A softmax of ggml, in a graph of its own: ``LIBRARY`` or ``LIBRARY:soft_max_ext``.

The library is a shared one that has ggml's symbols, or an installed package that holds one, as
``xllamacpp``.  ``soft_max_ext`` is called without a mask, with a scale of 1.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np

_AT: Final = ctypes.c_void_p
_OPERATIONS: Final[dict[str, tuple[Any, ...]]] = {"soft_max": (), "soft_max_ext": (None, 1.0, 0.0)}


class _Memory(ctypes.Structure):
    """``struct ggml_init_params``."""

    _fields_ = (("size", ctypes.c_size_t), ("buffer", _AT), ("no_alloc", ctypes.c_bool))


_NEEDED: Final[dict[str, tuple[Any, ...]]] = {
    "init": (_AT, _Memory),
    "free": (None, _AT),
    "new_tensor_2d": (_AT, _AT, ctypes.c_int, ctypes.c_int64, ctypes.c_int64),
    "soft_max": (_AT, _AT, _AT),
    "soft_max_ext": (_AT, _AT, _AT, _AT, ctypes.c_float, ctypes.c_float),
    "get_data": (_AT, _AT),
    "new_graph": (_AT, _AT),
    "build_forward_expand": (None, _AT, _AT),
    "graph_compute_with_ctx": (ctypes.c_int, _AT, _AT, ctypes.c_int),
}
"""Of functions of ggml's the result and the arguments."""


def function_of(text: str) -> Callable[..., Any]:
    """The operation as a function of NumPy arrays of float32.

    Raises
    ------
    ValueError
        There is no such library, or it lacks one of ggml's symbols, or the operation is another.
    """
    path, _, name = text.partition(":")
    if (name or "soft_max") not in _OPERATIONS:
        raise ValueError(f"{name} is no operation here; name one of {', '.join(_OPERATIONS)}")
    spec = find_spec(path) if path.isidentifier() else None
    folders = map(Path, (spec and spec.submodule_search_locations) or ())
    files = [Path(path)] if Path(path).is_file() else [f for p in folders for f in p.glob("*.so")]
    if not files:
        raise ValueError(f"{path} is no shared library, nor a package with one; install or name it")
    library, ggml = ctypes.CDLL(str(files[0].resolve())), {}
    for each, (result, *arguments) in _NEEDED.items():
        if not hasattr(library, f"ggml_{each}"):
            raise ValueError(f"{path} has no ggml_{each}; name a library of ggml")
        ggml[each] = library[f"ggml_{each}"]
        ggml[each].restype, ggml[each].argtypes = result, arguments
    return lambda x: _computed(ggml, name or "soft_max", np.ascontiguousarray(x))


def _computed(ggml: dict[str, Any], name: str, x: Any) -> Any:
    if x.dtype != np.float32:
        raise TypeError(f"ggml_{name} takes float32, not {x.dtype}")
    y, n = np.empty_like(x), x.shape[-1]
    # Both tensors, and the work of a thread: a row.
    context = ggml["init"](_Memory(3 * x.nbytes + 2**20, None, False))
    given = ggml["new_tensor_2d"](context, 0, n, x.size // max(1, n))
    ctypes.memmove(ggml["get_data"](given), x.ctypes.data, x.nbytes)
    result = ggml[name](context, given, *_OPERATIONS[name])
    graph = ggml["new_graph"](context)
    ggml["build_forward_expand"](graph, result)
    ggml["graph_compute_with_ctx"](context, graph, 1)
    ctypes.memmove(y.ctypes.data, ggml["get_data"](result), y.nbytes)
    ggml["free"](context)
    return y
