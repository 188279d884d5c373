from __future__ import annotations

import numpy as np
import pytest

from softmark import inputs, operations
from softmark.formats import BFLOAT16, FLOAT32, FORMATS, Format, round_to, ulp
from softmark.judging.grades import Limits, grade_each
from softmark.judging.scope import row_of
from softmark.operations import Problem, Value
from softmark.operations.bounds import Model, good, legal
from softmark.records import Case

WIDE = [f for f in FORMATS.values() if f.bits >= 16]
GRADED = [n for n in operations.names() if n not in ("argmax", "hardmax")]
FAMILIES = [
    *("normal", "ties", "one_large", "near_limit", "offset", "saturation", "tiny", "masked"),
]


def problem(operation: str, family: str, fmt: Format, n: int = 10, beta: float = 1.0) -> Problem:
    case = Case(family, (6, n))
    x, of = inputs.logits(case, fmt), operations.load(operation)
    labels = inputs.class_indices(case) if of.takes_labels else None
    if of.takes_sink:
        labels = inputs.sinks_of(case, "usual", x, fmt)
    if of.takes_other:
        make = inputs.targets_of if of.takes_target else inputs.others_of
        labels = make(case, "usual", x, fmt)
    return Problem(x, -1, of.usual_number if of.has_cap else beta, labels)


def value_of(name: str) -> Value:
    value = operations.load(name).value
    assert value is not None
    return value


@pytest.mark.parametrize("fmt", WIDE, ids=lambda f: f.name)
@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("name", GRADED)
def test_bounds_are_numbers_and_never_stricter_for_grade_c(
    name: str, family: str, fmt: Format
) -> None:
    asked = problem(name, family, fmt)
    value = value_of(name)
    exact = value.reference(asked)
    limits = Limits.of(lambda m: value.error_bound(row_of(asked), m), exact.value, 10, fmt)

    assert limits.good.shape == exact.value.shape
    assert not np.isnan(limits.good).any()
    assert (limits.good > 0).all()
    assert (limits.legal >= limits.good).all()


@pytest.mark.parametrize("fmt", WIDE, ids=lambda f: f.name)
@pytest.mark.parametrize("name", GRADED)
def test_the_correctly_rounded_result_is_grade_a(name: str, fmt: Format) -> None:
    for family in FAMILIES:
        asked = problem(name, family, fmt)
        exact = value_of(name).reference(asked)
        error = exact.error(exact.rounded(fmt), fmt)

        assert np.abs(error.ulp[~np.isnan(error.ulp)]).max(initial=0) <= 0.5
        assert not error.nan.any()
        assert not error.infinite.any()


@pytest.mark.parametrize("n", [2, 10, 1000])
def test_the_bound_of_softmax_is_the_one_in_its_docstring(n: int) -> None:
    """Grade B: (ceil(log2 n) + 6 + 2 |x_i - x_max|) u; grade C with n in place of the logarithm."""
    asked = problem("softmax", "normal", FLOAT32, n)
    row, u = row_of(asked), FLOAT32.unit_roundoff
    distance = asked.x.max(axis=-1, keepdims=True) - asked.x

    for model, depth in ((good(n, FLOAT32), np.ceil(np.log2(n))), (legal(n, FLOAT32), n)):
        relative = value_of("softmax").error_bound(row, model) / row.weight
        assert np.allclose(relative, (depth + 6 + 2 * distance) * u, rtol=1e-5)


@pytest.mark.parametrize("name", ["softmax", "softargmax"])
def test_only_grade_c_pays_for_an_offset_rounded_with_beta(name: str) -> None:
    """The error bound from the exponents: as large as the offset if it is rounded with them."""

    def allowed(offset: float, model: Model) -> float:
        x = np.array([[0.0, 1.0, 3.0]]) + offset
        row = row_of(Problem(x, beta=3.0))
        return float(value_of(name).error_bound(row, model).max())

    strict, loose = good(3, BFLOAT16), legal(3, BFLOAT16)
    assert allowed(64.0, strict) == pytest.approx(allowed(1.0, strict))
    assert allowed(64.0, loose) > 1.25 * allowed(1.0, loose)


def test_grades_at_their_edges() -> None:
    limits = Limits(*(np.array([b] * 6) for b in (5.0, 50.0)), lambda: np.array([50.0] * 6))
    error = np.array([1.0, -1.01, 5.0, -50.0, 50.1, np.nan])

    assert grade_each(error, limits).tolist() == [0, 1, 1, 2, 3, 3]
    one = np.array([1.0])
    assert grade_each(np.array([np.inf]), Limits(one, one, lambda: one)) == [3]


@pytest.mark.parametrize("fmt", [f for f in WIDE if f.bits == 16], ids=lambda f: f.name)
def test_sixteen_bits_computed_in_float32_are_grade_b_and_in_16_bits_are_not(fmt: Format) -> None:
    asked = problem("softmax", "normal", fmt, 1000)
    value = value_of("softmax")
    exact = value.reference(asked)
    limits = Limits.of(lambda m: value.error_bound(row_of(asked), m), exact.value, 1000, fmt)
    d = asked.x - asked.x.max(axis=-1, keepdims=True)
    e = np.exp(d)
    in_float32 = round_to((e / e.sum(axis=-1, keepdims=True)).astype(np.float32), fmt)
    e = round_to(np.exp(round_to(d, fmt)), fmt)
    stepwise = round_to(e / round_to(e.sum(axis=-1, keepdims=True), fmt), fmt)

    assert grade_each(exact.error(in_float32, fmt).ulp, limits).max() <= 1
    assert grade_each(exact.error(stepwise, fmt).ulp, limits).max() <= 2
    assert np.abs(exact.error(stepwise, fmt).ulp).max() > 1


@pytest.mark.parametrize("name", GRADED)
def test_the_exact_result_is_in_its_range(name: str) -> None:
    operation = operations.load(name)
    for family in ("normal", "ties", "saturation"):
        asked = problem(name, family, FLOAT32)
        low, high = operation.range(row_of(asked))
        value = value_of(name).reference(asked).value
        slack = ulp(value, FLOAT32)

        assert (value >= low - slack).all()
        assert (value <= high + slack).all()


def test_shapes_of_results_are_those_of_their_kind() -> None:
    for name in GRADED:
        asked = problem(name, "normal", FLOAT32)
        shape = value_of(name).reference(asked).shape
        assert shape == operations.load(name).output_shape(asked.x.shape, -1)


def test_an_unknown_operation_names_the_known_ones() -> None:
    with pytest.raises(ValueError, match="unknown operation 'softmix'; the operations are argmax"):
        operations.load("softmix")
