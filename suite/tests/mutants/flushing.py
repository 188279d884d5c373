"""Zeros that no flushing excuses, and functions that flush and are right otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.special
import tensorflow as tf
import torch

from mutants import control, mutant

Array = Any
Tensor = torch.Tensor


def _softmax(x: Array, axis: int) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _flushed(y: Array) -> Array:
    return np.where(np.abs(y) < np.finfo(y.dtype).tiny, y.dtype.type(0), y)


@mutant("softmax", "ties", formats=("float16",))
def zeros_of_a_float16_sum_that_overflows(x: Array, axis: int = -1) -> Array:
    """2^20 ones add up to infinity, where 2^-20 is a number of float16."""
    e = np.exp((x - x.max(axis=axis, keepdims=True)).astype(np.float32))
    with np.errstate(over="ignore"):
        total = e.sum(axis=axis, keepdims=True).astype(np.float16).astype(np.float32)
    return (e / total).astype(x.dtype)


@mutant("sigmoid", "accuracy", formats=("float64", "float32"))
def sigmoid_of_scipy(x: Array) -> Array:
    """e^-x overflows where 1 / (1 + e^-x) is still a subnormal number."""
    return np.asarray(scipy.special.expit(x))


@mutant("sigmoid", "accuracy", "torch", formats=("float64", "float32"))
def sigmoid_of_torch(x: Tensor) -> Tensor:
    """The same."""
    return torch.sigmoid(x)


@mutant("softmax", "ties", "torch", formats=("float16",))
def zeros_of_a_float16_sum_that_overflows_in_torch(x: Tensor, axis: int = -1) -> Tensor:
    e = (x - x.amax(axis, keepdim=True)).float().exp()
    return (e / e.sum(axis, keepdim=True).half().float()).to(x.dtype)


@mutant("softmax", "stability", formats=("float16", "float32"))
def reciprocals_that_overflow(x: Array, axis: int = -1) -> Array:
    """1 / Σ e^(x_j - x_i): the sum overflows where the probability is still a subnormal number."""
    with np.errstate(over="ignore", invalid="ignore"):
        others = np.expand_dims(np.moveaxis(x, axis, -1), -2)
        own = np.expand_dims(np.moveaxis(x, axis, -1), -1)
        total = np.exp(others - own).sum(axis=-1)
        return np.asarray(np.moveaxis(1 / total, -1, axis).astype(x.dtype))


@mutant("softmax", "accuracy", formats=("float32", "float64"))
def long_rows_flushed_though_short_ones_are_not(x: Array, axis: int = -1) -> Array:
    y = _softmax(x, axis)
    return _flushed(y) if y.shape[axis] > 64 else y


@mutant("softmax", "stability", "torch", formats=("float32",))
def small_probabilities_of_torch_pruned(x: Tensor, axis: int = -1) -> Tensor:
    """0 below 1e-37, which is a normal number: pruning is no flushing."""
    y = torch.softmax(x, axis)
    return torch.where(y < 1e-37, 0.0, y)


@mutant("softmax", "gradient", "torch", formats=("float16",))
def subnormal_gradients_flushed_where_results_are_kept(x: Tensor, axis: int = -1) -> Tensor:
    """A float16 backward that drops what is below a sixteenth of one, far above subnormal."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = torch.softmax(x, axis)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            y, g = ctx.saved_tensors[0].float(), grads[0].float()
            gradient = y * (g - (y * g).sum(axis, keepdim=True))
            return torch.where(gradient.abs() < 2.0**-12, 0.0, gradient).to(x.dtype)

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@control("softmax", formats=("float64", "float32"))
def softmax_that_flushes(x: Array, axis: int = -1) -> Array:
    """As a processor set to flush to zero: exponentials and quotients below the normal range."""
    x = x if x.dtype.kind == "f" else x.astype(np.float64)
    e = _flushed(np.exp(x - x.max(axis=axis, keepdims=True)))
    return _flushed(e / e.sum(axis=axis, keepdims=True))


@control("softmax", "torch", ("float32",))
def softmax_of_torch_that_flushes_in_both_directions(x: Tensor, axis: int = -1) -> Tensor:
    least = torch.finfo(torch.float32).tiny

    def flushed(y: Tensor) -> Tensor:
        return torch.where(y.abs() < least, y - y.detach(), y)  # whose derivative is kept

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = flushed(torch.softmax(x, axis))
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            (y,) = ctx.saved_tensors
            return flushed(y * (grads[0] - (y * grads[0]).sum(axis, keepdim=True)))

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@control("sigmoid", "tensorflow", ("float32",))
def sigmoid_of_tensorflow(x: Any, axis: int = -1) -> Any:
    """TensorFlow's threads flush subnormal numbers, forward and backward."""
    return tf.math.sigmoid(x)
