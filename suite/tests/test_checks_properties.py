"""What must hold of grades and bounds for any row, looked for by hypothesis and shrunk by it."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from certified import info_of
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from softmark import operations
from softmark.checks import Scope
from softmark.formats import FORMATS, Float64Array, round_to
from softmark.judging.grades import LETTERS
from softmark.judging.outputs import Judged, forward_truth
from softmark.operations import Problem

OPERATIONS = [n for n in operations.names() if not operations.load(n).is_index]
RANKED = ("softmax", "log_softmax", "logsumexp", "sink_softmax")
steady = settings(max_examples=examples(25), deadline=None, derandomize=True, database=None)
NAMES = st.sampled_from(["float64", "float32", "float16", "bfloat16"])


@st.composite
def rows(draw: Any, fmt: str, *, huge: bool = True, masks: bool = True) -> Float64Array:
    """One row of up to 8 logits of the format: ordinary, tied, subnormal, masked, or huge."""
    largest = FORMATS[fmt].max / 8
    kinds = [st.floats(-30.0, 30.0), st.sampled_from([0.0, -0.0, 1.0, -1.0])]
    kinds += [st.sampled_from([FORMATS[fmt].least_subnormal, -FORMATS[fmt].least_normal])]
    kinds += [st.floats(-largest, largest)] if huge else []
    row = draw(st.lists(st.one_of(kinds), min_size=1, max_size=8))
    row += draw(st.lists(st.sampled_from(row), max_size=2))  # ties
    row += [-math.inf] * draw(st.integers(0, 2 if masks else 0))
    return round_to(np.array([row]), FORMATS[fmt])


def scope_of(operation: str, fmt: str) -> Scope:
    return Scope(info_of(operation), operations.load(operation), FORMATS[fmt])


def problem_of(operation: str, x: Float64Array) -> Problem:
    of = operations.load(operation)
    labels = np.array([int(np.argmax(x))]) if of.takes_labels else None
    if of.takes_other:
        return Problem(x, labels=np.where(np.isneginf(x) & (not of.takes_target), x, 0.5))
    return Problem(x, labels=np.array([[0.5]]) if of.takes_sink else labels)


def masks(operation: str) -> bool:
    """What multiplies logits leaves -∞ times 0 open."""
    return not operations.load(operation).multiplies_logits


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data(), fmt=NAMES)
@steady
def test_the_correctly_rounded_result_is_graded_a(operation: str, data: Any, fmt: str) -> None:
    problem = problem_of(operation, data.draw(rows(fmt, masks=masks(operation))))
    scope = scope_of(operation, fmt)
    truth = forward_truth(problem, scope)

    found = Judged("error", truth.exact.rounded(scope.format), truth, problem, scope).error()

    assert found.grade == "A"


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data(), fmt=NAMES)
@steady
def test_each_grade_allows_what_the_better_one_does(operation: str, data: Any, fmt: str) -> None:
    problem = problem_of(operation, data.draw(rows(fmt, masks=masks(operation))))

    limits = forward_truth(problem, scope_of(operation, fmt)).limits

    assert (limits.good <= limits.legal).all()
    assert (limits.legal <= limits.flushing).all()


@pytest.mark.parametrize("operation", OPERATIONS)
@given(data=st.data(), fmt=NAMES)
@steady
def test_a_larger_error_has_no_better_grade(operation: str, data: Any, fmt: str) -> None:
    x = data.draw(rows(fmt, huge=False, masks=False))
    problem, scope = problem_of(operation, x), scope_of(operation, fmt)
    truth = forward_truth(problem, scope)
    sizes = sorted(data.draw(st.lists(st.integers(0, 10**6), min_size=2, max_size=6)))
    due = truth.exact.rounded(scope.format)
    wrong = (round_to(due + size * truth.unit, scope.format) for size in sizes)

    grades = [Judged("error", y, truth, problem, scope).error().grade for y in wrong]

    places = [LETTERS.index(grade) for grade in grades if grade is not None]
    assert places == sorted(places)


@pytest.mark.parametrize("operation", RANKED)
@given(data=st.data(), fmt=NAMES)
@steady
def test_another_order_moves_the_bounds_along(operation: str, data: Any, fmt: str) -> None:
    x, scope = data.draw(rows(fmt)), scope_of(operation, fmt)
    order = np.array(data.draw(st.permutations(range(x.shape[-1]))))

    one = forward_truth(problem_of(operation, x), scope).limits.legal
    other = forward_truth(problem_of(operation, x[:, order]), scope).limits.legal

    moved = one[:, order] if one.ndim == 2 else one
    np.testing.assert_allclose(other, moved, rtol=1e-9)


@pytest.mark.parametrize("operation", ["softmax", "log_softmax"])
@given(data=st.data(), fmt=NAMES, amount=st.sampled_from([-32.0, -1.0, 4.0, 64.0]))
@steady
def test_an_exact_shift_leaves_grade_b_alone(
    operation: str, data: Any, fmt: str, amount: float
) -> None:
    whole = data.draw(st.lists(st.integers(-20, 20), min_size=1, max_size=8))
    x, scope = np.array([whole], dtype=float), scope_of(operation, fmt)

    one = forward_truth(problem_of(operation, x), scope).limits.good
    other = forward_truth(problem_of(operation, x + amount), scope).limits.good

    np.testing.assert_allclose(other, one, rtol=1e-9)


@pytest.mark.parametrize("fmt", ["float64", "float32"])
@given(data=st.data())
@steady
def test_the_shifted_formula_never_fails(fmt: str, data: Any) -> None:
    x, scope = data.draw(rows(fmt)), scope_of("softmax", fmt)
    given_x = x.astype(fmt)
    e = np.exp(given_x - given_x.max(axis=-1, keepdims=True))
    values = (e / e.sum(axis=-1, keepdims=True)).astype(np.float64)
    problem = Problem(x)

    found = Judged("error", values, forward_truth(problem, scope), problem, scope).error()

    assert found.grade != "F"
