"""The smallest tolerances that no right evaluation breaks, for rows of a length and a size."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from softmark import operations
from softmark.answers.question import Question, scope_of
from softmark.answers.rows import Size
from softmark.formats import FORMATS, Float64Array
from softmark.operations import Problem

SLOPES: Final = 200
"""Relative tolerances that are tried, from 1/8 ulp to 1."""

MOST: Final = 0.9
"""The share of the elements whose bounds the pair should fit: a result of 0 fits none."""


class NoTolerance(ValueError):
    """The operation has an index for a result, or no sum of roundings bounds its error."""


@dataclass(frozen=True)
class Allowed:
    """Tolerances for ``abs(actual - exact) <= atol + rtol abs(exact)``, or in ulp.

    Attributes
    ----------
    atol, rtol:
        The pair that fits the elements' bounds most tightly.
    ulp:
        The largest bound in ulp.
    looseness:
        How many times its bound the pair admits at most, of nine elements in ten.
    mean, median:
        Of the sizes of exact results.
    """

    atol: float
    rtol: float
    ulp: float
    looseness: float
    mean: float
    median: float


def question(size: Size, problem: Problem, accumulate: str | None, strict: bool) -> Question:
    """What is asked of rows of a size."""
    wide = None if accumulate is None else FORMATS[accumulate]
    return Question(problem, scope_of(size.operation, size.format), wide, strict=strict)


def allowed(size: Size, accumulate: str | None = None, strict: bool = False) -> Allowed:
    """The tolerances of an operation at a size.

    Raises
    ------
    NoTolerance
        There is none.
    """
    if operations.load(size.operation).is_index:
        raise NoTolerance(f"{size.operation} is right or wrong; compare its indices for equality")
    return fitted(
        question(size, problem, accumulate, strict) for problem in (size.ordinary(), size.extreme())
    )


def fitted(asked: Iterable[Question]) -> Allowed:
    """The tolerances that fit the results of some questions; sizes are those of the first."""
    found = [part for each in asked for part in _bounds(each)]
    exact, bound, unit = (np.concatenate(each) for each in zip(*found, strict=True))
    rtol, atol, loose = _tightest(np.abs(exact), bound)
    ulp = _up(float((bound / unit).max()))
    ordinary = np.abs(found[0][0])
    return Allowed(atol, rtol, ulp, loose, float(ordinary.mean()), float(np.median(ordinary)))


def _bounds(asked: Question) -> Iterator[tuple[Float64Array, Float64Array, Float64Array]]:
    for _, part in asked.blocks():
        exact, truth = part.truth.exact.value.ravel(), part.truth
        finite = np.isfinite(exact)
        yield exact[finite], truth.allowed.ravel()[finite], truth.unit.ravel()[finite]


def _tightest(size: Float64Array, bound: Float64Array) -> tuple[float, float, float]:
    """The relative and the absolute tolerance that admit each bound, and little more."""
    some = bound > 0
    size, bound = size[some], bound[some]
    counts = size > 0 if size.any() else some[some]  # a result of 0 is met by any such pair
    tried = []
    for slope in np.geomspace(2.0**-56, 1.0, SLOPES):
        rest = max(float((bound - slope * size).max()), 0.0)
        with np.errstate(over="ignore"):  # of a bound next to nothing, as of a result of 0
            more = float(np.quantile(((rest + slope * size) / bound)[counts], MOST))
        tried.append((more, float(slope), rest))
    loose, rtol, atol = min(tried)
    return _up(rtol), _up(atol), loose


def _up(value: float) -> float:
    """Rounded up to two digits, as people write a tolerance."""
    if value <= 0:
        return 0.0
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return float(f"{math.ceil(value / step * (1 - 1e-9)) * step:.1e}") if step else value
