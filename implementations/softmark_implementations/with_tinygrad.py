# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "tinygrad>=0.12"]
# ///
"""tinygrad: its tensors' methods, on the processor.

tinygrad computes when a result is needed, with C that it writes for that shape
and compiles with clang, which has to be installed.  What is measured is the
call and the wait for its result.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib import metadata
from typing import Any, Final

import numpy as np
from tinygrad import Tensor, dtypes
from tinygrad.helpers import NUM_CPU_THREADS

from softmark_implementations.declare import implementation
from softmark_implementations.framework import WHOLE, Bits, Framework, NotOffered

DTYPES: Final = {
    "float64": dtypes.float64,
    "float32": dtypes.float32,
    "float16": dtypes.float16,
    "int64": dtypes.int64,
    "int32": dtypes.int32,
    "uint8": dtypes.uint8,
    "bool": dtypes.bool,
}
FORMATS: Final = {dtype: format for format, dtype in DTYPES.items()}
UNSIGNED: Final = {8: dtypes.uint64, 4: dtypes.uint32, 2: dtypes.uint16}

COMPILER: Final = "clang"


class TinygradFramework(Framework):
    """tinygrad's tensors and its automatic differentiation, on the processor."""

    name = "tinygrad"
    formats = ("float64", "float32", "float16")

    def array(self, bits: Bits, format: str, device: str) -> Tensor:
        if device not in self.devices():
            raise NotOffered(f"tinygrad: {self._missing(device)}")
        carried = self._carried(bits, format)
        if format not in DTYPES:  # bfloat16 takes a clang that has it, which few systems do
            raise NotOffered(f"tinygrad is asked for no {format} here")
        plain = Tensor(carried.copy(), device="CPU")
        return (plain if format in WHOLE else plain.bitcast(DTYPES[format])).realize()

    def bits(self, array: Any) -> tuple[Bits, str]:
        if not isinstance(array, Tensor):
            raise self._refuse(array)
        format = FORMATS.get(array.dtype)
        if format is None:
            raise TypeError(f"a tensor of {array.dtype} is in none of softmark's formats")
        if format in WHOLE:
            return np.array(array.numpy()), format
        plain = array.contiguous().bitcast(UNSIGNED[array.dtype.itemsize]).numpy()
        return np.array(plain), format

    def wait(self, result: Any) -> None:
        result.realize()

    def versions(self) -> dict[str, str]:
        return {"tinygrad": metadata.version("tinygrad"), "numpy": np.__version__}

    def devices(self) -> dict[str, str]:
        return {"cpu": "cpu"} if shutil.which(COMPILER) else {}

    def _missing(self, device: str) -> str:
        if device == "cpu":
            return f"there is no {COMPILER} on the path, with which it compiles; install {COMPILER}"
        return f"there is no device {device} here"

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        if not self.devices():
            raise NotOffered(f"tinygrad: {self._missing('cpu')}")
        Tensor.manual_seed(seed)
        NUM_CPU_THREADS.value = threads
        return {"seed": seed, "threads": threads, "denormals": self.denormals()}

    def pullback(
        self, function: Callable[[Tensor], Tensor], x: Tensor, *, again: bool = False
    ) -> tuple[Tensor, Callable[[Tensor], Any]]:
        y = function(x)

        def pull(cotangent: Tensor) -> Any:
            return y.gradient(x, gradient=cotangent)[0] if dtypes.is_float(y.dtype) else None

        return y, pull

    def jvp(self, function: Callable[[Tensor], Tensor], x: Tensor, tangent: Tensor) -> Any:
        raise NotOffered("tinygrad differentiates backward alone")

    def hvp(
        self, function: Callable[[Tensor], Tensor], x: Tensor, cotangent: Tensor, tangent: Tensor
    ) -> Any:
        gradient = self.vjp(function, x, cotangent)
        # The second derivative is symmetric, so a second transposition gives the product.
        return None if gradient is None else gradient.gradient(x, gradient=tangent)[0]


FRAMEWORK = TinygradFramework()


@implementation("softmax", formats=("float64", "float32", "float16"), costly="shapes")
def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``Tensor.softmax``."""
    return x.softmax(axis)


@implementation("log_softmax", formats=("float64", "float32", "float16"), costly="shapes")
def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``Tensor.log_softmax``."""
    return x.log_softmax(axis)


@implementation("logsumexp", formats=("float64", "float32", "float16"), costly="shapes")
def logsumexp(x: Tensor, axis: int = -1) -> Tensor:
    """``Tensor.logsumexp``."""
    return x.logsumexp(axis)


@implementation("sigmoid", formats=("float64", "float32", "float16"), costly="shapes")
def sigmoid(x: Tensor) -> Tensor:
    """``Tensor.sigmoid``."""
    return x.sigmoid()


@implementation("softplus", formats=("float32",), costly="shapes")
def softplus(x: Tensor) -> Tensor:
    """``Tensor.softplus``."""
    return x.softplus()


@implementation("log_sigmoid", formats=("float32",), costly="shapes")
def log_sigmoid(x: Tensor) -> Tensor:
    """``Tensor.logsigmoid``."""
    return x.logsigmoid()


@implementation(
    "cross_entropy",
    formats=("float64", "float32", "float16"),
    axes="last",
    ranks=(2,),
    labels=("index", "probability"),
    costly="shapes",
)
def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """``Tensor.cross_entropy``, without reduction."""
    return logits.cross_entropy(labels, reduction="none")


@implementation("argmax", formats=("float64", "float32", "float16"), costly="shapes")
def argmax(x: Tensor, axis: int = -1) -> Tensor:
    """``Tensor.argmax``."""
    return x.argmax(axis)
