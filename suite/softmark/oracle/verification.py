"""The oracle against a second opinion: plain ball arithmetic on rows that were chosen to be hard.

The reference here shares no formula with the oracle: no shift by the maximum's group, no
centring, no splitting into exact part and rest; only precision.  Each output is compared with its
enclosure, exactly in rationals, and with its rounding into every format.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from flint import arb, ctx, fmpq, fmpz
from numpy.typing import NDArray

from softmark.formats import FORMATS, Format
from softmark.oracle import functions
from softmark.oracle.enclosure import Enclosure
from softmark.oracle.exact_rounding import round_rational
from softmark.oracle.quantities import Kind, Operation
from softmark.oracle.refine import UndecidedError

Float64Array = NDArray[np.float64]
Generator = np.random.Generator
FIRST_PRECISION, LAST_PRECISION = 256, 8192
EXACT_WIDTH = fmpq(1, fmpz(1) << 1200)
"""A value that is reported as exact has to agree with the reference as closely as this."""


@dataclass(frozen=True)
class Query:
    """One batch of rows and what is asked of it."""

    operation: Operation
    kind: Kind
    x: Float64Array
    beta: float = 1.0
    cotangent: Float64Array | None = None
    tangent: Float64Array | None = None
    labels: NDArray[np.int64] | None = None

    def ask(self) -> Enclosure:
        """The oracle's answer."""
        given: dict[str, Any] = {"axis": -1, "labels": self.labels}
        if self.operation in functions.WITH_BETA:
            given["beta"] = self.beta
        if self.kind == "vjp":
            return functions.vjp(self.operation, self.x, self._side(self.cotangent), **given)
        if self.kind == "jvp":
            return functions.jvp(self.operation, self.x, self._side(self.tangent), **given)
        given = {k: v for k, v in given.items() if v is not None}
        answer: Enclosure = getattr(functions, self.operation)(self.x, **given)
        return answer

    @staticmethod
    def _side(array: Float64Array | None) -> Float64Array:
        if array is None:
            raise ValueError("this question needs a cotangent or a tangent")
        return array


def reference(question: Query, row: int) -> list[arb]:
    """All outputs of one row at the working precision, by the textbook's formula."""
    x, beta = question.x[row].tolist(), arb(question.beta)
    top = max((v for v in x if math.isfinite(v)), key=lambda v: question.beta * v)
    weights = [(beta * (arb(v) - arb(top))).exp() if math.isfinite(v) else arb(0) for v in x]
    total = sum(weights, arb(0))
    p = [w / total for w in weights]
    finite = [arb(v) if math.isfinite(v) else arb(0) for v in x]
    log_total = total.log() + beta * arb(top)

    def mean(a: list[arb]) -> arb:
        return sum((s * t for s, t in zip(p, a, strict=True)), arb(0))

    index = [arb(i) for i in range(len(x))]
    name = question.operation
    if question.kind == "value":
        if name == "softmax":
            return p
        if name == "log_softmax":
            return [v - log_total for v in finite]
        if name == "cross_entropy" and question.labels is not None:
            return [log_total - finite[question.labels[row]]]
        one = {"logsumexp": log_total, "softargmax": mean(index), "smooth_max": mean(finite)}
        return [one[name]]
    side = question.cotangent if question.kind == "vjp" else question.tangent
    s = [arb(v) for v in np.atleast_1d(Query._side(side)[row]).tolist()]
    if question.kind == "jvp":
        centre = mean(s)
        if name == "logsumexp":
            return [centre]
        if name == "log_softmax":
            return [v - centre for v in s]
        return [beta * w * (v - centre) for w, v in zip(p, s, strict=True)]
    if name == "softmax":
        centre = mean(s)
        return [beta * w * (v - centre) for w, v in zip(p, s, strict=True)]
    if name == "log_softmax":
        sum_s = sum(s, arb(0))
        return [v - w * sum_s for w, v in zip(p, s, strict=True)]
    if name == "cross_entropy" and question.labels is not None:
        label = question.labels[row]
        return [s[0] * (w - (1 if i == label else 0)) for i, w in enumerate(p)]
    if name == "logsumexp":
        return [s[0] * w for w in p]
    if name == "softargmax":
        centre = mean(index)
        return [s[0] * beta * w * (i - centre) for w, i in zip(p, index, strict=True)]
    centre = mean(finite)
    return [s[0] * w * (1 + beta * (v - centre)) for w, v in zip(p, finite, strict=True)]


@dataclass
class Verified:
    """What a verification found.

    Attributes
    ----------
    unsettled:
        Outputs on which the reference itself is undecided at ``LAST_PRECISION`` bits.
    refused:
        Questions that the oracle refused.
    worst:
        log2 of the greatest relative error of a softmax enclosure.
    """

    outputs: int = 0
    roundings: int = 0
    unsettled: int = 0
    refused: int = 0
    exact: int = 0
    scaled: int = 0
    worst: float = -math.inf
    wrong: list[str] = field(default_factory=list)


def verify(question: Query, outcome: Verified, family: str = "") -> None:
    """Compare every output of a question with the reference, and add to ``outcome``."""
    try:
        enclosure = question.ask()
        rounded = {f.name: enclosure.rounded(f) for f in FORMATS.values()}
    except UndecidedError:
        outcome.refused += 1
        return
    shape = (len(question.x), -1)
    parts = [
        np.asarray(a).reshape(shape)
        for a in (enclosure.hi, enclosure.lo, enclosure.bound, enclosure.scale)
    ]
    values = {name: array.reshape(shape) for name, array in rounded.items()}
    for row in range(len(question.x)):
        pending = [i for i in range(parts[0].shape[1]) if np.isfinite(parts[0][row, i])]
        outcome.outputs += len(pending)
        precision = FIRST_PRECISION
        while pending and precision <= LAST_PRECISION:
            with ctx.workprec(precision):
                balls = reference(question, row)
                pending = [
                    i
                    for i in pending
                    if not _settled(
                        balls[i],
                        [a[row, i] for a in parts],
                        {name: float(v[row, i]) for name, v in values.items()},
                        outcome,
                        f"{family} {question.operation} {question.kind} row {row} element {i}",
                        question.operation == "softmax" and question.kind == "value",
                    )
                ]
            precision *= 2
        outcome.unsettled += len(pending)


def _rational(value: float, scale: int) -> fmpq:
    number = fmpq(*float(value).as_integer_ratio())
    one = fmpz(1)
    return number * (one << scale) if scale >= 0 else number / (one << -scale)


def _ends(ball: arb) -> tuple[fmpq, fmpq] | None:
    ends = []
    for end in (ball.lower(), ball.upper()):
        mantissa, exponent = end.man_exp()
        if mantissa == 0:
            ends.append(fmpq(0))
        elif abs(exponent) > 20000:
            return None
        else:
            one = fmpz(1) << abs(int(exponent))
            ends.append(fmpq(mantissa, one) if exponent < 0 else fmpq(mantissa * one))
    return ends[0], ends[1]


def _settled(
    ball: arb,
    parts: list[float],
    rounded: dict[str, float],
    outcome: Verified,
    where: str,
    is_softmax: bool,
) -> bool:
    """Whether this precision decides every comparison of one output; failures are noted."""
    hi, lo, bound, scale = parts
    if not ball.is_finite():
        return False
    ends = _ends(ball)
    if ends is None:  # a number beyond all formats: it can only have been reported as vanishing
        if hi != 0 or not (scale or (bound == 0.0 and 0 in ball)):
            outcome.wrong.append(f"{where}: vanishing, but reported as {hi!r}")
        return True
    lower, upper = ends
    centre = _rational(hi, int(scale)) + _rational(lo, int(scale))
    radius = _rational(bound, int(scale))
    far = max(abs(lower - centre), abs(upper - centre))
    outside = lower > centre + radius or upper < centre - radius
    inside = centre - radius <= lower and upper <= centre + radius
    narrow = upper - lower <= EXACT_WIDTH * max(fmpq(1), abs(centre))
    exact = bound == 0.0 and lower <= centre <= upper and narrow
    if outside:
        outcome.wrong.append(f"{where}: {hi!r} + {lo!r} +- {bound!r} misses {ball.str(40)}")
        return True
    if not (inside or exact):
        return False
    if not all(_agrees(lower, upper, rounded[f.name], f, exact) for f in FORMATS.values()):
        bad = [f for f in FORMATS.values() if _differs(lower, upper, rounded[f.name], f)]
        if not bad:
            return False
        outcome.wrong.append(f"{where}: {bad[0].name} {rounded[bad[0].name]!r} for {ball.str(40)}")
        return True
    outcome.roundings += len(FORMATS)
    outcome.exact += exact
    outcome.scaled += bool(scale)
    if is_softmax and centre != 0 and not exact:
        outcome.worst = max(outcome.worst, _log2(far / abs(centre)))
    return True


def _log2(value: fmpq) -> float:
    if value == 0:
        return -math.inf
    p, q = int(value.p), int(value.q)
    return math.log2(p) - math.log2(q)


def _same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)


def _agrees(lower: fmpq, upper: fmpq, value: float, fmt: Format, exact: bool) -> bool:
    """Whether both ends round to ``value``; of a ball around an exact tie, one end has to."""
    ends = [_same(round_rational(end, fmt), value) for end in (lower, upper)]
    one_side = value == value or lower > 0 or upper < 0
    return (all(ends) and one_side) or (exact and any(ends))


def _differs(lower: fmpq, upper: fmpq, value: float, fmt: Format) -> bool:
    ends = [round_rational(end, fmt) for end in (lower, upper)]
    one_side = ends[0] == ends[0] or lower > 0 or upper < 0
    return one_side and _same(*ends) and not _same(ends[0], value)


def questions(rng: Generator, x: Float64Array) -> Iterator[Query]:
    """Everything that is asked about a batch of rows."""
    rows, n = x.shape
    beta = float(rng.choice([1.0, 0.5, 3.7, 100.0, -2.0, 0.0, 1e-3]))
    g = _side(rng, rows, n)
    labels = np.asarray(rng.integers(0, n, size=rows))
    yield Query("softmax", "value", x)
    yield Query("softmax", "value", x, beta)
    yield Query("log_softmax", "value", x)
    yield Query("logsumexp", "value", x)
    yield Query("softargmax", "value", x, beta)
    yield Query("smooth_max", "value", x, beta)
    yield Query("cross_entropy", "value", x, labels=labels)
    yield Query("softmax", "vjp", x, beta, cotangent=g)
    yield Query("softmax", "jvp", x, tangent=g)
    yield Query("log_softmax", "vjp", x, cotangent=g)
    yield Query("log_softmax", "jvp", x, tangent=g)
    yield Query("logsumexp", "vjp", x, cotangent=g[:, 0])
    yield Query("logsumexp", "jvp", x, tangent=g)
    yield Query("softargmax", "vjp", x, beta, cotangent=g[:, 0])
    yield Query("smooth_max", "vjp", x, beta, cotangent=g[:, 0])
    yield Query("cross_entropy", "vjp", x, cotangent=g[:, 0], labels=labels)


def _side(rng: Generator, rows: int, n: int) -> Float64Array:
    """Cotangents: normal, constant, one-hot, whole numbers, tiny."""
    kind = rng.integers(5)
    if kind == 0:
        return np.full((rows, n), rng.normal())
    if kind == 1:
        return np.eye(n)[rng.integers(0, n, size=rows)]
    if kind == 2:
        return rng.integers(-3, 4, size=(rows, n)).astype(float)
    return rng.normal(size=(rows, n)) * (1e-250 if kind == 3 else 1.0)
