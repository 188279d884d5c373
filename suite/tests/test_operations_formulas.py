"""The bounds of the published formulas: no evaluation is beyond its own, none is far from any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from softmark import operations
from softmark.formats import FLOAT16, FLOAT32, Float64Array, Format, round_to
from softmark.judging.grades import Limits
from softmark.judging.scope import row_of
from softmark.operations import Problem
from softmark.operations.bounds import legal
from softmark.operations.formulas import DIVISION_FREE, REPEATED, Formula

Array = NDArray[Any]
Evaluation = Callable[[Array], Array]


def _wide(x: Array) -> type[np.floating[Any]]:
    """Sums are never below float32."""
    return np.float32 if x.dtype == np.float16 else x.dtype.type


def logsumexp(x: Array) -> Array:
    top = x.max(axis=-1, keepdims=True)
    total = np.exp(x - top).sum(axis=-1, keepdims=True, dtype=_wide(x))
    return np.asarray(top + np.log(total).astype(x.dtype))


def from_the_left(x: Array) -> Array:
    return np.logaddexp.reduce(x.astype(_wide(x)), axis=-1, keepdims=True)


def in_a_tree(x: Array) -> Array:
    level = x.astype(_wide(x))
    while (n := level.shape[-1]) > 1:
        pairs = np.logaddexp(level[..., 0 : n - n % 2 : 2], level[..., 1::2])
        level = np.concatenate([pairs, level[..., n - n % 2 :]], axis=-1)
    return level


def in_base_two(x: Array) -> tuple[Array, Array]:
    """Exponents and their sum; every logit is scaled before the shift."""
    scaled = x * x.dtype.type(np.log2(np.e))
    d = scaled - scaled.max(axis=-1, keepdims=True)
    return d, np.exp2(d).sum(axis=-1, keepdims=True, dtype=_wide(x)).astype(x.dtype)


def softmax_in_base_two(x: Array) -> Array:
    d, total = in_base_two(x)
    return np.asarray(np.exp2(d) / total)


def log_softmax_in_base_two(x: Array) -> Array:
    d, total = in_base_two(x)
    return np.asarray((d - np.log2(total)) * x.dtype.type(np.log(2)))


def division_free(x: Array) -> Array:
    return np.asarray(np.exp(x - logsumexp(x)))


def merged(x: Array) -> Array:
    """Pairs (o, lse) of blocks of four, as of a decoder that splits a row."""
    x = x.astype(_wide(x))
    blocks = np.split(x, range(4, x.shape[-1], 4), axis=-1)

    def merge(a: tuple[Array, Array], b: tuple[Array, Array]) -> tuple[Array, Array]:
        lse = np.logaddexp(a[1], b[1])
        parts = [o * np.exp(own - lse) for o, own in (a, b)]
        return np.concatenate(parts, axis=-1), lse

    return reduce(merge, [(division_free(block), logsumexp(block)) for block in blocks])[0]


def minus(lse: Evaluation) -> Evaluation:
    return lambda x: np.asarray(x.astype(_wide(x)) - lse(x)).astype(x.dtype)


def reduced(lse: Evaluation) -> Evaluation:
    return lambda x: lse(x)[..., 0]


def weighted(a: Callable[[Array], Array]) -> Evaluation:
    """The mean of ``a`` under weights that nothing normalises."""
    return lambda x: (division_free(x) * a(x)).sum(axis=-1, dtype=_wide(x))


def mean_logit(x: Array) -> Array:
    """The mean of the logits under the shifted formula's weights."""
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray((e / e.sum(axis=-1, keepdims=True) * x).sum(axis=-1))


def beside_zero(evaluate: Evaluation) -> Evaluation:
    """With a sink of 0: of rows that are longer by one logit."""
    return lambda x: evaluate(np.concatenate([x, 0 * x[..., :1]], axis=-1))[..., :-1]


def less_softplus(x: Array) -> Array:
    softplus = np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))
    return np.asarray(np.exp(x - softplus))


def capped(evaluate: Evaluation) -> Evaluation:
    """With a cap of 30."""
    return lambda x: evaluate(30 * np.tanh(x / x.dtype.type(30)))


EVALUATIONS: dict[tuple[str, str], tuple[Evaluation, int]] = {
    ("softmax", "division-free"): (division_free, 0),
    ("softmax", "base two"): (softmax_in_base_two, 1),
    ("softmax", "merged"): (merged, 2),
    ("softmax", "repeated logaddexp"): (lambda x: np.exp(minus(from_the_left)(x)), 2),
    ("log_softmax", "stored"): (minus(logsumexp), 0),
    ("log_softmax", "base two"): (log_softmax_in_base_two, 1),
    ("log_softmax", "repeated"): (minus(from_the_left), 2),
    ("logsumexp", "from the left"): (reduced(from_the_left), 1),
    ("logsumexp", "in a tree"): (reduced(in_a_tree), 1),
    ("softargmax", "division-free"): (weighted(lambda x: np.arange(x.shape[-1])), 0),
    ("smooth_max", "division-free"): (weighted(lambda x: x), 0),
    ("entropy", "less the mean"): (lambda x: reduced(logsumexp)(x) - mean_logit(x), 0),
    ("sigmoid", "less softplus"): (less_softplus, 0),
    ("sink_softmax", "division-free"): (beside_zero(division_free), 0),
    ("sink_softmax", "base two"): (beside_zero(softmax_in_base_two), 1),
    ("sink_softmax", "merged"): (beside_zero(merged), 2),
    ("softcap_softmax", "division-free"): (capped(division_free), 0),
    ("softcap_softmax", "base two"): (capped(softmax_in_base_two), 1),
    ("softcap_softmax", "merged"): (capped(merged), 2),
}
"""How each is evaluated, and the place of its formula among those of the operation."""


def rows(seed: int, n: int, offset: float, spread: float, fmt: Format) -> Float64Array:
    x = np.random.default_rng(seed).normal(offset, spread, (4, n))
    return round_to(np.clip(x, -0.9 * fmt.max, 0.9 * fmt.max), fmt)


def problem_of(operation: str, x: Float64Array) -> Problem:
    """Rows with a sink of 0, or with other logits that are all 0, where there are such."""
    of = operations.load(operation)
    size = {"sink": (len(x), 1), "other": x.shape}.get(of.operand)
    labels = None if size is None else np.zeros(size)
    return Problem(x, beta=of.usual_number, labels=labels)


def shares(
    operation: str, formula: Formula, evaluate: Evaluation, x: Float64Array, fmt: Format
) -> Float64Array:
    """The errors in units of what the formula allows, the format's last rounding included.

    A bound of half the value says nothing, and no grade admits it.
    """
    value = operations.load(operation).value
    assert value is not None
    problem = problem_of(operation, x)
    exact = value.reference(problem).value
    with np.errstate(all="ignore"):
        came = np.asarray(evaluate(x.astype(fmt.name)), dtype=np.float64)
    summands = operations.load(operation).summands(x.shape[-1])
    row, model = row_of(problem), formula.model(summands, fmt)
    bound = value.error_bound(row, model)
    says = bound < np.maximum(np.abs(exact), 1.0) / 2
    lost = np.broadcast_to(row.unnormalised(model) >= 0.5, x.shape)
    says &= ~(lost if exact.ndim == x.ndim else lost[..., 0])
    return np.where(says, np.abs(came - exact) / (bound + fmt.unit_roundoff * np.abs(exact)), 0.0)


def of(operation: str, way: str) -> tuple[Formula, Evaluation]:
    evaluate, place = EVALUATIONS[operation, way]
    formulas = operations.load(operation).formulas
    return formulas[min(place, len(formulas) - 1)], evaluate


@pytest.mark.parametrize("fmt", [FLOAT32, FLOAT16], ids=lambda f: f.name)
@pytest.mark.parametrize(("operation", "way"), EVALUATIONS)
@settings(max_examples=10, deadline=None)
@given(
    st.integers(0, 2**32),
    st.sampled_from([1, 2, 3, 10, 65, 300]),
    st.floats(-13, 13).map(lambda e: float(np.copysign(2 ** abs(e), e))),
    st.sampled_from([0.0, 0.01, 1.0, 10.0, 300.0]),
)
def test_no_evaluation_is_beyond_the_bound_of_its_formula(
    operation: str, way: str, fmt: Format, seed: int, n: int, offset: float, spread: float
) -> None:
    formula, evaluate = of(operation, way)

    share = shares(operation, formula, evaluate, rows(seed, n, offset, spread, fmt), fmt)

    assert share.max() <= 1, formula.name


@pytest.mark.parametrize(("operation", "way"), EVALUATIONS)
def test_a_bound_is_reached_within_a_factor_of_six(operation: str, way: str) -> None:
    """At an offset, by some row: a wider bound would excuse what no rounding does."""
    formula, evaluate = of(operation, way)

    def tried() -> Iterator[float]:
        for seed in range(36):
            x = rows(
                seed, 2 if operation == "sigmoid" else 3, 1.9 * 2.0 ** (seed % 12), 0.5, FLOAT32
            )
            yield float(shares(operation, formula, evaluate, x, FLOAT32).max())

    # The roundings of a cap seldom all point one way.
    assert max(tried()) > (1 / 15 if operation == "softcap_softmax" else 1 / 6)


@pytest.mark.parametrize("name", [n for n in operations.names() if operations.load(n).formulas])
def test_every_formula_allows_more_than_the_shifted_one_at_an_offset(name: str) -> None:
    operation = operations.load(name)
    x = rows(0, 10, -4000.0 if name == "log_sigmoid" else 4000.0, 1.0, FLOAT32)
    g = np.ones(operation.output_shape(x.shape, -1))
    size = {"sink": (4, 1), "other": x.shape, "target": x.shape}.get(operation.operand, (4,))
    row = row_of(Problem(x, beta=operation.usual_number, labels=np.zeros(size, dtype=int)))
    assert operation.value is not None
    assert operation.vjp is not None

    for formula in operation.formulas:
        model, shifted = formula.model(10, FLOAT32), legal(10, FLOAT32)
        wider = [
            (operation.value.error_bound(row, m), operation.vjp.error_bound(row, g, m))
            for m in (model, shifted)
        ]
        assert any((more > less).any() for more, less in zip(*wider, strict=True)), formula.name
        assert all((more >= less).all() for more, less in zip(*wider, strict=True)), formula.name


def test_no_formula_excuses_half_of_the_value() -> None:
    """Where grade B is strict; of a result that cancels, an absolute error is all there is."""
    softmax, log_softmax = (operations.load(name) for name in ("softmax", "log_softmax"))

    def most(operation: operations.Operation, x: Float64Array, formula: Formula) -> Float64Array:
        value = operation.value
        assert value is not None
        exact = value.reference(Problem(x)).value
        limits = Limits.of(
            lambda m: value.error_bound(row_of(Problem(x)), m), exact, 3, FLOAT32, formula
        )
        unit = 2.0 ** (np.floor(np.log2(np.abs(exact))) - 23)
        return np.asarray(limits.legal * unit / np.abs(exact))

    far, ahead = np.array([[1e8, 1e8, 1e8]]), np.array([[1030.0, 1000.0, 1000.0]])
    assert (most(softmax, far, DIVISION_FREE) < 0.5).all()
    assert (most(log_softmax, far, REPEATED) < 0.5).all()
    assert most(log_softmax, ahead, REPEATED)[0, 0] > 1


@given(st.integers(0, 2**32), st.floats(0, 12).map(lambda e: 2.0**e))
@settings(max_examples=10, deadline=None)
def test_a_gradient_by_a_stored_logsumexp_is_within_its_bound(seed: int, offset: float) -> None:
    """p (g - p g) and g e^(x - lse), the weights from the logits and the stored number."""
    x = rows(seed, 10, offset, 2.0, FLOAT32)
    g = round_to(np.random.default_rng(seed).normal(size=x.shape), FLOAT32)
    p = division_free(x.astype(np.float32))
    g32 = g.astype(np.float32)
    came = {
        "softmax": p * (g32 - (p * g32).sum(axis=-1, keepdims=True)),
        "logsumexp": p * g32[:, :1],
        "log_softmax": g32 - p * g32.sum(axis=-1, keepdims=True),
    }
    for name, values in came.items():
        vjp = operations.load(name).vjp
        assert vjp is not None
        along = g[:, 0] if name == "logsumexp" else g
        exact = vjp.reference(Problem(x), along).value
        bound = vjp.error_bound(row_of(Problem(x)), along, DIVISION_FREE.model(10, FLOAT32))
        allowed = bound + FLOAT32.unit_roundoff * np.abs(exact)
        assert (np.abs(values - exact) <= allowed).all(), name
