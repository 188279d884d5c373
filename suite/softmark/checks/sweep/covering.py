"""Covering draws: each pair of values of two dimensions, and chosen triples, in a few calls.

Most faults that depend on several things at once depend on two (Kuhn, Wallace, Gallo, Software
fault interactions and implications for software testing, IEEE TSE 30 (2004) 418-421), most others
on three.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import combinations, islice, product
from typing import Any, Final

import numpy as np

TRIED: Final = 8
"""Candidates of which the one that covers most pairs is taken."""

ATTEMPTS: Final = 40
"""Candidates that are begun for a pair that may not occur at all, for what else it demands."""

Values = Mapping[str, Sequence[Any]]
Drawn = dict[str, Any]
Together = tuple[int, ...]
"""Two or three values, by their numbers among those of all dimensions."""

Clash = Callable[[str, Any, str, Any], bool]
"""Whether a value of one dimension and a value of another cannot occur together."""


def _never(one: str, value: Any, other: str, another: Any) -> bool:
    return False


def covered(
    dimensions: Values,
    rng: np.random.Generator,
    clash: Clash = _never,
    first: Collection[tuple[str, ...]] = (),
    least: int = 0,
    triples: Collection[tuple[str, str, str]] = (),
) -> Iterator[Drawn]:
    """Draws until each pair of values of two dimensions that can occur together has occurred.

    Parameters
    ----------
    clash:
        Which pairs cannot.
    first:
        Two or three dimensions each, whose values come together before the others do.
    least:
        How many draws there are at least.
    triples:
        Three dimensions each, of which all triples of values occur too.
    """
    covering, left = _Covering(dimensions, rng, clash), least
    for drawn in covering.draws(first, triples):
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
        self._names = [*dimensions]
        count = len(self._named)
        self._fits = [(1 << count) - 1] * count  # of each value, as bits
        for (a, one), (b, other) in combinations(enumerate(self._named), 2):
            if one[0] != other[0] and (clash(*one, *other) or clash(*other, *one)):
                self._fits[a] &= ~(1 << b)
                self._fits[b] &= ~(1 << a)

    def draws(
        self, first: Collection[tuple[str, ...]], triples: Collection[tuple[str, str, str]]
    ) -> Iterator[Drawn]:
        early, late = self._groups(first), self._groups([*combinations(self._names, 2), *triples])
        order = [*self._in_order(early), *self._in_order(late)]
        groups, left = [*early, *late], {*order}
        for together in order:
            if together not in left:
                continue
            tried = [*islice(self._with(together), TRIED)]
            if not tried:  # one more value would have to fit, and none does
                left.discard(together)
                continue
            covered = [{*self._of_groups(chosen, groups)} & left for chosen in tried]
            best = max(range(len(tried)), key=lambda i: len(covered[i]))
            left -= covered[best]
            yield self._drawn(tried[best])

    def any(self) -> Drawn:
        """One more draw, whatever has occurred."""
        while (chosen := self._filled({})) is None:
            continue
        return self._drawn(chosen)

    def _drawn(self, chosen: Sequence[int]) -> Drawn:
        return dict(self._named[number] for number in chosen)

    def _groups(self, named: Collection[tuple[str, ...]]) -> list[tuple[int, ...]]:
        """The places of dimensions that are named together, where all of them are drawn from."""
        known = [names for names in named if {*names} <= {*self._names}]
        return [tuple(sorted(map(self._names.index, names))) for names in known]

    def _in_order(self, groups: Sequence[tuple[int, ...]]) -> Iterator[Together]:
        """The values that may occur together, in a drawn order."""
        found = [
            chosen
            for group in groups
            for chosen in product(*(self._of[place] for place in group))
            if all(self._fits[a] >> b & 1 for a, b in combinations(chosen, 2))
        ]
        return (found[i] for i in self._rng.permutation(len(found)))

    def _of_groups(
        self, chosen: Sequence[int], groups: Sequence[tuple[int, ...]]
    ) -> Iterator[Together]:
        return (tuple([chosen[place] for place in group]) for group in groups)

    def _with(self, together: Together) -> Iterator[tuple[int, ...]]:
        """Candidates with all of these values."""
        for _ in range(ATTEMPTS):
            found = self._filled({self._place[number]: number for number in together})
            if found is not None:
                yield found

    def _filled(self, chosen: dict[int, int]) -> tuple[int, ...] | None:
        """One value of each dimension, drawn among those that fit the ones before."""
        fits, drawn = -1, self._rng.random(len(self._of)).tolist()
        for number in chosen.values():
            fits &= self._fits[number]
        for place in self._rng.permutation(len(self._of)).tolist():
            if place in chosen:
                continue
            fitting = [number for number in self._of[place] if fits >> number & 1]
            if not fitting:
                return None
            chosen[place] = fitting[int(drawn[place] * len(fitting))]
            fits &= self._fits[chosen[place]]
        return tuple(chosen[place] for place in range(len(self._of)))
