"""Rows of attention, softmax(scores) V: are outputs and totals right, with what probabilities?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np

from softmark.formats import Float64Array, Format
from softmark.testing.within import assert_within

BLOCKS: Final = 128
"""Blocks of keys whose partial results may be rescaled one after the other."""

Compared = tuple[str, Float64Array, Float64Array, Float64Array]


def assert_attention(
    o: Any,
    scores: Any,
    v: Any,
    *,
    lse: Any = None,
    probabilities: str | None = None,
    format: str | None = None,
) -> None:
    """Fail if ``o`` is not softmax(scores) V, in whatever blocks of keys it was computed.

    .. code-block:: python

        softmark.testing.assert_attention(o, scores, v, lse=lse, probabilities="float8_e4m3fn")

    With pⱼ the exact probabilities and l = Σ e^(sⱼ - max s), an output may be off by
    Σ abs(vⱼ) (eⱼ + pⱼ ((n + 2) u + 128 · 3 u + q)) + t Σ abs(vⱼ) / l: eⱼ is the bound of softmax
    in grade C, u the unit roundoff of ``format``, 128 times three roundings those of a rescaling
    for each block, and q and t the unit roundoff and half the least number of the format in which
    e^(s - max) is multiplied with V.  So V of ones tells whether the rows of rounded probabilities
    sum to 1.  The bound of lse is that of logsumexp in grade C and 128 roundings of it.

    Parameters
    ----------
    o:
        The outputs, shape ``(rows, d)``.
    scores:
        What goes into the softmax, scaled and capped, shape ``(rows, n)``; -inf is masked.
    v:
        The values, shape ``(n, d)``.
    lse:
        The logsumexp of each row of scores, shape ``(rows,)``.
    probabilities:
        The format that the weights have when they are multiplied with ``v``: by default that of
        ``v``.
    format:
        In which sums are held: by default float32, or that of ``scores`` where that is wider.

    Raises
    ------
    AssertionError
        A result is further from the exact one than rounding explains; the message names it.
    TypeError, ValueError
        The arrays do not belong together, a row is masked as a whole, or a format is unknown.
    """
    __tracebackhide__ = True
    rows = _Rows.of(scores, v, probabilities, format)
    for name, got, due, allowed in rows.compared(o, lse):
        assert_within(name, got, due, allowed)


@dataclass(frozen=True)
class _Rows:
    """Scores, shape ``(rows, n)``, values, and the formats of sums and of weights."""

    s: Float64Array
    v: Float64Array
    sums: Format
    weights: Format

    @classmethod
    def of(cls, scores: Any, v: Any, probabilities: str | None, format: str | None) -> _Rows:
        from softmark.answers import foreign
        from softmark.answers.question import named
        from softmark.formats import FORMATS

        (s, own), (values, held) = foreign.read(scores, "scores"), foreign.read(v, "v")
        if s.ndim != 2 or values.ndim != 2 or s.shape[1] != len(values):
            raise ValueError(
                f"scores and v have shapes {s.shape} and {values.shape}; they must be (rows, n) "
                "and (n, d)"
            )
        if np.isnan(s).any() or np.isposinf(s).any() or not np.isfinite(values).all():
            raise ValueError("scores must be numbers or -inf, and v must be finite")
        if np.isneginf(s).all(axis=1).any():
            row = int(np.flatnonzero(np.isneginf(s).all(axis=1))[0])
            raise ValueError(f"row {row} is masked as a whole, and has no defined result")
        sums = format or (own if own in FORMATS and FORMATS[own].bits >= 32 else "float32")
        weights = probabilities or held
        for name in (sums, weights):
            named(name, "format", FORMATS)
        return cls(s.astype(np.float64), values, FORMATS[sums], FORMATS[weights])

    def compared(self, o: Any, lse: Any) -> Iterator[Compared]:
        """Each result with its name, the exact one, and how far it may be off."""
        from softmark.answers import foreign

        got, own = foreign.read(o, "o")
        yield "o", got, self.exact, self.allowed + self._stored(own, self.exact)
        if lse is not None:
            got, own = foreign.read(lse, "lse")
            yield "lse", got, self.total, self.total_allowed + self._stored(own, self.total)

    def _stored(self, name: str, exact: Float64Array) -> Float64Array:
        """What a result may lose when it is stored in its own format."""
        from softmark.formats import FORMATS

        held = FORMATS[name]
        return np.asarray(held.unit_roundoff * np.abs(exact) + held.least_subnormal)

    @cached_property
    def p(self) -> Float64Array:
        from softmark import oracle

        return oracle.softmax(self.s).value

    @cached_property
    def total(self) -> Float64Array:
        from softmark import oracle

        return oracle.logsumexp(self.s).value

    @property
    def exact(self) -> Float64Array:
        """The products of float64; ``allowed`` has room for what those lose."""
        return np.asarray(self.p @ self.v)

    @property
    def allowed(self) -> Float64Array:
        n, u = self.s.shape[1], self.sums.unit_roundoff
        each = self._bound("softmax")
        lost = (n + 2 + 3 * BLOCKS) * (u + 2.0**-53) + self.weights.unit_roundoff
        absent = np.exp(self.s.max(axis=1) - self.total) * self.weights.least_subnormal / 2
        size = np.abs(self.v)
        return np.asarray((each + lost * self.p) @ size + np.outer(absent, size.sum(axis=0)))

    @property
    def total_allowed(self) -> Float64Array:
        rounded = BLOCKS * self.sums.unit_roundoff * (np.abs(self.total) + 3.0)
        return np.asarray(self._bound("logsumexp") + rounded)

    def _bound(self, operation: str) -> Float64Array:
        """What grade C allows an operation on the scores, as a distance."""
        from softmark import operations
        from softmark.judging.scope import row_of
        from softmark.operations import Problem
        from softmark.operations.bounds import legal

        value = operations.load(operation).value
        assert value is not None
        model = legal(self.s.shape[1], self.sums)
        return value.error_bound(row_of(Problem(self.s)), model)
