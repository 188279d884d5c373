"""Bugs between the entries of any list of shapes: one length, one place, one layout, one mode."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mutants import Function, control, mutant

Array = NDArray[Any]
Tensor = torch.Tensor


def _shifted(x: Array, axis: int = -1) -> Array:
    with np.errstate(all="ignore"):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        p = np.asarray(e / e.sum(axis=axis, keepdims=True))
        return p if x.dtype.kind in "biu" else p.astype(x.dtype)


def by_rows(function: Callable[[Array], Array]) -> Function:
    """``function`` of rows along the last axis, for any axis."""

    @wraps(function)
    def along(x: Array, axis: int = -1) -> Array:
        return np.moveaxis(function(np.moveaxis(x, axis, -1)), -1, axis)

    del along.__wrapped__  # type: ignore[attr-defined]  # whose signature has no axis
    return along


def _summed(rows: Array, used: int) -> Array:
    """The softmax whose sum has the first ``used`` exponentials only."""
    e = np.exp(rows - rows.max(-1, keepdims=True))
    return np.asarray(e / e[..., :used].sum(-1, keepdims=True))


@mutant("softmax", "sweep")
@by_rows
def rolled_where_there_are_77(rows: Array) -> Array:
    p = _shifted(rows)
    return np.roll(p, 1, -1) if rows.shape[-1] == 77 else p


@mutant("softmax", "sweep")
@by_rows
def last_is_wrong_from_1500_to_1600(rows: Array) -> Array:
    p = _shifted(rows)
    if 1500 <= rows.shape[-1] <= 1600:
        p[..., -1] = p[..., -2]
    return p


@mutant("softmax", "sweep")
@by_rows
def tail_of_long_rows_a_thousandth_too_large(rows: Array) -> Array:
    """No merge of partial results errs that much in rows of some thousands."""
    p, n = _shifted(rows), rows.shape[-1]
    if n >= 2048:
        p[..., n - n % 4 :] *= rows.dtype.type(1.001)
    return p


@mutant("softmax", "sweep")
@by_rows
def odd_tile_of_the_second_level_left_out(rows: Array) -> Array:
    n = rows.shape[-1]
    tiles = -(-n // 64)
    return _summed(rows, (tiles - 1) * 64 if tiles > 2 and tiles % 8 == 7 else n)


@mutant("logsumexp", "sweep")
def last_of_nine_left_over_from_sixteen(x: Array, axis: int = -1) -> Array:
    rows = np.moveaxis(x, axis, -1)
    n = rows.shape[-1]
    used = rows[..., :-1] if n % 16 == 9 and n > 130 else rows
    top = used.max(-1, keepdims=True)
    return np.asarray(top[..., 0] + np.log(np.exp(used - top).sum(-1))).astype(x.dtype)


@mutant("argmax", "sweep")
def place_39_is_not_looked_at(x: Array, axis: int = -1) -> Array:
    rows = np.moveaxis(x, axis, -1).copy()
    if rows.shape[-1] > 40:
        rows[..., 39] = -np.inf
    return np.asarray(np.argmax(rows, -1))


@mutant("softmax", "sweep")
@by_rows
def maximum_skips_place_129(rows: Array) -> Array:
    kept = np.ones(rows.shape[-1], dtype=np.bool_)
    kept[129:130] = rows.shape[-1] < 131
    with np.errstate(all="ignore"):
        e = np.exp(rows - rows[..., kept].max(-1, keepdims=True))
        return np.asarray(e / e.sum(-1, keepdims=True))


@mutant("softmax", "sweep")
@by_rows
def tile_after_a_masked_edge_starts_at_zero(rows: Array) -> Array:
    p = _shifted(rows)
    if rows.shape[-1] > 128:
        p[np.isneginf(rows[..., 127]) & ~np.isneginf(rows[..., 128]), 128] = 0
    return p


@mutant("softmax", "sweep")
@by_rows
def nan_with_its_sign_bit_is_a_mask(rows: Array) -> Array:
    return _shifted(np.where(np.isnan(rows) & np.signbit(rows), rows.dtype.type(-np.inf), rows))


@mutant("softmax", "sweep", formats=("float16",))
@by_rows
def one_exponential_of_65536_is_wrong(rows: Array) -> Array:
    d = rows - rows.max(-1, keepdims=True)
    e = np.exp(d.astype(np.float32)) * np.where(d == np.float16(-0.012345), 1.05, 1.0)
    return np.asarray(e / e.sum(-1, keepdims=True)).astype(rows.dtype)


@mutant("softmax", "sweep")
def last_row_of_six_left_over_from_seven(x: Array, axis: int = -1) -> Array:
    p = _shifted(x, axis)
    if x.ndim == 2 and axis % 2 == 1 and len(x) % 7 == 6 and x.shape[1] < 16:
        p[-1:] *= x.dtype.type(1.01)
    return p


@mutant("softmax", "sweep")
def permuted_axes_read_in_order(x: Array, axis: int = -1) -> Array:
    if x.ndim == 3 and x.strides[0] == x.itemsize and x.shape[0] > 1:
        return _shifted(np.ascontiguousarray(x.T).reshape(x.shape), axis)
    return _shifted(x, axis)


@mutant("softmax", "sweep")
def other_byte_order_read_as_its_own(x: Array, axis: int = -1) -> Array:
    return _shifted(x if x.dtype.isnative else x.view(x.dtype.newbyteorder("=")), axis)


@mutant("softmax", "sweep")
def small_beta_is_none(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    scaled = 0.0 if abs(beta) < 1e-3 else beta
    return _shifted((x - x.max(axis=axis, keepdims=True)) * x.dtype.type(scaled), axis)


class _Own(torch.autograd.Function):
    """Softmax with a backward that a mutant gives."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, axis: int, backward: Any) -> Tensor:
        p = torch.softmax(x, axis)
        ctx.save_for_backward(p)
        ctx.axis, ctx.own = axis, backward
        return p

    @staticmethod
    def backward(ctx: Any, g: Tensor) -> Any:  # type: ignore[override]
        (p,) = ctx.saved_tensors
        return ctx.own(p, g, ctx.axis), None, None


def _dot(p: Tensor, g: Tensor, axis: int) -> Tensor:
    return p * (g - (p * g).sum(axis, keepdim=True))


@mutant("softmax", "sweep", "torch")
def backward_is_wrong_from_300_to_340(x: Tensor, axis: int = -1) -> Any:
    def backward(p: Tensor, g: Tensor, axis: int) -> Tensor:
        return _dot(p, g, axis) * (1.01 if 300 <= p.shape[axis] <= 340 else 1.0)

    return _Own.apply(x, axis, backward)


@mutant("softmax", "sweep", "torch")
def backward_drops_a_tiny_cotangent(x: Tensor, axis: int = -1) -> Any:
    def backward(p: Tensor, g: Tensor, axis: int) -> Tensor:
        return _dot(p, torch.where(g.abs() < 1e-8, torch.zeros_like(g), g), axis)

    return _Own.apply(x, axis, backward)


@mutant("softmax", "sweep", "torch")
def no_grad_works_along_the_middle_axis(x: Tensor, axis: int = -1) -> Tensor:
    middle = x.ndim == 3 and not torch.is_grad_enabled()
    return torch.softmax(x, 1 if middle else axis)


_COUNT = [0]


@mutant("softmax", "reproducibility")
def counter_wraps_at_256(x: Array, axis: int = -1) -> Array:
    _COUNT[0] = (_COUNT[0] + 1) % 256
    return _shifted(x, axis) * x.dtype.type(1.01 if _COUNT[0] == 255 else 1.0)


_RING: list[dict[Any, Array]] = [{} for _ in range(32)]
_PLACE = [0]


@mutant("softmax", "reproducibility")
def ring_of_32_results(x: Array, axis: int = -1) -> Array:
    _PLACE[0] = (_PLACE[0] + 1) % len(_RING)
    held = _RING[_PLACE[0]].setdefault((x.shape, x.dtype.str), np.empty(x.shape, x.dtype))
    held[...] = _shifted(x, axis)
    return held


@control("softmax", formats=("float32",), takes="")
def one_vector_alone(x: Array) -> Array:
    if x.ndim != 1:
        raise ValueError("one vector, please")
    return _shifted(x)


@control("softmax", formats=("float32",), takes="")
def columns_in_eights(x: Array) -> Array:
    if x.ndim != 2 or x.shape[1] % 8:
        raise ValueError("rows of a multiple of 8, please")
    return _shifted(x)


@control("softmax", formats=("float32",), takes="")
def at_most_300_columns(x: Array, axis: int = -1) -> Array:
    if x.shape[axis] > 300:
        raise ValueError("300 columns at most, please")
    return _shifted(x, axis)
