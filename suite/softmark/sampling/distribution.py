"""What a right sampler may give each token: softmax(x / T), give or take rounding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark import oracle
from softmark.answers import foreign, tolerance
from softmark.answers.question import named
from softmark.formats import FORMATS, Float64Array, Format
from softmark.sampling.statistic import GROUPS

SCORES: Final = {"softmax": oracle.softmax, "sigmoid": oracle.sigmoid}

RESOLUTION: Final = 2.0**-22
"""How far off the probability of a token may be because random numbers have 23 bits, as those of
JAX in float32, and because probabilities are added up in float32.
"""

LANES: Final = 8
"""Tokens with the same remainder are a group: lanes of a vector, threads of a warp."""


def rows_of(
    logits: Any, format: str | None, temperature: float = 1.0
) -> tuple[Float64Array, Format]:
    """Logits that a caller gave, in float64, and the format of the steps.

    Parameters
    ----------
    logits:
        An array of any library, shape ``(n,)`` or ``(rows, n)``.
    format:
        Its name; ``None`` for that of ``logits``.

    Raises
    ------
    UnknownName, TypeError, ValueError
        There is no such format, or the rows have no softmax(x / T).
    """
    if not temperature > 0 or np.isinf(temperature):
        raise ValueError(f"the temperature is {temperature}; it must be above 0 and finite")
    x, own = foreign.read(logits, "logits")
    format = format or (own if own in FORMATS else "float64")
    named(format, "format", FORMATS)
    if x.ndim not in (1, 2) or not x.size:
        raise ValueError(f"the logits have shape {x.shape}; pass (n,) or (rows, n), not empty")
    rows = x.astype(np.float64)
    if not (np.isfinite(rows) | np.isneginf(rows)).all() or np.isneginf(rows).all(axis=-1).any():
        raise ValueError("a row of logits has NaN, +inf or nothing but -inf: it has no softmax")
    return rows, FORMATS[format]


def band(
    logits: Float64Array,
    fmt: Format,
    *,
    temperature: float = 1.0,
    scores: str = "softmax",
    strict: bool,
    also: float = 0.0,
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """The exact scores of a row, and between what those of a right evaluation are.

    Parameters
    ----------
    scores:
        A key of ``SCORES``.
    also:
        By how much more each may be off; what is masked is 0 exactly.
    """
    x = logits / temperature
    exact = SCORES[scores](x).value
    error = tolerance(x, operation=scores, format=fmt.name, strict=strict)
    error = np.where(np.isneginf(logits), 0.0, error + also)
    return exact, np.maximum(exact - error, 0.0), exact + error


@dataclass(frozen=True)
class Distribution:
    """The probabilities of a row's tokens.

    Attributes
    ----------
    exact:
        softmax(x / T), shape ``(n,)``.
    least, most:
        Between them is the probability of each token in a right sampler.
    """

    exact: Float64Array
    least: Float64Array
    most: Float64Array

    @classmethod
    def of(
        cls, logits: Float64Array, fmt: Format, temperature: float, *, strict: bool
    ) -> Distribution:
        """That of a row, computed in a format.

        Parameters
        ----------
        logits:
            Shape ``(n,)``: finite, or minus infinity where a token is masked.
        strict:
            Whether steps are no narrower than float32, as in grade B of softmax; else what grade C
            admits is admitted.
        """
        exact, least, most = band(
            logits, fmt, temperature=temperature, strict=strict, also=RESOLUTION
        )
        return cls(exact, least, np.minimum(most, 1.0))

    @property
    def possible(self) -> NDArray[np.bool_]:
        """The tokens that may be drawn."""
        return self.most > 0

    def groupings(self) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """Ways to group the tokens, each with the group of each token; masked ones are in none."""
        tokens = np.flatnonzero(self.possible)
        if tokens.size <= GROUPS:
            yield "token", self._grouped(tokens, np.arange(tokens.size))
            return
        ranked = tokens[np.argsort(-self.exact[tokens], kind="stable")]
        yield "probability", self._grouped(ranked, self._shares(ranked))
        yield "place", self._grouped(tokens, self._shares(tokens))
        yield "lane", self._grouped(tokens, tokens % LANES)

    def _shares(self, ranked: NDArray[np.int64]) -> NDArray[np.int64]:
        """Groups of about the same probability, in the order of ``ranked``."""
        p = self.exact[ranked]
        middle = np.cumsum(p) - p / 2
        return np.minimum((middle * GROUPS).astype(np.int64), GROUPS - 1)

    def _grouped(self, tokens: NDArray[np.int64], groups: NDArray[np.int64]) -> NDArray[np.int64]:
        found = np.full(self.exact.size, -1)
        found[tokens] = np.unique(groups, return_inverse=True)[1]
        return found


def summed(values: Float64Array, groups: NDArray[np.int64]) -> Float64Array:
    """The sum of each group, at most 1."""
    kept = groups >= 0
    return np.minimum(np.bincount(groups[kept], values[kept]), 1.0)
