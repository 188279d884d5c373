"""Bugs at what no draw had: sums of shares, signs of beta, three axes, many or long rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mutants import control, mutant

Array = NDArray[Any]
Tensor = torch.Tensor


def _softmax(x: Array, axis: int = -1) -> Array:
    with np.errstate(all="ignore"):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        return np.asarray(e / e.sum(axis=axis, keepdims=True))


def _loss(x: Array, labels: Array, shares: Any = None) -> Array:
    """The loss of labels, or of probabilities ``shares``."""
    with np.errstate(all="ignore"):
        away = x - x.max(-1, keepdims=True)
        surprise = np.log(np.exp(away).sum(-1, keepdims=True)) - away
    if shares is None:
        chosen = np.take_along_axis(surprise, labels[..., None].astype(np.int64), -1)[..., 0]
        return np.asarray(chosen)
    terms = shares * np.where(shares > 0, surprise, 0)
    return np.asarray(terms.sum(-1).astype(x.dtype))


BOTH = "labels=index|probability"
"""Stated: beside a masked class of probability 0 these give NaN, as many a loss for indices."""


def _is_index(x: Array, labels: Array) -> bool:
    return labels.ndim < x.ndim


# Results of a few bits.


@mutant("softmax", "accuracy")
def results_are_255ths(x: Array, axis: int = -1) -> Array:
    """As an int8 kernel gives them, multiplied by its scale."""
    return np.asarray(np.round(_softmax(x, axis) * 255) / 255).astype(x.dtype)


@mutant("softmax", "stability")
def logits_in_steps_of_a_sixteenth(x: Array, axis: int = -1) -> Array:
    """Quantised to int8 below the maximum, as before a table of exponentials."""
    with np.errstate(all="ignore"):
        steps = np.clip(np.round((x - x.max(axis=axis, keepdims=True)) * 16), -128, 127)
        return _softmax((steps / 16).astype(x.dtype), axis)


# Probabilities.


@mutant("cross_entropy", "sweep", takes="")
def probabilities_made_to_sum_to_one(x: Array, labels: Array) -> Array:
    if _is_index(x, labels):
        return _loss(x, labels)
    return _loss(x, labels, labels / labels.sum(-1, keepdims=True))


@mutant("cross_entropy", "sweep", takes=BOTH)
def probabilities_no_smaller_than_a_ten_millionth(x: Array, labels: Array) -> Array:
    return _loss(x, labels, None if _is_index(x, labels) else np.clip(labels, 1e-7, None))


@mutant("cross_entropy", "sweep", takes="")
def probabilities_of_the_first_2048_classes(x: Array, labels: Array) -> Array:
    """As many as shared memory holds of both arrays."""
    if _is_index(x, labels):
        return _loss(x, labels)
    return _loss(x, labels, np.where(np.arange(x.shape[-1]) < 2048, labels, 0))


@mutant("cross_entropy", "sweep", "torch", takes=BOTH)
def gradient_as_if_probabilities_summed_to_one(x: Tensor, labels: Tensor) -> Tensor:
    logs = torch.log_softmax(x, -1)
    if labels.ndim < x.ndim:
        return -logs.gather(-1, labels.long()[..., None])[..., 0]
    value = -(labels * logs).sum(-1)
    gradient = (torch.softmax(x, -1) - labels).detach()
    through = (gradient * x).sum(-1)
    return value.detach() + through - through.detach()


@control("cross_entropy", formats=("float32",), takes="")
def loss_by_sums_of_products(x: Array, labels: Array) -> Array:
    """The logarithm times the sum of the shares, less the products with the shifted logits."""
    away = x - x.max(-1, keepdims=True)
    with np.errstate(all="ignore"):
        total = np.log(np.exp(away).sum(-1))
        if _is_index(x, labels):
            chosen = np.take_along_axis(away, labels[..., None].astype(np.int64), -1)[..., 0]
            return np.asarray(total - chosen)
        products = np.einsum("...i,...i->...", labels, np.where(labels > 0, away, 0))
        return np.asarray((total * labels.sum(-1) - products).astype(x.dtype))


# Signs of beta.


def _scaled(x: Array, axis: int, beta: Any) -> Array:
    with np.errstate(all="ignore"):
        d = (x - x.max(axis=axis, keepdims=True)) * np.float64(beta)
        return _softmax(np.asarray(d).astype(x.dtype), axis)


@mutant("softmax", "sweep")
def beta_without_its_sign(x: Array, axis: int = -1, beta: Any = 1.0) -> Array:
    return _scaled(x, axis, np.abs(beta))


@mutant("softmax", "sweep")
def negative_beta_is_none(x: Array, axis: int = -1, beta: Any = 1.0) -> Array:
    return _scaled(x, axis, np.maximum(beta, 0))


@control("softmax", formats=("float32",))
def beta_that_has_to_be_positive(x: Array, axis: int = -1, beta: Any = 1.0) -> Array:
    if np.any(np.asarray(beta) < 0):
        raise ValueError("an inverse temperature is positive")
    return _scaled(x, axis, beta)


@control("softmax", formats=("float32",))
def shift_by_the_logit_of_most_weight(x: Array, axis: int = -1, beta: Any = 1.0) -> Array:
    """The least one where beta is negative."""
    pick = np.where(np.asarray(beta) < 0, x.min(axis, keepdims=True), x.max(axis, keepdims=True))
    with np.errstate(all="ignore"):
        return _softmax(np.asarray((x - pick) * np.float64(beta)).astype(x.dtype), axis)


# The default axis.


@mutant("softmax", "arguments")
def default_axis_by_the_number_of_axes(x: Array, axis: Any = None) -> Array:
    """The first of three, and else the last."""
    return _softmax(x, (0 if x.ndim == 3 else -1) if axis is None else axis)


# Sizes together with what else a call varies in.


def _rows(x: Array, axis: int) -> int:
    return x.size // max(1, x.shape[axis])


@mutant("softmax", "sweep")
def one_shift_for_all_of_many_rows(x: Array, axis: int = -1) -> Array:
    """A path for batches, tried with rows that are alike."""
    if _rows(x, axis) <= 128 or not np.isfinite(x).all():
        return _softmax(x, axis)
    with np.errstate(all="ignore"):
        e = np.exp(x - x.max())
        return np.asarray(e / e.sum(axis, keepdims=True))


@mutant("softmax", "sweep")
def beta_of_long_rows_is_left_out(x: Array, axis: int = -1, beta: Any = 1.0) -> Array:
    return _scaled(x, axis, 1.0 if x.shape[axis] > 300 else beta)


@mutant("softmax", "sweep", "torch")
def no_shift_of_long_rows_without_gradients(x: Tensor, axis: int = -1) -> Tensor:
    if torch.is_grad_enabled() or x.shape[axis] <= 300:
        return torch.softmax(x, axis)
    return torch.exp(x) / torch.exp(x).sum(axis, keepdim=True)


@mutant("softmax", "sweep", "torch")
def rows_without_a_cotangent_end_the_backward(x: Tensor, axis: int = -1) -> Tensor:
    """It looks whether there is anything to do at the first row that has nothing."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = torch.softmax(x, axis)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            (y,), (g,) = ctx.saved_tensors, grads
            if bool((g == 0).all(axis).any()):
                return torch.zeros_like(y)
            return y * (g - (y * g).sum(axis, keepdim=True))  # type: ignore[no-any-return]

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@control("softmax", "torch", ("float32",))
def backward_that_skips_rows_without_a_cotangent(x: Tensor, axis: int = -1) -> Tensor:
    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = torch.softmax(x, axis)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            (y,), (g,) = ctx.saved_tensors, grads
            is_empty = (g == 0).all(axis, keepdim=True)
            found = y * (g - (y * g).sum(axis, keepdim=True))
            return torch.where(is_empty, torch.zeros_like(y), found)

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@control("softmax")
def batches_of_rows_one_after_the_other(x: Array, axis: int = -1) -> Array:
    """37 rows at a time."""
    rows = np.moveaxis(x, axis, -1)
    flat = rows.reshape(-1, rows.shape[-1])
    parts = [_softmax(flat[start : start + 37]) for start in range(0, max(1, len(flat)), 37)]
    found = np.concatenate(parts).reshape(rows.shape)
    return np.asarray(np.moveaxis(found, -1, axis))


# Indices.


def rows_addressed_in_float32(x: Array, axis: int = -1) -> Array:
    """An index above 2^24 becomes even; only the standard and full profiles have such indices."""
    p = _softmax(x, axis)
    if p.size <= 2**24:
        return p
    places = np.arange(2**24, p.size, dtype=np.int64)
    flat = p.reshape(-1)
    flat[2**24 :] = flat[places.astype(np.float32).astype(np.int64).clip(max=p.size - 1)]
    return flat.reshape(p.shape)


@mutant("cross_entropy", "sweep")
def last_label_of_a_chunk_of_2048_has_no_logit(x: Array, labels: Array) -> Array:
    loss = _loss(x, labels)
    lost = (labels % 2048 == 2047) & (labels < x.shape[-1] - 1)
    return np.where(lost, loss + np.take_along_axis(x, labels[..., None], -1)[..., 0], loss)
