"""The tasks of one framework, one after the other in its worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Event

from softmark.harness.measuring import Measuring, Patience
from softmark.harness.pace import Pace
from softmark.harness.planning import ALONE, Plan, Task
from softmark.harness.writing import Writer
from softmark.records import Record
from softmark.subjects.process import Worker
from softmark.subjects.worker_subject import WorkerSubject


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
    """

    framework: str
    task: str
    done: int
    total: int
    counts: Mapping[str, int]
    seconds_left: float | None = None


@dataclass
class Lane:
    """One framework of a run.

    Attributes
    ----------
    complete:
        Whether its file was finished before.
    check_seconds:
        Seconds by check.
    overhead_seconds:
        Seconds that went neither into checks nor into starting: writing, and carrying arrays
        to and fro.
    """

    framework: str
    plan: Plan
    worker: Worker
    writer: Writer
    timeout: float
    cancelled: Event
    progress: Callable[[Progress], None]
    complete: bool = False
    check_seconds: dict[str, float] = field(default_factory=dict)
    overhead_seconds: float = 0.0
    _patience: Patience = field(default_factory=Patience)
    _pace: Pace | None = None

    def remember(self, records: Iterable[Record]) -> None:
        """Take in the records of an earlier run's finished tasks, in their order."""
        done = self.writer.finished_tasks
        self._patience.see(r for r in records if f"{r.implementation}/{r.check}/{r.format}" in done)

    def expect(self, seconds: Mapping[str, float]) -> None:
        """Take in what each task is expected to take, so as to say how much time is left."""
        own = {task.id: seconds[task.id] for task in self.plan.of(self.framework)}
        self._pace = Pace(own, self.writer.finished_tasks)

    def measure(self) -> None:
        """Measure what can be measured beside other frameworks."""
        self._measure([task for task in self.plan.of(self.framework) if task.check != ALONE])

    def measure_alone(self) -> None:
        """Measure what needs the machine for itself."""
        self._measure([task for task in self.plan.of(self.framework) if task.check == ALONE])

    def finish(self) -> None:
        """Say that the file is complete, and let go of the worker."""
        if not self.complete:
            self.writer.end()
        self.writer.close()
        self.worker.stop()

    def _measure(self, tasks: Iterable[Task]) -> None:
        measuring = Measuring(
            profile=self.plan.profile,
            seed=self.plan.seed,
            sink=self.writer,
            patience=self._patience,
            heartbeat=self._heartbeat,
        )
        for task in tasks:
            if task.id not in self.writer.finished_tasks:
                self._tell(task)
                self._measure_one(task, measuring)
                self._tell(task)

    def _measure_one(self, task: Task, measuring: Measuring) -> None:
        subject = WorkerSubject(self.worker, task.source, task.info, self.timeout)
        start = time.monotonic()
        in_check = measuring.measure(task, subject)
        if self._pace is not None:
            self._pace.done(task.id, time.monotonic() - start)
        self.check_seconds[task.check] = self.check_seconds.get(task.check, 0.0) + in_check
        self.overhead_seconds += time.monotonic() - start - in_check
        self.overhead_seconds += subject.border_seconds

    def _heartbeat(self) -> None:
        if self.cancelled.is_set():
            raise KeyboardInterrupt

    def _tell(self, task: Task) -> None:
        self.progress(
            Progress(
                framework=self.framework,
                task=task.id,
                done=len(self.writer.finished_tasks),
                total=len(self.plan.of(self.framework)),
                counts=dict(self.writer.counts),
                seconds_left=None if self._pace is None else self._pace.seconds_left,
            )
        )
