"""Which framework's arrays a user's function takes: the ones that its module works with."""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Collection
from importlib.util import find_spec
from types import BuiltinFunctionType, FunctionType, ModuleType
from typing import Any, Final

from softmark.calling.guarding import LONGEST_TEXT
from softmark.calling.learning import Learned, caller
from softmark.calling.trial import refusal
from softmark.naming import UnknownName
from softmark.statements import ATTRIBUTE
from softmark.subjects import convention
from softmark.subjects.faults import TargetError
from softmark.subjects.python_functions import annotated, attributes, inmost, used
from softmark_implementations.framework import Framework

FRAMEWORKS: Final = ("torch", "tensorflow", "jax", "array_api_strict", "cupy", "mlx", "tinygrad")
"""Beside NumPy, which is what remains when none of these is there."""

ARRAYS: Final = ("auto", "numpy", *FRAMEWORKS)
"""What can be named; a module that follows the array API standard can be too."""

_HOMES: Final = {"jaxlib": "jax", "cupyx": "cupy", "scipy": "numpy", "numba": "numpy"}
"""Packages whose arrays are those of another."""

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
    operation: str = "softmax",
) -> tuple[Framework, str]:
    """The framework whose arrays ``function`` takes, and how that was guessed, if it was.

    Parameters
    ----------
    function:
        The subject.
    names:
        The globals of its module.
    array:
        One of ``ARRAYS``, or the name of a module that follows the array API standard; ``auto``
        looks at what the function works with, and where that tells nothing, at what its module
        does; what stays open is tried.
    before:
        Names of the modules that were imported before it was.
    operation:
        What it is meant to compute.

    Raises
    ------
    TargetError
        It could be several, or the one that was named cannot be imported.
    """
    if array != "auto":
        return _named(array), ""
    worked_with = _mentioned(used(function))
    own = _own_kind(function)
    if own or worked_with in ({name} for name in FRAMEWORKS):
        return _named(own or min(worked_with)), ""
    others = _mentioned(annotated(function)) or _mentioned(names) or _imported(before)
    others = worked_with | others if worked_with <= {"numpy"} else worked_with
    return _tried(function, worked_with, sorted(others - {"numpy"}), operation)


def _tried(
    function: Callable[..., Any], worked_with: Collection[str], others: list[str], operation: str
) -> tuple[Framework, str]:
    """NumPy where nothing else is in question, else the one whose arrays the function takes.

    Raises
    ------
    TargetError
        It takes those of several, or of none.
    """
    if not others:
        return _named("numpy"), ""
    if set(worked_with) == {"numpy"} and _takes(function, "numpy", operation):
        return _named("numpy"), _guess(function, "numpy", others)
    taken = [name for name in others if _takes(function, name, operation)]
    if not taken and _takes(function, "numpy", operation):
        return _named("numpy"), _guess(function, "numpy", others)
    name = _only(taken or others)
    rest = [other for other in (*others, *worked_with) if other != name]
    return _named(name), _guess(function, name, rest) if rest else ""


def _takes(function: Callable[..., Any], name: str, operation: str) -> bool:
    """Whether ``function`` gives an array of the framework for one of its arrays."""
    try:
        framework = _named(name)
        taken = convention.read(function, operation)
    except TargetError:
        return False

    def call(*arrays: Any) -> Any:
        return framework.bits(
            caller(function, taken, taken.named(-1, None) | taken.told({}))(*arrays)
        )

    return not refusal(call, framework, operation, traced=False)


def _guess(function: Callable[..., Any], name: str, others: Collection[str]) -> str:
    """What was guessed, from what, and how to choose another."""
    found = (text for text, value in attributes(function) if name in _mentioned({text: value}))
    told = next(found, "")
    by = f"from {told} in its code" if told else "since it takes them"
    return f"called with arrays of {name}: guessed {by}; --array {min(others)} to choose"


def _named(name: str) -> Framework:
    """The framework of that name.

    Raises
    ------
    TargetError
        It cannot be imported.
    """
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
    ``call`` (its convention), ``remarks``, ``default_axis``, ``axis_by_place``, ``axes`` (along
    which it works), ``takes`` (what its author states), ``signature``, ``compiled``, ``framework``,
    ``formats``, ``differentiates`` (both of the framework) and ``description``.
    """
    return {
        "call": learned.convention.to_json(),
        "remarks": list(learned.remarks),
        "default_axis": list(learned.default_axis),
        "axis_by_place": learned.axis_by_place,
        "axes": "any" if learned.convention.axis else _axis_of(function),
        "signature": _signature(function),
        "takes": getattr(function, ATTRIBUTE, "") or getattr(inmost(function), ATTRIBUTE, ""),
        "compiled": is_compiled(function),
        "framework": framework.name,
        "formats": list(framework.formats),
        "differentiates": type(framework).pullback is not Framework.pullback,
        "description": _first_line(function),
    }


def _signature(function: Callable[..., Any]) -> str:
    try:
        return str(inspect.signature(function))[:LONGEST_TEXT]
    except (TypeError, ValueError):
        return ""


def _first_line(function: Callable[..., Any]) -> str:
    said = getattr(function, "__doc__", None)
    return said.strip().partition("\n")[0][:LONGEST_TEXT] if isinstance(said, str) else ""


def _axis_of(function: Callable[..., Any]) -> str:
    """The axis that an object holds, as layers do; else the last one."""
    held = [getattr(function, name, None) for name in convention.AXES]
    axis = next((value for value in held if type(value) is int), -1)
    return "last" if axis == -1 else str(axis)


def is_compiled(function: Callable[..., Any]) -> bool:
    """Whether ``function`` is compiled on its first call with each new shape."""
    return any(hasattr(function, name) for name in COMPILED)


def _own_kind(function: Callable[..., Any]) -> str:
    """The library that the function's type comes from: a module, a compiled function, a ufunc."""
    homes = map(_library, (kind.__module__ for kind in type(function).__mro__))
    return next(filter(None, homes), "")


def _mentioned(names: dict[str, Any]) -> set[str]:
    """The libraries that values come from: modules, functions, classes, and objects of these."""
    homes: set[str] = set()
    for value in list(names.values()):
        if isinstance(value, ModuleType):
            homes.add(_library(value.__name__))
        elif isinstance(value, FunctionType | BuiltinFunctionType | type):
            homes.add(_library(str(value.__module__)))
        else:
            homes.add(_own_kind(value))
    return homes - {""}


def _library(module: str) -> str:
    """The library whose arrays go with a module; empty for others."""
    top = module.partition(".")[0]
    if top == "keras":
        keras = sys.modules["keras"]
        top = str(keras.backend.backend()) if hasattr(keras, "backend") else "tensorflow"
    top = _HOMES.get(top, top)
    return top if top in ("numpy", *FRAMEWORKS) else ""


def _imported(before: Collection[str]) -> set[str]:
    """The frameworks that were imported since."""
    return {name for name in FRAMEWORKS if name in sys.modules and name not in before}


def _only(found: Collection[str]) -> str:
    if len(found) > 1:
        listed = " and ".join(sorted(found))
        raise TargetError(
            f"the target works with {listed}; say whose arrays it takes: --array {min(found)}, "
            f'or array="{min(found)}" in Python'
        )
    return next(iter(found), "")
