# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "ai-edge-litert>=2.0", "flatbuffers>=24.3"]
# ///
"""LiteRT, which was TensorFlow Lite: the family's operators, each as a model of one node.

A model is made of the classes of its schema, which the package has, so that no TensorFlow is
needed.  XNNPACK computes what it has a kernel for; ``builtin`` is without it, and ``reference``
is the plain code that others are tested against.
"""

from __future__ import annotations

import functools
import threading
from importlib import metadata
from typing import Any, Final

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType
from numpy.typing import NDArray

from softmark_implementations.declare import implementation
from softmark_implementations.framework import NotOffered
from softmark_implementations.with_numpy import NumPyFramework

Array = NDArray[Any]

XNNPACK: Final = OpResolverType.AUTO
BUILTIN: Final = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES
REFERENCE: Final = OpResolverType.BUILTIN_REF

HELD: Final = 64
"""Interpreters that are kept, of which each inverse temperature takes its own."""


class LiteRTFramework(NumPyFramework):
    """NumPy's arrays, which interpreters take and give."""

    name = "litert"
    both_byte_orders = False
    threads = 1
    """Threads of each interpreter that is made from now on."""

    def versions(self) -> dict[str, str]:
        return {"litert": metadata.version("ai-edge-litert"), **super().versions()}

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        self.threads = threads
        _interpreter.cache_clear()
        return {**super().prepare(seed, threads), "threads": threads}


FRAMEWORK = LiteRTFramework()


@implementation(
    "softmax",
    formats=("float32",),
    axes="last",
    ranks=(1, 2, 3, 4, 5, 6),
    gradient=False,
    takes="integers=no,length>=1",
)
def softmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The operator ``SOFTMAX``, whose option is beta; XNNPACK has a kernel for beta = 1."""
    return _run(XNNPACK, "SOFTMAX", x, beta)


@implementation(
    "softmax",
    "builtin",
    formats=("float32",),
    axes="last",
    gradient=False,
    takes="integers=no",
)
def builtin_softmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The operator ``SOFTMAX`` without XNNPACK."""
    return _run(BUILTIN, "SOFTMAX", x, beta)


@implementation(
    "softmax",
    "reference",
    formats=("float32",),
    axes="last",
    gradient=False,
    takes="integers=no",
)
def reference_softmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The operator ``SOFTMAX`` of the reference kernels."""
    return _run(REFERENCE, "SOFTMAX", x, beta)


@implementation(
    "log_softmax", formats=("float32",), axes="last", gradient=False, takes="integers=no"
)
def log_softmax(x: Array, axis: int = -1) -> Array:
    """The operator ``LOG_SOFTMAX``, for which XNNPACK has no kernel."""
    return _run(XNNPACK, "LOG_SOFTMAX", x)


@implementation(
    "log_softmax",
    "reference",
    formats=("float32",),
    axes="last",
    gradient=False,
    takes="integers=no",
)
def reference_log_softmax(x: Array, axis: int = -1) -> Array:
    """The operator ``LOG_SOFTMAX`` of the reference kernels."""
    return _run(REFERENCE, "LOG_SOFTMAX", x)


@implementation("sigmoid", formats=("float32",), gradient=False, takes="integers=no")
def sigmoid(x: Array) -> Array:
    """The operator ``LOGISTIC``."""
    return _run(XNNPACK, "LOGISTIC", x)


@implementation("sigmoid", "builtin", formats=("float32",), gradient=False, takes="integers=no")
def builtin_sigmoid(x: Array) -> Array:
    """The operator ``LOGISTIC`` without XNNPACK."""
    return _run(BUILTIN, "LOGISTIC", x)


def _run(kernels: OpResolverType, operator: str, x: Array, beta: float = 1.0) -> Array:
    """The output of a model of that one node.

    Raises
    ------
    NotOffered
        The array is not of float32.
    """
    if x.dtype != np.float32:
        raise NotOffered(f"LiteRT's {operator} takes float32 here, not {x.dtype}")
    described = kernels, operator, max(1, x.ndim), float(beta), FRAMEWORK.threads
    interpreter = _interpreter(threading.get_ident(), *described)
    given, taken = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    shape = x.shape or (1,)
    if tuple(given["shape"]) != shape:
        interpreter.resize_tensor_input(given["index"], shape)
        interpreter.allocate_tensors()
    interpreter.set_tensor(given["index"], np.asarray(x, order="C").reshape(shape))
    interpreter.invoke()
    y: Array = interpreter.get_tensor(taken["index"]).reshape(x.shape)
    return y


@functools.lru_cache(HELD)
def _interpreter(
    _thread: int, kernels: OpResolverType, operator: str, rank: int, beta: float, threads: int
) -> Interpreter:
    """What computes a model, of which each thread needs its own."""
    interpreter = Interpreter(
        model_content=_model(operator, rank, beta),
        num_threads=threads,
        experimental_op_resolver_type=kernels,
    )
    interpreter.allocate_tensors()
    return interpreter


def _model(operator: str, rank: int, beta: float) -> bytes:
    """A model of one node from float32 to float32, whose shape is set before it is called."""
    tensors = [_tensor(name, rank) for name in ("x", "y")]
    node = schema.OperatorT()
    node.inputs, node.outputs = [0], [1]
    if operator == "SOFTMAX":
        node.builtinOptionsType = schema.BuiltinOptions.SoftmaxOptions
        node.builtinOptions = schema.SoftmaxOptionsT()
        node.builtinOptions.beta = beta
    code = schema.OperatorCodeT()
    code.builtinCode = getattr(schema.BuiltinOperator, operator)
    code.deprecatedBuiltinCode = code.builtinCode
    graph = schema.SubGraphT()
    graph.tensors, graph.inputs, graph.outputs, graph.operators = tensors, [0], [1], [node]
    model = schema.ModelT()
    model.version = 3
    model.operatorCodes, model.subgraphs = [code], [graph]
    model.buffers = [schema.BufferT()]  # the first is that of tensors without values
    builder = flatbuffers.Builder()
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def _tensor(name: str, rank: int) -> schema.TensorT:
    tensor = schema.TensorT()
    tensor.name, tensor.type = name, schema.TensorType.FLOAT32
    tensor.shape = [1] * rank
    return tensor
