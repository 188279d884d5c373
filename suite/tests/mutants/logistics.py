"""softplus and log_sigmoid that overflow, round away or bend; and right ones built otherwise."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from mutants import control, mutant

Array = Any


def _softplus(x: Array) -> Array:
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


@mutant("softplus", "stability")
def softplus_that_overflows(x: Array) -> Array:
    return np.log(1 + np.exp(x))


@mutant("softplus", "accuracy")
def softplus_without_log1p(x: Array) -> Array:
    return np.maximum(x, 0) + np.log(1 + np.exp(-np.abs(x)))


@mutant("softplus", "accuracy", formats=("float64",))
def softplus_with_a_threshold_of_twenty_in_float64(x: Array) -> Array:
    """The threshold of float32, where e^-20 is below rounding."""
    return np.where(x > 20, x, np.log1p(np.exp(np.minimum(x, 20))))


@mutant("softplus", "accuracy")
def softplus_with_a_threshold_of_eight(x: Array) -> Array:
    return np.where(x > 8, x, np.log1p(np.exp(np.minimum(x, 8))))


@mutant("softplus", "accuracy")
def softplus_as_a_rectifier(x: Array) -> Array:
    return np.maximum(x, 0)


@mutant("softplus", "accuracy")
def softplus_less_log_two(x: Array) -> Array:
    """The shifted form of networks for molecules, which is 0 at 0."""
    return _softplus(x) - x.dtype.type(np.log(2))


@mutant("softplus", "accuracy")
def softplus_in_bits(x: Array) -> Array:
    return _softplus(x) / x.dtype.type(np.log(2))


@mutant("softplus", "accuracy")
def softplus_as_a_square_root(x: Array) -> Array:
    """Another smooth rectifier, with the same slope far away."""
    return (x + np.hypot(x, 2)) / 2


@mutant("softplus", "special_values")
def softplus_that_hides_nan(x: Array) -> Array:
    return np.fmax(x, 0) + np.log1p(np.exp(-np.abs(np.nan_to_num(x))))


@mutant("softplus", "gradient", "torch")
def softplus_with_nan_behind_a_choice(x: Array) -> Array:
    """e^x overflows where it is not chosen, and 0 times infinity is NaN backwards."""
    return torch.where(x > 15, x, torch.log1p(torch.exp(x)))


@mutant("softplus", "gradient", "torch")
def softplus_with_a_kink_at_zero(x: Array) -> Array:
    """The slope of the rectifier at 0 is 0 or 1, that of the magnitude 0: their sum is not 1/2."""
    return torch.relu(x) + torch.log1p(torch.exp(-torch.abs(x)))


@mutant("log_sigmoid", "stability")
def log_of_a_sigmoid(x: Array) -> Array:
    return np.log(1 / (1 + np.exp(-x)))


@mutant("log_sigmoid", "accuracy")
def log_of_a_sigmoid_and_an_epsilon(x: Array) -> Array:
    return np.log(1 / (1 + np.exp(-x)) + x.dtype.type(1e-6))


@mutant("log_sigmoid", "accuracy")
def log_sigmoid_without_log1p(x: Array) -> Array:
    return np.minimum(x, 0) - np.log(1 + np.exp(-np.abs(x)))


@mutant("log_sigmoid", "accuracy")
def log_sigmoid_less_the_whole(x: Array) -> Array:
    """x - softplus(x), which cancels for large x."""
    return x - np.logaddexp(x, x.dtype.type(0))


@mutant("log_sigmoid", "accuracy")
def log_sigmoid_of_the_other_class(x: Array) -> Array:
    return -_softplus(x)


@mutant("log_sigmoid", "accuracy")
def log_sigmoid_of_the_wrong_sign(x: Array) -> Array:
    return _softplus(-x)


@mutant("log_sigmoid", "accuracy")
def log_sigmoid_held_above_minus_a_hundred(x: Array) -> Array:
    """As losses of probabilities hold their logarithms."""
    return np.maximum(-_softplus(-x), -100)


@mutant("log_sigmoid", "gradient", "torch")
def log_sigmoid_with_the_gradient_of_the_other_class(x: Array) -> Array:
    right = torch.nn.functional.logsigmoid(x)
    other = torch.nn.functional.softplus(x)
    return right.detach() + other - other.detach()


@mutant("log_sigmoid", "gradient", "torch")
def log_sigmoid_whose_gradient_is_one_less_a_sigmoid(x: Array) -> Array:
    """1 - sigmoid(x) loses what sigmoid(-x) keeps, for large x."""
    slope = (1 - torch.sigmoid(x)).detach()
    moved = x * slope
    return torch.nn.functional.logsigmoid(x).detach() + moved - moved.detach()


@control("softplus")
def the_larger_side_of_each_exponential(x: Array) -> Array:
    with np.errstate(over="ignore"):
        small = np.log1p(np.exp(np.minimum(x, 0)))
        return np.where(x > 0, x + np.log1p(np.exp(-np.maximum(x, 0))), small)


@control("softplus")
def softplus_by_an_area_tangent(x: Array) -> Array:
    """log(1 + t) as 2 artanh(t / (2 + t))."""
    t = np.exp(-np.abs(x))
    return np.maximum(x, 0) + 2 * np.arctanh(t / (2 + t))


@control("softplus", "torch", ("float32", "bfloat16"))
def softplus_by_a_log_sigmoid(x: Array) -> Array:
    return -torch.nn.functional.logsigmoid(-x)


@control("log_sigmoid")
def minus_an_addition_of_logarithms(x: Array) -> Array:
    return -np.logaddexp(x.dtype.type(0), -x)


@control("log_sigmoid")
def the_smaller_of_a_logit_and_zero(x: Array) -> Array:
    t = np.exp(-np.abs(x))
    return np.minimum(x, 0) - 2 * np.arctanh(t / (2 + t))


@control("log_sigmoid", "torch", ("float64", "float32", "bfloat16"))
def the_library_in_float32_at_least(x: Array) -> Array:
    wide = x if x.dtype == torch.float64 else x.float()
    found = torch.nn.functional.logsigmoid(wide)
    return found.to(x.dtype) if x.is_floating_point() else found
