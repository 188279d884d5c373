"""Arrays of any library as float64, which holds each of their numbers, and their format's name.

The libraries' own files in ``softmark_implementations`` change settings of the process when they
are imported, which the tests of other projects would notice; this imports nothing.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import FORMATS

_WHOLE: Final = "iub"


def read(array: Any, what: str) -> tuple[NDArray[Any], str]:
    """The numbers of ``array``, exact, and the name of its type; ``what`` it is, for messages.

    Numbers of one of softmark's formats come as float64, whole numbers and booleans as they are.

    Raises
    ------
    TypeError
        It is no array of numbers that softmark has a format for.
    """
    name = _type_name(array)
    try:
        plain = np.asarray(_brought(array, name))
    except Exception as error:  # code of another library
        kind = type(array).__name__
        raise TypeError(f"{what}: a {kind} is not read as an array ({error}); pass one") from None
    name = name or plain.dtype.name
    if plain.dtype.kind in _WHOLE and name not in FORMATS:
        return plain, name
    if name not in FORMATS:
        listed = ", ".join(FORMATS)
        raise TypeError(f"{what}: {name} is no format that softmark has; convert it to {listed}")
    return plain.astype(np.float64), name


def _type_name(array: Any) -> str:
    """``float32`` of NumPy's, PyTorch's, JAX's, TensorFlow's and MLX's; empty of a list."""
    dtype = getattr(array, "dtype", "")
    return str(getattr(dtype, "name", dtype)).rpartition(".")[2]


def _brought(array: Any, name: str) -> Any:
    """The array where NumPy can read it: on the processor, and in a type that NumPy knows."""
    if isinstance(array, np.ma.MaskedArray):
        raise TypeError("masked elements hold no number; fill it")
    if callable(getattr(array, "detach", None)):  # PyTorch
        array = array.detach().cpu()
        return array.double() if name in FORMATS else array
    for method in ("numpy", "get"):  # TensorFlow, CuPy
        if callable(getattr(array, method, None)):
            return getattr(array, method)()
    if hasattr(array, "__dlpack__") and not hasattr(array, "__array__"):
        return np.from_dlpack(array)
    return array
