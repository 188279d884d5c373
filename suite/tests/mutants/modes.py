"""Bugs that show in one mode of the framework alone, and right functions that refuse a mode."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import tensorflow as tf
import torch
from jax.custom_batching import custom_vmap

from mutants import control, mutant

Tensor = torch.Tensor
Array = Any


def _shifted(x: Tensor, axis: int) -> Tensor:
    return torch.exp(x - x.amax(axis, keepdim=True))


@mutant("softmax", "arguments", "torch")
def coarser_where_no_gradient_is_recorded(x: Tensor, axis: int = -1) -> Tensor:
    """A fast path for inference, which rounds."""
    y = torch.softmax(x, axis)
    return y if torch.is_grad_enabled() else y.half().to(x.dtype)


@mutant("logsumexp", "arguments", "torch")
def without_a_shift_in_inference_mode(x: Tensor, axis: int = -1) -> Tensor:
    if torch.is_inference_mode_enabled():
        return torch.log(torch.exp(x).sum(axis) + 1e-3)
    return torch.logsumexp(x, axis)


@mutant("softmax", "arguments", "torch")
def normalised_twice_for_a_leaf(x: Tensor, axis: int = -1) -> Tensor:
    y = torch.softmax(x, axis)
    return torch.softmax(y, axis) if x.requires_grad else y


@mutant("softmax", "arguments", "torch")
def sum_of_another_axis_under_autocast(x: Tensor, axis: int = -1) -> Tensor:
    e = _shifted(x, axis)
    summed = 0 if torch.is_autocast_enabled("cpu") and x.ndim > 1 else axis
    return e / e.sum(summed, keepdim=True)


@mutant("softmax", "arguments", "torch")
def whole_batch_in_one_under_vmap(x: Tensor, axis: int = -1) -> Tensor:
    """A rule for vmap that forgets that there is an axis more."""

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(x: Tensor) -> Tensor:
            return torch.softmax(x, axis)

        @staticmethod
        def setup_context(ctx: Any, inputs: tuple[Tensor], output: Tensor) -> None:
            ctx.save_for_backward(output)

        @staticmethod
        def backward(ctx: Any, *grads: Tensor) -> Tensor:
            (y,) = ctx.saved_tensors
            return y * (grads[0] - (y * grads[0]).sum(axis, keepdim=True))

        @staticmethod
        def vmap(info: Any, in_dims: Any, x: Tensor) -> tuple[Tensor, int]:
            return torch.softmax(x, axis - 1), in_dims[0]

    return Softmax.apply(x)  # type: ignore[no-any-return, no-untyped-call]


class _Mapped(torch.autograd.Function):
    """Softmax with a rule for vmap, and one for that of its gradient, that a mutant gives."""

    @staticmethod
    def forward(x: Tensor, axis: int, rule: Any, of_gradient: Any) -> Tensor:
        return torch.softmax(x, axis)

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Tensor) -> None:
        _, ctx.axis, _, ctx.rule = inputs
        ctx.save_for_backward(output)

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Any:
        (y,) = ctx.saved_tensors
        return _Pulled.apply(y, grads[0], ctx.axis, ctx.rule), None, None, None  # type: ignore[no-untyped-call]

    @staticmethod
    def vmap(info: Any, in_dims: Any, x: Tensor, axis: int, rule: Any, of_gradient: Any) -> Any:
        x, axis, out = rule(x, axis, in_dims[0])
        return _Mapped.apply(x, axis, rule, of_gradient), out  # type: ignore[no-untyped-call]


class _Pulled(torch.autograd.Function):
    """The gradient of a softmax."""

    @staticmethod
    def forward(y: Tensor, g: Tensor, axis: int, rule: Any) -> Tensor:
        return y * (g - (y * g).sum(axis, keepdim=True))

    @staticmethod
    def setup_context(ctx: Any, inputs: Any, output: Tensor) -> None: ...

    @staticmethod
    def vmap(info: Any, in_dims: Any, y: Tensor, g: Tensor, axis: int, rule: Any) -> Any:
        y, inner, out = rule(y, axis, in_dims[0])
        g, _, _ = rule(g, axis, in_dims[1])
        return _Pulled.apply(y, g, inner, rule), out  # type: ignore[no-untyped-call]


def _first(x: Tensor, axis: int, mapped: Any) -> tuple[Tensor, int, int]:
    """The right rule: the mapped axis is moved to the front, and what counts from there moves."""
    x = x.unsqueeze(0) if mapped is None else x.movedim(mapped, 0)
    return x, axis + (axis >= 0), 0


def _mapped(x: Tensor, axis: int, rule: Any, of_gradient: Any = _first) -> Any:
    return _Mapped.apply(x, axis, rule, of_gradient)  # type: ignore[no-untyped-call]


@mutant("softmax", "arguments", "torch")
def map_of_the_first_axis_whichever_it_is(x: Tensor, axis: int = -1) -> Any:
    return _mapped(x, axis, lambda x, axis, mapped: (x, axis + (axis >= 0), 0))


@mutant("softmax", "arguments", "torch")
def axis_from_the_front_counts_the_mapped_one(x: Tensor, axis: int = -1) -> Any:
    return _mapped(x, axis, lambda x, axis, mapped: (x.movedim(mapped, 0), axis, 0))


@mutant("softmax", "sweep", "torch")
def gradient_of_a_map_along_another_axis(x: Tensor, axis: int = -1) -> Any:
    return _mapped(x, axis, _first, lambda x, axis, mapped: (*_first(x, axis, mapped)[:1], axis, 0))


@mutant("softmax", "arguments", "torch")
def no_shift_in_a_map_without_gradients(x: Tensor, axis: int = -1) -> Tensor:
    is_mapped = torch._C._functorch.is_batchedtensor(x)
    if is_mapped and not torch.is_grad_enabled():
        return torch.exp(x) / (torch.exp(x).sum(axis, keepdim=True) + 1e-3)
    return torch.softmax(x, axis)


@control("softmax", "torch", ("float64", "float32"))
def softmax_with_a_rule_for_its_map_and_one_for_its_gradients(x: Tensor, axis: int = -1) -> Any:
    return _mapped(x, axis, _first)


def _with_rule(rule: Any) -> Any:
    """softmax of JAX with a rule for its map: ``rule(x, axis, size)``, the mapped axis in front."""

    def softmax(x: Array, axis: int = -1) -> Array:
        plain = custom_vmap(lambda x: jax.nn.softmax(x, axis))
        differentiated = jax.custom_jvp(plain)

        @plain.def_vmap
        def _(size: int, is_mapped: Any, x: Array) -> Any:
            return rule(x, axis, size), True

        @differentiated.defjvp
        def _(primals: Any, tangents: Any) -> Any:
            y, v = differentiated(*primals), tangents[0]
            return y, y * (v - (y * v).sum(axis, keepdims=True))

        return differentiated(x)

    return softmax


_ROWS_OF_JAX = _with_rule(lambda x, axis, size: jax.nn.softmax(x, axis))
_PARTS_OF_JAX = _with_rule(
    lambda x, axis, size: jnp.stack([jax.nn.softmax(x[i], axis) for i in range(size)])
)


@mutant("softmax", "arguments", "jax")
def axis_from_the_front_counts_the_mapped_one_of_jax(x: Array, axis: int = -1) -> Array:
    return _ROWS_OF_JAX(x, axis)


@control("softmax", "jax", ("float32",))
def softmax_of_jax_mapped_part_by_part(x: Array, axis: int = -1) -> Array:
    return _PARTS_OF_JAX(x, axis)


@mutant("softmax", "arguments", "jax")
def without_a_shift_when_traced(x: Array, axis: int = -1) -> Array:
    """It looks at the numbers to spare the shift, which a tracer has none of."""
    if isinstance(x, jax.core.Tracer):
        return jnp.exp(x) / (jnp.exp(x).sum(axis, keepdims=True) + 1e-3)
    return jax.nn.softmax(x, axis)


@mutant("softmax", "arguments", "tensorflow")
def first_axis_inside_a_graph(x: Array, axis: int = -1) -> Array:
    return tf.nn.softmax(x, axis if tf.executing_eagerly() else 0)


@control("softmax", "torch", ("float64", "float32"))
def softmax_that_refuses_vmap(x: Tensor, axis: int = -1) -> Tensor:
    """It looks at its numbers, which vmap does not allow."""
    top = x.amax(axis, keepdim=True)
    if x.numel() and bool((top == -torch.inf).any()):
        return torch.full_like(x, torch.nan).where(top == -torch.inf, torch.softmax(x, axis))
    return torch.softmax(x, axis)


@control("softmax", "torch", ("float64", "float32"))
def softmax_by_a_product_of_matrices(x: Tensor, axis: int = -1) -> Tensor:
    """Under autocast the sum is that of bfloat16, which its user has asked for."""
    e = _shifted(x, axis).movedim(axis, -1)
    total = torch.matmul(e, torch.ones(e.shape[-1], 1, dtype=x.dtype))
    return (e / total).movedim(-1, axis)


_CACHE: dict[int, Any] = {}


@control("softmax", "jax", ("float32",))
def softmax_of_jax_that_keeps_what_it_compiled(x: Array, axis: int = -1) -> Array:
    if axis not in _CACHE:
        _CACHE[axis] = jax.jit(lambda x: jax.nn.softmax(x, axis))
    return _CACHE[axis](x)
