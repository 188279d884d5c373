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
_lost: set[str] = set()
_sizes: list[int] = []


def remember() -> None:
    """Take what is loaded now for what has to stay."""
    forget()
    _known.update(_TABLE)
    _sizes.append(len(_TABLE))


def forget() -> None:
    """Let others take modules away, as test runners do, once the calls are over."""
    _known.clear()
    _lost.clear()
    _sizes.clear()


def put_back() -> None:
    """Load nothing anew: give the table the modules that it has lost.

    Where it was emptied, those that were loaded anew since are not what others hold.  It is looked
    through where its size has changed, since that takes longer than many calls.
    """
    sys.modules = _TABLE
    if _sizes != [len(_TABLE)] or _TABLE.get(sys.__name__) is not sys:
        _look_through()


def _look_through() -> None:
    gone = _known.keys() - _TABLE.keys()
    if _TABLE.get(sys.__name__) is not sys:
        gone = {name for name, module in _known.items() if _TABLE.get(name) is not module}
    if gone:
        _TABLE.update((name, _known[name]) for name in gone)
        _lost.update(gone)
    _sizes[:] = [len(_TABLE)]


def were_lost() -> bool:
    """Whether modules were put back since ``remember``."""
    _look_through()
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
