"""Times of two recorded runs, as far as two different hours can be compared.

A recorded run shows how its samples scatter, and not by how much the next run
on the same machine would differ: another place in memory, another mode of the
processor, other guests.  The copies that were timed in turn with the subject
are the same code in both runs, so what they differ by is what the machine did;
the interval is widened by it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from softmark.formats import Float64Array
from softmark.timing.estimates import CONFIDENCE, Estimate, alikeness

BETWEEN_RUNS: Final = {False: math.log(1.07), True: math.log(2.5)}
"""What one of a hundred pairs of runs of the same code differs by, at least: short calls, and
long ones, whose memory the system may or may not keep for the next call; see docs/timing.md."""

LONG_NS: Final = 1e6
"""Calls longer than this are seldom left alone."""

_QUANTILE: Final = 0.1
_DEVIATIONS: Final = 2.5758
_TO_DEVIATION: Final = 1.4826
"""From the median of absolute differences to a standard deviation, for a normal distribution."""

ENOUGH_RUNS: Final = 3
"""Runs on each side from which their own scatter is known."""


@dataclass(frozen=True)
class Samples:
    """Block times of one run, nanoseconds a call.

    Attributes
    ----------
    subject, copy:
        In the order in which they were taken.
    """

    subject: Sequence[float]
    copy: Sequence[float]

    @property
    def is_long(self) -> bool:
        """Whether it is seldom that nothing disturbs a call."""
        return float(np.median(self.subject)) > LONG_NS


def undisturbed(samples: Sequence[float], *, long: bool) -> float:
    """Time of a block that nothing disturbed: the lowest decile, of long calls the minimum."""
    return float(np.quantile(samples, 0.0 if long else _QUANTILE))


def allowance(pairs: Iterable[tuple[Samples, Samples]], *, long: bool) -> float:
    """How far two runs may differ by the machine alone, as a logarithm, from their copies.

    Parameters
    ----------
    pairs:
        The samples of each measurement that both runs made.
    long:
        Whether it is asked of calls that fill a block.
    """
    moved = [
        abs(math.log(undisturbed(b.copy, long=long) / undisturbed(a.copy, long=long)))
        for a, b in pairs
        if a.is_long == long and b.is_long == long
    ]
    spread = _DEVIATIONS * _TO_DEVIATION * float(np.median(moved)) if moved else 0.0
    return max(BETWEEN_RUNS[long], spread)


def stored_estimate(
    base: Sequence[Samples], head: Sequence[Samples], allowed: float, *, long: bool
) -> Estimate:
    """log(head / base) from one run on each side or more.

    Parameters
    ----------
    base, head:
        The runs of each side.
    allowed:
        See ``allowance``; not used where each side has ``ENOUGH_RUNS``, which show it themselves.
    long:
        Whether a run among them has long calls.
    """
    sides = [np.log([undisturbed(run.subject, long=long) for run in side]) for side in (base, head)]
    middle = float(sides[1].mean() - sides[0].mean())
    count = sum(len(run.subject) for side in (base, head) for run in side)
    if min(map(len, sides)) >= ENOUGH_RUNS:
        arm = _welch(*sides)
    else:
        within = math.hypot(*(_arm(run, long) for side in (base, head) for run in side))
        arm = math.hypot(within, allowed)
    return Estimate(middle, middle - arm, middle + arm, count)


def _arm(run: Samples, long: bool) -> float:
    """Half the interval of one run's own quantile, from order statistics."""
    logs = np.sort(np.log(run.subject))
    level = 0.0 if long else _QUANTILE
    at = level * (logs.size - 1)
    alike = alikeness(np.log(run.subject) - np.quantile(logs, max(level, 1 / logs.size)))
    reach = _DEVIATIONS * math.sqrt(max(level * (1 - level) * logs.size * alike, 1.0))
    low, high = max(0, math.floor(at - reach)), min(logs.size - 1, math.ceil(at + reach))
    return float(max(logs[high] - np.quantile(logs, level), np.quantile(logs, level) - logs[low]))


def _welch(base: Float64Array, head: Float64Array) -> float:
    """Welch's interval for the difference of two means."""
    from scipy.special import stdtrit

    parts = [side.var(ddof=1) / side.size for side in (base, head)]
    total = sum(parts)
    if total == 0:
        return 0.0
    freedom = total**2 / sum(p**2 / (s.size - 1) for p, s in zip(parts, (base, head), strict=True))
    return float(stdtrit(freedom, (1 + CONFIDENCE) / 2)) * math.sqrt(total)
