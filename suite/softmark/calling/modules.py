"""The table of loaded modules, put back where a call has emptied it.

NumPy and the frameworks import parts of themselves when they are first needed; without the table
they would load what can be loaded only once in a process.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Final

_TABLE: Final = sys.modules
_known: dict[str, ModuleType] = {}
_stays: dict[str, ModuleType] = {}
"""``_known`` while calls are made, else empty."""
_lost: set[str] = set()
_mark: tuple[int, str] = 0, ""


def _marked() -> tuple[int, str]:
    """The table's size and its newest name: while both are the same, nothing is gone from it.

    What took the place of a name that is gone would be newer.
    """
    return len(_TABLE), next(reversed(_TABLE), "")


def remember() -> None:
    """Take what is loaded now for what has to stay.

    TensorFlow loads five thousand modules, and to copy that table takes longer than a call.
    """
    global _stays, _mark
    _lost.clear()
    newest = _marked()[1]
    if _mark != _marked() or _known.get(newest) is not _TABLE[newest]:
        _known.clear()
        _known.update(_TABLE)
    _stays, _mark = _known, _marked()


def forget() -> None:
    """Let others take modules away, as test runners do, once the calls are over."""
    global _stays
    _stays = {}
    _lost.clear()


def put_back() -> None:
    """Load nothing anew: give the table the modules that it has lost.

    Where it was emptied, those that were loaded anew since are not what others hold.
    """
    sys.modules = _TABLE
    if _mark == _marked() and _TABLE.get(sys.__name__) is sys:
        return
    gone = _stays.keys() - _TABLE.keys()
    if _TABLE.get(sys.__name__) is not sys:
        gone = {name for name, module in _stays.items() if _TABLE.get(name) is not module}
    if gone:
        _TABLE.update((name, _stays[name]) for name in gone)
        _lost.update(gone)


def were_lost() -> bool:
    """Whether modules were put back since ``remember``."""
    return bool(_lost)


@contextmanager
def kept() -> Iterator[None]:
    """Put back, when the block ends, what it took out of the table.

    Raises
    ------
    Emptied
        It took out all: what it had loaded is lost, and would be loaded twice.
    """
    remember()
    try:
        yield
    finally:
        put_back()
        is_emptied = sys.__name__ in _lost
        forget()
        if is_emptied:  # whatever else was raised comes of it
            raise Emptied


class Emptied(Exception):
    """The table of loaded modules was emptied."""
