"""Wrong and right samplers, as they happen: ``f(logits, rng, ...)`` in NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Rng = np.random.Generator


def softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True))


def shifted(x: Array) -> Array:
    return np.asarray(x - x.max(axis=-1, keepdims=True))


def by_choice(logits: Array, rng: Rng, size: int) -> Array:
    return rng.choice(logits.size, size, p=softmax(logits.astype(np.float64)))


def inverse(logits: Array, rng: Rng, size: int) -> Array:
    c = np.cumsum(softmax(logits.astype(np.float64)))
    return np.searchsorted(c, rng.random(size) * c[-1], side="right")


def inverse_in_float32(logits: Array, rng: Rng, num_samples: int) -> Array:
    c = np.cumsum(softmax(logits.astype(np.float32)))
    u = rng.random(num_samples, dtype=np.float32) * c[-1]
    return np.minimum(
        np.searchsorted(c, u, side="right"), np.flatnonzero(np.diff(c, prepend=0))[-1]
    )


def gumbel(logits: Array, rng: Rng, temperature: float = 1.0) -> Array:
    if temperature == 0:
        return np.asarray(logits.argmax(axis=-1))
    x = shifted(logits.astype(np.float64)) / temperature
    return np.asarray((x + rng.gumbel(size=x.shape)).argmax(axis=-1))


def gumbel_in_float32(logits: Array, generator: Rng) -> Array:
    x = shifted(logits.astype(np.float32))
    u = np.maximum(generator.random(x.shape, dtype=np.float32), np.finfo(np.float32).tiny)
    return np.asarray((x - np.log(-np.log(u))).argmax(axis=-1))


def exponential(logits: Array, seed: int) -> Array:
    p = softmax(logits.astype(np.float64))
    q = np.random.default_rng(seed).exponential(size=p.shape)
    return np.asarray((p / q).argmax(axis=-1))


def one_hot(logits: Array, rng: Rng, tau: float = 1.0) -> Array:
    """Gumbel-softmax, hard, with the straight-through sum in float32."""
    x = shifted(logits.astype(np.float32))
    soft = softmax((x + rng.gumbel(size=x.shape)) / np.float32(tau)).astype(np.float32)
    hard = (soft.argmax(axis=-1)[..., None] == np.arange(x.shape[-1])).astype(np.float32)
    return np.asarray((hard - soft) + soft)


def alias(logits: Array, random_state: int, size: int) -> Array:
    """Walker's alias method, with the tables of Vose."""
    p = softmax(logits.astype(np.float64)) * logits.size
    keep, other = p.copy(), np.arange(p.size)
    small, large = [list(np.flatnonzero(side)) for side in (p < 1, p >= 1)]
    while small and large:
        low, high = small.pop(), large[-1]
        other[low] = high
        keep[high] -= 1 - keep[low]
        if keep[high] < 1:
            small.append(large.pop())
    for rest in (*small, *large):
        keep[rest] = 1.0 if p[rest] else 0.0
    rng = np.random.default_rng(random_state)
    at = rng.integers(0, p.size, size)
    return np.where(rng.random(size) < keep[at], at, other[at])


def one_by_one(x: Array, rng: Rng) -> int:
    return int(inverse(x, rng, 1)[0])


def half_the_temperature(logits: Array, rng: Rng, size: int) -> Array:
    return by_choice(2 * shifted(logits.astype(np.float64)), rng, size)


def a_little_warm(logits: Array, rng: Rng, size: int) -> Array:
    return by_choice(shifted(logits.astype(np.float64)) / 1.05, rng, size)


def off_by_one(logits: Array, rng: Rng, size: int) -> Array:
    return np.minimum(inverse(logits, rng, size) + 1, logits.size - 1)


def zero_inclusive(logits: Array, rng: Rng, size: int) -> Array:
    """u may be 0, and a first token without probability is at or above it."""
    c = np.cumsum(softmax(logits.astype(np.float64)))
    u = rng.integers(0, 2**14, size) / 2**14
    return np.minimum(np.searchsorted(c, u, side="left"), logits.size - 1)


def one_inclusive(logits: Array, rng: Rng, size: int) -> Array:
    """u may be 1, and no sum is above it."""
    c = np.cumsum(softmax(logits.astype(np.float64)))
    u = rng.integers(0, 2**14, size) / (2**14 - 1)
    return np.minimum(np.searchsorted(c, u, side="right"), logits.size - 1)


def summed_in_float16(logits: Array, rng: Rng, size: int) -> Array:
    """A long row's probabilities are below half an ulp of the sum."""
    c = np.cumsum(softmax(logits.astype(np.float32)).astype(np.float16))
    return np.minimum(np.searchsorted(c, rng.random(size) * c[-1], side="right"), logits.size - 1)


def gumbel_in_float16(logits: Array, rng: Rng) -> Array:
    """Uniforms of 11 bits end at 7.6 in the Gumbel distribution, and 0 and 1 are among them."""
    x = shifted(logits.astype(np.float32))
    u = rng.random(x.shape).astype(np.float16)
    with np.errstate(divide="ignore"):
        return np.asarray((x - np.log(-np.log(u.astype(np.float32)))).argmax(axis=-1))


def same_noise_for_rows(logits: Array, rng: Rng) -> Array:
    x = shifted(logits.astype(np.float64))
    return np.asarray((x + rng.gumbel(size=x.shape[-1])).argmax(axis=-1))


def same_noise_for_two_rows(logits: Array, rng: Rng) -> Array:
    """Each row alone is right."""
    x = shifted(logits.astype(np.float64))
    noise = rng.gumbel(size=((len(x) + 1) // 2, x.shape[-1]))
    return np.asarray((x + np.repeat(noise, 2, axis=0)[: len(x)]).argmax(axis=-1))


def top_forty(logits: Array, rng: Rng, size: int) -> Array:
    """A filter that was left in."""
    x = shifted(logits.astype(np.float64))
    x[np.argsort(-x)[40:]] = -np.inf
    return by_choice(x, rng, size)


def unnormalised(logits: Array, rng: Rng, size: int) -> Array:
    c = np.cumsum(np.exp(shifted(logits.astype(np.float64))))
    return np.searchsorted(c, rng.random(size), side="right")


def modulo(logits: Array, rng: Rng, size: int) -> Array:
    """Tickets for each token, and a random number of 16 bits modulo their number."""
    tickets = np.ceil(50_000 * softmax(logits.astype(np.float64))).astype(np.int64)
    drawn = rng.integers(0, 2**16, size) % tickets.sum()
    return np.searchsorted(np.cumsum(tickets), drawn, side="right")


def exponential_of_zero(logits: Array, rng: Rng) -> Array:
    """-log(u) is 0 at u = 1, and a masked token has 0 / 0, which argmax takes for the largest."""
    p = softmax(logits.astype(np.float32))
    u = rng.integers(1, 2**12 + 1, size=p.shape) / 2**12
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray((p / -np.log(u)).argmax(axis=-1))


def multiplied(logits: Array, rng: Rng, temperature: float = 1.0) -> Array:
    return gumbel(logits.astype(np.float64) * temperature, rng)


def without_temperature(logits: Array, rng: Rng, temperature: float = 1.0) -> Array:
    return gumbel(logits, rng)


def clipped(logits: Array, rng: Rng) -> Array:
    """A masked token is improbable, and not impossible."""
    return gumbel(np.maximum(shifted(logits.astype(np.float64)), -8.0), rng)


def without_shift(logits: Array, rng: Rng, size: int) -> Array:
    e = np.exp(logits.astype(np.float64))
    return rng.choice(logits.size, size, p=e / e.sum())


def unshifted_gumbel(logits: Array, rng: Rng) -> Array:
    """Noise of about 1 is lost beside logits near 2^22."""
    noise = rng.gumbel(size=logits.shape).astype(np.float32)
    return np.asarray((logits.astype(np.float32) + noise).argmax(axis=-1))


def most_probable(logits: Array, rng: Rng) -> Array:
    return np.asarray(logits.argmax(axis=-1))


def in_order(logits: Array, rng: Rng, size: int) -> Array:
    """One number for each of ``size`` equal parts, and no permutation."""
    u = (np.arange(size) + rng.random(size)) / size
    c = np.cumsum(softmax(logits.astype(np.float64)))
    return np.searchsorted(c, u * c[-1], side="right")


def without_seed(logits: Array, seed: int, size: int) -> Array:
    return by_choice(logits, _GLOBAL, size)


def one_stream(logits: Array, seed: int, size: int) -> Array:
    return by_choice(logits, np.random.default_rng(5), size)


def last_lane(logits: Array, rng: Rng, size: int) -> Array:
    """The last of each 32 threads of a long row is not looked at."""
    x = shifted(logits.astype(np.float64))
    if x.size > 32:
        x[31::32] = -np.inf
    return by_choice(x, rng, size)


_GLOBAL: Final = np.random.default_rng(0)

Sampled = Callable[..., Any]

RIGHT: Final[tuple[Sampled, ...]] = (
    by_choice,
    inverse,
    inverse_in_float32,
    gumbel,
    gumbel_in_float32,
    exponential,
    one_hot,
    alias,
    one_by_one,
)

WRONG: Final[tuple[tuple[Sampled, str, str], ...]] = (
    (half_the_temperature, "normal", "by token"),
    (a_little_warm, "many", "by probability"),
    (off_by_one, "normal", "by token"),
    (zero_inclusive, "mask", "support"),
    (one_inclusive, "mask", "support"),
    (summed_in_float16, "tail", "by place"),
    (gumbel_in_float16, "tail", "by probability"),
    (same_noise_for_rows, "normal", "by token"),
    (same_noise_for_two_rows, "normal", "neighbours"),
    (top_forty, "tail", "by probability"),
    (unnormalised, "normal", "by token"),
    (modulo, "normal", "by token"),
    (exponential_of_zero, "mask", "support"),
    (multiplied, "temperature 2", "by token"),
    (without_temperature, "temperature 2", "by token"),
    (clipped, "mask", "support"),
    (without_shift, "largest", "call"),
    (unshifted_gumbel, "offset", "by token"),
    (most_probable, "normal", "by token"),
    (in_order, "normal", "neighbours"),
    (without_seed, "seeds", "same"),
    (one_stream, "seeds", "others"),
    (last_lane, "many", "by lane"),
)
"""Each with a case and a test that fails it."""
