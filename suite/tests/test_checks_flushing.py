"""An implementation is shown to flush by results that nothing but flushing makes zero."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import jax
import numpy as np
import pytest
import tensorflow as tf
import torch
from mutants import Control
from mutants.measuring import scope_of
from numpy.typing import NDArray

from softmark import operations
from softmark.judging.flushing import Probe
from softmark.workers.in_process import InProcessSubject
from softmark_implementations import with_jax, with_numpy, with_tensorflow, with_torch

Array = NDArray[Any]
MODES = ("forward", "vjp", "jvp", "hvp")
FORMATS = ("float64", "float32", "bfloat16", "float16")
FRAMEWORKS = {
    "numpy": with_numpy.FRAMEWORK,
    "torch": with_torch.FRAMEWORK,
    "jax": with_jax.FRAMEWORK,
    "tensorflow": with_tensorflow.FRAMEWORK,
}


def flushes(function: Any, operation: str, framework: str, fmt: str, mode: str = "forward") -> bool:
    scope = scope_of(Control("f", operation, function, framework, FORMATS), fmt)
    subject = InProcessSubject(function, scope.info, FRAMEWORKS[framework])
    return replace(scope, shown=Probe(subject)).flushes(mode)


def flushed(y: Array) -> Array:
    return np.where(np.abs(y) < np.finfo(y.dtype).tiny, y.dtype.type(0), y)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("fmt", ["float64", "float32"])
def test_tensorflow_flushes_in_every_mode_and_torch_in_none(fmt: str, mode: str) -> None:
    def of_tensorflow(x: Any, axis: int = -1) -> Any:
        return tf.nn.softmax(x, axis)

    def of_torch(x: Any, axis: int = -1) -> Any:
        return torch.softmax(x, axis)

    assert flushes(of_tensorflow, "softmax", "tensorflow", fmt, mode)
    assert not flushes(of_torch, "softmax", "torch", fmt, mode)


@pytest.mark.parametrize("fmt", ["float16", "float32"])
def test_jax_flushes_float32_and_keeps_float16(fmt: str) -> None:
    assert flushes(jax.nn.softmax, "softmax", "jax", fmt) == (fmt == "float32")


@pytest.mark.parametrize(
    "operation", ["softmax", "softargmax", "smooth_max", "sigmoid", "softplus", "log_sigmoid"]
)
def test_a_function_that_sets_subnormal_results_to_zero_is_shown_to(operation: str) -> None:
    own = getattr(with_numpy, operation)

    def flushing(x: Array, axis: int = -1) -> Array:
        one = operations.load(operation).is_pointwise
        return flushed(own(x) if one else own(x, axis))

    for fmt in ("float64", "float32", "float16"):
        assert flushes(flushing, operation, "numpy", fmt)
        assert not flushes(own, operation, "numpy", fmt)


def test_an_exponential_that_overflows_is_no_flushing() -> None:
    def sigmoid(x: Array, axis: int = -1) -> Array:
        with np.errstate(over="ignore"):
            return np.asarray(1 / (1 + np.exp(-x)))

    for fmt in ("float64", "float32", "float16"):
        assert not flushes(sigmoid, "sigmoid", "numpy", fmt)


def test_a_function_that_fails_is_shown_nothing() -> None:
    def raises(x: Array, axis: int = -1) -> Array:
        raise ValueError("no")

    assert not flushes(raises, "softmax", "numpy", "float32")
