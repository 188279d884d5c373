"""Every implementation through pytest-benchmark, so that its table, storage and compare apply.

The times are taken by softmark's own clock, in the framework's worker and in
turn with copies of the same memory; see ``softmark.calling.clock``.  They are
then replayed through pytest-benchmark's public interface: the fixture's timer
reads a clock that each round advances by one sample.  So ``--benchmark-json``,
``--benchmark-save`` and ``--benchmark-compare`` work as usual, and
``extra_info`` says what was moved and what fraction of a copy that is.

Where pytest-codspeed is active it is given the call itself, in this process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from softmark import catalog, operations
from softmark.calling.caller import Caller
from softmark.catalog import Entry
from softmark.checks import Scope
from softmark.formats import encode, format_named
from softmark.harness.planning import info_of, source_of
from softmark.operations import Problem
from softmark.subjects import SubjectFault, Timing
from softmark.timing.throughput import throughput
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import WorkerSubject

SHAPES = [(40, 100), (64, 4096)]
FORMAT = "float32"
SECONDS = 0.3
ENTRIES = [e for e in catalog.implementations() if FORMAT in e.formats and not e.missing()]


class Replay:
    """A clock that shows the next sample each time it is advanced."""

    def __init__(self) -> None:
        self.now = 0.0
        self.samples: Iterator[float] = iter(())

    def __call__(self) -> float:
        return self.now

    def advance(self) -> None:
        self.now += next(self.samples)


CLOCK = Replay()


@pytest.fixture(scope="module")
def workers() -> Iterator[dict[str, Worker]]:
    """One worker for each framework, ended with the module."""
    started: dict[str, Worker] = {}
    yield started
    for worker in started.values():
        worker.stop()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_forward(
    entry: Entry,
    shape: tuple[int, int],
    workers: dict[str, Worker],
    benchmark: Any,
    request: pytest.FixtureRequest,
    chart: list[dict[str, Any]],
    device: str,
    is_codspeeds: bool,
) -> None:
    operation = operations.load(entry.operation)
    scope = Scope(info_of(entry, device), operation, format_named(FORMAT), device=device)
    problem = scope.problem(scope.case("normal", *shape))
    if is_codspeeds:
        benchmark(_call(entry, problem, device))
        return
    worker = workers.setdefault(entry.framework, Worker(WorkerSettings(device=device)))
    subject = WorkerSubject(worker, source_of(entry), scope.info, timeout=60.0)
    try:
        timing = subject.time(scope.call(problem), scope.format, seconds=SECONDS)
    except SubjectFault as fault:
        pytest.skip(fault.message)
    benchmark.group = f"{entry.operation} {FORMAT} {shape[0]}x{shape[1]}"
    benchmark.extra_info.update(_extra_info(entry, shape, timing, scope))
    chart.append(_point(request.node.name, timing))
    CLOCK.samples = (ns * 1e-9 for ns in timing.subject_ns)
    benchmark.pedantic(CLOCK.advance, rounds=len(timing.subject_ns))

    assert benchmark.stats.stats.rounds == len(timing.subject_ns)


def _call(entry: Entry, problem: Problem, device: str) -> Callable[[], Any]:
    """One call with arrays of this process, which returns when its result is there."""
    module = import_module(entry.module)
    function, framework = getattr(module, entry.function), module.FRAMEWORK
    caller = Caller(function, framework, entry.operation, device=device)
    labels = None if problem.labels is None else caller.array(problem.labels, "int64")
    call = caller.bound(caller.keywords({"axis": problem.axis, "beta": None}, 2), labels)
    x = caller.array(encode(problem.x, format_named(FORMAT)), FORMAT)
    wait = framework.waiter(device)
    return (lambda: call(x)) if wait is None else (lambda: wait(call(x)))


def _point(name: str, timing: Timing) -> dict[str, Any]:
    """The time of a call over that of a copy made in turn with it, which the machine sways less."""
    ratio = np.median(timing.subject_ns) / np.median(timing.copy_ns)
    low, high = np.quantile(timing.subject_ns, [0.1, 0.9]) / np.median(timing.copy_ns)
    return {
        "name": name,
        "unit": "times a copy",
        "value": float(ratio),
        "range": f"{low:.3g} to {high:.3g}",
        "extra": f"{np.median(timing.subject_ns):.4g} ns a call",
    }


def _extra_info(
    entry: Entry, shape: tuple[int, int], timing: Timing, scope: Scope
) -> dict[str, Any]:
    rows, n = shape
    moved = sum(scope.operation.traffic(rows, n)) * scope.format.bits // 8
    found = throughput(timing, rows * n, moved)
    return {
        "implementation": entry.name,
        "operation": entry.operation,
        "variant": entry.variant,
        "format": FORMAT,
        "shape": list(shape),
        "device": scope.device,
        "threads": timing.threads,
        "bytes": moved,
        "gb_per_s": found.gb_per_s,
        "copy_fraction": found.copy_fraction,
        "first_call_ns": timing.first_call_ns,
    }
