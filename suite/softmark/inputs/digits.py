"""Real logits: what classifiers say of handwritten digits.

The data are the 1,797 images of 8 x 8 pixels that scikit-learn carries (from
the UCI optical recognition of handwritten digits set), so nothing is
downloaded.  The classifiers are trained here, with a fixed seed, in about a
second; logits of trained networks are neither normal nor uniform, and the
winner is often far ahead.
"""

from __future__ import annotations

import threading
import warnings
from functools import cache
from typing import Final

import numpy as np

from softmark.formats import Float64Array, Format
from softmark.inputs.registry import family

_TRAINING: Final = threading.Lock()


@family
def digits(
    rng: np.random.Generator, rows: int, n: int, fmt: Format, *, network: str = "linear"
) -> Float64Array:
    """Logits of a classifier of handwritten digits, ``linear`` or ``mlp``; rows of 10."""
    if n != 10:
        raise TypeError(f"there are 10 digits, not {n}")
    found = _logits(network)
    return found[rng.integers(0, len(found), rows)]


def _logits(network: str) -> Float64Array:
    """The trained network's logits for all images, 1797 x 10."""
    with _TRAINING:  # one thread trains, the others wait for what it made
        return _trained(network)


@cache
def _trained(network: str) -> Float64Array:
    from sklearn.datasets import load_digits
    from sklearn.exceptions import ConvergenceWarning
    from threadpoolctl import threadpool_limits

    images, labels = load_digits(return_X_y=True)
    with warnings.catch_warnings(), threadpool_limits(1):
        # Trained for a fixed number of steps, so that it takes a second: not to convergence.
        warnings.simplefilter("ignore", ConvergenceWarning)
        train = {"linear": _linear, "mlp": _perceptron}[network]
        return np.asarray(train(images / 16.0, labels), dtype=np.float64)


def _linear(images: Float64Array, labels: Float64Array) -> Float64Array:
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(max_iter=50, C=10.0).fit(images, labels)
    return np.asarray(model.decision_function(images))


def _perceptron(images: Float64Array, labels: Float64Array) -> Float64Array:
    """The last layer of a network with two hidden layers, before its softmax."""
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier((64, 32), learning_rate_init=0.004, max_iter=25, random_state=0).fit(
        images, labels
    )
    layer = images
    for weights, bias in zip(model.coefs_[:-1], model.intercepts_[:-1], strict=True):
        layer = np.maximum(layer @ weights + bias, 0.0)
    return np.asarray(layer @ model.coefs_[-1] + model.intercepts_[-1])
