"""gradient: the framework's own derivatives against the exact ones.

Statement
---------
For each cotangent g and tangent v, the vector-Jacobian product of softmax is pᵢ(gᵢ - Σⱼ pⱼgⱼ)
within a bound of its condition, and the Jacobian-vector product is the same with v; likewise for
the other operations.  The gradient of a function that ignores a shift sums to 0 over its row. ⟨u,
J v⟩ = ⟨Jᵀu, v⟩.

Second order, the derivative of the vector-Jacobian product along v with its cotangent held fixed,
is β² pᵢ [(gᵢ - a)(vᵢ - b) - c] for softmax, with a = Σⱼ pⱼgⱼ, b = Σⱼ pⱼvⱼ and c the mean of the
product before it.  The derivative in β is Σᵢ pᵢ(gᵢ - a)xᵢ for each row.

While it is differentiated the function has the value that it has otherwise.  Forward and backward
leave the logits, the labels, the cotangent and the result as they are, and a second backward of the
same graph gives the same bits.  How the cotangent lies in memory changes nothing.  Where the logits
or the result are overwritten before backward, the gradient is that of the logits that were given,
or an exception says that it cannot be had.

A zero cotangent gives exactly 0, with a mask too.  No row is touched by another one of the batch
that is masked entirely or holds an infinity or a NaN.  argmax and hardmax pass no gradient.

Bound
-----
First order in the roundoff: |error| ≤ pᵢ [ |gᵢ - a| (8u + σ + δᵢ) + (8u + 2σ) Σⱼ pⱼ|gⱼ| + Σⱼ pⱼ
δⱼ |gⱼ - a| ], with a = Σⱼ pⱼgⱼ, δᵢ = 2u β|xᵢ - x_max| and σ the error of a sum: ⌈log₂ n⌉ u in
grade B, n u in grade C.  In 16 bits a backward that starts from the rounded probabilities is
grade C.  Each operation's file has its own.  Relative to the result no error is bounded: where a
row is saturated the winner's gradient cancels, and many ulp of almost nothing may be within the
bound.  The value in training has the bounds of the value.

Source
------
Derived in the operations' files from Blanchard, Higham, Higham 2021 and the dot product bound of
Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 3.1.  Finite differences are
not a reference: in float32 they are right to 4 digits at best.

Cases
-----
Normal logits, real ones, ties, masks, long rows, other axes than the last; offsets of 8192 and of
so much that log n is rounded away, logits at the largest finite number, one large logit among many
that add up to something; saturation, a winner
ahead by 1 to 700; a loss with its options, alone and together; a zero cotangent, rows beside
broken ones; a cotangent of ones along a long row,
whose terms add up instead of cancelling; one number that stands for the whole cotangent, as the
backward of a sum gives it, and a transposed or strided cotangent; zeros written into the logits, or
into the result, before backward; for layers of Keras a small model, and which of its
layers a gradient reaches.

Metric
------
vjp error, jvp error, hvp error, beta gradient error, operand gradient error, value in training and
in-place change, in ulp; zero sum and adjointness, in units of their bounds; second backward, in
ulp, anything but the same bits fails; input modified, cotangent modified, result overwritten, in
calls; zero cotangent, no gradient, gradient reaches.  Of a case that is not the plain one, what a
step leaves behind is recorded only where it fails.

Witness
-------
The worst element, its row, the cotangent and the tangent.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial

from softmark.inputs import EMPTY, SINKS
from softmark.judging import losses
from softmark.judging.derivatives import MODES
from softmark.judging.scope import HUNDRED, LONG, LONGEST, TEN, THOUSAND, Measurement, Scope, said
from softmark.records import Case, Json
from softmark.subjects import Subject

GAPS = (1, 4, 10, 20, 40, 80, 150, 300, 700)
"""How far a winner is ahead."""


def applies(scope: Scope) -> str | None:
    if not scope.info.gradient:
        return f"{scope.info.framework} does not differentiate {scope.info.name}"
    if scope.operation.vjp is None and not scope.operation.is_index:
        return f"{scope.operation.name} has no derivative here"
    return None


def cases(scope: Scope) -> Iterator[Case]:
    if scope.operation.is_index:
        yield scope.case("normal", *TEN, check={"mode": "none"})
    else:
        yield from _backward(scope)
        yield from _nothing(scope)
        yield from _forward(scope)
        yield from _second(scope)
        yield from _in_beta(scope)
        yield from _in_operand(scope)
        yield from losses.derivative_cases(scope)
    if scope.info.variant == "layer":
        yield scope.case("normal", 1, 1, check={"mode": "reach"})


def _backward(scope: Scope) -> Iterator[Case]:
    """Where a vector-Jacobian product is compared with the exact one."""
    case = partial(scope.case, check={"mode": "vjp"})
    for beta in scope.betas:
        yield case("normal", *TEN, beta=beta)
        yield case("digits", *TEN, beta=beta, network="mlp")
    few = (THOUSAND, LONG)
    more = few if scope.fewer_shapes else (*few, (1, 65537))
    for shape in scope.by_profile(few, more, (*more, LONGEST)):
        yield case("normal", *shape)
    if scope.operation.mixes_each and (_is_narrow(scope) or scope.profile != "quick"):
        yield scope.case("normal", *LONG, check={"mode": "vjp", "cotangent": "ones"})
    if scope.operation.is_pointwise:  # no winner is at 0 here: both ends of its slope are asked
        yield case("normal", *TEN, scale=12.0)
    yield case("ties", *TEN, maxima=5)
    yield case("ties", *THOUSAND)
    if _is_narrow(scope) or scope.profile != "quick":
        yield case("ties", *LONG)
    yield from _masked(scope, "vjp")
    for gap in scope.by_profile((1, 4, 20, 80, 700), GAPS, GAPS):
        yield case("saturation", *TEN, gap=float(gap))
    for exponent in _offsets(scope):
        yield case("offset", *TEN, exponent=exponent)
        yield case("offset", *TEN, exponent=-exponent)
    if not scope.operation.multiplies_logits:  # there a cotangent times a logit may overflow
        yield case("near_limit", *TEN)
        yield case("ties_at_limit", *TEN, maxima=3)
    yield case("one_large", *THOUSAND)
    yield case("one_large", *LONG, gap=16.0)
    yield from _other_axes(scope, "vjp")
    if EMPTY in scope.other_kinds:
        yield scope.case("normal", *TEN, check={"mode": "vjp", "other": EMPTY})
    yield scope.case("normal", *TEN, check={"mode": "changed"})
    if not scope.costly_shapes:  # what compiles chooses its layouts, or compiles for each
        yield from _cotangents(scope)


def _offsets(scope: Scope) -> list[int]:
    """Powers of two by which logits are moved: 8192, and where log n is lost in rounding.

    A derivative that starts from a stored logsumexp is wrong by a factor at the second.  For
    sigmoid, where nothing shifts back, it would be saturation.
    """
    if scope.operation.is_pointwise:
        return []
    most = int(math.log2(scope.format.max)) - 1
    return sorted({min(most, exponent) for exponent in (13, scope.format.precision + 3)})


def _cotangents(scope: Scope) -> Iterator[Case]:
    """How the cotangent lies in memory: as that of a sum, and as that of a transposed result."""
    arranged = "transposed" if scope.operation.mixes_each else "strided"
    for layout, told in (("expanded", {"cotangent": "ones"}), (arranged, {})):
        check: dict[str, Json] = {"mode": "vjp", "cotangent layout": layout, **told}
        yield scope.case("normal", *TEN, check=check)


def _is_narrow(scope: Scope) -> bool:
    return scope.format.bits < 32


def _masked(scope: Scope, mode: str) -> Iterator[Case]:
    """Masks, where the operation is defined there; a loss has its label among the kept."""
    if scope.operation.takes_labels:
        yield scope.case("padded", *TEN, check={"mode": mode}, front=2, kept=5)
    elif not (scope.operation.multiplies_logits or scope.operation.ends_at_masked):
        yield scope.case("masked", *TEN, check={"mode": mode})
    if scope.operation.takes_mask and mode != "hvp":
        yield scope.case("masked", *TEN, check={"mode": mode, "behind": "hostile"})


def _other_axes(scope: Scope, mode: str) -> Iterator[Case]:
    if not scope.other_axes or scope.info.ranks:
        return
    case = partial(scope.case, "normal", check={"mode": mode})
    if scope.profile != "quick" and (mode == "vjp" or not scope.fewer_shapes):
        yield case(8, 40, 6, axis=1)
        if mode != "hvp" or scope.profile == "full":  # whose exact values take longest
            yield case(16384, 2, axis=0)
    if not scope.few_shapes:  # which compiles for the new axis
        yield case(*HUNDRED, axis=0)


def _nothing(scope: Scope) -> Iterator[Case]:
    """A cotangent of 0, and rows beside others that are not defined."""
    yield scope.case("normal", *TEN, check={"mode": "zero"})
    yield from _masked(scope, "zero")
    kinds = ("masked", "infinite")
    for broken in scope.by_profile(kinds, (*kinds, "nan"), (*kinds, "nan")):
        for mode in ("zero", "beside"):
            yield scope.case("beside_broken", *TEN, check={"mode": mode}, broken=broken)


def _forward(scope: Scope) -> Iterator[Case]:
    """Where a Jacobian-vector product is, and whether the two derivatives are adjoint."""
    if scope.operation.jvp is None:
        return
    case = partial(scope.case, check={"mode": "jvp"})
    yield case("normal", *TEN)
    yield case("saturation", *TEN, gap=20.0)
    for exponent in _offsets(scope)[-1:]:
        yield case("offset", *TEN, exponent=exponent)
    yield from _masked(scope, "jvp")
    if scope.profile != "quick":
        for shape in (THOUSAND,) if scope.fewer_shapes else (THOUSAND, LONG):
            yield case("normal", *shape)
        yield case("ties", *THOUSAND)
        for gap in (1.0, 80.0, 700.0):
            yield case("saturation", *TEN, gap=gap)
        yield from _other_axes(scope, "jvp")


def _second(scope: Scope) -> Iterator[Case]:
    """Where a Hessian-vector product is."""
    if scope.operation.hvp is None:
        return
    case = partial(scope.case, check={"mode": "hvp"})
    yield case("normal", *TEN)
    yield case("saturation", *TEN, gap=4.0)
    for exponent in _offsets(scope)[-1:]:
        yield case("offset", *TEN, exponent=exponent)
    if scope.profile != "quick":
        for beta in (b for b in scope.betas if b != scope.own_beta):
            yield case("normal", *TEN, beta=beta)
        yield case("digits", *TEN, network="mlp")
        for gap in (1.0, 20.0, 80.0):
            yield case("saturation", *TEN, gap=gap)
        yield case("ties", *TEN)
        yield case("normal", *THOUSAND)
        yield from _masked(scope, "hvp")
        yield from _other_axes(scope, "hvp")


def _in_beta(scope: Scope) -> Iterator[Case]:
    """Where the derivative in the inverse temperature is."""
    if not scope.takes_beta or scope.operation.vjp_beta is None:
        return
    case = partial(scope.case, check={"mode": "beta"})
    for beta in scope.betas:
        yield case("normal", *TEN, beta=beta)
    if scope.profile != "quick":
        for gap in (1.0, 4.0, 20.0):
            yield case("saturation", *TEN, gap=gap)
        yield case("ties", *TEN)
        yield case("offset", *TEN, exponent=7)
        yield case("normal", *THOUSAND)


def _in_operand(scope: Scope) -> Iterator[Case]:
    """Where the derivative in what is given beside the logits is, as in a sink."""
    if scope.operation.vjp_operand is None:
        return
    case = partial(scope.case, check={"mode": "operand"})
    yield case("normal", *TEN)
    yield case("saturation", *TEN, gap=20.0)
    for kind in SINKS if scope.operation.takes_sink else ():
        yield scope.case("normal", *TEN, check={"mode": "operand", "sink": kind})
    for kind in scope.other_kinds:
        yield scope.case("normal", *TEN, check={"mode": "operand", "other": kind})
    if scope.profile != "quick":
        yield case("ties", *TEN)
        yield case("offset", *TEN, exponent=7)
        yield case("normal", *THOUSAND)
        yield case("normal", *LONG)


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    yield from MODES[said(case)["mode"]](subject, case, scope)
