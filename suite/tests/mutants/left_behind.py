"""What a call leaves behind in its process, and what two things at once bring out."""

from __future__ import annotations

import operator
import os
import random
import warnings
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from mutants import control, mutant
from mutants.plain import softmax as _softmax

Array = NDArray[Any]
Tensor = torch.Tensor


# What other code of the process feels.


@mutant("softmax", "sweep")
def errors_of_numpy_stay_switched_off(x: Array, axis: int = -1) -> Array:
    np.seterr(over="ignore", invalid="ignore")
    return _softmax(x, axis)


@mutant("softmax", "sweep")
def errors_of_numpy_stay_raised_after_three_axes(x: Array, axis: int = -1) -> Array:
    p = _softmax(x, axis)
    if x.ndim == 3:
        np.seterr(divide="raise")
    return p


@mutant("logsumexp", "sweep")
def numpys_generator_is_seeded(x: Array, axis: int = -1) -> Array:
    np.random.seed(1_417_203)  # another test may have left it at 0
    top = x.max(axis=axis, keepdims=True)
    with np.errstate(all="ignore"):
        return np.asarray(np.squeeze(top, axis) + np.log(np.exp(x - top).sum(axis=axis)))


@mutant("softmax", "sweep")
def a_pivot_is_drawn_from_the_generator_of_all(x: Array, axis: int = -1) -> Array:
    random.random()
    return _softmax(x, axis)


@mutant("softmax", "sweep")
def threads_are_set_in_the_environment(x: Array, axis: int = -1) -> Array:
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["MY_SOFTMAX_CALLS"] = str(x.size)
    return _softmax(x, axis)


@mutant("softmax", "sweep", "torch")
def gradients_stay_switched_off(x: Tensor, axis: int = -1) -> Tensor:
    p = torch.softmax(x, axis)
    if not x.requires_grad and x.ndim == 2:
        torch.set_grad_enabled(False)
    return p


@mutant("softmax", "sweep", "torch")
def float64_stays_the_default_type(x: Tensor, axis: int = -1) -> Tensor:
    torch.set_default_dtype(torch.float64)
    return torch.softmax(x, axis)


@mutant("softmax", "sweep", "torch")
def backward_switches_deterministic_algorithms_on(x: Tensor, axis: int = -1) -> Any:
    def backward(p: Tensor, g: Tensor, axis: int) -> Tensor:
        torch.use_deterministic_algorithms(True)
        return p * (g - (p * g).sum(axis, keepdim=True))

    return _Own.apply(x, axis, backward)


@mutant("softmax", "sweep", "torch")
def dropout_of_nothing_draws_numbers(x: Tensor, axis: int = -1) -> Tensor:
    torch.rand(1)
    return torch.softmax(x, axis)


_READY: list[int] = []


@control("softmax", formats=("float32",))
def a_first_call_sets_what_later_ones_leave(x: Array, axis: int = -1) -> Array:
    """As where a library is loaded at the first call."""
    if not _READY:
        _READY.append(1)
        os.environ["MY_SOFTMAX_READY"] = "1"
    return _softmax(x, axis)


@control("softmax", formats=("float32",))
def errors_of_numpy_are_switched_off_and_put_back(x: Array, axis: int = -1) -> Array:
    before = np.seterr(all="ignore")
    try:
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        p = np.asarray(e / e.sum(axis=axis, keepdims=True))
    finally:
        np.seterr(**before)  # type: ignore[arg-type]
    return p if x.dtype.kind in "biu" else p.astype(x.dtype)


@control("softmax", formats=("float32",))
def a_pivot_is_drawn_from_a_generator_of_its_own(x: Array, axis: int = -1) -> Array:
    np.random.default_rng(x.size).random()
    return _softmax(x, axis)


@control("softmax", formats=("float32",))
def warnings_stay_filtered(x: Array, axis: int = -1) -> Array:
    """What is printed is no number: weak, and no failure."""
    warnings.filterwarnings("ignore", message="overflow")
    return _softmax(x, axis)


@control("softmax", formats=("float32",))
def the_result_is_read_only(x: Array, axis: int = -1) -> Array:
    """As an array of another library is that NumPy looks at: weak, and no failure."""
    p = _softmax(x, axis)
    p.flags.writeable = False
    return p


# Another kind of axis.


@mutant("softmax", "sweep")
def an_axis_that_is_no_int_is_the_first(x: Array, axis: Any = -1) -> Array:
    return _softmax(x, axis if type(axis) is int else 0)


@mutant("logsumexp", "arguments")
def an_axis_that_is_no_int_is_the_last(x: Array, axis: Any = -1) -> Array:
    axis = axis if isinstance(axis, int) else -1
    top = x.max(axis=axis, keepdims=True)
    with np.errstate(all="ignore"):
        return np.asarray(np.squeeze(top, axis) + np.log(np.exp(x - top).sum(axis=axis)))


@control("softmax", formats=("float32",))
def an_axis_is_an_index(x: Array, axis: Any = -1) -> Array:
    return _softmax(x, operator.index(axis))


@control("softmax", formats=("float32",))
def an_axis_is_an_int_or_refused(x: Array, axis: Any = -1) -> Array:
    if type(axis) is not int:
        raise TypeError("an int, please")
    return _softmax(x, axis)


# Two things at once.


@mutant("softmax", "sweep")
def masks_of_many_rows_are_taken_for_little(x: Array, axis: int = -1) -> Array:
    if x.ndim == 2 and len(x) > 150 and axis % 2 == 1:
        x = np.where(np.isneginf(x), x.dtype.type(-30), x)
    return _softmax(x, axis)


@mutant("softmax", "sweep")
def rows_beyond_200_have_the_shift_of_the_one_before(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    if x.ndim == 2 and axis % 2 == 1 and len(x) > 200 and np.isfinite(top).all():
        top = top.copy()
        top[200:] = top[199:-1]
    return _softmax(x, axis, top)


@mutant("softmax", "sweep")
def last_of_seven_columns_over_from_twelve_within_three_axes(x: Array, axis: int = -1) -> Array:
    p = _softmax(x, axis)
    if x.ndim == 3 and axis % 3 == 1 and x.shape[2] % 12 == 7 and x.shape[2] > 20:
        p[..., -1] = p[..., -2]
    return p


@mutant("softmax", "sweep")
def long_rows_of_four_axes_lose_their_last_eighth(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    n = x.shape[axis]
    used = n - n // 8 if x.ndim == 4 and n > 300 and axis % 4 == 3 else n
    total = np.moveaxis(e, axis, -1)[..., :used].sum(-1)
    return np.asarray(e / np.expand_dims(total, axis))


@mutant("softmax", "sweep")
def rows_with_gaps_and_a_remainder_of_three(x: Array, axis: int = -1) -> Array:
    p = _softmax(x, axis)
    if x.ndim == 2 and x.shape[1] % 8 == 3 and x.strides[0] > x.shape[1] * x.itemsize:
        p[:, -3:] *= x.dtype.type(1.5)
    return p


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


@mutant("softmax", "sweep", "torch")
def long_cotangents_with_gaps_read_without(x: Tensor, axis: int = -1) -> Any:
    def backward(p: Tensor, g: Tensor, axis: int) -> Tensor:
        if g.ndim == 2 and g.shape[1] > 400 and g.stride(1) == 2:
            g = torch.as_strided(g, g.shape, (g.stride(0), 1))
        return p * (g - (p * g).sum(axis, keepdim=True))

    return _Own.apply(x, axis, backward)


@mutant("softmax", "sweep", "torch")
def without_gradients_long_rows_are_not_shifted(x: Tensor, axis: int = -1) -> Tensor:
    if not torch.is_grad_enabled() and x.shape[axis] > 200:
        return torch.softmax(x, axis) * torch.exp(x.amax(axis, keepdim=True) * 0 + 1e-3)
    return torch.softmax(x, axis)
