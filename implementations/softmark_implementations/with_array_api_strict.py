# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "array-api-compat>=1.9", "array-api-strict>=2.3"]
# ///
"""The array API standard: the formulas in nothing but what each library that follows it has.

array-api-strict has the standard's functions and refuses all others, so that
these run on any library that follows it.  The standard has no softmax, and two
floating-point formats.
"""

from __future__ import annotations

from typing import Any

import array_api_compat
import array_api_strict  # noqa: F401  # what softmark looks for to tell whether this can run

from softmark_implementations.array_api import ArrayAPIFramework
from softmark_implementations.declare import implementation

Array = Any

FRAMEWORK = ArrayAPIFramework("array_api_strict")


@implementation("softmax", formats=("float64", "float32"), gradient=False)
def softmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """Shifted exponentials over their sum, in the standard's functions."""
    xp = array_api_compat.array_namespace(x)
    shifted = x - xp.max(x, axis=axis, keepdims=True)
    if beta != 1.0:
        # In float64, because beta may be beyond float32.
        shifted = xp.astype(beta * xp.astype(shifted, xp.float64), x.dtype)
    e = xp.exp(shifted)
    return e / xp.sum(e, axis=axis, keepdims=True)


@implementation("log_softmax", formats=("float64", "float32"), gradient=False)
def log_softmax(x: Array, axis: int = -1) -> Array:
    """Shifted logits, less the logarithm of the sum of their exponentials."""
    xp = array_api_compat.array_namespace(x)
    shifted = x - xp.max(x, axis=axis, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=axis, keepdims=True))


@implementation("logsumexp", formats=("float64", "float32"), gradient=False)
def logsumexp(x: Array, axis: int = -1) -> Array:
    """The maximum, plus the logarithm of the sum of the shifted exponentials."""
    xp = array_api_compat.array_namespace(x)
    top = xp.max(x, axis=axis, keepdims=True)
    total = xp.sum(xp.exp(x - top), axis=axis)
    return xp.squeeze(top, axis=axis) + xp.log(total)


@implementation("logaddexp", formats=("float64", "float32"), gradient=False)
def logaddexp(x: Array, other: Array) -> Array:
    """The standard's ``logaddexp``."""
    return array_api_compat.array_namespace(x).logaddexp(x, other)


@implementation("softargmax", formats=("float64", "float32"), gradient=False)
def softargmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The expected index under ``softmax(beta x)``."""
    xp = array_api_compat.array_namespace(x)
    weights = xp.moveaxis(softmax(x, axis, beta), axis, -1)
    return xp.sum(weights * xp.arange(x.shape[axis], dtype=weights.dtype), axis=-1)


@implementation("smooth_max", formats=("float64", "float32"), gradient=False)
def smooth_max(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The expected logit under ``softmax(beta x)``."""
    xp = array_api_compat.array_namespace(x)
    return xp.sum(softmax(x, axis, beta) * x, axis=axis)


@implementation("sigmoid", formats=("float64", "float32"), gradient=False)
def sigmoid(x: Array) -> Array:
    """The exponential of minus the magnitude, so that it cannot overflow."""
    xp = array_api_compat.array_namespace(x)
    e = xp.exp(-xp.abs(x))
    return xp.where(x >= 0, xp.ones_like(e), e) / (1.0 + e)


@implementation(
    "cross_entropy",
    formats=("float64", "float32"),
    axes="last",
    labels=("index", "probability"),
    gradient=False,
)
def cross_entropy(logits: Array, labels: Array) -> Array:
    """Minus the label's entry of ``log_softmax``, or minus its mean under the labels.

    A class of probability 0 adds nothing, even where its logarithm is infinite.
    """
    xp = array_api_compat.array_namespace(logits)
    logarithms = log_softmax(logits)
    if xp.isdtype(labels.dtype, "integral"):
        chosen = xp.take_along_axis(logarithms, xp.expand_dims(labels, axis=-1), axis=-1)
        return -xp.squeeze(chosen, axis=-1)
    finite = xp.where(labels == 0, labels, logarithms)  # a class without a share adds nothing
    return -xp.sum(labels * finite, axis=-1)


@implementation("argmax", formats=("float64", "float32"), gradient=False)
def argmax(x: Array, axis: int = -1) -> Array:
    """The standard's ``argmax``."""
    return array_api_compat.array_namespace(x).argmax(x, axis=axis)


@implementation("hardmax", formats=("float64", "float32"), gradient=False)
def hardmax(x: Array, axis: int = -1) -> Array:
    """One where the index is that of the maximum, zero elsewhere."""
    xp = array_api_compat.array_namespace(x)
    index = xp.expand_dims(xp.argmax(x, axis=axis), axis=axis)
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    positions = xp.reshape(xp.arange(x.shape[axis], dtype=index.dtype), tuple(shape))
    return xp.astype(positions == index, x.dtype)
