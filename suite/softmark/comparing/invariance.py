"""Whether a row's result depends on the rows beside it, and what it costs to call each row alone.

A sampler's batches change from step to step and a trainer's are others again: where bits depend on
the batch, the two disagree though they run the same code.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from softmark.comparing.racing import Paired, Race, Shared
from softmark.formats import Float64Array, Format
from softmark.subjects import Call, SubjectFault
from softmark.timing.estimates import Estimate
from softmark.workers.worker_subject import WorkerSubject

SIZES: Final = (1, 2, 3, 8, 32)
"""Rows of a call; the first is a row alone, the last is what is timed."""

SECONDS: Final = 1.0
"""Of a race."""


@dataclass(frozen=True)
class Invariance:
    """What was found of one function.

    Attributes
    ----------
    differing:
        For each number of rows in a call, how many rows had other bits than alone.
    largest:
        The largest difference of two numbers.
    rows:
        Rows of the largest call.
    cost:
        The time of ``rows`` calls of a row, as a multiple of that of one call, in pairs; as a
        logarithm.  ``None`` where it cannot be timed.
    """

    differing: Mapping[int, int]
    largest: float
    rows: int
    cost: Estimate | None

    @property
    def holds(self) -> bool:
        """Whether each row had the same bits in each batch."""
        return not any(self.differing.values())


def invariance(
    subject: WorkerSubject, x: Float64Array, fmt: Format, timeout: float
) -> Invariance | None:
    """Call ``subject`` with the rows of ``x`` alone and in batches.

    ``None`` where it takes no batch of rows, or no row alone.
    """
    x = x[: SIZES[-1]]
    sizes = [size for size in SIZES if size <= len(x)]
    try:
        alone, *others = (_in_batches(subject, x, fmt, size) for size in sizes)
    except SubjectFault:
        return None
    differing = {
        size: int((other != alone).any(axis=-1).sum())
        for size, other in zip(sizes[1:], others, strict=True)
    }
    with np.errstate(invalid="ignore"):  # of two infinities
        apart = [float(np.nanmax(np.abs(other - alone), initial=0.0)) for other in others]
    return Invariance(differing, max(apart, default=0.0), len(x), _cost(subject, x, fmt, timeout))


def _in_batches(subject: WorkerSubject, x: Float64Array, fmt: Format, size: int) -> Float64Array:
    """The results of all rows, ``size`` of them in a call."""
    parts = [x[start : start + size] for start in range(0, len(x), size)]
    return np.concatenate([subject.forward(Call(part), fmt).values for part in parts])


def _cost(subject: WorkerSubject, x: Float64Array, fmt: Format, timeout: float) -> Estimate | None:
    race = Race((Call(x), Call(x[:1])), fmt, subject.threads, timeout)
    shared = Shared(race)
    try:
        shared.run(subject.worker, (subject, subject), SECONDS)
    except SubjectFault:
        return None
    more, found = math.log(len(x)), shared.runs[0].estimate
    return Estimate(found.log + more, found.low + more, found.high + more, found.samples)


def ratio(
    a: WorkerSubject, b: WorkerSubject, x: Float64Array, fmt: Format, timeout: float
) -> Estimate | None:
    """The time of B as a multiple of that of A, as a logarithm, in blocks of calls in turn."""
    calls = (Call(x[: SIZES[-1]]),) * 2
    paired = Paired(Race(calls, fmt, a.threads, timeout))
    try:
        paired.run((a, b), SECONDS)
    except SubjectFault:
        return None
    return paired.runs[0].estimate
