"""WebNN's conformance tests: a graph of one operator, with data, as web-platform-tests have it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from softmark.answers.golden import Block, Golden, NotExported

_OPERATORS: Final[Mapping[str, tuple[str, tuple[Mapping[str, Any], ...]]]] = {
    "softmax": ("softmax", ({"axis": 1},)),
    "logsumexp": ("reduceLogSumExp", ({"options": {"axes": [1], "keepDimensions": False}},)),
    "sigmoid": ("sigmoid", ()),
    "argmax": ("argMax", ({"axis": 1}, {"options": {"outputDataType": "int64"}})),
}
_FORMATS: Final = ("float32", "float16")


def files(golden: Golden) -> dict[str, bytes]:
    """One JSON file: a list of tests, and the tolerance in ULP that their bounds give.

    Raises
    ------
    NotExported
        WebNN has no such operation, or no such format.
    """
    if golden.operation not in _OPERATORS:
        raise NotExported(f"WebNN has no {golden.operation}; it has {', '.join(_OPERATORS)}")
    if golden.format.name not in _FORMATS:
        raise NotExported(
            f"WebNN has no {golden.format.name}; name one of {', '.join(_FORMATS)} as --dtype"
        )
    ulp = 0.0 if golden.operation == "argmax" else golden.allowed.ulp
    document = {
        "tolerance": {"metricType": "ULP", "value": ulp},
        "tests": [_test(golden, block) for block in golden],
    }
    text = json.dumps(document, indent=1, allow_nan=False) + "\n"
    return {f"{golden.operation}-{golden.format.name}.https.any.json": text.encode()}


def _test(golden: Golden, block: Block) -> dict[str, Any]:
    operator, arguments = _OPERATORS[golden.operation]
    is_index = golden.operation == "argmax"
    return {
        "name": f"{operator} {golden.format.name} 2D tensor {list(block.x.shape)}",
        "graph": {
            "inputs": {"input": _data(block.x, golden.format.name)},
            "operators": [
                {
                    "name": operator,
                    "arguments": [{"input": "input"}, *arguments],
                    "outputs": "output",
                }
            ],
            "expectedOutputs": {
                "output": _data(block.expected, "int64" if is_index else golden.format.name)
            },
        },
    }


def _data(values: Any, type_name: str) -> dict[str, Any]:
    kept = values.astype(np.int64) if type_name == "int64" else values
    return {
        "data": kept.reshape(-1).tolist(),
        "descriptor": {"shape": list(values.shape), "dataType": type_name},
    }
