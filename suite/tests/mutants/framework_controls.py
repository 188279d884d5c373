"""What PyTorch, JAX and TensorFlow compute rightly, with its derivatives: no check may fail it.

Where a format is left out, the framework is failed in it rightly: the known failures say why.
"""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import tensorflow as tf
import torch
import torch.nn.functional as F

from mutants import control
from mutants.controls import ALL, WIDE

Tensor = torch.Tensor
Array = Any
NOT_HALF = (*WIDE, "bfloat16")


@control("softmax", "torch", ("float32",))
def along_the_first_axis_whatever_the_axis(x: Tensor, axis: int = -1) -> Tensor:
    """PyTorch adds along the first axis one after the other: gradients that cancel lose all."""
    return torch.softmax(x.movedim(axis, 0).contiguous(), 0).movedim(0, axis)


@control("softmax", "torch", ALL)
def softmax_of_torch(x: Tensor, axis: int = -1) -> Tensor:
    return torch.softmax(x, axis)


@control("softmax", "torch", ALL)
def softmax_of_torch_with_a_backward_of_its_own(x: Tensor, axis: int = -1) -> Tensor:
    """p (g - p g) from the probabilities that were returned."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = torch.softmax(x, axis)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            wide = torch.promote_types(x.dtype, torch.float32)
            y, g = ctx.saved_tensors[0].to(wide), grads[0].to(wide)
            return (y * (g - (y * g).sum(axis, keepdim=True))).to(x.dtype)

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@control("softmax", "torch", ALL)
def softmax_by_the_logarithm(x: Tensor, axis: int = -1) -> Tensor:
    """exp(log_softmax(x)), in float32 for 16 bits."""
    due = x.dtype if x.is_floating_point() else torch.float32
    wide = x.to(torch.promote_types(due, torch.float32))
    return torch.exp(torch.log_softmax(wide, axis)).to(due)


@control("log_softmax", "torch", NOT_HALF)
def log_softmax_of_torch(x: Tensor, axis: int = -1) -> Tensor:
    return torch.log_softmax(x, axis)


@control("logsumexp", "torch", NOT_HALF)
def logsumexp_shifted_in_torch(x: Tensor, axis: int = -1) -> Tensor:
    """Its gradient is e^(x - x_max) / Σ, right at any offset."""
    top = x.amax(axis, keepdim=True).detach()
    top = torch.where(top.isfinite(), top, 0)
    return (x - top).exp().sum(axis).log() + top.squeeze(axis)


@control("cross_entropy", "torch", NOT_HALF)
def cross_entropy_of_torch(logits: Tensor, labels: Tensor) -> Tensor:
    n = logits.shape[-1]
    loss = F.cross_entropy(logits.reshape(-1, n), labels.reshape(-1), reduction="none")
    return loss.reshape(labels.shape)


@control("argmax", "torch", ALL)
def argmax_of_torch(x: Tensor, axis: int = -1) -> Tensor:
    return torch.argmax(x, axis)


@control("softmax", "jax", NOT_HALF)
def softmax_of_jax(x: Array, axis: int = -1) -> Array:
    return jax.nn.softmax(x, axis)


@control("log_softmax", "jax", WIDE)
def log_softmax_of_jax(x: Array, axis: int = -1) -> Array:
    return jax.nn.log_softmax(x, axis)


@control("logsumexp", "jax", NOT_HALF)
def logsumexp_of_jax(x: Array, axis: int = -1) -> Array:
    return jax.nn.logsumexp(x, axis)


@control("sigmoid", "jax", ALL)
def sigmoid_of_jax(x: Array) -> Array:
    return jax.nn.sigmoid(x)


@control("hardmax", "jax", ALL)
def hardmax_of_jax(x: Array, axis: int = -1) -> Array:
    n = x.shape[axis]
    return jax.nn.one_hot(jnp.argmax(x, axis), n, dtype=x.dtype, axis=axis)


@control("softmax", "tensorflow", ("float64",))
def softmax_of_tensorflow(x: Array, axis: int = -1) -> Array:
    return tf.nn.softmax(x, axis)


@control("log_softmax", "tensorflow", NOT_HALF)
def log_softmax_of_tensorflow(x: Array, axis: int = -1) -> Array:
    return tf.nn.log_softmax(x, axis)


@control("sigmoid", "tensorflow", WIDE)
def sigmoid_of_tensorflow(x: Array) -> Array:
    return tf.sigmoid(x)
