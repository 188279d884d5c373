"""Bugs as they are made with TensorFlow: in a custom gradient, in a cast, in an axis."""

from __future__ import annotations

from typing import Any

import tensorflow as tf

from mutants import mutant

Tensor = Any


@mutant("softmax", "gradient", "tensorflow")
def cotangent_passed_straight_through(x: Tensor, axis: int = -1) -> Tensor:
    @tf.custom_gradient
    def softmax(x: Tensor) -> Tensor:
        return tf.nn.softmax(x, axis), lambda g: g

    return softmax(x)


@mutant("softmax", "accuracy", "tensorflow")
def normalised_along_the_first_axis(x: Tensor, axis: int = -1) -> Tensor:
    e = tf.exp(x - tf.reduce_max(x, axis, keepdims=True))
    return e / tf.reduce_sum(e, 0, keepdims=True)


@mutant("sigmoid", "accuracy", "tensorflow")
def computed_in_half_and_cast_back(x: Tensor) -> Tensor:
    return tf.cast(tf.sigmoid(tf.cast(x, tf.float16)), x.dtype)


@mutant("cross_entropy", "accuracy", "tensorflow")
def probabilities_clipped_before_the_log(logits: Tensor, labels: Tensor) -> Tensor:
    """As losses that are given probabilities do it."""
    p = tf.clip_by_value(tf.nn.softmax(logits), 1e-7, 1 - 1e-7)
    return -tf.math.log(tf.gather(p, labels, batch_dims=1))


@mutant("argmax", "gradient", "tensorflow")
def straight_through_in_tensorflow(x: Tensor, axis: int = -1) -> Tensor:
    hard = tf.cast(tf.argmax(x, axis), x.dtype)
    index = tf.range(tf.shape(x)[axis])
    soft = tf.linalg.matvec(tf.nn.softmax(x, axis), tf.cast(index, x.dtype))
    return soft + tf.stop_gradient(hard - soft)
