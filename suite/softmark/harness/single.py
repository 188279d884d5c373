"""One function against the specification, with the records in memory."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import cast

from softmark import operations
from softmark.calling.targets import Target
from softmark.catalog import Entry
from softmark.checks import PROFILES
from softmark.environment import environment
from softmark.harness.costs import expected_seconds
from softmark.harness.lanes import Progress
from softmark.harness.loading import load
from softmark.harness.measuring import Measuring
from softmark.harness.pace import Pace
from softmark.harness.patience import Patience
from softmark.harness.planning import Task, tasks_of, telling_first
from softmark.judging.scope import Profile
from softmark.naming import UnknownName
from softmark.records import BAD, Json, Record
from softmark.subjects import Info, Subject
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import Origin


@dataclass(frozen=True)
class TargetReport:
    """What was found of one function; ``done`` are the ids of tasks measured to their end."""

    info: Info
    environment: Mapping[str, Json]
    records: tuple[Record, ...]
    done: frozenset[str] = frozenset()


class _Memory:
    """Records in memory, as a results file takes them."""

    def __init__(
        self,
        last: Callable[[Record], bool] = lambda _: False,
        is_known: Callable[[Record], bool] = lambda _: False,
        failed: Callable[[Record], None] = lambda _: None,
    ) -> None:
        self.records: dict[str, Record] = {}
        self.done_tasks: set[str] = set()
        self.full = False
        self.known = 0
        self._failed = failed
        self._has_told = False
        self._is_last = last
        self._is_known = is_known

    def __contains__(self, record_id: str) -> bool:
        return record_id in self.records

    def write(self, record: Record) -> None:
        self.records[record.id] = record
        if record.verdict in BAD:
            self._count(record)
        self.full = self.full or self._is_last(record)

    def _count(self, record: Record) -> None:
        """Count a failure that is known, and tell the first other one."""
        if self._is_known(record):
            self.known += 1
        elif not self._has_told:
            self._has_told = True
            self._failed(record)

    def done(self, task_id: str) -> None:
        if not self.full:  # else the rest of the task was left out
            self.done_tasks.add(task_id)


def check_target(
    target: Target | Entry,
    *,
    operation: str = "softmax",
    array: str = "auto",
    format_names: Collection[str] = (),
    check_names: Collection[str] = (),
    profile: str = "quick",
    seed: int = 0,
    device: str = "cpu",
    timeout: float = 60.0,
    threads: int | None = None,
    settings: WorkerSettings | None = None,
    setup: bool = False,
    vjp: str = "",
    mapped: Mapping[str, str] | None = None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> TargetReport:
    """Check one function in a worker process.

    Parameters
    ----------
    target:
        A user's function, which is run, or an implementation of the catalog.
    operation:
        What the user's function is meant to compute.
    array:
        Whose arrays it takes, one of ``softmark.calling.arrays.ARRAYS``.
    format_names, check_names:
        What to restrict it to; empty for all that apply.
    timeout:
        Seconds that one call may take; four times as many for a first one that may compile.
    threads:
        Threads that the framework may use; by default one for each processor.
    settings:
        How the worker is run; ``seed``, ``device`` and ``threads`` are taken from here when it
        is given.
    setup, vjp, mapped:
        See ``softmark.workers.worker_subject.Origin``.

    Raises
    ------
    UnknownName
        An operation, format, check or profile does not exist.
    TargetError
        The target cannot be imported.
    HarnessError
        A check raised an error of its own.
    """
    _known_names(operation, profile)
    settings = settings or WorkerSettings(device=device, seed=seed, threads=threads)
    with Worker(settings) as worker:
        loaded = load(
            worker, target, array, operation, timeout, setup=setup, vjp=vjp, mapped=mapped
        )
        return check_subject(
            loaded.subject,
            loaded.facts,
            source=loaded.subject.source,
            format_names=format_names,
            check_names=check_names,
            profile=profile,
            seed=settings.seed,
            progress=progress,
        )


def check_subject(
    subject: Subject,
    facts: Mapping[str, Json],
    *,
    source: Origin,
    format_names: Collection[str],
    check_names: Collection[str],
    profile: str,
    seed: int,
    stop_at: Callable[[Record], bool] | None = None,
    is_known: Callable[[Record], bool] = lambda record: False,
    failed: Callable[[Record], None] = lambda record: None,
    progress: Callable[[Progress], None] = lambda _: None,
) -> TargetReport:
    """Check what can be called already, in whichever process.

    Parameters
    ----------
    subject:
        What is checked.
    facts:
        What it runs on.
    source:
        Where it is, for its tasks.
    stop_at:
        Leave out what comes after a record for which this is true; the checks that soonest
        find something then come first.

    is_known:
        Whether a failure is excused, for the progress.
    failed:
        Called with the first failure that is not excused, as soon as it is found.

    The others, and what is raised, are those of ``check_target``.
    """
    info = subject.info
    tasks = tasks_of(info, source, check_names, format_names)
    if stop_at is not None:
        tasks = telling_first(tasks)
    memory = _Memory(stop_at or (lambda _: False), is_known, failed)
    measuring = Measuring(
        cast(Profile, profile), seed, memory, Patience(), enough=lambda: memory.full
    )
    pace = Pace(expected_seconds(tasks, cast(Profile, profile)))
    for task in tasks:
        progress(_progress(task, memory, len(tasks), pace))
        start = time.monotonic()
        measuring.measure(task, subject)
        pace.done(task.id, time.monotonic() - start)
        progress(_progress(task, memory, len(tasks), pace))
        if memory.full:
            break
    records, done = tuple(memory.records.values()), frozenset(memory.done_tasks)
    return TargetReport(info, environment(facts), records, done)


def check_again(
    subject: Subject, facts: Mapping[str, Json], *, source: Origin, record: Record
) -> TargetReport:
    """Measure the case of one record, which may be another implementation's.

    Raises
    ------
    HarnessError
        The check raised an error of its own.
    """
    (task,) = tasks_of(subject.info, source, [record.check], [record.format])
    measuring = Measuring("quick", record.case.seed, _Memory(), Patience())
    records = measuring.measure_case(task, subject, record.case)
    return TargetReport(subject.info, environment(facts), tuple(records))


def _known_names(operation: str, profile: str) -> None:
    for kind, name, known in (
        ("operation", operation, operations.names()),
        ("profile", profile, PROFILES),
    ):
        if name not in known:
            raise UnknownName(kind, name, known)


def _progress(task: Task, memory: _Memory, total: int, pace: Pace) -> Progress:
    counts = Counter[str](record.verdict for record in memory.records.values())
    framework, left = task.info.framework, pace.seconds_left
    return Progress(framework, task.id, len(memory.done_tasks), total, counts, left, memory.known)
