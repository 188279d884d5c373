"""Every implementation through pytest-benchmark, so that its table, storage and compare apply.

The times are taken by softmark's own clock, in the framework's worker and in
turn with copies of the same memory; see ``softmark.subjects.clock``.  They are
then replayed through pytest-benchmark's public interface: the fixture's timer
reads a clock that each round advances by one sample.  So ``--benchmark-json``,
``--benchmark-save`` and ``--benchmark-compare`` work as usual, and
``extra_info`` says what was moved and what fraction of a copy that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from softmark import catalog, operations
from softmark.catalog import Entry
from softmark.checks import Scope
from softmark.formats import format_named
from softmark.harness.planning import info_of, source_of
from softmark.subjects import SubjectFault, Timing
from softmark.subjects.process import Worker
from softmark.subjects.settings import WorkerSettings
from softmark.subjects.worker_subject import WorkerSubject
from softmark.timing import throughput

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


@pytest.mark.benchmark(timer=CLOCK, disable_gc=False)
@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda e: e.name)
def test_forward(
    entry: Entry, shape: tuple[int, int], workers: dict[str, Worker], benchmark: Any
) -> None:
    worker = workers.setdefault(entry.framework, Worker(WorkerSettings()))
    scope = Scope(info_of(entry, "cpu"), operations.load(entry.operation), format_named(FORMAT))
    problem = scope.problem(scope.case("normal", *shape))
    subject = WorkerSubject(worker, source_of(entry), scope.info, timeout=60.0)
    try:
        arguments = scope.arguments(problem)
        timing = subject.time(problem.x, scope.format, seconds=SECONDS, **arguments)
    except SubjectFault as fault:
        pytest.skip(fault.message)
    benchmark.group = f"{entry.operation} {FORMAT} {shape[0]}x{shape[1]}"
    benchmark.extra_info.update(_extra_info(entry, shape, timing, scope))
    CLOCK.samples = (ns * 1e-9 for ns in timing.subject_ns)
    benchmark.pedantic(CLOCK.advance, rounds=len(timing.subject_ns))

    assert benchmark.stats.stats.rounds == len(timing.subject_ns)


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
        "device": "cpu",
        "threads": timing.threads,
        "bytes": moved,
        "gb_per_s": found.gb_per_s,
        "copy_fraction": found.copy_fraction,
        "first_call_ns": timing.first_call_ns,
    }
