"""Soft-argmax of a heat map: are the expected coordinates right, in pixels or from -1 to 1?"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from softmark.formats import Float64Array, Format
from softmark.testing.within import assert_within

COORDINATES: Final = ("pixels", "corners", "centres")


def assert_soft_argmax_2d(
    result: Any,
    heatmap: Any,
    *,
    beta: float = 1.0,
    coordinates: str = "pixels",
    order: str = "xy",
    format: str | None = None,
) -> None:
    """Fail if ``result`` is not the expected place under softmax(beta heatmap).

    .. code-block:: python

        softmark.testing.assert_soft_argmax_2d(places, heatmap, beta=100.0)

    With p the softmax over all pixels of a map and c the coordinates, the place is Σ pᵢ cᵢ.  A
    right one is within Σ abs(cᵢ) (eᵢ + (N + 3) u pᵢ) of it, where eᵢ is the bound of softmax of N
    logits in grade C and u the unit roundoff of ``format``.

    Parameters
    ----------
    result:
        Shape ``(..., 2)``.
    heatmap:
        Logits, shape ``(..., height, width)``.
    beta:
        What they are multiplied by; the reciprocal of a temperature.
    coordinates:
        ``pixels`` from 0 on; ``corners`` from -1 to 1 between the first pixel and the last, as
        Kornia has them; ``centres`` (2 i + 1) / width - 1, as DSNT has them (Nibali and others
        2018).
    order:
        ``xy``, the column first, or ``yx``.
    format:
        In which sums are held: by default float32, or that of ``heatmap`` where that is wider.

    Raises
    ------
    AssertionError
        A coordinate is further off than rounding explains; the message has the worst.
    TypeError, ValueError
        The arrays do not belong together, a logit is no number, or a name is unknown.
    """
    __tracebackhide__ = True
    from softmark.answers import foreign
    from softmark.answers.question import named
    from softmark.formats import FORMATS

    named(coordinates, "coordinates", COORDINATES)
    named(order, "order", ("xy", "yx"))
    (got, stored), (maps, own) = foreign.read(result, "result"), foreign.read(heatmap, "heatmap")
    if maps.ndim < 2 or 0 in maps.shape or got.shape != (*maps.shape[:-2], 2):
        raise ValueError(
            f"result and heatmap have shapes {got.shape} and {maps.shape}; they must be (..., 2) "
            "and (..., height, width)"
        )
    if not np.isfinite(maps).all():
        raise ValueError("the heatmap must be finite")
    name = format or (own if own in FORMATS and FORMATS[own].bits >= 32 else "float32")
    named(name, "format", FORMATS)
    due, allowed = _expected(maps.astype(np.float64), beta, coordinates, order, FORMATS[name])
    allowed = allowed + FORMATS[stored].unit_roundoff * np.abs(due)
    for place, axis in enumerate(order):
        assert_within(axis, *(each[..., place] for each in (got, due, allowed)))


def _expected(
    maps: Float64Array, beta: float, coordinates: str, order: str, fmt: Format
) -> tuple[Float64Array, Float64Array]:
    """The exact places, to within what float64 loses, and how far right ones may be from them."""
    from softmark import operations, oracle
    from softmark.judging.scope import row_of
    from softmark.operations import Problem
    from softmark.operations.bounds import legal

    height, width = maps.shape[-2:]
    rows = maps.reshape(-1, height * width)
    p = oracle.softmax(rows, beta=beta).value
    value = operations.load("softmax").value
    assert value is not None
    each = value.error_bound(row_of(Problem(rows, beta=beta)), legal(rows.shape[1], fmt))
    each = each + (rows.shape[1] + 3) * (fmt.unit_roundoff + 2.0**-53) * p
    y, x = np.divmod(np.arange(height * width), width)
    of = {"x": _placed(x, width, coordinates), "y": _placed(y, height, coordinates)}
    along = np.stack([of[axis] for axis in order], axis=-1)
    shape = (*maps.shape[:-2], 2)
    return (p @ along).reshape(shape), (each @ np.abs(along)).reshape(shape)


def _placed(index: Any, size: int, coordinates: str) -> Float64Array:
    """The coordinates of pixels, of ``size`` in a row."""
    if coordinates == "pixels":
        return np.asarray(index, dtype=np.float64)
    if coordinates == "centres":
        return np.asarray((2.0 * index + 1.0) / size - 1.0)
    return np.asarray(2.0 * index / max(size - 1, 1) - 1.0)
