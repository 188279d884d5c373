"""Draws of one row, judged: is each token possible, and is each as frequent as it should be?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, Format
from softmark.sampling.distribution import Distribution, summed
from softmark.sampling.statistic import GROUPS, LEVEL, chain, found_distance, two_sided
from softmark.vocabulary import Verdict


@dataclass(frozen=True)
class SampleVerdict:
    """The outcome of one test.

    Attributes
    ----------
    case:
        Name of the logits.
    test:
        ``support``, ``by token``, ``rows``, ...
    draws:
        How many draws it is about.
    p:
        The probability that a right sampler is as far off; ``None`` where no chance is involved.
    found:
        The total variation distance that it finds; ``None`` where it is another kind of test.
    """

    case: str
    test: str
    verdict: Verdict
    draws: int = 0
    p: float | None = None
    found: float | None = None
    message: str = ""


@dataclass(frozen=True)
class Judge:
    """What one row's draws are compared with.

    Attributes
    ----------
    case:
        Name of the logits, for messages.
    logits:
        Shape ``(n,)``, exact.
    format:
        The format in which they are given.
    level:
        p-value below which a test fails.
    """

    case: str
    logits: Float64Array
    format: Format
    temperature: float = 1.0
    level: float = LEVEL

    @cached_property
    def good(self) -> Distribution:
        return Distribution.of(self.logits, self.format, self.temperature, strict=True)

    @cached_property
    def legal(self) -> Distribution:
        return Distribution.of(self.logits, self.format, self.temperature, strict=False)

    def findings(self, tokens: NDArray[np.int64]) -> Iterator[SampleVerdict]:
        """Judge draws, shape ``(N,)``: which tokens, how often, and whether one repeats another.

        The last is asked where the frequencies are right: of wrong ones it would say no more.
        """
        n = self.logits.size
        support = self._support(tokens)
        yield support
        if support.verdict == "fail" or n == 1:
            return
        found = list(self._frequencies(np.bincount(tokens, minlength=n)))
        yield from found
        if tokens.size > 1 and not any(each.verdict == "fail" for each in found):
            yield self.agreement("neighbours", tokens[:-1:2], tokens[1::2])

    def _frequencies(self, counts: NDArray[np.int64]) -> Iterator[SampleVerdict]:
        for name, groups in self.good.groupings():
            yield self._distribution(counts, name, groups)
        if self.good.possible.sum() > GROUPS:
            yield self._single(counts)

    def _support(self, tokens: NDArray[np.int64]) -> SampleVerdict:
        n = self.logits.size
        outside = (tokens < 0) | (tokens >= n)
        if outside.any():
            wrong = f"{tokens[outside.argmax()]} is no token; they are 0 to {n - 1}"
            return SampleVerdict(self.case, "support", "fail", tokens.size, message=wrong)
        masked = ~self.good.possible[tokens]
        if masked.any():
            wrong = (
                f"token {tokens[masked.argmax()]} has the logit -inf and was drawn; "
                f"{masked.sum()} of {tokens.size} draws are masked tokens"
            )
            return SampleVerdict(self.case, "support", "fail", tokens.size, message=wrong)
        return SampleVerdict(self.case, "support", "pass", tokens.size)

    def _distribution(
        self, counts: NDArray[np.int64], name: str, groups: NDArray[np.int64]
    ) -> SampleVerdict:
        kept = groups >= 0
        held = np.bincount(groups[kept], counts[kept]).astype(np.int64)

        def p_of(band: Distribution) -> float:
            return float(chain(held, summed(band.least, groups), summed(band.most, groups)))

        draws = int(held.sum())
        wrong = self._worst_group(held, summed(self.good.exact, groups), name, groups)
        distance = found_distance(draws, held.size, self.level)
        return self._graded(f"by {name}", draws, p_of(self.good), p_of, wrong, distance)

    def _single(self, counts: NDArray[np.int64]) -> SampleVerdict:
        """Each token alone, where they are too many to have groups of their own."""
        draws = int(counts.sum())

        def each(band: Distribution) -> Float64Array:
            return two_sided(counts, draws, band.least, band.most) * counts.size

        ps = each(self.good)
        worst = int(ps.argmin())
        wrong = _frequency(f"token {worst}", int(counts[worst]), draws, self.good.exact[worst])
        return self._graded(
            "each token", draws, _at_most_one(ps), lambda band: _at_most_one(each(band)), wrong
        )

    def agreement(
        self, test: str, first: NDArray[np.int64], second: NDArray[np.int64]
    ) -> SampleVerdict:
        """Whether pairs of independent draws are the same token as often as they should be."""
        same = int((first == second).sum())

        def p_of(band: Distribution) -> float:
            least, most = (float(np.square(side).sum()) for side in (band.least, band.most))
            return float(two_sided(same, first.size, least, min(most, 1.0)))

        exact = float(np.square(self.good.exact).sum())
        wrong = _frequency("the same token twice", same, first.size, exact)
        return self._graded(test, first.size, p_of(self.good), p_of, wrong)

    def _graded(
        self,
        test: str,
        draws: int,
        p: float,
        p_of: Callable[[Distribution], float],
        wrong: str,
        found: float | None = None,
    ) -> SampleVerdict:
        verdict: Verdict = "pass"
        if p < self.level:
            legal = p_of(self.legal)
            verdict = "fail" if legal < self.level else "weak"
        message = "" if verdict == "pass" else wrong
        return SampleVerdict(self.case, test, verdict, draws, p, found, message)

    def _worst_group(
        self,
        held: NDArray[np.int64],
        exact: Float64Array,
        name: str,
        groups: NDArray[np.int64],
    ) -> str:
        draws = int(held.sum())
        spread = np.sqrt(np.maximum(draws * exact * (1 - exact), 1.0))
        worst = int(np.abs((held - draws * exact) / spread).argmax())
        tokens = np.flatnonzero(groups == worst)
        return _frequency(_named(tokens, name), int(held[worst]), draws, exact[worst])


def _at_most_one(ps: Float64Array) -> float:
    return min(1.0, float(ps.min()))


def _named(tokens: NDArray[np.int64], name: str) -> str:
    if tokens.size == 1:
        return f"token {tokens[0]}"
    if name == "place":
        return f"tokens {tokens[0]} to {tokens[-1]}"
    if name == "lane":
        return f"tokens {tokens[0]}, {tokens[1]}, ..., {tokens[-1]}"
    return f"{tokens.size} tokens of similar probability, the first {tokens[0]},"


def _frequency(what: str, count: int, draws: int, exact: float) -> str:
    return f"{what} in {count} of {draws} draws ({count / draws:.4%}), expected {exact:.4%}"
