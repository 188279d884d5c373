"""Bugs along what no case varied: strides, neighbours, rises, labels, kinds of beta, modes."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from mutants import control, mutant
from mutants.plain import softmax as _softmax

Array = NDArray[Any]
Tensor = torch.Tensor


def _logsumexp(x: Array, axis: int = -1, top: Any = None) -> Array:
    with np.errstate(all="ignore"):
        top = x.max(axis=axis, keepdims=True) if top is None else top
        held = np.where(np.isfinite(top), top, 0).astype(x.dtype)
        total = np.exp(x - held).sum(axis=axis, keepdims=True)
        found = np.asarray(np.squeeze(held + np.log(total), axis))
        return found if x.dtype.kind in "biu" else found.astype(x.dtype)


def _loss(logits: Array, labels: Array) -> Array:
    chosen = np.take_along_axis(logits, labels[..., None].astype(np.int64), -1)[..., 0]
    if logits.dtype.kind in "biu":
        logits, chosen = logits.astype(np.float64), chosen.astype(np.float64)
    top = logits.max(-1)
    return np.asarray(np.log(np.exp(logits - top[..., None]).sum(-1)) - (chosen - top))


# How arrays lie in memory.


@mutant("softmax", "sweep")
def vector_backwards_read_forwards(x: Array, axis: int = -1) -> Array:
    return _softmax(x[::-1] if x.ndim == 1 and x.strides[0] < 0 else x, axis)


@mutant("logsumexp", "sweep")
def vector_with_gaps_read_without(x: Array, axis: int = -1) -> Array:
    if x.ndim == 1 and x.strides[0] == 2 * x.itemsize:
        x = as_strided(x, x.shape, (x.itemsize,))
    return _logsumexp(x, axis)


@mutant("cross_entropy", "sweep")
def strided_labels_read_as_contiguous(logits: Array, labels: Array) -> Array:
    if labels.ndim == 1 and labels.strides[0] > labels.itemsize:
        labels = as_strided(labels, labels.shape, (labels.itemsize,))
    return _loss(logits, np.clip(labels, 0, logits.shape[-1] - 1))


@mutant("cross_entropy", "sweep")
def labels_backwards_read_forwards(logits: Array, labels: Array) -> Array:
    if labels.ndim == 1 and labels.strides[0] < 0:
        labels = labels[::-1]
    return _loss(logits, labels)


@mutant("cross_entropy", "sweep")
def labels_of_two_axes_read_in_their_own_order(logits: Array, labels: Array) -> Array:
    if labels.ndim == 2:
        labels = labels.ravel(order="K").reshape(labels.shape)
    return _loss(logits, labels)


@mutant("cross_entropy", "sweep", "torch")
def strided_targets_read_as_contiguous(logits: Tensor, labels: Tensor) -> Tensor:
    if not labels.is_contiguous():
        labels = labels.as_strided(labels.shape, (1,) * labels.ndim)
    labels = labels.clamp(0, logits.shape[-1] - 1)
    flat = F.cross_entropy(
        logits.reshape(-1, logits.shape[-1]), labels.reshape(-1), reduction="none"
    )
    return flat.reshape(labels.shape)


# Labels: types, and numbers that do not fit.


@mutant("cross_entropy", "sweep")
def classes_counted_in_8_bits(logits: Array, labels: Array) -> Array:
    return _loss(logits, labels.astype(np.uint8).astype(np.int64) % logits.shape[-1])


@mutant("cross_entropy", "sweep")
def classes_counted_in_15_bits(logits: Array, labels: Array) -> Array:
    return _loss(logits, labels.astype(np.int64) & 0x7FFF)


@mutant("cross_entropy", "sweep")
def classes_counted_in_16_bits(logits: Array, labels: Array) -> Array:
    return _loss(logits, labels.astype(np.int64) & 0xFFFF)


@mutant("cross_entropy", "sweep")
def unsigned_labels_counted_from_the_end(logits: Array, labels: Array) -> Array:
    """A byte of 200 is -56, which NumPy takes without a word."""
    return _loss(logits, labels.view(np.int8) if labels.dtype == np.uint8 else labels)


@mutant("cross_entropy", "sweep")
def labels_of_32_bits_are_the_first_class(logits: Array, labels: Array) -> Array:
    return _loss(logits, labels if labels.dtype.itemsize != 4 else np.zeros_like(labels))


# Rows beside each other.


@mutant("logsumexp", "sweep")
def one_shift_for_all_beside_a_masked_row(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    if np.isneginf(top).any():
        return _logsumexp(x, axis, np.broadcast_to(x.max(), top.shape))
    return _logsumexp(x, axis)


@mutant("softmax", "sweep")
def one_shift_for_all_beside_an_infinite_row(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    if np.isposinf(top).any():
        return _softmax(x, axis, x[np.isfinite(x)].max(initial=0))
    return _softmax(x, axis)


@mutant("softmax", "sweep")
def one_shift_for_all_rows_near_each_other(x: Array, axis: int = -1) -> Array:
    """It looks at the first and the last row alone."""
    top = x.max(axis=axis, keepdims=True)
    tops = top.ravel()
    if tops.size > 2 and abs(tops[0] - tops[-1]) < 1:
        return _softmax(x, axis, tops[0])
    return _softmax(x, axis)


# A running maximum.


def _online(x: Array, tile: int, rule: Any) -> Array:
    """softmax, summed over tiles with a reference that ``rule`` moves."""
    rows = x.reshape(-1, x.shape[-1])
    total = np.zeros(len(rows), x.dtype)
    held = np.full(len(rows), -np.inf, x.dtype)
    seen = held.copy()
    for start in range(0, rows.shape[-1], tile):
        part = rows[:, start : start + tile]
        total, held, seen = rule(part, total, held, seen)
    top = rows.max(-1, keepdims=True)
    with np.errstate(all="ignore"):
        e = np.exp(rows - top)
        return np.asarray(e / (total[:, None] * np.exp(held[:, None] - top))).reshape(x.shape)


@mutant("softmax", "sweep")
def rises_compared_with_the_last_tile(x: Array, axis: int = -1) -> Array:
    """A lazy rescale: by less than 8 it keeps its reference, however often."""

    def rule(part: Array, total: Array, held: Array, seen: Array) -> Any:
        top = part.max(-1)
        with np.errstate(all="ignore"):
            moves = ~(top - seen <= 8) & (top > held)
            now = np.where(moves, top, held)
            old = np.where(moves & (total > 0), total * np.exp(held - now), total)
            return old + np.exp(part - now[:, None]).sum(-1), now, np.maximum(seen, top)

    return np.moveaxis(_online(np.moveaxis(x, axis, -1), 64, rule), -1, axis)


@mutant("softmax", "sweep")
def old_sum_kept_where_the_maximum_rises_far(x: Array, axis: int = -1) -> Array:
    """Beyond 80 the old part is thought to vanish on its own."""

    def rule(part: Array, total: Array, held: Array, seen: Array) -> Any:
        now = np.maximum(held, part.max(-1))
        with np.errstate(all="ignore"):
            scale = np.where((now - held > 80) & np.isfinite(held), 1, np.exp(held - now))
            old = np.where(total > 0, total * scale, 0)
            return old + np.exp(part - now[:, None]).sum(-1), now, seen

    return np.moveaxis(_online(np.moveaxis(x, axis, -1), 128, rule), -1, axis)


@mutant("softmax", "sweep")
def rescaled_at_the_first_three_rises_only(x: Array, axis: int = -1) -> Array:
    def rule(part: Array, total: Array, held: Array, seen: Array) -> Any:
        now = np.maximum(held, part.max(-1))
        seen = np.where(np.isneginf(seen), 0, seen) + (now > held)
        with np.errstate(all="ignore"):
            old = np.where(total > 0, total * np.where(seen <= 4, np.exp(held - now), 1), 0)
            return old + np.exp(part - now[:, None]).sum(-1), now, seen

    return np.moveaxis(_online(np.moveaxis(x, axis, -1), 256, rule), -1, axis)


# Lengths beyond the list.


@mutant("logsumexp", "sweep")
def a_thousand_partial_sums_of_a_thousand(x: Array, axis: int = -1) -> Array:
    rows = np.moveaxis(x, axis, -1)
    return _logsumexp(rows[..., : 2**20], -1)


@mutant("softmax", "sweep")
def columns_counted_in_16_bits_beside_an_inner_axis(x: Array, axis: int = -1) -> Array:
    p = _softmax(x, axis)
    axis %= max(1, x.ndim)
    if x.ndim == 3 and axis == 1 and x.shape[1] > 65535:
        p[:, 65536:] = 0
    return p


# The kind of number that beta is.


def _scaled(x: Array, axis: int, beta: Any) -> Array:
    with np.errstate(over="ignore"):
        d = np.asarray((x - x.max(axis=axis, keepdims=True)) * np.float64(beta))
    return _softmax(d.astype(x.dtype), axis)


@mutant("softmax", "arguments")
def beta_of_no_python_type_is_left_out(x: Array, axis: int = -1, beta: Any = 1.0) -> Array:
    return _scaled(x, axis, beta if type(beta) in (int, float, np.float64) else 1.0)


@mutant("softmax", "arguments")
def beta_as_an_array_is_left_out(x: Array, axis: int = -1, beta: Any = 1.0) -> Array:
    return _scaled(x, axis, 1.0 if isinstance(beta, np.ndarray) else beta)


@mutant("softmax", "arguments")
def one_beta_of_several_rows(x: Array, axis: int = -1, beta: Any = 1.0) -> Array:
    return _scaled(x, axis, np.ravel(beta)[0])


@mutant("softmax", "arguments", "torch")
def beta_as_a_tensor_is_left_out(x: Tensor, axis: int = -1, beta: Any = 1.0) -> Tensor:
    d = x - x.amax(axis, keepdim=True)
    return torch.softmax(d if isinstance(beta, Tensor) else d * beta, axis)


# Modes.


@mutant("softmax", "sweep", "torch")
def inference_works_along_the_last_of_many_axes(x: Tensor, axis: int = -1) -> Tensor:
    wrong = x.ndim >= 3 and torch.is_inference_mode_enabled()
    return torch.softmax(x, -1 if wrong else axis)


@mutant("softmax", "sweep", "torch")
def autocast_works_along_the_last_of_many_axes(x: Tensor, axis: int = -1) -> Tensor:
    wrong = x.ndim >= 3 and torch.is_autocast_enabled("cpu")
    return torch.softmax(x, -1 if wrong else axis)


class _MappedWrongly(torch.autograd.Function):
    """Under vmap it counts the axis from the front, and forgets the one that is mapped."""

    @staticmethod
    def forward(x: Tensor, axis: int) -> Tensor:
        return torch.softmax(x, axis)

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Tensor, int], output: Tensor) -> None:
        ctx.axis = inputs[1]
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        (p,) = ctx.saved_tensors
        return p * (grads[0] - (p * grads[0]).sum(ctx.axis, keepdim=True)), None

    @staticmethod
    def vmap(info: Any, in_dims: Any, x: Tensor, axis: int) -> tuple[Tensor, int]:
        return torch.softmax(x, axis % (x.ndim - 1)), in_dims[0]


@mutant("softmax", "sweep", "torch")
def axis_of_a_map_counted_from_the_front(x: Tensor, axis: int = -1) -> Tensor:
    if x.ndim == 2 and axis in (1, -1):
        return torch.softmax(x, axis)
    return _MappedWrongly.apply(x, axis)  # type: ignore[no-any-return, no-untyped-call]


# Derivatives.


def _dot(p: Tensor, g: Tensor, axis: int) -> Tensor:
    return p * (g - (p * g).sum(axis, keepdim=True))


class _Own(torch.autograd.Function):
    """Softmax with a backward, and a derivative forward, that a mutant gives."""

    @staticmethod
    def forward(x: Tensor, axis: int, backward: Any, forth: Any, is_watched: bool) -> Tensor:
        return torch.softmax(x, axis)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Tensor) -> None:
        x, ctx.axis, ctx.own, ctx.forth, is_watched = inputs
        ctx.held = None if is_watched else output.detach()
        ctx.save_for_backward(x, output)
        ctx.save_for_forward(x, output)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        x, p = ctx.saved_tensors if ctx.held is None else (None, ctx.held)
        return ctx.own(x, p, grads[0], ctx.axis), None, None, None, None

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Tensor:
        _, p = ctx.saved_tensors
        return ctx.forth(p, tangents[0], ctx.axis)  # type: ignore[no-any-return]


def _right(x: Any, p: Tensor, g: Tensor, axis: int) -> Tensor:
    return _dot(p, g, axis)


def _own(
    x: Tensor, axis: int, backward: Any = _right, forth: Any = _dot, *, is_watched: bool = True
) -> Any:
    return _Own.apply(x, axis, backward, forth, is_watched)  # type: ignore[no-untyped-call]


@mutant("softmax", "sweep", "torch")
def forward_derivative_along_the_last_of_four_axes(x: Tensor, axis: int = -1) -> Any:
    return _own(x, axis, forth=lambda p, v, axis: _dot(p, v, -1 if p.ndim == 4 else axis))


@mutant("softmax", "sweep", "torch")
def tangent_with_gaps_read_without(x: Tensor, axis: int = -1) -> Any:
    def forth(p: Tensor, v: Tensor, axis: int) -> Tensor:
        if v.ndim and v.stride(-1) == 2:
            v = torch.as_strided(v, v.shape, v.contiguous().stride())
        return _dot(p, v, axis)

    return _own(x, axis, forth=forth)


@mutant("softmax", "sweep", "torch")
def second_derivative_of_long_rows_is_half(x: Tensor, axis: int = -1) -> Any:
    def backward(x: Tensor, p: Tensor, g: Tensor, axis: int) -> Tensor:
        p = torch.softmax(x, axis)
        inner = p.detach() if p.shape[axis] > 128 else p
        return p * (g - (inner * g).sum(axis, keepdim=True))

    return _own(x, axis, backward)


@mutant("softmax", "sweep", "torch")
def nan_of_a_cotangent_is_zero(x: Tensor, axis: int = -1) -> Any:
    return _own(x, axis, lambda x, p, g, axis: _dot(p, g.nan_to_num(), axis))


@mutant("softmax", "sweep", "torch")
def nan_of_a_cotangent_reaches_every_row(x: Tensor, axis: int = -1) -> Any:
    return _own(x, axis, lambda x, p, g, axis: _dot(p, g, axis) + 0 * g.sum())


@mutant("logsumexp", "sweep", "torch")
def large_cotangents_are_cut_off(x: Tensor, axis: int = -1) -> Tensor:
    class Clipped(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            return x.clone()

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            return grads[0].clamp(-1e3, 1e3)

    return torch.logsumexp(Clipped.apply(x), axis)  # type: ignore[no-untyped-call]


@mutant("softmax", "sweep", "torch")
def second_backward_of_three_axes_has_no_mean(x: Tensor, axis: int = -1) -> Any:
    calls: list[int] = []

    def backward(x: Tensor, p: Tensor, g: Tensor, axis: int) -> Tensor:
        calls.append(1)
        return p * g if p.ndim == 3 and len(calls) > 1 else _dot(p, g, axis)

    return _own(x, axis, backward)


@mutant("softmax", "sweep", "torch")
def result_of_long_rows_kept_where_nobody_watches_it(x: Tensor, axis: int = -1) -> Any:
    return _own(x, axis, is_watched=x.shape[axis] < 100)


@mutant("softmax", "sweep", "torch")
def cotangent_of_vectors_is_written_into(x: Tensor, axis: int = -1) -> Any:
    def backward(x: Any, p: Tensor, g: Tensor, axis: int) -> Tensor:
        found = _dot(p, g, axis)
        if g.ndim == 1 and g.is_contiguous():
            g.copy_(found)
        return found

    return _own(x, axis, backward)


@mutant("logsumexp", "sweep", "torch", formats=("float64",))
def gradient_from_a_stored_result_of_long_rows(x: Tensor, axis: int = -1) -> Tensor:
    """It is off by a factor where the logarithm is rounded away."""

    class Stored(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = torch.logsumexp(x, axis)
            ctx.save_for_backward(x, y)
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            x, y = ctx.saved_tensors
            p = torch.exp(x - y.unsqueeze(axis))
            p = p if x.shape[axis] > 20 else torch.softmax(x, axis)
            return p * grads[0].unsqueeze(axis)

    return Stored.apply(x)  # type: ignore[no-any-return, no-untyped-call]


# State.


_KEPT: dict[Any, Any] = {}


@mutant("softmax", "reproducibility")
def mask_is_that_of_a_call_before(x: Array, axis: int = -1) -> Array:
    """Where there is none it finds the last one of the shape."""
    mask = np.isneginf(x)
    mask = _KEPT.setdefault((x.shape, axis), mask) if not mask.any() else mask
    _KEPT[x.shape, axis] = mask
    return _softmax(np.where(mask, x.dtype.type(-np.inf), x), axis)


@mutant("logsumexp", "sweep")
def row_of_one_is_the_input(x: Array, axis: int = -1) -> Array:
    return x.squeeze(axis) if x.shape[axis] == 1 else _logsumexp(x, axis)


@mutant("softmax", "sweep")
def row_of_one_is_one_number(x: Array, axis: int = -1) -> Array:
    """A result that nobody can write into."""
    return np.broadcast_to(x.dtype.type(1), x.shape) if x.shape[axis] == 1 else _softmax(x, axis)


@mutant("softmax", "sweep")
def nan_is_known_by_one_pattern(x: Array, axis: int = -1) -> Array:
    """The others are masks."""
    if x.dtype != np.float32:
        return _softmax(x, axis)
    odd = np.isnan(x) & (np.ascontiguousarray(x).view(np.uint32) & 0x3FFFFF != 0)
    return _softmax(np.where(odd, x.dtype.type(-np.inf), x), axis)


# Right ones.


@control("cross_entropy", formats=("float32",))
def loss_that_takes_labels_of_64_bits_alone(logits: Array, labels: Array) -> Array:
    if labels.dtype != np.int64 or not labels.flags.c_contiguous:
        raise TypeError("labels of type int64 row by row, please")
    return _loss(logits, labels)


@control("softmax", formats=("float32",))
def beta_that_is_a_float_alone(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    if type(beta) is not float:
        raise TypeError("beta is a float, please")
    return _scaled(x, axis, beta)


@control("softmax", formats=("float32",))
def online_with_a_reference_that_is_rounded_up(x: Array, axis: int = -1) -> Array:
    """Rescaled only where the maximum rises by 8 over the reference, which is a multiple of 4."""

    def rule(part: Array, total: Array, held: Array, seen: Array) -> Any:
        top = np.ceil(part.max(-1) / 4) * 4
        with np.errstate(all="ignore"):
            now = np.where(~(top - held <= 8), np.maximum(top, held), held)
            base = np.where(np.isfinite(now), now, 0).astype(part.dtype)
            old = np.where(total > 0, total * np.exp(held - base), 0)
            return old + np.exp(part - base[:, None]).sum(-1), now.astype(part.dtype), seen

    rows = np.moveaxis(x if x.dtype.kind == "f" else x.astype(np.float64), axis, -1)
    if not np.isfinite(rows).all() or np.abs(rows).max(initial=0) > 1e6:
        return _softmax(x, axis)
    return np.moveaxis(_online(rows, 32, rule), -1, axis).astype(rows.dtype)
