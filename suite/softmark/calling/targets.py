"""From what a user names to a function: ``module:function`` or ``path/to/file.py:function``.

This runs where the function will be called, and nowhere else: importing a
target runs the user's code.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from softmark.calling import modules
from softmark.naming import UnknownName
from softmark.subjects.faults import TargetError


@dataclass(frozen=True)
class Target:
    """A function by name.

    Attributes
    ----------
    module:
        Dotted name of a module, or the path of a file that ends in ``.py``.
    function:
        Name in the module, with dots for attributes.
    """

    module: str
    function: str

    @classmethod
    def parse(cls, text: str) -> Target:
        """Read ``module:function``; a path may hold colons and spaces.

        Raises
        ------
        TargetError
            The text has no function's name.
        """
        module, _, function = text.rpartition(":")
        if not module or not all(part.isidentifier() for part in function.split(".")):
            raise TargetError(
                f"{text!r} names no function; write module:function or path/to/file.py:function"
            )
        return cls(module, function)

    @property
    def is_file(self) -> bool:
        return self.module.endswith(".py")

    @property
    def stem(self) -> str:
        """A short name for people: the file's, or the module's."""
        return Path(self.module).stem if self.is_file else self.module

    def __str__(self) -> str:
        return f"{self.module}:{self.function}"


def load(target: Target, setup: bool = False) -> tuple[Callable[..., Any], ModuleType]:
    """Import the target; a class is made an object first.

    Parameters
    ----------
    target:
        The name.
    setup:
        Whether it is called, once and without arguments, to get the function.

    Raises
    ------
    TargetError
        The module cannot be imported, has no such function, or the call fails.
    """
    try:
        with modules.kept():
            module = _from_file(Path(target.module)) if target.is_file else _by_name(target.module)
    except TargetError:
        raise
    except modules.Emptied:
        raise TargetError(
            f"{target.module} empties sys.modules when it is imported, so that other modules "
            "would be loaded twice; leave that out"
        ) from None
    except (Exception, SystemExit) as error:
        raise TargetError(f"{target.module} cannot be imported: {_two_lines(error)}") from None
    found = _attribute(module, target)
    if isinstance(found, type):
        found = _made(found, f"name an object of {target}: softmark cannot make one")
    elif setup:
        found = _set_up(found, target)
    if not callable(found):
        kind = type(found).__name__
        raise TargetError(f"{target} is a {kind}, which cannot be called; name a function")
    return found, module


def backward(function: Callable[..., Any], module: ModuleType, name: str) -> Callable[..., Any]:
    """The function's backward: a method of it, or a function of its module.

    Raises
    ------
    TargetError
        There is none of that name.
    """
    found = getattr(function, name, None) if name.isidentifier() else None
    if found is None:
        found = _attribute(module, Target(module.__name__, name))
    if not callable(found):
        kind = type(found).__name__
        raise TargetError(f"the backward {name} is a {kind}; name a function of the same file")
    return cast(Callable[..., Any], found)


def _set_up(found: Any, target: Target) -> Any:
    if not callable(found):
        kind = type(found).__name__
        raise TargetError(f"{target} is a {kind}, which cannot be called; name a factory")
    made = _made(found, f"{target} was called to get the function, and failed")
    if not callable(made):
        kind = type(made).__name__
        raise TargetError(f"{target} gave a {kind}; with setup it has to return the function")
    return made


def _by_name(name: str) -> ModuleType:
    _search(os.getcwd())
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise TargetError(
                f"there is no module {error.name!r}; run where it can be imported, "
                "or name a file: path/to/file.py:function"
            ) from None
        raise


def _from_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise TargetError(f"there is no file {path}; name one that exists")
    try:
        path.open("rb").close()
    except OSError as error:
        raise TargetError(f"{path} cannot be read ({error.strerror}); make it readable") from None
    _search(str(path.parent.resolve()))
    name = path.stem if path.stem not in sys.modules else f"_target_{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path.resolve())
    if spec is None or spec.loader is None:
        raise TargetError(f"{path} is no Python file; name one")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _search(folder: str) -> None:
    """Look for modules in ``folder`` first, as an interpreter does for a script in it."""
    if folder not in sys.path:
        sys.path.insert(0, folder)


def _attribute(module: ModuleType, target: Target) -> Any:
    found: Any = module
    for name in target.function.split("."):
        if not hasattr(found, name):
            known = [n for n in dir(found) if not n.startswith("_") and callable(getattr(found, n))]
            message = str(UnknownName("function", target.function, known))
            raise TargetError(f"{target.module}: {message}")
        found = getattr(found, name)
    return found


def _made(make: Callable[[], Any], what_failed: str) -> Any:
    try:
        return make()
    except (Exception, SystemExit) as error:
        raise TargetError(f"{what_failed}: {_two_lines(error)}") from None


def _two_lines(error: BaseException) -> str:
    """What was raised and, below it, the user's own line that did."""
    said = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    if isinstance(error, SyntaxError) and error.filename:
        return f"SyntaxError: {error.msg}\n  {_place(error.filename, error.lineno, error.text)}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename != __file__ and "importlib" not in frame.filename
    ]
    if not frames:
        return said
    frame = frames[-1]
    return f"{said}\n  {_place(frame.filename, frame.lineno, frame.line)}"


def _place(filename: str | None, line: int | None, text: str | None) -> str:
    return f"{filename}, line {line}: {(text or '').strip()}"
