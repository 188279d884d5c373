"""Logits where arithmetic has an edge: NaN, infinities, masks, the landmarks of a format."""

from __future__ import annotations

from typing import Final

import numpy as np

from softmark.formats import Float64Array, Format
from softmark.inputs.registry import family

Generator = np.random.Generator

SITUATIONS: Final = (
    "ordinary",
    "all masked",
    "ordinary",
    "one +inf",
    "several +inf",
    "masked",
    "+inf and -inf",
    "ordinary",
)
"""What row i of ``special_rows`` is: entry i, and from the start again."""


@family
def special_rows(rng: Generator, rows: int, n: int, fmt: Format) -> Float64Array:
    """Rows with infinities of each kind beside ordinary ones; from n = 5 on."""
    values = rng.normal(0.0, 1.0, (rows, n))
    up = {"one +inf": [3], "several +inf": [2, n - 1], "+inf and -inf": [3]}
    down = {"masked": [3, n - 1], "+inf and -inf": [2, n - 1], "all masked": list(range(n))}
    for i in range(rows):
        situation = SITUATIONS[i % len(SITUATIONS)]
        values[i, up.get(situation, [])] = np.inf
        values[i, down.get(situation, [])] = -np.inf
    return values


@family
def poisoned(rng: Generator, rows: int, n: int, fmt: Format) -> Float64Array:
    """One NaN in every second row, from the first place to the last; the others are ordinary."""
    values = rng.normal(0.0, 1.0, (rows, n))
    hit = np.arange(0, rows, 2)
    values[hit, np.rint(np.linspace(0, n - 1, hit.size)).astype(int)] = np.nan
    return values


@family
def window(rng: Generator, rows: int, n: int, fmt: Format) -> Float64Array:
    """A window of normal logits, all else masked by -∞: the last, a half, the first, the middle."""
    ends = ((n - 1, n), (n // 2, n), (0, 1), (0, (n + 1) // 2), (n // 4, n - n // 4))
    values = rng.normal(0.0, 1.0, (rows, n))
    for i in range(rows):
        start, stop = ends[i % len(ends)]
        values[i, :start] = values[i, stop:] = -np.inf
    return values


@family
def causal(rng: Generator, rows: int, n: int, fmt: Format) -> Float64Array:
    """Normal logits of which the first row keeps one, each further row more, and the last all."""
    values = rng.normal(0.0, 2.0, (rows, n))
    kept = np.linspace(1, n, rows).astype(int)
    return np.where(np.arange(n) < kept[:, np.newaxis], values, -np.inf)


@family
def tiles(rng: Generator, rows: int, n: int, fmt: Format) -> Float64Array:
    """Normal logits with masks that begin and end at a tile of 8 to 128, or one beside its end."""
    values = rng.normal(0.0, 2.0, (rows, n))
    for i in range(rows):
        tile = min(8 << (i // 8 % 5), max(2, n // 2))
        ends = ((0, tile), (0, tile - 1), (0, tile + 1), (tile, n), (tile - 1, n), (tile + 1, n))
        start, stop = (*ends, (tile, 2 * tile), (0, 1))[i % 8]
        values[i, :start] = values[i, stop:] = -np.inf
        values[i, min(start, n - 1)] = 0.5
    return values


@family
def landmarks(rng: Generator, rows: int, n: int, fmt: Format) -> Float64Array:
    """Zeros, subnormal numbers, the least normal one, 1, and the largest, of both signs in turn."""
    sizes = [0.0, fmt.least_subnormal, fmt.least_normal / 2, fmt.least_normal, 1.0, fmt.max]
    marks = np.array([sign * size for size in sizes for sign in (1.0, -1.0)])
    return np.asarray(marks[np.add.outer(np.arange(rows), np.arange(n)) % marks.size])


@family
def whole(
    rng: Generator, rows: int, n: int, fmt: Format, *, low: int = -3, high: int = 4
) -> Float64Array:
    """Whole numbers, from one up to below another, that integers and booleans hold too."""
    return rng.integers(low, high, (rows, n)).astype(np.float64)


@family
def spiked(rng: Generator, rows: int, n: int, fmt: Format, *, gap: float = 4.0) -> Float64Array:
    """A maximum that stands out at the first place, the last, the middle, and the last but one."""
    values = rng.normal(0.0, 0.5, (rows, n))
    places = (0, n - 1, n // 2, max(n - 2, 0))
    for i in range(rows):
        values[i, places[i % len(places)]] += gap
    return values


@family
def repeated(rng: Generator, rows: int, n: int, fmt: Format) -> Float64Array:
    """One row of normal logits, as often as there are rows."""
    return np.broadcast_to(rng.normal(0.0, 1.0, n), (rows, n)).copy()
