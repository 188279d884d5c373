"""Cross entropy of logits and the labels' indices, a number a row."""

from typing import Any

import torch

OPERATION = "cross_entropy"
FRAMEWORK = "torch"
FORMATS = ("float32", "float64")


def cross_entropy(logits: Any, labels: Any) -> Any:
    wide = logits if logits.is_floating_point() else logits.to(torch.float32)
    shifted = wide - wide.amax(-1, keepdim=True)
    picked = torch.gather(shifted, -1, labels.to(torch.int64).unsqueeze(-1))
    total = torch.exp(shifted).sum(-1)
    return torch.log(total) - picked.squeeze(-1)
