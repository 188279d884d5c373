"""Failures by cause: what the cases that fail have in common, and those that pass have not.

Nothing is known here of any bug.  A condition on one or two traits of a case (its axis, length,
family, largest logit, ...) is chosen that holds for many of the cases that fail and for few of
those that pass; what it explains is a group, and the rest is looked at again.  What no condition
explains is grouped by what it looks like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.api.traits import Trait, TraitTrial, symptom, trials
from softmark.formats import Float64Array
from softmark.records import Record
from softmark.verdicts import worst

Mask = NDArray[np.bool_]

SHARPEST: Final = 0.9
"""The share of the cases with a condition that must fail for it to be called the cause."""

_LEAST: Final = 2
"""Cases that a condition must explain: of one case everything is a cause."""

_GAIN: Final = 1.15
"""How much better two conditions must do than one."""

_BEST: Final = 12
"""Conditions that are tried in pairs."""

_PLAIN: Final = ("axis", "derivative", "format", "NaN among the logits", "-inf among the logits")
_VAGUE: Final = ("check", "inputs")
"""Traits that say more than others, and those that say where a case is from and not what it is."""


@dataclass(frozen=True)
class Condition:
    """``value`` is the trait's, or its least (from) or largest (to) where it is a number."""

    trait: str
    relation: str
    value: Trait

    def holds(self, trial: TraitTrial) -> bool:
        has = trial.traits.get(self.trait)
        if has is None or isinstance(has, str) or isinstance(self.value, str):
            return has == self.value
        return {"from": has >= self.value, "to": has <= self.value}.get(
            self.relation, has == self.value
        )

    def text(self, right: Iterable[TraitTrial]) -> str:
        """In words; of a number also how far those that pass reach."""
        if isinstance(self.value, str):
            return self.value if self.trait == "axis" else f"{self.trait}: {self.value}"
        end = {"from": " or more", "to": " or less"}.get(self.relation, "")
        return f"{self.trait} {self.value:.6g}{end}{self._nearest(right)}"

    def _nearest(self, right: Iterable[TraitTrial]) -> str:
        held = [t.traits.get(self.trait) for t in right if not self.holds(t)]
        numbers = [value for value in held if isinstance(value, float)]
        if not numbers or self.relation == "is":
            return ""
        nearest = max(numbers) if self.relation == "from" else min(numbers)
        return f" (right {'up' if self.relation == 'from' else 'down'} to {nearest:.6g})"

    @property
    def weight(self) -> float:
        """How much it says: what breaks a tie between two that fit as well."""
        return 1.02 if self.trait in _PLAIN else 0.9 if self.trait in _VAGUE else 1.0


@dataclass(frozen=True)
class Cause:
    """Failures that have something in common.

    Attributes
    ----------
    symptom:
        What is seen.
    conditions:
        What the cases have in common, in words; none where nothing was found.
    failed, among:
        How many cases fail of how many that meet the conditions.
    failures:
        The records.
    witness:
        The one that shows most: a short input, a large error.
    """

    symptom: str
    conditions: tuple[str, ...]
    failed: int
    among: int
    failures: tuple[Record, ...]
    witness: Record

    @property
    def title(self) -> str:
        """One sentence."""
        cases = f"{self.failed} case" if self.failed == 1 else f"{self.failed} cases"
        cases = f"{self.failed} of {self.among} cases" if self.among else cases
        where = f" with {' and '.join(self.conditions)}" if self.conditions else ""
        if self.failed == self.among and self.failed > 1:
            return f"{self.symptom}, everywhere{where}: all {self.failed} cases"
        return f"{self.symptom},{where}: {cases}" if where else f"{self.symptom}: {cases}"


def causes(records: Iterable[Record], failures: Iterable[Record]) -> list[Cause]:
    """The groups of ``failures``, those that explain most first."""
    tried = trials(records, failures)
    search = _Search(tried, list(_conditions(tried)))
    left = np.array([bool(trial.failures) for trial in tried], dtype=bool)
    found: list[Cause] = []
    while rule := search.best(left):
        held = left & rule.covers
        shown = () if rule.meets.all() else rule.conditions
        texts = tuple(condition.text(search.right) for condition in shown)
        found.append(_cause([tried[i] for i in np.flatnonzero(held)], texts, int(rule.meets.sum())))
        left &= ~held
    rest = _alike(tried[i] for i in np.flatnonzero(left))
    return found + [_cause(alike, (), 0) for alike in rest]


@dataclass(frozen=True)
class _Rule:
    """Conditions that explain the failures with a symptom, or with any.

    ``meets`` are the cases that meet them, ``covers`` those that fail so.
    """

    conditions: tuple[Condition, ...]
    meets: Mask
    covers: Mask
    score: float = 0.0


class _Search:
    """Looks for the conditions that most of the failures meet, and few of the other cases."""

    def __init__(self, tried: Sequence[TraitTrial], conditions: Sequence[Condition]) -> None:
        self._failed = np.array([bool(trial.failures) for trial in tried], dtype=bool)
        self.right = [trial for trial in tried if not trial.failures]
        self._conditions = conditions
        held = [[condition.holds(trial) for trial in tried] for condition in conditions]
        self._held = np.array(held, dtype=bool).reshape(len(conditions), len(tried))
        self._weights = np.array([condition.weight for condition in conditions])
        self._symptoms = {
            name: np.array([name in trial.symptoms for trial in tried], dtype=bool)
            for name in dict.fromkeys(name for trial in tried for name in trial.symptoms)
        }

    def best(self, left: Mask) -> _Rule | None:
        """The rule that explains most of what is left; ``None`` where none is sharp enough."""
        if left.sum() < _LEAST or not self._conditions:
            return None
        best = self._sharpest(left, left)
        for seen in self._symptoms.values():
            if _LEAST <= (left & seen).sum() < left.sum():
                rule = self._sharpest(left & seen, left)
                if rule and (best is None or rule.score > best.score * _GAIN):
                    best = rule
        return best

    def _sharpest(self, own: Mask, left: Mask) -> _Rule | None:
        """The best of one condition, or of two where they do much better."""
        # What a symptom is looked for in, and is not seen in, counts as if it passed.
        other = ~self._failed | (left & ~own)
        one = np.argsort(-self._scores(self._held, self._weights, own, other)[0])[:_BEST]
        single = self._rule([(i,) for i in one], own, other)
        pairs = [
            (i, j)
            for i, j in combinations(one if own.sum() >= 2 * _LEAST else (), 2)
            if self._conditions[i].trait != self._conditions[j].trait
        ]
        double = self._rule(pairs, own, other)
        if single and double and double.score <= single.score * _GAIN:
            return single
        return double or single

    def _rule(self, chosen: Sequence[tuple[int, ...]], own: Mask, other: Mask) -> _Rule | None:
        """The best of some choices of conditions, if one is sharp enough."""
        if not chosen:
            return None
        held = np.array([self._held[list(each)].all(axis=0) for each in chosen])
        weights = np.array([self._weights[list(each)].prod() for each in chosen])
        scores, shares = self._scores(held, weights, own, other)
        scores = np.where(shares >= SHARPEST, scores, 0.0)
        at = int(np.argmax(scores))
        if scores[at] == 0:
            return None
        conditions = tuple(self._conditions[i] for i in chosen[at])
        return _Rule(conditions, held[at], held[at] & own, float(scores[at]))

    def _scores(
        self, held: NDArray[np.bool_], weights: Float64Array, own: Mask, other: Mask
    ) -> tuple[Float64Array, Float64Array]:
        """How well each row of ``held`` explains ``own``, and the share that fail where it holds.

        A condition that all cases meet explains nothing, unless all fail.
        """
        hits, others = held[:, own].sum(axis=1), held[:, other].sum(axis=1)
        share = hits / np.maximum(hits + others, 1)
        useful = (hits >= _LEAST) & ((others < other.sum()) | (other.sum() == 0))
        return np.where(useful, hits * share**4 * weights, 0.0), share


def _conditions(tried: Iterable[TraitTrial]) -> Iterator[Condition]:
    """Every condition that some of the cases that fail meet, and some of the others do not."""
    values: dict[str, Counter[Trait]] = {}
    among: dict[str, set[float]] = {}
    for trial in tried:
        for name, value in trial.traits.items():
            if trial.failures:
                values.setdefault(name, Counter())[value] += 1
            if not isinstance(value, str):
                among.setdefault(name, set()).add(value)
    for name, seen in values.items():
        yield from (Condition(name, "is", value) for value, n in seen.items() if n >= _LEAST)
        for value in sorted(value for value in seen if not isinstance(value, str)):
            if value > min(among[name]):
                yield Condition(name, "from", value)
            if value < max(among[name]):
                yield Condition(name, "to", value)


def _alike(left: Iterable[TraitTrial]) -> list[list[TraitTrial]]:
    """Cases by what is seen first, the largest group first."""
    groups: dict[str, list[TraitTrial]] = {}
    for trial in left:
        groups.setdefault(trial.symptoms[0], []).append(trial)
    return sorted(groups.values(), key=len, reverse=True)


def _cause(held: Sequence[TraitTrial], conditions: tuple[str, ...], among: int) -> Cause:
    failures = tuple(record for trial in held for record in trial.failures)
    seen = Counter(name for trial in held for name in trial.symptoms)
    first = [name for name, count in seen.most_common(2) if count >= len(held) / 4]
    first = first or [seen.most_common(1)[0][0]]
    return Cause(
        " or ".join(first), conditions, len(held), among, failures, _telling(failures, first)
    )


def _telling(failures: Sequence[Record], symptoms: Sequence[str]) -> Record:
    """Of those that show what the others do, the worst with the shortest row in its witness."""
    typical = [record for record in failures if symptom(record) in symptoms] or failures
    least = min(map(_length, typical))
    return worst(record for record in typical if _length(record) == least)


def _length(record: Record) -> int:
    row = record.witness.get("x")
    return len(row) if isinstance(row, list) else 2**62
