# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "jax>=0.4.36", "optax>=0.2.4"]
# ///
"""Optax: its cross-entropies, with the masks, smoothed labels and reductions of its users.

Optax has a mask where PyTorch has a label that is ignored, and leaves the reduction to its
users; both are written here as its documentation has them.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import optax

from softmark_implementations.declare import implementation
from softmark_implementations.with_jax import JaxFramework

Array = Any


class OptaxFramework(JaxFramework):
    """JAX's arrays, which Optax computes with."""

    name = "optax"

    def versions(self) -> dict[str, str]:
        return {"optax": optax.__version__, **super().versions()}


FRAMEWORK = OptaxFramework()


@implementation("cross_entropy", axes="last", labels=("index", "probability"), costly="shapes")
def cross_entropy(
    logits: Array,
    labels: Array,
    ignore_index: int | None = None,
    reduction: str = "none",
    label_smoothing: float = 0.0,
) -> Array:
    """``optax.softmax_cross_entropy``, of class indices ``..._with_integer_labels``."""
    if not jnp.issubdtype(labels.dtype, jnp.integer):
        return optax.losses.softmax_cross_entropy(logits, labels)
    kept = jnp.ones(labels.shape, bool) if ignore_index is None else labels != ignore_index
    places = jnp.where(kept, labels, 0)
    if label_smoothing:
        one_hot = jnp.eye(logits.shape[-1], dtype=logits.dtype)[places]
        smoothed = optax.losses.smooth_labels(one_hot, label_smoothing)
        losses = optax.losses.softmax_cross_entropy(logits, smoothed)
    else:
        losses = optax.losses.softmax_cross_entropy_with_integer_labels(logits, places)
    if reduction == "none":
        return jnp.where(kept, losses, 0)
    reduce = {"sum": jnp.sum, "mean": jnp.mean}[reduction]
    return reduce(losses, where=kept)


@implementation("binary_cross_entropy", formats=("float32", "bfloat16"), costly="shapes")
def binary_cross_entropy(x: Array, target: Array) -> Array:
    """``optax.losses.sigmoid_binary_cross_entropy``."""
    return optax.losses.sigmoid_binary_cross_entropy(x, target)
