"""Before a run measures: start each framework, and open a results file for it.

All frameworks are started first, so that the header of every file can say
which of them did not start.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from uuid import uuid4

import softmark
from softmark import specification
from softmark.environment import commit, environment, machine_name
from softmark.harness import resuming
from softmark.harness.known import reason
from softmark.harness.lanes import Lane, Progress
from softmark.harness.marks import Marks
from softmark.harness.planning import Plan, Skipped
from softmark.harness.writing import Writer
from softmark.records import Header, Json, ResultsFile
from softmark.subjects import NotOffered, SubjectFault, TargetError
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import WorkerSubject
from softmark_implementations.known_failures import KnownFailure


@dataclass
class Run:
    """What the frameworks of one run have in common."""

    plan: Plan
    results: Path
    timeout: float
    settings: Mapping[str, WorkerSettings]
    progress: Callable[[Progress], None]
    name: str = ""
    started: str = ""
    known: Sequence[KnownFailure] = ()
    apart: bool = False
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
            known_failures=[asdict(failure) for failure in self.known],
            skipped=[skipped.to_json() for skipped in self.skipped],
        )


def opened(shared: Run, resume: bool, open_things: ExitStack) -> list[Lane]:
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


def _facts(shared: Run, framework: str, worker: Worker) -> dict[str, Json] | None:
    """Start a framework; ``None``, and a reason among the skipped, when it does not start."""
    task = shared.plan.of(framework)[0]
    subject = WorkerSubject(worker, task.source, task.info, shared.timeout)
    try:
        facts: dict[str, Json] = subject.load()["facts"]
    except NotOffered as fault:
        shared.skipped.append(
            Skipped(framework, fault.message, "add what it lacks, or choose another --device")
        )
        return None
    except (TargetError, SubjectFault) as error:
        remedy = _repaired(shared.plan.described[task.info.name], worker.settings.python)
        shared.skipped.append(Skipped(framework, str(error), remedy))
        return None
    return facts


def _repaired(described: Json, python: str) -> str:
    """The line that installs anew what an implementation needs and cannot be imported."""
    needed = described.get("requirements") if isinstance(described, dict) else None
    if not isinstance(needed, list) or not needed:
        return f"see that {python} can import it"
    quoted = " ".join(f'"{text}"' for text in needed)
    return f"{python} -m pip install --force-reinstall {quoted}"


def _begin(shared: Run, resume: bool) -> Mapping[str, ResultsFile]:
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


def place_of(framework: str, facts: dict[str, Json]) -> str:
    """The name of a framework's folder: one name, whatever its worker says that its version is."""
    version = facts["versions"]
    assert isinstance(version, dict)
    named = next(iter(version.values()), facts["python"])
    return re.sub(r"[^\w.+-]", "_", f"{framework}-{named}")


def _lane(
    shared: Run,
    framework: str,
    worker: Worker,
    facts: dict[str, Json],
    earlier: ResultsFile | None,
    open_things: ExitStack,
) -> Lane:
    place = place_of(framework, facts)
    held = None
    if earlier is not None and earlier.path.parent.name == place:
        writer, held = Writer.resume(earlier.path)
    else:
        stem = shared.name.rpartition("-")[0]
        folder = shared.results / machine_name() / place
        writer = Writer.create(folder, stem, shared.header(framework, facts))
    open_things.callback(writer.close)
    marks = Marks(writer.path)
    open_things.callback(marks.close)
    lane = Lane(
        framework=framework,
        plan=shared.plan,
        worker=worker,
        writer=writer,
        marks=marks,
        timeout=shared.timeout,
        cancelled=shared.cancelled,
        progress=shared.progress,
        complete=held is not None and held.finished,
        apart=shared.apart,
    )
    open_things.callback(lane.stop)
    earlier_records = held.records if held is not None else ()
    writer.excuse(lambda record: reason(record, shared.known) is not None, earlier_records)
    if held is not None:
        lane.remember(held.records)
    return lane
