"""Rounds of a race between two functions, and what they say.

A round has two blocks of each function.  The shorter of the two was disturbed
less, so wall times are compared by it.  Processor time does not count what
else ran meanwhile; it is the better clock for calls of milliseconds, which
are seldom left alone, and is too coarse for shorter ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from softmark.formats import Float64Array
from softmark.timing.estimates import Estimate, median_estimate

Clock = Literal["wall", "processor"]

LONG_NS: Final = 3e6
"""Calls longer than this are compared by processor time."""

_NEARLY_ALL: Final = 0.9
"""Share of its wall time that a call computes in, at its best, if it never waits."""


@dataclass(frozen=True)
class Rounds:
    """Times of a race, in nanoseconds a call.

    Attributes
    ----------
    wall, cpu:
        Shape (rounds, 2, 2) for round, function (A, B), and there or back.
    control:
        Shape (rounds, 2, 2): wall times of A, and of A once more.
    waits:
        How often the process gave up the processor of its own accord.
    """

    wall: Float64Array
    cpu: Float64Array
    control: Float64Array
    waits: int = 0

    @classmethod
    def joined(cls, parts: Sequence[Rounds]) -> Rounds:
        """All rounds of several races, one after the other."""
        return cls(
            np.concatenate([part.wall for part in parts]),
            np.concatenate([part.cpu for part in parts]),
            np.concatenate([part.control for part in parts]),
            sum(part.waits for part in parts),
        )

    def clock(self, threads: int) -> Clock:
        """The clock to compare by: the processor's for long calls that only compute."""
        if threads != 1 or self.wall.min(axis=(0, 2)).max() < LONG_NS:
            return "wall"
        share = self.cpu / self.wall
        computes = self.waits == 0 or share.max(axis=(0, 2)).min() >= _NEARLY_ALL
        return "processor" if computes and np.median(share) <= 1.05 else "wall"

    def estimate(self, clock: Clock = "wall") -> Estimate:
        """log(B / A): the median over the rounds."""
        if clock == "processor":
            a, b = np.moveaxis(self.cpu.sum(axis=2), 1, 0)
        else:
            a, b = np.moveaxis(self.wall.min(axis=2), 1, 0)
        return median_estimate(np.log(b / a))

    def control_estimate(self) -> Estimate | None:
        """log(A once more / A); ``None`` where it was not run."""
        if self.control.size == 0:
            return None
        a, again = np.moveaxis(self.control.min(axis=2), 1, 0)
        return median_estimate(np.log(again / a))

    def times(self) -> tuple[float, float]:
        """Median wall time of a call of A and of B, in nanoseconds."""
        a, b = np.median(self.wall, axis=(0, 2))
        return float(a), float(b)
