"""How accurate the logarithm of a sure winner's probability is, which a rounded sum of 1 loses.

The absolute bound of a logarithm says nothing there: ``log(1 + 4e-18)`` is 0 in every format,
within the bound, and 100 % wrong.  ``log1p`` of the sum over the others has it right.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final

import numpy as np

from softmark.formats import Float64Array
from softmark.judging.grades import LETTERS, Limits, grade_each
from softmark.judging.outputs import Judged
from softmark.judging.scope import TEN, Measurement, Scope, row_of, said
from softmark.operations import Kind
from softmark.records import Case, Grade, Json, Verdict

METRIC: Final = "error at the winner"
HALF: Final = 50.0
"""Of the value, in percent."""

SHOWN: Final = 9
"""Gaps at which the error is in the record."""

_VERDICT: Final[dict[Grade, Verdict]] = {"A": "pass", "B": "pass", "C": "weak", "F": "weak"}


def lead_cases(scope: Scope) -> Iterator[Case]:
    """Rows of which the winner is ahead by 1 and more, up to where its logarithm is subnormal."""
    if not scope.operation.is_logarithm:
        return
    check: dict[str, Json] = {"mode": "winner"}
    if scope.operation.takes_labels:
        check |= {"labels": "one-hot" if scope.has_probabilities else "index", "label": 0}
    most = math.floor(-math.log(scope.format.least_normal))
    yield scope.case("leads", *TEN, check=check, most=float(most))


def is_lead(case: Case) -> bool:
    return said(case).get("mode") == "winner"


def at_the_winner(judged: Judged) -> Iterator[Measurement]:
    """The relative error of each row's winner, the worst of all, against what log1p may lose."""
    scope, problem, exact = judged.scope, judged.problem, judged.truth.exact.value
    won = np.ones(exact.shape, dtype=np.bool_)
    if scope.operation.kind is Kind.ELEMENTWISE:
        won = problem.x == problem.x.max(axis=problem.axis, keepdims=True)
    signed, unit, exact = judged.signed[won], judged.truth.unit[won], exact[won]
    if not np.isfinite(signed).all():  # the error itself says so
        return
    bound, row = scope.operation.winner_bound, row_of(problem)
    assert bound is not None
    limits = Limits.of(lambda model: bound(row, model), exact, problem.n, scope.format)
    each, size = grade_each(signed, limits), np.abs(signed)
    at = int(np.argmax(np.where(each == each.max(), size * unit / np.abs(exact), -1.0)))
    letter = LETTERS[each[at]]
    to_percent = 100 * unit / np.abs(exact)
    relative = size * to_percent
    gaps = row.gap.reshape(-1)
    yield Measurement(
        METRIC,
        float(relative[at]),
        "%",
        _VERDICT[letter],
        bound_source="log1p of the sum over the others, derived in operations/log_softmax.py",
        grade=min(letter, "C"),
        good_bound=float(max(limits.good[at], 1.0) * to_percent[at]),
        message=_lost(gaps[each == 3], relative[each == 3]) if letter == "F" else "",
        witness=_witness(judged, won, at),
        distribution=_by_gap(gaps, relative),
    )


def _lost(gaps: Float64Array, relative: Float64Array) -> str:
    """From where on the result is off by more than log1p loses, and by half, of those that are."""
    text = (
        f"no log1p accuracy from a gap of {gaps.min():.3g} on: up to {relative.max():.3g} % wrong"
    )
    half = relative >= HALF
    return f"{text}, half or more from {gaps[half].min():.3g} on" if half.any() else text


def _by_gap(gaps: Float64Array, relative: Float64Array) -> dict[str, Json]:
    at = np.linspace(0, gaps.size - 1, SHOWN).astype(int)
    return {
        "gap": [float(gap) for gap in gaps[at]],
        "relative, %": [float(error) for error in relative[at]],
        "share half wrong": float((relative >= HALF).mean()),
    }


def _witness(judged: Judged, won: np.ndarray, at: int) -> dict[str, Json]:
    """The winner of the worst row."""
    place = tuple(int(i) for i in np.argwhere(won)[at])
    return judged.witness(place)
