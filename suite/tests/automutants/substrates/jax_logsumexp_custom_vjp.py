"""logsumexp with a backward of its own."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp

OPERATION = "logsumexp"
FRAMEWORK = "jax"
FORMATS = ("float32",)


def value(x: Any, axis: Any) -> Any:
    top = jnp.max(x, axis=axis, keepdims=True)
    base = jnp.where(jnp.isinf(top), 0.0, top)
    return jnp.squeeze(base, axis) + jnp.log(jnp.sum(jnp.exp(x - base), axis=axis))


def forward(x: Any, axis: Any) -> Any:
    return value(x, axis), x


def backward(axis: Any, x: Any, g: Any) -> Any:
    e = jnp.exp(x - jnp.max(x, axis=axis, keepdims=True))
    p = e / jnp.sum(e, axis=axis, keepdims=True)
    return (p * jnp.expand_dims(g, axis),)


with_backward = partial(jax.custom_vjp, nondiff_argnums=(1,))(value)
with_backward.defvjp(forward, backward)


def logsumexp(x: Any, axis: int = -1) -> Any:
    return with_backward(x.astype(jnp.result_type(x, jnp.float32)), axis)
