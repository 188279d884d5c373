"""Partial results of attention, (o, lse), merged in any test: is the whole right, in each order?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from softmark.formats import Float64Array
from softmark.testing.within import assert_within

BASES: Final = {"e": 1.0, "2": math.log(2.0)}
"""By the name of a base its natural logarithm."""

Pair = tuple[Any, Any]


def assert_merged(
    o: Any, lse: Any, parts: Sequence[Pair], *, base: str = "e", format: str | None = None
) -> None:
    """Fail if ``(o, lse)`` is not what ``parts`` make together, whatever the order of merging.

    .. code-block:: python

        o, lse = merge(o1, lse1, o2, lse2)
        softmark.testing.assert_merged(o, lse, [(o1, lse1), (o2, lse2)])

    With k parts, total L = log Σ e^aᵢ and weights wᵢ = e^(aᵢ - L) of the totals aᵢ, each of the
    k - 1 merges may move lse by (max(1, abs(L)) + 3 + s) u, where s is how far totals are apart,
    and o by Σ wᵢ abs(oᵢ) (max(1, abs(L), abs(aᵢ)) + 2(L - aᵢ) + 8) u + 2 max abs(oᵢ) u: the terms
    of ``softmark/operations/formulas.py``, and those of the form with a sigmoid of lse₁ - lse₂, in
    which s and max abs(oᵢ) are rounded.  u is that of ``format``, and o and lse may be rounded to
    their own formats at each merge.

    Parameters
    ----------
    o:
        The merged outputs, shape ``(..., d)``.
    lse:
        The merged totals, shape ``(...)``.  Where every part is empty they are -inf, and o is 0.
    parts:
        Pairs of the same shapes.  A total of -inf is an empty part, whose output does not matter.
    base:
        ``e``, or ``2`` where totals are base-2 logarithms.
    format:
        In which steps are computed: by default float32, or that of o where that is wider.

    Raises
    ------
    AssertionError
        An element is further from the exact one than rounding explains; the message names it.
    TypeError, ValueError
        There are no parts, they have other shapes, or there is no such base or format.
    """
    __tracebackhide__ = True
    whole = _Whole.of(parts, (o, lse), base, format)
    for name, got, due, allowed in whole.compared(o, lse):
        assert_within(f"{name} of {len(parts)} parts", got, due, allowed)


def assert_merge(
    merge: Callable[[Any, Any, Any, Any], Pair],
    parts: Sequence[Pair],
    *,
    base: str = "e",
    format: str | None = None,
) -> None:
    """Fail if ``merge(o1, lse1, o2, lse2)`` is wrong in some order of parts, or with empty ones.

    Up to 4 parts are merged in each order there is, two at a time; of more some orders are drawn.
    Then the first of them with one that is empty, and two empty ones.

    Parameters
    ----------
    merge:
        Returns ``(o, lse)``; it is called with the arrays of ``parts``, and with what it returned.
    parts, base, format:
        Those of ``assert_merged``.

    Raises
    ------
    AssertionError
        A result is wrong; the message has the order.
    """
    __tracebackhide__ = True
    from softmark.testing.ranks import orders

    nothing = [(o * 0, lse - math.inf) for o, lse in parts[:1]]
    given = [("", [*parts]), ("one of them empty, ", [*parts[:1], *nothing])]
    for words, some in [*given, ("all of them empty, ", nothing * 2)]:
        for order in (order for kind in orders(len(some)).values() for order in kind):
            o, lse = _in_order(merge, some, order)
            try:
                assert_merged(o, lse, some, base=base, format=format)
            except AssertionError as error:
                raise AssertionError(f"{words}order {order}: {error}") from None


def _in_order(merge: Callable[..., Pair], parts: Sequence[Pair], order: Any) -> Pair:
    if isinstance(order, int):
        return parts[order]
    first, second = (_in_order(merge, parts, each) for each in order)
    return merge(*first, *second)


@dataclass(frozen=True)
class _Whole:
    """The exact whole: totals a, shape ``(..., k)``, in base e, and outputs, shape ``(..., d, k)``.

    ``unit`` is the roundoff of steps, ``units`` those of o and of lse where they are stored.
    """

    totals: Float64Array
    outputs: Float64Array
    log_base: float
    unit: float
    units: tuple[float, float]

    @classmethod
    def of(cls, parts: Sequence[Pair], merged: Pair, base: str, format: str | None) -> _Whole:
        from softmark.answers import foreign
        from softmark.answers.question import named
        from softmark.formats import FORMATS

        named(base, "base", BASES)
        if not parts:
            raise ValueError("there are no parts; pass at least one pair (o, lse)")
        (o, own), (lse, of_lse) = (
            foreign.read(each, name) for each, name in zip(merged, ("o", "lse"), strict=True)
        )
        read = [(foreign.read(a, "o of a part")[0], foreign.read(b, "lse of a part")[0])
                for a, b in parts]  # fmt: skip
        if any(a.shape != o.shape or b.shape != o.shape[:-1] for a, b in [(o, lse), *read]):
            shapes = ", ".join(f"{a.shape} and {b.shape}" for a, b in [(o, lse), *read])
            raise ValueError(
                f"o and lse of the whole and of the parts have shapes {shapes}; they must be "
                "(..., d) and (...), the same for all"
            )
        kinds = [FORMATS[name] for name in (own, of_lse)]
        steps = FORMATS["float32" if kinds[0].bits < 32 else own]
        if format is not None:
            named(format, "format", FORMATS)
            steps = FORMATS[format]
        totals = np.stack([b for _, b in read], axis=-1)
        empty = np.isneginf(totals)
        outputs = np.where(empty[..., None, :], 0.0, np.stack([a for a, _ in read], axis=-1))
        units = kinds[0].unit_roundoff, kinds[1].unit_roundoff
        log_base = BASES[base]
        return cls(totals * log_base, outputs, log_base, steps.unit_roundoff, units)

    def compared(self, o: Any, lse: Any) -> list[tuple[str, Float64Array, Float64Array, Any]]:
        """For lse and for o: what came, the exact values, and how far they may be apart."""
        from softmark import oracle
        from softmark.answers import foreign

        shape = self.outputs.shape
        exact = oracle.logsumexp(self.totals).value
        along = np.broadcast_to(self.totals[..., None, :], shape)
        mean = oracle.jvp("logsumexp", along, self.outputs).value
        is_empty = np.isneginf(exact)
        mean = np.where(is_empty[..., None], 0.0, mean)
        of_lse, of_o = self._bounds(np.where(is_empty, 0.0, exact))
        due = exact / self.log_base
        return [
            ("lse", foreign.read(lse, "lse")[0], due, np.where(is_empty, 0.0, of_lse)),
            ("o", foreign.read(o, "o")[0], mean, np.where(is_empty[..., None], 0.0, of_o)),
        ]

    def _bounds(self, total: Float64Array) -> tuple[Float64Array, Float64Array]:
        """Of lse and of o; see ``assert_merged``.

        Totals in base 2 are rounded here too, where they are made those of base e.
        """
        merges = max(len(self.totals.T) - 1, 1)
        here = np.isfinite(self.totals)
        a = np.where(here, self.totals, total[..., None])
        size = np.maximum(np.abs(total), 1.0)
        apart = a.max(axis=-1) - a.min(axis=-1)
        moved = 0.0 if self.log_base == 1.0 else np.abs(a).max(axis=-1) * 2.0**-51
        unit = self.unit + self.units[1]
        of_lse = (merges * (size + 3.0 + apart) * unit + moved) / self.log_base
        behind = total[..., None] - a
        weights = np.where(here, np.exp(-behind), 0.0)
        each = np.maximum(size[..., None], np.abs(a)) + 2.0 * behind + 8.0
        share = np.expm1(np.minimum(merges * each * unit + np.expand_dims(2 * moved, -1), 0.4))
        sized = weights[..., None, :] * np.abs(self.outputs)
        of_o = (sized * (share[..., None, :] + merges * self.units[0])).sum(axis=-1)
        largest = np.abs(self.outputs).max(axis=-1)
        return of_lse, of_o + merges * (2.0 * self.unit * largest + 2.0**-149)
