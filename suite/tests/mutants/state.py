"""Functions that are none: what they return depends on more than their input."""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mutants import mutant

Array = NDArray[Any]
_RANDOM = random.Random(0)
_BUFFERS: dict[Any, Array] = {}
KERNEL_SECONDS = 1e-4
"""What a kernel takes; threads on a busy machine meet within it whichever of them runs first."""


def forget() -> None:
    """Drop what all calls so far left behind."""
    _BUFFERS.clear()


def _rounded(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def _nudged(p: Array) -> Array:
    """Another last bit, as another order of the sum would give."""
    return np.nextafter(p, np.ones((), p.dtype))


@mutant("softmax", "reproducibility")
def blocks_summed_in_random_order(x: Array, axis: int = -1) -> Array:
    """As atomic additions do, in the order in which the blocks happen to be done."""
    e = np.moveaxis(np.exp(x - x.max(axis=axis, keepdims=True)), axis, -1)
    blocks = np.array_split(e, min(64, e.shape[-1]), axis=-1)
    _RANDOM.shuffle(blocks)
    total = np.zeros(e.shape[:-1], e.dtype)
    for block in blocks:
        total += block.sum(axis=-1)
    return np.moveaxis(e / total[..., None], -1, axis)


@mutant("softmax", "reproducibility")
def maximum_of_an_earlier_call_of_the_same_shape(x: Array, axis: int = -1) -> Array:
    """The running maximum is not reset; right, but shifted by too much."""
    top = x.max(axis=axis, keepdims=True)
    key = ("top", x.shape, axis, x.dtype.str)
    kept = np.fmax(_BUFFERS.get(key, top), top)
    _BUFFERS[key] = np.fmin(kept, top + x.dtype.type(8))
    e = np.exp(x - _BUFFERS[key])
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@mutant("softmax", "reproducibility")
def the_first_call_of_a_shape_is_another(x: Array, axis: int = -1) -> Array:
    """As where the first call tries several kernels, and returns what the slowest gave."""
    key = ("first", x.shape, axis, x.dtype.str)
    first = key not in _BUFFERS
    _BUFFERS[key] = x
    return _nudged(_rounded(x, axis)) if first else _rounded(x, axis)


@mutant("softmax", "reproducibility")
def returns_a_view_of_a_buffer_that_the_next_call_fills(x: Array, axis: int = -1) -> Array:
    key = ("view", x.shape, x.dtype.str)
    buffer = _BUFFERS.setdefault(key, np.empty_like(x))
    buffer[...] = _rounded(x, axis)
    return buffer


@mutant("logsumexp", "reproducibility")
def accumulates_into_the_sum_of_the_last_call(x: Array, axis: int = -1) -> Array:
    """The accumulator is cleared when the shape changes, and keeps a last bit otherwise."""
    top = x.max(axis=axis, keepdims=True)
    total = np.exp(x - top).sum(axis=axis)
    key = ("sum", x.dtype.str)
    last = _BUFFERS.get(key)
    _BUFFERS[key] = total
    if last is not None and last.shape == total.shape:
        total = total + last * np.finfo(x.dtype).eps
    return np.asarray(np.squeeze(top, axis) + np.log(total))


@mutant("softmax", "reproducibility")
def threads_share_a_global_buffer(x: Array, axis: int = -1) -> Array:
    """Right as long as nobody else calls between the filling and the reading.

    A kernel computes outside the interpreter's lock, where other threads run; so does the wait.
    """
    key = ("shared", x.shape, x.dtype.str)
    buffer = _BUFFERS.setdefault(key, np.empty_like(x))
    np.subtract(x, x.max(axis=axis, keepdims=True), out=buffer)
    np.exp(buffer, out=buffer)
    time.sleep(KERNEL_SECONDS)
    total = buffer.sum(axis=axis, keepdims=True)
    return np.asarray(buffer / total)


@mutant("softmax", "reproducibility")
def a_row_of_a_large_batch_is_cut_short(x: Array, axis: int = -1) -> Array:
    """The grid is too small by one: the last row of a large batch gets half of its sum."""
    p = _rounded(x, axis)
    if x.ndim == 2 and axis in (-1, 1) and len(x) > 1024:
        e = np.exp(x[-1] - x[-1].max())
        p[-1] = e / e[: max(1, len(e) // 2)].sum()
    return p


@mutant("softmax", "reproducibility")
def stride_of_the_row_ignored(x: Array, axis: int = -1) -> Array:
    """Reads the memory as if it were contiguous."""
    if x.flags.c_contiguous:
        return _rounded(x, axis)
    base = x.base if x.base is not None and x.base.dtype == x.dtype else x
    flat = np.nan_to_num(base.reshape(-1)[: x.size]).reshape(x.shape)
    return _rounded(flat, axis)


@mutant("softmax", "reproducibility")
def what_a_call_with_nan_leaves_behind(x: Array, axis: int = -1) -> Array:
    """After a NaN it takes another path for good."""
    key = ("safe", x.dtype.str)
    if np.isnan(x).any():
        _BUFFERS[key] = np.empty(0)
    return _nudged(_rounded(x, axis)) if key in _BUFFERS else _rounded(x, axis)


@mutant("softmax", "reproducibility")
def workspace_of_a_larger_call_is_read_to_its_end(x: Array, axis: int = -1) -> Array:
    """A workspace that only grows; the sum runs over what a larger call left in it."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    total = e.sum(axis=axis, keepdims=True)
    key = ("workspace", x.dtype.str)
    grown = _BUFFERS.get(key)
    if grown is None or grown.size < e.size:
        grown = _BUFFERS[key] = np.zeros(e.size, e.dtype)
    left = grown[e.size :].sum(dtype=np.float64)
    grown[: e.size] = e.reshape(-1)
    return np.asarray(e / (total + x.dtype.type(left * 1e-9)))


@mutant("softmax", "reproducibility")
def a_call_that_raised_leaves_a_flag(x: Array, axis: int = -1) -> Array:
    _BUFFERS.setdefault(key := ("entered", x.dtype.str), np.zeros(1))
    late = _BUFFERS[key][0] > 0  # the last call never left
    _BUFFERS[key][0] = 1
    p = _rounded(x, axis)
    _BUFFERS[key][0] = 0
    return _nudged(p) if late else p


@mutant("softmax", "reproducibility", "torch")
def backward_in_random_order(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    """The dot product of the backward is summed in another order each time."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            y = torch.softmax(x, axis)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
            (y,) = ctx.saved_tensors
            order = torch.randperm(y.shape[axis])
            total = (y * grads[0]).index_select(axis, order).sum(axis, keepdim=True)
            return y * (grads[0] - total)

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@mutant("softmax", "reproducibility", "torch")
def backward_recomputes_the_last_forward_of_all(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    """Its input is kept in one place for all threads, to be computed again in the backward."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: torch.Tensor) -> torch.Tensor:
            _LAST["x"] = x
            return torch.softmax(x, axis)

        @staticmethod
        def backward(ctx: Any, *grads: torch.Tensor) -> torch.Tensor:
            y = torch.softmax(_LAST["x"], axis)
            return y * (grads[0] - (y * grads[0]).sum(axis, keepdim=True))

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


_LAST: dict[str, torch.Tensor] = {}
