"""Bugs in the gradient: right values with a wrong backward, written with PyTorch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from mutants import Function, mutant

Tensor = torch.Tensor


def _with_backward(backward: Callable[[Tensor, Tensor, int], Tensor]) -> Function:
    """softmax as PyTorch computes it, with another backward ``(y, grad, axis)``."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor, axis: int) -> Tensor:
            y = torch.softmax(x, axis)
            ctx.save_for_backward(y)
            ctx.axis = axis
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
            return backward(ctx.saved_tensors[0], grads[0], ctx.axis), None

    return lambda x, axis=-1: Softmax.apply(x, axis)


def _exact(y: Tensor, g: Tensor, axis: int) -> Tensor:
    return y * (g - (y * g).sum(axis, keepdim=True))


@mutant("softmax", "gradient", "torch")
def zero_backward(x: Tensor, axis: int = -1) -> Tensor:
    return _with_backward(lambda y, g, a: torch.zeros_like(y))(x, axis)


@mutant("softmax", "gradient", "torch")
def projection_missing(x: Tensor, axis: int = -1) -> Tensor:
    return _with_backward(lambda y, g, a: y * g)(x, axis)


@mutant("softmax", "gradient", "torch")
def diagonal_of_the_jacobian_only(x: Tensor, axis: int = -1) -> Tensor:
    return _with_backward(lambda y, g, a: y * (1 - y) * g)(x, axis)


@mutant("softmax", "gradient", "torch")
def unweighted_mean_in_the_projection(x: Tensor, axis: int = -1) -> Tensor:
    return _with_backward(lambda y, g, a: y * (g - g.mean(a, keepdim=True)))(x, axis)


@mutant("softmax", "gradient", "torch")
def gradient_with_the_wrong_sign(x: Tensor, axis: int = -1) -> Tensor:
    return _with_backward(lambda y, g, a: -_exact(y, g, a))(x, axis)


@mutant("softmax", "gradient", "torch")
def gradient_vanishes_when_saturated(x: Tensor, axis: int = -1) -> Tensor:
    def backward(y: Tensor, g: Tensor, a: int) -> Tensor:
        return torch.where(y < 1e-6, torch.zeros_like(y), _exact(y, g, a))

    return _with_backward(backward)(x, axis)


@mutant("softmax", "gradient", "torch")
def no_gradient_at_all(x: Tensor, axis: int = -1) -> Tensor:
    return torch.softmax(x.detach(), axis)


@mutant("softmax", "gradient", "torch")
def noise_added_to_a_zero_cotangent(x: Tensor, axis: int = -1) -> Tensor:
    return _with_backward(lambda y, g, a: _exact(y, g, a) + 1e-9)(x, axis)


@mutant("cross_entropy", "gradient", "torch")
def gradient_without_the_label(logits: Tensor, labels: Tensor) -> Tensor:
    class Loss(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor, labels: Tensor) -> Tensor:
            ctx.save_for_backward(torch.softmax(x, -1))
            return torch.nn.functional.cross_entropy(x, labels, reduction="none")

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> tuple[Tensor, None]:
            return ctx.saved_tensors[0] * grads[0][:, None], None

    return Loss.apply(logits, labels)  # type: ignore[no-any-return, no-untyped-call]


@mutant("argmax", "gradient", "torch")
def straight_through_argmax(x: Tensor, axis: int = -1) -> Tensor:
    hard = torch.argmax(x, axis).to(x.dtype)
    index = torch.arange(x.shape[axis], dtype=x.dtype)
    soft = (torch.softmax(x, axis) * index).sum(axis)
    return soft + (hard - soft).detach()
