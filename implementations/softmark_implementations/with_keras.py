# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "keras>=3.5", "tensorflow-cpu>=2.18"]
# ///
"""Keras: an argmax layer that stops the gradient, and a soft argmax layer that does not.

Models that pick the likeliest class in their middle, as some R-NET ports do,
cannot be trained through the choice.  Both layers are measured on their own,
and in a small model that shows which weights the gradient of a loss reaches.
Keras runs on TensorFlow here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from softmark_implementations.declare import implementation
from softmark_implementations.with_tensorflow import TensorFlowFramework

import keras  # isort: skip  # after TensorFlow's file, which has chosen the backend
import tensorflow as tf  # isort: skip

Tensor = Any

VOCABULARY: Final = 20
STEPS: Final = 6
CLASSES: Final = 5


class KerasFramework(TensorFlowFramework):
    """TensorFlow's tensors, which Keras computes with here."""

    name = "keras"

    def versions(self) -> dict[str, str]:
        return {"keras": keras.__version__, **super().versions()}


FRAMEWORK = KerasFramework()


class Argmax(keras.layers.Layer):
    """The index of the maximum along an axis; a step function, so no gradient passes.

    Parameters
    ----------
    axis:
        The axis that disappears.
    """

    def __init__(self, axis: int = -1, **options: Any) -> None:
        super().__init__(**options)
        self.axis = axis

    def call(self, inputs: Tensor) -> Tensor:
        return tf.argmax(inputs, axis=self.axis)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis}


class SoftArgmax(keras.layers.Layer):
    """The expected index under ``softmax(beta x)``: smooth, and near the argmax for large beta.

    Parameters
    ----------
    axis:
        The axis that disappears.
    beta:
        Inverse temperature.
    """

    def __init__(self, axis: int = -1, beta: float = 1.0, **options: Any) -> None:
        super().__init__(**options)
        self.axis = axis
        self.beta = beta

    def call(self, inputs: Tensor) -> Tensor:
        wide = "float64" if inputs.dtype == "float64" else "float32"
        x = keras.ops.moveaxis(keras.ops.cast(inputs, wide), self.axis, -1)
        # Shifted before it is scaled, because beta x may overflow.
        shifted = x - keras.ops.stop_gradient(keras.ops.max(x, axis=-1, keepdims=True))
        weights = keras.ops.softmax(keras.ops.convert_to_tensor(self.beta, wide) * shifted, axis=-1)
        index = keras.ops.arange(x.shape[-1], dtype=wide)
        expected = keras.ops.sum(weights * index, axis=-1)
        own = keras.backend.standardize_dtype(inputs.dtype)
        return keras.ops.cast(expected, own) if keras.backend.is_float_dtype(own) else expected

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "axis": self.axis, "beta": self.beta}


@implementation("masked_softmax", "layer", formats=("float32",), costly="tangents")
def masked_softmax_layer(x: Tensor, mask: Tensor, axis: int = -1) -> Tensor:
    """The layer ``keras.layers.Softmax`` with a mask."""
    return keras.layers.Softmax(axis, dtype=x.dtype.name)(x, mask)


@implementation("argmax", "layer")
def argmax_layer(x: Tensor, axis: int = -1) -> Tensor:
    """R-NET's ``Argmax`` layer."""
    return Argmax(axis, dtype=x.dtype.name)(x)


@implementation("softargmax", "layer", costly="tangents")
def softargmax_layer(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """A soft argmax layer to put in the place of R-NET's ``Argmax``."""
    return SoftArgmax(axis, beta, dtype=x.dtype.name)(x)


def tagger(layer: Any) -> Any:
    """A small model that ends in ``layer``: Embedding, LSTM, and a softmax at each time step.

    It takes integers of shape (batch, STEPS) and gives an index for each.
    """
    return keras.Sequential(
        [
            keras.Input((STEPS,), dtype="int32"),
            keras.layers.Embedding(VOCABULARY, 8),
            keras.layers.LSTM(8, return_sequences=True),
            keras.layers.TimeDistributed(keras.layers.Dense(CLASSES, activation="softmax")),
            layer,
        ]
    )


def _gradient_reach(make_layer: Callable[[], Any]) -> Callable[[int], dict[str, float | None]]:
    def gradient_reach(seed: int) -> dict[str, float | None]:
        """For each kind of layer the norm of the loss's gradient there; ``None`` if none comes.

        The loss is the mean squared distance of the model's indices from random ones.
        """
        keras.utils.set_random_seed(seed)
        model = tagger(make_layer())
        words = tf.random.uniform((4, STEPS), maxval=VOCABULARY, dtype=tf.int32)
        wanted = tf.cast(tf.random.uniform((4, STEPS), maxval=CLASSES, dtype=tf.int32), tf.float32)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.cast(model(words), tf.float32) - wanted) ** 2)
        embedding, lstm, dense = model.layers[:3]
        reached = {"Embedding": embedding, "LSTM": lstm, "Dense": dense}
        weights = {kind: layer.trainable_weights for kind, layer in reached.items()}
        gradients = tape.gradient(loss, weights)
        return {kind: _norm(parts) for kind, parts in gradients.items()}

    return gradient_reach


def _norm(gradients: list[Any]) -> float | None:
    arrived = [tf.convert_to_tensor(part) for part in gradients if part is not None]
    return float(tf.linalg.global_norm(arrived)) if arrived else None


argmax_layer.__dict__["gradient_reach"] = _gradient_reach(Argmax)
softargmax_layer.__dict__["gradient_reach"] = _gradient_reach(SoftArgmax)


@implementation(
    "cross_entropy",
    "sparse",
    formats=("float64", "float32"),
    axes="last",
    ranks=(2,),
    labels=("index",),
    costly="tangents",
)
def cross_entropy_sparse(
    logits: Tensor, labels: Tensor, ignore_class: int | None = None, reduction: str = "none"
) -> Tensor:
    """The class ``keras.losses.SparseCategoricalCrossentropy`` of logits.

    It converts labels to the format of the loss, in which those beyond 2048 (float16) or 256
    (bfloat16) are other classes; its users leave that at float32.
    """
    names = {"none": None, "sum": "sum", "mean": "sum_over_batch_size"}
    loss = keras.losses.SparseCategoricalCrossentropy(
        from_logits=True, ignore_class=ignore_class, reduction=names[reduction], dtype=logits.dtype
    )
    return loss(labels, logits)


@implementation("logaddexp", formats=("float32",), costly="tangents")
def logaddexp(x: Tensor, other: Tensor) -> Tensor:
    """``keras.ops.logaddexp``."""
    return keras.ops.logaddexp(x, other)


@implementation("binary_cross_entropy", formats=("float32",), costly="tangents")
def binary_cross_entropy(x: Tensor, target: Tensor) -> Tensor:
    """``keras.ops.binary_crossentropy`` of logits."""
    return keras.ops.binary_crossentropy(target, x, from_logits=True)
