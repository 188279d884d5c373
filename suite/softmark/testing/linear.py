"""A loss of logits h Wᵀ that are never stored whole: is a chunked linear cross-entropy right?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, Format
from softmark.testing.within import assert_within

REDUCTIONS: Final = ("none", "sum", "mean")

MERGES: Final = 128
"""Chunks whose totals may be merged one after the other."""


def assert_linear_cross_entropy(
    loss: Any,
    hidden: Any,
    weight: Any,
    labels: Any,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    gradients: tuple[Any, Any] | None = None,
    format: str | None = None,
) -> None:
    """Fail if ``loss`` is not that of the logits ``hidden @ weight.T``, in whatever chunks.

    .. code-block:: python

        softmark.testing.assert_linear_cross_entropy(loss, h, w, labels)

    Each logit zⱼ = Σₖ hₖ wⱼₖ may be off by eⱼ = (d + 1) u Σₖ abs(hₖ wⱼₖ) + u abs(zⱼ), in any order
    of its sum (Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1), and so
    the loss by e of its label and Σ pⱼ eⱼ, beside the bound of cross_entropy in grade C and 128
    merges of (max(1, abs(lse)) + 3) u; a weight pⱼ in a gradient by its share eⱼ + Σ pⱼ eⱼ +
    (abs(lse) + abs(zⱼ) + 140) u.  The exact logits are those of float64, with the same bound in
    its u.

    Parameters
    ----------
    loss:
        A number, or with ``reduction="none"`` one for each row.
    hidden:
        h, shape ``(rows, d)``.
    weight:
        W, shape ``(classes, d)``.
    labels:
        A class for each row, or ``ignore_index``.
    ignore_index:
        The label of rows that have a loss of 0 and do not count.
    reduction:
        ``mean`` over the rows that count, ``sum``, or ``none``.
    gradients:
        Those of the loss, or of the sum of the losses, in ``hidden`` and in ``weight``.
    format:
        In which logits and sums are held: by default float32, or that of ``hidden`` where that is
        wider.

    Raises
    ------
    AssertionError
        A result is further from the exact one than rounding explains; the message names it.
    TypeError, ValueError
        The arrays do not belong together, every row is ignored, or a name is unknown.
    """
    __tracebackhide__ = True
    from softmark.answers import foreign

    linear = _Linear.of(hidden, weight, labels, ignore_index, reduction, format)
    given = [("loss", loss, *linear.loss)]
    if gradients is not None:
        names = "gradient in hidden", "gradient in weight"
        for name, found, exact in zip(names, gradients, linear.slopes, strict=True):
            given.append((name, found, *exact))
    for name, found, due, allowed in given:
        got, own = foreign.read(found, name)
        assert_within(name, got, due, allowed + linear.rounding(own) * np.abs(due))


@dataclass(frozen=True)
class _Linear:
    """The rows that count, h, shape ``(kept, d)``, W, and a class for each of them."""

    kept: NDArray[np.bool_]
    h: Float64Array
    w: Float64Array
    y: NDArray[np.intp]
    format: Format
    reduction: str

    @classmethod
    def of(
        cls, hidden: Any, weight: Any, labels: Any, ignored: int, reduction: str, format: str | None
    ) -> _Linear:
        from softmark.answers import foreign
        from softmark.answers.question import named
        from softmark.formats import FORMATS

        named(reduction, "reduction", REDUCTIONS)
        (h, own), (w, _) = foreign.read(hidden, "hidden"), foreign.read(weight, "weight")
        y = foreign.read(labels, "labels")[0]
        if h.ndim != 2 or w.ndim != 2 or h.shape[1] != w.shape[1] or y.shape != h.shape[:1]:
            raise ValueError(
                f"hidden, weight and labels have shapes {h.shape}, {w.shape} and {y.shape}; they "
                "must be (rows, d), (classes, d) and (rows,)"
            )
        kept = y != ignored
        if y.dtype.kind not in "iu" or not ((y[kept] >= 0) & (y[kept] < len(w))).all():
            raise ValueError(f"labels must be whole numbers from 0 to {len(w) - 1}, or {ignored}")
        if not kept.any():
            raise ValueError("every row is ignored; the mean of no rows is not defined")
        if not (np.isfinite(h).all() and np.isfinite(w).all()):
            raise ValueError("hidden and weight must be finite")
        name = format or (own if FORMATS[own].bits >= 32 else "float32")
        named(name, "format", FORMATS)
        return cls(kept, h[kept], w, y[kept].astype(np.intp), FORMATS[name], reduction)

    def rounding(self, name: str) -> float:
        """What a result may lose when it is stored in its own format."""
        from softmark.formats import FORMATS

        return FORMATS[name].unit_roundoff if name in FORMATS else 0.0

    @property
    def u(self) -> float:
        return self.format.unit_roundoff

    @cached_property
    def z(self) -> Float64Array:
        """The logits, as float64 has them."""
        return np.asarray(self.h @ self.w.T)

    @cached_property
    def e(self) -> Float64Array:
        """How far a logit may be from the one above: by rounding in the format, and in float64."""
        size = np.abs(self.h) @ np.abs(self.w).T
        terms = (self.h.shape[1] + 1) * (self.u + 2.0**-53)
        return np.asarray(terms * size + self.u * np.abs(self.z))

    @cached_property
    def p(self) -> Float64Array:
        from softmark import oracle

        return oracle.softmax(self.z).value

    @cached_property
    def lse(self) -> Float64Array:
        from softmark import oracle

        return oracle.logsumexp(self.z).value

    @cached_property
    def mean_e(self) -> Float64Array:
        return np.asarray((self.p * self.e).sum(axis=1))

    @property
    def scale(self) -> float:
        """What the loss of a row is multiplied by before all are added up."""
        return 1.0 / len(self.h) if self.reduction == "mean" else 1.0

    @property
    def loss(self) -> tuple[Float64Array, Float64Array]:
        """The exact loss, and how far a right one may be from it."""
        from softmark import operations, oracle
        from softmark.judging.scope import row_of
        from softmark.operations import Problem
        from softmark.operations.bounds import legal

        exact = oracle.cross_entropy(self.z, self.y).value
        value = operations.load("cross_entropy").value
        assert value is not None
        model = legal(len(self.w), self.format)
        each = value.error_bound(row_of(Problem(self.z, labels=self.y)), model)
        each = each + self.mean_e + self.e[np.arange(len(self.y)), self.y]
        each = each + MERGES * self.u * (np.maximum(np.abs(self.lse), 1.0) + 3.0)
        if self.reduction == "none":
            found, bound = np.zeros((2, len(self.kept)))
            found[self.kept], bound[self.kept] = exact, each
            return found, bound
        total, several = exact.sum(), (len(exact) + 2) * self.u * np.abs(exact).sum()
        return np.asarray(self.scale * total), np.asarray(self.scale * (each.sum() + several))

    @property
    def slopes(self) -> list[tuple[Float64Array, Float64Array]]:
        """The exact gradients in hidden and in weight, and how far right ones may be from them."""
        is_label = np.arange(len(self.w)) == self.y[:, None]
        slope = self.scale * (self.p - is_label)
        share = self.e + self.mean_e[:, None]
        share += (np.abs(self.lse)[:, None] + np.abs(self.z) + MERGES + 12.0) * self.u
        off = self.scale * self.p * np.expm1(np.minimum(share, 0.4)) + 2 * self.u * np.abs(slope)
        found = []
        for a, b, size, rows in (
            (slope, self.w, len(self.w), self.kept),
            (slope.T, self.h, len(self.h), np.ones(len(self.w), bool)),
        ):
            own = off if rows is self.kept else off.T
            sized = (size + 1) * (self.u + 2.0**-52) * (np.abs(a) @ np.abs(b))
            exact, bound = np.zeros((2, len(rows), b.shape[1]))
            exact[rows], bound[rows] = a @ b, own @ np.abs(b) + sized
            found.append((exact, bound))
        return found
