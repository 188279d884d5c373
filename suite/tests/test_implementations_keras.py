"""An argmax in the middle of a model cuts the gradient off; a soft argmax lets it through."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import numpy as np
import pytest

keras: Any = pytest.importorskip("keras", reason="keras is not installed")
pytest.importorskip("tensorflow", reason="tensorflow is not installed")


@pytest.fixture(scope="module")
def module() -> ModuleType:
    return importlib.import_module("softmark_implementations.with_keras")


def test_no_gradient_reaches_any_weight_through_the_argmax_layer(module: ModuleType) -> None:
    reach = module.argmax_layer.gradient_reach(0)
    assert reach == {"Embedding": None, "LSTM": None, "Dense": None}


def test_a_gradient_reaches_every_weight_through_the_soft_argmax_layer(module: ModuleType) -> None:
    reach = module.softargmax_layer.gradient_reach(0)
    assert set(reach) == {"Embedding", "LSTM", "Dense"}
    assert all(norm is not None and norm > 0 for norm in reach.values())


def test_the_seed_decides_the_reach(module: ModuleType) -> None:
    first, again, other = (module.softargmax_layer.gradient_reach(seed) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_the_gradient_is_the_slope_of_the_loss(module: ModuleType) -> None:
    """Through the layer alone: d/dx of the expected index, by central differences."""
    tf = importlib.import_module("tensorflow")
    x = tf.constant([[0.25, 1.0, -0.5]], dtype=tf.float64)
    one = tf.ones((1,), dtype=tf.float64)
    got = module.FRAMEWORK.vjp(lambda at: module.softargmax_layer(at, beta=2.0), x, one).numpy()
    step = 1e-6
    for i in range(3):
        ahead, behind = x.numpy(), x.numpy()
        ahead[0, i] += step
        behind[0, i] -= step
        values = [module.softargmax_layer(tf.constant(at), beta=2.0) for at in (ahead, behind)]
        slope = (float(values[0][0]) - float(values[1][0])) / (2 * step)
        assert got[0, i] == pytest.approx(slope, rel=1e-7)


def test_the_model_is_the_one_that_is_described(module: ModuleType) -> None:
    model = module.tagger(module.SoftArgmax())
    kinds = [type(layer).__name__ for layer in model.layers]
    assert kinds == ["Embedding", "LSTM", "TimeDistributed", "SoftArgmax"]
    assert model(np.zeros((2, module.STEPS), dtype=np.int32)).shape == (2, module.STEPS)


def test_the_layers_can_be_written_down_and_read_again(module: ModuleType) -> None:
    soft = module.SoftArgmax(axis=1, beta=3.0)
    copy = module.SoftArgmax.from_config(soft.get_config())
    assert (copy.axis, copy.beta) == (1, 3.0)
    assert module.Argmax.from_config(module.Argmax(axis=1).get_config()).axis == 1


def test_a_sharp_soft_argmax_is_the_argmax(module: ModuleType) -> None:
    x = keras.random.normal((4, 7), seed=3)
    np.testing.assert_allclose(
        module.softargmax_layer(x, beta=1e6), module.argmax_layer(x), rtol=1e-6
    )
