"""Bugs in the gradient of the other operations, and in what is kept for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from mutants import mutant
from softmark.formats import format_named, round_to

Tensor = torch.Tensor
Backward = Callable[[Tensor, Tensor], Tensor]


def _differing(forward: Callable[[Tensor], Tensor], backward: Backward, x: Tensor) -> Tensor:
    """``forward(x)`` with another backward, a function of the logits and the cotangent."""

    class Differing(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            ctx.save_for_backward(x)
            return forward(x)

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            return backward(ctx.saved_tensors[0], grads[0])

    return Differing.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@mutant("softmax", "gradient", "torch")
def probabilities_kept_in_half_precision(x: Tensor, axis: int = -1) -> Tensor:
    def backward(x: Tensor, g: Tensor) -> Tensor:
        y = torch.softmax(x, axis).half().to(x.dtype)
        return y * (g - (y * g).sum(axis, keepdim=True))

    return _differing(lambda x: torch.softmax(x, axis), backward, x)


@mutant("softmax", "gradient", "torch")
def projection_along_the_batch(x: Tensor, axis: int = -1) -> Tensor:
    def backward(x: Tensor, g: Tensor) -> Tensor:
        y = torch.softmax(x, axis)
        return y * (g - (y * g).sum(0, keepdim=True))

    return _differing(lambda x: torch.softmax(x, axis), backward, x)


@mutant("softmax", "gradient", "torch", formats=("float16",))
def square_of_the_sum_in_half_precision(x: Tensor, axis: int = -1) -> Tensor:
    """The quotient's derivative as automatic differentiation writes it: 256 squared overflows."""

    def backward(x: Tensor, g: Tensor) -> Tensor:
        e = torch.exp(x - x.amax(axis, keepdim=True))
        total = e.sum(axis, keepdim=True)
        return e / total * g - e * ((e * g).sum(axis, keepdim=True) / (total * total))

    return _differing(lambda x: torch.softmax(x, axis), backward, x)


@mutant("softmax", "gradient", "torch", formats=("float16", "bfloat16"))
def projection_summed_in_the_format_of_the_logits(x: Tensor, axis: int = -1) -> Tensor:
    """Each step of the running sum is rounded to 16 bits: it stops at 2048 times its terms."""

    def backward(x: Tensor, g: Tensor) -> Tensor:
        y = torch.softmax(x, axis)
        return y * (g - _running_sum(y * g, axis))

    return _differing(lambda x: torch.softmax(x, axis), backward, x)


@mutant("log_softmax", "gradient", "torch", formats=("float16", "bfloat16"))
def cotangent_summed_in_the_format_of_the_logits(x: Tensor, axis: int = -1) -> Tensor:
    def backward(x: Tensor, g: Tensor) -> Tensor:
        return g - torch.softmax(x, axis) * _running_sum(g, axis)

    return _differing(lambda x: torch.log_softmax(x, axis), backward, x)


def _running_sum(terms: Tensor, axis: int) -> Tensor:
    """One term after the other, rounded to their format each time; PyTorch's is wider."""
    name = str(terms.dtype).removeprefix("torch.")
    along = np.moveaxis(terms.detach().double().numpy(), axis, -1)
    total = np.zeros(along.shape[:-1])
    for place in range(along.shape[-1]):
        total = round_to(total + along[..., place], format_named(name))
    return torch.from_numpy(total).to(terms.dtype).unsqueeze(axis)


@mutant("log_softmax", "gradient", "torch")
def cotangent_summed_without_the_probabilities(x: Tensor, axis: int = -1) -> Tensor:
    def backward(x: Tensor, g: Tensor) -> Tensor:
        return g - g.mean(axis, keepdim=True)

    return _differing(lambda x: torch.log_softmax(x, axis), backward, x)


@mutant("log_softmax", "gradient", "torch")
def gradient_through_the_log_of_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """Nothing but ``log(softmax(x))``: 0 times infinity where a probability is 0."""
    return torch.log(torch.softmax(x, axis))


@mutant("logsumexp", "gradient", "torch")
def gradient_to_the_maximum_only(x: Tensor, axis: int = -1) -> Tensor:
    def backward(x: Tensor, g: Tensor) -> Tensor:
        winner = torch.argmax(x, axis, keepdim=True)
        return torch.zeros_like(x).scatter(axis, winner, g.unsqueeze(axis))

    return _differing(lambda x: torch.logsumexp(x, axis), backward, x)


@mutant("softargmax", "gradient", "torch")
def temperature_missing_in_the_backward(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    index = torch.arange(x.shape[axis], dtype=x.dtype)

    def mean_index(x: Tensor, scale: float) -> Tensor:
        d = (x - x.amax(axis, keepdim=True)) * scale
        return (torch.softmax(d, axis).transpose(axis, -1) * index).sum(-1)

    def backward(x: Tensor, g: Tensor) -> Tensor:
        p = torch.softmax((x - x.amax(axis, keepdim=True)) * beta, axis)
        away = index - (p * index).sum(axis, keepdim=True)
        return p * away * g.unsqueeze(axis)

    return _differing(lambda x: mean_index(x, beta), backward, x)


@mutant("smooth_max", "gradient", "torch")
def weights_taken_for_constants(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """The softmax of the weighted mean is detached, as an attention's mask is."""
    weights = torch.softmax((x - x.amax(axis, keepdim=True)) * beta, axis).detach()
    return (weights * x).sum(axis)


@mutant("sigmoid", "gradient", "torch")
def slope_of_a_straight_line(x: Tensor) -> Tensor:
    return _differing(torch.sigmoid, lambda x, g: g * torch.sigmoid(x), x)


@mutant("cross_entropy", "gradient", "torch")
def cotangent_taken_for_one(logits: Tensor, labels: Tensor) -> Tensor:
    """A loss that makes its gradient in the forward pass, and forgets what multiplies it."""
    return _cross_entropy(logits, labels, lambda each, g: each)


@mutant("cross_entropy", "gradient", "torch")
def gradient_divided_by_the_batch(logits: Tensor, labels: Tensor) -> Tensor:
    return _cross_entropy(logits, labels, lambda each, g: each * g[:, None] / len(g))


def _cross_entropy(logits: Tensor, labels: Tensor, merge: Backward) -> Tensor:
    """The loss of each row, and a backward of its gradient ``p - y`` and the cotangent."""

    def backward(x: Tensor, g: Tensor) -> Tensor:
        hot = torch.nn.functional.one_hot(labels, x.shape[-1])
        return merge(torch.softmax(x, -1) - hot, g)

    loss = torch.nn.functional.cross_entropy
    return _differing(lambda x: loss(x, labels, reduction="none"), backward, logits)


@mutant("hardmax", "gradient", "torch")
def straight_through_hardmax(x: Tensor, axis: int = -1) -> Tensor:
    soft = torch.softmax(x, axis)
    hard = torch.zeros_like(x).scatter(axis, torch.argmax(x, axis, keepdim=True), 1.0)
    return hard + soft - soft.detach()
