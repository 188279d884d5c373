"""How a user's function is called: what its names say, what a trial tells, what its user maps."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import softmark
from softmark.calling.caller import Caller
from softmark.calling.learning import Learned, learn
from softmark.formats import FLOAT32
from softmark.naming import UnknownName
from softmark.subjects import Call, Info, NotOffered, TargetError
from softmark.subjects.convention import Convention
from softmark.subjects.mapping import parsed
from softmark.workers.in_process import InProcessSubject
from softmark_implementations import with_numpy
from softmark_implementations.framework import Framework

X = np.array([[0.0, 1.0, 2.0], [3.0, 5.0, 3.0]])


def softmax(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def learnt(function: Callable[..., Any], operation: str = "softmax", **mapped: str) -> Learned:
    return learn(function, with_numpy.FRAMEWORK, operation, mapped)


def results(
    function: Callable[..., Any], framework: Framework = with_numpy.FRAMEWORK, **mapped: str
) -> InProcessSubject:
    taken = learn(function, framework, mapped=mapped).convention
    return InProcessSubject(function, Info("own", "own", "softmax"), framework, taken=taken)


def loss(operation: Callable[..., Any], **mapped: str) -> Any:
    """What a loss gives at the rows ``X`` with the labels 2 and 0."""
    taken = learnt(operation, "cross_entropy", **mapped).convention
    info = Info("own", "own", "cross_entropy")
    subject = InProcessSubject(operation, info, with_numpy.FRAMEWORK, taken=taken)
    return subject.forward(Call(X, labels=np.array([2, 0])), FLOAT32).values.tolist()


def plain_loss(logits: Any, labels: Any) -> Any:
    picked = np.take_along_axis(logits, labels[..., None], -1)[..., 0]
    return np.log(np.exp(logits).sum(-1)) - picked


def jitted(kind: str) -> Any:
    jax = pytest.importorskip("jax", reason="jax is not installed")

    class Layer:
        @functools.partial(jax.jit, static_argnums=0)
        def __call__(self, x: Any, axis: int = -1) -> Any:
            return jax.nn.softmax(x, axis)

        @functools.partial(jax.jit, static_argnums=0)
        def method(self, x: Any, axis: int = -1) -> Any:
            return jax.nn.softmax(x, axis)

    kinds = {
        "plain": lambda: jax.jit(jax.nn.softmax),
        "of a function": lambda: jax.jit(lambda x, axis=-1: jax.nn.softmax(x, axis)),
        "without a default": lambda: jax.jit(lambda x, axis: jax.nn.softmax(x, axis)),
        "by keyword alone": lambda: jax.jit(lambda x, *, dim=-1: jax.nn.softmax(x, dim)),
        "static": lambda: jax.jit(jax.nn.softmax, static_argnames="axis"),
        "of a partial": lambda: jax.jit(functools.partial(jax.nn.softmax, axis=-1)),
        "an object": Layer,
        "a method": lambda: Layer().method,
    }
    return kinds[kind]()


KINDS = ("plain", "of a function", "without a default", "by keyword alone", "static")


@pytest.mark.parametrize("kind", [*KINDS, "of a partial", "an object", "a method"])
def test_a_jitted_function_is_called_along_every_axis(kind: str) -> None:
    function = jitted(kind)
    from softmark_implementations import with_jax

    subject = results(function, with_jax.FRAMEWORK)
    for axis in (-1, 0):
        got = subject.forward(Call(X, axis=axis), FLOAT32).values
        np.testing.assert_allclose(got, softmax(X, axis), rtol=1e-6)
    product = subject.vjp(Call(X, axis=0, g=np.ones_like(X)), FLOAT32)
    assert product is not None
    assert abs(product.values).max() < 1e-6


def test_what_is_bound_is_compiled_once_for_each_axis_and_a_default_not_at_all() -> None:
    function = jitted("plain")
    from softmark_implementations import with_jax

    taken = learn(function, with_jax.FRAMEWORK).convention
    caller = Caller(function, with_jax.FRAMEWORK, "softmax", taken=taken)
    assert taken.bound == ("axis",)
    assert caller.prepared({"axis": -1}) == (function, {})
    once, again = (caller.prepared({"axis": 0})[0] for _ in range(2))
    assert once is again is not function
    assert hasattr(once, "lower"), "it is compiled as it was"


def test_a_beta_is_traced_unless_the_function_refuses_that() -> None:
    jax = pytest.importorskip("jax", reason="jax is not installed")
    from softmark_implementations import with_jax

    def branching(x: Any, axis: int = -1, beta: float = 1.0) -> Any:
        return jax.nn.softmax(x if beta == 1 else beta * x, axis)

    def plain(x: Any, axis: int = -1, beta: float = 1.0) -> Any:
        return jax.nn.softmax(beta * x, axis)

    bound = [learn(jax.jit(f), with_jax.FRAMEWORK).convention.bound for f in (plain, branching)]
    assert bound == [("axis",), ("axis", "beta")]
    got = results(jax.jit(branching), with_jax.FRAMEWORK).forward(
        Call(X, axis=0, beta=4.0), FLOAT32
    )
    np.testing.assert_allclose(got.values, softmax(4 * X, 0), rtol=1e-5)


def test_a_function_that_cannot_be_given_an_axis_is_called_without() -> None:
    @functools.wraps(softmax)
    def narrower(x: Any) -> Any:
        return softmax(x)

    found = learnt(narrower)
    assert found.convention == Convention("", False)
    assert "called without axis, which it refuses (TypeError" in found.remarks[0]


def test_a_plain_function_is_not_tried() -> None:
    calls = []

    def counting(x: Any, axis: int = -1) -> Any:
        calls.append(1)
        return softmax(x, axis)

    assert learnt(counting).remarks == ()
    assert calls == []


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("temperature", "--map beta=1/temperature"),
        ("tau", "--map beta=1/tau"),
        ("T", "--map beta=1/T"),
        ("scale", "--map beta=scale"),
        ("theta", "--map beta=theta"),
        ("mask", "left at the default, so not checked: mask=1.0"),
    ],
)
def test_a_parameter_that_is_not_understood_is_named_with_what_to_do(
    name: str, advice: str
) -> None:
    space: dict[str, Any] = {}
    exec(f"def f(x, axis=-1, {name}=1.0): return x", space)
    (remark,) = learnt(space["f"]).remarks
    assert name in remark
    assert advice in remark


def test_what_a_framework_documents_is_not_named() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from softmark_implementations import with_torch

    for function in (torch.nn.functional.softmax, torch.nn.Softmax(dim=-1), torch.softmax):
        found = learn(function, with_torch.FRAMEWORK)
        assert found.remarks == ()
    scipy = pytest.importorskip("scipy.special", reason="scipy is not installed")
    assert learnt(functools.partial(scipy.softmax, axis=-1)).remarks == ()


def test_a_temperature_is_the_inverse_of_beta() -> None:
    def warm(x: Any, axis: int = -1, temperature: float = 1.0) -> Any:
        return softmax(x / temperature, axis)

    subject = results(warm, beta="1/temperature")
    got = subject.forward(Call(X, beta=4.0), FLOAT32).values
    np.testing.assert_allclose(got, softmax(4 * X), rtol=1e-5)
    with pytest.raises(NotOffered, match="1/beta is no floating-point number for beta = 3"):
        subject.forward(Call(X, beta=3.0), FLOAT32)


def test_an_axis_of_any_name_is_mapped_or_guessed_from_its_default() -> None:
    assert results(lambda x, dim_: softmax(x, dim_), axis="dim_").forward(Call(X, axis=0), FLOAT32)
    found = learnt(lambda x, d=-1: softmax(x, d))
    assert found.convention.axis == "d"
    assert "d is taken for the axis: guessed from its default -1; --map axis=" in found.remarks[0]


def test_what_is_given_by_place_alone_is_given_by_place() -> None:
    def placed(x: Any, axis: int, beta: float = 1.0, /) -> Any:
        return softmax(beta * x, axis)

    got = results(placed).forward(Call(X, axis=0, beta=2.0), FLOAT32).values
    np.testing.assert_allclose(got, softmax(2 * X, 0), rtol=1e-6)


def test_labels_are_found_by_name_by_trial_and_by_map() -> None:
    due = plain_loss(X.astype(np.float32), np.array([2, 0])).tolist()
    by_name = [
        lambda target, logits: plain_loss(logits, target),
        lambda input, weight=None, target=None: plain_loss(input, target),
        lambda y_true, y_pred: plain_loss(y_pred, y_true),
    ]
    for function in by_name:
        assert loss(function) == due

    def turned(a: Any, b: Any) -> Any:
        return plain_loss(b, a)

    assert loss(turned) == loss(turned, labels="1") == loss(turned, labels="a") == due
    found = learnt(turned, "cross_entropy")
    assert "called with its labels first: guessed" in found.remarks[0]
    assert learnt(plain_loss, "cross_entropy").remarks == ()


def test_what_needs_an_argument_that_is_not_understood_is_one_message() -> None:
    def needing(x: Any, theta: float, axis: int = -1) -> Any:
        return x

    words = r"it needs theta, which softmark does not know.*--map beta=theta, or give theta a"
    with pytest.raises(TargetError, match=words):
        learnt(needing)
    assert learnt(needing, beta="theta").convention.takes_beta


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (lambda axis, x: axis, "x is not its first parameter; name a function that takes the log"),
        (
            lambda q, keys, values: q,
            "needs keys and values, .*: name a function of x and axis that gi",
        ),
    ],
)
def test_what_needs_several_arguments_or_its_logits_later_needs_a_function_around_it(
    function: Any, words: str
) -> None:
    with pytest.raises(TargetError, match=words):
        learnt(function)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("axis", "map 'axis' has no equals sign; write axis=PARAMETER"),
        ("axis=1/d", "map axis=1/d cannot be read; axis is a parameter"),
        ("beta=2*t", "cannot be read; beta is a parameter or 1/PARAMETER"),
        ("x=0", "cannot be read; x is a parameter, or its place: 1 or 2"),
        (["axis=d", "beta=1/d"], "map beta=1/d repeats a name of another map; give one"),
        (["axis=d", "axis=e"], "map axis=e repeats a name of another map; give one"),
    ],
)
def test_a_map_that_cannot_be_read_is_refused(given: Any, words: str) -> None:
    with pytest.raises(TargetError) as refusal:
        parsed([given] if isinstance(given, str) else given)
    assert words in str(refusal.value)


def test_a_map_of_nothing_that_there_is_is_refused() -> None:
    with pytest.raises(UnknownName, match="unknown argument to map 'gamma'; there are x, axis"):
        parsed({"gamma": "g"})
    with pytest.raises(TargetError, match=r"map axis=d: the function has no such parameter; it ta"):
        learnt(softmax, axis="d")
    with pytest.raises(TargetError, match="logsumexp has no beta; leave it out of map"):
        softmark.check(softmax, "logsumexp", map={"beta": "scale"})
    with pytest.raises(TargetError, match=r"numpy.softmax is an implementation; leave map out"):
        softmark.check("numpy.softmax", map={"axis": "d"})


def test_a_check_with_a_map_says_what_is_left_open() -> None:
    def warm(x: Any, dim_: int, temperature: float = 1.0, mask: Any = None) -> Any:
        return softmax(x / temperature, dim_)

    report = softmark.check(
        warm, map=["axis=dim_", "beta=1/temperature"], formats=["float32"], checks=["ties"]
    )
    assert report.ok
    assert any("mask=None" in remark for remark in report.remarks)
    assert "Note: left at the default" in str(report)
    assert report.to_json()["remarks"] == list(report.remarks)
    assert report.to_json()["call"]["beta"] == "1/temperature"
