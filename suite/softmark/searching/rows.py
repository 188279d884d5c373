"""Rows whose error may be large: some that theory points at, and children of the worst so far.

The error of a shifted formula has few sources: the exponents, whose rounding grows with the
distance to the maximum; the running sum, which loses up to half a unit at each step, and most where
all steps lose in the same direction; and the roundings of the exponential.  ``constructed`` makes
rows in which one of them is large; ``children`` changes a few logits of rows that are bad already,
since an element's own roundings and those of the sum are nearly independent of each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from softmark.formats import Float64Array, Format, round_to, ulp

STRETCHES: Final = 64
"""How many stretches of a long row are tried one by one."""

Rng = np.random.Generator
Maker = Callable[[Rng, int, int, Format], Float64Array]

LANES: Final = (4, 8, 16, 32)
"""Logits that a vector register or a block of a sum may hold: patterns that repeat so."""


def constructed(rng: Rng, count: int, n: int, fmt: Format) -> Float64Array:
    """Rows of all kinds in turn, as numbers of the format, shape ``(count, n)``."""
    share = -(-count // len(MAKERS))
    rows = np.concatenate([make(rng, share, n, fmt) for make in MAKERS])
    return _held(rows[rng.permutation(len(rows))[:count]], fmt)


def children(rng: Rng, parents: Float64Array, count: int, fmt: Format) -> Float64Array:
    """Changed copies of ``parents``, shape ``(count, n)``."""
    n = parents.shape[1]
    rows = parents[rng.integers(0, len(parents), count)]
    others = parents[rng.integers(0, len(parents), count)]
    which = rng.integers(0, len(CHANGES), count)
    touched = np.exp2(rng.uniform(0, math.log2(n + 1), count)) / n
    places = rng.random((count, n)) < touched[:, None]
    places[np.arange(count), rng.integers(0, n, count)] = True
    for number, change in enumerate(CHANGES):
        mine = which == number
        new = change(rng, rows[mine], others[mine], fmt)
        rows[mine] = np.where(places[mine], new, rows[mine])
    return _held(rows, fmt)


def _held(rows: Float64Array, fmt: Format) -> Float64Array:
    """The nearest finite numbers of the format."""
    return round_to(np.clip(rows, -fmt.max, fmt.max), fmt)


def simpler(row: Float64Array, fmt: Format) -> Float64Array:
    """Copies of a row in which a stretch of logits is plainer, the longest stretches first.

    Shape ``(candidates, n)``; none of them is the row itself.
    """
    n, candidates = len(row), []
    length = n
    while length >= max(1, n // STRETCHES):
        for start in range(0, n, length):
            part = slice(start, start + length)
            for plain in (np.zeros_like, _of_least, np.round, _short):
                changed = row.copy()
                changed[part] = plain(row[part])
                candidates.append(changed)
        length //= 2
    found = round_to(np.array(candidates), fmt)
    return np.asarray(found[(found != row).any(axis=1)])


def _of_least(part: Float64Array) -> Float64Array:
    return np.full_like(part, part.min())


def _short(part: Float64Array) -> Float64Array:
    """Eight bits of each number."""
    fraction, exponent = np.frexp(part)
    return np.asarray(np.ldexp(np.round(fraction * 256) / 256, exponent))


def _normal(rng: Rng, count: int, n: int, fmt: Format) -> Float64Array:
    return rng.normal(size=(count, n)) * 10.0 ** rng.uniform(-2, 1.5, (count, 1))


def _lost(rng: Rng, count: int, n: int, fmt: Format) -> Float64Array:
    """One large term, and others of which each addition loses nearly half a unit of the sum."""
    unit = np.log(fmt.unit_roundoff * 2.0 ** rng.integers(0, 3, (count, 1)))
    rows = unit + np.log(rng.choice([0.999, 0.99, 1.01, 1.001], (count, 1)))
    rows = rows + rng.uniform(-1e-3, 1e-3, (count, n))
    rows[np.arange(count), np.where(rng.random(count) < 0.7, 0, rng.integers(0, n, count))] = 0.0
    return np.asarray(rows)


def _far(rng: Rng, count: int, n: int, fmt: Format) -> Float64Array:
    """Distances to the maximum that take all bits, up to the last ones that give no zero."""
    farthest = -math.log(fmt.least_normal)
    top = rng.uniform(-1, 1, (count, 1)) * 2.0 ** rng.integers(0, 8, (count, 1))
    return np.asarray(top - np.sort(rng.uniform(0, farthest, (count, n))))


def _equal(rng: Rng, count: int, n: int, fmt: Format) -> Float64Array:
    """Logits that differ in their last bits only."""
    rows = np.repeat(rng.normal(size=(count, 1)) * 10, n, axis=1)
    return rows + rng.integers(-4, 5, (count, n)) * ulp(rows, fmt)


def _lanes(rng: Rng, count: int, n: int, fmt: Format) -> Float64Array:
    """A pattern that repeats, so that the parts of a sum are alike."""
    rows = np.empty((count, n))
    for row in rows:
        lanes = int(rng.choice(LANES))
        row[:] = np.resize(rng.normal(size=lanes) * rng.uniform(0.1, 8), n)
    return rows


def _falling(rng: Rng, count: int, n: int, fmt: Format) -> Float64Array:
    """Terms that fall or rise steadily."""
    slope = rng.choice([-1.0, 1.0], (count, 1)) * np.exp(rng.uniform(-6, 2, (count, 1)))
    return np.asarray(slope * np.arange(n) * min(1.0, 80 / n) + rng.normal(size=(count, n)) * 1e-2)


MAKERS: Final[tuple[Maker, ...]] = (_normal, _lost, _far, _equal, _lanes, _falling)


def _nudged(rng: Rng, rows: Float64Array, others: Float64Array, fmt: Format) -> Float64Array:
    steps = np.round(np.exp2(rng.uniform(0, 8, rows.shape)))
    return rows + rng.choice([-1.0, 1.0], rows.shape) * steps * ulp(rows, fmt)


def _mixed(rng: Rng, rows: Float64Array, others: Float64Array, fmt: Format) -> Float64Array:
    return others


def _copied(rng: Rng, rows: Float64Array, others: Float64Array, fmt: Format) -> Float64Array:
    """Other logits of the same row: one that errs in the right direction may do so everywhere."""
    return np.take_along_axis(rows, rng.integers(0, rows.shape[1], rows.shape), axis=1)


def _moved(rng: Rng, rows: Float64Array, others: Float64Array, fmt: Format) -> Float64Array:
    """All by the same amount."""
    return rows + rng.normal(size=(len(rows), 1)) * 10.0 ** rng.uniform(-3, 1, (len(rows), 1))


def _drawn(rng: Rng, rows: Float64Array, others: Float64Array, fmt: Format) -> Float64Array:
    return rows + rng.normal(size=rows.shape) * 10.0 ** rng.uniform(-3, 1, (len(rows), 1))


def _levelled(rng: Rng, rows: Float64Array, others: Float64Array, fmt: Format) -> Float64Array:
    """One logit of the row, or a short number near it, in all places."""
    level = np.take_along_axis(rows, rng.integers(0, rows.shape[1], (len(rows), 1)), axis=1)
    return np.repeat(
        np.where(rng.random(level.shape) < 0.5, level, _short(level)), rows.shape[1], 1
    )


CHANGES: Final = (_nudged, _nudged, _mixed, _copied, _moved, _drawn, _levelled)
