"""throughput: time, bytes moved, and the fraction of the machine's copy bandwidth.

Statement
---------
The time of one call, of one logit, and the least traffic of the operation over that time, beside
the bandwidth of a copy of the same working set, measured in turn with it.  A wrong result has no
time, and a result that turns wrong while it is timed fails.

Bound
-----
None: a time is reported and never failed; the result after the timing is judged as any other.

Source
------
Least traffic: the operation's own file.  Statistics: pytest-benchmark.

Cases
-----
Rows of several lengths whose working sets lie in the caches and in memory; float32 in the quick
profile, every format otherwise.  Inputs are normal and warm, outputs kept alive.

Metric
------
time, in nanoseconds a logit; the raw block times are in the record.

Witness
-------
None.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from softmark.checks.base import HUNDRED, Measurement, Scope
from softmark.checks.judging import judge_forward
from softmark.operations import Problem
from softmark.records import Case, Json
from softmark.subjects import Output, Subject, Timing
from softmark.subjects.clock import METHOD
from softmark.timing import throughput


def applies(scope: Scope) -> str | None:
    if scope.profile == "quick" and scope.format.name != _main_format(scope):
        return f"the quick profile times {_main_format(scope)} only"
    return None


def _main_format(scope: Scope) -> str:
    offered = scope.info.formats
    return "float32" if "float32" in offered else offered[0]


def cases(scope: Scope) -> Iterator[Case]:
    short, long = HUNDRED, (64, 4096)
    more = ((4096, 8), (512, 64), (64, 1000), long, (16, 2**16), (1, 2**20))
    for shape in scope.by_profile((short, long), more, (*more, (512, 2**12), (4, 2**20))):
        yield scope.case("normal", *shape)


def measure(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    output = scope.forward(subject, problem)
    if _is_wrong(output, problem, scope):
        text = "the result is wrong, so it has no time; accuracy says how"
        yield Measurement("time", None, "ns/element", "not_offered", message=text)
        return
    seconds = scope.by_profile(0.1, 0.4, 2.0)
    timing = subject.time(problem.x, scope.format, seconds=seconds, **scope.arguments(problem))
    if timing.after is not None and _is_wrong(timing.after, problem, scope):
        text = "its result is wrong once it has been called as often as a timing calls it"
        yield Measurement("time", None, "ns/element", "fail", message=text)
        return
    yield _time(timing, problem, scope)


def _is_wrong(output: Output, problem: Problem, scope: Scope) -> bool:
    return any(m.verdict == "fail" for m in judge_forward(output.values, problem, scope))


def _time(timing: Timing, problem: Problem, scope: Scope) -> Measurement:
    read, written = scope.operation.traffic(problem.x.size // problem.n, problem.n)
    moved = (read + written) * scope.format.bits // 8
    found = throughput(timing, problem.x.size, moved)
    p10, p90 = np.quantile(timing.subject_ns, [0.1, 0.9])
    samples: list[Json] = [float(f"{ns:.6g}") for ns in timing.subject_ns]
    copies: list[Json] = [float(f"{ns:.6g}") for ns in timing.copy_ns]
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
            "threads": timing.threads,
            "method": METHOD,
            "first_call_ns": timing.first_call_ns,
            "calls_per_block": timing.subject_calls,
            "samples_ns": samples,
            "copy_ns": copies,
            "pytest_benchmark": found.statistics,
        },
    )
