"""A step of training: its value, what it leaves alone, and what a second backward gives."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from softmark import checks, operations
from softmark.checks import Measurement, Scope
from softmark.formats import BFLOAT16, FLOAT32, FLOAT64
from softmark.judging.scope import said
from softmark.records import Case
from softmark.subjects import Call, Info, NotOffered
from softmark.workers.in_process import InProcessSubject
from softmark_implementations.with_numpy import FRAMEWORK

Function = Callable[..., Any]
X = np.array([[0.0, 1.0, 2.0], [3.0, 1.0, 0.5]])
G = np.array([[1.0, 2.0, 4.0], [0.5, 0.25, 1.0]])
INFO = Info("numpy.softmax[test]", "numpy", "softmax")
SCOPE = Scope(INFO, operations.load("softmax"), FLOAT64)


def softmax(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def right(x: Any, g: Any, axis: int = -1) -> Any:
    p = softmax(x, axis)
    return p * (g - (p * g).sum(axis=axis, keepdims=True))


def in_the_cotangent(x: Any, g: Any, axis: int = -1) -> Any:
    g[...] = right(x, g, axis)
    return g


def in_the_logits(x: Any, g: Any, axis: int = -1) -> Any:
    result = right(x, g, axis)
    x[...] = result
    return result


def another_each_time() -> Function:
    calls: list[int] = []

    def backward(x: Any, g: Any, axis: int = -1) -> Any:
        calls.append(1)
        return right(x, g, axis) * (1.0 if len(calls) % 2 else 2.0)

    return backward


def kept_result() -> tuple[Function, Function]:
    """A forward whose result stays with it, and a backward that works there."""
    kept: list[Any] = []

    def forward(x: Any, axis: int = -1) -> Any:
        kept.append(softmax(x, axis))
        return kept[-1]

    def backward(x: Any, g: Any, axis: int = -1) -> Any:
        kept[-1][...] = right(x, g, axis)
        return kept[-1]

    return forward, backward


def found(function: Function, backward: Function, case: Case) -> dict[str, Measurement]:
    subject = InProcessSubject(function, INFO, FRAMEWORK, vjp=backward)
    return {m.metric: m for m in checks.load("gradient").measure(subject, case, SCOPE)}


PLAIN = SCOPE.case("normal", 4, 6, check={"mode": "vjp"})
TIED = SCOPE.case("ties", 4, 6, check={"mode": "vjp"}, maxima=2)
LEFT = ("input modified", "cotangent modified", "result overwritten", "second backward")


@pytest.mark.parametrize(
    ("function", "backward", "metric"),
    [
        (softmax, in_the_cotangent, "cotangent modified"),
        (softmax, in_the_logits, "input modified"),
        (softmax, another_each_time(), "second backward"),
        (*kept_result(), "result overwritten"),
        (lambda x, axis=-1: softmax(x, axis).round(3), right, "value in training"),
    ],
)
def test_a_backward_by_hand_that_leaves_something_behind_fails(
    function: Function, backward: Function, metric: str
) -> None:
    assert found(softmax, right, PLAIN)[metric].verdict == "pass"
    assert found(function, backward, PLAIN)[metric].verdict == "fail"


def test_what_a_step_leaves_alone_is_recorded_once_and_failures_always() -> None:
    assert {"value in training", *LEFT} < set(found(softmax, right, PLAIN))
    assert not {"value in training", *LEFT} & set(found(softmax, right, TIED))
    assert found(softmax, in_the_cotangent, TIED)["cotangent modified"].verdict == "fail"


def test_a_cotangent_is_arranged_as_the_case_says() -> None:
    seen = []

    def backward(x: Any, g: Any, axis: int = -1) -> Any:
        seen.append(g.strides)
        return right(x, g, axis)

    subject = InProcessSubject(softmax, INFO, FRAMEWORK, vjp=backward)
    ones = np.ones_like(G)
    subject.train(Call(X, cotangent="expanded", g=ones), FLOAT64)
    subject.train(Call(X, cotangent="transposed", g=G), FLOAT64)
    assert seen == [(0, 0), (0, 0), (8, 16), (8, 16)]  # the second backward has the same
    with pytest.raises(NotOffered, match="cannot be expanded"):
        subject.train(Call(X, cotangent="expanded", g=G), FLOAT64)


def test_a_backward_by_hand_knows_nothing_of_a_change_in_between() -> None:
    subject = InProcessSubject(softmax, INFO, FRAMEWORK, vjp=right)
    with pytest.raises(NotOffered, match="is given the logits anew"):
        subject.train(Call(X, g=G), FLOAT64, between="logits")


def test_arrays_that_are_not_written_into_are_not_overwritten() -> None:
    pytest.importorskip("jax", reason="jax is not installed")
    module = importlib.import_module("softmark_implementations.with_jax")
    subject = InProcessSubject(module.softmax, replace(INFO, framework="jax"), module.FRAMEWORK)
    with pytest.raises(NotOffered, match="arrays of jax are not written into"):
        subject.train(Call(X, g=G), FLOAT32, between="result")


@pytest.mark.parametrize("name", ["torch", "jax", "tensorflow", "mlx", "tinygrad", "paddle"])
def test_each_framework_gives_the_value_and_two_equal_backwards(name: str) -> None:
    pytest.importorskip(name, reason=f"{name} is not installed")
    module = importlib.import_module(f"softmark_implementations.with_{name}")
    if not module.FRAMEWORK.devices():
        pytest.skip(f"there is nothing here that {name} can compute with")
    subject = InProcessSubject(module.softmax, replace(INFO, framework=name), module.FRAMEWORK)
    step = subject.train(Call(X, g=G), FLOAT32)
    assert step is not None
    assert step.again is not None
    np.testing.assert_allclose(step.value.values, softmax(X), rtol=1e-6)
    np.testing.assert_allclose(step.gradient.values, right(X, G), rtol=1e-5, atol=1e-7)
    assert np.array_equal(step.gradient.values, step.again.values)
    assert not step.gradient.input_modified
    assert not step.cotangent_modified
    assert not step.value_modified


def test_a_refused_second_backward_is_not_offered_and_says_why() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    module = importlib.import_module("softmark_implementations.with_torch")

    class Once(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            ctx.y = torch.softmax(x, -1)
            return ctx.y.clone()

        @staticmethod
        def backward(ctx: Any, g: Any) -> Any:
            if ctx.y is None:
                raise RuntimeError("the buffer is freed")
            y, ctx.y = ctx.y, None
            return y * (g - (y * g).sum(-1, keepdim=True))

    subject = InProcessSubject(Once.apply, replace(INFO, framework="torch"), module.FRAMEWORK)
    measured = checks.load("gradient").measure(subject, PLAIN, SCOPE)
    second = {m.metric: m for m in measured}["second backward"]
    assert second.verdict == "not_offered"
    assert "the buffer is freed" in second.message


def test_an_in_place_change_that_torch_refuses_passes() -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    module = importlib.import_module("softmark_implementations.with_torch")
    subject = InProcessSubject(module.softmax, replace(INFO, framework="torch"), module.FRAMEWORK)
    changed = SCOPE.case("normal", 4, 6, check={"mode": "changed"})
    (measured,) = checks.load("gradient").measure(subject, changed, SCOPE)
    assert measured.verdict == "pass"
    logsumexp = replace(SCOPE, operation=operations.load("logsumexp"))
    other = InProcessSubject(
        module.logsumexp, replace(INFO, framework="torch", operation="logsumexp"), module.FRAMEWORK
    )
    (measured,) = checks.load("gradient").measure(other, changed, logsumexp)
    assert (measured.verdict, measured.message) == ("pass", "it is refused")


def test_a_gradient_that_is_weak_anyway_is_not_held_against_a_change() -> None:
    pytest.importorskip("torch", reason="torch is not installed")
    module = importlib.import_module("softmark_implementations.with_torch")
    info = replace(INFO, framework="torch")
    scope = replace(SCOPE, info=info, format=BFLOAT16)
    subject = InProcessSubject(module.softmax, info, module.FRAMEWORK)
    measure = checks.load("gradient").measure
    plain, changed = (
        scope.case("normal", 64, 10, check={"mode": mode}) for mode in ("vjp", "changed")
    )
    assert {m.metric: m.verdict for m in measure(subject, plain, scope)}["vjp error"] == "weak"
    assert [m.verdict for m in measure(subject, changed, scope)] == ["pass"]


def test_cotangents_in_other_layouts_are_asked_of_what_does_not_compile() -> None:
    def layouts(scope: Scope) -> list[str]:
        cases = checks.load("gradient").cases(scope)
        return [lay for case in cases if (lay := said(case).get("cotangent layout"))]

    assert layouts(SCOPE) == ["expanded", "transposed"]
    assert layouts(replace(SCOPE, operation=operations.load("logsumexp"))) == [
        "expanded",
        "strided",
    ]
    assert layouts(replace(SCOPE, info=replace(INFO, costly="shapes"))) == []
