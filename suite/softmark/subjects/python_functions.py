"""What can be read of a Python function without calling it: its names, its home, its own code.

A function may be wrapped (jitted, partial, decorated, a method, an object that
is called); what its author wrote lies inside.
"""

from __future__ import annotations

import dis
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from inspect import Parameter
from types import CodeType, FunctionType, ModuleType
from typing import Any, Final

_WRAPPERS: Final = (
    "__wrapped__",  # functools.wraps, and most that follow it
    "__func__",  # a method
    "func",  # functools.partial
    "py_func",  # numba
    "python_function",  # tf.function
    "_init_fn",  # torch.library.custom_op
)
"""Where wrappers keep what they wrap."""

LIBRARIES: Final = (
    *("numpy", "scipy", "numba", "torch", "tensorflow", "keras", "jax", "jaxlib", "cupy", "cupyx"),
    *("mlx", "tinygrad", "array_api_strict", "array_api_compat"),
)
"""Packages whose functions are documented: what their parameters mean is known to their users."""


def inmost(function: Callable[..., Any]) -> FunctionType | None:
    """The function that was written in Python; ``None`` where there is none to be found."""
    *_, last = _layers(function)
    return last if isinstance(last, FunctionType) and not hasattr(last, "__wrapped__") else None


def annotated(function: Callable[..., Any]) -> dict[str, Any]:
    """The global names, and the modules, in the annotations of parameters and result."""
    written = inmost(function)
    if written is None:
        return {}
    texts = map(str, written.__annotations__.values())
    found = {name for text in texts for name in re.findall(r"[A-Za-z_]\w*", text)}
    known = {**sys.modules, **written.__globals__}  # an import for type checkers alone is none
    return {name: known[name] for name in found & known.keys()}


def home(function: Callable[..., Any]) -> dict[str, Any]:
    """The names of the module that the function comes from; empty where nothing tells."""
    *_, last = _layers(function)
    if isinstance(last, FunctionType):
        return last.__globals__
    owner = type(getattr(last, "__self__", None))  # of a method that is written in C
    for name in (getattr(last, "__module__", None), owner.__module__):
        if name not in (None, "builtins") and name in sys.modules:
            return vars(sys.modules[name])
    return {}


def parameters(function: Any) -> list[Parameter] | None:
    """The parameters of a function, also of one that hands them on; ``None`` where nothing tells.

    They are not to be trusted blindly: what wraps a function may take fewer than it shows.
    """
    try:
        found = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        given = getattr(function, "keywords", None)  # those that functools.partial was given
        if given is not None:
            return [Parameter(n, Parameter.KEYWORD_ONLY, default=v) for n, v in given.items()]
        return _of_schema(function)
    passes_on = any(p.kind is p.VAR_KEYWORD for p in found)
    return _merged(found, _behind(function)) if passes_on else found


def _behind(function: Any) -> list[Parameter]:
    """What an object takes that hands all arguments on: a module of layers, a custom operator."""
    for inner in (getattr(function, "_orig_mod", None), function):  # torch.compile of a module
        for name in ("forward", "call"):  # of PyTorch, of Keras
            method = getattr(inner, name, None)
            if callable(method):
                return parameters(method) or []
    return _of_schema(function) or []


def _of_schema(function: Any) -> list[Parameter] | None:
    """The parameters in the schema of one of PyTorch's operators or scripted functions."""
    for name in ("_opoverload", "default", ""):  # torch.library.custom_op, torch.ops.space.name
        holder = getattr(function, name, None) if name else function
        schema: Any = getattr(holder, "_schema", None) or getattr(holder, "schema", None)
        if hasattr(schema, "arguments"):
            return [_argument(argument) for argument in schema.arguments]
    return None


def _argument(found: Any) -> Parameter:
    kind = Parameter.KEYWORD_ONLY if found.kwarg_only else Parameter.POSITIONAL_OR_KEYWORD
    has_default = found.has_default_value()
    return Parameter(
        found.name, kind, default=found.default_value if has_default else Parameter.empty
    )


def _merged(found: list[Parameter], behind: list[Parameter]) -> list[Parameter]:
    """A wrapper's own parameters, then those of what it hands the rest to."""
    names = {p.name for p in behind}
    return [p for p in found if p.name not in names or p.kind is p.VAR_KEYWORD] + behind


def library_of(function: Any) -> str:
    """The library that a function is part of; empty for one of its user's own."""
    *_, last = _layers(function)
    owner = getattr(last, "__module__", None) or type(getattr(last, "__self__", last)).__module__
    return found if (found := str(owner).partition(".")[0]) in LIBRARIES else ""


def _layers(function: Any) -> Iterator[Any]:
    """What was given, and one after the other what lies inside."""
    found = function
    for _ in range(32):  # deeper than anybody wraps; a wrapper may point to itself
        yield found
        if isinstance(found, FunctionType) and not hasattr(found, "__wrapped__"):
            return
        found = _unwrapped(found)
        if found is None:
            return


def _unwrapped(found: Any) -> Any:
    for name in _WRAPPERS:
        inner = inspect.getattr_static(found, name, None)
        if inner is not None and callable(getattr(found, name, None)):
            return getattr(found, name)
    if isinstance(found, type):
        return None
    kind = type(found)
    method = getattr(kind, "forward", None) or inspect.getattr_static(kind, "__call__", None)
    return method if isinstance(method, FunctionType) else None


def used(function: Callable[..., Any]) -> dict[str, Any]:
    """The global names, and those of enclosing functions, that the function works with.

    Other functions of its user's own that it calls are looked into.
    """
    found: dict[str, Any] = {}
    for _, own in _looked_into(function):
        found |= own
    return found


def attributes(function: Callable[..., Any]) -> Iterator[tuple[str, Any]]:
    """What the function reads of those names, as in its code (``np.exp``), with its first name."""
    for written, own in _looked_into(function):
        for chain in _chains(written.__code__):
            if chain[0] in own:
                yield ".".join(chain), own[chain[0]]


def _looked_into(function: Callable[..., Any]) -> Iterator[tuple[FunctionType, dict[str, Any]]]:
    """The function and those of its user's own that it calls, with the names each works with."""
    waiting, seen = [inmost(function)], set[int]()
    while waiting:
        written = waiting.pop()
        if written is None or id(written) in seen:
            continue
        seen.add(id(written))
        own = dict(_names(written))
        yield written, own
        called = [*own.values(), *_within_modules(written, own)]
        waiting += [inmost(value) for value in called if callable(value) and _is_own(value)]


def _within_modules(function: FunctionType, names: dict[str, Any]) -> Iterator[Any]:
    """What the function reads of modules of its user's own."""
    for chain in _chains(function.__code__):
        found = names.get(chain[0])
        if isinstance(found, ModuleType) and _is_own(found):
            for name in chain[1:]:
                found = getattr(found, name, None)
            yield found


def _is_own(value: Any) -> bool:
    """Whether a function, a callable object or a module is neither Python's nor a library's."""
    name = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
    top = str(name or "builtins").partition(".")[0]
    return top not in LIBRARIES and top not in sys.stdlib_module_names


def _chains(code: CodeType) -> Iterator[list[str]]:
    """Each global or enclosing name that is read, with the attributes that are read of it."""
    chain: list[str] = []
    for step in dis.get_instructions(code):
        if step.opname in ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF"):
            yield from [chain] if chain else []
            chain = [str(step.argval)]
        elif step.opname in ("LOAD_ATTR", "LOAD_METHOD") and chain:
            chain.append(str(step.argval))
        elif step.opname != "CACHE":
            yield from [chain] if chain else []
            chain = []
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _chains(constant)


def _names(function: FunctionType) -> Iterator[tuple[str, Any]]:
    for name in _read(function.__code__):
        if name in function.__globals__:
            yield name, function.__globals__[name]
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=False)
    for name, cell in cells:
        try:
            yield name, cell.cell_contents
        except ValueError:  # not filled yet
            continue


def _read(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _read(constant)
