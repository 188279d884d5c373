# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "tensorflow-cpu>=2.18"]
# ///
"""TensorFlow: its softmax family, run eagerly, as a graph, and compiled by XLA.

It also holds the soft argmax of a tutorial that many copied, which multiplies
by 100 before it subtracts the maximum, and the sampled softmax, which is the
full one when every class is sampled.
"""

# Over 300 lines: one file a framework, so that adding one is one file.

from __future__ import annotations

import functools
import os
from collections.abc import Callable
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"  # tf.keras follows the user's own choice otherwise

import numpy as np
import tensorflow as tf

from softmark_implementations.declare import implementation
from softmark_implementations.device import DeviceTimer
from softmark_implementations.framework import CARRIERS, WHOLE, Bits, Framework, Mode, NotOffered
from softmark_implementations.timers import HostTimer

Tensor = Any


class TensorFlowFramework(Framework):
    """TensorFlow's eager tensors and its gradient tapes."""

    name = "tensorflow"

    def array(self, bits: Bits, format: str, device: str) -> Tensor:
        if device not in self.devices():
            raise NotOffered(f"TensorFlow finds no device {device} here")
        carried = self._carried(bits, format)
        with tf.device("GPU:0" if device == "cuda" else "CPU:0"):
            if format in WHOLE:
                return tf.constant(carried)
            dtype = tf.as_dtype(format)
            if format.startswith("float8"):  # to which bitcast does not go
                return tf.constant(carried.view(dtype.as_numpy_dtype))
            return tf.bitcast(tf.constant(carried), dtype)

    def bits(self, array: Any) -> tuple[Bits, str]:
        if not isinstance(array, tf.Tensor):
            raise self._refuse(array)
        format = array.dtype.name
        if format not in CARRIERS:
            raise TypeError(f"a tensor of dtype {format} is in none of softmark's formats")
        return np.array(array.numpy()).view(CARRIERS[format]), format

    def cast(self, array: Tensor, format: str) -> Tensor:
        return tf.cast(array, format)

    def wait(self, result: Any) -> None:
        """On the processor an eager call returns when it is done."""
        if tf.config.list_logical_devices("GPU"):
            tf.test.experimental.sync_devices()

    def waiter(self, device: str) -> Callable[[Any], object] | None:
        return None if device == "cpu" else self.wait

    def timer(self, device: str) -> DeviceTimer | None:
        return None if device == "cpu" else HostTimer("TensorFlow", self._write)

    def _write(self, nbytes: int) -> None:
        with tf.device("GPU:0"):
            self.wait(tf.zeros([nbytes // 4]))

    def copier(self, source: Tensor) -> Callable[[], Tensor]:
        return functools.partial(tf.raw_ops.DeepCopy, x=source)

    def versions(self) -> dict[str, str]:
        return {"tensorflow": tf.__version__, "numpy": np.__version__}

    def devices(self) -> dict[str, str]:
        gpus = tf.config.list_logical_devices("GPU")
        return {"cpu": "cpu", **({"cuda": gpus[0].name} if gpus else {})}

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        tf.random.set_seed(seed)
        try:
            tf.config.threading.set_intra_op_parallelism_threads(threads)
            tf.config.threading.set_inter_op_parallelism_threads(1)
        except RuntimeError:
            # They can only be set before the first operation; what holds is reported below.
            pass
        held = tf.config.threading.get_intra_op_parallelism_threads()
        denormals = {device: self.denormals(device) for device in self.devices()}
        return {"seed": seed, "threads": held or "as many as cores", "denormals": denormals}

    def generator(self, seed: int) -> tf.random.Generator:
        return tf.random.Generator.from_seed(seed)

    def key(self, seed: int) -> Any:
        """What the stateless functions take as ``seed``."""
        return tf.constant([seed, 0], tf.int64)

    def modes(self) -> dict[str, Mode]:
        return {
            "function": Mode(lambda f, *arrays: tf.function(f)(*arrays)),
            "tape": Mode(_taped, may_refuse=False),
        }

    def watched(self, work: Callable[[], Any]) -> tuple[Any, str]:
        reason = "tf.config.run_functions_eagerly is set"
        return work(), reason if tf.config.functions_run_eagerly() else ""

    def peak(self, work: Callable[[], None], device: str) -> int | None:
        place = "GPU:0" if device == "cuda" else "CPU:0"
        statistics = tf.config.experimental
        try:
            statistics.reset_memory_stats(place)
        except ValueError:  # of a processor, only oneDNN's allocator keeps them
            return None
        before = statistics.get_memory_info(place)["current"]
        work()
        return statistics.get_memory_info(place)["peak"] - before

    def pullback(
        self, function: Callable[[Tensor], Tensor], x: Tensor, *, again: bool = False
    ) -> tuple[Tensor, Callable[[Tensor], Any]]:
        with tf.GradientTape(persistent=again) as tape:
            tape.watch(x)
            y = function(x)
        return y, lambda cotangent: _gradient(tape, y, x, cotangent)

    def jvp(self, function: Callable[[Tensor], Tensor], x: Tensor, tangent: Tensor) -> Any:
        try:
            with tf.autodiff.ForwardAccumulator(x, tangent) as accumulator:
                y = function(x)
            return accumulator.jvp(y)
        except (LookupError, NotImplementedError) as error:
            raise NotOffered(f"no forward derivative: {error}") from error

    def hvp(
        self, function: Callable[[Tensor], Tensor], x: Tensor, cotangent: Tensor, tangent: Tensor
    ) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = function(x)
            gradient = _gradient(inner, y, x, cotangent)
        # The second derivative is symmetric, so a second transposition gives the product.
        return None if gradient is None else _gradient(outer, gradient, x, tangent)


FRAMEWORK = TensorFlowFramework()


def _taped(function: Callable[..., Tensor], *arrays: Tensor) -> Tensor:
    with tf.GradientTape() as tape:
        tape.watch(arrays[0])
        return function(*arrays)


def _gradient(tape: Any, y: Tensor, x: Tensor, cotangent: Tensor) -> Any:
    if not y.dtype.is_floating:  # TensorFlow logs a warning and gives None
        return None
    try:
        gradient = tape.gradient(y, x, output_gradients=cotangent)
    except (LookupError, NotImplementedError) as error:
        raise NotOffered(f"no gradient: {error}") from error
    return None if gradient is None else tf.convert_to_tensor(gradient)


@implementation("softmax", costly="tangents")
def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.nn.softmax``, eagerly."""
    return tf.nn.softmax(x, axis=axis)


@implementation("softmax", "function", compiled=True, eager="")
def softmax_function(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.nn.softmax`` in a ``tf.function``, a graph."""
    return _graph(softmax, axis, x.shape.rank, jit_compile=False)(x)


@implementation("softmax", "xla", compiled=True, eager="")
def softmax_xla(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.nn.softmax`` compiled by XLA: ``tf.function(jit_compile=True)``."""
    return _graph(softmax, axis, x.shape.rank, jit_compile=True)(x)


@implementation("softmax", "keras", costly="tangents")
def softmax_keras(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.keras.activations.softmax``."""
    return tf.keras.activations.softmax(x, axis=axis)


@implementation(
    "softmax",
    "sparse",
    formats=("float64", "float32", "float16"),
    axes="last",
    ranks=(2, 3),
    costly="tangents",
)
def softmax_sparse(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.sparse.softmax`` of a sparse tensor that has every element."""
    everywhere = tf.where(tf.ones_like(x, dtype=tf.bool))
    shape = tf.shape(x, out_type=tf.int64)
    sparse = tf.sparse.SparseTensor(everywhere, tf.reshape(x, [-1]), shape)
    return tf.reshape(tf.sparse.softmax(sparse).values, shape)


@implementation("log_softmax", costly="tangents")
def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.nn.log_softmax``."""
    return tf.nn.log_softmax(x, axis=axis)


@implementation("softmax", "scaled", formats=("float32",), costly="tangents")
def scaled_softmax(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """``tf.nn.softmax(x * beta)`` as written: the product comes before the shift."""
    return tf.nn.softmax(x * beta, axis=axis)


@implementation("softmax", "scaled-xla", formats=("float32",), compiled=True, eager="scaled")
def scaled_softmax_xla(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """``tf.nn.softmax(x * beta)`` compiled by XLA, ``beta`` a constant where it is a number."""
    if tf.is_tensor(beta):
        return _scaled_graph(axis, x.shape.rank)(x, beta)
    return _scaled_graph(axis, x.shape.rank, beta)(x)


@implementation("log_softmax", "composed", formats=("float32",), costly="tangents")
def composed_log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.math.log(tf.nn.softmax(x))``, as the documentation advises against."""
    return tf.math.log(tf.nn.softmax(x, axis=axis))


@implementation("logsumexp", costly="tangents")
def logsumexp(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.reduce_logsumexp``."""
    return tf.reduce_logsumexp(x, axis=axis)


def softargmax(alpha: Tensor, time_step: int, theda: float = 100) -> Tensor:
    """The tutorial's soft argmax: softmax of ``theda`` times the logits, times the index column.

    Parameters
    ----------
    alpha:
        Logits of shape (batch, time_step).
    time_step:
        The number of classes.
    theda:
        The inverse temperature, spelt as in the tutorial.

    Returns
    -------
    The expected index of each row, of shape (batch, 1).
    """
    index = tf.reshape(tf.range(time_step), (time_step, 1))
    return tf.matmul(tf.nn.softmax(theda * alpha), tf.cast(index, alpha.dtype))


@implementation(
    "softargmax",
    "tutorial",
    formats=("float64", "float32"),
    axes="last",
    ranks=(2,),
    fixed_beta=100.0,
    costly="tangents",
)
def softargmax_tutorial(x: Tensor, axis: int = -1) -> Tensor:
    """The tutorial's soft argmax: softmax of 100 x, times the index column."""
    return tf.squeeze(softargmax(x, x.shape[-1]), axis=-1)


@implementation("softargmax", costly="tangents")
def expected_index(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """The expected index under ``softmax(beta x)``, summed in float32 at least."""
    rows = tf.experimental.numpy.moveaxis(_weights(x, axis, beta), axis, -1)
    index = tf.range(x.shape[axis], dtype=rows.dtype)
    return _in_format_of(x, tf.reduce_sum(rows * index, axis=-1))


@implementation("smooth_max", costly="tangents")
def smooth_max(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """The expected logit under ``softmax(beta x)``, summed in float32 at least."""
    weights = _weights(x, axis, beta)
    return _in_format_of(x, tf.reduce_sum(weights * tf.cast(x, weights.dtype), axis=axis))


@implementation("logaddexp", formats=("float32", "bfloat16"), costly="tangents")
def logaddexp(x: Tensor, other: Tensor) -> Tensor:
    """``tf.reduce_logsumexp`` of the two numbers."""
    return tf.reduce_logsumexp(tf.stack([x, other]), axis=0)


@implementation("binary_cross_entropy", formats=("float32", "bfloat16"), costly="tangents")
def binary_cross_entropy(x: Tensor, target: Tensor) -> Tensor:
    """``tf.nn.sigmoid_cross_entropy_with_logits``."""
    return tf.nn.sigmoid_cross_entropy_with_logits(labels=target, logits=x)


@implementation("binary_cross_entropy", "xla", formats=("float32",), compiled=True, eager="")
def binary_cross_entropy_xla(x: Tensor, target: Tensor) -> Tensor:
    """``tf.nn.sigmoid_cross_entropy_with_logits`` compiled by XLA."""
    return _pointwise_graph(binary_cross_entropy)(x, target)


@implementation("sigmoid", costly="tangents")
def sigmoid(x: Tensor) -> Tensor:
    """``tf.sigmoid``."""
    return tf.sigmoid(x)


@implementation("softplus", formats=("float64", "float32", "bfloat16"), costly="tangents")
def softplus(x: Tensor) -> Tensor:
    """``tf.math.softplus``."""
    return tf.math.softplus(x)


@implementation("softplus", "xla", formats=("float32",), compiled=True, eager="")
def softplus_xla(x: Tensor) -> Tensor:
    """``tf.math.softplus`` compiled by XLA."""
    return _pointwise_graph(softplus)(x)


@implementation("log_sigmoid", formats=("float64", "float32", "bfloat16"), costly="tangents")
def log_sigmoid(x: Tensor) -> Tensor:
    """``tf.math.log_sigmoid``."""
    return tf.math.log_sigmoid(x)


@implementation("log_sigmoid", "xla", formats=("float32",), compiled=True, eager="")
def log_sigmoid_xla(x: Tensor) -> Tensor:
    """``tf.math.log_sigmoid`` compiled by XLA."""
    return _pointwise_graph(log_sigmoid)(x)


@implementation("cross_entropy", axes="last", labels=("probability",), costly="tangents")
def cross_entropy(logits: Tensor, labels: Tensor) -> Tensor:
    """``tf.nn.softmax_cross_entropy_with_logits``."""
    return tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits)


@implementation("cross_entropy", "sparse", axes="last", labels=("index",), costly="tangents")
def cross_entropy_sparse(logits: Tensor, labels: Tensor) -> Tensor:
    """``tf.nn.sparse_softmax_cross_entropy_with_logits``."""
    return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)


@implementation(
    "cross_entropy",
    "sampled",
    formats=("float32",),
    axes="last",
    ranks=(2,),
    labels=("index",),
    costly="rows",
)
def cross_entropy_sampled(logits: Tensor, labels: Tensor) -> Tensor:
    """``tf.nn.sampled_softmax_loss`` with every class sampled, which is the full softmax."""
    n = logits.shape[-1]
    every_class = (tf.range(n, dtype=tf.int64), tf.ones((1, 1)), tf.ones((n,)))
    return _sampled_losses(logits, labels, every_class, remove_accidental_hits=True)


def sampled_cross_entropy(logits: Tensor, labels: Tensor, num_sampled: int, seed: int) -> Tensor:
    """``tf.nn.sampled_softmax_loss`` on ``num_sampled`` classes, drawn uniformly with replacement.

    With q the expected number of draws of a class, the loss of label t is
    ``log(1 + S / (e^x_t / q))``, where ``S = sum_drawn e^x_j / q`` has the expectation
    ``sum_j e^x_j``: it estimates the partition sum without bias (Jean et al. 2015, section 3).
    The loss itself is biased, since the logarithm is concave and t is counted once more.

    Parameters
    ----------
    logits:
        float32 tensor of shape (batch, n).
    labels:
        int64 tensor of shape (batch,).
    num_sampled:
        Number of draws.
    seed:
        The same seed gives the same draws.

    Returns
    -------
    Losses of shape (batch,).
    """
    n = logits.shape[-1]
    drawn = tf.random.stateless_uniform((num_sampled,), (seed, 0), maxval=n, dtype=tf.int64)
    q = num_sampled / n
    sample = (drawn, tf.fill((1, 1), q), tf.fill((num_sampled,), q))
    return _sampled_losses(logits, labels, sample, remove_accidental_hits=False)


def _sampled_losses(
    logits: Tensor, labels: Tensor, sample: Any, *, remove_accidental_hits: bool
) -> Tensor:
    """The sampled loss of each row; its logits are the biases of a layer with zero weights."""
    n = logits.shape[-1]
    losses = [
        tf.nn.sampled_softmax_loss(
            weights=tf.zeros((n, 1), logits.dtype),
            biases=row,
            labels=label[tf.newaxis, tf.newaxis],
            inputs=tf.ones((1, 1), logits.dtype),
            num_sampled=sample[0].shape[0],
            num_classes=n,
            sampled_values=sample,
            remove_accidental_hits=remove_accidental_hits,
        )
        for row, label in zip(tf.unstack(logits), tf.unstack(labels), strict=True)
    ]
    return tf.concat([tf.zeros((0,), logits.dtype), *losses], axis=0)


@implementation("masked_softmax", formats=("float32",), costly="tangents")
def masked_softmax(x: Tensor, mask: Tensor, axis: int = -1) -> Tensor:
    """``tf.where`` with minus infinity, then ``tf.nn.softmax``."""
    return tf.nn.softmax(tf.where(mask, x, tf.constant(-np.inf, x.dtype)), axis=axis)


@implementation("entropy", formats=("float32",), costly="tangents")
def entropy(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.nn.softmax`` times ``tf.nn.log_softmax``, summed and negated."""
    logs = tf.nn.log_softmax(x, axis=axis)
    return -tf.reduce_sum(tf.nn.softmax(x, axis=axis) * logs, axis=axis)


@implementation("kl_divergence", formats=("float32",), costly="tangents")
def kl_divergence(x: Tensor, other: Tensor, axis: int = -1) -> Tensor:
    """The difference of two ``tf.nn.log_softmax`` under ``tf.nn.softmax`` of the first."""
    apart = tf.nn.log_softmax(x, axis=axis) - tf.nn.log_softmax(other, axis=axis)
    return tf.reduce_sum(tf.nn.softmax(x, axis=axis) * apart, axis=axis)


@implementation("sink_softmax", formats=("float32",), costly="tangents")
def sink_softmax(x: Tensor, sink: Tensor, axis: int = -1) -> Tensor:
    """``tf.nn.softmax`` of the logits and the sink, without the sink's own result."""
    whole = tf.nn.softmax(tf.concat([x, sink], axis=axis), axis=axis)
    return tf.split(whole, [x.shape[axis], 1], axis=axis)[0]


@implementation("softcap_softmax", formats=("float32",), costly="tangents")
def softcap_softmax(x: Tensor, axis: int = -1, cap: float = 30.0) -> Tensor:
    """``tf.nn.softmax`` of ``cap * tf.tanh(x / cap)``."""
    return tf.nn.softmax(cap * tf.tanh(x / cap), axis=axis)


@implementation("argmax")
def argmax(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.argmax``."""
    return tf.argmax(x, axis=axis)


@implementation("hardmax")
def hardmax(x: Tensor, axis: int = -1) -> Tensor:
    """``tf.one_hot`` of ``tf.argmax``."""
    position = axis % x.shape.rank  # one_hot counts a negative axis differently
    return tf.one_hot(tf.argmax(x, axis=axis), x.shape[axis], axis=position, dtype=x.dtype)


@functools.cache
def _scaled_graph(axis: int, rank: int, beta: float | None = None) -> Callable[..., Tensor]:
    """``softmax(x * beta)`` along an axis of arrays of one rank, compiled for each shape."""
    function = lambda x, beta=beta: tf.nn.softmax(x * beta, axis=axis)  # noqa: E731
    return tf.function(function, jit_compile=True, reduce_retracing=True)


@functools.cache
def _pointwise_graph(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """``function`` compiled for each shape."""
    return tf.function(function, jit_compile=True, reduce_retracing=True)


def _weights(x: Tensor, axis: int, beta: float) -> Tensor:
    """``softmax(beta x)`` in float32 at least.

    The maximum is subtracted first: ``beta x`` may be beyond the largest number of the format.
    """
    x = tf.cast(x, tf.float64 if x.dtype == tf.float64 else tf.float32)
    shifted = x - tf.stop_gradient(tf.reduce_max(x, axis=axis, keepdims=True))
    # A cast of Python's float would go through float32.
    scale = tf.cast(beta, x.dtype) if tf.is_tensor(beta) else tf.constant(beta, x.dtype)
    return tf.nn.softmax(scale * shifted, axis=axis)


def _in_format_of(x: Tensor, wide: Tensor) -> Tensor:
    """``wide`` rounded to the format of ``x``, unless that holds whole numbers only."""
    return tf.cast(wide, x.dtype) if x.dtype.is_floating else wide


@functools.cache
def _graph(
    function: Callable[..., Tensor], axis: int, rank: int, jit_compile: bool
) -> Callable[..., Tensor]:
    """``function`` as a graph for one axis and rank; traced for each dtype, not for each length.

    Graphs of one rank each, because TensorFlow would else generalise the rank away, without
    which its softmax knows no axis but the last.
    """
    return tf.function(lambda x: function(x, axis), jit_compile=jit_compile, reduce_retracing=True)
