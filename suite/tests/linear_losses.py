"""Chunked linear cross-entropies in PyTorch, right and wrong, each with its gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

Tensor = torch.Tensor
Loss = Callable[[Tensor, Tensor, Tensor], Tensor]

CHUNK = 7
IGNORED = -100


def whole(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    return torch.nn.functional.cross_entropy((h @ w.T).float(), labels, ignore_index=IGNORED)


def of_rows(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    """Chunks of rows, each with its own logits, as Liger has them."""
    total = h.new_zeros((), dtype=torch.float32)
    wide, weight = h.float(), w.float()  # so that gradients are added up in float32
    for start in range(0, len(h), CHUNK):
        part = slice(start, start + CHUNK)
        logits = wide[part] @ weight.T
        total = total + torch.nn.functional.cross_entropy(
            logits, labels[part], ignore_index=IGNORED, reduction="sum"
        )
    return total / (labels != IGNORED).sum()


def gradients_added_in_their_format(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    """Right in float32; of 16 bits each chunk's gradient is rounded before it is added."""
    total = h.new_zeros((), dtype=torch.float32)
    for start in range(0, len(h), CHUNK):
        part = slice(start, start + CHUNK)
        logits = h[part].float() @ w.float().T
        total = total + torch.nn.functional.cross_entropy(
            logits, labels[part], ignore_index=IGNORED, reduction="sum"
        )
    return total / (labels != IGNORED).sum()


def _in_classes(
    h: Tensor,
    w: Tensor,
    labels: Tensor,
    *,
    lost: int = 0,
    dtype: torch.dtype = torch.float32,
    count: Callable[[Tensor], Any] = lambda kept: kept.sum(),
    moved: int = 0,
    padded: bool = False,
) -> Tensor:
    """Chunks of classes whose totals are merged, as cut-cross-entropy has them."""
    lse = torch.full((len(h),), -torch.inf, dtype=dtype)
    chosen = torch.zeros(len(h), dtype=dtype)
    for start in range(0, len(w) - lost, CHUNK):
        part = w[start : start + CHUNK]
        if padded:
            part = torch.cat([part, part.new_zeros(CHUNK - len(part), w.shape[1])])
        logits = (h.float() @ part.float().T).to(dtype)
        lse = torch.logaddexp(lse, torch.logsumexp(logits, dim=-1))
        places = labels - start - moved
        here = (places >= 0) & (places < logits.shape[1])
        own = logits.gather(-1, torch.where(here, places, 0)[:, None])[:, 0]
        chosen = chosen + own.masked_fill(~here, 0.0)
    kept = labels != IGNORED
    return ((lse - chosen).masked_fill(~kept, 0.0).sum() / count(kept)).float()


def of_classes(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    return _in_classes(h, w, labels)


def last_chunk_lost(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    return _in_classes(h, w, labels, lost=len(w) % CHUNK)


def held_in_16_bits(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    return _in_classes(h, w, labels, dtype=torch.bfloat16)


def mean_over_all_rows(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    return _in_classes(h, w, labels, count=len)


def mean_of_means(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    """The mean of each chunk's mean, though not all have as many rows that count."""
    means = [whole(h[i : i + CHUNK], w, labels[i : i + CHUNK]) for i in range(0, len(h), CHUNK)]
    return torch.stack(means).mean()


def label_of_the_next_class(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    return _in_classes(h, w, labels, moved=1)


def padding_counts(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    return _in_classes(h, w, labels, padded=True)


def gradient_of_the_last_chunk(h: Tensor, w: Tensor, labels: Tensor) -> Tensor:
    """The value is right; the gradient in the weight is that of the last chunk of rows."""
    value = whole(h, w, labels)
    kept = (labels != IGNORED).sum()
    last = (len(h) - 1) // CHUNK * CHUNK
    part = torch.nn.functional.cross_entropy(
        h[last:].float() @ w.float().T, labels[last:], ignore_index=IGNORED, reduction="sum"
    )
    return part / kept + (value - part / kept).detach()


RIGHT: tuple[Loss, ...] = (whole, of_rows, of_classes)
WRONG: tuple[Loss, ...] = (
    last_chunk_lost,
    held_in_16_bits,
    mean_over_all_rows,
    mean_of_means,
    label_of_the_next_class,
    padding_counts,
    gradient_of_the_last_chunk,
)
