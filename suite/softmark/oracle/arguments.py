"""Checks of what callers hand to the oracle, and its layout as rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmark.oracle.problem import Float64Array
from softmark.oracle.quantities import Operation


def real_array(value: ArrayLike, name: str) -> Float64Array:
    """A copy as float64.

    Raises
    ------
    ValueError
        The values are not real numbers, or float64 does not hold them exactly.
    """
    array = np.asarray(value)
    if array.dtype.kind not in "fiub":
        raise ValueError(f"{name} must be an array of real numbers, not of {array.dtype}")
    if array.dtype.itemsize > 8:
        raise ValueError(f"{name} is {array.dtype}, which float64 does not hold; convert it first")
    converted = array.astype(np.float64)
    if array.dtype.kind in "iu" and (np.abs(converted) > 2.0**53).any():
        raise ValueError(f"{name} has whole numbers beyond 2**53, which float64 does not hold")
    return converted


def axis_of(x: Float64Array, axis: int) -> int:
    """The axis counted from 0."""
    if not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis {axis} is not an axis of an array of shape {x.shape}")
    return axis % x.ndim


def as_rows(array: NDArray[np.generic], axis: int) -> NDArray[Any]:
    """The array with ``axis`` last, as rows of a C-contiguous matrix."""
    last = axis == array.ndim - 1
    moved = np.ascontiguousarray(array if last else np.moveaxis(array, axis, -1))
    count = math.prod(moved.shape[:-1])
    return moved.reshape(count, moved.shape[-1])


def shaped(value: ArrayLike | None, shape: tuple[int, ...], name: str) -> Float64Array | None:
    """A copy as float64 that has to have this shape."""
    if value is None:
        return None
    array = real_array(value, name)
    if array.shape != shape:
        raise ValueError(f"{name} has shape {array.shape}; it must have {shape}")
    return array


def label_rows(
    operation: Operation, labels: ArrayLike | None, shape: tuple[int, ...], axis: int
) -> NDArray[np.generic] | None:
    """Labels of each row: indices, shape ``(rows,)``, or weights, shape ``(rows, n)``."""
    if operation == "kl_divergence":
        other = shaped(labels, shape, "the array of other logits")
        if other is None:
            raise ValueError("kl_divergence needs the other logits")
        return as_rows(other, axis)
    if operation != "cross_entropy":
        if labels is not None:
            raise ValueError(f"{operation} takes no labels")
        return None
    if labels is None:
        raise ValueError("cross_entropy needs labels: class indices or class weights")
    array = np.asarray(labels)
    if array.dtype.kind == "f":
        weights = shaped(array, shape, "the array of class weights")
        return None if weights is None else as_rows(weights, axis)
    without = shape[:axis] + shape[axis + 1 :]
    if array.dtype.kind not in "iu" or array.shape != without:
        raise ValueError(
            f"labels of type {array.dtype} and shape {array.shape}: give integers of shape "
            f"{without}, or floats of shape {shape}"
        )
    if array.size and not (array.min() >= 0 and array.max() < shape[axis]):
        raise ValueError(f"a label is outside 0..{shape[axis] - 1}")
    return array.reshape(-1).astype(np.int64)
