"""Which tokens a filter has to keep, and which it may: top-k, top-p, min-p, a router of experts.

Scores have rounding errors, so near a tie and near a limit several sets are right: a set is right
when some evaluation within the bound gives it.

Sources: top-k, A. Fan, M. Lewis, Y. Dauphin, Hierarchical Neural Story Generation, ACL 2018; top-p,
A. Holtzman et al., The Curious Case of Neural Text Degeneration, ICLR 2020; min-p, M. Nguyen et
al., Turning Up the Heat: Min-p Sampling for Creative and Coherent LLM Outputs, ICLR 2025.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import FLOAT32, FLOAT64, Float64Array, Format

Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Scores:
    """The scores of a row's tokens, each between ``least`` and ``most`` in a right evaluation.

    Attributes
    ----------
    exact, least, most:
        Shape ``(n,)``.
    """

    exact: Float64Array
    least: Float64Array
    most: Float64Array

    def plus(self, bias: Float64Array, fmt: Format) -> Scores:
        """Each with a number added, and the sum rounded."""
        exact = self.exact + bias
        rounding = fmt.unit_roundoff * (np.abs(bias) + self.most)
        return Scores(exact, self.least + bias - rounding, self.most + bias + rounding)

    def before(self, weights: Float64Array) -> tuple[Float64Array, Float64Array]:
        """For each token the weights of those that are surely larger, and of those that may be."""
        by_least, by_most = np.argsort(self.least), np.argsort(self.most)
        surely = np.searchsorted(self.least[by_least], self.most, side="right")
        maybe = np.searchsorted(self.most[by_most], self.least, side="left")
        return _from(weights[by_least])[surely], _from(weights[by_most])[maybe] - weights


def _from(values: Float64Array) -> Float64Array:
    """The sum of the values from each place to the end."""
    return np.append(np.cumsum(values[::-1])[::-1], 0.0)


@dataclass(frozen=True)
class Choice:
    """The tokens that a filter has to keep, those that it may keep, and how many at least."""

    must: Bools
    may: Bools
    count: int = 1

    def among(self, unmasked: Bools) -> Choice:
        """The same where no masked token has to be kept."""
        return Choice(self.must & unmasked, self.may, min(self.count, int(unmasked.sum())))


def top_k(scores: Scores, k: float, _: Format) -> Choice:
    """The k largest; of equal ones any, or all."""
    surely, maybe = scores.before(np.ones_like(scores.exact))
    return Choice(maybe < k, surely < k, int(k))


def top_p(scores: Scores, p: float, fmt: Format) -> Choice:
    """The most probable ones up to the first with which they have a share of ``p``.

    A sum of n probabilities, in float32 or wider, is off by n units of rounding and by what the
    probabilities are off.
    """
    unit = (FLOAT64 if fmt is FLOAT64 else FLOAT32).unit_roundoff
    slack = scores.exact.size * unit + float((scores.most - scores.exact).sum())
    surely, maybe = scores.before(scores.exact)
    return Choice(maybe + slack < p, surely - slack <= p)


def min_p(scores: Scores, share: float, fmt: Format) -> Choice:
    """Those with at least a share of the largest probability."""
    rounding = 2 * fmt.unit_roundoff
    highest = share * scores.most.max() * (1 + rounding)
    lowest = share * scores.least.max() * (1 - rounding)
    return Choice(scores.least > highest, scores.most >= lowest)


CHOICES: Final = {"top_k": top_k, "top_p": top_p, "min_p": min_p}


def mistake(kept: Bools, scores: Scores, choice: Choice, what: str = "token") -> str:
    """What is wrong with what was kept, in words; empty for nothing."""

    def said(i: int) -> str:
        return f"{what} {i} (score {scores.exact[i]:.6g})"

    for wrong, why in (
        (choice.must & ~kept, "was dropped, and every right evaluation keeps it"),
        (kept & ~choice.may, "was kept, and no right evaluation keeps it"),
    ):
        if wrong.any():
            return f"{said(int(np.argmax(np.where(wrong, scores.exact, -np.inf))))} {why}"
    if kept.sum() < choice.count:
        return f"{int(kept.sum())} were kept, expected {choice.count} or more"
    first = int(np.argmax(np.where(kept, -np.inf, scores.least)))
    last = int(np.argmin(np.where(kept, scores.most, np.inf)))
    if not kept[first] and scores.least[first] > scores.most[last]:
        return f"{said(last)} was kept, and {said(first)} was dropped"
    return ""


def weights(
    chosen: Scores, renormalised: bool, scale: float, fmt: Format
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """The weights of chosen experts: the least, the exact ones, and the most.

    A quotient of a score and a sum of k of them has k + 2 roundings more than the scores.
    """
    least, exact, most = chosen.least, chosen.exact, chosen.most
    if renormalised:
        least, exact, most = least / most.sum(), exact / exact.sum(), most / least.sum()
    rounding = (exact.size + 2) * fmt.unit_roundoff
    return scale * least * (1 - rounding), scale * exact, scale * most * (1 + rounding)
