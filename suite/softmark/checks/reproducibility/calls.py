"""The same call at another time: again, after other calls, while another thread calls."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import FORMATS, Format
from softmark.inputs.registry import generator
from softmark.judging.comparison import Comparison
from softmark.judging.differing import Result
from softmark.judging.outputs import judge_forward
from softmark.judging.scope import Measurement, Scope, said
from softmark.subjects import Call, Series, SubjectFault

FEW: Final = 3
REPEATS: Final = 10
"""Calls with one input; few where a row is so long that a call takes tens of milliseconds."""

AT_ONCE: Final = 30
LONG_AT_ONCE: Final = 10
"""Calls of each of two threads; fewer of ``LONG`` logits, whose calls overlap for longer."""

LONG: Final = 2**17

PATIENCE: Final = 2.0
"""Seconds of a processor that the later calls of a soak may take."""

A: Final = 0
B: Final = 1
C: Final = 2


def run_to_run(compared: Comparison, calls: int | None = None) -> Iterator[Measurement]:
    """Call again and again with the same input."""
    calls = calls or (FEW if compared.problem.x.size > 2**19 else REPEATS)
    series = compared.series([compared.call], [A] * calls)
    others = _results(series, A, [[f"call {call + 1}" for call in range(calls)]], [[A] * calls])
    same = compared.same("run to run", must_hold=True)
    yield same.measure(_first(series, [A], A, "call 1"), list(others))


def after_other_calls(compared: Comparison) -> Iterator[Measurement]:
    """Call with A, with B, and with A again after calls that may have left something behind."""
    other = compared.seeded(compared.case.seed + 1)
    a, b, info = compared.call, other.call, compared.scope.info
    resized_may_raise = compared.scope.by_row or info.most_rows is not None
    words = ["A", "B", "NaN", "a larger input", "a smaller input", "a call that raises"]
    inputs = [
        a,
        b,
        replace(b, x=np.full_like(b.x, np.nan), may_raise="nan" not in info.nonfinite),
        replace(_joined(a, b), may_raise=resized_may_raise),
        replace(_halved(b), may_raise=resized_may_raise),
        replace(a, axis=a.x.ndim, may_raise=True),
    ]
    order = [A, A, B, A, 2, A, 3, B, A, 4, A, B, 5, A]
    before = ["the first call", *(f"after {words[number]}" for number in order[:-1])]
    series = compared.series(inputs, order)
    found = []
    for number, each in enumerate([compared, other]):
        first = _first(series, order, number, f"the first call with {words[number]}")
        others = _results(series, number, [before], [order])
        found.append(each.same(must_hold=True).measure(first, list(others)))
    measured = _confirmed(_worse(found), compared, len(order))
    if series.late_writes:
        text = "a call wrote into the input of an earlier call, which it had kept"
        measured = replace(measured, verdict="fail", message=text)
    yield measured


def after_another_format(compared: Comparison) -> Iterator[Measurement]:
    """Call in narrower formats first, with a length that no other case has, and judge the result.

    What was kept of such a call, an index or a table, is too coarse for this one.
    """
    scope, before = compared.scope, "a call"
    for fmt in narrower(scope):
        own = replace(scope, format=fmt)
        with contextlib.suppress(SubjectFault):  # the format's own cases tell
            compared.subject.forward(own.call(own.problem(compared.case)), fmt)
            before = f"a call in {fmt.name}"
    values = compared.subject.forward(compared.call, scope.format).values
    first, *others = judge_forward(values, compared.problem, scope)
    found = next((each for each in (first, *others) if each.verdict == "fail"), first)
    yield replace(found, message=f"after {before}: {found.message}" if found.message else "")


def narrower(scope: Scope) -> list[Format]:
    """The formats of fewer bits that the function takes, the narrowest first."""
    formats = [FORMATS[name] for name in scope.info.formats]
    return sorted((f for f in formats if f.bits < scope.format.bits), key=lambda f: f.bits)


def soak(compared: Comparison) -> Iterator[Measurement]:
    """Call many times with A, B and C in a drawn order, and keep every result to the end.

    C is A with two neighbours exchanged in each row: of the same shape, ends and sum.  Others are A
    with masked logits, and half of its rows.  A fifth of the calls comes first, and tells whether
    the others take too long.
    """
    count = int(said(compared.case)["calls"])
    each = [compared, compared.seeded(compared.case.seed + 1), _exchanged(compared)]
    each += _of_other_kinds(compared)
    drawn = generator(compared.case, "soak").integers(0, len(each), count - len(each))
    order = [*range(len(each)), *map(int, drawn)]
    words = [f"call {number + 1} of {count}" for number in range(count)]
    given, few = [one.call for one in each], max(len(each), count // 5)
    parts = [(compared.series(given, order[:few]), order[:few], words[:few])]
    if parts[0][0].processor_seconds * (count - few) <= PATIENCE * few:
        parts.append((compared.series(given, order[few:]), order[few:], words[few:]))
    found = []
    for number, one in enumerate(each):
        first = _first(parts[0][0], order, number, f"call {number + 1}")
        others = [
            result
            for series, asked, texts in parts
            for result in _results(series, number, [texts], [asked], seen=series is parts[0][0])
        ]
        found.append(one.same("after other calls", must_hold=True).measure(first, others))
    made = sum(len(asked) for _, asked, _ in parts)
    worst = _worse(found)
    yield replace(worst, distribution={**worst.distribution, "calls": made})
    if compared.g is None:
        a, c = (_first(parts[0][0], order, number, "").values for number in (A, C))
        yield from _left_over(each, a, c)


def _of_other_kinds(compared: Comparison) -> list[Comparison]:
    """The same with masked logits, and a part of the rows, where the function takes them."""
    scope, problem = compared.scope, compared.problem
    found = []
    if scope.takes_masks and compared.g is None and "-inf" in scope.info.nonfinite:
        x = problem.x.copy()
        x[..., :: problem.n // 3] = -np.inf
        found.append(replace(compared, problem=replace(problem, x=x)))
    half = len(problem.x) // 2
    if not (scope.by_row or scope.costly_shapes) and scope.info.takes_rows(half):
        found.append(compared.rows(slice(half)))
    return found


def _left_over(each: Sequence[Comparison], a: Any, c: Any) -> Iterator[Measurement]:
    """Whether the result of C is wrong where that of A is right; nothing where it is right."""
    judged = [judge_forward(v, each[n].problem, each[n].scope) for n, v in ((A, a), (C, c))]
    right, exchanged = ([one for one in found if one.verdict == "fail"] for found in judged)
    if exchanged and not right:
        text = "two neighbours of an earlier input are exchanged, and the result is wrong"
        yield replace(exchanged[0], message=f"{text}: {exchanged[0].message}")


def _exchanged(compared: Comparison) -> Comparison:
    x = compared.problem.x.copy()
    middle = x.shape[-1] // 2
    x[..., [middle - 1, middle]] = x[..., [middle, middle - 1]]
    return replace(compared, problem=replace(compared.problem, x=x))


def concurrent_calls(compared: Comparison) -> Iterator[Measurement]:
    """Call with A in one thread and with B in another, and compare with each called alone."""
    other = compared.seeded(compared.case.seed + 1)
    threads = int(said(compared.case).get("threads", 2))
    count = LONG_AT_ONCE if compared.problem.x.size > LONG else AT_ONCE
    inputs = [compared.call, other.call]
    callers = [[number % 2] * count for number in range(threads)]
    alone = compared.series(inputs, [A, B])
    at_once = compared.series(inputs, *callers)
    words = [["beside another thread"] * count] * threads
    found = []
    for number, each in enumerate([compared, other]):
        first = _first(alone, [A, B], number, "alone")
        others = list(_results(at_once, number, words, callers, seen=False))
        found.append(each.same(must_hold=True).measure(first, others))
    yield _confirmed(_worse(found), compared, count)


def _first(series: Series, order: Sequence[int], number: int, words: str) -> Result:
    """What the first call with an input returned."""
    return Result(words, series.outputs[series.given[0][order.index(number)]].values)


def _results(
    series: Series,
    number: int,
    words: Sequence[Sequence[str]],
    callers: Sequence[Sequence[int]],
    *,
    seen: bool = True,
) -> Iterator[Result]:
    """Each other result that calls with an input gave, once, as returned and as kept.

    ``seen`` says whether the first call's own result is known already.
    """
    known = {series.given[0][callers[0].index(number)]} if seen else set[int]()
    for which, ending in ((series.given, ""), (series.kept, ", read after the last call")):
        for texts, order, numbers in zip(words, callers, which, strict=True):
            for text, asked, place in zip(texts, order, numbers, strict=True):
                if asked == number and place not in known:
                    known.add(place)
                    yield Result(text + ending, series.outputs[place].values)


def _worse(found: Iterable[Measurement]) -> Measurement:
    return max(found, key=lambda measured: measured.verdict != "pass")


def _confirmed(found: Measurement, compared: Comparison, calls: int) -> Measurement:
    """Say so where the same call alone, repeated as often, has other bits too."""
    if found.verdict == "pass":
        return found
    if len(compared.series([compared.call], [A] * calls).outputs) == 1:
        return found
    return replace(found, message=f"{found.message}; the same call repeated alone differs, too")


def _joined(a: Call, b: Call) -> Call:
    """The rows of both, one after the other."""

    def joined(one: NDArray[Any] | None, two: NDArray[Any] | None) -> Any:
        return None if one is None or two is None else np.concatenate([one, two])

    return replace(a, x=joined(a.x, b.x), labels=joined(a.labels, b.labels), g=joined(a.g, b.g))


def _halved(a: Call) -> Call:
    """The first half of the rows."""
    rows = slice(len(a.x) // 2)
    labels, g = (None if each is None else each[rows] for each in (a.labels, a.g))
    return replace(a, x=a.x[rows], labels=labels, g=g)
