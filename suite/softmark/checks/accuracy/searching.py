"""A search for the worst row: mutated where the error comes closest to its bound, then simplified.

Seeded rows find what is wrong often; a corner that a few logits reach must be looked for.  All
is drawn from the case, so the same seed finds the same row.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from softmark.formats import Float64Array, round_to, ulp
from softmark.inputs.registry import generator
from softmark.judging.outputs import Judged, forward_truth
from softmark.judging.scope import Measurement, Scope
from softmark.operations import Problem
from softmark.records import Case
from softmark.subjects import Subject

METRIC: Final = "worst found"
SIMPLIFICATIONS: Final = 12
"""Batches that simplify the row, at most."""

Mutation = Callable[[np.random.Generator, Float64Array, Float64Array], Float64Array]


@dataclass(frozen=True)
class Batch:
    """Rows, and how each of them was judged."""

    judged: Judged

    @property
    def rows(self) -> Float64Array:
        return self.judged.problem.x

    @cached_property
    def each(self) -> tuple[Float64Array, Float64Array]:
        """The largest error of each row, relative to its bound and in ulp; infinite for a NaN."""
        signed = self.judged.signed
        size = np.where(np.isnan(signed), np.inf, np.abs(signed)).reshape(len(self.rows), -1)
        bound = np.maximum(self.judged.truth.limits.legal, 1.0).reshape(size.shape)
        relative = size / bound
        at = np.argmax(relative, axis=1)[:, None]
        relative, size = (np.take_along_axis(v, at, axis=1)[:, 0] for v in (relative, size))
        return relative, size

    def measurement(self, row: int) -> Measurement:
        """That of one row, as if it were alone."""
        among = np.zeros(self.judged.values.shape, dtype=np.bool_)
        among[row] = True
        found = self.judged.error(among)
        index = found.witness["index"]
        assert isinstance(index, list)
        return replace(found, witness={**found.witness, "index": [0, *index[1:]]})


def worst_found(subject: Subject, case: Case, scope: Scope, rounds: int) -> Measurement:
    """The row of the largest error relative to its bound, of those that ``rounds`` batches try."""
    rng = generator(case, "search")
    start = scope.problem(case)
    largest = scope.format.max / 4 / max(1.0, abs(case.beta))

    def judge(rows: Float64Array) -> Batch:
        held = round_to(np.clip(rows, -largest, largest), scope.format)
        problem = Problem(held, -1, case.beta, _beside(held, scope))
        values = scope.forward(subject, problem).values
        return Batch(Judged(METRIC, values, forward_truth(problem, scope), problem, scope))

    best = batch = judge(start.x)
    kept, badness = batch.rows, batch.each[0]
    for _ in range(rounds):
        batch = judge(_mutated(rng, kept, start.x, scope))
        best = max(best, batch, key=lambda b: float(b.each[0].max()))
        pool = np.concatenate([kept, batch.rows])
        every = np.concatenate([badness, batch.each[0]])
        order = np.argsort(-every, kind="stable")[: len(start.x) // 2]
        kept, badness = pool[order], every[order]
    return _simplified(judge, best, scope)


def _beside(held: Float64Array, scope: Scope) -> Float64Array | None:
    """What goes beside the logits: sinks of 0, or other logits that are all equal."""
    if scope.operation.takes_sink:
        return np.zeros((len(held), 1))
    return np.zeros(held.shape) if scope.operation.takes_other else None


def _mutated(
    rng: np.random.Generator, kept: Float64Array, start: Float64Array, scope: Scope
) -> Float64Array:
    """As many rows as at the start: each made of one that was kept, or of one of the start."""
    parents = np.concatenate([kept, start[rng.permutation(len(start))[: len(start) // 4]]])
    rows = parents[rng.integers(0, len(parents), len(start))]
    others = parents[rng.integers(0, len(parents), len(start))]
    for i, row in enumerate(rows):
        mutation = MUTATIONS[rng.integers(len(MUTATIONS))]
        unit = ulp(row, scope.format)
        with np.errstate(over="ignore", invalid="ignore"):
            rows[i] = mutation(rng, row, unit if mutation is _nudged else others[i])
    return rows


def _some(rng: np.random.Generator, row: Float64Array) -> Float64Array:
    return np.asarray(rng.random(row.size) < rng.choice([0.2, 0.5, 1.0]))


def _replaced(rng: np.random.Generator, row: Float64Array, _: Float64Array) -> Float64Array:
    width = 2.0 ** rng.uniform(0, 7)
    return np.where(_some(rng, row), row.max() - rng.uniform(0, width, row.size), row)


def _nudged(rng: np.random.Generator, row: Float64Array, unit: Float64Array) -> Float64Array:
    return np.where(_some(rng, row), row + unit * rng.integers(-8, 9, row.size), row)


def _rescaled(rng: np.random.Generator, row: Float64Array, _: Float64Array) -> Float64Array:
    return np.asarray(row * 2.0 ** rng.uniform(-3, 3))


def _shifted(rng: np.random.Generator, row: Float64Array, _: Float64Array) -> Float64Array:
    return np.asarray(row + rng.normal(0.0, 2.0 ** rng.uniform(-3, 7)))


def _tied(rng: np.random.Generator, row: Float64Array, _: Float64Array) -> Float64Array:
    return np.where(_some(rng, row), row[rng.integers(row.size)], row)


def _crossed(rng: np.random.Generator, row: Float64Array, other: Float64Array) -> Float64Array:
    return np.where(_some(rng, row), other, row)


def _negated(rng: np.random.Generator, row: Float64Array, _: Float64Array) -> Float64Array:
    return np.where(_some(rng, row), -row, row)


def _spread(rng: np.random.Generator, row: Float64Array, _: Float64Array) -> Float64Array:
    return np.asarray(row.max() - (row.max() - row) * 2.0 ** rng.uniform(-2, 4))


MUTATIONS: Final[tuple[Mutation, ...]] = (
    _replaced,  # twice, since what nothing leads to is found by new logits alone
    _replaced,
    _nudged,
    _rescaled,
    _shifted,
    _tied,
    _crossed,
    _negated,
    _spread,
)


def _simplified(judge: Callable[[Float64Array], Batch], found: Batch, scope: Scope) -> Measurement:
    """The row with as few significant bits as keep it as bad; for a failure, failing by half."""
    at = int(np.argmax(found.each[0]))
    row, (relative, size) = found.rows[at], (float(v[at]) for v in found.each)
    measured = found.measurement(at)
    if measured.grade == "F":
        relative, size = np.nextafter(1.0, 2.0), size / 2
    for _ in range(SIMPLIFICATIONS):
        simpler = _simpler(row, len(found.rows))
        if not len(simpler):
            break
        filled = np.concatenate([simpler, np.tile(row, (len(found.rows) - len(simpler), 1))])
        batch = judge(filled)
        good = (batch.each[0] >= relative) & (batch.each[1] >= size)
        good &= _cost(batch.rows) < _cost(row[None])
        if not good.any():
            break
        at = int(np.argmin(np.where(good, _cost(batch.rows), np.inf)))
        row, measured = batch.rows[at], batch.measurement(at)
    return measured


def _simpler(row: Float64Array, limit: int) -> Float64Array:
    """Rows with a logit dropped or rounded, or all of them."""
    found = []
    for bits in (0, 1, 3, 6, 10):
        rounded = _to_bits(row, bits)
        found += [rounded, *np.where(np.eye(row.size, dtype=np.bool_), rounded, row)]
    different = [r for r in found if not np.array_equal(r, row)]
    return np.array(different[:limit])


def _to_bits(row: Float64Array, bits: int) -> Float64Array:
    """The nearest numbers with this number of significant bits; zeros of none."""
    if bits == 0:
        return np.zeros_like(row)
    fraction, exponent = np.frexp(row)
    return np.ldexp(np.rint(fraction * 2.0**bits) / 2.0**bits, exponent)


def _cost(rows: Float64Array) -> Float64Array:
    """The length of the rows as hex floats."""
    return np.array([sum(len(float(v).hex().rstrip("0")) for v in row) for row in rows], float)
