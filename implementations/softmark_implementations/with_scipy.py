# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "scipy>=1.12"]
# ///
"""SciPy: the functions of ``scipy.special``, on NumPy's arrays.

SciPy knows no bfloat16, and its logistic function no float16.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy
import scipy.stats
from numpy.typing import NDArray

from softmark_implementations.declare import implementation
from softmark_implementations.framework import NotOffered
from softmark_implementations.with_numpy import NumPyFramework

Array = NDArray[Any]


class SciPyFramework(NumPyFramework):
    """NumPy's arrays, under SciPy's name."""

    name = "scipy"

    def versions(self) -> dict[str, str]:
        return {"scipy": scipy.__version__, **super().versions()}


FRAMEWORK = SciPyFramework()


@implementation("softmax", formats=("float64", "float32", "float16"), gradient=False)
def softmax(x: Array, axis: int = -1) -> Array:
    """``scipy.special.softmax``."""
    return scipy.special.softmax(x, axis=axis)


@implementation("log_softmax", formats=("float64", "float32", "float16"), gradient=False)
def log_softmax(x: Array, axis: int = -1) -> Array:
    """``scipy.special.log_softmax``."""
    return scipy.special.log_softmax(x, axis=axis)


@implementation("logsumexp", formats=("float64", "float32", "float16"), gradient=False)
def logsumexp(x: Array, axis: int = -1) -> Array:
    """``scipy.special.logsumexp``."""
    return scipy.special.logsumexp(x, axis=axis)


@implementation("logaddexp", formats=("float32",), gradient=False)
def logaddexp(x: Array, other: Array) -> Array:
    """``scipy.special.logsumexp`` of the two numbers."""
    return scipy.special.logsumexp(np.stack([x, other]), axis=0)


@implementation("masked_logsumexp", formats=("float32",), gradient=False)
def masked_logsumexp(x: Array, mask: Array, axis: int = -1) -> Array:
    """``scipy.special.logsumexp`` with the mask as its factors ``b``."""
    return scipy.special.logsumexp(x, axis=axis, b=mask.astype(x.dtype))


@implementation("entropy", formats=("float32",), gradient=False)
def entropy(x: Array, axis: int = -1) -> Array:
    """``scipy.stats.entropy`` of ``scipy.special.softmax``."""
    return np.asarray(scipy.stats.entropy(scipy.special.softmax(x, axis=axis), axis=axis))


@implementation("entropy", "entr", formats=("float32",), gradient=False)
def entropy_entr(x: Array, axis: int = -1) -> Array:
    """The sum of ``scipy.special.entr`` of ``scipy.special.softmax``."""
    return scipy.special.entr(scipy.special.softmax(x, axis=axis)).sum(axis=axis)


@implementation("kl_divergence", formats=("float32",), gradient=False)
def kl_divergence(x: Array, other: Array, axis: int = -1) -> Array:
    """The sum of ``scipy.special.rel_entr`` of two softmaxes."""
    p, q = (scipy.special.softmax(logits, axis=axis) for logits in (x, other))
    return scipy.special.rel_entr(p, q).sum(axis=axis)


@implementation("softcap_softmax", formats=("float32",), gradient=False)
def softcap_softmax(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    """``scipy.special.softmax`` of ``cap * np.tanh(x / cap)``."""
    return scipy.special.softmax(cap * np.tanh(x / cap), axis=axis)


@implementation("sink_softmax", formats=("float32",), gradient=False)
def sink_softmax(x: Array, sink: Array, axis: int = -1) -> Array:
    """``scipy.special.softmax`` of the logits and the sink, without the sink's own result."""
    whole = scipy.special.softmax(np.concatenate([x, sink], axis=axis), axis=axis)
    return np.take(whole, range(x.shape[axis]), axis=axis)


@implementation("softplus", formats=("float64", "float32"), gradient=False)
def softplus(x: Array) -> Array:
    """``scipy.special.softplus``, which SciPy has from 1.17 on."""
    if not hasattr(scipy.special, "softplus"):
        raise NotOffered(f"SciPy {scipy.__version__} has no softplus")
    return scipy.special.softplus(x)


@implementation("log_sigmoid", formats=("float64", "float32"), gradient=False)
def log_sigmoid(x: Array) -> Array:
    """``scipy.special.log_expit``."""
    return scipy.special.log_expit(x)


@implementation("sigmoid", formats=("float64", "float32"), gradient=False)
def sigmoid(x: Array) -> Array:
    """``scipy.special.expit``, the logistic function."""
    return scipy.special.expit(x)
