"""Numbers that explanations need, read off a wrong result or taken from a list of usual ones."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import numpy as np

from softmark.api.diagnosis.samples import Array, Sample
from softmark.api.diagnosis.steps import Parameter, right

TILES: Final = (2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
LIMITS: Final = (1, 5, 10, 15, 20, 30, 40, 50, 60, 64, 80, 85, 87, 88, 100, 500, 700, 1000, 1e4)
MASKS: Final = (-1e4, -1e9, -1e5, -1e3, -100.0, 0.0)
WORDS: Final = {
    0.5: "x / 2", 2.0: "2 x", -1.0: "-x", math.log(2): "x with base 2 in place of e",
    math.log2(math.e): "x log2(e)", 1 / 3: "x / 3",
}  # fmt: skip


def among(values: Iterable[float]) -> Callable[[Sample], Iterator[Parameter]]:
    """Each of a list."""

    def listed(_: Sample) -> Iterator[Parameter]:
        for value in values:
            yield float(value), f"{value:g}"

    return listed


def tiles(sample: Sample) -> Iterator[Parameter]:
    """Block sizes, those that are shorter than the row."""
    for tile in TILES:
        if tile < 2 * sample.n:
            yield float(tile), str(tile)


def rounded(value: float) -> Iterator[Parameter]:
    """A fitted number: a simple one near it first."""
    if not math.isfinite(value) or value == 0:
        return
    for digits in (1, 2, 3, 4, 6, 12):
        text = f"{value:.{digits}g}"
        if abs(float(text) / value - 1) < 1e-2:
            yield float(text), text


def scale_of_logits(sample: Sample) -> Iterator[Parameter]:
    """By how much beta is larger than the one that was asked for."""
    yield from WORDS.items()
    for value in _slope(sample, sample.x):
        if abs(value - 1) > 1e-9:
            yield from ((v, f"{said} x") for v, said in rounded(value / (sample.beta or 1.0)))


def own_beta(sample: Sample) -> Iterator[Parameter]:
    """The same on its own, whatever was asked for."""
    yield 1.0, "1"
    for value in _slope(sample, sample.x):
        yield from rounded(value)


def per_index(sample: Sample) -> Iterator[Parameter]:
    """What is added to a logit for each place in the row."""
    place = np.broadcast_to(np.arange(sample.n, dtype=float), sample.x.shape)
    for value in _slope(sample, place, less=sample.x * sample.beta):
        yield from rounded(value)


def _slope(sample: Sample, along: Array, less: Array | None = None) -> Iterator[float]:
    """How the logarithm of the result goes with something, between its extremes in one row."""
    if sample.operation not in ("softmax", "log_softmax") or not sample.known.all():
        return
    logs = np.log(sample.got) if sample.operation == "softmax" else sample.got
    clear = np.isfinite(logs) & np.isfinite(along)
    if sample.operation == "softmax":
        clear &= sample.got > sample.format.least_normal * 2**12
    logs = logs if less is None else logs - less
    low = np.where(clear, along, np.inf).argmin(axis=-1)[..., None]
    high = np.where(clear, along, -np.inf).argmax(axis=-1)[..., None]
    rise = np.take_along_axis(logs, high, -1) - np.take_along_axis(logs, low, -1)
    run = np.take_along_axis(along, high, -1) - np.take_along_axis(along, low, -1)
    found = (rise / run)[(run > 0) & np.isfinite(rise)]
    if found.size:
        yield float(np.median(found))


def factor(sample: Sample) -> Iterator[Parameter]:
    """The ratio of the result to the right one."""
    exact = right(sample) if sample.g is None else None
    if exact is not None and exact.shape == sample.got.shape:
        yield from ratio(sample, exact)


def ratio(sample: Sample, exact: Array) -> Iterator[Parameter]:
    found = sample.got / exact
    clear = sample.judged & np.isfinite(found) & (np.abs(exact) > sample.format.least_normal * 64)
    if clear.any():
        yield from rounded(float(np.median(found[clear])))


def added(sample: Sample) -> Iterator[Parameter]:
    """The difference of the result from the right one."""
    exact = right(sample)
    if exact.shape == sample.got.shape:
        found = (sample.got - exact)[sample.judged]
        found = found[np.isfinite(found)]
        yield from rounded(float(np.median(found))) if found.size else ()


def epsilon(sample: Sample) -> Iterator[Parameter]:
    """What was added to the sum of the exponentials, from what a row's probabilities lack."""
    for value in (1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2):
        yield value, f"{value:g}"
    if sample.operation == "softmax" and sample.known.all() and sample.n:
        d = sample.beta * (sample.x - sample.x.max(axis=-1, keepdims=True))
        found = np.exp(d).sum(axis=-1) * (1 / sample.got.sum(axis=-1) - 1)
        found = found[np.isfinite(found)]
        yield from rounded(float(np.median(found))) if found.size else ()


def extreme(which: Callable[[Array], float]) -> Callable[[Sample], Iterator[Parameter]]:
    """The least or the largest number of the result."""

    def found(sample: Sample) -> Iterator[Parameter]:
        values = sample.got[sample.judged & np.isfinite(sample.got)]
        if values.size:
            yield from rounded(float(which(values)))

    return found
