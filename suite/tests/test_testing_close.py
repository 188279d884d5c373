"""``softmark.testing.assert_close`` and ``softmark.tolerance``, as a test of someone uses them."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import ml_dtypes
import numpy as np
import pytest
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import softmark
from softmark.formats import BFLOAT16, FLOAT16, FLOAT32, round_to
from softmark.testing import assert_close

Array = Any
WRONG = {
    "zeros": np.zeros_like,
    "uniform": lambda x: np.full_like(x, 1 / x.shape[-1]),
    "another axis": lambda x: softmax(x, 0),
    "half": lambda x: softmax(x) / 2,
    "no shift": lambda x: np.exp(x) / np.exp(x).sum(-1, keepdims=True),
}


def softmax(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def logits(*shape: int, scale: float = 3.0, dtype: Any = np.float32) -> Array:
    return (scale * np.random.default_rng(5).normal(size=shape)).astype(dtype)


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.float16])
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_a_right_softmax_passes_along_each_axis_and_in_each_format(dtype: Any, axis: int) -> None:
    x = logits(3, 40, 5, dtype=dtype)
    assert_close(softmax(x, axis), x, axis=axis)
    assert_close(softmax(x, axis), x, dim=axis)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_softmax_fails_where_allclose_at_a_hundredth_passes_most(name: str) -> None:
    x = logits(8, 4096, scale=40.0)
    with np.errstate(all="ignore"):
        wrong = WRONG[name](x)
    with pytest.raises(AssertionError, match="further from the exact values than rounding"):
        assert_close(wrong, x)


def test_zeros_pass_the_usual_tolerance_and_not_this_one() -> None:
    x = logits(8, 4096, scale=0.5)
    np.testing.assert_allclose(np.zeros_like(x), softmax(x), rtol=1e-2, atol=1e-2)
    with pytest.raises(AssertionError):
        assert_close(np.zeros_like(x), x)


def test_the_message_says_where_what_and_by_how_much() -> None:
    x = logits(6, 5)
    wrong = softmax(x)
    wrong[4, 2] *= 1.5
    with pytest.raises(AssertionError) as failure:
        assert_close(wrong, x)
    said = str(failure.value)
    assert "1 of 30 results of softmax" in said
    assert "worst at [4, 2]" in said
    assert float(wrong[4, 2]).hex() in said
    assert float(softmark.oracle.softmax(x).rounded(FLOAT32)[4, 2]).hex() in said
    share = re.search(
        r"error ([-+.e\d]+) ulp, ([.e+\d]+) times its bound; bound ([.\d]+) ulp", said
    )
    assert share is not None, said
    error, times, bound = map(float, share.groups())
    assert error / bound == pytest.approx(times, rel=1e-2)
    assert str(x[4].astype(float).tolist()) in said


def test_the_place_is_that_of_the_whole_array_where_it_is_judged_in_parts() -> None:
    x = logits(1100, 2, 1000)
    wrong = softmax(x)
    wrong[1090, 1, 7] = 2.0
    with pytest.raises(AssertionError, match=r"1 of 2200000 .*\nworst at \[1090, 1, 7\]: got 2 "):
        assert_close(wrong, x)


def made(library: str, values: Array, name: str) -> Array:
    if library == "torch":
        torch = import_module("torch")
        return torch.tensor(values.tolist(), dtype=getattr(torch, name), requires_grad=True)
    if library == "jax":
        return import_module("jax.numpy").asarray(values.tolist(), dtype=name)
    if library == "tensorflow":
        return import_module("tensorflow").constant(values.tolist(), dtype=name)
    return values.astype(getattr(ml_dtypes, name, name))


@pytest.mark.parametrize("name", ["float32", "bfloat16"])
@pytest.mark.parametrize("library", ["numpy", "torch", "jax", "tensorflow"])
def test_arrays_of_each_library_are_read_with_their_format(library: str, name: str) -> None:
    pytest.importorskip(library, reason=f"{library} is not installed")
    x = round_to(logits(2, 300).astype(float), BFLOAT16)
    rounded = softmark.oracle.softmax(x).rounded(softmark.formats.format_named(name))
    assert_close(made(library, rounded, name), made(library, x, name))
    wrong = rounded.copy()
    wrong[0, 0] = rounded[0, 0] * 2
    with pytest.raises(AssertionError, match=rf"1 of 600 .*\({name}, "):
        assert_close(made(library, wrong, name), made(library, x, name))


@pytest.mark.parametrize(
    "name",
    ["log_softmax", "logsumexp", "softargmax", "smooth_max", "sigmoid", "softplus", "log_sigmoid"],
)
def test_each_operation_is_judged_by_its_own_bound(name: str) -> None:
    x = logits(4, 30)
    right = getattr(softmark.oracle, name)(x).rounded(FLOAT32)
    assert_close(right.astype(np.float32), x, name)
    with pytest.raises(AssertionError, match=f"results of {name} are further"):
        assert_close((right * 1.01).astype(np.float32), x, name)


def test_what_an_operation_takes_is_given_as_keywords() -> None:
    x, labels = logits(4, 30), np.array([3, 0, 29, 7])
    loss = softmark.oracle.cross_entropy(x, labels).rounded(FLOAT32).astype(np.float32)
    assert_close(loss, x, "cross_entropy", labels=labels)
    with pytest.raises(AssertionError):
        assert_close(loss, x, "cross_entropy", labels=(labels + 1) % 30)
    assert_close(softmax(x * np.float32(4)), x, beta=4.0)
    with pytest.raises(AssertionError):
        assert_close(softmax(x * np.float32(4)), x, beta=4.25)


@pytest.mark.parametrize("name", ["mask", "where"])
def test_a_mask_is_true_where_a_logit_takes_part(name: str) -> None:
    x, mask = logits(4, 30), np.random.default_rng(1).random((4, 30)) < 0.6
    kept = softmax(np.where(mask, x, np.float32(-np.inf)))
    x[~mask] = np.nan  # what lies behind does not matter
    assert_close(kept, x, "masked_softmax", **{name: mask})
    assert (softmark.tolerance(x, operation="masked_softmax", **{name: mask})[~mask] < 1e-40).all()
    with pytest.raises(AssertionError):
        assert_close(kept, x, "masked_softmax", **{name: ~mask})


@pytest.mark.parametrize("name", ["sink", "s_aux"])
def test_a_sink_is_a_number_or_one_for_each_row(name: str) -> None:
    x, sinks = logits(4, 30), np.float32([[0.0], [20.0], [-3.0], [1.0]])
    right = softmax(np.concatenate([x, sinks], axis=-1))[:, :-1]
    assert_close(right, x, "sink_softmax", **{name: sinks})
    assert_close(right[1:2], x[1:2], "sink_softmax", **{name: 20.0})
    with pytest.raises(AssertionError):
        assert_close(right, x, "sink_softmax", **{name: 0.0})


@pytest.mark.parametrize("name", ["cap", "softcap"])
def test_a_cap_is_a_number(name: str) -> None:
    x = 40 * logits(4, 30)
    right = softmax(20 * np.tanh(x / 20))
    assert_close(right, x, "softcap_softmax", **{name: 20.0})
    with pytest.raises(AssertionError):
        assert_close(right, x, "softcap_softmax", **{name: 21.0})


@pytest.mark.parametrize("name", ["target", "labels", "y"])
def test_a_target_is_given_by_each_of_its_names(name: str) -> None:
    x, target = logits(4, 6), np.resize(np.float32([0.0, 1.0, 0.25]), (4, 6))
    loss = np.maximum(x, 0) - target * x + np.log1p(np.exp(-np.abs(x)))
    assert_close(loss, x, "binary_cross_entropy", **{name: target})
    with pytest.raises(AssertionError, match="further from the exact values"):
        assert_close(loss, x, "binary_cross_entropy", **{name: 1 - target})
    with pytest.raises(ValueError, match="the targets have shape"):
        assert_close(loss, x, "binary_cross_entropy", **{name: target[0]})


def test_an_index_is_right_or_wrong() -> None:
    x = np.float32([[1, 3, 2], [5, 5, 0]])
    assert_close(np.array([1, 0]), x, "argmax")
    assert_close(np.array([1, 1]), x, "argmax")  # another of equal maxima
    with pytest.raises(AssertionError, match="index 2 in row"):
        assert_close(np.array([2, 0]), x, "argmax")


def test_a_gradient_is_judged_along_its_cotangent() -> None:
    x, g = logits(4, 30), logits(4, 30, scale=1.0)
    p = softmax(x)
    gradient = p * (g - (p * g).sum(-1, keepdims=True))
    assert_close(gradient, x, cotangent=g)
    with pytest.raises(AssertionError):
        assert_close(p * g, x, cotangent=g)


def test_a_row_without_a_defined_result_is_not_judged_and_a_nan_is() -> None:
    x = np.float32([[-np.inf, -np.inf], [0, np.inf], [0, 0], [0, -np.inf]])
    assert_close(np.float32([[0, 0], [np.nan, np.nan], [0.5, 0.5], [1, 0]]), x)
    x[2, 1] = np.nan
    assert_close(np.float32([[0, 0], [0, 1], [np.nan, np.nan], [1, 0]]), x)
    with pytest.raises(AssertionError, match=r"worst at \[2, [01]\]: got 0"):
        assert_close(np.float32([[0, 0], [0, 1], [0, np.nan], [1, 0]]), x)


def test_flushed_numbers_are_admitted_where_that_is_asked_for() -> None:
    x = np.float32([0, -87.5])
    with pytest.raises(AssertionError, match="got 0 "):
        assert_close(np.float32([1, 0]), x)
    assert_close(np.float32([1, 0]), x, flushes=True)
    with pytest.raises(AssertionError):
        assert_close(np.float32([1, 0]), x / 2, flushes=True)


def test_a_weak_result_passes_unless_it_is_asked_to_be_good() -> None:
    x = logits(2, 300, scale=2.0, dtype=np.float16)
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    poor = e / e.sum(axis=-1, keepdims=True, dtype=np.float32).astype(np.float16)
    assert_close(poor, x)
    with pytest.raises(AssertionError):
        assert_close(poor, x, strict=True)
    with pytest.raises(AssertionError):
        assert_close(poor, x, accumulate="float32")
    wide = softmark.oracle.softmax(x).rounded(FLOAT32)
    assert_close(wide.astype(np.float16), x, accumulate="float32")


def test_another_formula_that_is_published_passes() -> None:
    x = logits(4, 50, scale=1.0) + np.float32(3000)
    total = np.log(np.exp(x - x.max(-1, keepdims=True)).sum(-1, keepdims=True))
    assert_close(np.exp(x - (x.max(-1, keepdims=True) + total)), x)


@pytest.mark.parametrize("format", ["float32", "float16", "bfloat16"])
@pytest.mark.parametrize("accumulate", [None, "float32"])
def test_no_right_evaluation_breaks_the_tolerance(format: str, accumulate: str | None) -> None:
    fmt = softmark.formats.format_named(format)
    x = round_to(logits(4, 999).astype(float), fmt)
    got = round_to(softmax(x.astype(np.float32)).astype(float), fmt)
    allowed = softmark.tolerance(x, format=format, accumulate=accumulate)
    error = np.abs(got - softmark.oracle.softmax(x).value)
    assert (error <= allowed).all()
    normal = softmax(x) > 64 * fmt.least_normal
    assert (allowed < softmax(x) / 2)[normal].all()  # and zeros do not pass


@settings(max_examples=examples(15), deadline=None)
@given(st.integers(1, 60), st.floats(0, 300), st.integers(0, 10))
def test_the_tolerance_admits_the_rounded_value_and_no_double_of_it(
    n: int, scale: float, seed: int
) -> None:
    x = (scale * np.random.default_rng(seed).normal(size=(2, n))).astype(np.float32).astype(float)
    right = softmark.oracle.softmax(x).rounded(FLOAT32)
    allowed = softmark.tolerance(x, format="float32")
    assert (np.abs(right - softmark.oracle.softmax(x).value) <= allowed).all()
    normal = right > FLOAT32.least_normal
    assert (allowed[normal] < right[normal]).all()


def test_the_tolerance_has_the_shape_of_the_result() -> None:
    x = logits(3, 4, 5)
    assert softmark.tolerance(x, axis=1).shape == (3, 4, 5)
    assert softmark.tolerance(x, operation="logsumexp", axis=1).shape == (3, 5)
    assert not softmark.tolerance(np.zeros((2, 3)), operation="argmax").any()
    assert softmark.tolerance(x, cotangent=x).shape == x.shape


def test_masked_logits_have_a_tolerance_of_one_ulp_of_zero_and_minus_infinity_of_none() -> None:
    x = np.float32([0, -np.inf])
    assert softmark.tolerance(x)[1] <= 2 * FLOAT32.least_subnormal
    assert softmark.tolerance(x, operation="log_softmax")[1] == 0


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "operation": ({"operation": "softmx"}, "unknown operation 'softmx'; did you mean softmax"),
    "format": ({"format": "float31"}, "unknown format 'float31'"),
    "axis": ({"axis": 5}, r"axis 5 is not an axis of logits of shape \(2, 3\); it must be from"),
    "argument": ({"temperature": 5}, "unknown argument of softmax 'temperature'"),
    "labels": ({"labels": [0, 1]}, "softmax takes no labels; leave out labels="),
    "no labels": ({"operation": "cross_entropy"}, "cross_entropy needs labels; pass labels="),
    "beta": ({"operation": "logsumexp", "beta": 2.0}, "logsumexp takes no beta; leave it out"),
    "mask": ({"mask": [True]}, "softmax takes no mask; leave out mask="),
    "no mask": ({"operation": "masked_softmax"}, "masked_softmax needs a mask; pass mask="),
    "no sink": ({"operation": "sink_softmax"}, "sink_softmax needs a sink; pass sink="),
    "sink": ({"sink": 0.0}, "softmax takes no sink; leave out sink="),
    "sinks": (
        {"operation": "sink_softmax", "sink": [0.0] * 5},
        r"the sink has shape \(5,\); it must broadcast to",
    ),
    "no cap": ({"operation": "softcap_softmax"}, "softcap_softmax needs a cap, and takes no beta"),
    "cap of 0": ({"operation": "softcap_softmax", "cap": 0.0}, "it must be one finite number"),
    "cap": ({"cap": 3.0}, "unknown argument of softmax 'cap'"),
    "shape": ({"operation": "masked_softmax", "mask": [True] * 5}, "it must broadcast to that of"),
    "cotangent": ({"cotangent": [1.0]}, r"the cotangent has shape \(1,\); it must be that of"),
    "gradient": ({"operation": "argmax", "cotangent": [1.0]}, "argmax passes no gradient; leave"),
    "rules": ({"strict": True, "accumulate": "float32"}, "strict and accumulate are two rules"),
}


@pytest.mark.parametrize("name", BAD)
def test_wrong_use_is_an_error_of_its_own_and_no_failed_assertion(name: str) -> None:
    options, words = BAD[name]
    with pytest.raises(ValueError, match=words):
        assert_close(np.zeros((2, 3), np.float32), np.zeros((2, 3), np.float32), **options)


def test_what_is_no_array_of_numbers_is_refused() -> None:
    x = np.zeros((2, 3), np.float32)
    with pytest.raises(TypeError, match="the result: complex64 is no format that softmark has"):
        assert_close(x.astype(np.complex64), x)
    with pytest.raises(TypeError, match="masked elements hold no number; fill it"):
        assert_close(np.ma.array(x, mask=x == 0), x)
    with pytest.raises(TypeError, match="logits: a list is not read as an array"):
        softmark.tolerance([[1], [1, 2]])
    with pytest.raises(ValueError, match="the logits are one number; pass an array"):
        softmark.tolerance(1.0)


def test_results_of_another_shape_fail() -> None:
    with pytest.raises(AssertionError, match=r"axis -1 has shape \(2, 3\), not \(2, 1\)"):
        assert_close(np.zeros((2, 1), np.float32), np.zeros((2, 3), np.float32))


def test_logits_that_the_format_does_not_hold_are_named_in_the_message() -> None:
    x = np.random.default_rng(0).normal(size=(2, 50)) + 1000
    got = softmax(x.astype(np.float16).astype(float)).astype(np.float16)
    with pytest.raises(AssertionError, match="the logits hold numbers that float16 does not"):
        assert_close(got, x, strict=True)
    assert_close(got, round_to(x, FLOAT16), strict=True)


def test_nothing_to_judge_passes() -> None:
    assert_close(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.float32))


def test_a_vector_has_one_number_for_a_result() -> None:
    x = np.float32([1, 2, 3])
    right = np.float32(softmark.oracle.logsumexp(x).value)
    assert_close(right, x, "logsumexp")
    assert softmark.tolerance(x, operation="logsumexp").shape == ()
    with pytest.raises(AssertionError, match="1 of 1 results of logsumexp"):
        assert_close(right + 1, x, "logsumexp")
