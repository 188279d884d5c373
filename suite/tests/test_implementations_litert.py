"""LiteRT computes models that are made here, by the kernels that a name asks for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from softmark_implementations.framework import NotOffered

pytest.importorskip("ai_edge_litert", reason="ai-edge-litert is not installed")

X = np.float32([[0.5, -1.0, 2.0, 0.25], [3.0, 3.0, -2.0, 0.0]])


@pytest.fixture(scope="module")
def module() -> Any:
    from softmark_implementations import with_litert

    return with_litert


def softmax(x: np.ndarray) -> np.ndarray:
    e = np.exp(x.astype(np.float64))
    return e / e.sum(axis=-1, keepdims=True)


@pytest.mark.parametrize("beta", [1.0, 2.5])
@pytest.mark.parametrize("name", ["softmax", "builtin_softmax", "reference_softmax"])
def test_beta_is_an_option_of_the_model(module: Any, name: str, beta: float) -> None:
    np.testing.assert_allclose(getattr(module, name)(X, beta=beta), softmax(beta * X), rtol=1e-6)


def test_one_model_takes_shapes_in_turn(module: Any) -> None:
    for x in (X, X[:1, :2], np.tile(X, (3, 5)), X):
        np.testing.assert_allclose(module.log_softmax(x), np.log(softmax(x)), rtol=1e-5, atol=1e-6)


def test_kernels_of_a_delegate_and_without_it_differ(module: Any) -> None:
    x = np.random.default_rng(0).normal(0, 20, (64, 100)).astype(np.float32)
    assert not np.array_equal(module.softmax(x), module.builtin_softmax(x))


def test_another_format_is_refused(module: Any) -> None:
    with pytest.raises(NotOffered, match="takes float32 here, not float64"):
        module.sigmoid(np.zeros(3))
