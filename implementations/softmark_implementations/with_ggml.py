# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "xllamacpp>=2026.10"]
# ///
"""ggml, which llama.cpp computes with: its softmax, with a scale, a mask and sinks, and others.

The library is the one in the package xllamacpp.  Each call makes a graph of one node; what is
measured holds that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import xllamacpp
from numpy.typing import NDArray

from softmark_implementations.adapted import ggml
from softmark_implementations.declare import implementation
from softmark_implementations.framework import NotOffered
from softmark_implementations.with_numpy import NumPyFramework

Array = NDArray[Any]


class GgmlFramework(NumPyFramework):
    """NumPy's arrays, which are copied to tensors of ggml and back."""

    name = "ggml"
    both_byte_orders = False
    threads = 1
    """Threads that compute a graph."""

    def versions(self) -> dict[str, str]:
        return {"ggml": f"xllamacpp {xllamacpp.__version__}", **super().versions()}

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        self.threads = threads
        return {**super().prepare(seed, threads), "threads": threads}


FRAMEWORK = GgmlFramework()


@cache
def _symbols() -> dict[str, Any]:
    return ggml.symbols("xllamacpp", ggml.MORE)


@implementation(
    "softmax",
    formats=("float32",),
    axes="last",
    gradient=False,
    takes="integers=no,length>=1,rows>=1",
)
def softmax(x: Array, axis: int = -1) -> Array:
    """``ggml_soft_max``."""
    return _run(_symbols()["soft_max"], _rows(x)).reshape(x.shape)


@implementation(
    "softmax",
    "ext",
    formats=("float32",),
    axes="last",
    gradient=False,
    takes="integers=no,length>=1,rows>=1",
)
def softmax_ext(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """``ggml_soft_max_ext`` with a scale, which comes before the shift."""
    extended = _symbols()["soft_max_ext"]
    return _run(lambda at, row: extended(at, row, None, beta, 0.0), _rows(x)).reshape(x.shape)


@implementation(
    "masked_softmax",
    formats=("float32",),
    axes="last",
    gradient=False,
    takes="integers=no,length>=1,rows>=1",
)
def masked_softmax(x: Array, mask: Array, axis: int = -1) -> Array:
    """``ggml_soft_max_ext`` with a mask, which is added: 0 or minus infinity."""
    extended = _symbols()["soft_max_ext"]
    added = np.where(np.broadcast_to(mask, x.shape), np.float32(0), np.float32(-np.inf))
    y = _run(lambda at, row, mask: extended(at, row, mask, 1.0, 0.0), _rows(x), _rows(added))
    return y.reshape(x.shape)


@implementation(
    "sink_softmax",
    formats=("float32",),
    axes="last",
    gradient=False,
    takes="integers=no,length>=1,rows>=1",
)
def sink_softmax(x: Array, sink: Array, axis: int = -1) -> Array:
    """``ggml_soft_max_ext`` with ``ggml_soft_max_add_sinks``, each row a head of its own."""
    functions = _symbols()

    def build(at: int, row: int, sinks: int) -> Any:
        result = functions["soft_max_ext"](at, row, None, 1.0, 0.0)
        functions["soft_max_add_sinks"](result, sinks)
        return result

    heads = _rows(x)[:, None]
    sinks = np.broadcast_to(sink, (*x.shape[:-1], 1)).reshape(-1)
    return _run(build, heads, sinks).reshape(x.shape)


@implementation("sigmoid", formats=("float32",), gradient=False, takes="integers=no,rows>=1")
def sigmoid(x: Array) -> Array:
    """``ggml_sigmoid``."""
    return _run(_symbols()["sigmoid"], x.reshape(1, -1)).reshape(x.shape)


@implementation("softplus", formats=("float32",), gradient=False, takes="integers=no,rows>=1")
def softplus(x: Array) -> Array:
    """``ggml_softplus``."""
    return _run(_symbols()["softplus"], x.reshape(1, -1)).reshape(x.shape)


def _rows(x: Array) -> Array:
    return np.asarray(x).reshape(-1, x.shape[-1])


def _run(build: Callable[..., Any], *given: Array) -> Array:
    """The result of a graph.

    Raises
    ------
    NotOffered
        An array is not of float32, or has no element, for which ggml ends the process.
    """
    for array in given:
        if array.dtype != np.float32 or not array.size:
            raise NotOffered(
                f"ggml takes float32 here, and no array of {array.dtype} {array.shape}"
            )
    y: Array = ggml.computed(_symbols(), build, *given, threads=FRAMEWORK.threads)
    return y
