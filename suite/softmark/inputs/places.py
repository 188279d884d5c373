"""Logits in which a place matters: that of the maximum, of a mask, of one exponent among all."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, Format
from softmark.inputs.registry import family

Generator = np.random.Generator


@family
def swept(
    rng: Generator, rows: int, n: int, fmt: Format, *, gap: float = 97.0, last: int = 1
) -> Float64Array:
    """Normal logits; in every second row one is ahead of all others, ``last`` places from the end.

    A maximum that leaves it out makes its exponential overflow.
    """
    values = rng.normal(0.0, 1.0, (rows, n))
    values[1::2, max(0, n - last)] += gap
    return values


@family
def lanes(
    rng: Generator, rows: int, n: int, fmt: Format, *, gap: float = 97.0, first: int = 0
) -> Float64Array:
    """A maximum far ahead at each place in turn, from the place ``first`` in the first row."""
    values = rng.normal(0.0, 1.0, (rows, n))
    values[np.arange(rows), (first + np.arange(rows)) % n] += gap
    return values


@family
def tiles_masked(
    rng: Generator,
    rows: int,
    n: int,
    fmt: Format,
    *,
    tile: int = 64,
    first: int = 0,
    level: float = 0.0,
) -> Float64Array:
    """Normal logits of which -∞ masks a tile, all but a tile, what is before it, or an edge.

    Rows are as they are, ``level`` higher or as much lower.
    """
    values = rng.normal(0.0, 1.0, (rows, n))
    if level:
        values += level * rng.integers(-1, 2, (rows, 1))
    places = np.arange(n)
    for i in range(first, first + rows):
        start = i // 6 * tile % max(1, n)
        inside = (places >= start) & (places < start + tile)
        edges = [places == start, places == min(start + tile, n) - 1]
        masked = [inside, ~inside, places < start, places >= start + tile, *edges][i % 6]
        values[i - first] = np.where(masked & ~masked.all(), -np.inf, values[i - first])
    return values


RISES: Final = (0.5, 3.0, 6.0, 7.9, 12.0, 40.0, 79.0, 81.0, 100.0, 300.0)
"""By how much a maximum rises: below and above what a lazy rescale leaves, and an exponential."""
STEPS: Final[tuple[Callable[[NDArray[np.intp]], Any], ...]] = (
    lambda tile: tile,
    lambda tile: tile // 2,
    lambda tile: tile - tile % 3,
    lambda tile: np.where(tile < 3, tile / 8, tile),
    lambda tile: np.minimum(tile, 1),
)
"""How often a maximum has risen at each tile: at each, at each second, two up and one down, by
little at first, once."""


@family
def climbing(
    rng: Generator, rows: int, n: int, fmt: Format, *, tile: int = 64, first: int = 0
) -> Float64Array:
    """A maximum that rises from tile to tile, in each row by another size and as often."""
    which = np.arange(first, first + rows)
    numbers = np.arange(n) // tile
    times = np.array([np.broadcast_to(step(numbers), n) for step in STEPS], dtype=np.float64)
    level = np.array(RISES)[which % len(RISES), None] * times[which // len(RISES) % len(STEPS)]
    return np.asarray(level + rng.normal(0.0, 0.5, (rows, n)))


BROKEN: Final = ("", "masked", "infinite", "both", "nan", "least", "largest")
"""What a row beside ordinary ones can hold."""


@family
def levels(
    rng: Generator, rows: int, n: int, fmt: Format, *, broken: str = "", first: int = 0
) -> Float64Array:
    """Normal logits of rows at levels far apart, the first and the last at one level.

    Every third row is ``masked`` by -∞, has one +∞ (``infinite``), all but one of them -∞
    (``both``), one ``nan``, or holds nothing but the ``least`` or the ``largest`` number.
    """
    far = min(1e4, fmt.max / 8)
    level = rng.permuted(
        np.resize([0.0, 100.0, -100.0, far, -far, fmt.max / 4, -fmt.max / 4], rows)
    )
    level[-1] = level[0]
    values = level[:, None] + rng.normal(0.0, 1.0, (rows, n))
    hit, places = np.arange(first % 3, rows, 3), rng.integers(0, n, len(range(first % 3, rows, 3)))
    if broken in ("masked", "both"):
        values[hit] = -np.inf
    if broken in ("infinite", "both"):
        values[hit, places] = np.inf
    if broken == "nan":
        values[hit, places] = np.nan
    if broken in ("least", "largest"):
        values[hit] = fmt.max if broken == "largest" else -fmt.max
    return values


PAYLOADS: Final = (0x7FF8000000000000, 0x7FFA000000000000, 0xFFFC000000000000)
"""Bits of quiet NaN: the usual ones, and two whose payload narrower formats keep."""


@family
def nans(rng: Generator, rows: int, n: int, fmt: Format, *, first: int = 0) -> Float64Array:
    """A NaN at a place of each row but every fourth: plain, signed, with a payload, or two."""
    values, odd = rng.normal(0.0, 1.0, (rows, n)), np.array(PAYLOADS, np.uint64).view(np.float64)
    for i in range(rows):
        place, which = (first + i * max(1, n // rows)) % n, first + i
        if which % 4:
            values[i, place] = -np.nan if which % 4 == 2 else odd[which // 4 % len(odd)]
        if which % 4 == 3:
            values[i, (place + 1) % n] = np.nan
    return values


@family
def exponents(
    rng: Generator,
    rows: int,
    n: int,
    fmt: Format,
    *,
    first: int = 0,
    deepest: float = math.inf,
    least: float = 0.0,
) -> Float64Array:
    """Zeros, and behind them one exponent in each row: of 16-bit formats every number in turn.

    Of wider ones those at which exponentials change their ways: multiples of ln(2)/2, powers of
    two, the ends of the range, neighbours of each; and between them as many in even steps.  None is
    below ``-deepest``, and what is nearer to 0 than ``least`` is 0.
    """
    values = np.zeros((rows, n))
    which = first + np.arange(rows)
    if fmt.bits <= 16:
        fraction_bits = fmt.precision - 1
        pattern = which % 2 ** (fmt.bits - 1)
        exponent, fraction = pattern >> fraction_bits, pattern % 2**fraction_bits
        significand = np.where(exponent > 0, fraction + 2**fraction_bits, fraction)
        size = np.ldexp(
            significand.astype(np.float64), np.maximum(exponent, 1) - 1 + fmt.e_min - fraction_bits
        )
        signed = np.where(which < 2 ** (fmt.bits - 1), -size, size)
        values[:, -1] = np.where(
            (size >= least) & (size <= fmt.max) & (signed >= -deepest), signed, 0.0
        )
        return values
    marks = np.concatenate(
        [
            np.arange(1, 330) * (np.log(2.0) / 2),
            2.0 ** np.arange(-30, 10),
            [17.0, 25.0, 88.0, 88.72, 87.34, 103.97, 104.0, 708.0, 708.4, 709.78, 745.0, 745.13],
        ]
    )
    step = marks[which // 8 % marks.size]
    away = np.array([0, 1, -1, 2, -3, 9, -17, 65])[which % 8] * 2.0 * fmt.unit_roundoff
    even = rng.uniform(0.0, 1.1 * np.log(fmt.max), rows)
    values[:, -1] = -np.where(which < 8 * marks.size, step * (1 + away), even)
    return np.maximum(values, -deepest)
