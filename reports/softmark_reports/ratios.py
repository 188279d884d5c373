"""The ratio of two stored times, and how much of it is the machine's mood.

Two times that were taken in different processes, or on different days, differ for reasons that
their samples do not show: another place in memory, another mode of the processor, other guests.
So an interval from the samples is widened by what runs of the same code were seen to differ by,
and by what the copies, timed in turn with each, differ by.  ``softmark compare`` holds stored times
against each other by the same rule.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

Word = Literal["faster", "slower", "no difference shown"]

LONG_NS: Final = 1e6
"""Calls longer than this are seldom left alone."""
BETWEEN_RUNS: Final = {False: math.log(1.07), True: math.log(2.5)}
"""What runs of the same code differ by, short and long calls, one time in a hundred."""
MARGIN: Final = math.log(1.025)
"""The least difference that is called one."""
BATCHES: Final = 8
DEVIATIONS: Final = 2.5758
"""Standard deviations in an arm of an interval at 99 %."""


@dataclass(frozen=True)
class Samples:
    """Block times of one case, in nanoseconds a call: the subject's and those of the copies.

    Times by two clocks, the host's and a device's, do not compare.
    """

    subject: Sequence[float]
    copy: Sequence[float]
    clock: str = "host"

    @property
    def is_long(self) -> bool:
        return float(np.median(self.subject)) > LONG_NS


@dataclass(frozen=True)
class Ratio:
    """Time of the second over time of the first, with its interval at 99 %."""

    value: float
    low: float
    high: float

    @property
    def word(self) -> Word:
        """What the second is beside the first."""
        if self.low <= 1 <= self.high or abs(math.log(self.value)) <= MARGIN:
            return "no difference shown"
        return "slower" if self.value > 1 else "faster"


def ratio(first: Samples, second: Samples, allowed: float | None = None) -> Ratio:
    """Compare two times.

    Parameters
    ----------
    first, second:
        At least one sample of the subject each.
    allowed:
        What the machine alone may make of it, as a logarithm; see ``allowance``.
    """
    is_long = first.is_long or second.is_long
    middle = _log_time(second, is_long) - _log_time(first, is_long)
    if allowed is None:
        allowed = allowance([(first, second)])[is_long]
    arm = math.hypot(allowed, _arm(first.subject), _arm(second.subject))
    return Ratio(math.exp(middle), math.exp(middle - arm), math.exp(middle + arm))


def allowance(pairs: Iterable[tuple[Samples, Samples]]) -> dict[bool, float]:
    """How far two runs may differ by the machine alone, for short calls and for long ones."""
    moved: dict[bool, list[float]] = {False: [], True: []}
    for first, second in pairs:
        if first.is_long == second.is_long and first.copy and second.copy:
            is_long = first.is_long
            old, new = (undisturbed(s.copy, is_long) for s in (first, second))
            moved[is_long].append(abs(math.log(new / old)))
    return {
        is_long: max(least, float(np.median(moved[is_long])) if moved[is_long] else 0.0)
        for is_long, least in BETWEEN_RUNS.items()
    }


def undisturbed(samples: Sequence[float], is_long: bool) -> float:
    """Time of a block that nothing disturbed: the lowest decile, of long calls the minimum."""
    return float(np.quantile(samples, 0.0 if is_long else 0.1))


def _log_time(samples: Samples, is_long: bool) -> float:
    return math.log(undisturbed(samples.subject, is_long))


def _arm(samples: Sequence[float]) -> float:
    """Half of the interval that the samples alone give, from the deciles of batches of them."""
    if len(samples) < 2 * BATCHES:
        return 0.0
    deciles = [math.log(np.quantile(batch, 0.1)) for batch in np.array_split(samples, BATCHES)]
    return DEVIATIONS * float(np.std(deciles, ddof=1)) / math.sqrt(BATCHES)
