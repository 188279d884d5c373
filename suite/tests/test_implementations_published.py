"""The figures that the sources print come out of the implementations named after them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmark_implementations import pure_python, with_numpy

ONE_TO_FIVE = np.arange(1.0, 6.0)


def load(name: str) -> ModuleType:
    pytest.importorskip(name, reason=f"{name} is not installed")
    return importlib.import_module(f"softmark_implementations.with_{name}")


@pytest.mark.parametrize(
    "softmax",
    [
        pure_python.naive_softmax,
        pure_python.softmax,
        with_numpy.naive_softmax,
        with_numpy.softmax,
    ],
)
def test_softmax_of_one_to_five(softmax: Callable[[np.ndarray], np.ndarray]) -> None:
    np.testing.assert_array_equal(np.round(softmax(ONE_TO_FIVE), 2), [0.01, 0.03, 0.09, 0.23, 0.64])


def test_the_smooth_maximum_of_one_to_five_is_below_its_maximum() -> None:
    assert 4.45 < with_numpy.smooth_max(ONE_TO_FIVE) < 4.46
    assert with_numpy.hard_max(ONE_TO_FIVE) == 5.0


def test_the_tutorials_soft_argmax() -> None:
    tf = pytest.importorskip("tensorflow", reason="tensorflow is not installed")
    module = load("tensorflow")
    alpha = tf.constant([[5, 2, 1, 2], [3.9, 4, 1, 2], [2, 5.9, 6, 2]], dtype=tf.float32)
    column = module.softargmax(alpha, 4, theda=100).numpy()
    np.testing.assert_allclose(column, [[0.0], [0.9999546], [1.9999546]], rtol=0, atol=1e-6)
    np.testing.assert_array_equal(column[:, 0], module.softargmax_tutorial(alpha).numpy())
    np.testing.assert_array_equal(module.argmax(alpha).numpy(), [0, 1, 2])


def test_argmax_along_both_dimensions_of_a_3x3_tensor() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    x = torch.tensor([[0.2, 0.9, 0.1], [0.3, 0.4, 0.8], [0.7, 0.5, 0.6]])
    module = load("torch")
    assert module.argmax(x, axis=0).tolist() == [2, 0, 1]
    assert module.argmax(x, axis=1).tolist() == [1, 2, 0]


@pytest.mark.parametrize("name", ["numpy", "scipy", "torch", "tensorflow", "jax"])
def test_softmax_of_x_and_zero_is_the_sigmoid_of_x(name: str) -> None:
    module = load(name)
    x = np.linspace(-30, 30, 121)
    pairs = np.stack([x, np.zeros_like(x)], axis=-1)

    def call(function: Callable[[Any], Any], values: np.ndarray) -> np.ndarray:
        bits = np.ascontiguousarray(values).view(np.uint64)
        result = function(module.FRAMEWORK.array(bits, "float64", "cpu"))
        return module.FRAMEWORK.bits(result)[0].view(np.float64)

    both = call(module.softmax, pairs)
    np.testing.assert_allclose(both[:, 0], call(module.sigmoid, x), rtol=1e-14)


def test_the_naive_formula_overflows_and_the_shifted_one_does_not() -> None:
    x = np.array([1000.0, 0.0])
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(with_numpy.naive_softmax(x)[0])
    np.testing.assert_array_equal(with_numpy.softmax(x), [1.0, 0.0])
    with pytest.raises(OverflowError):
        pure_python.naive_softmax(x)
    np.testing.assert_array_equal(pure_python.softmax(x), [1.0, 0.0])


def test_float16_arithmetic_is_numpys_own() -> None:
    assert with_numpy.softmax(np.ones(3, dtype=np.float16)).dtype == np.float16
    with np.errstate(over="ignore", invalid="ignore"):
        assert np.isnan(with_numpy.naive_softmax(np.array([12.0, 0.0], dtype=np.float16))[0])


@given(st.lists(st.floats(-1e308, 1e308), min_size=1, max_size=50))
def test_the_stable_list_comprehension_is_a_distribution(z: list[float]) -> None:
    p = pure_python.stable(z)
    assert all(0.0 <= value <= 1.0 for value in p)
    assert abs(sum(p) - 1.0) <= len(z) * 2.0**-52
    assert p[z.index(max(z))] == max(p)
