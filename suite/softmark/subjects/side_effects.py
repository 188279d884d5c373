"""What a call changes of what its process shares: the words of a note, and how much they matter."""

from __future__ import annotations

from typing import Final

CHANGED: Final = "the call changed "
"""How a note begins; names follow, with commas between them."""

OF_SPEED_OR_WORDS: Final = (
    "the filters of warnings",
    "the garbage collector",
    "the interval of threads",
    "its priority",
    "the processors that it runs on",
    "PyTorch's threads",
)
"""Names of what changes how fast other code is, or what it prints, and no result of it."""


def of_speed_or_words(note: str) -> bool:
    """Whether all that a note names is of these."""
    rest = note.removeprefix(CHANGED)
    for name in OF_SPEED_OR_WORDS:
        rest = rest.replace(name, "")
    return not rest.strip(", ")
