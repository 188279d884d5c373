"""Published evaluations that are right and poor: weak, with the name of the formula."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch
from numpy.typing import NDArray

from mutants import control, poor
from mutants.controls import ALL, WIDE, widened

Array = NDArray[Any]
Tensor = torch.Tensor
HALVES = ("float32", "bfloat16")
DIVISION_FREE = "explained by the division-free softmax, exp(x - lse)"
NO_LOG1P = "no log1p accuracy"
BIASED = "ulp in the mean"
STORED = "explained by a stored logsumexp, x - lse"
REPEATED = "explained by a repeated logaddexp"


def _logsumexp(x: Array, axis: int) -> Array:
    top = x.max(axis=axis, keepdims=True)
    return np.asarray(top + np.log(np.exp(x - top).sum(axis=axis, keepdims=True)))


def _blocks(x: Array, axis: int) -> list[Array]:
    rows = np.moveaxis(x, axis, -1)
    return np.split(rows, range(16, rows.shape[-1], 16), axis=-1)


@poor("softmax", "stability", "offset", DIVISION_FREE, formats=WIDE)
def exponential_of_logits_less_lse(x: Array, axis: int = -1) -> Array:
    return np.asarray(np.exp(x - _logsumexp(x, axis)))


@poor("softmax", "stability", "offset", DIVISION_FREE, "torch", HALVES)
def exponential_of_logits_less_lse_in_torch(x: Tensor, axis: int = -1) -> Tensor:
    return torch.exp(x - torch.logsumexp(x, axis, keepdim=True))


@poor("softmax", "stability", "offset", DIVISION_FREE, "jax")
def exponential_of_logits_less_lse_in_jax(x: Any, axis: int = -1) -> Any:
    return jnp.exp(x - jax.nn.logsumexp(x, axis=axis, keepdims=True))


@poor("softmax", "stability", "offset", "explained by exponents scaled before the shift")
def base_two_scaled_before_the_shift(x: Array, axis: int = -1) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):
        largest = np.finfo(x.dtype).max
        scaled = np.clip(x * x.dtype.type(np.log2(np.e)), -largest, largest)
        e = np.exp2(scaled - scaled.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@poor("softmax", "stability", "offset", "explained by")
def blocks_merged_by_their_lse(x: Array, axis: int = -1) -> Array:
    """Pairs (o, lse), as of a decoder that splits a row."""
    o: Array = np.zeros((), x.dtype)
    lse: Array = np.zeros((), x.dtype)
    for number, block in enumerate(_blocks(x, axis)):
        own = _logsumexp(block, -1)
        part = np.exp(block - np.where(np.isinf(own), 0, own).astype(x.dtype))
        if number == 0:
            o, lse = part, own
            continue
        new = np.logaddexp(lse, own)
        safe = np.where(np.isinf(new), 0, new).astype(x.dtype)
        o = np.concatenate([o * np.exp(lse - safe), part * np.exp(own - safe)], axis=-1)
        lse = new
    return np.moveaxis(o, -1, axis)


@poor("log_softmax", "stability", "offset", STORED, formats=WIDE)
def logits_less_lse(x: Array, axis: int = -1) -> Array:
    return np.asarray(x - _logsumexp(x, axis))


@poor("log_softmax", "stability", "offset", STORED, "torch")
def logits_less_lse_in_torch(x: Tensor, axis: int = -1) -> Tensor:
    return x - torch.logsumexp(x, axis, keepdim=True)


@poor("log_softmax", "stability", "offset", STORED, "jax")
def logits_less_lse_in_jax(x: Any, axis: int = -1) -> Any:
    return x - jax.nn.logsumexp(x, axis=axis, keepdims=True)


@poor("logsumexp", "stability", "offset", REPEATED, formats=WIDE)
def one_logaddexp_after_another(x: Array, axis: int = -1) -> Array:
    return np.asarray(np.logaddexp.reduce(x, axis=axis))


@poor("cross_entropy", "stability", "offset", STORED)
def lse_less_the_logit_of_the_label(logits: Array, labels: Array) -> Array:
    lse = _logsumexp(logits, -1)[..., 0]
    return np.asarray(lse - np.take_along_axis(logits, labels[..., None], -1)[..., 0])


@poor("log_softmax", "accuracy", "leads", NO_LOG1P, formats=("float64", "float32", "bfloat16"))
@widened
def logarithm_of_the_softmax(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(np.log(e / e.sum(axis=axis, keepdims=True)))


@poor("log_softmax", "accuracy", "leads", NO_LOG1P, "torch", ("float32", "bfloat16"))
def logarithm_of_torch_at_a_sure_winner(x: Tensor, axis: int = -1) -> Tensor:
    return torch.log_softmax(x, axis)


@poor("cross_entropy", "accuracy", "leads", NO_LOG1P, "jax")
def loss_of_jax_at_a_sure_winner(logits: Any, labels: Any) -> Any:
    picked = jnp.take_along_axis(jax.nn.log_softmax(logits), labels[..., None], -1)
    return -picked[..., 0]


def _cut(x: Array, bits: int) -> Array:
    """The last bits set to zero, as a cast that truncates does it."""
    return (x.view(np.uint32) & np.uint32(-(1 << bits) % 2**32)).view(np.float32)


@poor("softmax", "accuracy", "uniform", BIASED, formats=("bfloat16",))
def cast_to_sixteen_bits_that_truncates(x: Array, axis: int = -1) -> Array:
    due = x.dtype
    e = np.exp((wide := x.astype(np.float32)) - wide.max(axis=axis, keepdims=True))
    return _cut(e / e.sum(axis=axis, keepdims=True), 16).astype(due)


@poor("softmax", "accuracy", "uniform", BIASED, "torch", ("bfloat16",))
def cast_of_torch_that_truncates(x: Tensor, axis: int = -1) -> Tensor:
    y = torch.softmax(x.float(), axis).contiguous()
    return (y.view(torch.int32) & -(1 << 16)).view(torch.float32).to(x.dtype)


@poor("logsumexp", "accuracy", "uniform", BIASED, "jax", ("bfloat16",))
def cast_of_jax_that_truncates(x: Any, axis: int = -1) -> Any:
    y = jax.nn.logsumexp(x.astype(jnp.float32), axis=axis)
    bits = jax.lax.bitcast_convert_type(y, jnp.uint32) & jnp.uint32(0xFFFF0000)
    return jax.lax.bitcast_convert_type(bits, jnp.float32).astype(x.dtype)


@poor("softmax", "accuracy", "uniform", BIASED)
def float64_cut_to_float32(x: Array, axis: int = -1) -> Array:
    wide = x.astype(np.float64)
    e = np.exp(wide - wide.max(axis=axis, keepdims=True))
    y = e / e.sum(axis=axis, keepdims=True)
    near = y.astype(np.float32)
    return np.where(near > y, np.nextafter(near, np.float32(0)), near)


@control("log_softmax", formats=ALL)
@widened
def log_softmax_by_log1p(x: Array, axis: int = -1) -> Array:
    """The sum of the others alone, of which log1p loses nothing."""
    d = x - x.max(axis=axis, keepdims=True)
    first = np.expand_dims(np.argmax(d, axis=axis), axis)
    e = np.exp(d)
    np.put_along_axis(e, first, 0, axis)
    return np.asarray(d - np.log1p(e.sum(axis=axis, keepdims=True)))


@control("softargmax", formats=ALL)
@widened
def softargmax_by_suffix_sums(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The sum over k of the mass at k and beyond; of a row of one there is no such k."""
    e = np.moveaxis(np.exp((x - x.max(axis=axis, keepdims=True)) * x.dtype.type(beta)), axis, -1)
    p = e / e.sum(axis=-1, keepdims=True)
    beyond = np.flip(np.cumsum(np.flip(p, -1), axis=-1), -1)
    return np.asarray(beyond[..., 1:].sum(axis=-1))


@control("softmax", formats=ALL)
@widened
def two_passes_over_blocks(x: Array, axis: int = -1) -> Array:
    """A maximum and a sum for each block, the sums brought to one maximum at the end."""
    blocks = _blocks(x, axis)
    tops = np.stack([block.max(axis=-1) for block in blocks], -1)
    top = tops.max(axis=-1, keepdims=True)
    safe = np.where(np.isinf(tops), 0, tops).astype(x.dtype)
    sums = np.stack(
        [np.exp(b - safe[..., [i]]).sum(axis=-1) for i, b in enumerate(blocks)], axis=-1
    )
    total = (sums * np.exp(tops - top)).sum(axis=-1, keepdims=True)
    return np.moveaxis(np.exp(np.concatenate(blocks, -1) - top) / total, -1, axis)


@control("softmax", formats=ALL)
@widened
def sigmoids_of_two_classes(x: Array, axis: int = -1) -> Array:
    """sigmoid(x - the other) for two classes, the usual formula for others."""
    if x.shape[axis] == 2:
        away = np.flip(x, axis) - x
        return np.asarray(1 / (1 + np.exp(away)))
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@control("softmax", "torch", ALL)
def exponents_of_torch_less_the_log_of_their_sum(x: Tensor, axis: int = -1) -> Tensor:
    """Without a division, and the shift first."""
    due = x.dtype if x.is_floating_point() else torch.float32
    wide = x.to(torch.promote_types(due, torch.float32))
    d = wide - wide.amax(axis, keepdim=True)
    return torch.exp(d - d.exp().sum(axis, keepdim=True).log()).to(due)
