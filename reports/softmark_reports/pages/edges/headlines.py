"""The sentences at the top of the page about edge cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from softmark_reports.pages.headline import Headline
from softmark_reports.writing import wording

MOST: Final = 5
"""Situations that the sentences name; the tables have all."""
NAMED: Final = 3
"""Implementations that a sentence names."""


def edges_headlines(
    answers: Mapping[str, Mapping[str, str]], what: str, link: str
) -> list[Headline]:
    """One for each situation in which answers differ, or for several that are answered alike.

    Parameters
    ----------
    answers:
        Situation to implementation to answer, in the order in which people ask.
    what:
        The operation.
    link:
        To its table.
    """
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for situation, given in answers.items():
        if len(set(given.values())) > 1:
            alike.setdefault(tuple(sorted(given.items())), []).append(situation)
    shown = list(alike.items())[:MOST]
    return [_headline(situations, dict(given), what, link) for given, situations in shown]


def _headline(
    situations: Sequence[str], given: Mapping[str, str], what: str, link: str
) -> Headline:
    counts = Counter(given.values())
    (usual, most), (other, _), *more = counts.most_common()
    names = [name for name, answer in given.items() if answer == other]
    rest = f", and {wording.count(len(more), 'more answer')}" if more else ""
    asked = wording.listing(f"“{situation}”" for situation in situations)
    return Headline(
        f"{most} of {len(given)}",
        f"{_verb(usual)} {asked} in {what}; {_one_line(other)}: "
        f"{wording.listing(names, NAMED)}{rest}.",
        link,
    )


def _verb(answer: str) -> str:
    """What a function does that gives an answer."""
    return "raise an error for" if answer == "error" else f"give {_one_line(answer)} for"


def _one_line(answer: str) -> str:
    """An answer with a line for each format, in one."""
    return "; ".join(answer.splitlines())
