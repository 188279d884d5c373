"""A golden file: a line of JSON for each row, numbers as hexadecimal floats, and a checksum."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from softmark import __version__, operations
from softmark.answers.golden import Block, Golden


def files(golden: Golden) -> dict[str, bytes]:
    """One file: the first line says what it is, with the SHA-256 of all the others."""
    rows = "".join(
        json.dumps(_row(block, at)) + "\n" for block in golden for at in range(len(block.x))
    ).encode()
    head = {
        "operation": golden.operation,
        "format": golden.format.name,
        "rows": sum(len(block.x) for block in golden),
        "expected": "exact values of the rounded logits, rounded to nearest, ties to even",
        "rtol": golden.allowed.rtol if _is_valued(golden) else 0.0,
        "atol": golden.allowed.atol if _is_valued(golden) else 0.0,
        "softmark": __version__,
        "sha256": hashlib.sha256(rows).hexdigest(),
    }
    name = f"{golden.operation}-{golden.format.name}.jsonl"
    return {name: json.dumps(head).encode() + b"\n" + rows}


def _is_valued(golden: Golden) -> bool:
    return not operations.load(golden.operation).is_index


def _row(block: Block, at: int) -> dict[str, Any]:
    row: dict[str, Any] = {"x": [float(v).hex() for v in block.x[at]]}
    if block.labels is not None:
        row["label"] = int(block.labels[at])
    return row | {"expected": [float(v).hex() for v in block.expected[at].reshape(-1)]}
