"""Any library that follows the array API standard, by the name of its namespace.

A function that is written for the standard takes the arrays of each library
that follows it.  So softmark needs nothing of such a library but its namespace:
bits go in and come out by DLPack, the standard's own way from one library to
another, and array-api-compat finds the namespace of libraries that follow the
standard nearly.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

import array_api_compat
import numpy as np

from softmark_implementations.framework import CARRIERS, WHOLE, Bits, Framework, NotOffered

SHORT: Final = ("bfloat16", "float8_e4m3fn", "float8_e5m2")
"""Formats that NumPy, through which bits come, cannot name without a package for them."""


class ArrayAPIFramework(Framework):
    """The arrays of one namespace, on the processor.

    Parameters
    ----------
    module:
        The module's name, for instance ``array_api_strict`` or ``jax.numpy``.
    name:
        What to call it in records; by default the module's name without dots.

    Raises
    ------
    ImportError
        There is no such module, or it does not follow the standard.
    """

    formats = ("float64", "float32")  # the standard has no others

    def __init__(self, module: str, name: str = "") -> None:
        self.name = name or module.replace(".", "_")
        self._module = importlib.import_module(module)
        try:
            array = self._module.zeros(())
            self._kind = type(array)
            self._xp = array_api_compat.array_namespace(array)
        except (AttributeError, TypeError) as error:
            raise ImportError(f"{module} does not follow the array API standard") from error

    def array(self, bits: Bits, format: str, device: str) -> Any:
        if device != "cpu":
            raise NotOffered(f"{self.name}: there is no device {device} for an array API namespace")
        carried = self._carried(bits, format)
        if format in SHORT or not hasattr(self._xp, format):
            raise NotOffered(f"{self.name} has no {format}")
        plain = carried if format in WHOLE else carried.view(format)
        made = self._made(plain.copy())
        if _as_numpy(made).dtype != plain.dtype:  # JAX, unless told otherwise, makes 64 bits 32
            raise NotOffered(f"{self.name} made an array of {made.dtype} from one of {format}")
        return made

    def _made(self, plain: Any) -> Any:
        try:
            return self._xp.from_dlpack(plain)
        except (AttributeError, BufferError, RuntimeError, TypeError):  # no DLPack for this one
            return self._xp.asarray(plain)

    def bits(self, array: Any) -> tuple[Bits, str]:
        if not isinstance(array, self._kind):
            raise self._refuse(array)
        plain = _as_numpy(array)
        format = plain.dtype.name
        if format not in CARRIERS:
            raise TypeError(f"an array of dtype {format} is in none of softmark's formats")
        return np.array(plain, order="C").view(CARRIERS[format]), format

    def wait(self, result: Any) -> None:
        if hasattr(result, "block_until_ready"):
            result.block_until_ready()
        elif array_api_compat.is_lazy_array(result):
            _as_numpy(result)

    def waiter(self, device: str) -> Callable[[Any], object] | None:
        return self.wait if array_api_compat.is_lazy_array(self._module.zeros(())) else None

    def versions(self) -> dict[str, str]:
        version = getattr(self._module, "__version__", None) or _version_above(self._module)
        return {
            self.name: version,
            "array_api_compat": array_api_compat.__version__,
            "numpy": np.__version__,
        }

    def denormals(self, device: str = "cpu") -> dict[str, str]:
        found = {"float32": self._subnormals("float32", 1 << 23, device)}
        with suppress(NotOffered):  # of a library that makes 64 bits 32
            found["float64"] = self._subnormals("float64", 1 << 52, device)
        return found

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        """Nothing can be set: the standard has neither generators nor threads."""
        return {"seed": None, "threads": None, "denormals": self.denormals()}


def _as_numpy(array: Any) -> Any:
    """The same values as NumPy has them."""
    try:
        return np.from_dlpack(array)
    except (AttributeError, BufferError, RuntimeError, TypeError):  # no DLPack for this one
        return np.asarray(array)


def _version_above(module: Any) -> str:
    """The version of the package that a namespace is a part of."""
    top = importlib.import_module(module.__name__.partition(".")[0])
    return str(getattr(top, "__version__", "not told"))
