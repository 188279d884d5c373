"""Rows that are hard for a softmax reference: what the oracle is verified on."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Float64Array = NDArray[np.float64]
Generator = np.random.Generator
LN2 = math.log(2.0)


def _masked(rng: Generator, n: int) -> Float64Array:
    x = rng.normal(size=n) * 5
    x[rng.random(n) < 0.4] = -np.inf
    x[rng.integers(n)] = 0.5
    return x


def _one_large(rng: Generator, n: int) -> Float64Array:
    x = rng.normal(size=n) - rng.uniform(10, 60)
    x[rng.integers(n)] = 0.0
    return x


def _from_greatest(rng: Generator, gaps: NDArray[Any]) -> Float64Array:
    x = -np.abs(gaps.astype(np.float64))
    x[rng.integers(len(x))] = 0.0
    return x


def _scaled(low: float, high: float) -> Callable[[Generator, int], Float64Array]:
    return lambda rng, n: rng.normal(size=n) * 10.0 ** rng.uniform(low, high)


FAMILIES: dict[str, Callable[[Generator, int], Float64Array]] = {
    "normal": lambda rng, n: rng.normal(size=n) * rng.choice([0.1, 1.0, 5.0, 30.0, 200.0]),
    "tiny scale": _scaled(-300, -1),
    "huge scale": _scaled(2, 300),
    "float32 logits": lambda rng, n: (rng.normal(size=n) * 8).astype(np.float32).astype(float),
    "whole logits": lambda rng, n: rng.integers(-300, 300, size=n).astype(float),
    "ties": lambda rng, n: rng.choice([0.0, 1.0, -2.5], size=n),
    "all equal": lambda rng, n: np.full(n, rng.normal()),
    "two levels": lambda rng, n: np.where(rng.random(n) < 0.5, 0.0, -rng.uniform(0, 80)),
    "one large": _one_large,
    "one finite": lambda rng, n: np.where(np.arange(n) == rng.integers(n), rng.normal(), -np.inf),
    "masked": _masked,
    "offset": lambda rng, n: rng.normal(size=n) + rng.choice([1e16, -1e5, 1e10]),
    "subnormal band": lambda rng, n: _from_greatest(rng, rng.uniform(700, 746, size=n)),
    "underflow edge": lambda rng, n: _from_greatest(rng, 745.13 + rng.uniform(-0.1, 0.1, size=n)),
    "float32 edges": lambda rng, n: _from_greatest(rng, rng.uniform(86, 105, size=n)),
    "half edges": lambda rng, n: _from_greatest(rng, rng.uniform(8, 18, size=n)),
    "reduction edges": lambda rng, n: _from_greatest(
        rng, (rng.integers(0, 500000, size=n) + 0.5) * (LN2 / 512)
    ),
    "multiples of ln 2": lambda rng, n: _from_greatest(rng, rng.integers(0, 1070, size=n) * LN2),
    "far below": lambda rng, n: _from_greatest(rng, rng.uniform(640, 1500, size=n)),
    "log-uniform gaps": lambda rng, n: _from_greatest(rng, 10.0 ** rng.uniform(-20, 3, size=n)),
    "largest numbers": lambda rng, n: rng.choice([1.7e308, -1.7e308, 1e308, 0.0, 1e300], size=n),
    "sorted": lambda rng, n: np.sort(rng.normal(size=n) * 20),
    "palindrome": lambda rng, n: np.abs(np.arange(n) - (n - 1) / 2) * rng.choice([0.5, 0.1]),
    "logsumexp near 0": lambda rng, n: np.full(n, -math.log(n)) + rng.normal(size=n) * 1e-9,
}
