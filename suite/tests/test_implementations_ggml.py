"""ggml computes graphs of one node: with a scale, with a mask, with sinks, in threads."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from softmark_implementations.framework import NotOffered

pytest.importorskip("xllamacpp", reason="no wheel with a library of ggml is installed")

X = np.random.default_rng(0).normal(0, 3, (2, 3, 5)).astype(np.float32)
E = np.exp(X.astype(np.float64))


@pytest.fixture(scope="module")
def module() -> Any:
    from softmark_implementations import with_ggml

    return with_ggml


def close(actual: Any, expected: Any) -> None:
    np.testing.assert_allclose(actual, expected, rtol=2e-6, atol=1e-9)


def test_a_scale_comes_with_the_extended_softmax(module: Any) -> None:
    close(module.softmax(X), E / E.sum(axis=-1, keepdims=True))
    close(module.softmax_ext(X, beta=2.0), E**2 / (E**2).sum(axis=-1, keepdims=True))


def test_a_mask_leaves_logits_out(module: Any) -> None:
    kept = np.where(np.arange(5) % 2 == 0, E, 0)
    mask = np.broadcast_to(np.arange(5) % 2 == 0, X.shape)
    close(module.masked_softmax(X, mask), kept / kept.sum(axis=-1, keepdims=True))


def test_each_row_has_a_sink_of_its_own(module: Any) -> None:
    sink = np.arange(6, dtype=np.float32).reshape(2, 3, 1)
    close(module.sink_softmax(X, sink), E / (E.sum(axis=-1, keepdims=True) + np.exp(sink)))


def test_threads_share_the_rows(module: Any) -> None:
    one = module.softmax(X)
    module.FRAMEWORK.prepare(0, 2)
    try:
        np.testing.assert_array_equal(module.softmax(X), one)
    finally:
        module.FRAMEWORK.prepare(0, 1)


@pytest.mark.parametrize("x", [np.zeros(3), np.zeros((0, 3), np.float32)])
def test_what_would_end_the_process_is_refused(module: Any, x: Any) -> None:
    with pytest.raises(NotOffered, match="takes float32 here, and no array of"):
        module.softmax(x)
