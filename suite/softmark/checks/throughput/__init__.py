"""throughput: time, bytes moved, and the fraction of the machine's copy bandwidth.

Statement
---------
The time of one call, of one logit, and the least traffic of the operation over that time, beside
the bandwidth of a copy of the same working set, measured in turn with it.  A wrong result has no
time, and a result that turns wrong while it is timed fails.

Bound
-----
None: a time is reported and never failed.  What the timed calls return when the timing is over,
for these logits and for others put in their place, is held against the oracle (of more than 2¹⁶
numbers the first row, the last and drawn ones); what is wrong only there fails.  Where calls with
values never seen are four times as long as with the same values again, twice in a row, the function
keeps results, and has no time.  Calls so long that there are two rounds at most are timed again
where their times are 1.5 times apart, and have no time where they still are.

Source
------
Least traffic: the operation's own file; a derivative reads the logits and the cotangent, and writes
the logits' gradient.

Cases
-----
Rows of many lengths (odd ones such as 1001 and 50257 among them), as many as fit a size in bytes,
the same in each format: 16 KiB of logits for L1, 128 KiB for L2, 1 MiB for L3, 32 MiB for DRAM; on
a device 64 KiB, where the launch decides, 8 MiB for its L2 and 128 MiB for its DRAM.
The record says which level was meant.  The usual call is forward, with one array that is used
again (warm), along the last axis, on the threads that the run is set to.  Beside it, each with a
label: derivatives (vjp), cold inputs, which take turns in a ring of twice the last cache (on a
device, that cache is flushed before each call), all threads, another axis, and on a device calls
that are replayed from a graph.  On the host the quick profile has L1, L3 and a derivative.  One
format in the quick profile, and in the standard one of what compiles step by step; few cases of the
others in the larger ones: plan.py lists all.
Logits are normal, outputs kept alive.

Metric
------
time, in nanoseconds a logit; the raw block times are in the record.  On a device they are those of
its own events, where the framework shows them; rounds in which its clock fell by throttling are
left out and counted, and its clocks are in the record.

Witness
-------
None.
"""

# Over 300 lines: the check together with its statement, which reports and ``explain`` read.

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.calling.clock import METHOD
from softmark.calling.timed import moved_on
from softmark.checks.throughput.plan import Cell, cell_of, cells
from softmark.formats import Float64Array
from softmark.judging.derivatives import cotangent
from softmark.judging.outputs import Judged, derivative_truth, judge_forward
from softmark.judging.scope import Measurement, Scope
from softmark.operations import Problem
from softmark.records import Case, Json
from softmark.subjects import NotOffered, Output, Subject, Timing
from softmark.timing.throughput import throughput
from softmark.workers.presenting import presented
from softmark.workers.settings import processors

Rows = NDArray[np.intp]

KEPT: Final = 4.0
"""How much longer a new call may be than a repeated one."""

PLAUSIBLE: Final = 2.0
"""How many times as fast as one thread's copy a thread may move the least data; of all functions
that were measured the fastest is at 1.03.
"""

JUDGED: Final = 2**16
"""Numbers of a result that are held against the oracle, at least two rows."""

SLOWLY_JUDGED: Final = 2**14
"""The same of a loss of probabilities or of two rows, which cost the oracle microseconds each."""

SECONDS: Final = 0.1
"""How long calls are timed; a call that is longer is made a few times."""

PATIENCE: Final = 2.0
"""Seconds of the longest call that is timed in DRAM."""

TRIES: Final = range(3, 12)
"""How often a few rows are tried before a call counts as longer: the more often, the shorter it is,
since other programs also empty the caches."""

FEW_ROUNDS: Final = 2
SPREAD: Final = 1.5
"""How far apart the times of few rounds may be; more rounds have a median to trust."""

_PROBE: Final = 64
"""Which part of the rows is tried before."""


def spares(scope: Scope) -> str | None:
    if scope.profile == "quick" and scope.format.name != scope.main_format:
        return f"this profile times {scope.main_format} only"
    return None


def cases(scope: Scope) -> Iterator[Case]:
    for cell in cells(scope):
        yield cell.case(scope)


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    cell, problem = cell_of(case, scope), scope.problem(case)
    g = cotangent(case, problem, scope) if cell.mode == "vjp" else None
    rows = _looked_at(problem, scope) if problem.axis == -1 else None
    try:
        asked = subject.with_threads(len(processors(None))) if cell.threads == "all" else subject
        if slow := _too_slow(asked, cell, problem, scope):
            yield replace(_withheld(slow), verdict="skipped")
            return
        timing = _timed(asked, cell, problem, g, rows, scope)
        if (
            _keeps_results(timing)
            or _beyond_copy(timing, cell, problem, scope)
            or _disturbed(timing)
        ):
            timing = _timed(asked, cell, problem, g, rows, scope)  # it may have been one bad moment
    except NotOffered as fault:
        yield _withheld(fault.message)
        return
    why = (
        _wrong(timing, problem, g, rows, scope)
        or _beyond_copy(timing, cell, problem, scope)
        or _disturbed(timing)
    )
    if not why:
        yield _time(timing, cell, problem, scope)
    elif why.verdict == "fail" and _is_wrong_anyway(asked, problem, g, scope):
        yield _withheld("the result is wrong, so it has no time; accuracy says how")
    else:
        yield why


def _timed(
    subject: Subject,
    cell: Cell,
    problem: Problem,
    g: Float64Array | None,
    rows: Rows | None,
    scope: Scope,
) -> Timing:
    return subject.time(
        scope.call(problem, g=g),
        scope.format,
        seconds=SECONDS,
        inputs="cold" if cell.inputs == "cold" else "warm",
        launch="graph" if cell.launch == "graph" else "call",
        rows=rows,
    )


def _too_slow(subject: Subject, cell: Cell, problem: Problem, scope: Scope) -> str:
    """Why the largest case is spared a function of which a few rows already take long."""
    rows = len(problem.x) // _PROBE
    if cell.level != "DRAM" or cell.axis == 0 or scope.costly_shapes or not rows:
        return ""
    few, took = problem.of_rows(slice(rows)), list[float]()
    while len(took) < TRIES.start or (sum(took) < PATIENCE and len(took) < TRIES.stop):
        took.append(_seconds(subject, few, scope))
        if min(took) * _PROBE <= PATIENCE:
            return ""
    seconds = min(took) * _PROBE
    return f"a call would take some {seconds:.0f} s, too long to be made many times"


def _seconds(subject: Subject, problem: Problem, scope: Scope) -> float:
    """Seconds of a call: on the host without those in which other programs had the processor."""
    start = time.perf_counter()
    output = scope.forward(subject, problem)
    took = time.perf_counter() - start
    return took if scope.device != "cpu" else min(took, output.processor_seconds)


def _wrong(
    timing: Timing, problem: Problem, g: Float64Array | None, rows: Rows | None, scope: Scope
) -> Measurement | None:
    """Why the timed calls have not earned a time; ``None`` when they have."""
    first, second, *ends = timing.outputs
    seen = presented(scope.info, problem.x.shape, problem.axis)
    texts = (
        "its result is wrong once it has been called as often as a timing calls it: no time",
        "its result is wrong with other logits in the array that was timed: no time",
        *["its result is wrong at the end of a block of timed calls: no time"] * len(ends),
    )
    for output, step, text in zip((first, second, *ends), timing.steps, texts, strict=True):
        if rows is not None and seen.is_same:
            few, along = _of(rows, problem, g)
            judged = output.values, replace(few, x=_moved_rows(problem.x, rows, step)), along
        else:
            moved = seen.back(moved_on(seen.array(problem.x), step)) if step else problem.x
            given = replace(problem, x=moved)
            judged = (
                _some(output.values, given, g, scope)
                if rows is None
                else (output.values, *_of(rows, given, g))
            )
        if _fails(*judged, scope):
            return Measurement("time", None, "ns/element", "fail", message=text)
    if _keeps_results(timing):
        longer = timing.new_ns / max(1.0, timing.again_ns)
        return _withheld(
            f"it keeps results, so no time: new values take {longer:.0f} times as long"
        )
    return None


def _moved_rows(x: Float64Array, rows: Rows, steps: int) -> Float64Array:
    """These rows of what ``moved_on`` gives: to move all of it would take longer than its calls."""
    places = rows[:, None] * x.shape[-1] + np.arange(x.shape[-1]) - steps
    return np.asarray(np.take(x, places, mode="wrap"))


def _is_wrong_anyway(
    subject: Subject, problem: Problem, g: Float64Array | None, scope: Scope
) -> bool:
    """Whether a single call with arrays of its own is wrong too."""
    if g is None:
        output: Output | None = scope.forward(subject, problem)
    else:
        output = subject.vjp(scope.call(problem, g=g), scope.format)
    return output is None or _fails(*_some(output.values, problem, g, scope), scope)


def _keeps_results(timing: Timing) -> bool:
    return timing.new_ns > KEPT * timing.again_ns  # both are 0 where nobody looked


def _beyond_copy(timing: Timing, cell: Cell, problem: Problem, scope: Scope) -> Measurement | None:
    """Why a time is in question: the least traffic would be faster than copies beside it."""
    found = throughput(timing, problem.x.size, _traffic(cell, problem, scope))
    if found.copy_fraction <= PLAUSIBLE * timing.threads:
        return None
    return _withheld(
        f"its data would move {found.copy_fraction:.2g} times as fast as a copy of as many bytes, "
        "which no work on all of it does: no time"
    )


def _disturbed(timing: Timing) -> Measurement | None:
    """Why few times are not to be trusted: they are far apart."""
    least, most = timing.subject_ns.min(), timing.subject_ns.max()
    if timing.subject_ns.size > 2 * FEW_ROUNDS or most <= SPREAD * least:
        return None
    return _withheld(
        f"its few calls took {least / 1e6:.3g} to {most / 1e6:.3g} ms, as if other programs had "
        "the processor meanwhile: no time"
    )


def _fails(values: Float64Array, problem: Problem, g: Float64Array | None, scope: Scope) -> bool:
    if g is None:
        return any(m.verdict == "fail" for m in judge_forward(values, problem, scope))
    exact = derivative_truth(scope.operation.vjp, problem, g, scope)
    judged = Judged("vjp error", values, exact, problem, scope, g)
    return any(m.verdict == "fail" for m in judged.measurements())


def _looked_at(problem: Problem, scope: Scope) -> Rows | None:
    """Rows of many numbers that are judged: the first, the last and drawn ones; else ``None``."""
    is_slow = scope.has_probabilities or scope.operation.takes_other
    most = SLOWLY_JUDGED if is_slow else JUDGED
    if problem.x.size <= most:
        return None
    last = problem.x.size // problem.n - 1
    drawn = np.random.default_rng(0).integers(last + 1, size=most // problem.n)
    return np.unique([0, last, *drawn])


def _of(
    rows: Rows, problem: Problem, g: Float64Array | None
) -> tuple[Problem, Float64Array | None]:
    return problem.of_rows(rows), None if g is None else g[rows]


def _some(
    values: Float64Array, problem: Problem, g: Float64Array | None, scope: Scope
) -> tuple[Float64Array, Problem, Float64Array | None]:
    """What is judged of a whole result, and of what it is the result."""
    rows = _looked_at(problem, scope)
    if rows is None:
        return values, problem, g
    if problem.axis == 0:  # each is a column
        labels = None if problem.labels is None else problem.labels[:, rows]
        few, values = replace(problem, x=problem.x[:, rows], labels=labels), values[..., rows]
        return values, few, None if g is None else g[..., rows]
    return values[rows], *_of(rows, problem, g)


def _withheld(why: str) -> Measurement:
    return Measurement("time", None, "ns/element", "not_offered", message=why)


def _time(timing: Timing, cell: Cell, problem: Problem, scope: Scope) -> Measurement:
    moved = _traffic(cell, problem, scope)
    found = throughput(timing, problem.x.size, moved)
    p10, p90 = np.quantile(timing.subject_ns, [0.1, 0.9])
    compiling = timing.first_call_ns - found.ns_per_call if scope.info.compiled else None
    return Measurement(
        metric="time",
        value=found.ns_per_element,
        unit="ns/element",
        verdict="pass",
        distribution={
            "median": found.ns_per_call,
            "p10": float(p10),
            "p90": float(p90),
            "gb_per_s": found.gb_per_s,
            "copy_fraction": found.copy_fraction,
            "bytes": moved,
            "level": cell.level,
            "mode": cell.mode,
            "inputs": cell.inputs,
            "launch": cell.launch,
            "ring_bytes": timing.ring_bytes,
            "flush_bytes": timing.flush_bytes,
            "threads": timing.threads,
            "denormals": dict(timing.denormals),
            "method": METHOD,
            "clock": timing.clock,
            "clocks": dict(timing.clocks),
            "first_call_ns": timing.first_call_ns,
            "new_shape_ns": timing.first_call_ns if timing.is_new else None,
            "compile_ns": compiling if timing.is_new else None,
            "calls_per_block": timing.subject_calls,
            "samples_ns": _rounded(timing.subject_ns),
            "copy_ns": _rounded(timing.copy_ns),
        },
    )


def _traffic(cell: Cell, problem: Problem, scope: Scope) -> int:
    """Bytes that a call must read and write at least."""
    rows = problem.x.size // problem.n
    if cell.mode == "vjp":
        result = int(np.prod(scope.output_shape(problem)))
        elements = 2 * problem.x.size + result
    else:
        elements = sum(scope.operation.traffic(rows, problem.n))
    return elements * scope.format.bits // 8


def _rounded(samples: Float64Array) -> list[Json]:
    return [float(f"{ns:.6g}") for ns in samples]
