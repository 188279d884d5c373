# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "openvino>=2025.1"]
# ///
"""OpenVINO: the family's operators, each as a model of one node, on the processor.

A model is made and compiled once for each operator, type, rank and axis, with dimensions of any
length.  A hint asks for float32, since it would choose bfloat16 where a processor has it.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import opset13 as operators

from softmark_implementations.declare import implementation
from softmark_implementations.framework import NotOffered
from softmark_implementations.with_numpy import NumPyFramework

Array = NDArray[Any]

HINT: Final = {"INFERENCE_PRECISION_HINT": "f32"}


class OpenVINOFramework(NumPyFramework):
    """NumPy's arrays, which compiled models take and give."""

    name = "openvino"
    both_byte_orders = False
    threads = 1
    """Threads of each model that is compiled from now on."""

    def versions(self) -> dict[str, str]:
        return {"openvino": openvino.__version__, **super().versions()}

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        self.threads = threads
        _compiled.cache_clear()
        _request.cache_clear()
        return {**super().prepare(seed, threads), "threads": threads}


FRAMEWORK = OpenVINOFramework()


@implementation("softmax", formats=("float32", "float16"), gradient=False)
def softmax(x: Array, axis: int = -1) -> Array:
    """The operator ``SoftMax``."""
    return _run(operators.softmax, x, axis)


@implementation("log_softmax", formats=("float32", "float16"), gradient=False)
def log_softmax(x: Array, axis: int = -1) -> Array:
    """The operator ``LogSoftmax``."""
    return _run(operators.log_softmax, x, axis)


@implementation("sigmoid", formats=("float32", "float16"), gradient=False)
def sigmoid(x: Array) -> Array:
    """The operator ``Sigmoid``."""
    return _run(operators.sigmoid, x)


@implementation("softplus", formats=("float32", "float16"), gradient=False)
def softplus(x: Array) -> Array:
    """The operator ``SoftPlus``."""
    return _run(operators.softplus, x)


def _run(operator: Callable[..., Any], x: Array, *axis: int) -> Array:
    """The output of a model of that one node.

    Raises
    ------
    NotOffered
        The array holds whole numbers.
    """
    if x.dtype.kind != "f":
        raise NotOffered("OpenVINO's operators take floating-point numbers")
    described = operator, x.dtype.name, x.ndim, axis, FRAMEWORK.threads
    request = _request(threading.get_ident(), *described)
    return np.array(request.infer([np.asarray(x, order="C")])[0])


@functools.cache
def _request(_thread: int, *described: Any) -> Any:
    """What a model is called by, of which each thread needs its own."""
    return _compiled(*described).create_infer_request()


@functools.cache
def _compiled(
    operator: Callable[..., Any], type: str, rank: int, axis: tuple[int, ...], threads: int
) -> Any:
    x = operators.parameter([-1] * rank, np.dtype(type))
    model = openvino.Model([operator(x, *axis)], [x], operator.__name__)
    chosen = {**HINT, "INFERENCE_NUM_THREADS": threads}
    return openvino.Core().compile_model(model, "CPU", chosen)
