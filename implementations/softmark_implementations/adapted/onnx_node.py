"""A softmax node of an ONNX file, run by ONNX Runtime: ``model.onnx``, or ``model.onnx:NODE``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

KINDS: Final = ("Softmax", "LogSoftmax", "Hardmax")


def function_of(text: str) -> Callable[..., Any]:
    """A node, alone in a model of its own, with its attributes.

    Raises
    ------
    ValueError
        onnx and onnxruntime are not installed, or the file does not have one such node.
    """
    try:
        import onnx
        import onnxruntime
    except ImportError as error:
        raise ValueError(f"{error}; python -m pip install 'softmark[onnxruntime]'") from None
    path, _, wanted = text.partition(":")
    model = onnx.load(path)
    nodes = [node for node in model.graph.node if node.op_type in KINDS]
    nodes = [node for node in nodes if wanted in ("", node.name)] or nodes
    if len(nodes) != 1:
        names = ", ".join(node.name or node.output[0] for node in nodes) or "none"
        raise ValueError(f"{path} has {len(nodes)} softmax nodes ({names}); name one as FILE:NODE")
    sessions: dict[tuple[Any, int], Any] = {}

    def session(kind: Any, rank: int) -> Any:
        """Runs the node on arrays of a type and a rank."""
        element = onnx.helper.np_dtype_to_tensor_dtype(kind)
        node = onnx.helper.make_node(nodes[0].op_type, ["x"], ["y"])
        node.attribute.extend(nodes[0].attribute)
        sides = [onnx.helper.make_tensor_value_info(s, element, [None] * rank) for s in "xy"]
        graph = onnx.helper.make_graph([node], "node", sides[:1], sides[1:])
        alone = onnx.helper.make_model(graph, opset_imports=model.opset_import)
        alone.ir_version = min(model.ir_version, 10)
        providers = ["CPUExecutionProvider"]
        return onnxruntime.InferenceSession(alone.SerializeToString(), providers=providers)

    def function(x: Any) -> Any:
        key = x.dtype, x.ndim
        if key not in sessions:
            sessions[key] = session(*key)
        return np.asarray(sessions[key].run(None, {"x": np.ascontiguousarray(x)})[0])

    return function
