"""Logits that bring out what goes wrong: each family is one reason for a softmax to be inexact."""

from __future__ import annotations

import numpy as np

from softmark.formats import Float64Array, Format
from softmark.inputs.registry import family

Generator = np.random.Generator


@family
def normal(
    rng: Generator, rows: int, n: int, fmt: Format, *, scale: float = 1.0, offset: float = 0.0
) -> Float64Array:
    """Normal logits of a scale, around an offset."""
    return rng.normal(offset, scale, (rows, n))


@family
def uniform(
    rng: Generator, rows: int, n: int, fmt: Format, *, low: float = 0.0, high: float = 1.0
) -> Float64Array:
    """Uniform logits between two limits."""
    return rng.uniform(low, high, (rows, n))


@family
def ties(
    rng: Generator,
    rows: int,
    n: int,
    fmt: Format,
    *,
    maxima: int = 0,
    level: float = 0.0,
    below: float = 1.0,
) -> Float64Array:
    """``maxima`` equal maxima at random places (0: all equal), the rest below by about a gap."""
    k = maxima or n
    with np.errstate(over="ignore"):
        values = np.maximum(level - below * rng.uniform(1, 2, (rows, n)), -fmt.max)
    places = np.argsort(rng.random((rows, n)), axis=1)[:, :k] if k < n else slice(None)
    values[np.arange(rows)[:, None] if k < n else slice(None), places] = level
    return values


@family
def every_tie(
    rng: Generator, rows: int, n: int, fmt: Format, *, level: float = 1.0, below: float = 3.0
) -> Float64Array:
    """One maximum in the first row, two in the next, and so on up to n, then again from one."""
    values = level - below * rng.uniform(1, 2, (rows, n))
    rank = np.argsort(rng.random((rows, n)), axis=1)
    maxima = 1 + np.arange(rows) % n
    return np.where(rank < maxima[:, None], level, values)


@family
def consecutive(
    rng: Generator, rows: int, n: int, fmt: Format, *, start: float = -1.0, step: int = 1
) -> Float64Array:
    """Neighbouring numbers of the format, rising from near ``start``, in a random order."""
    unit = 2.0 * fmt.unit_roundoff * 2.0 ** np.floor(np.log2(abs(start)))
    first = np.floor(rng.uniform(1.0, 1.5, (rows, 1)) * start / unit)
    return np.asarray(
        unit * (first + step * rng.permuted(np.tile(np.arange(n), (rows, 1)), axis=1))
    )


@family
def ties_at_limit(
    rng: Generator, rows: int, n: int, fmt: Format, *, maxima: int = 0, negative: bool = False
) -> Float64Array:
    """Ties at the largest finite number of the format, or at its negative."""
    level = -fmt.max if negative else fmt.max
    return ties(rng, rows, n, fmt, maxima=maxima, level=level, below=fmt.max / 8)


@family
def two_level(
    rng: Generator,
    rows: int,
    n: int,
    fmt: Format,
    *,
    gap: float = 1.0,
    maxima: int = 1,
    level: float = 0.0,
) -> Float64Array:
    """Equal maxima at random places, all others lower by the same gap."""
    lower = np.argsort(rng.random((rows, n)), axis=1) >= maxima
    return np.asarray(level - gap * lower, dtype=np.float64)


@family
def one_large(rng: Generator, rows: int, n: int, fmt: Format, *, gap: float = 12.0) -> Float64Array:
    """One large logit and very many tiny ones, which add up to something."""
    values = rng.normal(-gap, 0.5, (rows, n))
    values[np.arange(rows), rng.integers(0, n, rows)] = 0.0
    return values


@family
def wide(rng: Generator, rows: int, n: int, fmt: Format, *, spread: float = 0.0) -> Float64Array:
    """Logits spread evenly over a range (0: until results fall below the smallest numbers)."""
    deepest = -np.log(fmt.least_subnormal) * 1.02
    return rng.uniform(-(spread or float(deepest)), 0.0, (rows, n))


@family
def near_limit(
    rng: Generator, rows: int, n: int, fmt: Format, *, sign: str = "both"
) -> Float64Array:
    """Logits up to the largest finite number, of one sign or both, the number itself included."""
    size = fmt.max * rng.uniform(0.5, 1.0, (rows, n))
    signs = {"positive": np.ones(n), "negative": -np.ones(n), "both": rng.choice([-1.0, 1.0], n)}
    values = size * signs[sign]
    values[:, rng.integers(0, n)] = fmt.max * (-1.0 if sign == "negative" else 1.0)
    return np.asarray(values)


@family
def offset(
    rng: Generator, rows: int, n: int, fmt: Format, *, exponent: int = 10, scale: float = 1.0
) -> Float64Array:
    """Normal logits in units that the format still resolves, moved by a power of two (or -1 times).

    The offset is ``2**exponent``, negative for a negative exponent's absolute value; logits are
    multiples of the format's unit there, so the shift back is exact.
    """
    move = np.copysign(2.0 ** abs(exponent), exponent)
    unit = 2.0 ** (abs(exponent) - fmt.precision + 2)
    steps = np.rint(rng.normal(0.0, scale, (rows, n)) * max(1.0, 2.0 / unit))
    return np.asarray(move + unit * steps)


@family
def masked(
    rng: Generator,
    rows: int,
    n: int,
    fmt: Format,
    *,
    kept: float = 0.5,
    scale: float = 1.0,
    offset: float = 0.0,
) -> Float64Array:
    """Normal logits of which a part is masked by -∞; at least one is kept."""
    values = rng.normal(offset, scale, (rows, n))
    drop = rng.random((rows, n)) >= kept
    drop[np.arange(rows), rng.integers(0, n, rows)] = False
    return np.where(drop, -np.inf, values)


@family
def tiny(rng: Generator, rows: int, n: int, fmt: Format) -> Float64Array:
    """Logits at and below the least normal number, subnormal ones among them, of both signs."""
    return rng.normal(0.0, 2.0, (rows, n)) * fmt.least_normal


@family
def saturation(
    rng: Generator, rows: int, n: int, fmt: Format, *, gap: float = 20.0
) -> Float64Array:
    """A winner ahead of the others by a gap, where derivatives vanish."""
    values = -gap - np.abs(rng.normal(0.0, 0.25, (rows, n)))
    values[np.arange(rows), rng.integers(0, n, rows)] = 0.0
    return values


@family
def leads(rng: Generator, rows: int, n: int, fmt: Format, *, most: float = 40.0) -> Float64Array:
    """The first logit ahead of the others, in each row by a larger gap: from 1 in the first row."""
    gaps = np.linspace(1.0, most, rows)[:, None]
    values = -gaps - np.abs(rng.normal(0.0, 0.25, (rows, n)))
    values[:, 0] = 0.0
    return values


@family
def ascending(rng: Generator, rows: int, n: int, fmt: Format, *, step: float = 0.5) -> Float64Array:
    """Rising logits, for which a running maximum changes at every element."""
    return np.broadcast_to(step * np.arange(n), (rows, n)) + rng.uniform(0, step / 4, (rows, n))


@family
def padded(
    rng: Generator, rows: int, n: int, fmt: Format, *, front: int = 1, kept: int = 2
) -> Float64Array:
    """Normal logits between two runs of -∞; the lengths of the first run and of the kept part."""
    values = np.full((rows, n), -np.inf)
    values[:, front : front + kept] = rng.normal(0.0, 3.0, (rows, n))[:, front : front + kept]
    return values


@family
def beside_zero(
    rng: Generator, rows: int, n: int, fmt: Format, *, scale: float = 3.0
) -> Float64Array:
    """A normal logit first and zeros beside it; with n = 2 the two classes of a sigmoid."""
    values = np.zeros((rows, n))
    values[:, 0] = rng.normal(0.0, scale, rows)
    return values


@family
def beside_broken(
    rng: Generator, rows: int, n: int, fmt: Format, *, broken: str = "masked"
) -> Float64Array:
    """Normal logits; every second row is masked entirely, or holds one +∞ or one NaN."""
    values = rng.normal(0.0, 2.0, (rows, n))
    if broken == "masked":
        values[1::2] = -np.inf
    else:
        values[1::2, rng.integers(0, n)] = {"infinite": np.inf, "nan": np.nan}[broken]
    return values
