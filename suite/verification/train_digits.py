"""Train the classifiers whose logits are the family ``digits``, and write these anew.

The logits are data, not made where they are used: another release, or another processor, trains
other classifiers, and training took longer than most checks.

python suite/verification/train_digits.py
"""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits

LOGITS = Path(__file__).parents[1] / "softmark" / "inputs" / "digits.npz"

Float64Array = NDArray[np.float64]


def trained() -> dict[str, Float64Array]:
    """For each network its logits for all images, 1797 x 10."""
    images, labels = load_digits(return_X_y=True)
    with warnings.catch_warnings(), threadpool_limits(1):
        # Trained for a fixed number of steps, so that it takes a second: not to convergence.
        warnings.simplefilter("ignore", ConvergenceWarning)
        return {"linear": _linear(images / 16.0, labels), "mlp": _perceptron(images / 16.0, labels)}


def _linear(images: Float64Array, labels: Float64Array) -> Float64Array:
    model = LogisticRegression(max_iter=50, C=10.0).fit(images, labels)
    return np.asarray(model.decision_function(images), dtype=np.float64)


def _perceptron(images: Float64Array, labels: Float64Array) -> Float64Array:
    """The last layer of a network with two hidden layers, before its softmax."""
    model = MLPClassifier((64, 32), learning_rate_init=0.004, max_iter=25, random_state=0).fit(
        images, labels
    )
    layer = images
    for weights, bias in zip(model.coefs_[:-1], model.intercepts_[:-1], strict=True):
        layer = np.maximum(layer @ weights + bias, 0.0)
    return np.asarray(layer @ model.coefs_[-1] + model.intercepts_[-1], dtype=np.float64)


if __name__ == "__main__":
    np.savez(LOGITS, **trained())
