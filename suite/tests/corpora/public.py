"""Faults of released libraries, as known_failures.toml lists them, each written anew in NumPy."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import torch
from numpy.typing import NDArray

from corpora import fault

Array = NDArray[Any]
HALF = ("float16",)
NUMPY_SUM = "https://numpy.org/doc/stable/user/basics.types.html#overflow-errors"
ONEDNN = "https://github.com/uxlfoundation/oneDNN/blob/main/src/cpu/x64"


def _shifted(x: Array, axis: int) -> Array:
    return np.asarray(x - x.max(axis=axis, keepdims=True))


def _softmax(x: Array, axis: int = -1) -> Array:
    e = np.exp(_shifted(x, axis))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@fault("https://doi.org/10.1093/imanum/draa038")
def without_the_shift(x: Array, axis: int = -1) -> Array:
    e = np.exp(x)
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@fault("https://github.com/jax-ml/ml_dtypes/issues/63", formats=("bfloat16",))
def a_sum_in_bfloat16(x: Array, axis: int = -1) -> Array:
    """One term after the other, so that a sum of ones stops at 256."""
    e = np.exp(_shifted(x.astype(np.float32), axis)).astype(ml_dtypes.bfloat16)
    total = np.add.accumulate(e, axis=axis).take([-1], axis=axis) if e.shape[axis] else e
    return np.asarray((e.astype(np.float32) / total.astype(np.float32)).astype(x.dtype))


@fault(NUMPY_SUM, "log_softmax", formats=HALF)
def a_sum_of_float16_overflows(x: Array, axis: int = -1) -> Array:
    d = _shifted(x, axis)
    return np.asarray(d - np.log(np.exp(d).sum(axis=axis, keepdims=True)))


@fault(NUMPY_SUM, "logsumexp", formats=HALF)
def the_logarithm_of_a_sum_of_float16(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    return np.asarray(np.squeeze(top, axis) + np.log(np.exp(x - top).sum(axis=axis)))


@fault("https://github.com/numpy/numpy/issues/15785", formats=HALF)
def a_running_sum_of_float16(x: Array, axis: int = -1) -> Array:
    """Along any axis but the last it stops at 2048."""
    e = np.exp(_shifted(x, axis))
    return np.asarray(e / np.add.accumulate(e, axis=axis).take([-1], axis=axis))


@fault(f"{ONEDNN}/injectors/jit_uni_eltwise_injector.cpp")
def zero_one_binade_above_the_subnormals(x: Array, axis: int = -1) -> Array:
    e = np.exp(_shifted(x, axis))
    return _softmax(x, axis) * (e >= 2.0**-125)


@fault(f"{ONEDNN}/jit_uni_softmax.cpp")
def nan_stays_in_its_place(x: Array, axis: int = -1) -> Array:
    """The rest of its row is 0."""
    rows = np.where(np.isnan(x), -np.inf, x).astype(x.dtype)
    hidden = np.isnan(x).any(axis=axis, keepdims=True)
    return np.where(np.isnan(x), np.nan, np.where(hidden, 0, _softmax(rows, axis))).astype(x.dtype)


@fault("https://numpy.org/doc/stable/user/basics.types.html#overflow-errors")
def the_scale_before_the_shift(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    return _softmax(x * x.dtype.type(beta), axis)


@fault(
    "https://docs.pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html",
    "log_softmax",
)
def the_logarithm_of_a_softmax(x: Array, axis: int = -1) -> Array:
    return np.log(_softmax(x, axis))


@fault("https://github.com/microsoft/onnxruntime/issues/22557", "sigmoid")
def an_absolute_error_of_1e_7(x: Array) -> Array:
    y = 0.5 * (1 + np.tanh(0.5 * x.astype(np.float64)))
    return np.where(y < 1e-8, 0, np.rint(y * 2**24) / 2**24).astype(x.dtype)


@fault("https://github.com/microsoft/onnxruntime/pull/5583", "logsumexp")
def a_shift_of_zero_where_the_first_is_masked(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    first = np.isneginf(x.take([0], axis=axis))
    base = np.where(first | np.isinf(top), 0, top).astype(x.dtype)
    return np.asarray(np.squeeze(base, axis) + np.log(np.exp(x - base).sum(axis=axis)))


@fault("https://onnx.ai/onnx/operators/onnx__ReduceLogSumExp.html", "logsumexp")
def a_logarithm_of_a_sum_without_shift(x: Array, axis: int = -1) -> Array:
    return np.asarray(np.log(np.exp(x).sum(axis=axis)))


@fault(
    "https://github.com/microsoft/onnxruntime/blob/main/onnxruntime/core/providers/cpu/math/softmax_shared.cc",
    "log_softmax",
)
def a_sum_of_1e_20_at_least(x: Array, axis: int = -1) -> Array:
    """A NaN does not survive the maximum."""
    d = _shifted(x, axis)
    total = np.fmax(np.exp(d).sum(axis=axis, keepdims=True), x.dtype.type(1e-20))
    return np.asarray(
        np.where(np.isnan(x), x, x - np.fmax.reduce(x, axis=axis, keepdims=True)) - np.log(total)
    )


@fault("https://github.com/ml-explore/mlx/pull/4178", formats=HALF)
def lanes_of_float16(x: Array, axis: int = -1) -> Array:
    """Eight running sums of float16."""
    rows = np.moveaxis(np.exp(_shifted(x, axis)), axis, -1)
    lanes = [
        np.add.accumulate(rows[..., i::8], axis=-1)[..., -1:] for i in range(min(8, rows.shape[-1]))
    ]
    total = np.concatenate(lanes, axis=-1).sum(axis=-1, keepdims=True, dtype=np.float16)
    return np.moveaxis(rows / total, -1, axis)


@fault("https://github.com/tinygrad/tinygrad/blob/master/tinygrad/uop/symbolic.py")
def a_row_of_one_is_simplified(x: Array, axis: int = -1) -> Array:
    """x - x is 0 before anything is computed, though x may be NaN."""
    return np.ones_like(x) if x.shape[axis] == 1 else _softmax(x, axis)


@fault("https://github.com/ml-explore/mlx/issues/3047", formats=("float64",))
def the_exponential_of_float32(x: Array, axis: int = -1) -> Array:
    e = np.exp(_shifted(x, axis).astype(np.float32)).astype(x.dtype)
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


@fault("https://github.com/pytorch/pytorch/issues/198155")
def whole_numbers_are_cut_off(x: Array, axis: int = -1) -> Array:
    return _softmax(x.astype(np.result_type(x, np.float32)), axis).astype(x.dtype)


@fault("https://github.com/ml-explore/mlx/blob/main/mlx/ops.cpp", "logsumexp")
def a_batch_of_no_rows_is_refused(x: Array, axis: int = -1) -> Array:
    top = np.reshape(x.max(), -1)  # of all of it, which must not be empty
    own = x.max(axis=axis, keepdims=True) + 0 * np.where(np.isfinite(top), top, 0)
    base = np.where(np.isinf(own), 0, own).astype(x.dtype)
    return np.asarray(np.squeeze(base, axis) + np.log(np.exp(x - base).sum(axis=axis)))


@fault("https://github.com/google-deepmind/optax/issues/896", "cross_entropy", "torch")
def a_masked_class_times_zero(logits: Any, labels: Any) -> Any:
    """Labels as a one-hot row: 0 times an infinite log-probability is NaN."""
    wide = logits if logits.is_floating_point() else logits.float()
    one_hot = torch.nn.functional.one_hot(labels.long(), wide.shape[-1]).to(wide.dtype)
    return -(one_hot * torch.log_softmax(wide, -1)).sum(-1)


@fault(
    "https://github.com/pytorch/pytorch/blob/main/tools/autograd/derivatives.yaml",
    "logsumexp",
    "torch",
)
def a_gradient_from_the_rounded_result(x: Any, axis: int = -1) -> Any:
    return torch.logsumexp(x if x.is_floating_point() else x.float(), axis)


@fault("https://github.com/jax-ml/jax/issues/40409", "log_softmax", "torch", ("bfloat16",))
def a_backward_that_sums_in_16_bits(x: Any, axis: int = -1) -> Any:
    return _Summed.apply(x, axis)  # type: ignore[no-untyped-call]


class _Summed(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Any, axis: int) -> Any:
        y = torch.log_softmax(x.float(), axis)
        ctx.save_for_backward(y)
        ctx.axis, ctx.due = axis, x.dtype
        return y.to(x.dtype)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (y,) = ctx.saved_tensors
        g = grads[0]
        total = torch.zeros_like(g.select(ctx.axis, 0))
        for i in range(g.shape[ctx.axis]):
            total = total + g.select(ctx.axis, i)
        return (g.float() - y.exp() * total.unsqueeze(ctx.axis).float()).to(ctx.due), None
