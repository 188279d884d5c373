"""Bugs of a step of training: right values, right gradients, and yet the loop goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import tensorflow as tf
import torch
import torch.nn.functional as F

from mutants import Function, control, mutant

Tensor = torch.Tensor
Array = Any


def _exact(y: Tensor, g: Tensor, axis: int) -> Tensor:
    return y * (g - (y * g).sum(axis, keepdim=True))


def _softmax(
    backward: Callable[[Tensor, Tensor, int], Tensor], *, is_saved: bool = True
) -> Function:
    """softmax whose backward is given the result, which PyTorch watches where ``is_saved``."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor, axis: int) -> Tensor:
            ctx.axis, ctx.y = axis, None
            y = torch.softmax(x, axis)
            if is_saved:
                ctx.save_for_backward(y)
            else:
                ctx.y = y.detach()
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
            y = ctx.saved_tensors[0] if ctx.y is None else ctx.y
            return backward(y, grads[0], ctx.axis), None

    return lambda x, axis=-1: Softmax.apply(x, axis)


@mutant("cross_entropy", "gradient", "torch")
def logits_replaced_by_the_gradient(logits: Tensor, labels: Tensor) -> Tensor:
    """To save memory, as losses of large vocabularies do."""

    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            loss = F.cross_entropy(x, labels, reduction="none")
            if ctx.needs_input_grad[0]:
                x.copy_(torch.softmax(x, -1) - F.one_hot(labels, x.shape[-1]))
                ctx.save_for_backward(x.detach())
            return loss

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            return ctx.saved_tensors[0] * grads[0][:, None]

    return Loss.apply(logits)  # type: ignore[no-any-return, no-untyped-call]


@mutant("softmax", "gradient", "torch")
def backward_in_the_memory_of_the_cotangent(x: Tensor, axis: int = -1) -> Tensor:
    def backward(y: Tensor, g: Tensor, axis: int) -> Tensor:
        g = g if g.is_contiguous() else g.contiguous()
        return g.sub_((y * g).sum(axis, keepdim=True)).mul_(y)

    return _softmax(backward)(x, axis)


@mutant("softmax", "gradient", "torch")
def result_overwritten_by_backward(x: Tensor, axis: int = -1) -> Tensor:
    def backward(y: Tensor, g: Tensor, axis: int) -> Tensor:
        y.data.copy_(_exact(y, g, axis))
        return y

    return _softmax(backward)(x, axis)


@mutant("softmax", "gradient", "torch")
def result_kept_where_nobody_watches_it(x: Tensor, axis: int = -1) -> Tensor:
    """An attribute of the context instead of ``save_for_backward``: in-place changes are missed."""
    return _softmax(_exact, is_saved=False)(x, axis)


@mutant("softmax", "gradient", "torch")
def cotangent_read_as_if_contiguous(x: Tensor, axis: int = -1) -> Tensor:
    """As a kernel reads that is given nothing but an address; beyond the memory it finds zeros."""

    def backward(y: Tensor, g: Tensor, axis: int) -> Tensor:
        memory = torch.empty(0, dtype=g.dtype).set_(g.untyped_storage())  # type: ignore[call-overload]
        read = torch.zeros(g.numel(), dtype=g.dtype)
        there = memory[: g.numel()]
        read[: there.numel()] = there
        return _exact(y, read.view(g.shape), axis)

    return _softmax(backward)(x, axis)


@mutant("softmax", "gradient", "torch")
def rounded_more_coarsely_in_training(x: Tensor, axis: int = -1) -> Tensor:
    y = torch.softmax(x, axis)
    return y + (y.bfloat16().to(y.dtype) - y).detach() if x.requires_grad else y


@mutant("log_softmax", "gradient", "torch")
def saved_probabilities_scaled_by_backward(x: Tensor, axis: int = -1) -> Tensor:
    class LogSoftmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            ctx.save_for_backward(torch.softmax(x, axis))
            return torch.log_softmax(x, axis)

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            p, g = ctx.saved_tensors[0].data, grads[0]
            return g - p.mul_(g.sum(axis, keepdim=True))

    return LogSoftmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@jax.custom_vjp
def _differing(x: Array) -> Array:
    return jax.nn.softmax(x)


def _back(y: Array, g: Array) -> tuple[Array]:
    return (y * (g - (y * g).sum(axis=-1, keepdims=True)),)


_differing.defvjp(lambda x: (jnp.exp(x) / jnp.exp(x).sum(), jax.nn.softmax(x)), _back)


@mutant("softmax", "gradient", "jax")
def another_value_in_the_forward_rule(x: Array) -> Array:
    """The rule of ``custom_vjp`` for forward normalises the whole array."""
    return _differing(x)


@mutant("sigmoid", "gradient", "tensorflow")
def slope_used_up_by_backward(x: Array) -> Array:
    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def sigmoid(x: Array) -> Any:
        y = tf.sigmoid(x)
        slopes = [y * (1 - y)]

        def backward(g: Array) -> Array:
            slopes.append(slopes[-1] * g)
            return slopes[-1]

        return y, backward

    return sigmoid(x)


@control("cross_entropy", "torch", ("float64", "float32"))
def gradient_made_in_forward_in_memory_of_its_own(logits: Tensor, labels: Tensor) -> Tensor:
    """It is freed by the first backward, and a second one is refused."""

    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            flat, chosen = x.reshape(-1, x.shape[-1]), labels.reshape(-1)
            hot = F.one_hot(chosen, x.shape[-1])
            ctx.gradient = (torch.softmax(flat, -1) - hot).reshape(x.shape)
            return F.cross_entropy(flat, chosen, reduction="none").reshape(labels.shape)

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            if ctx.gradient is None:
                raise RuntimeError("backward was called twice, and its buffer is freed")
            gradient, ctx.gradient = ctx.gradient, None
            return gradient * grads[0].unsqueeze(-1)

    return Loss.apply(logits)  # type: ignore[no-any-return, no-untyped-call]


@jax.custom_vjp
def _right(x: Array) -> Array:
    return jax.nn.softmax(x)


_right.defvjp(lambda x: (jax.nn.softmax(x),) * 2, _back)


@control("softmax", "jax", ("float64", "float32"))
def softmax_of_jax_with_a_rule_of_its_own(x: Array, axis: int = -1) -> Array:
    return jnp.moveaxis(_right(jnp.moveaxis(x, axis, -1)), -1, axis)


@control("softmax", "tensorflow", ("float64",))
def softmax_of_tensorflow_with_a_gradient_of_its_own(x: Array, axis: int = -1) -> Array:
    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def softmax(x: Array) -> Any:
        y = tf.nn.softmax(x, axis)
        return y, lambda g: y * (g - tf.reduce_sum(y * g, axis, keepdims=True))

    return softmax(x)
