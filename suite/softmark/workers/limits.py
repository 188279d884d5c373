"""How long a call may take: one that may compile first, longer than those after it.

What compiles for each shape takes its time in the first call of each.  A
compiler that is slow says nothing about the result, so a first call that does
not end is not measured; a later one that does not end hangs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from softmark.subjects.faults import StillCompiling, TimedOut
from softmark.subjects.subject import Info
from softmark.subjects.wire import Message

COMPILING: Final = 4
"""How much longer a call may take that may compile first."""


class CallLimit:
    """The limit of each call of a subject.

    Parameters
    ----------
    seconds:
        That of a call that compiles nothing.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._answered: set[str] = set()

    def forget(self) -> None:
        """Its process is a new one, in which nothing was compiled."""
        self._answered.clear()

    @contextmanager
    def watching(self, info: Info, request: Message) -> Iterator[float]:
        """Gives the seconds in which the request is to be answered in the block.

        Raises
        ------
        StillCompiling
            The block timed out, and may have compiled.
        """
        key = _kind(request)
        is_first = compiles(info) and key not in self._answered
        try:
            yield self._seconds * (COMPILING if is_first else 1)
        except TimedOut as fault:
            if is_first:
                raise StillCompiling(fault.seconds) from None
            raise
        self._answered.add(key)


def compiles(info: Info) -> bool:
    """Whether the first call of each kind may compile."""
    return info.compiled or info.costly == "shapes"


def _kind(request: Message) -> str:
    """What compiled code depends on: the whole request but for the numbers in its arrays."""
    shapes = {name: (array.dtype.name, array.shape) for name, array in request.arrays.items()}
    return json.dumps([request.header, shapes], sort_keys=True)
