"""How far two sets of token log-probabilities are apart, as a trainer and a sampler give them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark import operations
from softmark.formats import Float64Array, Format
from softmark.operations import Problem
from softmark.operations.bounds import Model, good, legal

ROWS: Final = 2**21
"""Elements of a block of rows: what is in memory at once."""

LEAST: Final = 1e-2
"""Above 0 by more is no logarithm of a probability, however it was rounded."""


class NotComparable(ValueError):
    """The two do not belong together, or are no log-probabilities."""


@dataclass(frozen=True)
class Side:
    """One of the two.

    Attributes
    ----------
    chosen:
        Log-probabilities of the tokens, one each position.
    format:
        Of these numbers.
    greedy:
        The most probable token at each position, where there are whole rows.
    """

    name: str
    chosen: Float64Array
    format: Format
    greedy: NDArray[np.int64] | None = None


@dataclass(frozen=True)
class Mismatch:
    """What was found, in natural logarithms.

    Attributes
    ----------
    a, b:
        The two.
    explained:
        How large a difference rounding explains at each position if sums are in blocks and steps no
        narrower than float32; empty where the length of a row is not known.
    tolerated:
        The same if the sum is a running one and steps are rounded to the format.
    exact:
        The exact log-probabilities; empty without logits.
    """

    a: Side
    b: Side
    explained: Float64Array
    tolerated: Float64Array
    exact: Float64Array

    @property
    def difference(self) -> Float64Array:
        """``b - a`` at each position."""
        return self.b.chosen - self.a.chosen

    @property
    def greedy(self) -> NDArray[np.int64] | None:
        """The positions at which the most probable token differs; ``None`` without whole rows."""
        if self.a.greedy is None or self.b.greedy is None:
            return None
        return np.flatnonzero(self.a.greedy != self.b.greedy)

    @property
    def kl(self) -> float:
        """KL(a, b) from tokens drawn of a: the mean of r - 1 - log r, which is never negative."""
        with np.errstate(over="ignore"):
            return float((np.expm1(self.difference) - self.difference).mean())

    def beyond(self, clip: float) -> float:
        """The share of tokens whose probability ratio is outside 1 - clip to 1 + clip."""
        with np.errstate(over="ignore"):
            return float((np.abs(np.expm1(self.difference)) > clip).mean())

    def larger(self, bounds: Float64Array) -> int:
        """How many differences are larger than ``explained`` or ``tolerated``."""
        return int((np.abs(self.difference) > bounds).sum()) if bounds.size else 0

    @property
    def distances(self) -> tuple[float, float] | None:
        """The mean distance of each from the exact log-probabilities."""
        if not self.exact.size:
            return None
        a, b = (float(np.abs(side.chosen - self.exact).mean()) for side in (self.a, self.b))
        return a, b


def mismatch(
    a: Side,
    b: Side,
    *,
    n: int | None = None,
    exact: Float64Array | None = None,
) -> Mismatch:
    """Compare two sides of the same tokens.

    Parameters
    ----------
    a, b:
        The two.
    n:
        The length of a row, where it is known.
    exact:
        The exact log-probabilities of the tokens, where they are known.

    Raises
    ------
    NotComparable
        They have other numbers of tokens, or what they hold are no log-probabilities.
    """
    if a.chosen.shape != b.chosen.shape:
        raise NotComparable(
            f"{a.name} has {a.chosen.size} tokens and {b.name} {b.chosen.size}; "
            "give both the same tokens"
        )
    for side in (a, b):
        _check(side)
    nothing = np.zeros(0)
    exact = nothing if exact is None else exact
    if n is None:
        return Mismatch(a, b, nothing, nothing, exact)
    return Mismatch(a, b, _explained(a, b, n, good), _explained(a, b, n, legal), exact)


def _check(side: Side) -> None:
    values = side.chosen
    if not values.size:
        raise NotComparable(f"{side.name} holds no token; give at least one")
    wrong = ~np.isfinite(values) | (values > LEAST)
    if wrong.any():
        at = int(np.argmax(wrong))
        raise NotComparable(
            f"{side.name} has {values[at]:.4g} at position {at}, which is no logarithm of a "
            "token's probability; mask such tokens, and give logits as --logits"
        )


def blocks(count: int, n: int) -> Iterator[slice]:
    """Parts of ``count`` rows of ``n`` that fit into memory."""
    step = max(1, ROWS // max(n, 1))
    for start in range(0, count, step):
        yield slice(start, start + step)


def exact(logits: NDArray[np.generic], tokens: NDArray[np.int64]) -> Float64Array:
    """The exact log-probability of each token, of logits with a row each position."""
    loss = operations.load("cross_entropy").value
    assert loss is not None
    parts = [
        -loss.reference(Problem(logits[part].astype(np.float64), labels=tokens[part])).value
        for part in blocks(*logits.shape)
    ]
    return np.concatenate(parts)


def _explained(a: Side, b: Side, n: int, model_of: Callable[[int, Format], Model]) -> Float64Array:
    """What two evaluations of log_softmax may differ by: the sum of their bounds, see its file.

    Grade B of a narrow format is computed in float32, and rounded once.
    """
    total = np.zeros(a.chosen.shape)
    for side in (a, b):
        model, size = model_of(n, side.format), np.abs(side.chosen)
        total += model.step * (4 * size + 6) + model.sum + side.format.unit_roundoff * size
    return total
