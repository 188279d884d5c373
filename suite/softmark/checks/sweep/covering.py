"""Pairwise-covering draws: each pair of values of two dimensions occurs in a few calls.

Most faults that depend on several things at once depend on two (Kuhn, Wallace, Gallo, Software
fault interactions and implications for software testing, IEEE TSE 30 (2004) 418-421).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations, islice
from typing import Any, Final

import numpy as np

TRIED: Final = 8
"""Candidates of which the one that covers most pairs is taken."""

ATTEMPTS: Final = 40
"""Candidates that are begun for a pair that may not occur at all, for what else it demands."""

Values = Mapping[str, Sequence[Any]]
Drawn = dict[str, Any]
Pair = tuple[int, int]
"""Two values, by their numbers among those of all dimensions."""

Clash = Callable[[str, Any, str, Any], bool]
"""Whether a value of one dimension and a value of another cannot occur together."""


def _never(one: str, value: Any, other: str, another: Any) -> bool:
    return False


def covered(
    dimensions: Values,
    rng: np.random.Generator,
    clash: Clash = _never,
    first: Collection[tuple[str, str]] = (),
    least: int = 0,
) -> Iterator[Drawn]:
    """Draws until each pair of values of two dimensions that can occur together has occurred.

    Parameters
    ----------
    clash:
        Which pairs cannot.
    first:
        Two dimensions each, of which all pairs come before the others.
    least:
        How many draws there are at least.
    """
    covering, left = _Covering(dimensions, rng, clash), least
    for drawn in covering.draws(first):
        left -= 1
        yield drawn
    for _ in range(left):
        yield covering.any()


class _Covering:
    """Values as numbers, so that pairs of them are compared quickly."""

    def __init__(self, dimensions: Values, rng: np.random.Generator, clash: Clash) -> None:
        self._rng = rng
        self._named = [(name, value) for name, values in dimensions.items() for value in values]
        self._of: list[range] = []
        for values in dimensions.values():
            start = self._of[-1].stop if self._of else 0
            self._of.append(range(start, start + len(values)))
        self._place = [place for place, numbers in enumerate(self._of) for _ in numbers]
        count = len(self._named)
        self._fits = [[True] * count for _ in range(count)]
        for (a, one), (b, other) in combinations(enumerate(self._named), 2):
            if one[0] != other[0] and (clash(*one, *other) or clash(*other, *one)):
                self._fits[a][b] = self._fits[b][a] = False

    def draws(self, first: Collection[tuple[str, str]]) -> Iterator[Drawn]:
        order = self._pairs_in_order(first)
        left = {*order}
        for pair in order:
            if pair not in left:
                continue
            tried = [*islice(self._with(pair), TRIED)]
            if not tried:  # a third value would have to fit, and none does
                left.discard(pair)
                continue
            best = max(tried, key=lambda chosen: len(left & {*combinations(chosen, 2)}))
            left -= {*combinations(best, 2)}
            yield self._drawn(best)

    def any(self) -> Drawn:
        """One more draw, whatever has occurred."""
        while (chosen := self._filled({})) is None:
            continue
        return self._drawn(chosen)

    def _drawn(self, chosen: Sequence[int]) -> Drawn:
        return dict(self._named[number] for number in chosen)

    def _pairs_in_order(self, first: Collection[tuple[str, str]]) -> list[Pair]:
        """The pairs that may occur in a drawn order, those of the ``first`` dimensions before."""
        pairs = [
            (a, b)
            for one, other in combinations(self._of, 2)
            for a in one
            for b in other
            if self._fits[a][b]
        ]
        drawn = [pairs[i] for i in self._rng.permutation(len(pairs))]
        early = {*first, *((other, one) for one, other in first)}
        names = [name for name, _ in self._named]
        return sorted(drawn, key=lambda pair: (names[pair[0]], names[pair[1]]) not in early)

    def _with(self, pair: Pair) -> Iterator[tuple[int, ...]]:
        """Candidates with both values."""
        for _ in range(ATTEMPTS):
            found = self._filled({self._place[number]: number for number in pair})
            if found is not None:
                yield found

    def _filled(self, chosen: dict[int, int]) -> tuple[int, ...] | None:
        """One value of each dimension, drawn among those that fit the ones before."""
        for place in self._rng.permutation(len(self._of)).tolist():
            if place in chosen:
                continue
            fitting = [n for n in self._of[place] if all(self._fits[n][m] for m in chosen.values())]
            if not fitting:
                return None
            chosen[place] = fitting[int(self._rng.integers(len(fitting)))]
        return tuple(chosen[place] for place in range(len(self._of)))
