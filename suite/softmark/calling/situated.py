"""A call of compiled code, and a call in one of the framework's modes.

A compiled function may run as eager code without a word: after a graph break, beyond a limit of
recompilations, where compilation is switched off.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, Final

from softmark.subjects.faults import NotOffered, shortened
from softmark_implementations.framework import Framework, Mode

Work = Callable[[], Any]

TOLD: Final = ("is_costly", "adds_an_axis", "differentiated", "of_gradient", "arithmetic")
"""What a check must know of a mode."""


@dataclass
class Watch:
    """Whether a function that is meant to be compiled runs as compiled code.

    Each key stands for a shape, a format and an axis; the first call with each is watched.
    """

    framework: Framework
    is_compiled: bool
    _eager: dict[Hashable, str] = field(default_factory=dict)

    def call(self, key: Hashable, work: Work) -> tuple[Any, str]:
        """What ``work`` gives, and why eager code ran; empty where compiled code did."""
        if not self.is_compiled:
            return work(), ""
        if key in self._eager:
            return work(), self._eager[key]
        result, self._eager[key] = self.framework.watched(work)
        return result, self._eager[key]


def offered(framework: Framework) -> dict[str, dict[str, Any]]:
    """The framework's modes, and what a check must know of each."""
    return {
        name: {told: getattr(mode, told) for told in TOLD}
        for name, mode in framework.modes().items()
    }


def mode_of(name: str, framework: Framework) -> Mode:
    """The framework's mode of this name.

    Raises
    ------
    NotOffered
        It has none.
    """
    modes = framework.modes()
    if name not in modes:
        raise NotOffered(f"{framework.name} has no mode {name}")
    return modes[name]


def called(
    name: str, framework: Framework, function: Callable[..., Any], arrays: tuple[Any, ...]
) -> Any:
    """``function(*arrays)`` in the mode of this name.

    Raises
    ------
    NotOffered
        The function refuses it, as it may.
    """
    mode = mode_of(name, framework)
    try:
        return mode.call(function, *arrays)
    except Exception as error:
        if not mode.may_refuse:
            raise
        kind, words = type(error).__name__, shortened(str(error).partition("\n")[0])
        raise NotOffered(f"{name} refuses the function: {kind}: {words}") from None
