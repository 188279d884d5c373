"""Which framework's arrays a user's function takes: the ones that its module works with."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Collection
from importlib.util import find_spec
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

from softmark.naming import UnknownName
from softmark.subjects.faults import TargetError
from softmark.subjects.learning import Learned
from softmark.subjects.python_functions import used
from softmark_implementations.framework import Framework

FRAMEWORKS: Final = ("torch", "tensorflow", "jax", "array_api_strict", "cupy", "mlx", "tinygrad")
"""Beside NumPy, which is what remains when none of these is there."""

ARRAYS: Final = ("auto", "numpy", *FRAMEWORKS)
"""What can be named; a module that follows the array API standard can be too."""

_HOMES: Final = {"jaxlib": "jax", "cupyx": "cupy"}
"""Packages that belong to a framework of another name."""

COMPILED: Final = ("_torchdynamo_orig_callable", "get_concrete_function", "lower")
"""Attributes by which torch.compile, tf.function and jax.jit are known."""


def checked(array: str) -> str:
    """``array``, if it is one of ``ARRAYS`` or a module's name that may be imported here.

    Raises
    ------
    UnknownName
        It is neither.
    """
    parts = array.split(".")
    if array in ARRAYS or (all(part.isidentifier() for part in parts) and find_spec(parts[0])):
        return array
    raise UnknownName("array library", array, ARRAYS)


def framework_of(
    function: Callable[..., Any],
    names: dict[str, Any],
    array: str,
    before: Collection[str],
) -> Framework:
    """The framework whose arrays ``function`` takes.

    Parameters
    ----------
    function:
        The subject.
    names:
        The globals of its module.
    array:
        One of ``ARRAYS``, or the name of a module that follows the array API standard; ``auto``
        looks at what the function works with, and where that tells nothing, at what its module
        does.
    before:
        Names of the modules that were imported before it was.

    Raises
    ------
    TargetError
        It could be several, or the one that was named cannot be imported.
    """
    name = array
    if array == "auto":
        name = (
            _own_kind(function)
            or _only(_mentioned(used(function)))
            or _only(_mentioned(names))
            or _only(_imported(before))
        )
    name = name or "numpy"
    if name not in ARRAYS:
        return _namespace(name)
    try:
        module = importlib.import_module(f"softmark_implementations.with_{name}")
    except ImportError as error:
        raise TargetError(
            f"arrays of {name} cannot be made here ({error}); "
            f'install it: python -m pip install "softmark[{name}]"'
        ) from None
    framework = module.FRAMEWORK
    assert isinstance(framework, Framework)
    return framework


def _namespace(name: str) -> Framework:
    """The arrays of a module that follows the array API standard."""
    try:
        module = importlib.import_module("softmark_implementations.array_api")
    except ImportError as error:
        raise TargetError(
            f"arrays of {name} cannot be made here ({error}); "
            'install what finds them: python -m pip install "array-api-compat>=1.9"'
        ) from None
    try:
        framework = module.ArrayAPIFramework(name)
    except Exception as error:  # importing it runs code of others
        raise TargetError(
            f"arrays of {name} cannot be made ({error}); name one of {', '.join(ARRAYS[1:])}, "
            "or a module that is installed and follows the array API standard"
        ) from None
    assert isinstance(framework, Framework)
    return framework


def described(
    function: Callable[..., Any], framework: Framework, learned: Learned
) -> dict[str, Any]:
    """What is known of a user's function before it is checked.

    Returns
    -------
    ``call`` (its convention), ``remarks``, ``default_axis``, ``axis_by_place``, ``compiled``,
    ``framework``, ``formats``, ``differentiates`` (both of the framework) and ``description``.
    """
    return {
        "call": learned.convention.to_json(),
        "remarks": list(learned.remarks),
        "default_axis": list(learned.default_axis),
        "axis_by_place": learned.axis_by_place,
        "compiled": is_compiled(function),
        "framework": framework.name,
        "formats": list(framework.formats),
        "differentiates": type(framework).pullback is not Framework.pullback,
        "description": (getattr(function, "__doc__", None) or "").strip().partition("\n")[0],
    }


def is_compiled(function: Callable[..., Any]) -> bool:
    """Whether ``function`` is compiled on its first call with each new shape."""
    return any(hasattr(function, name) for name in COMPILED)


def _own_kind(function: Callable[..., Any]) -> str:
    """The framework that the function's type comes from: a module, a compiled function."""
    homes = [kind.__module__.partition(".")[0] for kind in type(function).__mro__]
    homes = [_HOMES.get(home, home) for home in homes]
    return next((home for home in homes if home in FRAMEWORKS), "")


def _mentioned(names: dict[str, Any]) -> set[str]:
    """The frameworks that a module's globals come from: modules, functions, classes."""
    homes: set[str] = set()
    for value in list(names.values()):
        if isinstance(value, ModuleType):
            homes.add(value.__name__.partition(".")[0])
        elif isinstance(value, FunctionType | BuiltinFunctionType | type):
            homes.add(str(value.__module__).partition(".")[0])
    return {_HOMES.get(home, home) for home in homes} & set(FRAMEWORKS)


def _imported(before: Collection[str]) -> set[str]:
    """The frameworks that were imported since."""
    return {name for name in FRAMEWORKS if name in sys.modules and name not in before}


def _only(found: set[str]) -> str:
    if len(found) > 1:
        listed = " and ".join(sorted(found))
        raise TargetError(
            f"the target works with {listed}; say whose arrays it takes: --array {min(found)}, "
            f'or array="{min(found)}" in Python'
        )
    return next(iter(found), "")
