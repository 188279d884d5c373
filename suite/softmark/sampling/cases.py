"""The rows of logits that samplers are asked to draw from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from softmark.formats import BFLOAT16, FLOAT16, FLOAT32, Float64Array, Format, round_to

VOCABULARY: Final = 128_256
"""Tokens of a large vocabulary."""

FULL: Final = 100
"""Up to this length of a row all draws are made; of a longer one fewer, so that as many random
numbers are needed.
"""

COLD: Final = 2.0**-20
"""A temperature at which every other token than the most probable has the probability 0."""

_INF: Final = np.inf


@dataclass(frozen=True)
class SamplingCase:
    """A row, and what it is there for.

    Attributes
    ----------
    may_refuse:
        Whether the function may raise an error in place of drawing.
    """

    name: str
    about: str
    logits: Float64Array
    format: Format = FLOAT32
    temperature: float = 1.0
    may_refuse: bool = False

    def draws(self, most: int) -> int:
        """How many are made, of at most ``most``."""
        return max(2, min(most, most * FULL // self.logits.size))


def cases(seed: int, *, has_temperature: bool) -> Iterator[SamplingCase]:
    """All rows; their logits are numbers of their formats."""
    for case in _cases(np.random.default_rng(seed)):
        if has_temperature or case.temperature == 1.0:
            yield case


def _cases(rng: np.random.Generator) -> Iterator[SamplingCase]:
    normal = round_to(rng.normal(size=10), FLOAT32)
    many = round_to(2 * rng.normal(size=50), FLOAT32)
    vocabulary = round_to(3 * rng.normal(size=VOCABULARY), FLOAT32)
    yield SamplingCase("normal", "ten tokens", normal)
    yield SamplingCase("ties", "equal logits", np.array([2.0, 2.0, -1.0, 2.0, 0.0, 0.0]))
    yield SamplingCase("many", "fifty tokens", many)
    yield SamplingCase("one", "a single token", np.zeros(1))
    yield SamplingCase("mask", "tokens masked with -inf", _masked(normal), may_refuse=True)
    yield SamplingCase("certain", "one token far ahead", np.array([0.0, 900.0, 3.0, -900.0]))
    yield SamplingCase("tail", "half of the probability in 1,500 tokens", _tail())
    yield SamplingCase("offset", "logits near 2^22", 2.0**22 + np.array([0.0, 0.5, 1.0, 1.5, 3.0]))
    top = FLOAT32.max
    yield SamplingCase("largest", "the largest logits of float32", np.array([top, top, 0.0, -top]))
    for temperature in (0.5, 2.0):
        name = f"temperature {temperature:g}"
        yield SamplingCase(name, "softmax(x / T)", normal, temperature=temperature)
    yield SamplingCase(
        "cold", "a temperature near 0: the most probable token", normal, temperature=COLD
    )
    yield SamplingCase("vocabulary", f"{VOCABULARY:,} tokens", vocabulary)
    for fmt in (FLOAT16, BFLOAT16):
        for name, row in (("normal", normal), ("tail", _tail())):
            given = round_to(row, fmt)
            yield SamplingCase(
                f"{name} {fmt.name}", f"logits in {fmt.name}", given, fmt, may_refuse=True
            )


def _masked(row: Float64Array) -> Float64Array:
    """With masked tokens at both ends and in between."""
    return np.concatenate([[-_INF, -_INF], row[:5], [-_INF], row[5:], [-_INF]])


def _tail() -> Float64Array:
    """Random numbers in 16 bits do not reach the tokens far behind the first."""
    return np.concatenate([[0.0], np.full(1500, -7.3125)])
