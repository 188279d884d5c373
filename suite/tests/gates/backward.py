"""Rules for the gradient of a softmax."""

from __future__ import annotations

import numpy as np

from gates import Array, Function, Gate, close, gradient, softmax
from gates.forward import NORMAL_SHAPES
from softmark.formats import BFLOAT16, round_to


def _pair(*shape: int, seed: int = 0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    x, g = rng.normal(size=shape), rng.normal(size=shape)
    return x.astype(np.float32), g.astype(np.float32)


def _liger(f: Function) -> bool:
    pairs = (_pair(*shape) for shape in NORMAL_SHAPES)
    return all(close(f(x, g), gradient(x, g), 1e-5, 1e-5) for x, g in pairs)


def _liger_in_bfloat16(f: Function) -> bool:
    for shape in NORMAL_SHAPES:
        x, g = (round_to(a.astype(np.float64), BFLOAT16).astype(np.float32) for a in _pair(*shape))
        given = round_to(f(x, g).astype(np.float64), BFLOAT16)
        if not close(given, round_to(gradient(x, g), BFLOAT16), 5e-2, 5e-2):
            return False
    return True


def _differences(f: Function) -> bool:
    """Each entry of the Jacobian against a central difference of the exact softmax in float64."""
    rng = np.random.default_rng(0)
    for n in (5, 10):
        x = rng.uniform(-9, 9, n)
        for i in range(n):
            step = 1e-6 * np.eye(n)[i]
            due = (softmax(x + step) - softmax(x - step)) / 2e-6
            row = [f(x[None], np.eye(n)[j][None])[0, i] for j in range(n)]
            if not close(np.array(row), due, 1e-3, 1e-5):
                return False
    return True


def _directional(f: Function) -> bool:
    """One number: the gradient along a cotangent, times a tangent, against a difference."""
    x, g = _pair(4, 64)
    v = np.random.default_rng(1).normal(size=x.shape)
    due = (g * (softmax(x + 1e-4 * v) - softmax(x - 1e-4 * v))).sum() / 2e-4
    return close(np.array((f(x, g) * v).sum()), np.array(due), 2e-3, 2e-3)


GATES = (
    Gate(
        "JAX check_grads",
        "jax-ml/jax: jax/_src/public_test_util.py",
        "one random direction, normal 4 x 64; 2e-3, 2e-3",
        _directional,
    ),
    Gate(
        "Liger, bfloat16",
        "linkedin/Liger-Kernel: test/transformers/test_softmax.py",
        "normal, 7 shapes to 70000; 5e-2, 5e-2",
        _liger_in_bfloat16,
    ),
    Gate(
        "gradcheck",
        "pytorch/pytorch: torch/autograd/gradcheck.py",
        "uniform [-9, 9), n = 5 and 10, float64, step 1e-6; 1e-3, 1e-5",
        _differences,
    ),
    Gate(
        "Liger, float32",
        "linkedin/Liger-Kernel: test/transformers/test_softmax.py",
        "normal, 7 shapes to 70000; 1e-5, 1e-5",
        _liger,
    ),
)
