"""accuracy: the error in ulp, over families of logits, lengths and axes.

Statement
---------
For each row of each family, |yᵢ - f(x)ᵢ| ≤ bound(i), where f(x) is the exact value of the rounded
logits and bound(i) that of the operation, scaled to the element.

Bound
-----
Grades A, B and C of the operation: see ``softmark explain grades`` and the operation.  At the
winner, where the result of a logarithm is almost 0, also what log1p may lose relative to it: beyond
that it is weak.  A bias beyond 0.25 ulp, and four standard errors more, is weak.

Source
------
Blanchard, Higham, Higham, IMA J. Numer. Anal. 41 (2021) 2311-2330; per operation, its own file.

Cases
-----
Normal, uniform, wide, rising, offset, masked and subnormal logits, one large logit among very many
tiny ones, and the logits of two trained classifiers of digits; rows of 1 to 2^20; the last axis and
others.  A loss with each of its options, and with several at once.  For a logarithm rows of which
the winner is ahead by a gap of 1 and more; 2^14 rows of two close logits, for the bias.  In the
larger profiles also rows that a search makes of seeded ones, wherever the error comes closer to its
bound.

Metric
------
error, in ulp: that of the worst element, and the quantiles of all; tail error, that of the
probabilities below u; worst found, that of the row at which the search ends; error at the winner,
in percent of the exact value; bias, the mean signed error in ulp.

Witness
-------
The worst element: its index, what came, what was due, and its row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from softmark.checks.accuracy.bias import bias_cases, bias_of, is_bias
from softmark.checks.accuracy.searching import worst_found
from softmark.checks.accuracy.winners import at_the_winner, is_lead, lead_cases
from softmark.inputs import SINKS
from softmark.judging import losses
from softmark.judging.outputs import Judged, forward_truth, judge_forward
from softmark.judging.scope import HUNDRED, LONG, TEN, THOUSAND, Measurement, Scope, said
from softmark.records import Case
from softmark.subjects import Subject

ELEMENTS: Final = 4096
"""Of a case about which nothing matters but the length of its rows."""

FEW_ROWS: Final = 64
"""The most of them where each row is a call."""

TALL: Final = ((16, 257), (4, 4097), (1, 2**17))


def cases(scope: Scope) -> Iterator[Case]:
    yield from _lengths(scope)
    yield from _vocabularies(scope)
    yield from _families(scope)
    yield from lead_cases(scope)
    yield from bias_cases(scope)
    if scope.other_axes and not scope.info.ranks:
        yield from _axes(scope)
    if scope.operation.takes_labels:
        for kind in scope.info.labels[1:]:
            yield scope.case("normal", *TEN, check={"labels": kind}, scale=3.0)
        yield from losses.value_cases(scope)
    for kind in SINKS if scope.operation.takes_sink else ():
        yield scope.case("normal", *TEN, check={"sink": kind}, scale=3.0)
    for kind in scope.other_kinds:
        yield scope.case("normal", *TEN, check={"other": kind}, scale=3.0)
    if scope.profile != "quick" and not (scope.operation.is_index or scope.operation.takes_labels):
        yield scope.case("normal", *TEN, check={"mode": "search"})


def _lengths(scope: Scope) -> Iterator[Case]:
    """The error against the length of the row."""
    quick = ((64, 1), (256, 2), TEN, HUNDRED, THOUSAND, LONG, scope.longest)
    lengths: tuple[int, ...] = (33, 257, 4095, 2**18)
    if not scope.fewer_shapes:
        lengths = (3, 5, 31, *lengths, 65537)
    longer = (7, 127, 511, 8191, 2**17 + 1)
    most = FEW_ROWS if scope.info.costly == "rows" else ELEMENTS

    def of(n: int) -> tuple[int, int]:
        return max(1, min(most, ELEMENTS // n)), n

    more = (*quick, *map(of, lengths))
    for shape in scope.by_profile(quick, more, (*more, *map(of, longer))):
        yield scope.case("normal", *shape)


def _vocabularies(scope: Scope) -> Iterator[Case]:
    """Spread over all, and all but certain."""
    for n in scope.operation.lengths:
        yield scope.case("normal", 2, n, scale=3.0)
        yield scope.case("one_large", 2, n, gap=20.0)


def _families(scope: Scope) -> Iterator[Case]:
    for beta in scope.betas:
        yield scope.case("normal", *HUNDRED, beta=beta, scale=5.0)
        yield scope.case("digits", *TEN, beta=beta, network="linear")
        yield scope.case("digits", *TEN, beta=beta, network="mlp")
    for cap in scope.betas if scope.operation.has_cap else ():  # near it, and beyond
        yield scope.case("normal", *HUNDRED, beta=cap, scale=2 * cap)
    yield scope.case("uniform", *THOUSAND)
    yield scope.case("one_large", *LONG)
    if scope.takes_beta:  # no power of two, so that the product is rounded
        yield scope.case("normal", *HUNDRED, beta=3.0, scale=5.0)
    if scope.operation.is_logarithm:
        for gap in scope.by_profile((10.0,), (5.0, 10.0, 20.0), (1.0, 5.0, 10.0, 20.0, 60.0)):
            yield scope.case("saturation", *TEN, gap=gap)
    for family in ("wide", "ascending", "tiny"):
        yield scope.case(family, *HUNDRED)
    if not scope.operation.multiplies_logits:  # -inf times 0: left open, see the operation
        yield scope.case("masked", *HUNDRED)
    if scope.profile != "quick":
        for scale in (0.01, 30.0, 300.0):
            yield scope.case("normal", *HUNDRED, scale=scale)
        yield scope.case("one_large", 1, 2**16, gap=16.0)
        for family in ("normal", "one_large", "uniform", "ascending", "wide", "masked"):
            if family != "masked" or not scope.operation.multiplies_logits:
                for shape in scope.by_profile(TALL[:1], TALL[:2], TALL):
                    yield scope.case(family, *shape)


def _axes(scope: Scope) -> Iterator[Case]:
    yield scope.case("normal", *HUNDRED, axis=0)
    if scope.profile != "quick":
        yield scope.case("normal", 8, 40, 6, axis=1)
        yield scope.case("normal", 3000, 2, axis=0)
        for n in scope.by_profile((), (2**14, 2**18), (2**12 + 1, 2**14, 2**16, 2**18)):
            yield scope.case("normal", n, 2, axis=0)
            yield scope.case("ties", 2, n, 3, axis=1)
    if not scope.few_shapes:  # which compiles for the new axis
        yield scope.case("ties", 16384, 2, axis=0)


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    if said(case).get("mode") == "search":
        yield worst_found(subject, case, scope, scope.by_profile(8, 8, 30))
        return
    problem = scope.problem(case)
    values = scope.forward(subject, problem).values
    if scope.operation.is_index or not values.size:
        yield from judge_forward(values, problem, scope)
        return
    judged = Judged("error", values, forward_truth(problem, scope), problem, scope)
    yield from judged.measurements()
    if is_lead(case):
        yield from at_the_winner(judged)
    if is_bias(case):
        yield from bias_of(judged)
    if case.family == "wide" and scope.operation.is_probability:
        yield from _tail(judged)


def _tail(judged: Judged) -> Iterator[Measurement]:
    """The elements at which the error is the hardest to keep small."""
    among = judged.truth.exact.value < judged.scope.format.unit_roundoff
    if among.any():
        yield replace(judged, metric="tail error").error(among)
