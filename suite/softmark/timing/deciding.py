"""From an estimate to a word: faster, slower, or no difference shown.

An interval alone cries wolf: the places that code and arrays happen to have in
memory make two copies of one function differ by a little, truly and without
meaning.  So a difference must be beyond a margin as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

from softmark.timing.estimates import CONFIDENCE, NINE_IN_TEN, Estimate

Word = Literal["faster", "slower", "no difference shown", "not comparable"]

MARGIN: Final = math.log(1.025)
"""The least difference that is called one."""

_DEVIATIONS: Final = 2.5758
"""Standard deviations in an arm of an interval at ``CONFIDENCE``."""
assert CONFIDENCE == 0.99


@dataclass(frozen=True)
class Decision:
    """What an estimate comes to.

    Attributes
    ----------
    word:
        B compared with A.
    estimate:
        By how much.
    margin:
        The logarithm beyond which a difference is called one.
    """

    word: Word
    estimate: Estimate
    margin: float

    @property
    def detectable(self) -> float:
        """The least slow-down, as a logarithm, that nine in ten such measurements would call."""
        arm = self.estimate.half_width
        return max(self.margin, arm) + NINE_IN_TEN * arm / _DEVIATIONS


def decide(estimate: Estimate, margin: float = MARGIN) -> Decision:
    """Call a difference when the interval excludes none and the estimate is beyond the margin."""
    word: Word = "no difference shown"
    if estimate.excludes_zero and abs(estimate.log) > margin:
        word = "slower" if estimate.log > 0 else "faster"
    return Decision(word, estimate, margin)


def settled(estimate: Estimate, margin: float = MARGIN) -> bool:
    """Whether more samples would hardly change the word."""
    if decide(estimate, margin).word != "no difference shown":
        return True
    return -margin < estimate.low and estimate.high < margin


def margin_with(control: Estimate | None, margin: float = MARGIN) -> float:
    """The margin; twice what a function differs from itself, where that is shown and is more."""
    if control is None or not control.excludes_zero:
        return margin
    return max(margin, 2 * abs(control.log))
