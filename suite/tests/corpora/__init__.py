"""Wrong implementations after faults that others found or planted, and their right counterparts.

The faults are theirs, each with its source; the code is this project's own.  A file is a pool.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from mutants import Control, Mutant

Function = Callable[..., Any]


@dataclass(frozen=True)
class Entry:
    """One function of a pool.

    Attributes
    ----------
    pool:
        The file that declares it.
    source:
        Where the fault is described.
    found:
        The function; a ``Mutant`` names no check, since any may fail it.
    """

    pool: str
    source: str
    found: Mutant | Control


_ENTRIES: list[Entry] = []


def fault(
    source: str,
    operation: str = "softmax",
    framework: str = "numpy",
    formats: tuple[str, ...] = ("float32",),
) -> Callable[[Function], Function]:
    """Declare a wrong function."""

    def declare(function: Function) -> Function:
        name = function.__name__
        made = Mutant(name, operation, "", function, framework, formats)
        _ENTRIES.append(Entry(_pool(function), source, made))
        return function

    return declare


def counterpart(
    source: str, operation: str = "softmax", formats: tuple[str, ...] = ("float32",)
) -> Callable[[Function], Function]:
    """Declare a right function of the same corpus."""

    def declare(function: Function) -> Function:
        made = Control(function.__name__, operation, function, "numpy", formats)
        _ENTRIES.append(Entry(_pool(function), source, made))
        return function

    return declare


def _pool(function: Function) -> str:
    return function.__module__.rpartition(".")[2]


def declared() -> list[Entry]:
    """All of them, sorted by pool and name."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return sorted(_ENTRIES, key=lambda entry: (entry.pool, entry.found.name))
