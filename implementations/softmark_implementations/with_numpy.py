# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "ml-dtypes>=0.4"]
# ///
"""NumPy: the formulas as its users write them, for it has no softmax of its own.

The naive form is what teaching material shows; the shifted forms are the
least that is right.  Arithmetic is NumPy's own in every format, so float16 is
rounded to 16 bits after each step.  NumPy has no bfloat16 either; the package
``ml_dtypes``, which TensorFlow and JAX bring along, adds one.
"""

# Over 300 lines: one file a framework, so that adding one is one file.

from __future__ import annotations

import math
from importlib import metadata
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from softmark_implementations.declare import implementation
from softmark_implementations.framework import (
    CARRIERS,
    EDGES,
    GAPS,
    LAYOUTS,
    PAD,
    Bits,
    Framework,
    NotOffered,
)
from softmark_implementations.pages import bytes_at_the_edge
from softmark_implementations.shards import Order, merged

Array = NDArray[Any]


class NumPyFramework(Framework):
    """NumPy's arrays; it has neither devices nor derivatives.

    Attributes
    ----------
    both_byte_orders:
        Whether functions take arrays whose bytes are in the order of another processor.
    """

    name = "numpy"
    both_byte_orders = True
    formats = ("float64", "float32", "float16")  # it has no bfloat16 of its own

    def array(self, bits: Bits, format: str, device: str) -> Array:
        if device != "cpu":
            raise NotOffered(f"NumPy has no device {device}")
        return self._carried(bits, format).view(_dtype(format)).copy()

    def bits(self, array: Any) -> tuple[Bits, str]:
        if not isinstance(array, np.ndarray | np.generic):
            raise self._refuse(array)
        if isinstance(array, np.ma.MaskedArray):
            raise TypeError("a masked array, in which masked elements hold no result; fill it")
        format = array.dtype.name
        if format not in CARRIERS:
            raise TypeError(f"an array of dtype {format} is in none of softmark's formats")
        native = array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))
        return np.array(native, order="C").view(CARRIERS[format]), format

    def cast(self, array: Array, format: str) -> Array:
        with np.errstate(all="ignore"):
            return array.astype(_dtype(format))

    def wait(self, result: Any) -> None:
        """NumPy computes before it returns."""

    def waiter(self, device: str) -> None:
        return None

    def versions(self) -> dict[str, str]:
        return {"numpy": np.__version__, **_version_of("ml_dtypes")}

    def is_shared(self, result: Array, array: Array) -> bool:
        repeats = any(
            stride == 0 and size > 1
            for stride, size in zip(result.strides, result.shape, strict=True)
        )
        return repeats or np.may_share_memory(result, array)

    def is_read_only(self, result: Array) -> bool:
        return isinstance(result, np.ndarray) and not result.flags.writeable

    def arranged(self, array: Array, layout: str) -> Array:
        match layout:
            case "transposed" if array.ndim > 1:
                return array.swapaxes(-1, -2).copy().swapaxes(-1, -2)
            case "broadcast" if array.ndim > 1 and _rows_are_equal(array):
                return np.broadcast_to(array[:1].copy(), array.shape)
            case "expanded" if _rows_are_equal(array.reshape(-1, 1)):
                one = array.reshape(-1)[:1].copy()
                return np.lib.stride_tricks.as_strided(one, array.shape, (0,) * array.ndim)
            case "permuted" if array.ndim > 2:
                return _innermost(array, 0)
            case "channels-last" if array.ndim == 4:
                return _innermost(array, 1)
            case "foreign" if not self.both_byte_orders:
                raise NotOffered(f"{self.name} has no foreign arrays, of another byte order")
            case "foreign" if array.dtype.isbuiltin == 1:
                return array.astype(array.dtype.newbyteorder())
            case "read-only":
                view = array.copy()
                view.flags.writeable = False
                return view
            case "strided" | "padded" | "spaced" | "reversed" if array.ndim > 0:
                view = _with_gaps(array, layout)
            case "rows-reversed" if array.ndim > 1:
                view = _filled(array.shape, array.dtype)[::-1]
            case "offset":
                view = _filled((array.size + 1,), array.dtype)[1:].reshape(array.shape)
            case "contiguous":
                return array
            case name if name in EDGES:
                place = bytes_at_the_edge(array.nbytes, name)
                view = place.view(array.dtype).reshape(array.shape)
            case name if name in LAYOUTS:
                what = f"an array of shape {array.shape} and type {array.dtype.name}"
                raise NotOffered(f"{what} cannot be {layout}")
            case _:
                return super().arranged(array, layout)
        view[...] = array
        return view

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        np.random.seed(seed)  # the legacy generator is the one that has a global state
        return {"seed": seed, "threads": 1, "denormals": self.denormals()}

    def generator(self, seed: int) -> np.random.Generator:
        return np.random.default_rng(seed)


FRAMEWORK = NumPyFramework()


def _with_gaps(array: Array, layout: str) -> Array:
    """Room for the array; the gaps hold ``GAPS`` in turn, so that who reads them is found out."""
    *rows, n = array.shape
    if layout == "strided":
        return _filled((*rows, 2 * n), array.dtype)[..., ::2]
    if layout in ("padded", "spaced"):
        gap = PAD if layout == "padded" else 2 * n + PAD
        return _filled((*rows, n + gap), array.dtype)[..., :n]
    return _filled(array.shape, array.dtype)[(slice(None, None, -1),) * array.ndim]


def _filled(shape: tuple[int, ...], dtype: np.dtype[Any]) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):  # of 2^100 in 16 bits, NaN in whole numbers
        return np.resize(np.array(GAPS).astype(dtype), shape)


def _innermost(array: Array, axis: int) -> Array:
    return np.moveaxis(np.moveaxis(array, axis, -1).copy(), -1, axis)


def _rows_are_equal(array: Array) -> bool:
    carried = array.view(CARRIERS[array.dtype.name])
    return bool((carried == carried[:1]).all())


def _dtype(format: str) -> np.dtype[Any]:
    if format in ("bfloat16", "float8_e4m3fn", "float8_e5m2"):
        if find_spec("ml_dtypes") is None:
            raise NotOffered(f"NumPy has no {format}; install ml_dtypes, which adds it")
        import ml_dtypes

        return np.dtype(getattr(ml_dtypes, format))
    return np.dtype(format)


def _version_of(distribution: str) -> dict[str, str]:
    try:
        return {distribution: metadata.version(distribution)}
    except metadata.PackageNotFoundError:
        return {}


@implementation("softmax", "naive", gradient=False)
def naive_softmax(x: Array, axis: int = -1) -> Array:
    """The formula as it stands in books, ``exp(x) / sum(exp(x))``."""
    e = np.exp(x)
    return e / e.sum(axis=axis, keepdims=True)


@implementation("softmax", gradient=False)
def softmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The same after the maximum is subtracted, so that nothing overflows."""
    shifted = x - x.max(axis=axis, keepdims=True)
    if beta != 1.0:
        # In float64, because beta may be beyond float16; minus infinity is right for the product.
        with np.errstate(over="ignore"):
            shifted = (np.float64(beta) * shifted).astype(x.dtype)
    e = np.exp(shifted)
    return e / e.sum(axis=axis, keepdims=True)


@implementation("softmax", "in-place", formats=("float64", "float32"), gradient=False)
def in_place_softmax(x: Array, axis: int = -1) -> Array:
    """The same in one array, by ``out=``: each step writes where the last one wrote."""
    result = np.subtract(x, x.max(axis=axis, keepdims=True))
    np.exp(result, out=result)
    return np.divide(result, result.sum(axis=axis, keepdims=True), out=result)


@implementation("log_softmax", gradient=False)
def log_softmax(x: Array, axis: int = -1) -> Array:
    """Shifted logits, less the logarithm of the sum of their exponentials."""
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))


@implementation("softmax", "scaled", formats=("float32",), gradient=False)
def scaled_softmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """``softmax(x * beta)`` as written: the product comes before the shift, and may overflow."""
    return softmax(x * x.dtype.type(beta), axis)


@implementation("log_softmax", "composed", formats=("float32",), gradient=False)
def composed_log_softmax(x: Array, axis: int = -1) -> Array:
    """``log(softmax(x))``, as the documentation of log_softmax advises against."""
    return np.log(softmax(x, axis))


@implementation("logsumexp", gradient=False)
def logsumexp(x: Array, axis: int = -1) -> Array:
    """The maximum, plus the logarithm of the sum of the shifted exponentials."""
    maximum = x.max(axis=axis, keepdims=True)
    total = np.exp(x - maximum).sum(axis=axis)
    return np.squeeze(maximum, axis=axis) + np.log(total)


@implementation("logsumexp", "logaddexp", formats=("float64", "float32", "float16"), gradient=False)
def logsumexp_logaddexp(x: Array, axis: int = -1) -> Array:
    """A tree of ``numpy.logaddexp``, which merges the totals of two halves."""
    rows = np.moveaxis(x, axis, -1)
    while (half := rows.shape[-1] // 2) > 0:
        merged = np.logaddexp(rows[..., :half], rows[..., half : 2 * half])
        rows = np.concatenate([merged, rows[..., 2 * half :]], axis=-1)
    return rows[..., 0].copy() if rows.shape[-1] else np.full(rows.shape[:-1], -np.inf, x.dtype)


@implementation(
    "softargmax",
    "merge",
    formats=("float64", "float32"),
    gradient=False,
    takes="size<=1e4,integers=no",
)
def softargmax_merged(x: Array, axis: int = -1) -> Array:
    """Parts of 64 logits, whose pairs (o, lse) are merged in a tree, as split attention does.

    The stored logsumexp rounds the weights the more the larger the logits are.
    """
    rows = np.moveaxis(x, axis, -1)
    parts = -(-rows.shape[-1] // 64)
    wide = np.full((*rows.shape[:-1], 64 * parts), -np.inf, x.dtype)
    wide[..., : rows.shape[-1]] = rows
    index = np.arange(64 * parts, dtype=x.dtype).reshape(parts, 64)
    o, lse = _part(wide.reshape(*rows.shape[:-1], parts, 64), index)
    while (half := o.shape[-1] // 2) > 0:
        first, second = slice(0, half), slice(half, 2 * half)
        merged = merge_pairs(o[..., first], lse[..., first], o[..., second], lse[..., second])
        o, lse = (
            np.concatenate([new, old[..., 2 * half :]], axis=-1)
            for new, old in zip(merged, (o, lse), strict=True)
        )
    return o[..., 0]


def _part(x: Array, values: Array) -> tuple[Array, Array]:
    """The mean of values under the softmax of a part, and its logsumexp."""
    top = x.max(axis=-1, keepdims=True)
    e = np.exp(x - np.where(np.isneginf(top), x.dtype.type(0), top))
    total = e.sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        o = (e * values).sum(axis=-1) / total
        return np.where(total == 0, total, o), np.log(total) + top[..., 0]


def merge_pairs(o1: Array, a: Array, o2: Array, b: Array) -> tuple[Array, Array]:
    """``(o1 e^a + o2 e^b) / (e^a + e^b)`` and ``log(e^a + e^b)``; of empty parts 0 and -inf."""
    top = np.maximum(a, b)
    origin = np.where(np.isneginf(top), top.dtype.type(0), top)
    e1, e2 = np.exp(a - origin), np.exp(b - origin)
    total = e1 + e2
    with np.errstate(divide="ignore", invalid="ignore"):
        o = np.where(total == 0, total, (o1 * e1 + o2 * e2) / total)
        return o, origin + np.log(total)


@implementation("softargmax", gradient=False)
def softargmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The expected index under ``softmax(beta x)``."""
    weights = np.moveaxis(softmax(x, axis, beta), axis, -1)
    return (weights * np.arange(weights.shape[-1])).sum(axis=-1).astype(weights.dtype)


@implementation("smooth_max", gradient=False)
def smooth_max(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The expected logit under ``softmax(beta x)``: softmax(z).z."""
    return (softmax(x, axis, beta) * x).sum(axis=axis)


@implementation("smooth_max", "hardmax", gradient=False, fixed_beta=1e999)
def hard_max(x: Array, axis: int = -1) -> Array:
    """hardmax(z).z, the maximum itself: the limit as the inverse temperature grows.

    1e999 is how a literal says infinity.
    """
    return (hardmax(x, axis) * x).sum(axis=axis)


@implementation("logaddexp", formats=("float64", "float32", "float16"), gradient=False)
def logaddexp(x: Array, other: Array) -> Array:
    """``numpy.logaddexp``."""
    return np.logaddexp(x, other)


@implementation("logaddexp", "base2", formats=("float64", "float32"), gradient=False)
def logaddexp_base2(x: Array, other: Array) -> Array:
    """``numpy.logaddexp2`` of totals in base 2, as kernels hold them, and back to base e."""
    scale = np.result_type(x, np.float16).type(math.log2(math.e))
    return np.logaddexp2(x * scale, other * scale) / scale


@implementation("binary_cross_entropy", formats=("float64", "float32", "float16"), gradient=False)
def binary_cross_entropy(x: Array, target: Array) -> Array:
    """``max(x, 0) - t x + log1p(e^-|x|)``."""
    return np.maximum(x, 0) - target * x + np.log1p(np.exp(-np.abs(x)))


@implementation("binary_cross_entropy", "composed", formats=("float64", "float32"), gradient=False)
def composed_binary_cross_entropy(x: Array, target: Array) -> Array:
    """``-t log(y) - (1 - t) log(1 - y)`` of the rounded sigmoid."""
    y = sigmoid(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        return -target * np.log(y) - (1 - target) * np.log(1 - y)


@implementation("sparsemax", formats=("float64", "float32"), gradient=False)
def sparsemax(x: Array, axis: int = -1) -> Array:
    """Its threshold from sorted logits and their running sum, shifted by the maximum."""
    rows = np.moveaxis(x, axis, -1)
    rows = rows - rows.max(axis=-1, keepdims=True)
    ordered = -np.sort(-rows, axis=-1)
    total = np.cumsum(ordered, axis=-1, dtype=rows.dtype) - 1
    count = np.arange(1, rows.shape[-1] + 1, dtype=rows.dtype)
    size = np.maximum((count * ordered > total).sum(axis=-1, keepdims=True), 1)
    threshold = np.take_along_axis(total, size - 1, axis=-1) / size.astype(rows.dtype)
    return np.moveaxis(np.maximum(rows - threshold, 0), -1, axis)


@implementation("softplus", formats=("float64", "float32", "float16"), gradient=False)
def softplus(x: Array) -> Array:
    """``np.logaddexp(x, 0)``."""
    return np.logaddexp(x, np.zeros_like(x))


@implementation("softplus", "naive", formats=("float32",), gradient=False)
def naive_softplus(x: Array) -> Array:
    """log(1 + e^x), as its definition reads."""
    return np.log(1 + np.exp(x))


@implementation("log_sigmoid", formats=("float64", "float32", "float16"), gradient=False)
def log_sigmoid(x: Array) -> Array:
    """``-np.logaddexp(-x, 0)``."""
    return -np.logaddexp(-x, np.zeros_like(x))


@implementation("sigmoid", gradient=False)
def sigmoid(x: Array) -> Array:
    """The exponential of minus the magnitude, so that it cannot overflow."""
    e = np.exp(-np.abs(x))
    one = x.dtype.type(1)
    return np.where(x >= 0, one, e) / (one + e)


@implementation("cross_entropy", labels=("index", "probability"), gradient=False)
def cross_entropy(logits: Array, labels: Array) -> Array:
    """Minus the label's entry of ``log_softmax``, or minus its mean under the labels.

    A class of probability 0 adds nothing, even where its logarithm is infinite.
    """
    logarithms = log_softmax(logits)
    if labels.dtype.kind in "iu":
        chosen = np.take_along_axis(logarithms, labels[..., np.newaxis], axis=-1)
        return -np.squeeze(chosen, axis=-1)
    finite = np.where(labels == 0, labels, logarithms)  # a class without a share adds nothing
    return -(labels * finite).sum(axis=-1)


@implementation(
    "cross_entropy",
    "options",
    formats=("float64", "float32"),
    axes="last",
    ranks=(2,),
    labels=("index",),
    gradient=False,
)
def cross_entropy_options(
    logits: Array,
    labels: Array,
    weight: Array | None = None,
    ignore_index: int = -100,
    reduction: str = "none",
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
) -> Array:
    """Each option by the formula of PyTorch's documentation, from ``log_softmax``.

    ``z_loss`` goes with no weights.
    """
    kept = labels != ignore_index
    safe = np.where(kept, labels, 0)
    weights = np.ones(logits.shape[-1], logits.dtype) if weight is None else weight
    logarithms = log_softmax(logits)
    of_label = weights[safe] * np.take_along_axis(logarithms, safe[:, np.newaxis], axis=-1)[:, 0]
    uniform = (weights * logarithms).mean(axis=-1) if label_smoothing else logits.dtype.type(0)
    losses = -((1 - label_smoothing) * of_label + label_smoothing * uniform)
    if z_loss:
        losses = losses + z_loss * logsumexp(logits) ** 2
    losses = np.where(kept, losses, logits.dtype.type(0))
    if reduction == "none":
        return losses
    total = losses.sum()
    return total if reduction == "sum" else total / (weights[safe] * kept).sum()


@implementation("softmax", "vocab_parallel", formats=("float32",), gradient=False)
def softmax_vocab_parallel(
    x: Array, axis: int = -1, *, ranks: int = 4, order: Order | None = None
) -> Array:
    """Shards on 4 ranks that exchange their maximum and their sum of exponentials."""
    shards = np.array_split(x, ranks, axis=axis)
    top = merged([_top(shard, axis) for shard in shards], np.maximum, order)
    e = [np.exp(shard - top) for shard in shards]
    total = merged([part.sum(axis=axis, keepdims=True) for part in e], np.add, order)
    return np.concatenate(e, axis=axis) / total


@implementation(
    "cross_entropy",
    "vocab_parallel",
    formats=("float32",),
    axes="last",
    ranks=(2,),
    labels=("index",),
    gradient=False,
)
def cross_entropy_vocab_parallel(
    logits: Array,
    labels: Array,
    label_smoothing: float = 0.0,
    *,
    ranks: int = 4,
    order: Order | None = None,
) -> Array:
    """Shards of the classes on 4 ranks, as Megatron-LM has them.

    They exchange a maximum, a sum of exponentials, the label's logit, which is on one of the ranks,
    and for label smoothing the sum of the logits.
    """
    shards = np.array_split(logits, ranks, axis=-1)
    top = merged([_top(shard, -1) for shard in shards], np.maximum, order)[:, 0]
    starts = np.cumsum([0, *(shard.shape[-1] for shard in shards)])
    shifted = [shard - top[:, np.newaxis] for shard in shards]
    total = merged([np.exp(part).sum(axis=-1) for part in shifted], np.add, order)
    chosen = merged(
        [_label_of(part, labels - first) for part, first in zip(shifted, starts, strict=False)],
        np.add,
        order,
    )
    losses = np.log(total) - chosen
    if not label_smoothing:
        return losses
    sums = merged([part.sum(axis=-1) for part in shifted], np.add, order)
    uniform = np.log(total) - sums / logits.shape[-1]
    return ((1 - label_smoothing) * losses + label_smoothing * uniform).astype(logits.dtype)


def _top(shard: Array, axis: int) -> Array:
    """The maximum of a shard, which may be empty."""
    return shard.max(axis=axis, keepdims=True, initial=-np.inf)


def _label_of(shard: Array, places: Array) -> Array:
    """The label's logit where a shard has it, else 0."""
    here = (places >= 0) & (places < shard.shape[-1])
    found = np.zeros(len(shard), shard.dtype)
    found[here] = shard[here, places[here]]
    return found


@implementation("masked_softmax", formats=("float32",), gradient=False)
def masked_softmax(x: Array, mask: Array, axis: int = -1) -> Array:
    """Minus infinity in place of what is masked, then the shifted formula."""
    return softmax(np.where(mask, x, x.dtype.type(-np.inf)), axis)


@implementation("masked_softmax", "ufunc-where", formats=("float32",), gradient=False)
def masked_softmax_where(x: Array, mask: Array, axis: int = -1) -> Array:
    """The ufuncs' own ``where=``: what is masked is never read; a row without any is 0."""
    top = x.max(axis=axis, keepdims=True, where=mask, initial=-np.inf)
    shifted = np.subtract(x, top, where=mask, out=np.zeros_like(x))
    e = np.exp(shifted, where=mask, out=np.zeros_like(x))
    total = e.sum(axis=axis, keepdims=True)
    return np.divide(e, total, where=total > 0, out=e)


@implementation("masked_softmax", "additive", formats=("float32",), gradient=False)
def masked_softmax_additive(x: Array, mask: Array, axis: int = -1) -> Array:
    """-1e9 added to what is masked, as transformers from scratch write it."""
    return softmax(x + (1 - mask.astype(x.dtype)) * x.dtype.type(-1e9), axis)


@implementation("masked_log_softmax", formats=("float32",), gradient=False)
def masked_log_softmax(x: Array, mask: Array, axis: int = -1) -> Array:
    """Minus infinity in place of what is masked, then ``log_softmax``."""
    return log_softmax(np.where(mask, x, x.dtype.type(-np.inf)), axis)


@implementation("masked_logsumexp", "ufunc-where", formats=("float32",), gradient=False)
def masked_logsumexp_where(x: Array, mask: Array, axis: int = -1) -> Array:
    """``numpy.logaddexp.reduce`` with its own ``where=``."""
    return np.asarray(np.logaddexp.reduce(x, axis=axis, where=mask, initial=-np.inf))


@implementation("softcap_softmax", formats=("float64", "float32"), gradient=False)
def softcap_softmax(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    """The shifted formula of ``cap * np.tanh(x / cap)``."""
    return softmax(cap * np.tanh(x / cap), axis)


@implementation("sink_softmax", formats=("float32",), gradient=False)
def sink_softmax(x: Array, sink: Array, axis: int = -1) -> Array:
    """The shifted formula; the sink takes part in the maximum and in the sum."""
    top = np.maximum(x.max(axis=axis, keepdims=True), sink)
    e = np.exp(x - top)
    return e / (e.sum(axis=axis, keepdims=True) + np.exp(sink - top))


@implementation("entropy", formats=("float32",), gradient=False)
def entropy(x: Array, axis: int = -1) -> Array:
    """The logarithm of the shifted sum, and the mean distance from the maximum."""
    below = x.max(axis=axis, keepdims=True) - x
    e = np.exp(-below)
    total = e.sum(axis=axis)
    distances = np.multiply(e, below, where=e > 0, out=np.zeros_like(e)).sum(axis=axis)
    return np.asarray(np.log(total) + distances / total)


@implementation("kl_divergence", formats=("float32",), gradient=False)
def kl_divergence(x: Array, other: Array, axis: int = -1) -> Array:
    """The difference of two log-probabilities under the weights of the first."""
    log_p, log_q = log_softmax(x, axis), log_softmax(other, axis)
    p = np.exp(log_p)
    terms = np.multiply(p, log_p - log_q, where=p != 0, out=np.zeros_like(p))
    return np.asarray(terms.sum(axis=axis))


@implementation("argmax", gradient=False)
def argmax(x: Array, axis: int = -1) -> Array:
    """``numpy.argmax``: the first of equal maxima."""
    return np.asarray(np.argmax(x, axis=axis))


@implementation("hardmax", gradient=False)
def hardmax(x: Array, axis: int = -1) -> Array:
    """One at the first maximum, zero elsewhere."""
    result = np.zeros_like(x)
    first = np.expand_dims(np.argmax(x, axis=axis), axis)
    np.put_along_axis(result, first, x.dtype.type(1), axis=axis)
    return result
