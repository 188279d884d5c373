"""What a wrong function computes, if one of many usual mistakes gives exactly its results.

Each explanation is carried out in full and compared with what the function returned, in the cases
that fail and in some that pass.  It is named only if it reproduces, within the roundings of its own
steps, every failing result that is known; so it is not named for what resembles it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

import numpy as np

from softmark.api.diagnosis import backward, steps
from softmark.api.diagnosis.forward import FORWARD
from softmark.api.diagnosis.samples import Sample
from softmark.api.diagnosis.steps import Explanation, candidates
from softmark.formats import round_to
from softmark.operations import names

__all__ = ["FORWARD", "Diagnosis", "Sample", "explained"]

_FITTED: Final = 3
"""Wrong results from which parameters are read off."""

_TELLING: Final = 3
"""Wrong elements that an explanation must reproduce to be named: two may be chance."""


@dataclass(frozen=True)
class Diagnosis:
    """What a function computes.

    Attributes
    ----------
    words:
        What it is instead.
    everywhere:
        Whether the results that are right are explained by it too.
    calls:
        How many results it reproduces.
    operation:
        The operation that it is, if it is another one of the family.
    of_gradient:
        Whether it is the gradient that is explained.
    """

    words: str
    everywhere: bool
    calls: int
    operation: str = ""
    of_gradient: bool = False

    @property
    def text(self) -> str:
        """One sentence."""
        what = "the gradient is" if self.of_gradient else "this is"
        where = f"it reproduces all {self.calls} results that were compared"
        if not self.everywhere:
            what = f"where it fails, {what}"
            where = f"it reproduces all {self.calls} wrong results that were compared"
        hint = f"; is this --op {self.operation}?" if self.operation else ""
        return f"Diagnosis: {what} {self.words} ({where}){hint}"


@np.errstate(all="ignore")  # results that are wrong, and what would give them, overflow
def explained(wrong: Sequence[Sample], right: Collection[Sample] = ()) -> Diagnosis | None:
    """The first explanation that reproduces each of the ``wrong`` results; ``None`` for none.

    Those that reproduce the ``right`` results too come first.
    """
    if not wrong:
        return None
    of_gradient = wrong[0].g is not None
    table = backward.BACKWARD if of_gradient else FORWARD
    only: Diagnosis | None = None
    for tried in _reproducing(table, wrong):
        everywhere = all(map(tried.gives, right))
        if not everywhere and (only or not _has_numbers(wrong)):
            continue  # a NaN or a 0 has many causes
        calls = len(wrong) + (len(right) if everywhere else 0)
        found = Diagnosis(tried.words, everywhere, calls, tried.operation, of_gradient)
        if everywhere:
            return found
        only = found
    return only


def _has_numbers(wrong: Iterable[Sample]) -> bool:
    """Whether the wrong results are such that nothing else is likely to give them."""
    held = [sample.got[sample.judged] for sample in wrong]
    return sum(int((np.isfinite(got) & (got != 0)).sum()) for got in held) >= _TELLING


@dataclass(frozen=True)
class _Tried:
    """An explanation with its parameter."""

    explanation: Explanation
    parameter: float
    words: str

    @property
    def operation(self) -> str:
        """The other operation that it is; empty for a mistake."""
        is_other = self.explanation.words.removesuffix("(x)") in names()
        return self.explanation.words.removesuffix("(x)") if is_other else ""

    def gives(self, sample: Sample) -> bool:
        """Whether it reproduces a result, in float64 or in the format of the logits."""
        agrees = steps.agrees if sample.g is None else backward.agrees
        narrow = replace(self.explanation, narrow=True)
        seen_as = replace(sample, operation=self.operation or sample.operation)
        if within := self.explanation.within:
            agrees = partial(steps.is_near, allowed=steps.allowed_of_running_sums)
            seen_as = replace(seen_as, format=within)
            if not np.array_equal(round_to(sample.got, within), sample.got, equal_nan=True):
                return False
        ways = [self.explanation, *([narrow] if sample.g is None else [])]
        for way in ways:
            try:
                if agrees(way.values(sample, self.parameter), seen_as):
                    return True
            except (ValueError, IndexError):  # there is no such thing for this input
                continue
        return False


def _reproducing(table: Iterable[Explanation], wrong: Sequence[Sample]) -> Iterator[_Tried]:
    """The explanations that reproduce each wrong result; the smallest are compared first."""
    operation = wrong[0].operation
    ordered = sorted(wrong, key=lambda sample: sample.whole.size)
    for explanation in table:
        if operation not in explanation.operations:
            continue
        for parameter, said in candidates(explanation, ordered[:_FITTED]):
            words = explanation.words.format(said, op=operation)
            tried = _Tried(explanation, parameter, words)
            if all(map(tried.gives, ordered)):
                yield tried


@np.errstate(all="ignore")
def is_wrong(sample: Sample) -> bool:
    """Whether a result is not the right one, as far as an explanation can tell."""
    if sample.g is not None:
        return not backward.agrees(backward.exact(sample), sample)
    return not steps.agrees(steps.right(sample), sample)


def telling(wrong: Iterable[Sample]) -> bool:
    """Whether the wrong results have enough elements to tell explanations apart."""
    return sum(int(sample.judged.sum()) for sample in wrong) >= _TELLING
