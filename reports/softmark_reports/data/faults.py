"""Faults that many reasons share: what a reason says of one function, a fault says of all.

A reason that fits none of them is a separate fault.
"""

from __future__ import annotations

import re
from typing import Final

FAULTS: Final = (
    (
        "A sum is rounded to float16, whose largest number is 65504.",
        r"65504|is rounded to float16",
    ),
    (
        "A running sum in 16 bits stops: at 2048 in float16, at 256 in bfloat16.",
        r"stops at|running sum|one after the other|one term after|in 16 bits|to bfloat16 at each",
    ),
    (
        "Integer logits: the result is cut off to integers.",
        r"cut off",
    ),
    (
        "A derivative multiplies a zero with an infinite logit.",
        r"zero tangent|the other factor's zero",
    ),
    (
        "A probability or a label share of 0 times an infinite logarithm is NaN.",
        r"0 times|label share of 0",
    ),
    (
        "The largest number stands for infinity in a mask, and overflows when logits are added.",
        r"accidental hits",
    ),
    (
        "The logits are scaled before they are shifted, and overflow.",
        r"theda times|100 x is infinite|before the maximum is subtracted|before the softmax shifts",
    ),
    (
        "The exponential overflows without the shift.",
        r"overflows without the shift|e\^x overflows",
    ),
    (
        "The logarithm is that of a rounded probability.",
        r"logarithm is that of a rounded",
    ),
    (
        "A derivative is e^(x - y) of the rounded result y, wrong where y rounds log n away.",
        r"e\^\(x - (?:y|result)\)|e\^\(a - total\)",
    ),
    (
        "A derivative is computed in float16, where its sums overflow, cancel or are subnormal.",
        r"backward (?:sums|takes)",
    ),
    (
        "oneDNN's softmax hides a NaN, gives 0 below 2^-125 and refuses 6 axes, on processors with "
        "AVX-512.",
        r"oneDNN's softmax|oneDNN below",
    ),
    (
        "A logsumexp is rounded to the size of the logits, and log n is lost beside it.",
        r"rounded to (?:their size|the size of)",
    ),
    (
        "A masked logit is clamped to the least finite number, which is infinite or NaN backward.",
        r"clamped to the least finite",
    ),
    (
        "A probability of the second row is 0 in the format: infinity for finite logits.",
        r"probability of the second",
    ),
    (
        "Each merge rounds the total.",
        r"rounds the total",
    ),
    (
        "The sum of a row is raised to 1e-20 at least, which a NaN does not survive.",
        r"raised to 1e-20",
    ),
    (
        "The shift is wrong for truth values.",
        r"truth values|False less True",
    ),
    (
        "A batch of no rows is refused.",
        r"of no rows|empty batch",
    ),
    (
        "A softplus is log(1 + e^x): small results lose their bits, large ones overflow.",
        r"log\(1 \+ e\^x\)|1 \+ e\^x rounds",
    ),
    (
        "A weight is 1 / (1 + e^-x), and 0 where e^-x overflows.",
        r"1 / \(1 \+ e\^|e\^-x is a float16 and overflows",
    ),
    (
        "A sigmoid or a softmax is rounded to 0 or 1, and its logarithm with it.",
        r"[Ss]igmoid rounds to|logarithm is that of a rounded",
    ),
    (
        "A backward writes over what it was left, so that a second one is another.",
        r"so that a second one of the same",
    ),
    (
        "A mask is added, so that NaN and infinity stay behind it.",
        r"mask (?:that )?is added",
    ),
)
"""The title of each, which holds for every reason that its pattern finds."""
_PATTERNS: Final = [(title, re.compile(pattern)) for title, pattern in FAULTS]


def fault_of(reason: str) -> str:
    """The fault that a reason speaks of; of several the first."""
    return next((title for title, pattern in _PATTERNS if pattern.search(reason)), reason)
