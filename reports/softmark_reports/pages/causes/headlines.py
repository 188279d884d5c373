"""The gravest causes in a sentence each, for the first screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from softmark_reports.data.causes import SharedFault
from softmark_reports.data.cells import in_order
from softmark_reports.pages.headline import Headline
from softmark_reports.writing import wording

MOST: Final = 4
"""Causes on the first screen."""
NAMED: Final = 3
"""Implementations that a sentence names."""


def headlines(causes: Sequence[SharedFault], path: str) -> Iterator[Headline]:
    """One for each of the gravest causes; what it says is true of every function that it counts."""
    for cause in causes[:MOST]:
        count = len(cause.implementations)
        names = wording.listing(cause.implementations, NAMED)
        yield Headline(
            wording.count(count, "function"),
            f"{_verb(cause, count)}. {cause.title.rstrip('.')}: {names}.",
            f"{path}#{cause.anchor}",
        )


def _verb(cause: SharedFault, count: int) -> str:
    verb = "raise" if cause.words == "an error" else "give"
    formats = wording.listing(in_order(set(cause.formats)))
    return f"{verb}{'s' if count == 1 else ''} {cause.words} in {formats}"
