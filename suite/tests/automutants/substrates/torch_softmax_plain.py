"""Softmax by its definition, which autograd differentiates."""

from typing import Any

import torch

OPERATION = "softmax"
FRAMEWORK = "torch"
FORMATS = ("float32", "float64")


def softmax(x: Any, axis: int = -1) -> Any:
    wide = x if x.is_floating_point() else x.to(torch.float32)
    top = wide.amax(axis, keepdim=True)
    e = torch.exp(wide - top)
    return e / e.sum(axis, keepdim=True)
