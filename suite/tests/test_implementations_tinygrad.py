"""tinygrad differentiates backward, twice too, and says what it lacks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from softmark.formats import FLOAT64, decode, encode
from softmark_implementations.framework import NotOffered

pytest.importorskip("tinygrad", reason="tinygrad is not installed")

X = np.array([[0.5, -1.0, 2.0, 0.25]])
COTANGENT = np.array([[1.0, -2.0, 0.5, 3.0]])
TANGENT = np.array([[0.5, 0.25, -1.0, 1.0]])


@pytest.fixture(scope="module")
def module() -> Any:
    from softmark_implementations import with_tinygrad

    return with_tinygrad


@pytest.fixture(scope="module")
def sent(module: Any) -> list[Any]:
    if not module.FRAMEWORK.devices():
        pytest.skip("there is no clang, with which tinygrad compiles")
    return [
        module.FRAMEWORK.array(encode(values, FLOAT64), "float64", "cpu")
        for values in (X, COTANGENT, TANGENT)
    ]


def product(p: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The symmetric Jacobian of softmax, diag(p) - p p', times ``g``."""
    return p * (g - (p * g).sum(axis=-1, keepdims=True))


def test_first_and_second_derivatives_are_those_of_softmax(module: Any, sent: list[Any]) -> None:
    x, g, v = sent
    p = np.exp(X) / np.exp(X).sum()
    change = product(p, TANGENT)
    inner = (p * COTANGENT).sum(axis=-1, keepdims=True)
    second = change * (COTANGENT - inner) - p * (change * COTANGENT).sum(axis=-1, keepdims=True)
    for got, expected in (
        (module.FRAMEWORK.vjp(module.softmax, x, g), product(p, COTANGENT)),
        (module.FRAMEWORK.hvp(module.softmax, x, g, v), second),
    ):
        bits, format = module.FRAMEWORK.bits(got)
        assert format == "float64"
        np.testing.assert_allclose(decode(bits, FLOAT64), expected, rtol=1e-12, atol=1e-15)


def test_no_gradient_passes_an_argmax(module: Any, sent: list[Any]) -> None:
    x, g, v = sent
    assert module.FRAMEWORK.vjp(module.argmax, x, g) is None
    assert module.FRAMEWORK.hvp(module.argmax, x, g, v) is None


def test_it_has_no_forward_derivative(module: Any, sent: list[Any]) -> None:
    with pytest.raises(NotOffered, match="backward alone"):
        module.FRAMEWORK.jvp(module.softmax, sent[0], sent[2])


def test_without_its_compiler_it_says_what_to_install(
    module: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert module.FRAMEWORK.devices() == {}
    with pytest.raises(NotOffered, match=r"no clang on the path.*install clang"):
        module.FRAMEWORK.prepare(0, 1)
    with pytest.raises(NotOffered, match="no clang on the path"):
        module.FRAMEWORK.array(np.zeros(1, np.uint32), "float32", "cpu")
