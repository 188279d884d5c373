"""Sparse probabilities with a wrong threshold, support or gradient; and right ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from mutants import control, mutant

Array = Any


def _tau(z: Array, size: Array | None = None) -> Array:
    """The threshold along the last axis, of logits less their maximum."""
    ordered = -np.sort(-z, axis=-1)
    total = np.cumsum(np.maximum(ordered, -2), axis=-1, dtype=z.dtype) - 1
    count = np.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    if size is None:
        size = np.count_nonzero(count * np.maximum(ordered, -2) > total, axis=-1, keepdims=True)
    size = np.maximum(size, 1)
    return np.take_along_axis(total, size - 1, axis=-1) / size.astype(z.dtype)


def _along(x: Array, axis: int, of_rows: Any) -> Array:
    rows = np.moveaxis(x, axis, -1)
    return np.moveaxis(of_rows(rows - rows.max(axis=-1, keepdims=True)), -1, axis)


def _torch_rows(x: Array, axis: int, of_rows: Any) -> Array:
    rows = x.movedim(axis, -1)
    return of_rows(rows - rows.amax(-1, keepdim=True).detach()).movedim(-1, axis)


def _torch_tau(z: Array) -> tuple[Array, Array]:
    ordered = z.clamp(min=-2).sort(-1, descending=True).values
    total = ordered.cumsum(-1) - 1
    count = torch.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    size = (count * ordered > total).sum(-1, keepdim=True).clamp(min=1)
    return total.gather(-1, size - 1) / size.to(z.dtype), size


@mutant("sparsemax", "accuracy")
def sparsemax_of_a_support_that_is_one_too_large(x: Array, axis: int = -1) -> Array:
    def of_rows(z: Array) -> Array:
        size = (np.maximum(z - _tau(z), 0) > 0).sum(axis=-1, keepdims=True)
        return np.maximum(z - _tau(z, np.minimum(size + 1, z.shape[-1])), 0)

    return _along(x, axis, of_rows)


@mutant("sparsemax", "accuracy")
def sparsemax_of_all_logits(x: Array, axis: int = -1) -> Array:
    def of_rows(z: Array) -> Array:
        return np.maximum(z - (z.sum(axis=-1, keepdims=True) - 1) / z.shape[-1], 0)

    return _along(x, axis, of_rows)


@mutant("sparsemax", "accuracy")
def sparsemax_that_forgets_the_one(x: Array, axis: int = -1) -> Array:
    return _along(x, axis, lambda z: np.maximum(z - _tau(z) - z.dtype.type(1e-3), 0))


@mutant("sparsemax", "accuracy")
def sparsemax_by_eight_bisections(x: Array, axis: int = -1) -> Array:
    def of_rows(z: Array) -> Array:
        low, step = np.full(z[..., :1].shape, -1, z.dtype), z.dtype.type(1)
        for _ in range(8):
            step = step / 2
            mass = np.maximum(z - (low + step), 0).sum(axis=-1, keepdims=True)
            low = np.where(mass >= 1, low + step, low)
        found = np.maximum(z - low, 0)
        return found / found.sum(axis=-1, keepdims=True)

    return _along(x, axis, of_rows)


@mutant("sparsemax", "accuracy")
def sparsemax_among_the_four_greatest(x: Array, axis: int = -1) -> Array:
    """As a partial sort whose length is not extended where the support is longer."""

    def of_rows(z: Array) -> Array:
        few = -np.sort(-z, axis=-1)[..., :4]
        return np.maximum(z - _tau(few), 0)

    return _along(x, axis, of_rows)


@mutant("sparsemax", "stability")
def sparsemax_without_a_shift(x: Array, axis: int = -1) -> Array:
    """Sums of logits lose the 1 that is taken from them."""

    def of_rows(rows: Array) -> Array:
        ordered = -np.sort(-rows, axis=-1)
        total = np.cumsum(ordered, axis=-1) - 1
        count = np.arange(1, rows.shape[-1] + 1, dtype=rows.dtype)
        size = np.maximum((count * ordered > total).sum(axis=-1, keepdims=True), 1)
        return np.maximum(rows - np.take_along_axis(total, size - 1, axis=-1) / size, 0).astype(
            rows.dtype
        )

    return np.moveaxis(of_rows(np.moveaxis(x, axis, -1)), -1, axis)


@mutant("sparsemax", "special_values")
def sparsemax_that_hides_nan(x: Array, axis: int = -1) -> Array:
    return _along(
        np.nan_to_num(x, nan=-1e30, neginf=-1e30), axis, lambda z: np.maximum(z - _tau(z), 0)
    )


@mutant("sparsemax", "accuracy")
def softmax_in_the_place_of_sparsemax(x: Array, axis: int = -1) -> Array:
    return _along(x, axis, lambda z: np.exp(z) / np.exp(z).sum(axis=-1, keepdims=True))


@mutant("sparsemax", "gradient", "torch")
def sparsemax_whose_threshold_is_detached(x: Array, axis: int = -1) -> Array:
    """The gradient of the support alone, without its mean."""
    return _torch_rows(x, axis, lambda z: (z - _torch_tau(z)[0].detach()).clamp(min=0))


@mutant("sparsemax", "gradient", "torch")
def sparsemax_with_the_gradient_of_softmax(x: Array, axis: int = -1) -> Array:
    def of_rows(z: Array) -> Array:
        smooth = torch.softmax(z, -1)
        right = (z - _torch_tau(z)[0]).clamp(min=0).detach()
        return right + smooth - smooth.detach()

    return _torch_rows(x, axis, of_rows)


@mutant("sparsemax", "gradient", "torch")
def sparsemax_whose_gradient_has_the_mean_of_all(x: Array, axis: int = -1) -> Array:
    def of_rows(z: Array) -> Array:
        tau = _torch_tau(z)[0].detach()
        mean = z.mean(-1, keepdim=True)
        return (z - tau - mean + mean.detach()).clamp(min=0)

    return _torch_rows(x, axis, of_rows)


@control("sparsemax")
def sparsemax_by_sorting(x: Array, axis: int = -1) -> Array:
    return _along(x, axis, lambda z: np.maximum(z - _tau(z), 0))


@control("sparsemax")
def sparsemax_by_michelot(x: Array, axis: int = -1) -> Array:
    """Drop what is below the threshold of those that are left, until nothing is."""

    def of_rows(z: Array) -> Array:
        kept, low = z > -1, np.maximum(z, -2)
        for _ in range(z.shape[-1]):
            size = kept.sum(axis=-1, keepdims=True).astype(z.dtype)
            tau = (np.where(kept, low, 0).sum(axis=-1, keepdims=True, dtype=z.dtype) - 1) / size
            fewer = kept & (low > tau)
            if (fewer == kept).all():
                break
            kept = fewer
        found = np.maximum(z - tau, 0)
        return np.where(np.isnan(tau), tau, found)

    return _along(x, axis, of_rows)


@control("sparsemax", "torch", ("float64", "float32", "bfloat16"))
def sparsemax_in_float32_at_least(x: Array, axis: int = -1) -> Array:
    wide = x if x.dtype == torch.float64 else x.float()
    found = _torch_rows(wide, axis, lambda z: (z - _torch_tau(z)[0]).clamp(min=0))
    return found.to(x.dtype) if x.is_floating_point() else found
