"""The run: each framework in a worker of its own, each with a results file of its own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from uuid import uuid4

import softmark
from softmark import specification
from softmark.environment import commit, environment, machine_name
from softmark.harness import resuming
from softmark.harness.lanes import Lane, Progress
from softmark.harness.planning import Plan, Skipped
from softmark.harness.writing import Writer
from softmark.records import Header, Json, ResultsFile
from softmark.subjects import NotOffered, SubjectFault, TargetError
from softmark.subjects.process import Worker, WorkerSettings
from softmark.subjects.worker_subject import WorkerSubject

__all__ = ["Outcome", "Progress", "run"]


@dataclass(frozen=True)
class Outcome:
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


@dataclass
class _Run:
    """What the frameworks of one run have in common."""

    plan: Plan
    results: Path
    timeout: float
    settings: Mapping[str, WorkerSettings]
    progress: Callable[[Progress], None]
    name: str = ""
    started: str = ""
    cancelled: Event = field(default_factory=Event)
    skipped: list[Skipped] = field(default_factory=list)

    def header(self, framework: str, facts: Mapping[str, Json]) -> Header:
        tasks = self.plan.of(framework)
        return Header(
            framework=framework,
            run=self.name,
            started=self.started,
            settings=self.plan.settings(),
            environment=environment(facts),
            specification=specification.as_json(),
            implementations={task.info.name: self.plan.described[task.info.name] for task in tasks},
            skipped=[skipped.to_json() for skipped in self.skipped],
        )


def run(
    plan: Plan,
    results: Path,
    *,
    jobs: int = 1,
    timeout: float = 60.0,
    resume: bool = False,
    pythons: Mapping[str, str] | None = None,
    memory: int | None = None,
    threads: int | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Outcome:
    """Measure ``plan`` and write ``results/<machine>/<framework>-<version>/<date>-<commit>.jsonl``.

    Parameters
    ----------
    jobs:
        Frameworks measured at the same time; timing is never done beside anything else.
    timeout:
        Seconds that one call may take; four times as many where it is compiled first.
    resume:
        Go on with the newest run of the same plan, commit and machine, if there is one.
    pythons:
        For a framework the interpreter to run it in; this one for the others.
    memory, threads:
        See ``softmark.subjects.process.WorkerSettings``.
    progress:
        Called, in any thread, when a task begins and when it ends.

    Raises
    ------
    HarnessError
        A check failed by itself.
    ResultsError
        The results cannot be written.
    KeyboardInterrupt
        The run was interrupted; it can be resumed.
    """
    begun = time.monotonic()
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
    shared = _Run(plan, results, timeout, settings, progress, skipped=list(plan.skipped))
    with ExitStack() as open_things:
        lanes = _opened(shared, resume, open_things)
        _measure(lanes, jobs, shared.cancelled)
    return _outcome(lanes, shared, time.monotonic() - begun)


def _opened(shared: _Run, resume: bool, open_things: ExitStack) -> list[Lane]:
    """A worker, and a file to go on with, for each framework that can be started."""
    started: dict[str, tuple[Worker, dict[str, Json]]] = {}
    for framework in shared.plan.frameworks:
        worker = Worker(shared.settings[framework], shared.cancelled)
        open_things.callback(worker.stop)
        facts = _facts(shared, framework, worker)
        if facts is not None:
            started[framework] = worker, facts
    earlier = _begin(shared, resume)
    return [
        _lane(shared, framework, worker, facts, earlier.get(framework), open_things)
        for framework, (worker, facts) in started.items()
    ]


def _facts(shared: _Run, framework: str, worker: Worker) -> dict[str, Json] | None:
    """Start a framework; ``None``, and a reason among the skipped, when it does not start."""
    task = shared.plan.of(framework)[0]
    subject = WorkerSubject(worker, task.source, task.info, shared.timeout)
    try:
        facts: dict[str, Json] = subject.load()["facts"]
    except NotOffered as fault:
        shared.skipped.append(Skipped(framework, fault.message, "choose another --device"))
        return None
    except (TargetError, SubjectFault) as error:
        remedy = f"see that {worker.settings.python} can import it"
        shared.skipped.append(Skipped(framework, str(error), remedy))
        return None
    return facts


def _begin(shared: _Run, resume: bool) -> Mapping[str, ResultsFile]:
    """Name the run, and find the files that it goes on with."""
    short = (commit() or f"v{softmark.__version__}")[:8]
    if resume:
        folder = shared.results / machine_name()
        earlier = resuming.newest(folder, short, shared.plan.settings())
        if earlier is not None:
            shared.name, shared.started = earlier.name, earlier.started
            return earlier.files
    now = datetime.now(UTC)
    shared.started = now.isoformat(timespec="seconds")
    shared.name = f"{now:%Y-%m-%dT%H%M%S}-{short}-{uuid4().hex[:6]}"
    return {}


def _lane(
    shared: _Run,
    framework: str,
    worker: Worker,
    facts: dict[str, Json],
    earlier: ResultsFile | None,
    open_things: ExitStack,
) -> Lane:
    version = facts["versions"]
    assert isinstance(version, dict)
    place = f"{framework}-{next(iter(version.values()), facts['python'])}"
    held = None
    if earlier is not None and earlier.path.parent.name == place:
        writer, held = Writer.resume(earlier.path)
    else:
        stem = shared.name.rpartition("-")[0]
        folder = shared.results / machine_name() / place
        writer = Writer.create(folder, stem, shared.header(framework, facts))
    open_things.callback(writer.close)
    lane = Lane(
        framework=framework,
        plan=shared.plan,
        worker=worker,
        writer=writer,
        timeout=shared.timeout,
        cancelled=shared.cancelled,
        progress=shared.progress,
        complete=held is not None and held.finished,
    )
    if held is not None:
        lane.remember(held.records)
    return lane


def _measure(lanes: list[Lane], jobs: int, cancelled: Event) -> None:
    """Everything that bears company side by side, then timing alone."""
    if jobs <= 1:
        for lane in lanes:
            lane.measure()
            lane.measure_alone()
            lane.finish()
        return
    with ThreadPoolExecutor(jobs) as pool, _cancelling(cancelled):
        for future in [pool.submit(lane.measure) for lane in lanes]:
            future.result()
    for lane in lanes:
        lane.measure_alone()
        lane.finish()


@contextmanager
def _cancelling(cancelled: Event) -> Iterator[None]:
    """Tell every lane to stop when the block is left by an exception."""
    try:
        yield
    except BaseException:
        cancelled.set()
        raise


def _outcome(lanes: list[Lane], shared: _Run, seconds: float) -> Outcome:
    counts: Counter[str] = Counter()
    check_seconds: dict[str, float] = {}
    for lane in lanes:
        counts.update(lane.writer.counts)
        for check, spent in lane.check_seconds.items():
            check_seconds[check] = check_seconds.get(check, 0.0) + spent
    return Outcome(
        files=tuple(lane.writer.path for lane in lanes),
        counts=dict(counts),
        skipped=tuple(shared.skipped),
        check_seconds=dict(sorted(check_seconds.items(), key=lambda pair: -pair[1])),
        seconds=seconds,
        overhead_seconds=sum(lane.overhead_seconds for lane in lanes),
    )
