"""Losses whose options are dropped, or counted over the wrong rows and classes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from mutants import control, mutant

Array = Any


def _log_softmax(x: Array) -> Array:
    shifted = x - x.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))


def _at(logs: Array, labels: Array, kept: Array) -> Array:
    return np.take_along_axis(logs, np.where(kept, labels, 0)[..., None], axis=-1)[..., 0]


def _reduced(losses: Array, reduction: str, count: Any) -> Array:
    if reduction == "none":
        return losses
    return losses.sum() if reduction == "sum" else losses.sum() / np.asarray(count, losses.dtype)


@mutant("cross_entropy", "accuracy")
def mean_over_all_rows_with_those_that_are_ignored(
    x: Array, labels: Array, ignore_index: int = -100, reduction: str = "mean"
) -> Array:
    """The count of another set of rows than the sum."""
    kept = labels != ignore_index
    losses = np.where(kept, -_at(_log_softmax(x), labels, kept), x.dtype.type(0))
    return _reduced(losses, reduction, kept.size)


@mutant("cross_entropy", "accuracy")
def ignored_label_that_is_the_last_class(
    x: Array, labels: Array, ignore_index: int = -100, reduction: str = "none"
) -> Array:
    """-100 indexes from the end where there are classes enough, and is clipped where not."""
    losses = -_at(_log_softmax(x), np.clip(labels, -x.shape[-1], None), labels == labels)
    return _reduced(losses, reduction, losses.size)


@mutant("cross_entropy", "accuracy")
def ignored_only_where_the_label_is_negative(
    x: Array, labels: Array, ignore_index: int = -100, reduction: str = "none"
) -> Array:
    """A label that is a class too is not ignored."""
    kept = labels >= 0
    losses = np.where(kept, -_at(_log_softmax(x), labels, kept), x.dtype.type(0))
    return _reduced(losses, reduction, kept.sum())


@mutant("cross_entropy", "accuracy")
def smoothing_of_rows_that_are_ignored(
    x: Array,
    labels: Array,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
    reduction: str = "none",
) -> Array:
    """The uniform share of the loss forgets which rows count."""
    kept, logs = labels != ignore_index, _log_softmax(x)
    of_label = np.where(kept, -_at(logs, labels, kept), 0)
    losses = (1 - label_smoothing) * of_label
    losses = losses - label_smoothing * logs.mean(axis=-1) if label_smoothing else losses
    return _reduced(losses.astype(x.dtype), reduction, kept.sum())


@mutant("cross_entropy", "accuracy")
def smoothing_over_the_other_classes_alone(
    x: Array, labels: Array, label_smoothing: float = 0.0, reduction: str = "none"
) -> Array:
    """The share goes to n - 1 classes, and none of it to the label's own."""
    logs = _log_softmax(x)
    of_label = -_at(logs, labels, labels == labels)
    if not label_smoothing or x.shape[-1] == 1:
        return _reduced(of_label, reduction, of_label.size)
    others = -logs.sum(axis=-1) - of_label
    losses = (1 - label_smoothing) * of_label + label_smoothing / (x.shape[-1] - 1) * others
    return _reduced(losses.astype(x.dtype), reduction, losses.size)


@mutant("cross_entropy", "accuracy")
def smoothing_that_is_not_there(
    x: Array, labels: Array, label_smoothing: float = 0.0, reduction: str = "none"
) -> Array:
    losses = -_at(_log_softmax(x), labels, labels == labels)
    return _reduced(losses, reduction, losses.size)


@mutant("cross_entropy", "accuracy")
def mean_of_weighted_losses_over_their_number(
    x: Array, labels: Array, weight: Array = None, reduction: str = "none"
) -> Array:
    """The denominator leaves the weights out."""
    losses = -_at(_log_softmax(x), labels, labels == labels)
    losses = losses if weight is None else losses * weight[labels]
    return _reduced(losses, reduction, losses.size)


@mutant("cross_entropy", "accuracy")
def weights_of_the_labels_times_the_whole_smoothed_loss(
    x: Array,
    labels: Array,
    weight: Array = None,
    label_smoothing: float = 0.0,
    reduction: str = "none",
    ignore_index: int = -100,
) -> Array:
    """Another convention: the documented one gives the uniform share its own classes' weights."""
    kept, logs = labels != ignore_index, _log_softmax(x)
    scale = np.ones(x.shape[-1], x.dtype) if weight is None else weight
    losses = -(1 - label_smoothing) * _at(logs, labels, kept)
    losses = losses - label_smoothing * logs.mean(axis=-1) if label_smoothing else losses
    of_label = scale[np.where(kept, labels, 0)] * kept
    losses = np.where(kept, of_label * losses, 0).astype(x.dtype)
    return _reduced(losses, reduction, of_label.sum())


@mutant("cross_entropy", "accuracy")
def square_of_the_shifted_logsumexp(
    x: Array, labels: Array, z_loss: float = 0.0, reduction: str = "none"
) -> Array:
    """The maximum is missing from the logsumexp that is squared."""
    shifted = x - x.max(axis=-1, keepdims=True)
    total = np.log(np.exp(shifted).sum(axis=-1))
    losses = -_at(shifted - total[..., None], labels, labels == labels) + z_loss * total**2
    return _reduced(losses.astype(x.dtype), reduction, losses.size)


@mutant("cross_entropy", "special_values")
def square_that_is_infinite_times_0(
    x: Array, labels: Array, z_loss: float = 0.0, reduction: str = "none"
) -> Array:
    """Without a z-loss the square of a large logsumexp overflows, and 0 times that is NaN."""
    logs = _log_softmax(x)
    with np.errstate(all="ignore"):
        total = x.max(axis=-1) - logs.max(axis=-1)
        losses = -_at(logs, labels, labels == labels) + x.dtype.type(z_loss) * total**2
    return _reduced(losses, reduction, losses.size)


@mutant("cross_entropy", "stability")
def logsumexp_less_the_logit_where_all_are_offset(
    x: Array, labels: Array, label_smoothing: float = 0.0, reduction: str = "none"
) -> Array:
    """Stored at the size of the offset, the logsumexp has lost the loss."""
    top = x.max(axis=-1, keepdims=True)
    total = (top + np.log(np.exp(x - top).sum(axis=-1, keepdims=True)))[..., 0]
    of_label = total - _at(x, labels, labels == labels)
    losses = of_label
    if label_smoothing:
        losses = (1 - label_smoothing) * of_label + label_smoothing * (total - x.mean(axis=-1))
    return _reduced(losses.astype(x.dtype), reduction, losses.size)


@mutant("cross_entropy", "gradient", "torch")
def gradient_of_a_mean_that_is_not_divided(
    x: Array, labels: Array, ignore_index: int = -100, reduction: str = "none"
) -> Array:
    """The backward of the sum behind the value of the mean."""
    kept = labels != ignore_index
    losses = F.cross_entropy(x, labels, ignore_index=ignore_index, reduction="none")
    if reduction != "mean":
        return losses.sum() if reduction == "sum" else losses
    return losses.sum() + (losses.sum() / kept.sum() - losses.sum()).detach()


@mutant("cross_entropy", "gradient", "torch")
def gradient_that_reaches_rows_that_are_ignored(
    x: Array, labels: Array, ignore_index: int = -100, reduction: str = "none"
) -> Array:
    kept = labels != ignore_index
    losses = F.cross_entropy(x, labels.clamp(min=0), reduction="none")
    losses = torch.where(kept, losses, losses - losses.detach())
    reduced = {"none": losses, "sum": losses.sum(), "mean": losses.sum() / kept.sum()}
    return reduced[reduction]


@mutant("cross_entropy", "special_values")
def sum_of_no_rows_that_is_nan(
    x: Array, labels: Array, ignore_index: int = -100, reduction: str = "none"
) -> Array:
    """A sum that is made from the mean."""
    kept = labels != ignore_index
    losses = np.where(kept, -_at(_log_softmax(x), labels, kept), x.dtype.type(0))
    if reduction == "none":
        return losses
    with np.errstate(all="ignore"):
        mean = losses.sum() / np.asarray(kept.sum(), x.dtype)
        return mean * np.asarray(kept.sum(), x.dtype) if reduction == "sum" else mean


@control("cross_entropy", takes="integers=no")
def smoothed_one_hot_labels(
    logits: Array,
    labels: Array,
    weight: Array = None,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
    reduction: str = "none",
) -> Array:
    """The labels are made a distribution first, which weighs the logarithms."""
    n, kept = logits.shape[-1], labels != ignore_index
    scale = np.ones(n, logits.dtype) if weight is None else weight
    one_hot = (np.where(kept, labels, -1)[..., None] == np.arange(n)).astype(logits.dtype)
    shares = scale * ((1 - label_smoothing) * one_hot + label_smoothing / n * kept[..., None])
    terms = shares * np.where(shares > 0, _log_softmax(logits), logits.dtype.type(0))
    losses = -terms.sum(axis=-1).astype(logits.dtype)
    return _reduced(losses, reduction, (one_hot * scale).sum())


@control("cross_entropy")
def rows_that_count_picked_first(
    logits: Array,
    labels: Array,
    ignore_index: int = -100,
    reduction: str = "mean",
    z_loss: float = 0.0,
) -> Array:
    """Only the rows that count are looked at, and put back where they were."""
    kept = labels != ignore_index
    x, of = logits[kept], labels[kept]
    top = x.max(axis=-1, initial=-np.inf)
    total = np.log(np.exp(x - top[..., None]).sum(axis=-1))
    losses = total - (np.take_along_axis(x, of[..., None], axis=-1)[..., 0] - top)
    if z_loss:
        losses = losses + z_loss * (top + total) ** 2
    losses = losses.astype(logits.dtype)
    if reduction == "none":
        every = np.zeros(labels.shape, logits.dtype)
        every[kept] = losses
        return every
    with np.errstate(all="ignore"):
        return _reduced(losses, reduction, kept.sum())


@control("cross_entropy", "torch", takes="ranks=1|2")
def options_of_torch(
    logits: Array,
    labels: Array,
    weight: Array = None,
    ignore_index: int = -100,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> Array:
    how: dict[str, Any] = {"ignore_index": ignore_index, "label_smoothing": label_smoothing}
    return F.cross_entropy(logits, labels, weight, reduction=reduction, **how)
