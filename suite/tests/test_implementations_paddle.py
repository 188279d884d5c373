"""PaddlePaddle differentiates backward, twice where it can, also in threads, and says the rest."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from softmark.formats import FLOAT64, decode, encode
from softmark_implementations.framework import NotOffered

pytest.importorskip("paddle", reason="paddlepaddle is not installed")

X = np.array([[0.5, -1.0, 2.0, 0.25]])
COTANGENT = np.array([[1.0, -2.0, 0.5, 3.0]])
TANGENT = np.array([[0.5, 0.25, -1.0, 1.0]])


@pytest.fixture(scope="module")
def module() -> Any:
    from softmark_implementations import with_paddle

    return with_paddle


@pytest.fixture
def sent(module: Any) -> list[Any]:
    return [
        module.FRAMEWORK.array(encode(values, FLOAT64), "float64", "cpu")
        for values in (X, COTANGENT, TANGENT)
    ]


def values(module: Any, array: Any) -> Any:
    return decode(module.FRAMEWORK.bits(array)[0], FLOAT64)


def test_the_gradient_is_that_of_softmax_in_each_of_many_threads(
    module: Any, sent: list[Any]
) -> None:
    p = np.exp(X) / np.exp(X).sum()
    expected = p * (COTANGENT - (p * COTANGENT).sum())

    def gradient(_: int) -> Any:
        return values(module, module.FRAMEWORK.vjp(module.softmax, *sent[:2]))

    with ThreadPoolExecutor(4) as pool:
        for got in pool.map(gradient, range(200)):
            np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-15)


def test_the_second_derivative_is_that_of_sigmoid(module: Any, sent: list[Any]) -> None:
    s = 1 / (1 + np.exp(-X))
    expected = COTANGENT * TANGENT * s * (1 - s) * (1 - 2 * s)
    got = values(module, module.FRAMEWORK.hvp(module.sigmoid, *sent))
    np.testing.assert_allclose(got, expected, rtol=1e-12)


def test_no_gradient_passes_an_argmax(module: Any, sent: list[Any]) -> None:
    assert module.FRAMEWORK.vjp(module.argmax, *sent[:2]) is None
    assert module.FRAMEWORK.hvp(module.argmax, *sent) is None


def test_what_it_does_not_differentiate_is_not_offered(module: Any, sent: list[Any]) -> None:
    with pytest.raises(NotOffered, match="its gradient has no gradient"):
        module.FRAMEWORK.hvp(module.softmax, *sent)
    with pytest.raises(NotOffered, match="backward alone"):
        module.FRAMEWORK.jvp(module.softmax, sent[0], sent[2])


def test_losses_of_every_kind_of_label_have_the_shape_of_the_rows(module: Any) -> None:
    import paddle

    logits = paddle.to_tensor([[1.0, 2.0], [0.0, 3.0]])
    index, soft = paddle.to_tensor([0, 1]), paddle.to_tensor([[1.0, 0.0], [0.0, 1.0]])
    for labels, options in ((index, {}), (soft, {}), (index, {"label_smoothing": 0.1})):
        assert module.cross_entropy(logits, labels, **options).shape == [2]
