"""Filters of tokens and routers of experts in any test: is the set one that is right?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array


def assert_kept(
    kept: Any,
    logits: Any,
    *,
    top_k: int | None = None,
    top_p: float | None = None,
    min_p: float | None = None,
    temperature: float = 1.0,
    format: str | None = None,
    strict: bool = False,
) -> None:
    """Fail if a filter kept tokens that no right evaluation keeps, or dropped one that all keep.

    .. code-block:: python

        softmark.testing.assert_kept(my_top_p(x, 0.9), x, top_p=0.9)

    Near a tie, and near the limit, rounding decides: there each set passes that some evaluation
    within the bound of softmax gives.

    Parameters
    ----------
    kept:
        Shape of the logits: true where a token was kept, or the filtered logits, -inf where it was
        dropped.
    logits:
        Shape ``(n,)`` or ``(rows, n)``, as the filter was given them; -inf is a masked token.
    top_k:
        The k most probable tokens; of equal ones any, or all.
    top_p:
        The most probable tokens up to the first with which their probabilities add up to it.
    min_p:
        The tokens with at least this share of the largest probability.
    temperature:
        By which the logits are divided first.
    format:
        The format in which probabilities were computed; by default that of ``logits``.
    strict:
        Whether rounding in each step of a 16-bit format is no excuse.

    Raises
    ------
    AssertionError
        The set is wrong; the message names the row and the token.
    UnknownName, TypeError, ValueError
        There is not one limit, there is no such format, or the shapes do not belong together.
    """
    __tracebackhide__ = True
    from softmark.answers import foreign
    from softmark.sampling import selecting
    from softmark.sampling.distribution import band, rows_of

    given = {"top_k": top_k, "top_p": top_p, "min_p": min_p}
    limits = {name: float(limit) for name, limit in given.items() if limit is not None}
    if len(limits) != 1:
        raise ValueError(f"pass one of {', '.join(given)}; filters in a row are tested one by one")
    ((name, limit),) = limits.items()
    if name == "top_k" and (limit < 1 or limit != int(limit)):
        raise ValueError(f"top_k is {top_k}; it must be a whole number, 1 or more")
    if name != "top_k" and not 0 < limit <= 1:
        raise ValueError(f"{name} is {limit}; it must be above 0, and 1 at most")
    x, fmt = rows_of(logits, format, temperature)
    chosen, _ = foreign.read(kept, "what was kept")
    if chosen.shape != x.shape:
        raise ValueError(f"what was kept has shape {chosen.shape} and the logits {x.shape}")
    if chosen.dtype.kind not in "bf":
        raise TypeError(f"what was kept is of type {chosen.dtype}; pass truth values or logits")
    is_kept = chosen if chosen.dtype.kind == "b" else ~np.isneginf(chosen.astype(np.float64))
    for number, row, mask in _rows(x, is_kept):
        scores = selecting.Scores(*band(row, fmt, temperature=temperature, strict=strict))
        unmasked = ~np.isneginf(row)
        choice = selecting.CHOICES[name](scores, limit, fmt).among(unmasked)
        if wrong := selecting.mistake(mask & unmasked, scores, choice):
            raise AssertionError(f"row {number}, {name} {limit}: {wrong}")


def assert_routed(
    experts: Any,
    weights: Any,
    logits: Any,
    *,
    scores: str = "softmax",
    bias: Any = None,
    renormalised: bool = True,
    scale: float = 1.0,
    format: str | None = None,
    strict: bool = False,
) -> None:
    """Fail if a router chose experts that are not the k best, or gave them wrong weights.

    .. code-block:: python

        weights, experts = my_router(x, k=2)
        softmark.testing.assert_routed(experts, weights, x)

    softmax before top-k and renormalised, and top-k before softmax, are one thing and have one
    bound.  Near a tie each set passes that some evaluation within the bound gives.

    Parameters
    ----------
    experts:
        Indices of the k experts of each row, shape ``(k,)`` or ``(rows, k)``, in any order.
    weights:
        Their weights, of the same shape.
    logits:
        Shape ``(n,)`` or ``(rows, n)``, as the router was given them.
    scores:
        ``softmax`` or ``sigmoid``.
    bias:
        Shape ``(n,)``: what is added to the scores to choose, and not to the weights.
    renormalised:
        Whether the weights of the k experts are divided by their sum.
    scale:
        A factor of all weights.
    format:
        The format of the steps; by default that of ``logits``.
    strict:
        Whether rounding in each step of a 16-bit format is no excuse.

    Raises
    ------
    AssertionError
        An expert or a weight is wrong; the message says which, and what was expected.
    UnknownName, TypeError, ValueError
        There is no such format or score, or the shapes do not belong together.
    """
    __tracebackhide__ = True
    from softmark.answers import foreign
    from softmark.answers.question import named
    from softmark.sampling import selecting
    from softmark.sampling.distribution import SCORES, band, rows_of

    named(scores, "scores", SCORES)
    chosen, _ = foreign.read(experts, "the experts")
    given, _ = foreign.read(weights, "the weights")
    x, fmt = rows_of(logits, format)
    added = np.zeros(x.shape[-1]) if bias is None else foreign.read(bias, "the bias")[0]
    if chosen.dtype.kind not in "iu":
        raise TypeError(f"the experts are of type {chosen.dtype}; pass whole numbers, the indices")
    if chosen.shape != given.shape or chosen.shape[:-1] != x.shape[:-1] or chosen.ndim != x.ndim:
        raise ValueError(
            f"the experts have shape {chosen.shape}, the weights {given.shape} and the logits "
            f"{x.shape}; pass (k,), (k,) and (n,), or (rows, k), (rows, k) and (rows, n)"
        )
    if added.shape != x.shape[-1:]:
        raise ValueError(f"the bias has shape {added.shape}; pass one number for each expert")
    k = chosen.shape[-1]
    for number, row, at in _rows(x, chosen):
        found = selecting.Scores(*band(row, fmt, scores=scores, strict=strict))
        if len({*at.tolist()}) < k or at.min(initial=0) < 0 or at.max(initial=0) >= row.size:
            raise AssertionError(f"row {number}: {at.tolist()} are not {k} of {row.size} experts")
        kept = np.isin(np.arange(row.size), at)
        ranked = found.plus(added.astype(np.float64), fmt)
        if wrong := selecting.mistake(kept, ranked, selecting.top_k(ranked, k, fmt), "expert"):
            raise AssertionError(f"row {number}: {wrong}")
        part = selecting.Scores(found.exact[at], found.least[at], found.most[at])
        least, exact, most = selecting.weights(part, renormalised, scale, fmt)
        got = given.reshape(-1, k)[number].astype(np.float64)
        off = ~((least <= got) & (got <= most))
        if off.any():
            i = int(np.argmax(off))
            raise AssertionError(
                f"row {number}, expert {at[i]}: the weight is {got[i]:.9g}, expected "
                f"{exact[i]:.9g} (between {least[i]:.9g} and {most[i]:.9g})"
            )


def _rows(x: Float64Array, beside: NDArray[Any]) -> Iterator[tuple[int, Float64Array, Any]]:
    """Each row with its number and what belongs to it."""
    rows = x.reshape(-1, x.shape[-1])
    others = beside.reshape(len(rows), -1)
    for number, (row, other) in enumerate(zip(rows, others, strict=True)):
        yield number, row, other
