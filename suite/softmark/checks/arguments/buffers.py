"""Logits beside memory that cannot be read: what reads past them ends its process.

A vector load that stays within an aligned block never crosses a page, and is found in none of
these cases: the memory that it reads is the program's own wherever the logits lie.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from softmark.judging.outputs import judge_forward
from softmark.judging.paths import Found, worst_of_each
from softmark.judging.scope import Measurement, Scope, said
from softmark.operations import Problem
from softmark.records import Case, Json
from softmark.subjects import Crashed, NotOffered, Output, Raised, Subject
from softmark_implementations.framework import EDGES, ENDS_AT_PAGE

ABOUT: Final = "edges"
METRIC: Final = "call"

LEAST: Final = (1, 7, 16, 33)
QUICK: Final = (1, 2, 3, 5, 7, 8, 13, 16, 17, 31, 32, 33, 63, 64, 65, 127, 129, 1000, 1025)
ALL: Final = (*range(1, 132), 255, 256, 257, 511, 513, 1000, 1023, 1024, 1025, 4095, 4097)
"""Lengths: remainders of vectors and of loops that are unrolled, and whole ones."""

ROWS: Final = 3
"""A kernel that takes two or four rows at a time has none left for the last."""

ALIGNED: Final = 64
"""Bytes; what lies at a multiple of them may be loaded by any vector instruction."""

SIGNALS: Final = ("SIGSEGV", "SIGBUS")


def cases(scope: Scope) -> Iterator[Case]:
    if scope.costly_shapes:  # such a framework chooses where its arrays lie
        return
    usual = scope.by_profile(QUICK, ALL, ALL)
    lengths = scope.fitted_lengths(LEAST if scope.info.costly in ("shapes", "rows") else usual)
    told: dict[str, Json] = {"about": ABOUT, "lengths": [*lengths]}
    yield scope.case("normal", ROWS, max(lengths), check=told)


def measured(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The worst result of all lengths at both edges; the first call that reads past its logits."""
    lengths = [int(n) for n in said(case)["lengths"]]
    anywhere = _goes_anywhere(subject, scope.problem(case), scope)
    found: list[Found] = []
    for n in lengths:
        shape = (*case.shape[:-1], n)
        problem = scope.problem(replace(case, shape=shape))
        for layout in EDGES if anywhere or _is_aligned(problem, scope) else EDGES[1:]:
            told: dict[str, Json] = {"shape": [*shape], "path": _way(case, layout)}
            try:
                output = _called(subject, problem, scope, layout)
            except NotOffered as fault:
                yield Measurement(METRIC, None, "", fault.verdict, message=fault.message)
                return
            except Crashed as fault:
                if fault.how not in SIGNALS or _crashes(subject, problem, scope):
                    raise
                yield _past(fault, layout, n, told)
                return
            where = f"n = {n}, {layout}"
            found += [(where, told, m) for m in judge_forward(output.values, problem, scope)]
    yield from worst_of_each(found)


def _goes_anywhere(subject: Subject, problem: Problem, scope: Scope) -> bool:
    """Whether it takes logits that are not aligned, which others of this check judge."""
    try:
        _called(subject, problem, scope, "offset")
    except (NotOffered, Raised, Crashed):
        return False
    return True


def _is_aligned(problem: Problem, scope: Scope) -> bool:
    return problem.x.size * scope.format.bits // 8 % ALIGNED == 0


def _crashes(subject: Subject, problem: Problem, scope: Scope) -> bool:
    """Whether it crashes wherever the logits lie."""
    try:
        _called(subject, problem, scope, "contiguous")
    except Crashed:
        return True
    return False


def _called(subject: Subject, problem: Problem, scope: Scope, layout: str) -> Output:
    return subject.forward(scope.call(problem, layout=layout), scope.format)


def _way(case: Case, layout: str) -> dict[str, Json]:
    return {"rank": 0, "axis": case.axis, "layout": layout}


def _past(fault: Crashed, layout: str, n: int, told: dict[str, Json]) -> Measurement:
    past = "past the end" if layout == ENDS_AT_PAGE else "before the start"
    beyond = "behind" if layout == ENDS_AT_PAGE else "before"
    text = (
        f"it read {past} of the logits (n = {n}, {layout}): the memory {beyond} them cannot be "
        f"read there, and {fault.message}"
    )
    witness = {**told, "how": fault.how, **({"output": fault.output} if fault.output else {})}
    return Measurement(METRIC, None, "", fault.verdict, witness=witness, message=text)
