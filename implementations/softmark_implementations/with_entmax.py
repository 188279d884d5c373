# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "torch>=2.8", "entmax>=1.3"]
# ///
"""The package entmax: sparsemax by sorting and by bisection, with the backwards of its authors."""

from __future__ import annotations

from importlib import metadata
from typing import Any

import entmax

from softmark_implementations.declare import implementation
from softmark_implementations.with_torch import TorchFramework

Tensor = Any


class EntmaxFramework(TorchFramework):
    """PyTorch's tensors, which entmax computes with."""

    name = "entmax"

    def versions(self) -> dict[str, str]:
        return {"entmax": metadata.version("entmax"), **super().versions()}


FRAMEWORK = EntmaxFramework()


@implementation("sparsemax", formats=("float64", "float32", "bfloat16"))
def sparsemax(x: Tensor, axis: int = -1) -> Tensor:
    """``entmax.sparsemax``."""
    return entmax.sparsemax(x, dim=axis)


@implementation("sparsemax", "bisect", formats=("float32",))
def sparsemax_bisect(x: Tensor, axis: int = -1) -> Tensor:
    """``entmax.sparsemax_bisect``, of 50 steps."""
    return entmax.sparsemax_bisect(x, dim=axis)
