"""Functions that take less than the specification asks for, right and wrong ones."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from mutants import control, mutant
from softmark.subjects import NotOffered

TAKES_MOST = 1024


def _softmax(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@mutant("softmax", "stability", takes="")
def refuses_large_logits(x: Any, axis: int = -1) -> Any:
    """What the values decide is no contract."""
    if np.isfinite(x).all() and np.abs(x).max(initial=0.0) > 60:
        raise ValueError("the logits are too large")
    return _softmax(x, axis)


@mutant("softmax", "stability", takes="")
def declines_large_logits(x: Any, axis: int = -1) -> Any:
    """It says in this project's own words that it has no such thing."""
    if np.isfinite(x).all() and np.abs(x).max(initial=0.0) > 60:
        raise NotOffered("it is not offered for such logits")
    return _softmax(x, axis)


@mutant("softmax", "arguments", takes="")
def zeros_for_whole_numbers(x: Any, axis: int = -1) -> Any:
    """The result has the type of the input, and nobody said that it takes none such."""
    return _softmax(x.astype(np.float64), axis).astype(x.dtype)


@mutant("softmax", "arguments", takes="")
def along_the_middle_of_three(x: Any) -> Any:
    """3-D input is taken, and gives the softmax along another axis."""
    return _softmax(x, 1 if x.ndim == 3 else -1)


@mutant("softmax", "arguments", takes="")
def stumbles_over_three_axes(x: Any) -> Any:
    """A NameError is no refusal."""
    if x.ndim == 3:
        return rows(x)  # noqa: F821
    return _softmax(x)


@mutant("softmax", "stability", takes="")
def a_vector_unshifted(x: Any) -> Any:
    """Rows are given one by one, and each is judged."""
    if x.ndim != 1:
        raise ValueError("a vector is expected")
    e = np.exp(x)
    return e / e.sum()


@mutant("softmax", "accuracy", takes="")
def drops_the_last_of_a_full_block(x: Any) -> Any:
    """Wrong at the greatest length that it takes."""
    assert x.ndim == 2
    assert x.shape[1] <= TAKES_MOST
    result = _softmax(x)
    if x.shape[1] == TAKES_MOST:
        result[:, -1] = 0
    return result


@mutant("softmax", "special_values", takes="integers=no")
def spreads_nan(x: Any, axis: int = -1) -> Any:
    """NaN is taken, so that what becomes of it is judged."""
    return _softmax(x, axis) + 0 * x.sum()


@control("softmax", takes="")
def of_a_vector(x: Any) -> Any:
    if x.ndim != 1:
        raise ValueError("a vector is expected")
    return _softmax(x)


@control("softmax", takes="")
def of_short_rows(x: Any) -> Any:
    assert x.ndim == 2
    assert x.shape[1] <= TAKES_MOST
    return _softmax(x)


@control("softmax", takes="")
def of_multiples_of_8(x: Any, axis: int = -1) -> Any:
    if x.shape[axis] % 8:
        raise ValueError("the length must be a multiple of 8")
    return _softmax(x, axis)


@control("softmax", takes="")
def of_powers_of_two(x: Any) -> Any:
    n = x.shape[-1]
    if n < 16 or n & (n - 1):
        raise NotImplementedError(f"no block of {n}")
    return _softmax(x)


@control("softmax", formats=("float32",), takes="")
def of_contiguous_float32(x: Any, axis: int = -1) -> Any:
    if x.dtype != np.float32:
        raise TypeError("float32 is expected")
    if not x.flags.c_contiguous:
        raise ValueError("a contiguous array is expected")
    return _softmax(x, axis)


@control("softmax", takes="")
def of_finite_logits(x: Any, axis: int = -1) -> Any:
    if not np.isfinite(x).all():
        raise ValueError("there is a logit that is not finite")
    return _softmax(x, axis)


@control("softmax", takes="axis=0, integers=no")
def along_the_first_axis(x: Any) -> Any:
    return _softmax(x, 0)


@control("softmax", "torch", formats=("float32",), takes="")
def of_pixels(x: Any) -> Any:
    return torch.nn.Softmax2d()(x)
