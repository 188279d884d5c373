"""Bugs in the exponential and in the division: a fast one that is not near enough."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mutants import mutant

Array = NDArray[Any]


def _softmax_with(exp: Callable[[Array], Array], x: Array, axis: int) -> Array:
    """The shifted formula with another exponential, whose result is rounded to the format."""
    with np.errstate(over="ignore", invalid="ignore"):
        e = exp(x - x.max(axis=axis, keepdims=True)).astype(x.dtype)
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@mutant("softmax", "accuracy")
def exp_by_writing_the_exponent_bits(x: Array, axis: int = -1) -> Array:
    """A straight line between powers of two, made by an integer written into the bits."""

    def exp(d: Array) -> Array:
        bits = np.maximum(d.astype(np.float64) * 2**23 / np.log(2) + 127 * 2**23 - 366_000, 0)
        return bits.astype(np.int32).view(np.float32)

    return _softmax_with(exp, x, axis)


@mutant("softmax", "accuracy")
def exp_as_a_power_of_one_plus_a_little(x: Array, axis: int = -1) -> Array:
    """(1 + d/256)^256, eight squarings."""
    return _softmax_with(lambda d: np.maximum(1 + d / x.dtype.type(256), 0) ** 256, x, axis)


@mutant("softmax", "accuracy")
def series_without_range_reduction(x: Array, axis: int = -1) -> Array:
    """The Taylor polynomial of degree 12 where the argument stands, held above 0."""

    def exp(d: Array) -> Array:
        total = np.ones_like(d)
        for k in range(12, 0, -1):
            total = 1 + d * total / x.dtype.type(k)
        return np.maximum(total, 0)

    return _softmax_with(exp, x, axis)


@mutant("softmax", "accuracy", formats=("float16",))
def exp_of_degree_two_in_half_precision(x: Array, axis: int = -1) -> Array:
    def exp(d: Array) -> Array:
        scaled = np.maximum(d.astype(np.float32) * np.float32(1.442695), -30)
        k = np.floor(scaled)
        r = scaled - k
        return np.asarray(
            np.ldexp(1 + r * (np.float32(0.6565) + r * np.float32(0.3435)), k.astype(int))
        )

    return _softmax_with(exp, x, axis)


@mutant("softmax", "accuracy")
def exp_from_a_table_of_256(x: Array, axis: int = -1) -> Array:
    """As in kernels for 8-bit integers: the distance is rounded to 1/16."""
    table = np.exp(-np.arange(256) / 16).astype(x.dtype)
    return _softmax_with(lambda d: table[np.minimum(-d * 16, 255).astype(int)], x, axis)


@mutant("softmax", "accuracy")
def log2_of_e_to_four_digits(x: Array, axis: int = -1) -> Array:
    return _softmax_with(lambda d: np.exp2(d * x.dtype.type(1.443)), x, axis)


@mutant("softmax", "accuracy")
def base_two_taken_for_base_e(x: Array, axis: int = -1) -> Array:
    return _softmax_with(np.exp2, x, axis)


@mutant("softmax", "accuracy")
def approximate_reciprocal_without_a_newton_step(x: Array, axis: int = -1) -> Array:
    """The processor's reciprocal to 12 bits, times the exponentials."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    bits = (1 / e.sum(axis=axis, keepdims=True)).view(np.int32)
    return e * (bits & ~0xFFF).view(np.float32)


@mutant("softmax", "accuracy")
def divided_by_the_sum_twice(x: Array, axis: int = -1) -> Array:
    """Once in the loop and once in the epilogue."""
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    total = e.sum(axis=axis, keepdims=True)
    return np.asarray(e / total / total)


@mutant("softmax", "accuracy")
def probabilities_clamped_at_1e_7(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.clip(e / e.sum(axis=axis, keepdims=True), 1e-7, 1).astype(x.dtype)


@mutant("softmax", "accuracy")
def logits_rounded_to_sixteen_bits(x: Array, axis: int = -1) -> Array:
    """An autocast that reaches the logits."""
    with np.errstate(over="ignore"):
        narrow = x.astype(np.float16).astype(x.dtype)
    return _softmax_with(np.exp, np.where(np.isinf(narrow), x, narrow), axis)


@mutant("softmax", "stability")
def unshifted_and_the_denominator_held_above_1e_6(x: Array, axis: int = -1) -> Array:
    e = np.exp(np.minimum(x, 80))
    return np.asarray(e / np.maximum(e.sum(axis=axis, keepdims=True), x.dtype.type(1e-6)))


@mutant("softmax", "stability")
def range_reduction_in_place_of_a_shift(x: Array, axis: int = -1) -> Array:
    """Each exponential as m 2^k, summed under the largest k, where k outgrows 24 bits."""
    finite = np.isfinite(x)
    logits = np.where(finite, x, x.dtype.type(0))
    k = np.rint(logits * np.float32(1.442695))
    rest = logits - k * np.float32(0.6931381) - k * np.float32(9.0580e-6)
    m = np.where(finite, np.exp(np.clip(rest, -1, 1)), 0).astype(x.dtype)
    highest = np.where(finite, k, -np.inf).max(axis=axis, keepdims=True)
    scaled = np.ldexp(m, np.maximum(k - highest, -300).astype(int))
    return np.asarray(scaled / scaled.sum(axis=axis, keepdims=True))
