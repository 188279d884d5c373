"""A softmax of ggml, in a graph of its own: ``LIBRARY`` or ``LIBRARY:soft_max_ext``.

The library is a shared one that has ggml's symbols, or an installed package that holds one, as
``xllamacpp``.  ``soft_max_ext`` is called without a mask, with a scale of 1.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
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
    "new_tensor": (_AT, _AT, ctypes.c_int, ctypes.c_int, ctypes.POINTER(ctypes.c_int64)),
    "soft_max": (_AT, _AT, _AT),
    "soft_max_ext": (_AT, _AT, _AT, _AT, ctypes.c_float, ctypes.c_float),
    "get_data": (_AT, _AT),
    "new_graph": (_AT, _AT),
    "build_forward_expand": (None, _AT, _AT),
    "graph_compute_with_ctx": (ctypes.c_int, _AT, _AT, ctypes.c_int),
}
"""Of functions of ggml's the result and the arguments."""

MORE: Final[dict[str, tuple[Any, ...]]] = {
    "soft_max_add_sinks": (None, _AT, _AT),
    "sigmoid": (_AT, _AT, _AT),
    "softplus": (_AT, _AT, _AT),
}
"""Those that only newer libraries have."""


def function_of(text: str) -> Callable[..., Any]:
    """The operation as a function of NumPy arrays of float32.

    Raises
    ------
    ValueError
        There is no such library, or it lacks one of ggml's symbols, or the operation is another.
    """
    path, _, name = text.partition(":")
    name = name or "soft_max"
    if name not in _OPERATIONS:
        raise ValueError(f"{name} is no operation here; name one of {', '.join(_OPERATIONS)}")
    ggml = symbols(path)

    def function(x: Any) -> Any:
        if x.dtype != np.float32:
            raise TypeError(f"ggml_{name} takes float32, not {x.dtype}")
        rows = np.asarray(x).reshape(-1, x.shape[-1])
        given = _OPERATIONS[name]
        return computed(ggml, lambda at, row: ggml[name](at, row, *given), rows).reshape(x.shape)

    return function


def symbols(
    path: str, more: Mapping[str, tuple[Any, ...]] = MappingProxyType({})
) -> dict[str, Any]:
    """Functions of ggml, by their names without the prefix, and with ``more`` of them.

    Raises
    ------
    ValueError
        There is no such library or package, or it lacks one of the symbols.
    """
    spec = find_spec(path) if path.isidentifier() else None
    folders = map(Path, (spec and spec.submodule_search_locations) or ())
    files = [Path(path)] if Path(path).is_file() else [f for p in folders for f in p.glob("*.so")]
    if not files:
        raise ValueError(f"{path} is no shared library, nor a package with one; install or name it")
    library, ggml = ctypes.CDLL(str(files[0].resolve())), {}
    for each, (result, *arguments) in {**_NEEDED, **more}.items():
        if not hasattr(library, f"ggml_{each}"):
            raise ValueError(f"{path} has no ggml_{each}; name a library of ggml")
        ggml[each] = library[f"ggml_{each}"]
        ggml[each].restype, ggml[each].argtypes = result, arguments
    return ggml


def computed(ggml: dict[str, Any], build: Callable[..., Any], *given: Any, threads: int = 1) -> Any:
    """The result of a graph, which has the shape of the first array.

    Parameters
    ----------
    build:
        From a context and a tensor for each array to the tensor that is computed.
    given:
        Arrays of float32, of up to four axes, the last of which is ggml's first.
    """
    arrays = [np.ascontiguousarray(array) for array in given]
    y, row = np.empty_like(arrays[0]), 4 * arrays[0].shape[-1]
    # The tensors, and the work of the threads: a row each, and the line of a cache between them.
    size = sum(array.nbytes for array in arrays) + 2 * y.nbytes + threads * (row + 2**8) + 2**20
    context = ggml["init"](_Memory(size, None, False))
    tensors = []
    for array in arrays:
        shape = (ctypes.c_int64 * array.ndim)(*reversed(array.shape))
        tensors.append(ggml["new_tensor"](context, 0, array.ndim, shape))
        ctypes.memmove(ggml["get_data"](tensors[-1]), array.ctypes.data, array.nbytes)
    result = build(context, *tensors)
    graph = ggml["new_graph"](context)
    ggml["build_forward_expand"](graph, result)
    ggml["graph_compute_with_ctx"](context, graph, threads)
    ctypes.memmove(y.ctypes.data, ggml["get_data"](result), y.nbytes)
    ggml["free"](context)
    return y
