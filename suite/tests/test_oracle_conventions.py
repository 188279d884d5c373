"""The table of conventions, the shapes, and the refusals."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest

from softmark import oracle
from softmark.formats import FLOAT64
from softmark.oracle import solve

INF, NAN = np.inf, np.nan


def rounded(enclosure: oracle.Enclosure) -> list:
    return enclosure.rounded(FLOAT64).tolist()


def test_an_absent_element_has_no_weight_and_leaves_the_others_alone() -> None:
    with_mask, without = oracle.softmax([0.3, -INF, 1.0]), oracle.softmax([0.3, 1.0])
    assert rounded(with_mask) == [rounded(without)[0], 0.0, rounded(without)[1]]
    assert rounded(oracle.log_softmax([0.3, -INF]))[1] == -INF
    assert rounded(oracle.logsumexp([0.3, -INF])) == 0.3
    for beta in (0.0, -1.0, 2.0):
        assert rounded(oracle.softmax([5.0, -INF, 5.0], beta=beta)) == [0.5, 0.0, 0.5]
    assert rounded(oracle.smooth_max([5.0, -INF], beta=-1.0)) == 5.0
    assert rounded(oracle.vjp("softmax", [0.0, -INF, 0.0], [1.0, 7.0, 0.0])) == [0.25, 0.0, -0.25]


@pytest.mark.parametrize("row", [[NAN, 0.0], [INF, 0.0], [-INF, -INF], [INF, -INF], [NAN], [INF]])
@pytest.mark.parametrize("n", [1, 200])
def test_undefined_rows_are_nan_and_alone(row: list[float], n: int) -> None:
    width = max(n, len(row))
    x = np.zeros((3, width))
    x[1] = row[0] if set(row) == {-INF} else 0.0
    x[1, : len(row)] = row
    others = [0, 2]
    for f in (oracle.softmax, oracle.log_softmax, oracle.softargmax, oracle.smooth_max):
        values = f(x).rounded(FLOAT64)
        assert np.isnan(values[1]).all()
        assert not np.isnan(values[others]).any()
    total = rounded(oracle.logsumexp(x))
    assert total[1] == -INF if set(row) == {-INF} else np.isnan(total[1])
    for kind in (oracle.vjp, oracle.jvp):
        values = kind("softmax", x, np.ones_like(x)).rounded(FLOAT64)
        assert np.isnan(values[1]).all()
        assert (values[others] == 0).all()


def test_a_single_result_may_be_scaled() -> None:
    huge = oracle.logsumexp([1e308, 0.0])
    assert (huge.shape, rounded(huge)) == ((), 1e308)
    assert huge.error(1e308, FLOAT64).ulp == 0.0
    assert rounded(oracle.vjp("logsumexp", [0.0, -720.0], 1.0))[1] == np.exp(-720.0)


def test_an_empty_row_is_the_sum_of_nothing() -> None:
    empty = np.zeros((2, 0))
    assert oracle.softmax(empty).shape == (2, 0)
    assert oracle.softmax(empty).rounded(FLOAT64).shape == (2, 0)
    assert rounded(oracle.logsumexp(empty)) == [-INF, -INF]
    assert np.isnan(oracle.softargmax(empty).rounded(FLOAT64)).all()
    assert oracle.softmax(np.zeros((0, 3))).error(np.zeros((0, 3)), FLOAT64).ulp.shape == (0, 3)


def test_one_logit_is_certain() -> None:
    assert rounded(oracle.softmax([3.7])) == [1.0]
    assert rounded(oracle.log_softmax([3.7])) == [0.0]
    assert rounded(oracle.logsumexp([3.7])) == 3.7
    assert rounded(oracle.smooth_max([3.7], beta=9.0)) == 3.7


@pytest.mark.parametrize("beta", [0.0, -2.0, 1e-3, 40.0])
def test_beta_multiplies_the_logits_exactly(beta: float) -> None:
    x = np.array([0.5, -1.25, 3.0, 0.5])
    assert rounded(oracle.softmax(x, beta=beta)) == pytest.approx(
        (np.exp(beta * x) / np.exp(beta * x).sum()).tolist(), rel=1e-13
    )


def test_beta_times_a_logit_may_overflow_and_the_result_may_not() -> None:
    assert rounded(oracle.softmax([1e308, -1e308, 1e308], beta=100.0)) == [0.5, 0.0, 0.5]
    assert rounded(oracle.softmax([1.5e308, -1.5e308], beta=1e-308)) == pytest.approx(
        [1 / (1 + np.exp(-3.0)), 1 / (1 + np.exp(3.0))]
    )


def test_sigmoid_at_the_edges() -> None:
    assert rounded(oracle.sigmoid([INF, -INF, 0.0])) == [1.0, 0.0, 0.5]
    assert np.isnan(rounded(oracle.sigmoid([NAN]))[0])
    assert rounded(oracle.vjp("sigmoid", [INF, -INF, 0.0], [1.0, 1.0, 1.0])) == [0.0, 0.0, 0.25]
    assert oracle.sigmoid(2.0).shape == ()


def test_softplus_and_log_sigmoid_at_the_edges() -> None:
    ends = [INF, -INF]
    assert rounded(oracle.softplus(ends)) == [INF, 0.0]
    assert rounded(oracle.log_sigmoid(ends)) == [0.0, -INF]
    assert rounded(oracle.vjp("softplus", ends, [3.0, 3.0])) == [3.0, 0.0]
    assert rounded(oracle.jvp("log_sigmoid", ends, [3.0, 3.0])) == [0.0, 3.0]
    assert rounded(oracle.hvp("softplus", ends, [3.0, 3.0], [1.0, 1.0])) == [0.0, 0.0]
    assert np.isnan(rounded(oracle.softplus([NAN]))[0])
    assert np.isnan(rounded(oracle.vjp("softplus", [INF], [NAN]))[0])


def test_a_binary_cross_entropy_has_its_limits_at_infinite_logits() -> None:
    x, target = [INF, -INF, INF, -INF], [1.0, 0.0, 0.5, 0.5]
    assert rounded(oracle.binary_cross_entropy(x, target)) == [0.0, 0.0, INF, INF]
    slopes = oracle.vjp("binary_cross_entropy", x, np.ones(4), labels=target)
    assert rounded(slopes) == [0.0, 0.0, 0.5, -0.5]
    assert np.isnan(rounded(oracle.binary_cross_entropy([NAN, 0.0], [0.0, NAN]))).all()


@pytest.mark.parametrize("target", [0.1, 1e-30, 0.75, 1 - 2.0**-53])
def test_a_target_counts_exactly_where_its_distance_from_one_is_no_float(target: float) -> None:
    x = np.array([-30.0, -1.5, 0.0, 3.0, 40.0])
    found = oracle.binary_cross_entropy(x, np.full(5, target)).value
    with mpmath.workdps(60):
        t = mpmath.mpf(target)
        due = [float(mpmath.log1p(mpmath.exp(mpmath.mpf(v))) - t * mpmath.mpf(v)) for v in x]
    np.testing.assert_array_equal(found, due)


@pytest.mark.parametrize(
    ("target", "words"),
    [(None, "needs a target"), ([1.5], "outside 0..1"), ([0.5, 0.5], "shape")],
)
def test_a_wrong_target_is_said(target: list[float] | None, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        oracle.vjp("binary_cross_entropy", [0.0], [1.0], labels=target)


def test_softplus_and_log_sigmoid_keep_their_small_results() -> None:
    x = np.array([-700.0, -40.0, 40.0, 700.0])
    small, large = np.exp(-np.abs(x)), np.maximum(x, 0)
    np.testing.assert_allclose(rounded(oracle.softplus(x)), np.where(x < 0, small, large), 1e-15)
    np.testing.assert_array_equal(oracle.log_sigmoid(x).value, -oracle.softplus(-x).value)


def test_sigmoid_is_softmax_of_two_classes() -> None:
    x = np.random.default_rng(0).normal(size=50) * 20
    pairs = oracle.softmax(np.stack([x, 0 * x], axis=-1)).rounded(FLOAT64)
    assert rounded(oracle.sigmoid(x)) == pairs[:, 0].tolist()


def test_cross_entropy_of_indices_and_of_weights_agree() -> None:
    x = np.random.default_rng(0).normal(size=(4, 6)) * 5
    labels = np.array([0, 5, 2, 2])
    one_hot = np.eye(6)[labels]
    assert rounded(oracle.cross_entropy(x, labels)) == rounded(oracle.cross_entropy(x, one_hot))
    log_p = oracle.log_softmax(x).rounded(FLOAT64)
    assert rounded(oracle.cross_entropy(x, labels)) == (-log_p[np.arange(4), labels]).tolist()
    g = np.ones(4)
    assert rounded(oracle.vjp("cross_entropy", x, g, labels=labels)) == rounded(
        oracle.vjp("cross_entropy", x, g, labels=one_hot)
    )


def test_losses_of_class_weights_need_no_ball_arithmetic(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row of 64 took 90 ms by it: values and gradients, whose products are not exact."""
    rng = np.random.default_rng(0)
    x, g = rng.normal(size=(8, 64)) * 9, rng.normal(size=8)
    q = rng.dirichlet(np.ones(64), 8)
    q[0] = 0.0
    q[0, x[0].argmax()] = 1.0
    monkeypatch.setattr(solve, "decided", None)
    found = oracle.cross_entropy(x, q), oracle.vjp("cross_entropy", x, g, labels=q)

    with mpmath.workdps(60):
        for row in range(8):
            total = mpmath.fsum(map(mpmath.exp, x[row]))
            weights = [mpmath.mpf(each) for each in q[row]]
            loss = mpmath.fdot(weights, [mpmath.log(total) - each for each in x[row]])
            near(found[0], (row,), loss)
            mass = mpmath.fsum(weights)
            for j in range(64):
                residual = mpmath.exp(x[row, j]) / total * mass - weights[j]
                near(found[1], (row, j), mpmath.mpf(g[row]) * residual)


def near(found: oracle.Enclosure, at: tuple[int, ...], exact: Any) -> None:
    """The exact value lies in the enclosure, which is narrow."""
    bound = found.bound[at]
    assert abs(mpmath.mpf(found.hi[at]) + mpmath.mpf(found.lo[at]) - exact) <= bound
    assert bound <= 2.0**-63 * abs(found.hi[at])


def test_a_label_on_an_absent_element_costs_infinitely_much() -> None:
    x = [0.0, -INF, 1.0]
    assert rounded(oracle.cross_entropy(x, 1)) == INF
    assert rounded(oracle.cross_entropy(x, [0.5, 0.5, 0.0])) == INF
    assert rounded(oracle.cross_entropy(x, [1.0, 0.0, 0.0])) == rounded(oracle.cross_entropy(x, 0))


@pytest.mark.parametrize("axis", [0, 1, 2, -1, -2])
def test_every_axis_gives_what_the_last_one_gives(axis: int) -> None:
    x = np.random.default_rng(0).normal(size=(3, 4, 5)) * 800
    moved = np.moveaxis(x, axis, -1)
    for f in (oracle.softmax, oracle.log_softmax):
        expected = np.moveaxis(f(moved).rounded(FLOAT64), -1, axis)
        enclosure = f(x, axis=axis)
        np.testing.assert_array_equal(enclosure.rounded(FLOAT64), expected)
        np.testing.assert_array_equal(enclosure.hi.shape, x.shape)
        errors = enclosure.error(expected, FLOAT64)
        assert np.nanmax(np.abs(errors.ulp)) <= 0.5
    np.testing.assert_array_equal(
        oracle.logsumexp(x, axis=axis).rounded(FLOAT64),
        oracle.logsumexp(moved).rounded(FLOAT64),
    )


def test_infinite_cotangents_of_a_loss_are_undefined_without_a_warning() -> None:
    x = np.zeros((2, 3))
    found = oracle.vjp("cross_entropy", x, [INF, 1.0], labels=np.array([0, 1])).rounded(FLOAT64)
    assert np.isnan(found[0]).all()
    assert found[1] == pytest.approx([1 / 3, -2 / 3, 1 / 3])


def test_argmax_and_hardmax_take_the_first_maximum() -> None:
    x = np.array([[1.0, 3.0, 3.0], [-INF, -INF, -INF]])
    assert oracle.argmax(x).tolist() == [1, 0]
    assert oracle.hardmax(x).tolist() == [[0, 1, 0], [1, 0, 0]]
    assert oracle.hardmax(x, axis=0).tolist() == [[1, 1, 1], [0, 0, 0]]


def test_the_input_may_change_after_the_question() -> None:
    x = np.zeros(1024)
    enclosure = oracle.softmax(x)
    x[:] = np.arange(1024)
    assert (enclosure.rounded(FLOAT64) == 2.0**-10).all()


def test_non_finite_sides_make_their_row_undefined() -> None:
    x, g = np.zeros((2, 3)), np.ones((2, 3))
    g[0, 1] = INF
    values = oracle.vjp("log_softmax", x, g).rounded(FLOAT64)
    assert np.isnan(values[0]).all()
    assert (values[1] == 0).all()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: oracle.softmax(3.0), "axis"),
        (lambda: oracle.softmax([1.0], axis=1), "axis"),
        (lambda: oracle.softmax([1.0], beta=INF), "finite"),
        (lambda: oracle.softmax(np.array([1j])), "real"),
        (lambda: oracle.softmax(np.array([2**60 + 1])), "float64 does not hold"),
        (lambda: oracle.vjp("softmax", [1.0, 2.0], [1.0]), "cotangent has shape"),
        (lambda: oracle.vjp("sofmax", [1.0], [1.0]), "there is one of"),
        (lambda: oracle.vjp("logsumexp", [1.0], 1.0, beta=2.0), "takes no beta"),
        (lambda: oracle.cross_entropy([1.0, 2.0], 2), "outside 0..1"),
        (lambda: oracle.cross_entropy([1.0, 2.0], [0, 1]), "give integers of shape"),
        (lambda: oracle.vjp("cross_entropy", [1.0], 1.0), "needs labels"),
        (lambda: oracle.argmax([NAN]), "NaN"),
    ],
)
def test_wrong_use_says_what_is_wrong(call, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        call()


def test_sparsemax_is_rational_and_its_gradient_is_that_of_the_support() -> None:
    x = [[1.0, 0.5, -3.0], [0.0, -INF, 0.0], [2.0, 1.0, 0.0]]
    assert rounded(oracle.sparsemax(x)) == [[0.75, 0.25, 0.0], [0.5, 0.0, 0.5], [1.0, 0.0, 0.0]]
    g = [[1.0, 3.0, 7.0], [1.0, 9.0, 5.0], [1.0, 2.0, 3.0]]
    gradient = [[-1.0, 1.0, 0.0], [-2.0, 0.0, 2.0], [0.0, 0.0, 0.0]]
    assert rounded(oracle.vjp("sparsemax", x, g)) == gradient
    assert rounded(oracle.jvp("sparsemax", x, g)) == gradient
    with pytest.raises(ValueError, match="linear in pieces"):
        oracle.hvp("sparsemax", x, g, g)


def test_what_is_no_number_outside_a_support_changes_no_gradient_of_sparsemax() -> None:
    found = rounded(oracle.vjp("sparsemax", [[1.0, 0.5, -3.0]] * 2, [[1, 3, NAN], [1, NAN, 3]]))
    assert found[0] == [-1.0, 1.0, 0.0]
    assert np.isnan(found[1][:2]).all()
    assert found[1][2] == 0.0
