"""Functions that are wrong in one manner of the call, and right ones of many kinds of callables."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
import scipy.special
import tensorflow as tf
from numpy.typing import NDArray

from mutants import control, mutant

Array = NDArray[Any]


def _softmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    wide = beta * (x - x.max(axis=axis, keepdims=True)).astype(np.float64)
    e = np.exp(wide)
    due = x.dtype if x.dtype.kind == "f" else np.float64
    return np.asarray(e / e.sum(axis=axis, keepdims=True)).astype(due)


def _called(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """What has no name of its own, with one."""
    function.__name__ = name
    return function


@mutant("softmax", "arguments")
def first_axis_by_default(x: Array, axis: int = 0) -> Array:
    return _softmax(x, axis)


@mutant("softmax", "arguments")
def second_axis_by_default(x: Array, axis: int = 1) -> Array:
    """The last one of two axes, and of two alone."""
    return _softmax(x, axis)


@mutant("softmax", "arguments")
def first_axis_where_none_is_given(x: Array, axis: int | None = None) -> Array:
    return _softmax(x, 0 if axis is None else axis)


@mutant("logsumexp", "arguments")
def another_shape_by_default(x: Array, axis: int = 0) -> Array:
    return np.asarray(scipy.special.logsumexp(x, axis=axis))


mutant("softmax", "arguments")(
    _called("a_partial_with_the_wrong_axis", functools.partial(_softmax, axis=0))
)


@functools.wraps(_softmax)
def _dropping(x: Array, *ignored: Any, **given: Any) -> Array:
    return _softmax(x, **given)


mutant("softmax", "arguments")(_called("an_axis_by_its_place_that_a_wrapper_drops", _dropping))


@mutant("softmax", "arguments")
def beta_of_an_int_in_whole_numbers(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """An int is taken for a number of bits to shift by."""
    return _softmax(x, axis, 1 << beta if isinstance(beta, int) else beta)


@mutant("softmax", "arguments")
def beta_of_a_numpy_scalar_passed_over(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    return _softmax(x, axis, beta if type(beta) in (int, float) else 1.0)


@mutant("softmax", "special_values")
def beta_of_zero_taken_for_the_default(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    return _softmax(x, axis, beta or 1.0)


@mutant("softmax", "special_values", "jax")
@jax.jit
def jitted_along_the_last_axis_whatever_is_asked(x: Any, axis: int = -1) -> Any:
    return jax.nn.softmax(x, -1)


control("softmax", "jax", ("float32",))(_called("jitted_as_it_is", jax.jit(jax.nn.softmax)))


@control("softmax", "tensorflow", ("float32",))
@tf.function
def traced_for_each_axis(x: tf.Tensor, axis: int = -1) -> tf.Tensor:
    e = tf.exp(x - tf.reduce_max(x, axis, keepdims=True))  # oneDNN's softmax hides a NaN
    return e / tf.reduce_sum(e, axis, keepdims=True)


control("softmax")(
    _called("a_partial_with_its_axis", functools.partial(scipy.special.softmax, axis=-1))
)
control("softmax")(_called("all_axes_by_default", functools.partial(scipy.special.softmax)))


class _Kernel:
    """A kernel as an object, with a method that does the same."""

    def __call__(self, x: Array, dim: int = -1) -> Array:
        return _softmax(x, dim)

    def method(self, x: Array, axis: int, *, beta: float) -> Array:
        return _softmax(x, axis, beta)


control("softmax")(_called("an_object_that_is_called", _Kernel()))


@control("softmax")
def axis_one_by_default(x: Array, axis: int = 1, *, beta: float = 1.0) -> Array:
    """The last axis of rows."""
    return _Kernel().method(x, axis, beta=beta)
