"""reproducibility: the same input gives the same bits, however it is called.

Statement
---------
For one input, the result has the same bits: when the call is repeated; after calls with other
inputs of the same, a larger and a smaller shape, with NaN, and one that raised; at each of many
calls with inputs in a drawn order; while one, two or four other threads call; and a result that was
returned stays as it is.  Ideally a row's result has the same bits too whether the row is alone or
anywhere in a batch, with one thread or several, along the last axis or another, however the input
lies in memory, compiled or not.

Bound
-----
Other bits when nothing but the time of the call has changed fail: the function is not a function.
Of the second kind other bits are weak, and fail where they are further apart than twice the
operation's bound, since one of the two results is then wrong.

Source
------
Definition; the triangle inequality over the operation's own bound.  Why the second kind fails to
hold: a sum whose order depends on threads (Demmel, Nguyen, Fast reproducible floating-point
summation, ARITH 2013) or on the size of the batch (He, Thinking Machines Lab, Defeating
nondeterminism in LLM inference, 2025).

Cases
-----
Rows long and many enough that frameworks split the work, forward and gradient; batches of 1 to
1025 rows cut from one at several places; small shapes for calls in a row and at once: 600 in a
drawn order, 10,000 in the standard profile, a fifth of them where the others would take more than
two seconds of a processor, of inputs of which one is another with two neighbours exchanged, one is
masked, and one has half the rows; and 2, 3 and 5 threads; a length of its own in the narrower
formats first.  The quick profile has other numbers of
threads and long rows in one format, and in the others fewer calls.

Metric
------
run to run, after other calls, concurrent calls; error, where the result for exchanged neighbours is
wrong, and after a call in another format; batch, threads, axis, layout, compiled: the
largest distance of two results, in ulp of the exact one.

Witness
-------
The element, both results, and how each of them came about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from softmark.checks.reproducibility import calls, ways
from softmark.judging.comparison import Comparison
from softmark.judging.scope import HUNDRED, LONGER, LONGEST, TEN, THOUSAND, Measurement, Scope
from softmark.records import Case, Json
from softmark.subjects import NotOffered, Subject

MANY: Final = (512, 4096)
WIDE: Final = (16, 2**16)
OWN: Final = 5003
"""A length of no other case, beyond the whole numbers that 16 bits hold."""

_MEASURES: Final[dict[str, Callable[[Comparison], Iterator[Measurement]]]] = {
    "run to run": calls.run_to_run,
    "after other calls": calls.after_other_calls,
    "concurrent calls": calls.concurrent_calls,
    "after another format": calls.after_another_format,
    "soak": calls.soak,
    "batch": ways.batch,
    "threads": ways.threads,
    "axis": ways.axis,
    "layout": ways.layout,
    "compiled": ways.compiled,
}


def spares(scope: Scope) -> str | None:
    is_main = scope.format.name == scope.main_format
    if scope.few_shapes and not is_main and scope.format.bits < 32:
        # In 16 bits a result that was rounded from a wider one hides what the wider ones tell.
        bits = "in 32 bits and more only"
        return f"what compiles for each shape is measured {bits}, but in the full profile"
    return None


def cases(scope: Scope) -> Iterator[Case]:
    if scope.profile == "quick" and scope.format.name != scope.main_format:
        yield from _of_another_format(scope)
        return
    yield from _forward(scope)
    if scope.has_gradient:
        yield from _gradient(scope)


def _forward(scope: Scope) -> Iterator[Case]:
    case, rows = partial(_case, scope), _rows(scope)
    split = scope.by_profile((LONGEST, rows), (LONGEST, rows, MANY), (LONGEST, rows, MANY, WIDE))
    if scope.info.costly == "rows":
        split = (LONGEST, rows)
    often = (scope.longer, rows) if scope.profile == "quick" else split
    for shape in (HUNDRED, *often):  # but threads that differ at the longest may not at others
        yield case("run to run", *shape)
    some = (1000,) if scope.costly_shapes else (5, 33, 1000, 4096)
    batches = scope.by_profile((1000,), some, (1, 2, 5, 8, 33, 257, 1000, 4096))
    for n in () if scope.by_row else batches:
        yield case("batch", _batch(scope, n), n)
    yield case("after other calls", *HUNDRED)
    yield from _after_another_format(scope)
    yield case("soak", *_short(scope), calls=_calls(scope, 600, 10_000))
    few = scope.profile == "quick" and scope.info.costly == "rows"
    for threads in (3,) if few else (3, 5):
        yield case("concurrent calls", *_short(scope), threads=threads)
    several = (HUNDRED, rows)
    most = (*several, MANY) if scope.costly_shapes else several  # which two may compile at once
    for shape in scope.by_profile((rows,), several, most):
        yield case("concurrent calls", *shape)
    if scope.info.eager is not None:
        for shape in (HUNDRED, *split):
            yield case("compiled", *shape)
    if scope.few_shapes:  # a thread, an axis and a layout more are compiled anew, too
        return
    for shape in split if scope.profile == "full" else split[:2]:
        yield case("threads", *shape)
    more = (rows,) if scope.fewer_shapes else (rows, (64, 33))
    for shape in scope.by_profile((rows,), more, (*more, (8, 2**16))):
        if scope.other_axes and not scope.by_row:
            yield case("axis", *shape)
        yield case("layout", *shape)


def _of_another_format(scope: Scope) -> Iterator[Case]:
    """In the quick profile of other formats than the main one: fewer calls, in one process.

    What a number of threads does to a result depends on code that formats share.
    """
    case, rows = partial(_case, scope), _rows(scope)
    yield case("run to run", *HUNDRED)
    if not scope.by_row:
        yield case("batch", _batch(scope, 1000), 1000)
    yield case("after other calls", *HUNDRED)
    yield from _after_another_format(scope)
    yield case("soak", *_short(scope), calls=_calls(scope, 150, 0))
    yield case("concurrent calls", *_short(scope), threads=3)
    if scope.has_gradient:
        yield case("run to run", *rows, mode="vjp")
        yield case("soak", *_short(scope), calls=_calls(scope, 50, 0), mode="vjp")
    if scope.info.eager is not None:
        yield case("compiled", *HUNDRED)
    if scope.few_shapes:
        return
    if scope.other_axes and not scope.by_row:
        yield case("axis", *rows)
    yield case("layout", *rows)


def _after_another_format(scope: Scope) -> Iterator[Case]:
    if calls.narrower(scope) and not scope.few_shapes and scope.info.takes_length(OWN):
        told: dict[str, Json] = {"compare": "after another format"}
        shape = (OWN,) if scope.by_row else (16, OWN)
        yield scope.case("normal", *shape, check=told, scale=30.0)  # so that each has a winner


def _gradient(scope: Scope) -> Iterator[Case]:
    case, rows = partial(_case, scope, mode="vjp"), _rows(scope)
    long = LONGER if scope.fewer_shapes else LONGEST  # a derivative is compiled in many pieces
    for shape in scope.by_profile((rows,), (long, rows), (LONGEST, rows, MANY)):
        yield case("run to run", *shape)
        if scope.info.eager is not None:
            yield case("compiled", *shape)
        if not scope.few_shapes and (scope.profile != "standard" or shape != rows):
            yield case("threads", *shape)
    yield case("concurrent calls", *rows)
    yield case("soak", *_short(scope), calls=_calls(scope, 100, 2000))
    if scope.profile != "quick" and not scope.fewer_shapes:
        yield case("after other calls", *HUNDRED)
    for n in () if scope.by_row else scope.by_profile((), (1000,), (5, 1000)):
        yield case("batch", _batch(scope, n), n)


def _calls(scope: Scope, quick: int, more: int) -> int:
    """Calls of a soak: fewer where a call is dispatched step by step, or row by row."""
    if scope.info.costly == "rows":
        return scope.by_profile(quick // 20, more // 5, more // 5)
    return scope.by_profile(quick, more, more) // (5 if scope.costly_shapes else 1)


def _short(scope: Scope) -> tuple[int, int]:
    """Short rows of many calls, few where each takes long."""
    return (8, TEN[1]) if scope.info.costly == "rows" else TEN


def _rows(scope: Scope) -> tuple[int, int]:
    """Rows enough that frameworks split them among threads, unless each new shape costs much."""
    if scope.few_shapes:
        return THOUSAND
    return (8, 4096) if scope.info.costly == "rows" else (64, 4096)


def _batch(scope: Scope, n: int) -> int:
    """Rows of ``n`` of which batches are cut: fewer of long ones, which are sent each time."""
    if scope.info.costly == "rows":
        return 65
    return 1025 if n <= 1000 or scope.profile == "full" else 258


def _case(scope: Scope, metric: str, *shape: int, mode: str = "", **more: Json) -> Case:
    told: dict[str, Json] = {"compare": metric, **more}
    shape = shape[-1:] if scope.by_row else shape  # many calls of one row each, not of a batch
    return scope.case("normal", *shape, check=told | ({"mode": mode} if mode else {}))


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    compared = Comparison.of(subject, case, scope)
    try:
        yield from _MEASURES[compared.metric](compared)
    except NotOffered as fault:
        unit = compared.same().unit
        yield Measurement(compared.metric, None, unit, "not_offered", message=fault.message)
