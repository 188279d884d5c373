"""The ratio of two stored times, and how much of it is the machine's mood.

Two times that were taken in different processes, or on different days, differ for reasons that
their samples do not show.  What is made of that is ``softmark.timing.stored``, so that a page and
``softmark compare`` say the same of the same two times.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from softmark.timing import stored
from softmark.timing.deciding import Word, decide

HOST = "host"


@dataclass(frozen=True)
class ClockedSamples(stored.Samples):
    """Block times of one case, in nanoseconds a call: the subject's and those of the copies.

    Times by two clocks, the host's and a device's, do not compare.
    """

    clock: str = HOST


@dataclass(frozen=True)
class Ratio:
    """Time of the second over time of the first, with its interval at 99 %.

    ``word`` is what the second is beside the first.
    """

    value: float
    low: float
    high: float
    word: Word


def ratio(first: ClockedSamples, second: ClockedSamples, allowed: float | None = None) -> Ratio:
    """Compare two times.

    Parameters
    ----------
    first, second:
        At least one sample of the subject each.
    allowed:
        What the machine alone may make of it, as a logarithm; see ``allowance``.
    """
    is_long = first.is_long or second.is_long
    if allowed is None:
        allowed = allowance([(first, second)])[is_long]
    found = stored.stored_estimate([first], [second], allowed, long=is_long)
    low, high = math.exp(found.low), math.exp(found.high)
    return Ratio(found.ratio, low, high, decide(found).word)


def allowance(pairs: Iterable[tuple[ClockedSamples, ClockedSamples]]) -> Mapping[bool, float]:
    """How far two runs may differ by the machine alone, for short calls and for long ones."""
    copied = [pair for pair in pairs if _have_copies(pair)]
    return {is_long: stored.allowance(copied, long=is_long) for is_long in (False, True)}


def _have_copies(pair: Sequence[ClockedSamples]) -> bool:
    return all(samples.copy for samples in pair)
