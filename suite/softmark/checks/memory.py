"""memory: what a call takes beyond its inputs, at its peak, over the size of its inputs.

Statement
---------
The most bytes that a call holds at a time beyond those held before it, its result included and its
arguments not, over the bytes of its arguments: of the very first call, and of later ones.

Bound
-----
None is proved, so a number passes.  Above 10 it is weak: the shifted formula with a new array for
each step (shifted, exponentials, quotient) in twice the width, widened copy and narrowed result
included, holds no more than 9 times its input.

Source
------
Counted, not sampled: by the framework's own allocator where that keeps statistics (TensorFlow with
oneDNN, CUDA), else by memray, which sees each allocation of the process, in a process that is
there for that alone.  The size of a process says little, since what is freed is used again.

Cases
-----
16 MiB of normal logits, in float32: in rows, and beyond the quick profile in one row and with
gradients.  The standard profile counts rows of bfloat16 too, the full one all formats.

Metric
------
peak memory, of later calls, in sizes of the input; both numbers of bytes are in the record.

Witness
-------
None.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from softmark.inputs import direction
from softmark.judging import losses
from softmark.judging.scope import Measurement, Scope, said
from softmark.records import Case
from softmark.subjects import Memory, NotOffered, Subject

METRIC: Final = "peak memory"
SIZE: Final = 16 * 2**20
"""Bytes of logits."""

NARROW: Final = "bfloat16"
"""The standard profile's other format: whether 16 bits are widened is the same in both of them."""

PLENTY: Final = 10.0
"""Sizes of the input, more than all arrays of the formula written out step by step."""


def spares(scope: Scope) -> str | None:
    main = scope.main_format
    standard = (main,) if scope.costly_shapes else (main, NARROW)
    wanted = scope.by_profile((main,), standard, scope.info.formats)
    if scope.format.name not in wanted:
        return f"the {scope.profile} profile counts memory in {' and '.join(wanted)} only"
    return None


def cases(scope: Scope) -> Iterator[Case]:
    n = SIZE // (scope.format.bits // 8)
    rows = 8 if scope.info.costly == "rows" else 512
    yield scope.case("normal", rows, n // rows)
    is_main = scope.format.name == scope.main_format
    if not scope.by_profile(False, is_main, True):
        return
    if scope.profile == "full":
        yield scope.case("normal", 1, n)
    if scope.has_gradient:
        yield scope.case("normal", rows, n // rows, check={"mode": "vjp"})
    yield from losses.memory_cases(scope, rows, n // rows)


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem, g = scope.problem(case), None
    if said(case).get("mode") == "vjp":
        g = direction(case, scope.output_shape(problem), scope.format, "cotangent")
    try:
        counted = subject.memory(scope.call(problem, g=g), scope.format)
    except NotOffered as fault:
        yield Measurement(METRIC, None, "of input", "not_offered", message=fault.message)
        return
    yield _judged(counted)


def _judged(counted: Memory) -> Measurement:
    value = counted.steady_bytes / counted.input_bytes
    return Measurement(
        METRIC,
        value,
        "of input",
        "weak" if value > PLENTY else "pass",
        PLENTY,
        "more than the formula with a new array for each step, twice as wide",
        message=f"it takes {value:.3g} times its input" if value > PLENTY else "",
        distribution={
            "first_call_bytes": counted.first_call_bytes,
            "steady_bytes": counted.steady_bytes,
            "input_bytes": counted.input_bytes,
            "output_bytes": counted.output_bytes,
            "method": counted.method,
        },
    )
