"""Node tests of ONNX: a model of one node, inputs and expected outputs, for each length of row.

The few messages of ONNX that this needs are written as protocol buffers here, field by field as
``onnx.proto`` numbers them, so that nothing has to be installed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark import operations
from softmark.answers.golden import Block, Golden, NotExported
from softmark.formats import encode

OPSET: Final = 18
_TYPES: Final = {"float32": 1, "int64": 7, "float16": 10, "float64": 11, "bfloat16": 16}
_NODES: Final[Mapping[str, tuple[str, Mapping[str, int | str]]]] = {
    "softmax": ("Softmax", {"axis": -1}),
    "log_softmax": ("LogSoftmax", {"axis": -1}),
    "hardmax": ("Hardmax", {"axis": -1}),
    "argmax": ("ArgMax", {"axis": -1, "keepdims": 0}),
    "logsumexp": ("ReduceLogSumExp", {"keepdims": 0}),
    "sigmoid": ("Sigmoid", {}),
    "cross_entropy": ("SoftmaxCrossEntropyLoss", {"reduction": "none"}),
}


def files(golden: Golden) -> dict[str, bytes]:
    """Folders as ONNX's backend tests have them, and the tolerances in ``tolerance.json``.

    Raises
    ------
    NotExported
        ONNX has no such operation, or no such format.
    """
    if golden.operation not in _NODES:
        raise NotExported(f"ONNX has no {golden.operation}; it has {', '.join(_NODES)}")
    if golden.format.name not in _TYPES:
        raise NotExported(f"ONNX's softmax takes no {golden.format.name}; name another --dtype")
    found: dict[str, bytes] = {}
    for block in golden:
        folder = f"test_{golden.operation}_{golden.format.name}_{block.x.shape[1]}"
        found |= {f"{folder}/{name}": data for name, data in _case(golden, block).items()}
    if not operations.load(golden.operation).is_index:
        pair = {"rtol": golden.allowed.rtol, "atol": golden.allowed.atol}
        found["tolerance.json"] = json.dumps(pair).encode() + b"\n"
    return found


def _case(golden: Golden, block: Block) -> dict[str, bytes]:
    bits, type_name = _bits(golden, block.x)
    inputs = {"x": _tensor("x", bits, type_name, block.x.shape)}
    if block.labels is not None:
        inputs["labels"] = _tensor("labels", block.labels, "int64", block.labels.shape)
    if golden.operation == "logsumexp":
        inputs["axes"] = _tensor("axes", np.array([-1], np.int64), "int64", (1,))
    is_index = golden.operation == "argmax"
    due, due_type = _bits(golden, block.expected)
    if is_index:
        due, due_type = block.expected.astype(np.int64), "int64"
    shapes = {"x": (golden.format.name, block.x.shape)}
    shapes |= {name: ("int64", (len(block.x),)) for name in inputs if name == "labels"}
    shapes |= {name: ("int64", (1,)) for name in inputs if name == "axes"}
    model = _model(golden.operation, shapes, (due_type, block.expected.shape))
    tensors = {f"test_data_set_0/input_{i}.pb": inputs[name] for i, name in enumerate(inputs)}
    output = _tensor("y", due, due_type, block.expected.shape)
    return {"model.onnx": model, **tensors, "test_data_set_0/output_0.pb": output}


def _bits(golden: Golden, values: NDArray[np.float64]) -> tuple[NDArray[np.generic], str]:
    return encode(values, golden.format), golden.format.name


def _model(
    operation: str,
    inputs: Mapping[str, tuple[str, tuple[int, ...]]],
    output: tuple[str, tuple[int, ...]],
) -> bytes:
    kind, attributes = _NODES[operation]
    node = b"".join(_field(1, name) for name in inputs) + _field(2, "y") + _field(4, kind)
    node += b"".join(_field(5, _attribute(*each)) for each in attributes.items())
    graph = _field(1, node) + _field(2, operation)
    graph += b"".join(_field(11, _value(name, *each)) for name, each in inputs.items())
    graph += _field(12, _value("y", *output))
    return _field(1, 8) + _field(7, graph) + _field(8, _field(2, OPSET))


def _attribute(name: str, value: int | str) -> bytes:
    if isinstance(value, str):
        return _field(1, name) + _field(4, value) + _field(20, 3)
    return _field(1, name) + _field(3, value) + _field(20, 2)


def _value(name: str, type_name: str, shape: tuple[int, ...]) -> bytes:
    """A name with its type and shape."""
    sizes = b"".join(_field(1, _field(1, size)) for size in shape)
    tensor = _field(1, _TYPES[type_name]) + _field(2, sizes)
    return _field(1, name) + _field(2, _field(1, tensor))


def _tensor(
    name: str, values: NDArray[np.generic], type_name: str, shape: tuple[int, ...]
) -> bytes:
    sizes = b"".join(_field(1, size) for size in shape)
    raw = np.ascontiguousarray(values).astype(values.dtype.newbyteorder("<")).tobytes()
    return sizes + _field(2, _TYPES[type_name]) + _field(8, name) + _field(9, raw)


def _field(number: int, value: int | str | bytes) -> bytes:
    """A field of a protocol buffer: a number, or a text or a message with its length."""
    if isinstance(value, int):
        return _varint(number << 3) + _varint(value % 2**64)
    data = value.encode() if isinstance(value, str) else value
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _varint(value: int) -> bytes:
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*found, value])
