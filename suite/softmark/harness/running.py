"""The run: each framework in workers of its own, each with a results file of its own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Event
from typing import Final

from softmark.calling.series import taking_turns
from softmark.harness.budget import Budget
from softmark.harness.costs import expected_seconds
from softmark.harness.lanes import Lane, Progress, together
from softmark.harness.opening import Run, opened
from softmark.harness.planning import Plan, Skipped, Task
from softmark.harness.sharing import Roster
from softmark.workers.settings import WorkerSettings
from softmark_implementations.known_failures import KnownFailure

__all__ = ["Progress", "RunOutcome", "run"]

SWITCH: Final = 0.001
"""Seconds after which a thread that computes lets another one go on, which waits for its worker.

With Python's 5 ms an answer that took 1 ms came after 14 ms where another thread was computing,
with this one after 5 ms, for 3 % less of that thread's work.
"""


@dataclass(frozen=True)
class RunOutcome:
    """What a run left.

    Attributes
    ----------
    files:
        The results files, one for each framework.
    counts:
        Records by verdict, over all files.
    skipped:
        What was not measured: the plan's, and frameworks that could not be started.
    check_seconds:
        Seconds by check, the slowest first.
    seconds:
        Wall time of it all.
    overhead_seconds:
        The part of it that is neither the subjects', the checks' nor the oracle's, nor
        starting interpreters and importing frameworks.
    """

    files: tuple[Path, ...]
    counts: Mapping[str, int]
    skipped: tuple[Skipped, ...]
    check_seconds: Mapping[str, float]
    seconds: float
    overhead_seconds: float


def run(
    plan: Plan,
    results: Path,
    *,
    jobs: int = 1,
    timeout: float = 60.0,
    resume: bool = False,
    apart: bool = False,
    place: int = 0,
    pythons: Mapping[str, str] | None = None,
    memory: int | None = None,
    threads: int | None = None,
    known: Sequence[KnownFailure] = (),
    budget: float | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> RunOutcome:
    """Measure ``plan`` and write ``results/<machine>/<framework>-<version>/<date>-<commit>.jsonl``.

    Parameters
    ----------
    jobs:
        Implementations measured at the same time, of different frameworks as long as there are
        such; timing is never done in parallel.
    timeout:
        Seconds that one call may take; four times as many for a first one that may compile.
    resume:
        Go on with the newest run of the same plan, commit and machine, if there is one.
    apart:
        Measure each task as if it were the only one, so that the rest may be measured elsewhere.
    place:
        The first of the processors to use, where another run uses the others; see ``Worker``.
    pythons:
        For a framework the interpreter to run it in; this one for the others.
    memory, threads:
        See ``softmark.workers.process.WorkerSettings``.
    known:
        Failures that are understood; they go into the header, for those who read the results.
    budget:
        Minutes after which no further task begins; the most telling tasks come first, and a
        resumed run goes on with the others.
    progress:
        Called, in any thread, when a task begins and when it ends.

    Raises
    ------
    HarnessError
        A check raised an error of its own.
    ResultsError
        The results cannot be written.
    KeyboardInterrupt
        The run was interrupted; it can be resumed.
    """
    begun, limit = time.monotonic(), Budget(budget)
    settings = {
        framework: WorkerSettings(
            python=(pythons or {}).get(framework, WorkerSettings.python),
            device=plan.device,
            seed=plan.seed,
            threads=threads,
            memory=memory,
        )
        for framework in plan.frameworks
    }
    shared = Run(
        plan,
        results,
        timeout,
        settings,
        progress,
        known=known,
        apart=apart,
        skipped=list(plan.skipped),
    )
    with ExitStack() as open_things:
        lanes = opened(shared, resume, open_things)
        expected = expected_seconds(plan.tasks, plan.profile)
        for lane in lanes:
            lane.expect(expected, limit)
            lane.whole = partial(together, lanes, jobs, limit)
        for tasks in limit.rounds(plan):
            _measure(lanes, tasks, jobs, place, shared.cancelled)
        done = frozenset[str]().union(*(lane.writer.finished_tasks for lane in lanes))
        shared.skipped += limit.left_out(plan, done)
    return _outcome(lanes, shared, time.monotonic() - begun)


def _measure(
    lanes: list[Lane], tasks: Sequence[Task], jobs: int, place: int, cancelled: Event
) -> None:
    """Run what tolerates neighbours in parallel, then time alone."""
    if jobs > 1:
        _side_by_side(Roster(lanes, tasks), range(place, place + jobs), cancelled)
    for lane in lanes:
        for share in lane.shares(tasks):
            lane.measure(share, place)
        lane.measure_alone(tasks, place)
        if lane.is_done:
            lane.finish()


def _side_by_side(roster: Roster, places: range, cancelled: Event) -> None:
    with ThreadPoolExecutor(len(places)) as pool, _cancelling(cancelled), taking_turns(SWITCH):
        ended, _ = wait([pool.submit(roster.work, i) for i in places], None, FIRST_EXCEPTION)
        for future in ended:
            future.result()


@contextmanager
def _cancelling(cancelled: Event) -> Iterator[None]:
    """Tell every lane to stop when the block is left by an exception."""
    try:
        yield
    except BaseException:
        cancelled.set()
        raise


def _outcome(lanes: list[Lane], shared: Run, seconds: float) -> RunOutcome:
    counts: Counter[str] = Counter()
    check_seconds: dict[str, float] = {}
    for lane in lanes:
        counts.update(lane.writer.counts)
        for check, spent in lane.check_seconds.items():
            check_seconds[check] = check_seconds.get(check, 0.0) + spent
    return RunOutcome(
        files=tuple(lane.writer.path for lane in lanes),
        counts=dict(counts),
        skipped=tuple(shared.skipped),
        check_seconds=dict(sorted(check_seconds.items(), key=lambda pair: -pair[1])),
        seconds=seconds,
        overhead_seconds=sum(lane.overhead_seconds for lane in lanes),
    )
