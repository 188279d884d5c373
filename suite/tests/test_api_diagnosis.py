"""What a wrong function computes is named where it is reproduced exactly, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest

import softmark
from softmark.api.diagnosis import Diagnosis, Sample, explained, is_wrong
from softmark.api.diagnosis.steps import right
from softmark.formats import BFLOAT16, FLOAT16, FLOAT32, Format, round_to

RNG = np.random.default_rng(0)
NORMAL = 3 * RNG.normal(size=(6, 40))
INPUTS = [
    NORMAL,
    RNG.normal(size=(3, 37)),
    300 + 100 * RNG.normal(size=(4, 16)),
    np.where(RNG.random((5, 40)) < 0.3, -np.inf, 2 * RNG.normal(size=(5, 40))),
    np.zeros((3, 300)),
]


def softmax(x: np.ndarray, beta: float = 1.0) -> np.ndarray:
    e = np.exp((x - x.max(axis=-1, keepdims=True)) * x.dtype.type(beta))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def samples(function: Callable[[np.ndarray], Any]) -> list[Sample]:
    """What it returns for a few inputs in float32, judged at every element."""
    found = []
    for values in INPUTS:
        x = round_to(values, FLOAT32)
        with np.errstate(all="ignore"):
            got = np.asarray(function(x.astype(np.float32)), dtype=np.float64)
        known = np.ones(got.shape, dtype=bool)
        found.append(Sample("softmax", FLOAT32, x, -1, 1.0, None, got, known))
    return found


def diagnosis(
    function: Callable[[np.ndarray], Any], operation: str = "softmax"
) -> Diagnosis | None:
    made = samples(function)
    wrong = [s for s in made if is_wrong(s)]
    return explained(wrong, [s for s in made if s not in wrong])


def unshifted(x: np.ndarray) -> np.ndarray:
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def with_epsilon(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / (e.sum(axis=-1, keepdims=True) + np.float32(3e-4)))


def tail_left_out(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    whole = x.shape[-1] - x.shape[-1] % 8
    return np.asarray(e / e[..., :whole].sum(axis=-1, keepdims=True))


def softmax_in(fmt: Format, x: np.ndarray) -> np.ndarray:
    """Every step rounded to a narrower format."""
    y = round_to(x, fmt)
    e = round_to(np.exp(round_to(y - y.max(axis=-1, keepdims=True), fmt)), fmt)
    return round_to(e / round_to(e.sum(axis=-1, keepdims=True), fmt), fmt)


def log_softmax(x: np.ndarray) -> np.ndarray:
    d = x - x.max(axis=-1, keepdims=True)
    return np.asarray(d - np.log(np.exp(d).sum(axis=-1, keepdims=True)))


NAMED: list[tuple[Callable[[np.ndarray], Any], str]] = [
    (lambda x: softmax(x, 0.5), "softmax of x / 2"),
    (lambda x: softmax(x, 1.7), "softmax of 1.7 x"),
    (lambda x: softmax(x, float(np.log(2))), "softmax of x with base 2 in place of e"),
    (lambda x: softmax(x, -1.0), "softmax of -x"),
    (lambda x: softmax(x.T).T, "softmax along axis 0, whatever is asked for"),
    (unshifted, "softmax without the shift by the maximum"),
    (with_epsilon, "softmax whose sum is 0.0003 larger"),
    (tail_left_out, "softmax whose sum leaves out the rest of the row by 8"),
    (lambda x: softmax(np.clip(x, -20, 20)), "softmax of logits held between -20 and 20"),
    (lambda x: softmax(np.where(np.isneginf(x), np.float32(0), x)), "masked logits taken for 0"),
    (lambda x: softmax(x) * np.float32(0.97), "softmax(x) times 0.97"),
    (partial(softmax_in, FLOAT16), "softmax(x) computed in float16"),
    (partial(softmax_in, BFLOAT16), "softmax(x) computed in bfloat16"),
    (np.zeros_like, "0 everywhere"),
    (log_softmax, "log_softmax(x)"),
]


@pytest.mark.parametrize(("function", "words"), NAMED, ids=[words for _, words in NAMED])
def test_a_usual_mistake_is_named(function: Callable[[np.ndarray], Any], words: str) -> None:
    found = diagnosis(function)

    assert found is not None
    assert words in found.words
    assert found.everywhere


def noisy(x: np.ndarray) -> np.ndarray:
    return np.asarray(softmax(x) * (1 + 1e-3 * np.sin(1e3 * x)))


def nearly_half(x: np.ndarray) -> np.ndarray:
    """softmax of x / 2 but for one element in a hundred."""
    y = softmax(x, 0.5)
    y.reshape(-1)[::100] *= np.float32(1.001)
    return y


@pytest.mark.parametrize("function", [noisy, nearly_half])
def test_what_no_explanation_reproduces_to_the_last_element_has_no_name(
    function: Callable[[np.ndarray], Any],
) -> None:
    assert diagnosis(function) is None


def test_a_right_function_has_nothing_to_explain() -> None:
    assert not any(map(is_wrong, samples(softmax)))
    assert diagnosis(softmax) is None


def test_a_mistake_that_some_inputs_alone_show_is_said_to_be_there_alone() -> None:
    found = diagnosis(lambda x: softmax(x, 0.5) if x.shape[-1] > 37 else softmax(x))

    assert found is not None
    assert found.text.startswith("Diagnosis: where it fails, this is softmax of x / 2")


def test_nan_in_place_of_numbers_is_explained_by_nothing_that_only_fits_there() -> None:
    found = diagnosis(lambda x: np.full_like(x, np.nan) if x.shape[-1] == 37 else softmax(x))

    assert found is None


def test_each_operation_is_recognised_where_another_was_named() -> None:
    for operation in ("log_softmax", "sigmoid", "hardmax"):
        made = [replace(s, got=right(replace(s, operation=operation))) for s in samples(softmax)]
        found = explained([s for s in made if is_wrong(s)])
        assert found is not None
        assert f"is this --op {operation}?" in found.text


P, G = softmax(NORMAL), RNG.normal(size=NORMAL.shape)
GRADIENTS = {
    "p g: the projection is missing": P * G,
    "p (1 - p) g: the diagonal of the Jacobian alone": P * (1 - P) * G,
    "the right one over the number of rows": P * (G - (P * G).sum(axis=-1, keepdims=True)) / 6,
    "0": np.zeros_like(P),
}


@pytest.mark.parametrize("words", GRADIENTS)
def test_a_usual_mistake_in_a_gradient_is_named(words: str) -> None:
    known = np.ones(P.shape, dtype=bool)
    got = round_to(GRADIENTS[words], FLOAT32)
    sample = Sample("softmax", FLOAT32, NORMAL, -1, 1.0, None, got, known, G)
    found = explained([sample])

    assert found is not None
    assert found.words == words
    assert "the gradient is" in found.text


@pytest.mark.parametrize("wrong", [True, False])
def test_a_gradient_has_beta_as_a_factor(wrong: bool) -> None:
    p = softmax(NORMAL, 4.0)
    exact = 4 * p * (G - (p * G).sum(axis=-1, keepdims=True))
    got = round_to(4 * p * G if wrong else exact, FLOAT32)
    known = np.ones(P.shape, dtype=bool)
    sample = Sample("softmax", FLOAT32, NORMAL, -1, 4.0, None, got, known, G)

    assert is_wrong(sample) is wrong
    found = explained([sample] * wrong)
    assert found is None or "projection is missing" in found.words
    assert (found is not None) is wrong


def test_a_check_says_what_the_function_computes_and_which_operation_it_is() -> None:
    def logarithm(x: np.ndarray, axis: int = -1) -> np.ndarray:
        return np.moveaxis(log_softmax(np.moveaxis(x, axis, -1)), -1, axis)

    few: dict[str, Any] = {"formats": ["float32"], "checks": ["ties"], "takes": "integers=no"}
    report = softmark.check(logarithm, **few)
    assert "is this --op log_softmax?" in report.evidence().splitlines()[0]
    assert softmark.check(logarithm, "log_softmax", **few).diagnosis == ""


@pytest.mark.parametrize("kind", ["index", "probability"])
def test_a_softmax_before_a_loss_is_named(kind: str) -> None:
    x = round_to(NORMAL, FLOAT32)
    labels = RNG.integers(0, 40, 6) if kind == "index" else softmax(NORMAL)
    whole = np.eye(40)[labels] if kind == "index" else labels
    p = softmax(x.astype(np.float32)).astype(np.float32)
    log_q = p - np.log(np.exp(p).sum(axis=-1, keepdims=True))
    got = -(whole * log_q).sum(axis=-1)
    wrong = Sample("cross_entropy", FLOAT32, x, -1, 1.0, labels, got, np.ones(6, dtype=bool))

    found = explained([wrong])

    assert found is not None
    assert "a softmax twice" in found.words
