"""Softmax by its definition, which JAX differentiates."""

from typing import Any

import jax.numpy as jnp

OPERATION = "softmax"
FRAMEWORK = "jax"
FORMATS = ("float32",)


def softmax(x: Any, axis: int = -1) -> Any:
    wide = x.astype(jnp.result_type(x, jnp.float32))
    top = jnp.max(wide, axis=axis, keepdims=True)
    e = jnp.exp(wide - top)
    return e / jnp.sum(e, axis=axis, keepdims=True)
