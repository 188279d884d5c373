"""The table of loaded modules, put back where a call has emptied it.

NumPy and the frameworks import parts of themselves when they are first needed; without the table
they would load what can be loaded only once in a process.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Final

_TABLE: Final = sys.modules
_known: dict[str, ModuleType] = {}
_lost: list[str] = []


def remember() -> None:
    """Take what is loaded now for what has to stay."""
    forget()
    _known.update(_TABLE)


def forget() -> None:
    """Let others take modules away, as test runners do, once the calls are over."""
    _known.clear()
    _lost.clear()


def put_back() -> None:
    """Load nothing anew: give the table the modules that it has lost."""
    sys.modules = _TABLE
    if gone := _known.keys() - _TABLE.keys():
        _TABLE.update((name, _known[name]) for name in gone)
        _lost.extend(gone)


def were_lost() -> bool:
    """Whether modules were put back since ``remember``."""
    return bool(_lost)
