# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "onnx>=1.15", "onnxruntime>=1.17"]
# ///
"""ONNX Runtime: the family's operators of ONNX, each as a model of one node, on the processor.

A model that was exported from another framework ends up in these kernels.  The
model is made and loaded once for each operator, type and axis; what is called
is a session with NumPy's arrays.
"""

from __future__ import annotations

import functools
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from numpy.typing import NDArray
from onnx import helper
from onnxruntime.capi.onnxruntime_pybind11_state import NotImplemented as NoKernel

from softmark_implementations.declare import implementation
from softmark_implementations.framework import NotOffered
from softmark_implementations.with_numpy import NumPyFramework

Array = NDArray[Any]

OPSET: Final = 18
IR_VERSION: Final = 8
PROVIDERS: Final = ("CPUExecutionProvider",)


class ONNXRuntimeFramework(NumPyFramework):
    """NumPy's arrays, which sessions take and give."""

    name = "onnxruntime"
    both_byte_orders = False
    threads = 1
    """Threads of each session that is made from now on."""

    def versions(self) -> dict[str, str]:
        own = {"onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__}
        return {**own, **super().versions()}

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        self.threads = threads
        _session.cache_clear()
        return {**super().prepare(seed, threads), "threads": threads}


FRAMEWORK = ONNXRuntimeFramework()


@implementation("softmax", formats=("float64", "float32", "float16"), gradient=False)
def softmax(x: Array, axis: int = -1) -> Array:
    """The operator ``Softmax``."""
    return _run("Softmax", x, axis=axis)


@implementation("log_softmax", formats=("float64", "float32", "float16"), gradient=False)
def log_softmax(x: Array, axis: int = -1) -> Array:
    """The operator ``LogSoftmax``."""
    return _run("LogSoftmax", x, axis=axis)


@implementation("logsumexp", formats=("float64", "float32", "float16"), gradient=False)
def logsumexp(x: Array, axis: int = -1) -> Array:
    """The operator ``ReduceLogSumExp``."""
    axes = np.array([axis], np.int64)
    return _run("ReduceLogSumExp", x, axes, keepdims=0)


@implementation("sigmoid", formats=("float64", "float32", "float16"), gradient=False)
def sigmoid(x: Array) -> Array:
    """The operator ``Sigmoid``."""
    return _run("Sigmoid", x)


@implementation("softplus", formats=("float64", "float32"), gradient=False)
def softplus(x: Array) -> Array:
    """The operator ``Softplus``."""
    return _run("Softplus", x)


@implementation(
    "cross_entropy",
    formats=("float64", "float32", "float16"),
    axes="last",
    ranks=(2,),
    labels=("index",),
    gradient=False,
)
def cross_entropy(
    logits: Array,
    labels: Array,
    weight: Array | None = None,
    ignore_index: int | None = None,
    reduction: str = "none",
) -> Array:
    """The operator ``SoftmaxCrossEntropyLoss``."""
    given = (logits, labels) if weight is None else (logits, labels, weight)
    ignored = {} if ignore_index is None else {"ignore_index": ignore_index}
    return _run("SoftmaxCrossEntropyLoss", *given, reduction=reduction, **ignored)


@implementation("argmax", formats=("float64", "float32", "float16"), gradient=False)
def argmax(x: Array, axis: int = -1) -> Array:
    """The operator ``ArgMax``."""
    return _run("ArgMax", x, axis=axis, keepdims=0)


@implementation("hardmax", formats=("float32", "float16"), gradient=False)
def hardmax(x: Array, axis: int = -1) -> Array:
    """The operator ``Hardmax``, of which there is none for float64."""
    return _run("Hardmax", x, axis=axis)


def _run(operator: str, *given: Array, **attributes: Any) -> Array:
    """The first output of a model of that one node.

    Raises
    ------
    NotOffered
        The processor's provider has no kernel of the operator for these types.
    """
    types = tuple(array.dtype for array in given)
    session = _session(operator, types, tuple(attributes.items()), FRAMEWORK.threads)
    (output,) = session.run(None, {f"x{i}": array for i, array in enumerate(given)})
    return output


@functools.cache
def _session(
    operator: str,
    types: tuple[np.dtype[Any], ...],
    attributes: tuple[tuple[str, Any], ...],
    threads: int,
) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    model = _model(operator, types, attributes).SerializeToString()
    try:
        return onnxruntime.InferenceSession(model, options, providers=list(PROVIDERS))
    except NoKernel as error:
        raise NotOffered(f"ONNX Runtime: {str(error).rpartition(' : ')[2].strip()}") from error


def _model(
    operator: str, types: tuple[np.dtype[Any], ...], attributes: tuple[tuple[str, Any], ...]
) -> onnx.ModelProto:
    """A model of one node, whose inputs are ``x0``, ``x1`` ... of any shape."""
    elements = [helper.np_dtype_to_tensor_dtype(type) for type in types]
    inputs = [helper.make_tensor_value_info(f"x{i}", e, None) for i, e in enumerate(elements)]
    names = [value.name for value in inputs]
    node = helper.make_node(operator, names, ["y"], **dict(attributes))
    element = onnx.TensorProto.INT64 if operator == "ArgMax" else elements[0]
    output = helper.make_tensor_value_info("y", element, None)
    graph = helper.make_graph([node], operator, inputs, [output])
    opset = helper.make_opsetid("", OPSET)
    return helper.make_model(graph, opset_imports=[opset], ir_version=IR_VERSION)
