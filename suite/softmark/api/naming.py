"""From a function to its name, and from a name to what is checked.

A worker imports what it calls, so it takes a name; what has none (a closure, a
lambda, a cell of a notebook, an object) can only be called where it lives.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from softmark import catalog
from softmark.calling.targets import Target
from softmark.catalog import Entry
from softmark.reproduction.code import Code
from softmark.subjects import TargetError
from softmark.subjects.convention import argument_names


def resolved(text: str, operation: str | None = None, *, elsewhere: bool = False) -> Target | Entry:
    """What a name stands for: a user's function, or an implementation.

    Parameters
    ----------
    text:
        ``path/to/file.py:function``, ``module:function``, or the name of an implementation.
    operation:
        What it is meant to compute, if that was said.
    elsewhere:
        Whether it runs in another interpreter, so that what is installed in this one is nothing
        to it.

    Raises
    ------
    TargetError
        It names no function, another operation, or a framework that is not installed.
    UnknownName
        There is no such implementation.
    """
    if ".py:" in text:  # the name of no implementation, so that none of their files is read
        return Target.parse(text)
    entries = {entry.name: entry for entry in catalog.implementations()}
    if text not in entries and ":" in text:
        return Target.parse(text)
    if text not in entries and text.endswith(".py"):
        raise TargetError(f"{text} names no function; write {text}:function")
    entry = catalog.read().find(text)
    if operation not in (None, entry.operation):
        raise TargetError(
            f"{text} computes {entry.operation}, not {operation}; name no operation with it"
        )
    if entry.absence and not elsewhere:
        raise TargetError(entry.absence)
    return entry


def variant_of(function: Callable[..., Any]) -> str:
    """What records call a function: ``file:function``, or its name alone in a notebook."""
    name = _name(function).replace("<locals>.", "").replace("<lambda>", "lambda")
    module = _module(function)
    if module is None or (module.__name__ == "__main__" and _file(module) is None):
        return name
    file = _file_alone(module)
    return f"{file.stem if file else module.__name__}:{name}"


def target_of(function: Callable[..., Any]) -> Target:
    """The name by which a worker imports a function.

    Raises
    ------
    TargetError
        It has none.
    """
    module = _importable(function)
    if module is None:
        raise TargetError(
            f"{variant_of(function)} cannot be imported by its name in another process; "
            "define it at the top of a file, or leave isolate out"
        )
    file = _file_alone(module)
    return Target(str(file) if file else module.__name__, function.__qualname__)


def code_of(function: Callable[..., Any], vjp: Callable[..., Any] | None = None) -> Code:
    """Where a script that shows a record finds the function, and its backward if it has one."""
    taken = argument_names(function)
    arguments = ("x", "axis") if taken is None else tuple(taken)
    target = _target(function)
    if target is None:
        name, backward = _name(function), "..." if vjp else ""
        return Code(None, "", name, copied=False, taken=arguments, vjp=backward)
    return replace(code_of_target(target, vjp=_beside(target, vjp)), taken=arguments)


def code_of_target(target: Target | Entry, *, setup: bool = False, vjp: str = "") -> Code:
    """Where a script that shows a record finds what was named."""
    if isinstance(target, Entry):
        return Code(
            *(target.path, target.module, target.function),
            copied=True,
            eager=_eager(target),
            contract=target,
        )
    path = Path(target.module).resolve() if target.is_file else None
    module, name = target.module, target.function
    return Code(path, module, name, copied=False, setup=setup, vjp=vjp)


def _beside(target: Target, vjp: Callable[..., Any] | None) -> str:
    """The name of a backward in the target's file; ``...`` where it lies elsewhere."""
    if vjp is None:
        return ""
    found = _target(vjp)
    return found.function if found is not None and found.module == target.module else "..."


def _target(function: Callable[..., Any]) -> Target | None:
    try:
        return target_of(function)
    except TargetError:
        return None


def _eager(entry: Entry) -> str:
    """Name of the function that an implementation is the compiled form of; empty for none."""
    for other in _declared() if entry.eager is not None else ():
        if (other.path, other.operation, other.variant) == (
            entry.path,
            entry.operation,
            entry.eager,
        ):
            return other.function
    return ""


@cache
def _declared() -> tuple[Entry, ...]:
    """Read once: a report asks for hundreds of scripts."""
    return tuple(catalog.implementations())


def _importable(function: Callable[..., Any]) -> ModuleType | None:
    """The module in which the function's name leads back to it."""
    module = _module(function)
    found: Any = module
    for part in getattr(function, "__qualname__", "").split("."):
        found = getattr(found, part, None)
    is_cell = module is not None and module.__name__ == "__main__" and _file(module) is None
    return module if found is function and not is_cell else None


def _module(function: Callable[..., Any]) -> ModuleType | None:
    inner = _inner(function)
    owner = inner if hasattr(inner, "__qualname__") else type(inner)
    return sys.modules.get(owner.__module__ or "")


def _name(function: Callable[..., Any]) -> str:
    inner = _inner(function)
    return str(getattr(inner, "__qualname__", type(inner).__qualname__))


def _inner(function: Any) -> Any:
    """What a wrapper without a name of its own holds."""
    while isinstance(function, functools.partial):
        function = function.func
    own = getattr(function, "_init_fn", None)  # torch.library.custom_op
    return own if callable(own) and not hasattr(function, "__qualname__") else function


def _file_alone(module: ModuleType) -> Path | None:
    """The file of a module that is part of no package, whatever pytest may have called it."""
    file = _file(module)
    in_package = file is not None and (file.parent / "__init__.py").is_file()
    return None if in_package and "." in module.__name__ else file


def _file(module: ModuleType) -> Path | None:
    """The Python file of a module, if it has one that is there."""
    text = getattr(module, "__file__", None)
    path = Path(text).resolve() if text else None
    return path if path is not None and path.suffix == ".py" and path.is_file() else None
