"""When a kernel's own error bound is good enough, and the marks that it leaves where it is not."""

from __future__ import annotations

from typing import Final

from softmark.oracle.jit import inlined

ACCEPTED: Final = 2.0**-63
"""Greatest relative bound that the fast path hands out: then an error in ulp is right to 1e-3."""
PENDING: Final = -1.0
"""Mark in place of a bound: ball arithmetic has to answer."""
VANISHING: Final = -2.0
"""Mark in place of a bound: the result is below ``2**-1600`` in magnitude."""
LARGEST: Final = 2.0**1000
UNDERFLOW: Final = 2.0**-1060
"""More than all roundings of one result below the normal range can add up to."""
DROPPED: Final = 2.0**-936
"""More than the probability of an element whose weight was left out."""
_u: Final = 2.0**-53
U2: Final = _u * _u


@inlined
def judged(hi: float, bound: float) -> float:
    """The bound, or ``PENDING`` if it is too large or NaN, or the result near overflow."""
    good = bound <= ACCEPTED * abs(hi) and abs(hi) < LARGEST
    return bound if good else PENDING
