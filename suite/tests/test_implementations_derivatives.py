"""Derivatives are the framework's own: right where it has them, None where no gradient passes."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from softmark.formats import FLOAT64, decode, encode
from softmark_implementations.framework import NotOffered

X = np.array([[0.5, -1.0, 2.0, 0.25], [3.0, 3.0, -2.0, 0.0]])
COTANGENT = np.array([[1.0, -2.0, 0.5, 3.0], [0.0, 1.0, 0.0, 0.0]])
TANGENT = np.array([[0.5, 0.25, -1.0, 1.0], [2.0, -1.0, 1.0, 0.5]])


@pytest.fixture(params=["torch", "tensorflow", "jax", "mlx"])
def module(request: pytest.FixtureRequest) -> ModuleType:
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    module = importlib.import_module(f"softmark_implementations.with_{request.param}")
    if not module.FRAMEWORK.devices():
        pytest.skip(f"there is nothing here that {request.param} can compute with")
    return module


def near(module: ModuleType, got: Any, expected: np.ndarray, rtol: float) -> None:
    """MLX computes the exponential of a float64 in float32."""
    coarse = 1e-5 if module.__name__.endswith("mlx") else 0.0
    rtol, atol = max(rtol, coarse), max(1e-15, coarse / 100)
    np.testing.assert_allclose(receive(module, got), expected, rtol=rtol, atol=atol)


def send(module: ModuleType, values: np.ndarray) -> Any:
    return module.FRAMEWORK.array(encode(values, FLOAT64), "float64", "cpu")


def receive(module: ModuleType, array: Any) -> np.ndarray:
    bits, format = module.FRAMEWORK.bits(array)
    assert format == "float64"
    return decode(bits, FLOAT64)


def weights(x: np.ndarray) -> np.ndarray:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def product(p: np.ndarray, g: np.ndarray) -> np.ndarray:
    """The symmetric Jacobian of softmax, diag(p) - p p', times ``g``."""
    return p * (g - (p * g).sum(axis=-1, keepdims=True))


def test_the_vector_jacobian_product_is_that_of_softmax(module: ModuleType) -> None:
    x, g = send(module, X), send(module, COTANGENT)
    got = module.FRAMEWORK.vjp(module.softmax, x, g)
    near(module, got, product(weights(X), COTANGENT), 1e-13)


def test_the_jacobian_vector_product_is_that_of_softmax(module: ModuleType) -> None:
    x, v = send(module, X), send(module, TANGENT)
    got = module.FRAMEWORK.jvp(module.softmax, x, v)
    near(module, got, product(weights(X), TANGENT), 1e-13)


def test_the_second_derivative_is_that_of_softmax(module: ModuleType) -> None:
    x, g, v = (send(module, values) for values in (X, COTANGENT, TANGENT))
    got = module.FRAMEWORK.hvp(module.softmax, x, g, v)
    p = weights(X)
    change = product(p, TANGENT)
    inner = (p * COTANGENT).sum(axis=-1, keepdims=True)
    expected = change * (COTANGENT - inner) - p * (change * COTANGENT).sum(axis=-1, keepdims=True)
    near(module, got, expected, 1e-12)


def test_a_gradient_goes_through_the_shift_unharmed(module: ModuleType) -> None:
    """The gradient of the expected index under softmax(beta x) is beta p (i - expectation)."""
    f = module.expected_index if module.__name__.endswith("tensorflow") else module.softargmax
    beta = 2.0
    got = module.FRAMEWORK.vjp(
        lambda x: f(x, axis=-1, beta=beta), send(module, X), send(module, np.ones(2))
    )
    p = weights(beta * X)
    index = np.arange(4.0)
    expected = beta * product(p, index)
    near(module, got, expected, 1e-12)


def test_no_gradient_passes_an_argmax(module: ModuleType) -> None:
    x, v = send(module, X), send(module, TANGENT)
    cotangent = send(module, np.ones(2))
    assert module.FRAMEWORK.vjp(module.argmax, x, cotangent) is None
    assert module.FRAMEWORK.jvp(module.argmax, x, v) is None
    assert module.FRAMEWORK.hvp(module.argmax, x, cotangent, v) is None


def test_asking_for_a_derivative_leaves_the_logits_alone(module: ModuleType) -> None:
    x, g = send(module, X), send(module, COTANGENT)
    module.FRAMEWORK.vjp(module.softmax, x, g)
    np.testing.assert_array_equal(receive(module, x), X)
    assert not getattr(x, "requires_grad", False)


def test_torch_says_that_a_custom_backward_is_all_that_there_is() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    module = importlib.import_module("softmark_implementations.with_torch")

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any) -> Any:
            y = torch.softmax(x, -1)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx: Any, g: Any) -> Any:
            (y,) = ctx.saved_tensors
            return y * (g - (y * g).sum(-1, keepdim=True))

    x, g = send(module, X), send(module, COTANGENT)
    got = receive(module, module.FRAMEWORK.vjp(Softmax.apply, x, g))
    np.testing.assert_allclose(got, product(weights(X), COTANGENT), rtol=1e-13, atol=1e-15)
    with pytest.raises(NotOffered, match=r"custom autograd\.Function"):
        module.FRAMEWORK.jvp(Softmax.apply, x, g)
    with pytest.raises(NotOffered, match="cannot be differentiated again"):
        module.FRAMEWORK.hvp(Softmax.apply, x, g, g)


def test_jax_says_that_a_custom_vjp_has_no_forward_derivative() -> None:
    jax = pytest.importorskip("jax", reason="jax is not installed")
    module = importlib.import_module("softmark_implementations.with_jax")
    softmax = jax.custom_vjp(lambda x: jax.nn.softmax(x))
    softmax.defvjp(
        lambda x: (jax.nn.softmax(x),) * 2, lambda y, g: (y * (g - (y * g).sum(-1, keepdims=True)),)
    )

    x, g = send(module, X), send(module, COTANGENT)
    got = receive(module, module.FRAMEWORK.vjp(softmax, x, g))
    np.testing.assert_allclose(got, product(weights(X), COTANGENT), rtol=1e-13, atol=1e-15)
    with pytest.raises(NotOffered, match="custom_vjp has no forward derivative"):
        module.FRAMEWORK.jvp(softmax, x, g)
    softmax.defvjp(
        lambda x: (softmax(x),) * 2, lambda y, g: (y * (g - (y * g).sum(-1, keepdims=True)),)
    )
    with pytest.raises(NotOffered, match="custom_vjp has no forward derivative"):
        module.FRAMEWORK.hvp(softmax, x, g, g)


def test_numpy_says_that_it_does_not_differentiate() -> None:
    module = importlib.import_module("softmark_implementations.with_numpy")
    x = send(module, X)
    for derivative in (module.FRAMEWORK.vjp, module.FRAMEWORK.jvp):
        with pytest.raises(NotOffered, match="numpy has no automatic differentiation"):
            derivative(module.softmax, x, x)
    with pytest.raises(NotOffered, match="numpy has no automatic differentiation"):
        module.FRAMEWORK.hvp(module.softmax, x, x, x)


def test_tensorflow_says_that_a_sparse_softmax_has_no_forward_derivative() -> None:
    pytest.importorskip("tensorflow", reason="tensorflow is not installed")
    module = importlib.import_module("softmark_implementations.with_tensorflow")
    x, g = send(module, X), send(module, COTANGENT)
    got = receive(module, module.FRAMEWORK.vjp(module.softmax_sparse, x, g))
    np.testing.assert_allclose(got, product(weights(X), COTANGENT), rtol=1e-13, atol=1e-15)
    with pytest.raises(NotOffered, match="SparseDenseCwiseAdd"):
        module.FRAMEWORK.jvp(module.softmax_sparse, x, g)
