"""Room for a result that a function writes into, with known numbers on both sides of it."""

from __future__ import annotations

from typing import Any, Final

from softmark_implementations.framework import Overwritten

ROOM: Final = 1024
"""Numbers on each side: more than a vector, a block of a kernel, or a short row."""

CANARY: Final = -12288.0
"""Which every format of 16 bits and more holds; a result that is not written has it too."""


def between(wide: Any, shape: tuple[int, ...]) -> Any:
    """The result's place in a vector that has ``ROOM`` more on each side, all of it canaries."""
    return wide[ROOM : len(wide) - ROOM].reshape(shape)


def check(wide: Any) -> None:
    """Look at both sides after a call.

    Raises
    ------
    Overwritten
        A number there has changed.
    """
    for side, where in ((wide[:ROOM], "before the start"), (wide[-ROOM:], "past the end")):
        if changed := int((side != CANARY).sum()):
            raise Overwritten(f"it wrote {changed} numbers {where} of its result")
