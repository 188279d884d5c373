"""Softmax with a backward of its own."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

OPERATION = "softmax"
FRAMEWORK = "jax"
FORMATS = ("float32",)


def value(x: Any, axis: Any) -> Any:
    e = jnp.exp(x - jnp.max(x, axis=axis, keepdims=True))
    return e / jnp.sum(e, axis=axis, keepdims=True)


def forward(x: Any, axis: Any) -> Any:
    p = value(x, axis)
    return p, p


def backward(axis: Any, p: Any, g: Any) -> Any:
    weighted = p * g
    return (weighted - p * jnp.sum(weighted, axis=axis, keepdims=True),)


with_backward = partial(jax.custom_vjp, nondiff_argnums=(1,))(value)
with_backward.defvjp(forward, backward)


def softmax(x: Any, axis: int = -1) -> Any:
    return with_backward(x.astype(jnp.result_type(x, jnp.float32)), axis)
