"""Gradients that are wrong by a factor where logits carry an offset, or where rows are long."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import torch

from mutants import control, mutant

Array = Any
Tensor = torch.Tensor
Rule = Callable[[Tensor, Tensor, int], Tensor]


@mutant("logsumexp", "gradient", "torch", formats=("float32", "float64"))
def weights_from_the_stored_logsumexp(x: Tensor, axis: int = -1) -> Tensor:
    """Its derivative is e^(x - y): [1, 1] at [1e8, 1e8] in float32."""
    return torch.logsumexp(x, axis)


@partial(jax.custom_vjp, nondiff_argnums=(1,))
def _logsumexp(x: Array, axis: int) -> Array:
    return jax.nn.logsumexp(x, axis)


def _forth(x: Array, axis: int) -> tuple[Array, tuple[Array, Array]]:
    y = jax.nn.logsumexp(x, axis)
    return y, (x, y)


def _back(axis: int, kept: tuple[Array, Array], g: Array) -> tuple[Array]:
    x, y = kept
    return (jnp.expand_dims(g, axis) * jnp.exp(x - jnp.expand_dims(y, axis)),)


_logsumexp.defvjp(_forth, _back)


@mutant("logsumexp", "gradient", "jax")
def weights_from_the_stored_logsumexp_in_jax(x: Array, axis: int = -1) -> Array:
    return _logsumexp(x, axis)


def _with_rule(rule: Rule) -> Callable[[Tensor, int], Tensor]:
    """torch.softmax with a backward ``(x, p (g - p g), axis)``."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor, axis: int) -> Tensor:
            y = torch.softmax(x, axis)
            ctx.save_for_backward(x, y)
            ctx.axis = axis
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
            x, y = ctx.saved_tensors
            gradient = y * (grads[0] - (y * grads[0]).sum(ctx.axis, keepdim=True))
            return rule(x, gradient, ctx.axis), None

    return lambda x, axis: Softmax.apply(x, axis)  # type: ignore[no-any-return, no-untyped-call]


@mutant("softmax", "gradient", "torch", formats=("float32", "float64"))
def gradient_doubled_at_large_offsets(x: Tensor, axis: int = -1) -> Tensor:
    def rule(x: Tensor, gradient: Tensor, axis: int) -> Tensor:
        return torch.where(x.abs().amax(axis, keepdim=True) > 4096, 2 * gradient, gradient)

    return _with_rule(rule)(x, axis)


@mutant("softmax", "gradient", "torch", formats=("float32", "float16"))
def gradient_halved_at_the_largest_numbers(x: Tensor, axis: int = -1) -> Tensor:
    def rule(x: Tensor, gradient: Tensor, axis: int) -> Tensor:
        top = x.abs().amax(axis, keepdim=True) > torch.finfo(x.dtype).max / 2
        return torch.where(top, gradient / 2, gradient)

    return _with_rule(rule)(x, axis)


@mutant("softmax", "gradient", "torch", formats=("float32",))
def gradient_halved_where_probabilities_are_tiny_in_long_rows(x: Tensor, axis: int = -1) -> Tensor:
    """Off by half where p < 1e-6, among more than 512 logits."""

    def rule(x: Tensor, gradient: Tensor, axis: int) -> Tensor:
        p = torch.softmax(x, axis)
        hit = (p < 1e-6) & (p.amax(axis, keepdim=True) > 0.5) & (x.shape[axis] > 512)
        return torch.where(hit, gradient / 2, gradient)

    return _with_rule(rule)(x, axis)


@mutant("smooth_max", "gradient", "torch", formats=("float32",))
def smooth_max_that_loses_its_offset_backward(
    x: Tensor, axis: int = -1, beta: float = 1.0
) -> Tensor:
    """p (1 + β(x - y)) with the weights halved from an offset of 1,000 on."""
    p = torch.softmax(beta * (x - x.amax(axis, keepdim=True)), axis)
    y = (p * x).sum(axis)
    far = x.detach().amax(axis).abs() > 1000
    return torch.where(far, y / 2 + y.detach() / 2, y)


@control("logsumexp", "jax", ("float32", "float64"))
def logsumexp_with_a_rule_of_its_own(x: Array, axis: int = -1) -> Array:
    """The gradient is the softmax of the logits, at any offset."""

    @jax.custom_jvp
    def logsumexp(x: Array) -> Array:
        return jax.nn.logsumexp(x, axis)

    @logsumexp.defjvp
    def _(primals: Array, tangents: Array) -> Array:
        (x,), (v,) = primals, tangents
        return logsumexp(x), (jax.nn.softmax(x, axis) * v).sum(axis=axis)

    return logsumexp(x)


@control("log_softmax", "torch", ("float64", "float32"))
def log_softmax_shifted_in_torch(x: Tensor, axis: int = -1) -> Tensor:
    """The shift first, then the logarithm: the gradient has no offset in it."""
    x = x if x.is_floating_point() else x.to(torch.get_default_dtype())
    moved = x - x.amax(axis, keepdim=True).detach()
    return moved - moved.exp().sum(axis, keepdim=True).log()
