"""What to say to a name that nothing has: the names that are near it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

_MOST: Final = 16
"""More names than these are counted, not listed."""


class UnknownName(ValueError):
    """A name that nothing has; the message says which names are near it, or which there are."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        names = list(known)
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else _listed(names)
        super().__init__(f"unknown {kind} {name!r}; {hint}")


def _listed(names: list[str]) -> str:
    if not names:
        return "there is none"
    rest = f" and {len(names) - _MOST} more" if len(names) > _MOST else ""
    return f"there are {', '.join(names[:_MOST])}{rest}"
