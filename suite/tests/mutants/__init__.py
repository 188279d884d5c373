"""Wrong implementations that a check must reject, and right ones that none may.

Each mutant carries one bug that real kernels have had, and names the check that must catch it.
A file of this folder declares its own; ``declared`` finds them all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

Function = Callable[..., Any]


@dataclass(frozen=True)
class Mutant:
    """A wrong implementation of an operation, and the check that must fail it.

    ``takes`` is what its author states; with it, be it empty, the contract is found by calls first,
    as for a user's function.
    """

    name: str
    operation: str
    killed_by: str
    function: Function
    framework: str
    formats: tuple[str, ...]
    takes: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Control:
    """A right implementation, of another construction than the reference; see ``Mutant``."""

    name: str
    operation: str
    function: Function
    framework: str
    formats: tuple[str, ...]
    takes: str | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Poor(Control):
    """A right implementation of which a check says, in some words, why its accuracy is poor.

    On logits of a family the check calls it weak, and fails only errors of half the exact value.
    """

    weak_by: str
    family: str
    words: str


_MUTANTS: list[Mutant] = []
_CONTROLS: list[Control] = []
_POOR: list[Poor] = []


def mutant(
    operation: str,
    killed_by: str,
    framework: str = "numpy",
    formats: tuple[str, ...] = ("float32",),
    takes: str | None = None,
) -> Callable[[Function], Function]:
    def declare(function: Function) -> Function:
        name = function.__name__
        found = Mutant(name, operation, killed_by, function, framework, formats, takes=takes)
        _MUTANTS.append(found)
        return function

    return declare


def control(
    operation: str,
    framework: str = "numpy",
    formats: tuple[str, ...] = ("float64", "float32"),
    takes: str | None = None,
) -> Callable[[Function], Function]:
    def declare(function: Function) -> Function:
        name = function.__name__
        found = Control(name, operation, function, framework, formats, takes=takes)
        _CONTROLS.append(found)
        return function

    return declare


def poor(
    operation: str,
    weak_by: str,
    family: str,
    words: str,
    framework: str = "numpy",
    formats: tuple[str, ...] = ("float32",),
) -> Callable[[Function], Function]:
    def declare(function: Function) -> Function:
        name, how = function.__name__, (weak_by, family, words)
        _POOR.append(Poor(name, operation, function, framework, formats, *how))
        return function

    return declare


def declared_poor() -> list[Poor]:
    """All that a check calls weak, sorted as the others."""
    declared()
    return sorted(_POOR, key=_place)


def declared() -> tuple[list[Mutant], list[Control]]:
    """All mutants and all controls, of every file of this folder, sorted by operation."""
    for module in iter_modules(__path__):
        import_module(f"{__name__}.{module.name}")
    return sorted(_MUTANTS, key=_place), sorted(_CONTROLS, key=_place)


def _place(found: Mutant | Control) -> tuple[str, str]:
    return found.operation, found.name
