"""The sampled softmax is the full one when all is sampled, and estimates its sum otherwise."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import numpy as np
import pytest

tf: Any = pytest.importorskip("tensorflow", reason="tensorflow is not installed")

LOGITS = np.array([[0.5, -1.0, 2.0, 0.25, 1.5, -0.5, 0.0, 1.0]], dtype=np.float32)
LABELS = np.array([4])
DRAWS, SAMPLED = 1000, 8


@pytest.fixture(scope="module")
def module() -> ModuleType:
    return importlib.import_module("softmark_implementations.with_tensorflow")


def test_with_every_class_sampled_it_is_the_full_loss(module: ModuleType) -> None:
    logits = tf.random.stateless_normal((5, 9), seed=(1, 2)) * 4
    labels = tf.constant([0, 8, 3, 3, 5], dtype=tf.int64)
    np.testing.assert_allclose(
        module.cross_entropy_sampled(logits, labels),
        module.cross_entropy_sparse(logits, labels),
        rtol=1e-6,
        atol=1e-7,
    )


def partition_sums(module: ModuleType) -> np.ndarray:
    """Estimates of sum_j e^x_j, read off the losses: exp(loss) = 1 + S / (e^x_t / q)."""
    q = SAMPLED / LOGITS.shape[1]
    label = np.exp(LOGITS[0, LABELS[0]]) / q
    logits, labels = tf.constant(LOGITS), tf.constant(LABELS, dtype=tf.int64)
    sampled = tf.function(  # op by op a thousand draws take as long as a hundred tests
        lambda seed: module.sampled_cross_entropy(logits, labels, SAMPLED, seed)
    )
    losses = [float(sampled(tf.constant(seed))[0]) for seed in range(DRAWS)]
    return (np.exp(losses) - 1.0) * label


def test_with_fewer_classes_its_partition_sum_is_unbiased(module: ModuleType) -> None:
    estimates = partition_sums(module)
    exact = np.exp(LOGITS.astype(np.float64)).sum()
    standard_error = estimates.std(ddof=1) / np.sqrt(DRAWS)
    assert standard_error < 0.015 * exact  # so that a bias of a tenth would be seen
    assert abs(estimates.mean() - exact) < 4 * standard_error


def test_the_same_seed_draws_the_same_classes(module: ModuleType) -> None:
    logits, labels = tf.constant(LOGITS), tf.constant(LABELS, dtype=tf.int64)
    first = [float(module.sampled_cross_entropy(logits, labels, 3, seed)[0]) for seed in range(8)]
    again = [float(module.sampled_cross_entropy(logits, labels, 3, seed)[0]) for seed in range(8)]
    assert first == again
    assert len(set(first)) > 1
