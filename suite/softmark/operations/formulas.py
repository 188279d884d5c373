"""Published evaluations other than the shifted formula: right, and less accurate where they err.

Each is a model of its rounding, for which every operation's bound is evaluated as for the grades;
what the stored logsumexp adds to a bound is derived here, and ``Row`` has the terms.

A stored logsumexp L' of the exact L is off by at most |L| u, the rounding of ``x_max + log S``, and
by what the shifted formula loses in ``log S``.  ``e^(x_i - L')`` is then off by the relative
amount |L| u, the same for the whole row, which no division takes out again, and by |x_i - L| u from
the subtraction.

A merge of two partial results a and b gives L = max(a, b) + log1p(e^-|a - b|).  With d = |a - b|
it adds at most |L| u for the last rounding, d u z + 2 u z for the exponential, where
z = e^-d / (1 + e^-d), and 2 u log 2 for the logarithm, together (|L| + 3) u; rescaling what was
accumulated, by e^(a - L), takes 3 u too.  An error made in a part that has a share w of the whole
mass moves the whole result by w times it, and that part's own result is t = L + log w, so that each
of the n - 1 merges, in whatever order, costs at most

    (max over t of |t| e^(t - L) + 3) u  <=  (max(1, |L|) + 3) u,

since |t| e^t has its maximum for negative t at -1.  Long rows are merged in parts: what adds up in
one direction over as many merges as a long row has logits would excuse any fault, so of more than
128 logits n/16 merges are counted, and 128 at least.  Single logits may still be merged one by one:
their n rounding errors point both ways, and four times their scatter, 4 sqrt(n/3) (|L| + 3) u, is
below that.

Scaled before the shift, ``x log2 e`` and its maximum are rounded while they carry the row's offset:
the exponent is off by (|x_i| + |x_max|) u, unless a fused multiply-add does both at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from softmark.formats import Format
from softmark.operations.bounds import Model, legal

MOST_SINGLE: Final = 128
"""Logits of a row up to which each may be a part of its own."""
SMALLEST_PART: Final = 16
"""Logits of a part of a longer row, on average."""


@dataclass(frozen=True)
class Formula:
    """A way to evaluate an operation.

    Attributes
    ----------
    name:
        In a few words, with the formula.
    source:
        Its error bound and where that is from.
    model:
        How it rounds sums of ``n`` terms in a format.
    """

    name: str
    source: str
    model: Callable[[int, Format], Model]


def _stored(n: int, fmt: Format) -> Model:
    model = legal(n, fmt)
    return replace(model, stored=model.step)


def _scaled(n: int, fmt: Format) -> Model:
    return replace(legal(n, fmt), scaled=True)


def _merged(n: int, fmt: Format) -> Model:
    model = legal(n, fmt)
    merges = legal(min(n, max(MOST_SINGLE, n // SMALLEST_PART)), fmt).sum
    # Rescaling multiplies numbers that may both have lost something below the normal range.
    return replace(model, stored=model.step, merged=merges, tiny=2 * model.tiny)


SHIFTED: Final = Formula("the shifted formula", "grade C", legal)
DIVISION_FREE: Final = Formula(
    "the division-free softmax, exp(x - lse)",
    "|lse| + |x_i - lse| + n + 2, Blanchard, Higham, Higham 2021, section 4",
    _stored,
)
STORED: Final = Formula(
    "a stored logsumexp, x - lse",
    "|lse| u in addition to the shifted formula: Blanchard, Higham, Higham 2021, section 4",
    _stored,
)
SCALED: Final = Formula(
    "exponents scaled before the shift, exp2(x log2(e) - max)",
    "(|x_i| + |x_max|) u in addition to the shifted formula, derived in operations/formulas.py",
    _scaled,
)
MERGED: Final = Formula(
    "partial results merged by their logsumexp, (o, lse)",
    "(max(1, |lse|) + 3) u a merge, derived in operations/formulas.py",
    _merged,
)
LESS_MEAN: Final = Formula(
    "a logsumexp less the mean logit, lse - sum p x",
    "(|lse| + sum p|x|) u in addition to the shifted formula, derived in operations/entropy.py",
    _stored,
)
LESS_LOG_SIGMOID: Final = Formula(
    "a logit less its log-sigmoid, (1 - t) x - log_sigmoid(x)",
    "|x| u in addition to the stable formula, derived in operations/binary_cross_entropy.py",
    _stored,
)
REPEATED: Final = Formula(
    "a repeated logaddexp",
    "(max(1, |lse|) + 3) u a merge, derived in operations/formulas.py",
    _merged,
)
