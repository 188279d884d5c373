# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "ml-dtypes>=0.4", "jax>=0.4.36"]
# ///
"""JAX: its softmax family, dispatched one operation at a time and compiled as a whole.

JAX computes float64 in float32 unless x64 is enabled, so 64 bits are
switched on for the process.  The ``jit`` variants let XLA fuse the whole
function; the others compile each primitive on its own.
"""

# Over 300 lines: one file a framework, so that adding one is one file.

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from operator import methodcaller
from typing import Any

import jax
import jax.numpy as jnp
import ml_dtypes
import numpy as np
from jax.experimental.compilation_cache import compilation_cache

from softmark_implementations.declare import implementation
from softmark_implementations.device import DeviceTimer
from softmark_implementations.framework import CARRIERS, Bits, Framework, Mode, NotOffered
from softmark_implementations.timers import HostTimer

FOUND = jax.config.jax_enable_x64  # what a process that only has us as a guest wants back
jax.config.update("jax_enable_x64", True)

Array = Any


class JaxFramework(Framework):
    """JAX's arrays and its transformations."""

    name = "jax"

    def array(self, bits: Bits, format: str, device: str) -> Array:
        if device not in self.devices():
            raise NotOffered(f"JAX finds no device {device} here")
        carried = self._carried(bits, format).copy()
        return jax.device_put(carried.view(_dtype(format)), jax.devices(device)[0])

    def bits(self, array: Any) -> tuple[Bits, str]:
        if not isinstance(array, jax.Array) or isinstance(array, jax.core.Tracer):
            raise self._refuse(array)
        format = array.dtype.name
        if format not in CARRIERS:
            raise TypeError(f"an array of dtype {format} is in none of softmark's formats")
        return np.array(array, order="C").view(CARRIERS[format]), format

    def cast(self, array: Array, format: str) -> Array:
        return array.astype(_dtype(format))

    def wait(self, result: Any) -> None:
        jax.block_until_ready(result)

    def waiter(self, device: str) -> Callable[[Any], object]:
        return methodcaller("block_until_ready")  # 0.6 us a call less than the function for trees

    def timer(self, device: str) -> DeviceTimer | None:
        if device == "cpu":
            return None
        card = jax.devices(device)[0]
        return HostTimer("JAX", lambda nbytes: _written(nbytes, card))

    def copier(self, source: Array) -> Callable[[], Array]:
        return functools.partial(jnp.copy, source)

    def versions(self) -> dict[str, str]:
        return {
            "jax": jax.__version__,
            "jaxlib": jax.lib.__version__,
            "numpy": np.__version__,
            "ml_dtypes": ml_dtypes.__version__,
        }

    def devices(self) -> dict[str, str]:
        try:
            return {"cpu": "cpu", "cuda": jax.devices("cuda")[0].device_kind}
        except RuntimeError:  # no such backend
            return {"cpu": "cpu"}

    def place(self, array: Array) -> str:
        platform = next(iter(array.devices())).platform
        return "cuda" if platform == "gpu" else platform

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        """Nothing can be set: JAX has no global seed, and as many threads as it may use cores."""
        denormals = {device: self.denormals(device) for device in self.devices()}
        return {"seed": None, "threads": len(os.sched_getaffinity(0)), "denormals": denormals}

    def generator(self, seed: int) -> Array:
        return jax.random.key(seed)

    def shared_state(self) -> dict[str, tuple[Callable[[], Any], Callable[[Any], object]]]:
        return {"JAX's configuration": (lambda: {**jax.config.values}, _set_configuration)}

    @contextmanager
    def visiting(self, is_new: bool) -> Iterator[None]:
        own = FOUND if is_new else jax.config.jax_enable_x64
        jax.config.update("jax_enable_x64", True)
        try:
            yield
        finally:
            jax.config.update("jax_enable_x64", own)

    def bound(self, function: Callable[..., Any], keywords: dict[str, Any]) -> Any:
        """The same under ``jax.jit`` again, with its other options: what is bound is not traced."""
        compiled: Any = getattr(function, "__func__", function)  # of a method
        owner = getattr(function, "__self__", None)
        if _is_jitted(call := vars(type(function)).get("__call__")):  # an object that is called
            compiled, owner = call, function
        if not _is_jitted(compiled):
            return None
        again = jax.jit(functools.partial(compiled.__wrapped__, **keywords), **_options(compiled))
        return again if compiled is function else functools.partial(again, owner)

    def tried(self, function: Callable[..., Any], *arrays: Array) -> object:
        return jax.eval_shape(function, *arrays)

    def modes(self) -> dict[str, Mode]:
        mapped: dict[str, Any] = {"adds_an_axis": True, "differentiated": True}
        of_gradient: dict[str, Any] = {"adds_an_axis": True, "of_gradient": True}
        return {
            "jit": Mode(lambda f, *arrays: jax.jit(f)(*arrays)),
            "vmap": Mode(_mapped, adds_an_axis=True, differentiated=True),
            "vmap over the last axis": Mode(_mapped_over_the_last, **mapped),
            "grad": Mode(_while_grad),
            "jit of vmap of grad": Mode(_compiled_map_of_grad, is_costly=True, **mapped),
            "vmap of vjp": Mode(_mapped_over_the_last, **of_gradient),
        }

    @contextmanager
    def compiling_anew(self) -> Iterator[None]:
        own = jax.config.jax_enable_compilation_cache
        if not own or jax.config.jax_compilation_cache_dir is None:
            yield
            return
        _keep_compilations(False)
        try:
            yield
        finally:
            _keep_compilations(own)

    def watched(self, work: Callable[[], Any]) -> tuple[Any, str]:
        return work(), "jax_disable_jit is set" if jax.config.jax_disable_jit else ""

    def count_exactly(self) -> None:
        jax.config.update("jax_cpu_enable_async_dispatch", False)

    def peak(self, work: Callable[[], None], device: str) -> int | None:
        if device != "cuda":
            return None
        card = jax.devices("cuda")[0]
        held = card.memory_stats()
        if held is None:
            raise NotOffered("XLA's allocator keeps no count here")
        # JAX forgets no peak, so as much is held as ever was: whatever comes on top is a new one.
        ballast = _written(held["peak_bytes_in_use"] - held["bytes_in_use"], card)
        before = card.memory_stats()["bytes_in_use"]
        work()
        highest = card.memory_stats()["peak_bytes_in_use"]
        del ballast
        return highest - before

    def pullback(
        self, function: Callable[[Array], Array], x: Array, *, again: bool = False
    ) -> tuple[Array, Callable[[Array], Any]]:
        y, pull = jax.vjp(function, x)
        return y, lambda cotangent: pull(cotangent)[0] if _is_floating(y) else None

    def jvp(self, function: Callable[[Array], Array], x: Array, tangent: Array) -> Any:
        y, derivative = _forward(function, x, tangent)
        return derivative if _is_floating(y) else None

    def hvp(
        self, function: Callable[[Array], Array], x: Array, cotangent: Array, tangent: Array
    ) -> Any:
        if not _is_floating(jax.eval_shape(function, x)):
            return None
        return _forward(lambda at: jax.vjp(function, at)[1](cotangent)[0], x, tangent)[1]


def _forward(function: Callable[[Array], Array], x: Array, tangent: Array) -> Any:
    """The result and its derivative along a tangent, which custom_vjp does not have.

    Its rule may call the function itself, so that the rule has none either.
    """
    try:
        return jax.jvp(function, (x,), (tangent,))
    except TypeError as error:
        if "custom_vjp" not in str(error):
            raise
        raise NotOffered("a function under custom_vjp has no forward derivative") from error


FRAMEWORK = JaxFramework()


def _keep_compilations(is_kept: bool) -> None:
    """JAX looks once whether it keeps what it compiles, unless that is forgotten."""
    jax.config.update("jax_enable_compilation_cache", is_kept)
    compilation_cache.reset_cache()


def _set_configuration(values: dict[str, Any]) -> None:
    for name, value in values.items():
        if jax.config.values[name] != value:
            jax.config.update(name, value)


def _is_jitted(function: Any) -> bool:
    return all(hasattr(function, name) for name in ("lower", "eval_shape", "__wrapped__"))


def _options(jitted: Any) -> dict[str, Any]:
    """What a function was jitted with, as far as JAX tells."""
    told = getattr(jitted, "_jit_info", None)
    names = ("static_argnums", "static_argnames", "donate_argnums", "donate_argnames")
    options = {name: getattr(told, name, None) for name in (*names, "keep_unused", "inline")}
    return {name: value for name, value in options.items() if value}


def _mapped(function: Callable[..., Array], *arrays: Array) -> Array:
    return jax.vmap(function)(*arrays)


def _mapped_over_the_last(function: Callable[..., Array], *arrays: Array) -> Array:
    """The axis is the last one of the arrays and of the result."""
    behind = [jnp.moveaxis(array, 0, -1) for array in arrays]
    return jnp.moveaxis(jax.vmap(function, in_axes=-1, out_axes=-1)(*behind), -1, 0)


def _compiled_map_of_grad(function: Callable[..., Array], *arrays: Array) -> Array:
    return jax.jit(lambda *arrays: _mapped(lambda *a: _while_grad(function, *a), *arrays))(*arrays)


def _while_grad(function: Callable[..., Array], *arrays: Array) -> Array:
    """The value that comes with a gradient."""

    def total(*arrays: Array) -> tuple[Array, Array]:
        y = function(*arrays)
        return y.sum(), y

    return jax.value_and_grad(total, has_aux=True)(*arrays)[0][1]


def _written(nbytes: int, card: jax.Device) -> Array:
    """That number of bytes of the device, once they have been written."""
    return jnp.zeros(nbytes, jnp.uint8, device=card).block_until_ready()


def _dtype(format: str) -> np.dtype[Any]:
    return np.dtype(getattr(ml_dtypes, format, format))


def _is_floating(y: Any) -> bool:
    return bool(jnp.issubdtype(y.dtype, jnp.floating))


@implementation("softmax", costly="shapes")
def softmax(x: Array, axis: int = -1) -> Array:
    """``jax.nn.softmax``."""
    return jax.nn.softmax(x, axis=axis)


@implementation("log_softmax", costly="shapes")
def log_softmax(x: Array, axis: int = -1) -> Array:
    """``jax.nn.log_softmax``."""
    return jax.nn.log_softmax(x, axis=axis)


@implementation("logsumexp", costly="shapes")
def logsumexp(x: Array, axis: int = -1) -> Array:
    """``jax.nn.logsumexp``."""
    return jax.nn.logsumexp(x, axis=axis)


@implementation("logsumexp", "logaddexp", costly="shapes")
def logsumexp_logaddexp(x: Array, axis: int = -1) -> Array:
    """A tree of ``jax.numpy.logaddexp``, which merges the totals of two halves."""
    rows = jnp.moveaxis(x, axis, -1)
    while (half := rows.shape[-1] // 2) > 0:
        merged = jnp.logaddexp(rows[..., :half], rows[..., half : 2 * half])
        rows = jnp.concatenate([merged, rows[..., 2 * half :]], axis=-1)
    return rows[..., 0] if rows.shape[-1] else jnp.full(rows.shape[:-1], -jnp.inf, x.dtype)


@implementation("softargmax", costly="shapes")
def softargmax(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The expected index under ``softmax(beta x)``, summed in float32 at least."""
    rows = jnp.moveaxis(_weights(x, axis, beta), axis, -1)
    index = jnp.arange(x.shape[axis], dtype=rows.dtype)
    return _in_format_of(x, (rows * index).sum(axis=-1))


@implementation("smooth_max", costly="shapes")
def smooth_max(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The expected logit under ``softmax(beta x)``, summed in float32 at least."""
    return _in_format_of(x, (_weights(x, axis, beta) * x).sum(axis=axis))


@implementation("logaddexp", costly="shapes")
def logaddexp(x: Array, other: Array) -> Array:
    """``jax.numpy.logaddexp``."""
    return jnp.logaddexp(x, other)


@implementation("binary_cross_entropy", formats=("float32", "bfloat16"), costly="shapes")
def binary_cross_entropy(x: Array, target: Array) -> Array:
    """``-t log_sigmoid(x) - (1 - t) log_sigmoid(-x)``, with ``jax.nn.log_sigmoid``."""
    return -target * jax.nn.log_sigmoid(x) - (1 - target) * jax.nn.log_sigmoid(-x)


@implementation("sparsemax", formats=("float32",), costly="shapes")
def sparsemax(x: Array, axis: int = -1) -> Array:
    """Its threshold from ``jnp.sort`` and ``jnp.cumsum``, shifted by the maximum."""
    rows = jnp.moveaxis(x, axis, -1)
    rows = rows - jax.lax.stop_gradient(rows.max(axis=-1, keepdims=True))
    ordered = jnp.flip(jnp.sort(rows, axis=-1), axis=-1)
    total = jnp.cumsum(ordered, axis=-1) - 1
    count = jnp.arange(1, rows.shape[-1] + 1, dtype=rows.dtype)
    size = jnp.maximum((count * ordered > total).sum(axis=-1, keepdims=True), 1)
    threshold = jnp.take_along_axis(total, size - 1, axis=-1) / size.astype(rows.dtype)
    return jnp.moveaxis(jnp.maximum(rows - threshold, 0), -1, axis)


@implementation("softplus", formats=("float32", "bfloat16"), costly="shapes")
def softplus(x: Array) -> Array:
    """``jax.nn.softplus``."""
    return jax.nn.softplus(x)


@implementation("log_sigmoid", formats=("float32", "bfloat16"), costly="shapes")
def log_sigmoid(x: Array) -> Array:
    """``jax.nn.log_sigmoid``."""
    return jax.nn.log_sigmoid(x)


@implementation("sigmoid", costly="shapes")
def sigmoid(x: Array) -> Array:
    """``jax.nn.sigmoid``."""
    return jax.nn.sigmoid(x)


@implementation("cross_entropy", axes="last", labels=("index", "probability"), costly="shapes")
def cross_entropy(logits: Array, labels: Array) -> Array:
    """``jax.nn.log_softmax`` at the label, or its mean under the labels, negated.

    A class of probability 0 adds nothing, even where its logarithm is infinite.
    """
    logarithms = jax.nn.log_softmax(logits)
    if jnp.issubdtype(labels.dtype, jnp.integer):
        chosen = jnp.take_along_axis(logarithms, labels[..., jnp.newaxis], axis=-1)
        return -chosen.squeeze(axis=-1)
    finite = jnp.where(labels == 0, labels, logarithms)  # a class without a share adds nothing
    return -(labels * finite).sum(axis=-1)


@implementation(
    "cross_entropy", "z-loss", axes="last", ranks=(2,), labels=("index",), costly="shapes"
)
def cross_entropy_z_loss(
    logits: Array,
    labels: Array,
    ignore_index: int = -100,
    reduction: str = "none",
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
) -> Array:
    """Smoothed labels and a squared logsumexp in float32 at least, as trainers write it in JAX."""
    kept = labels != ignore_index
    x = logits.astype(jnp.promote_types(logits.dtype, jnp.float32))
    logarithms = jax.nn.log_softmax(x)
    places = jnp.where(kept, labels, 0)[:, jnp.newaxis]
    losses = -jnp.take_along_axis(logarithms, places, axis=-1)[:, 0]
    if label_smoothing:  # without that a masked class, of infinite loss, has no share
        uniform = -logarithms.mean(axis=-1)
        losses = (1 - label_smoothing) * losses + label_smoothing * uniform
    if z_loss:
        losses += z_loss * jax.nn.logsumexp(x, axis=-1) ** 2
    losses = jnp.where(kept, losses, 0)
    reduced = {"none": losses, "sum": losses.sum(), "mean": losses.sum() / kept.sum()}
    return _in_format_of(logits, reduced[reduction])


@implementation("argmax", costly="shapes")
def argmax(x: Array, axis: int = -1) -> Array:
    """``jax.numpy.argmax``."""
    return jnp.argmax(x, axis=axis)


@implementation("hardmax", costly="shapes")
def hardmax(x: Array, axis: int = -1) -> Array:
    """``jax.nn.one_hot`` of ``jax.numpy.argmax``."""
    return jax.nn.one_hot(jnp.argmax(x, axis=axis), x.shape[axis], axis=axis, dtype=x.dtype)


@implementation("masked_softmax", formats=("float32",), costly="shapes")
def masked_softmax(x: Array, mask: Array, axis: int = -1) -> Array:
    """``jax.nn.softmax`` with ``where=``."""
    return jax.nn.softmax(x, axis=axis, where=mask)


@implementation("masked_log_softmax", formats=("float32",), costly="shapes")
def masked_log_softmax(x: Array, mask: Array, axis: int = -1) -> Array:
    """``jax.nn.log_softmax`` with ``where=``."""
    return jax.nn.log_softmax(x, axis=axis, where=mask)


@implementation(
    "cross_entropy",
    "vocab_parallel",
    formats=("float32",),
    axes="last",
    ranks=(2,),
    labels=("index",),
    costly="shapes",
)
def cross_entropy_vocab_parallel(logits: Array, labels: Array, *, ranks: int = 4) -> Array:
    """Shards of the classes on 4 ranks that exchange by ``jax.lax.pmax`` and ``psum``.

    The ranks are an axis of ``jax.vmap``, as they are of ``shard_map`` on devices.
    """
    lacking = -logits.shape[-1] % ranks
    wide = logits.astype(jnp.promote_types(logits.dtype, jnp.float32))  # whole numbers have no -inf
    wide = jnp.pad(wide, ((0, 0), (0, lacking)), constant_values=-jnp.inf)
    shards = wide.reshape(len(logits), ranks, -1)
    losses = jax.vmap(_shard_loss, (1, None), axis_name="ranks")(shards, labels)
    return losses[0]


def _shard_loss(shard: Array, labels: Array) -> Array:
    """The whole loss on each rank, whose shard has the same number of classes as the others."""
    top = jax.lax.pmax(jax.lax.stop_gradient(shard).max(axis=-1), "ranks")
    shifted = shard - top[:, jnp.newaxis]
    total = jax.lax.psum(jnp.exp(shifted).sum(axis=-1), "ranks")
    places = labels - jax.lax.axis_index("ranks") * shard.shape[-1]
    here = (places >= 0) & (places < shard.shape[-1])
    found = jnp.take_along_axis(shifted, jnp.where(here, places, 0)[:, jnp.newaxis], axis=-1)[:, 0]
    return jnp.log(total) - jax.lax.psum(jnp.where(here, found, 0.0), "ranks")


@implementation("masked_logsumexp", formats=("float32",), costly="shapes")
def masked_logsumexp(x: Array, mask: Array, axis: int = -1) -> Array:
    """``jax.nn.logsumexp`` with ``where=``."""
    return jax.nn.logsumexp(x, axis=axis, where=mask)


@implementation("entropy", formats=("float32", "bfloat16"), costly="shapes")
def entropy(x: Array, axis: int = -1) -> Array:
    """``jax.nn.softmax`` times ``jax.nn.log_softmax``, summed and negated."""
    return -(jax.nn.softmax(x, axis=axis) * jax.nn.log_softmax(x, axis=axis)).sum(axis=axis)


@implementation("entropy", "entr", formats=("float32",), costly="shapes")
def entropy_entr(x: Array, axis: int = -1) -> Array:
    """The sum of ``jax.scipy.special.entr`` of ``jax.nn.softmax``."""
    return jax.scipy.special.entr(jax.nn.softmax(x, axis=axis)).sum(axis=axis)


@implementation("entropy", "entr-jit", formats=("float32",), compiled=True, eager="entr")
def entropy_entr_jit(x: Array, axis: int = -1) -> Array:
    """The sum of ``jax.scipy.special.entr`` under ``jax.jit``."""
    return _jitted(entropy_entr, "axis")(x, axis=axis)


@implementation("kl_divergence", formats=("float32", "bfloat16"), costly="shapes")
def kl_divergence(x: Array, other: Array, axis: int = -1) -> Array:
    """The difference of two ``jax.nn.log_softmax`` under ``jax.nn.softmax`` of the first."""
    apart = jax.nn.log_softmax(x, axis=axis) - jax.nn.log_softmax(other, axis=axis)
    return (jax.nn.softmax(x, axis=axis) * apart).sum(axis=axis)


@implementation("kl_divergence", "jit", formats=("float32",), compiled=True, eager="")
def kl_divergence_jit(x: Array, other: Array, axis: int = -1) -> Array:
    """The divergence under ``jax.jit``."""
    return _jitted(kl_divergence, "axis")(x, other, axis=axis)


@implementation("sink_softmax", formats=("float32", "bfloat16"), costly="shapes")
def sink_softmax(x: Array, sink: Array, axis: int = -1) -> Array:
    """``jax.nn.softmax`` of the logits and the sink, without the sink's own result."""
    whole = jax.nn.softmax(jnp.concatenate([x, sink], axis=axis), axis=axis)
    return jax.lax.slice_in_dim(whole, 0, x.shape[axis], axis=axis)


@implementation("sink_softmax", "jit", formats=("float32",), compiled=True, eager="")
def sink_softmax_jit(x: Array, sink: Array, axis: int = -1) -> Array:
    """The softmax beside a sink under ``jax.jit``."""
    return _jitted(sink_softmax, "axis")(x, sink, axis=axis)


@implementation("softcap_softmax", formats=("float32", "bfloat16"), costly="shapes")
def softcap_softmax(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    """``jax.nn.softmax`` of ``cap * jnp.tanh(x / cap)``, as Gemma's attention has it."""
    return jax.nn.softmax(cap * jnp.tanh(x / cap), axis=axis)


@implementation("softcap_softmax", "jit", formats=("float32",), compiled=True, eager="")
def softcap_softmax_jit(x: Array, axis: int = -1, cap: float = 30.0) -> Array:
    """The softmax of capped logits under ``jax.jit``."""
    return _jitted(softcap_softmax, "axis")(x, axis=axis, cap=cap)


@implementation("softmax", "scaled-jit", formats=("float32",), compiled=True)
def scaled_softmax_jit(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """``jax.nn.softmax(x * beta)`` under ``jax.jit``, ``beta`` an argument."""
    return _jitted(_scaled, "axis")(x, axis=axis, beta=beta)


@implementation("log_softmax", "composed", formats=("float32",), costly="shapes")
def composed_log_softmax(x: Array, axis: int = -1) -> Array:
    """``jnp.log(jax.nn.softmax(x))``, as the documentation advises against."""
    return jnp.log(jax.nn.softmax(x, axis=axis))


@implementation("softmax", "jit", compiled=True, eager="")
def softmax_jit(x: Array, axis: int = -1) -> Array:
    """``jax.nn.softmax`` under ``jax.jit``."""
    return _jitted(softmax, "axis")(x, axis=axis)


@implementation("log_softmax", "jit", compiled=True, eager="")
def log_softmax_jit(x: Array, axis: int = -1) -> Array:
    """``jax.nn.log_softmax`` under ``jax.jit``."""
    return _jitted(log_softmax, "axis")(x, axis=axis)


@implementation("logsumexp", "jit", compiled=True, eager="")
def logsumexp_jit(x: Array, axis: int = -1) -> Array:
    """``jax.nn.logsumexp`` under ``jax.jit``."""
    return _jitted(logsumexp, "axis")(x, axis=axis)


@implementation("softargmax", "jit", compiled=True, eager="")
def softargmax_jit(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The expected index under ``jax.jit``."""
    return _jitted(softargmax, "axis")(x, axis=axis, beta=beta)


@implementation("smooth_max", "jit", compiled=True, eager="")
def smooth_max_jit(x: Array, axis: int = -1, beta: float = 1.0) -> Array:
    """The expected logit under ``jax.jit``."""
    return _jitted(smooth_max, "axis")(x, axis=axis, beta=beta)


@implementation("logaddexp", "jit", formats=("float32",), compiled=True, eager="")
def logaddexp_jit(x: Array, other: Array) -> Array:
    """``jax.numpy.logaddexp`` under ``jax.jit``."""
    return _jitted(logaddexp)(x, other)


@implementation("binary_cross_entropy", "jit", formats=("float32",), compiled=True, eager="")
def binary_cross_entropy_jit(x: Array, target: Array) -> Array:
    """The two log-sigmoids under ``jax.jit``."""
    return _jitted(binary_cross_entropy)(x, target)


@implementation("sparsemax", "jit", formats=("float32",), compiled=True, eager="")
def sparsemax_jit(x: Array, axis: int = -1) -> Array:
    """The sorted threshold under ``jax.jit``."""
    return _jitted(sparsemax, "axis")(x, axis=axis)


@implementation("softplus", "jit", formats=("float32",), compiled=True, eager="")
def softplus_jit(x: Array) -> Array:
    """``jax.nn.softplus`` under ``jax.jit``."""
    return _jitted(softplus)(x)


@implementation("log_sigmoid", "jit", formats=("float32",), compiled=True, eager="")
def log_sigmoid_jit(x: Array) -> Array:
    """``jax.nn.log_sigmoid`` under ``jax.jit``."""
    return _jitted(log_sigmoid)(x)


@implementation("sigmoid", "jit", compiled=True, eager="")
def sigmoid_jit(x: Array) -> Array:
    """``jax.nn.sigmoid`` under ``jax.jit``."""
    return _jitted(sigmoid)(x)


@implementation(
    "cross_entropy",
    "jit",
    axes="last",
    labels=("index", "probability"),
    compiled=True,
    eager="",
)
def cross_entropy_jit(logits: Array, labels: Array) -> Array:
    """The cross-entropy under ``jax.jit``."""
    return _jitted(cross_entropy)(logits, labels)


@implementation("argmax", "jit", compiled=True, eager="")
def argmax_jit(x: Array, axis: int = -1) -> Array:
    """``jax.numpy.argmax`` under ``jax.jit``."""
    return _jitted(argmax, "axis")(x, axis=axis)


def _weights(x: Array, axis: int, beta: float | Array) -> Array:
    """``softmax(beta x)`` in float32 at least.

    The maximum is subtracted first: ``beta x`` may be beyond the largest number of the format.
    """
    x = x.astype(jnp.promote_types(x.dtype, jnp.float32))
    shifted = x - jax.lax.stop_gradient(x.max(axis=axis, keepdims=True))
    return jax.nn.softmax(beta * shifted, axis=axis)


def _in_format_of(x: Array, wide: Array) -> Array:
    """``wide`` rounded to the format of ``x``, unless that holds whole numbers only."""
    return wide.astype(x.dtype) if _is_floating(x) else wide


def _scaled(x: Array, axis: int, beta: float) -> Array:
    return jax.nn.softmax(x * beta, axis=axis)


@functools.cache
def _jitted(function: Callable[..., Array], *static: str) -> Callable[..., Array]:
    """``function`` under ``jax.jit``, compiled again for each shape and each static argument."""
    return jax.jit(function, static_argnames=static)
