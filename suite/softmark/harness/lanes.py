"""The tasks of one framework, in workers of its own and into one results file.

The tasks of one implementation are one share: they are measured one after the
other in one worker, since how often it crashed in a row decides what is left
out.  Different shares may be measured at the same time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import groupby
from threading import Event, Lock
from typing import Final

from softmark.harness.budget import Budget
from softmark.harness.marks import Mark, Marks
from softmark.harness.measuring import Measuring
from softmark.harness.pace import Pace
from softmark.harness.patience import Patience
from softmark.harness.planning import ALONE, Plan, Task
from softmark.harness.writing import Writer
from softmark.records import Record
from softmark.workers.process import Worker
from softmark.workers.worker_subject import WorkerSubject

LARGE: Final = 2 * 2**30
"""Bytes beyond which a worker is replaced after a task; compiled code made some of 5 GiB."""


@dataclass(frozen=True)
class Progress:
    """How far one framework is.

    Attributes
    ----------
    framework:
        Which one.
    task:
        Id of the task that begins or has just ended.
    done, total:
        Tasks that are done, and all of them.
    counts:
        Records so far, by verdict.
    seconds_left:
        What the rest is expected to take.
    known:
        Failures so far that are known.
    whole:
        The same of all frameworks of the run together; ``None`` where there is one function.
    """

    framework: str
    task: str
    done: int
    total: int
    counts: Mapping[str, int]
    seconds_left: float | None = None
    known: int = 0
    whole: Progress | None = None


@dataclass
class Lane:
    """One framework of a run.

    Attributes
    ----------
    worker:
        Its first worker; others like it are started when shares are measured side by side.
    marks:
        What is left beside its results file while calls are made.
    complete:
        Whether its file was finished before.
    apart:
        Whether each task is measured as if it were the only one: what crashes in one counts in no
        other.
    check_seconds:
        Seconds by check.
    overhead_seconds:
        Seconds that went neither into checks nor into starting: writing, and carrying arrays
        to and fro.
    whole:
        Gives the progress of all lanes together.
    """

    framework: str
    plan: Plan
    worker: Worker
    writer: Writer
    marks: Marks
    timeout: float
    cancelled: Event
    progress: Callable[[Progress], None]
    complete: bool = False
    apart: bool = False
    check_seconds: dict[str, float] = field(default_factory=dict)
    overhead_seconds: float = 0.0
    whole: Callable[[], Progress | None] = lambda: None
    _patience: Patience = field(default_factory=Patience)
    _pace: Pace | None = None
    _budget: Budget = field(default_factory=Budget)
    _expected: dict[str, float] = field(default_factory=dict)
    _others: list[Worker] = field(default_factory=list)
    _idle: list[Worker] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._idle.append(self.worker)
        self._total = len(self.plan.of(self.framework))

    def remember(self, records: Iterable[Record]) -> None:
        """Take in the records of an earlier run's finished tasks, in their order."""
        done = self.writer.finished_tasks
        self._patience.see(r for r in records if f"{r.implementation}/{r.check}/{r.format}" in done)

    def expect(self, seconds: Mapping[str, float], budget: Budget) -> None:
        """Take in what each task is expected to take, and how much time there is for all."""
        self._budget = budget
        tasks = self.plan.of(self.framework)
        self._expected = {task.id: seconds[task.id] for task in tasks}
        alone = [task.id for task in tasks if task.check == ALONE]
        self._pace = Pace(self._expected, self.writer.finished_tasks, alone)

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to measure."""
        return len(self.writer.finished_tasks) >= self._total

    def shares(self, tasks: Iterable[Task]) -> list[Sequence[Task]]:
        """What of ``tasks`` is its own and can be measured in parallel, by implementation.

        What is expected to take longest comes first: were it the last, it would be alone.  Where
        the time is short it comes last, so that as many as can be are measured.
        """
        found = shares(self._own(tasks), self._expected)
        return found if self._budget.minutes is None else found[::-1]

    def measure(self, tasks: Iterable[Task], place: int = 0) -> None:
        """Measure what of ``tasks`` is not done, in a worker that nobody else uses meanwhile.

        Who measures at the same time does it at another ``place``: see ``Worker``.
        """
        mark = Mark(self.marks)
        with self._lent() as worker:
            worker.move(place)
            worker.calling = mark
            for task in tasks:
                if self._budget.is_over():
                    return
                if task.id not in self.writer.finished_tasks:
                    self._tell(task)
                    self._measure_one(task, self._measuring(mark), worker)
                    worker.end_if_larger(LARGE)
                    self._tell(task)

    def _measuring(self, mark: Mark) -> Measuring:
        return Measuring(
            profile=self.plan.profile,
            seed=self.plan.seed,
            sink=self.writer,
            patience=Patience() if self.apart else self._patience,
            heartbeat=self._heartbeat,
            mark=mark,
        )

    def measure_alone(self, tasks: Iterable[Task], place: int = 0) -> None:
        """Measure what of ``tasks`` is its own and needs the machine for itself."""
        self.measure((task for task in self._own(tasks) if task.check == ALONE), place)

    def _own(self, tasks: Iterable[Task]) -> list[Task]:
        return [task for task in tasks if task.info.framework == self.framework]

    def finish(self) -> None:
        """Say that the file is complete, and let go of the workers."""
        if not self.complete:
            self.writer.end()
        self.writer.close()
        self.marks.forget()
        self.marks.close()
        self.stop()

    def stop(self) -> None:
        """End the workers."""
        for worker in (self.worker, *self._others):
            worker.stop()

    @contextmanager
    def _lent(self) -> Iterator[Worker]:
        with self._lock:
            if not self._idle:
                self._others.append(Worker(self.worker.settings, self.cancelled))
                self._idle.append(self._others[-1])
            worker = self._idle.pop()
        try:
            yield worker
        finally:
            with self._lock:
                self._idle.append(worker)

    def _measure_one(self, task: Task, measuring: Measuring, worker: Worker) -> None:
        subject = WorkerSubject(worker, task.source, task.info, self.timeout)
        start = time.monotonic()
        in_check = measuring.measure(task, subject)
        took = time.monotonic() - start
        with self._lock:
            if self._pace is not None:
                self._pace.done(task.id, took)
            self.check_seconds[task.check] = self.check_seconds.get(task.check, 0.0) + in_check
            self.overhead_seconds += took - in_check + subject.border_seconds

    def _heartbeat(self) -> None:
        if self.cancelled.is_set():
            raise KeyboardInterrupt

    def _tell(self, task: Task) -> None:
        with self._lock:
            busy = 1 + len(self._others) - len(self._idle)
            self.progress(replace(self.told(max(1, busy), task), whole=self.whole()))

    def told(self, jobs: int, task: Task | None = None) -> Progress:
        """How far it is, and how long the rest is expected to take with ``jobs`` workers."""
        return Progress(
            framework=self.framework,
            task=task.id if task else "",
            done=len(self.writer.finished_tasks),
            total=self._total,
            counts=self.writer.tally(),
            seconds_left=self._seconds_left(jobs),
            known=self.writer.known,
        )

    def _seconds_left(self, jobs: int) -> float | None:
        if self._pace is None:
            return None
        return min(self._pace.left(jobs), self._budget.seconds_left())


def shares(tasks: Iterable[Task], expected: Mapping[str, float]) -> list[Sequence[Task]]:
    """The tasks of one framework by implementation, longest first, without those of ``ALONE``."""
    beside = [task for task in tasks if task.check != ALONE]
    found = [list(own) for _, own in groupby(beside, key=lambda task: task.info.name)]
    return sorted(found, key=lambda own: sum(expected.get(t.id, 0.0) for t in own), reverse=True)


def together(lanes: Sequence[Lane], jobs: int, budget: Budget) -> Progress:
    """How far all lanes are, with ``jobs`` workers for all of them."""
    each = [lane.told(jobs) for lane in lanes]
    counts = sum((Counter(told.counts) for told in each), Counter[str]())
    return Progress(
        framework="all",
        task="",
        done=sum(told.done for told in each),
        total=sum(told.total for told in each),
        counts=counts,
        seconds_left=min(sum(told.seconds_left or 0.0 for told in each), budget.seconds_left()),
        known=sum(told.known for told in each),
    )
