"""Bugs in second derivatives, in the derivative in beta, and between the two directions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from mutants import mutant

Tensor = torch.Tensor


def _softmax(x: Tensor, axis: int, backward: Callable[[Tensor, Tensor], Tensor]) -> Tensor:
    """softmax with another backward ``(y, g)``, through which PyTorch differentiates again."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = torch.softmax(x, axis)
            ctx.save_for_backward(x)
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            return backward(torch.softmax(ctx.saved_tensors[0], axis), grads[0])

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@mutant("softmax", "gradient", "torch")
def second_derivative_without_the_probabilities(x: Tensor, axis: int = -1) -> Tensor:
    """The gradient is right, but its probability in front is a constant to the second one."""

    def backward(y: Tensor, g: Tensor) -> Tensor:
        return y.detach() * (g - (y * g).sum(axis, keepdim=True))

    return _softmax(x, axis, backward)


@mutant("softmax", "gradient", "torch")
def second_derivative_without_the_mean(x: Tensor, axis: int = -1) -> Tensor:
    def backward(y: Tensor, g: Tensor) -> Tensor:
        return y * (g - (y.detach() * g).sum(axis, keepdim=True))

    return _softmax(x, axis, backward)


@mutant("log_softmax", "gradient", "torch")
def second_derivative_of_a_constant_weight(x: Tensor, axis: int = -1) -> Tensor:
    """Twice backward through saved probabilities, of which half the gradient is cut off."""

    class LogSoftmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            ctx.save_for_backward(x)
            return torch.log_softmax(x, axis)

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            y = torch.softmax(ctx.saved_tensors[0], axis)
            y = (y + y.detach()) / 2
            return grads[0] - y * grads[0].sum(axis, keepdim=True)

    return LogSoftmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


def _weights(x: Tensor, axis: int, beta: Any) -> Tensor:
    shifted = x - x.amax(axis, keepdim=True).detach()
    return torch.softmax(beta * shifted, axis)


def _value(beta: Any) -> Any:
    return beta.detach() if isinstance(beta, Tensor) else beta


@mutant("softmax", "gradient", "torch")
def no_gradient_reaches_beta(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    return _weights(x, axis, _value(beta))


@mutant("smooth_max", "gradient", "torch")
def gradient_in_beta_doubled(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    twice = 2 * beta - _value(beta)
    return (_weights(x, axis, twice) * x).sum(axis)


@mutant("softargmax", "gradient", "torch")
def gradient_in_beta_of_the_inverse(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """beta is a temperature to the backward pass: the sign is the wrong one."""
    turned = _value(beta) * _value(beta) / beta
    index = torch.arange(x.shape[axis], dtype=x.dtype)
    return (_weights(x, axis, turned).movedim(axis, -1) * index).sum(-1)


@mutant("softmax", "gradient", "torch")
def jvp_without_the_projection(x: Tensor, axis: int = -1) -> Tensor:
    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(x: Tensor) -> Tensor:
            return torch.softmax(x, axis)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Tensor], output: Tensor) -> None:
            ctx.save_for_backward(output)
            ctx.save_for_forward(output)

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            (y,) = ctx.saved_tensors
            return y * (grads[0] - (y * grads[0]).sum(axis, keepdim=True))

        @staticmethod
        def jvp(ctx: Any, *tangents: Tensor) -> Tensor:
            return ctx.saved_tensors[0] * tangents[0]

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@mutant("softmax", "gradient", "torch")
def one_broken_row_poisons_the_gradient_of_all(x: Tensor, axis: int = -1) -> Tensor:
    """The cotangent is scaled by the largest one of the whole batch, which NaN is."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = torch.softmax(x, axis)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            (y,) = ctx.saved_tensors
            scale = y.sum() / y.sum()
            return scale * y * (grads[0] - (y * grads[0]).sum(axis, keepdim=True))

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


@mutant("log_softmax", "gradient", "torch")
def zero_cotangent_beside_a_mask_gives_nan(x: Tensor, axis: int = -1) -> Tensor:
    """The weight is got back as the exponential times the logarithm: 0 times infinity."""

    class LogSoftmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            y = torch.log_softmax(x, axis)
            ctx.save_for_backward(y)
            return y

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            (y,) = ctx.saved_tensors
            return grads[0] * (y / y) - torch.exp(y) * grads[0].sum(axis, keepdim=True)

    return LogSoftmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]
