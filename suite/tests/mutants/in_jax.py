"""Bugs as they are made with JAX: in a custom derivative, in a mask, in what is compiled."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

from mutants import mutant

Array = Any


@mutant("softmax", "stability", "jax")
def exponentials_of_jax_without_a_shift(x: Array, axis: int = -1) -> Array:
    e = jnp.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


@mutant("softmax", "gradient", "jax")
def tangent_without_its_projection(x: Array, axis: int = -1) -> Array:
    """A custom JVP that gives p v, from which JAX derives the VJP too."""

    @jax.custom_jvp
    def softmax(x: Array) -> Array:
        return jax.nn.softmax(x, axis)

    @softmax.defjvp
    def _(primals: Array, tangents: Array) -> Array:
        y = softmax(*primals)
        return y, y * tangents[0]

    return softmax(x)


@mutant("softmax", "gradient", "jax")
def gradient_stopped_at_the_logits(x: Array, axis: int = -1) -> Array:
    return jax.nn.softmax(jax.lax.stop_gradient(x), axis)


@mutant("logsumexp", "gradient", "jax")
def not_a_number_behind_a_where(x: Array, axis: int = -1) -> Array:
    """The branch that is not taken divides by zero, and its NaN gets into the gradient."""
    top = jax.lax.stop_gradient(x.max(axis=axis, keepdims=True))
    away = jnp.where(x < top, jnp.sqrt(top - x) ** 2, 0)
    return jnp.squeeze(top, axis) + jnp.log(jnp.exp(-away).sum(axis=axis))


@partial(jax.custom_vjp, nondiff_argnums=(1,))
def _with_rounded_residuals(x: Array, axis: int) -> Array:
    return jax.nn.log_softmax(x, axis)


def _forth(x: Array, axis: int) -> tuple[Array, Array]:
    y = jax.nn.log_softmax(x, axis)
    return y, y.astype(jnp.bfloat16)


def _back(axis: int, y: Array, g: Array) -> tuple[Array]:
    p = jnp.exp(y.astype(g.dtype))
    return (g - p * g.sum(axis=axis, keepdims=True),)


_with_rounded_residuals.defvjp(_forth, _back)


@mutant("log_softmax", "gradient", "jax")
def residuals_kept_in_bfloat16(x: Array, axis: int = -1) -> Array:
    return _with_rounded_residuals(x, axis)
