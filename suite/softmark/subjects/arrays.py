"""Which framework's arrays a user's function takes: the ones that its module works with."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Collection
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

from softmark.subjects import convention
from softmark.subjects.faults import TargetError
from softmark.subjects.python_functions import used
from softmark_implementations.framework import Framework

FRAMEWORKS: Final = ("torch", "tensorflow", "jax")
"""Beside NumPy, which is what remains when none of these is there."""

ARRAYS: Final = ("auto", "numpy", *FRAMEWORKS)

COMPILED: Final = ("_torchdynamo_orig_callable", "get_concrete_function", "lower")
"""Attributes by which torch.compile, tf.function and jax.jit are known."""


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
        One of ``ARRAYS``; ``auto`` looks at what the function works with, and where that tells
        nothing, at what its module does.
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
    try:
        module = importlib.import_module(f"softmark_implementations.with_{name or 'numpy'}")
    except ImportError as error:
        raise TargetError(
            f"arrays of {name} cannot be made here ({error}); "
            f'install it: python -m pip install "softmark[{name}]"'
        ) from None
    framework = module.FRAMEWORK
    assert isinstance(framework, Framework)
    return framework


def described(function: Callable[..., Any], framework: Framework) -> dict[str, Any]:
    """What is known of a user's function before it is called.

    Returns
    -------
    ``axis`` (its keyword), ``takes_beta``, ``compiled``, ``framework`` and ``description``.
    """
    taken = convention.read(function)
    return {
        "axis": taken.axis,
        "takes_beta": taken.takes_beta,
        "compiled": is_compiled(function),
        "framework": framework.name,
        "description": (getattr(function, "__doc__", None) or "").strip().partition("\n")[0],
    }


def is_compiled(function: Callable[..., Any]) -> bool:
    """Whether ``function`` is compiled on its first call with each new shape."""
    return any(hasattr(function, name) for name in COMPILED)


def _own_kind(function: Callable[..., Any]) -> str:
    """The framework that the function's type comes from: a module, a compiled function."""
    homes = [kind.__module__.partition(".")[0] for kind in type(function).__mro__]
    homes = ["jax" if home == "jaxlib" else home for home in homes]
    return next((home for home in homes if home in FRAMEWORKS), "")


def _mentioned(names: dict[str, Any]) -> set[str]:
    """The frameworks that a module's globals come from: modules, functions, classes."""
    homes: set[str] = set()
    for value in list(names.values()):
        if isinstance(value, ModuleType):
            homes.add(value.__name__.partition(".")[0])
        elif isinstance(value, FunctionType | BuiltinFunctionType | type):
            homes.add(str(value.__module__).partition(".")[0])
    return homes & set(FRAMEWORKS)


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
