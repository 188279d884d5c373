"""ncnn computes networks of one layer that are written here, along each axis."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from softmark_implementations.framework import NotOffered

pytest.importorskip("ncnn", reason="ncnn is not installed")

Array = Any


@pytest.fixture(scope="module")
def module() -> Any:
    from softmark_implementations import with_ncnn

    return with_ncnn


@pytest.mark.parametrize(
    "shape", [(5,), (16,), (4, 5), (8, 16), (3, 4, 5), (8, 4, 5), (2, 8, 4, 5)]
)
def test_layers_compute_along_each_axis(module: Any, shape: tuple[int, ...]) -> None:
    x = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    for axis in range(-1, len(shape)):
        total = np.exp(x).sum(axis=axis, keepdims=True)
        close(module.softmax(x, axis), np.exp(x) / total)
        close(module.logsumexp(x, axis), np.log(total).squeeze(axis))


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("sigmoid", lambda x: 1 / (1 + np.exp(-x))),
        ("softplus", lambda x: np.log1p(np.exp(x))),
    ],
)
def test_layers_compute_each_logit(
    module: Any, name: str, formula: Callable[[Array], Array]
) -> None:
    x = np.linspace(-5, 5, 210, dtype=np.float32).reshape(7, 5, 6)
    close(getattr(module, name)(x), formula(x))
    close(getattr(module, name)(x[::-1, :, ::2]), formula(x[::-1, :, ::2]))


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.zeros(3), "take float32 here, not float64"),
        (np.zeros((0, 3), np.float32), r"no array of shape \(0, 3\)"),
    ],
)
def test_what_it_has_no_array_for_is_refused(module: Any, x: Array, words: str) -> None:
    with pytest.raises(NotOffered, match=words):
        module.sigmoid(x)


def test_an_axis_that_is_not_there_is_refused(module: Any) -> None:
    with pytest.raises(IndexError):
        module.softmax(np.zeros((2, 3), np.float32), 2)


def close(actual: Array, expected: Array) -> None:
    assert actual.shape == expected.shape
    np.testing.assert_allclose(actual, expected, rtol=1e-5, atol=1e-6)
