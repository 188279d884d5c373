"""Two hundred rows of an operation in a format, with the correctly rounded results."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark import operations
from softmark.answers.allowed import Allowed, fitted, question
from softmark.answers.rows import Size
from softmark.formats import Float64Array, Format, round_to
from softmark.operations import Problem
from softmark.oracle import argmax, hardmax

LENGTHS: Final = (1, 2, 3, 7, 10, 16, 33, 64, 100, 257)
EACH: Final = 20
"""Rows of each length."""


class NotExported(ValueError):
    """A form has no such operation or format."""


@dataclass(frozen=True)
class Block:
    """Rows of one length.

    Attributes
    ----------
    problem:
        The logits, and the labels where the operation has some.
    expected:
        The exact results, rounded once.
    """

    problem: Problem
    expected: Float64Array

    @property
    def x(self) -> Float64Array:
        return self.problem.x

    @property
    def labels(self) -> NDArray[np.int64] | None:
        return self.problem.labels


@dataclass(frozen=True)
class Golden:
    """The rows of an operation in a format."""

    operation: str
    format: Format
    seed: int = 0

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """The rows, as many for each length."""
        problems = [self._problem(n) for n in LENGTHS]
        return tuple(Block(problem, self._expected(problem)) for problem in problems)

    @cached_property
    def allowed(self) -> Allowed:
        """The tolerances that no right evaluation of these rows breaks."""
        size = Size(self.operation, self.format, 1, 1.0)
        return fitted(question(size, block.problem, None, False) for block in self.blocks[::-1])

    def __post_init__(self) -> None:
        operand = operations.load(self.operation).operand
        if operand not in ("", "labels"):
            raise NotExported(
                f"no form has the {operand} of {self.operation}; export what has none"
            )

    def __iter__(self) -> Iterator[Block]:
        return iter(self.blocks)

    def _problem(self, n: int) -> Problem:
        rng = np.random.default_rng([self.seed, n])
        held = np.clip(round_to(_rows(rng, n), self.format), -self.format.max, self.format.max)
        problem = Problem(held)
        if operations.load(self.operation).takes_labels:
            return replace(problem, labels=rng.integers(0, n, EACH))
        return problem

    def _expected(self, problem: Problem) -> Float64Array:
        value = operations.load(self.operation).value
        if value is not None:
            return value.reference(problem).rounded(self.format)
        by_index = {"argmax": argmax, "hardmax": hardmax}[self.operation]
        return np.asarray(by_index(problem.x), dtype=np.float64)


def _rows(rng: np.random.Generator, n: int) -> Float64Array:
    """Ordinary rows, wide ones, ties, an offset, all equal, and one ahead.

    None is so wide that results in float32 are subnormal, which is a policy, or 0.
    """
    tied = rng.integers(-2, 3, (3, n)).astype(np.float64)
    ahead = rng.normal(size=(1, n))
    ahead[0, rng.integers(n)] = 30.0
    return np.concatenate(
        [
            rng.normal(size=(7, n)),
            rng.uniform(-10, 10, (4, n)),
            rng.uniform(-40, 40, (2, n)),
            tied,
            rng.normal(size=(2, n)) + 100.0,
            np.full((1, n), rng.normal()),
            ahead,
        ]
    )
