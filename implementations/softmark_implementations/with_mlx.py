# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "mlx>=0.26", "mlx[cpu]>=0.26; sys_platform == 'linux'"]
# ///
"""MLX: its operations, its modules' functions, and both of its softmaxes.

``mlx.core.softmax`` computes 16 bits in 16 bits unless it is asked to be
precise.  MLX computes when a result is needed; what is measured is the call
and the wait for it, on the processor, which alone has float64.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from typing import Any

import mlx.core as mx
import mlx.nn as nn
import numpy as np

from softmark_implementations.declare import implementation
from softmark_implementations.framework import CARRIERS, WHOLE, Bits, Framework, NotOffered

FOUND = mx.default_device()  # what a process that only has us as a guest wants back
mx.set_default_device(mx.cpu)

Array = Any

DTYPES = {format: getattr(mx, format) for format in CARRIERS if hasattr(mx, format)}
DTYPES["bool"] = mx.bool_
FORMATS = {dtype: format for format, dtype in DTYPES.items()}


class MLXFramework(Framework):
    """MLX's arrays and its transformations of functions, on the processor."""

    name = "mlx"

    def array(self, bits: Bits, format: str, device: str) -> Array:
        if device != "cpu":
            raise NotOffered(f"MLX: softmark asks it for no device {device}, for the cpu alone")
        carried = self._carried(bits, format)
        if format not in DTYPES:
            raise NotOffered(f"MLX has no {format}")
        plain = mx.array(carried)
        array = plain if format in WHOLE else mx.view(plain, DTYPES[format])
        mx.eval(array)  # here, because another thread could not
        return array

    def bits(self, array: Any) -> tuple[Bits, str]:
        if not isinstance(array, mx.array):
            raise self._refuse(array)
        format = FORMATS.get(array.dtype)
        if format is None:
            raise TypeError(f"an array of {array.dtype} is in none of softmark's formats")
        if format in WHOLE:
            return np.array(array), format
        return np.array(mx.view(array, getattr(mx, np.dtype(CARRIERS[format]).name))), format

    def wait(self, result: Any) -> None:
        mx.eval(result)

    def waiter(self, device: str) -> Callable[[Any], object]:
        return mx.eval

    def versions(self) -> dict[str, str]:
        return {"mlx": metadata.version("mlx"), "numpy": np.__version__}

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        """Threads cannot be set: MLX computes on the processor with one for each stream."""
        mx.random.seed(seed)
        return {"seed": seed, "threads": 1, "denormals": self.denormals()}

    def generator(self, seed: int) -> Any:
        return mx.random.key(seed)

    @contextmanager
    def visiting(self, is_new: bool) -> Iterator[None]:
        own = FOUND if is_new else mx.default_device()
        mx.set_default_device(mx.cpu)
        try:
            yield
        finally:
            mx.set_default_device(own)

    def peak(self, work: Callable[[], None], device: str) -> int | None:
        mx.clear_cache()
        before = mx.get_active_memory()
        mx.reset_peak_memory()
        work()
        return max(0, mx.get_peak_memory() - before)

    def pullback(
        self, function: Callable[[Array], Array], x: Array, *, again: bool = False
    ) -> tuple[Array, Callable[[Array], Any]]:
        # The gradient along the zeros is never looked at, so that it is not computed.
        (y,), _ = mx.vjp(function, [x], [mx.zeros_like(function(x))])
        return y, lambda cotangent: self.vjp(function, x, cotangent)

    def vjp(self, function: Callable[[Array], Array], x: Array, cotangent: Array) -> Any:
        (y,), (gradient,) = mx.vjp(function, [x], [cotangent])
        return gradient if _is_floating(y) else None

    def jvp(self, function: Callable[[Array], Array], x: Array, tangent: Array) -> Any:
        (y,), (derivative,) = mx.jvp(function, [x], [tangent])
        return derivative if _is_floating(y) else None

    def hvp(
        self, function: Callable[[Array], Array], x: Array, cotangent: Array, tangent: Array
    ) -> Any:
        def gradient(at: Array) -> Array:
            return mx.vjp(function, [at], [cotangent])[1][0]

        if not _is_floating(function(x)):
            return None
        return mx.jvp(gradient, [x], [tangent])[1][0]


FRAMEWORK = MLXFramework()


def _is_floating(y: Array) -> bool:
    return bool(mx.issubdtype(y.dtype, mx.floating))


@implementation("softmax")
def softmax(x: Array, axis: int = -1) -> Array:
    """``mlx.core.softmax``."""
    return mx.softmax(x, axis=axis)


@implementation("softmax", "precise")
def precise_softmax(x: Array, axis: int = -1) -> Array:
    """``mlx.core.softmax(precise=True)``, which computes 16 bits in float32."""
    return mx.softmax(x, axis=axis, precise=True)


@implementation("softmax", "compile", compiled=True, eager="")
def softmax_compiled(x: Array, axis: int = -1) -> Array:
    """``mlx.core.softmax`` under ``mlx.core.compile``."""
    return _compiled(axis)(x)


@functools.cache
def _compiled(axis: int) -> Callable[[Array], Array]:
    return mx.compile(functools.partial(mx.softmax, axis=axis))


@implementation("log_softmax")
def log_softmax(x: Array, axis: int = -1) -> Array:
    """``mlx.nn.log_softmax``."""
    return nn.log_softmax(x, axis=axis)


@implementation("logsumexp")
def logsumexp(x: Array, axis: int = -1) -> Array:
    """``mlx.core.logsumexp``."""
    return mx.logsumexp(x, axis=axis)


@implementation("softargmax")
def softargmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The expected index under ``softmax(beta x)``, summed in float32 at least."""
    rows = mx.moveaxis(_weights(x, axis, beta), axis, -1)
    index = mx.arange(x.shape[axis]).astype(rows.dtype)
    return _in_format_of(x, (rows * index).sum(axis=-1))


@implementation("smooth_max")
def smooth_max(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The expected logit under ``softmax(beta x)``, summed in float32 at least."""
    return _in_format_of(x, (_weights(x, axis, beta) * x).sum(axis=axis))


@implementation("logaddexp")
def logaddexp(x: Array, other: Array) -> Array:
    """``mlx.core.logaddexp``."""
    return mx.logaddexp(x, other)


@implementation("sigmoid")
def sigmoid(x: Array) -> Array:
    """``mlx.core.sigmoid``."""
    return mx.sigmoid(x)


@implementation("softplus", formats=("float32", "bfloat16"))
def softplus(x: Array) -> Array:
    """``mlx.nn.softplus``."""
    return nn.softplus(x)


@implementation("log_sigmoid", formats=("float32", "bfloat16"))
def log_sigmoid(x: Array) -> Array:
    """``mlx.nn.log_sigmoid``."""
    return nn.log_sigmoid(x)


@implementation("cross_entropy", axes="last", labels=("index", "probability"))
def cross_entropy(logits: Array, labels: Array) -> Array:
    """``mlx.nn.losses.cross_entropy``, without reduction."""
    return nn.losses.cross_entropy(logits, labels, reduction="none")


@implementation("argmax")
def argmax(x: Array, axis: int = -1) -> Array:
    """``mlx.core.argmax``, its unsigned index made signed."""
    return mx.argmax(x, axis=axis).astype(mx.int32)


@implementation("hardmax")
def hardmax(x: Array, axis: int = -1) -> Array:
    """One where the index is that of ``mlx.core.argmax``, zero elsewhere."""
    index = mx.argmax(x, axis=axis, keepdims=True)
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    return (mx.arange(x.shape[axis]).reshape(shape) == index).astype(x.dtype)


def _weights(x: Array, axis: int, beta: float | Array) -> Array:
    """``softmax(beta x)`` in float32 at least.

    The maximum is subtracted first: ``beta x`` may be beyond the largest number of the format.
    """
    x = x.astype(mx.float64 if x.dtype == mx.float64 else mx.float32)
    shifted = x - mx.stop_gradient(x.max(axis=axis, keepdims=True))
    return mx.softmax(beta * shifted, axis=axis)


def _in_format_of(x: Array, wide: Array) -> Array:
    """``wide`` rounded to the format of ``x``, unless that holds whole numbers only."""
    return wide.astype(x.dtype) if _is_floating(x) else wide
