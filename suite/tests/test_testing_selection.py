"""Filters of tokens and routers: each right evaluation passes, each usual mistake is named."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmark.testing import assert_kept, assert_routed

Array = np.ndarray[Any, Any]
Filter = Callable[[Array, float], Array]

RNG = np.random.default_rng(0)
ROWS = [
    2 * RNG.normal(size=(20, 50)),
    RNG.integers(-3, 3, size=(20, 40)).astype(float),  # ties
    np.where(RNG.random((10, 30)) < 0.4, -np.inf, 3 * RNG.normal(size=(10, 30))),
    RNG.normal(size=(2, 5000)),
]
P, K, SHARE = 0.9, 7, 0.05


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def unsorted(kept: Array, order: Array) -> Array:
    """A mask of sorted tokens as one of tokens."""
    found = np.zeros_like(kept)
    np.put_along_axis(found, order, kept, axis=-1)
    return found


def descending(x: Array, p: float) -> Array:
    order = np.argsort(-x, axis=-1, kind="stable")
    q = np.take_along_axis(softmax(x), order, -1)
    return unsorted(np.cumsum(q, axis=-1) - q < p, order)


def ascending(x: Array, p: float) -> Array:
    """As Hugging Face's warper does: the tail is removed, from the least."""
    order = np.argsort(x, axis=-1, kind="stable")
    kept = np.cumsum(np.take_along_axis(softmax(x), order, -1), axis=-1) > 1 - p
    kept[..., -1] = True
    return unsorted(kept, order)


def by_threshold(x: Array, p: float) -> Array:
    """All of equal tokens at the limit, as a kernel without a sort keeps them."""
    q = softmax(x)
    above = (q[..., None, :] * (q[..., None, :] > q[..., :, None])).sum(axis=-1)
    return np.asarray(above < p)


def from_the_end(x: Array, p: float) -> Array:
    """Of equal tokens those with the largest index first."""
    return np.flip(descending(np.flip(x, -1), p), -1)


def without_the_last(x: Array, p: float) -> Array:
    order = np.argsort(-x, axis=-1, kind="stable")
    q = np.take_along_axis(softmax(x), order, -1)
    return unsorted(np.cumsum(q, axis=-1) < p, order)


def one_more(x: Array, p: float) -> Array:
    order = np.argsort(-x, axis=-1, kind="stable")
    q = np.take_along_axis(softmax(x), order, -1)
    kept = np.cumsum(q, axis=-1) - q < p
    count = kept.sum(axis=-1, keepdims=True)
    return unsorted(np.arange(x.shape[-1]) <= count, order)


def sorted_mask(x: Array, p: float) -> Array:
    """The mask of the sorted tokens, which was not put back."""
    q = -np.sort(-softmax(x), axis=-1)
    return np.asarray(np.cumsum(q, axis=-1) - q < p)


def sums_in_bfloat16(x: Array, p: float) -> Array:
    order = np.argsort(-x, axis=-1, kind="stable")
    q = np.take_along_axis(softmax(x), order, -1).astype(ml_dtypes.bfloat16)
    sums = np.add.accumulate(q, axis=-1, dtype=ml_dtypes.bfloat16)
    return unsorted(sums.astype(np.float64) - q.astype(np.float64) < p, order)


RIGHT_P = [descending, ascending, by_threshold, from_the_end]
WRONG_P = [without_the_last, one_more, sorted_mask, sums_in_bfloat16]


def fails(function: Filter, limit: float, **said: Any) -> bool:
    """Whether it fails for some of the rows."""
    for rows in ROWS:
        x = rows.astype(np.float32)
        try:
            assert_kept(function(x, limit), x, **said)
        except AssertionError:
            return True
    return False


@pytest.mark.parametrize("right", RIGHT_P, ids=lambda f: f.__name__)
@pytest.mark.parametrize("p", [P, 0.5, 1e-3, 1.0])
def test_a_right_top_p_passes(right: Filter, p: float) -> None:
    assert not fails(right, p, top_p=p)


@pytest.mark.parametrize("wrong", WRONG_P, ids=lambda f: f.__name__)
def test_a_wrong_top_p_fails(wrong: Filter) -> None:
    assert fails(wrong, P, top_p=P)


def test_a_temperature_after_top_p_fails() -> None:
    assert fails(lambda x, p: descending(x, p), P, top_p=P, temperature=2.0)
    assert not fails(lambda x, p: descending(x / 2, p), P, top_p=P, temperature=2.0)


def ties_kept(x: Array, k: float) -> Array:
    """All that are equal to the k-th."""
    return np.asarray(x >= -np.sort(-x, axis=-1)[..., int(k) - 1, None])


def exactly(x: Array, k: float) -> Array:
    order = np.argsort(-x, axis=-1, kind="stable")
    return unsorted(np.broadcast_to(np.arange(x.shape[-1]) < k, x.shape), order)


def above(x: Array, k: float) -> Array:
    """Without those that are equal to the k-th, which may leave none."""
    return np.asarray(x > -np.sort(-x, axis=-1)[..., int(k) - 1, None])


@pytest.mark.parametrize("right", [ties_kept, exactly])
@pytest.mark.parametrize("k", [1, K, 10**6])
def test_a_right_top_k_passes(right: Filter, k: int) -> None:
    assert not fails(lambda x, k: right(x, min(k, x.shape[-1])), k, top_k=k)


@pytest.mark.parametrize(
    "wrong",
    [
        above,
        lambda x, k: exactly(x, k - 1),
        lambda x, k: exactly(x, k + 1),
        lambda x, k: exactly(np.abs(np.where(np.isinf(x), 0, x)), k),
    ],
    ids=["above", "one_less", "one_more", "by_size"],
)
def test_a_wrong_top_k_fails(wrong: Filter) -> None:
    assert fails(wrong, K, top_k=K)


def test_a_right_min_p_passes_and_a_wrong_one_fails() -> None:
    def relative(x: Array, share: float) -> Array:
        return np.asarray(x - x.max(axis=-1, keepdims=True) >= np.log(share, dtype=x.dtype))

    assert not fails(relative, SHARE, min_p=SHARE)
    assert not fails(lambda x, _: relative(x, 1.0), 1.0, min_p=1.0)
    assert fails(lambda x, share: softmax(x) >= share, SHARE, min_p=SHARE)


def test_filtered_logits_say_what_was_kept() -> None:
    x = ROWS[0].astype(np.float32)
    assert_kept(np.where(exactly(x, K), x, -np.inf), x, top_k=K)


def test_what_rounding_to_16_bits_decides_is_no_mistake_but_where_it_is_asked_for() -> None:
    x = np.array([-1.5, -1.5 + 2**-7, -2, -3, -3]).astype(ml_dtypes.bfloat16)
    swapped = np.array([True, False, False, False, False])
    assert_kept(swapped, x, top_k=1)
    with pytest.raises(AssertionError, match="row 0, top_k 1"):
        assert_kept(swapped, x, top_k=1, format="float64")


@given(st.data())
def test_what_is_right_for_other_logits_of_the_same_rounding_passes(data: st.DataObject) -> None:
    seed = data.draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(1, data.draw(st.integers(1, 60)))).astype(np.float32)
    p = data.draw(st.floats(0.01, 1.0))
    moved = softmax(x.astype(np.float64)) * (1 + 2**-23 * rng.uniform(-1, 1, x.shape))
    order = np.argsort(-moved, axis=-1)
    q = np.take_along_axis(moved, order, -1)
    assert_kept(unsorted(np.cumsum(q, axis=-1) - q < p, order), x, top_p=p)


Router = Callable[[Array, int], tuple[Array, Array]]


def chosen(values: Array, k: int) -> Array:
    return np.argsort(-values, axis=-1, kind="stable")[..., :k]


def softmax_first(x: Array, k: int) -> tuple[Array, Array]:
    p = softmax(x)
    at = chosen(p, k)
    weights = np.take_along_axis(p, at, -1)
    return at, weights / weights.sum(axis=-1, keepdims=True)


def top_k_first(x: Array, k: int) -> tuple[Array, Array]:
    at = np.flip(chosen(x, k), -1)
    return at, softmax(np.take_along_axis(x, at, -1))


def unnormalised(x: Array, k: int) -> tuple[Array, Array]:
    at = chosen(x, k)
    return at, np.take_along_axis(softmax(x), at, -1)


def weights_in_another_order(x: Array, k: int) -> tuple[Array, Array]:
    at, weights = softmax_first(x, k)
    return np.sort(at, axis=-1), weights


def the_same_expert_twice(x: Array, k: int) -> tuple[Array, Array]:
    at, weights = softmax_first(x, k)
    return np.concatenate([at[..., :1], at[..., :-1]], axis=-1), weights


def weights_in_bfloat16(x: Array, k: int) -> tuple[Array, Array]:
    at, weights = softmax_first(x, k)
    return at, weights.astype(ml_dtypes.bfloat16)


LOGITS = RNG.normal(size=(50, 64)).astype(np.float32)
BIAS = 0.1 * RNG.normal(size=64).astype(np.float32)


@pytest.mark.parametrize("right", [softmax_first, top_k_first], ids=lambda f: f.__name__)
def test_a_right_router_passes(right: Router) -> None:
    assert_routed(*right(LOGITS, 8), LOGITS)
    assert_routed(*right(LOGITS[0], 2), LOGITS[0])


def test_weights_that_are_not_renormalised_pass_where_that_is_said() -> None:
    assert_routed(*unnormalised(LOGITS, 8), LOGITS, renormalised=False)
    with pytest.raises(AssertionError, match="the weight is"):
        assert_routed(*softmax_first(LOGITS, 8), LOGITS, renormalised=False)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (unnormalised, "the weight is"),
        (weights_in_another_order, "the weight is"),
        (weights_in_bfloat16, "the weight is"),
        (the_same_expert_twice, "are not 8 of 64 experts"),
        (lambda x, k: softmax_first(-x, k), "expert .* keeps it"),
    ],
    ids=["unnormalised", "order", "bfloat16", "twice", "least"],
)
def test_a_wrong_router_is_told_what_is_wrong(wrong: Router, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        assert_routed(*wrong(LOGITS, 8), LOGITS)


def sigmoids(x: Array, k: int, bias: Array, in_weights: bool = False) -> tuple[Array, Array]:
    scores = 1 / (1 + np.exp(-x))
    at = chosen(scores + bias, k)
    weights = np.take_along_axis(scores + bias if in_weights else scores, at, -1)
    return at, 2.5 * weights / weights.sum(axis=-1, keepdims=True)


def test_a_router_of_sigmoids_has_a_bias_that_chooses_and_weighs_nothing() -> None:
    said: dict[str, Any] = {"scores": "sigmoid", "scale": 2.5}
    assert_routed(*sigmoids(LOGITS, 8, BIAS), LOGITS, bias=BIAS, **said)
    with pytest.raises(AssertionError, match="the weight is"):
        assert_routed(*sigmoids(LOGITS, 8, BIAS, True), LOGITS, bias=BIAS, **said)
    with pytest.raises(AssertionError, match="expert"):
        assert_routed(*sigmoids(LOGITS, 8, 0 * BIAS), LOGITS, bias=BIAS, **said)


X = np.zeros(3, np.float32)
KEPT = np.ones(3, bool)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: assert_kept(KEPT, X), ValueError, "pass one of top_k, top_p, min_p"),
        (lambda: assert_kept(KEPT, X, top_k=1, top_p=0.5), ValueError, "pass one of"),
        (lambda: assert_kept(KEPT, X, top_k=0), ValueError, "top_k is 0"),
        (lambda: assert_kept(KEPT, X, top_p=1.5), ValueError, "top_p is 1.5"),
        (lambda: assert_kept(KEPT, X, top_k=1, temperature=0), ValueError, "temperature is 0"),
        (lambda: assert_kept(KEPT[:2], X, top_k=1), ValueError, r"shape \(2,\)"),
        (lambda: assert_kept([1, 2, 3], X, top_k=1), TypeError, "truth values or logits"),
        (lambda: assert_kept(KEPT, X * np.nan, top_k=1), ValueError, "no softmax"),
        (lambda: assert_kept([], X[:0], top_k=1), ValueError, r"or \(rows, n\), not empty"),
        (lambda: assert_routed([0.0], [1.0], X), TypeError, "; pass whole numbers, the indices"),
        (lambda: assert_routed([0], [1.0, 2.0], X), ValueError, "the weights"),
        (lambda: assert_routed([0], [1.0], X, bias=[1.0]), ValueError, "the bias has shape"),
    ],
)
def test_wrong_use_is_named(call: Callable[[], None], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()
