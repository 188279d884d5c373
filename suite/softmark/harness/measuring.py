"""One task: every case of a check, and a record for each thing that is found or goes wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

import numpy as np

from softmark import checks
from softmark.checks import Measurement, Scope, Unmeasured
from softmark.harness.faults import HarnessError, ResultsError
from softmark.harness.marks import ENOUGH, Mark
from softmark.harness.patience import CALL, IN_A_ROW, Patience
from softmark.harness.planning import Task
from softmark.judging.flushing import Probe
from softmark.judging.scope import Profile
from softmark.records import Case, Record
from softmark.subjects import Crashed, Subject, SubjectFault, TargetError
from softmark.workers.encoded import EncodedSubject
from softmark.workers.worker_subject import WorkerSubject
from softmark.writable import encodable, finite

LEFT_OUT: Final = "cases left out"
"""The metric of the record that stands for them."""

NOTE: Final = "note"
"""What a pass says in its witness of what its calls changed."""

DEADLY: Final = f"softmark was killed {ENOUGH} times in a row while this case was called"

NO_CASES: Final = Unmeasured("skipped", "this profile has no case for it")
NEVER: Final = Unmeasured("not_offered", "the check has no case for it in any profile")
"""Why a task without cases measures nothing."""


class Sink(Protocol):
    """Where records go."""

    def __contains__(self, record_id: str) -> bool: ...

    def write(self, record: Record) -> None: ...

    def done(self, task_id: str) -> None: ...


Measured = Callable[[Task, Subject, Case, Scope], list[Record]]


@dataclass(frozen=True)
class Measuring:
    """How tasks are measured.

    Attributes
    ----------
    profile, seed:
        See ``softmark.checks.Scope``.
    sink:
        Where the records go.
    patience:
        When to give up on an implementation.
    heartbeat:
        Called before each case, for instance to stop by raising.
    enough:
        Asked after each case whether the rest of the task is left out.
    mark:
        What is left beside the results while a call is made.
    measured:
        Gives the records of a case: it measures, or looks up what was measured elsewhere.
    """

    profile: Profile
    seed: int
    sink: Sink
    patience: Patience
    heartbeat: Callable[[], None] = lambda: None
    enough: Callable[[], bool] = lambda: False
    mark: Mark | None = None
    measured: Measured = field(default_factory=lambda: _measured)

    def measure(self, task: Task, subject: Subject) -> float:
        """Measure ``task`` and write its records, those that the sink has already left out.

        Returns
        -------
        Seconds spent in the check, its calls and its oracle.

        Raises
        ------
        HarnessError
            The check itself failed.
        """
        scope = replace(task.scope(self.profile, self.seed), shown=Probe(subject))
        cases = [] if (why := checks.unmeasured(task.check, scope)) else _cases(task, scope)
        if not cases:
            self.keep([_unmeasured(task, why or _why_none(task, scope), self.seed)])
        seconds = self._measure(cases, task, subject, scope)
        self.sink.done(task.id)
        return seconds

    def measure_case(self, task: Task, subject: Subject, case: Case) -> list[Record]:
        """Measure one case of a task, and write nothing.

        Raises
        ------
        HarnessError
            The check itself failed.
        """
        scope = replace(task.scope(self.profile, self.seed), shown=Probe(subject))
        return _measured(task, subject, case, scope)

    def _measure(self, cases: Sequence[Case], task: Task, subject: Subject, scope: Scope) -> float:
        total, seen = 0.0, set[str]()
        hanging: list[Case] = []
        for number, case in enumerate(cases):
            self.heartbeat()
            if self.patience.refuses(task.info.name, task.check, case):
                hanging.append(case)
                continue
            if self.mark is not None and self.mark.is_deadly(f"{task.id} {case.to_json()}"):
                self.keep([_fault(task, case, Crashed(DEADLY, "the end of softmark"), 0.0)])
                continue
            records = self.measured(task, subject, case, scope)
            total += records[0].seconds if records else 0.0
            _refuse_twins(task, records, seen)
            self.keep(records)
            if self.enough():
                break
            rest = cases[number + 1 :]
            if rest and self.patience.is_lost(task.info.name):
                self.keep([_left_out(task, rest, records[-1])])
                break
        if hanging:
            self.keep([_hanging(task, hanging, self.patience.timeouts(task.info.name))])
        return total

    def keep(self, records: Sequence[Record]) -> None:
        """Write records, those that the sink has already left out."""
        self.patience.see(records)
        for record in records:
            if record.id not in self.sink:
                try:
                    self.sink.write(record)
                except ResultsError:
                    raise
                except (TypeError, ValueError) as error:
                    self.sink.write(_unwritable(record, error))


def _once(cases: Iterable[Case]) -> list[Case]:
    """The cases without those that a contract has made the same as an earlier one."""
    return list({json.dumps(case.to_json(), sort_keys=True): case for case in cases}.values())


def _measured(task: Task, subject: Subject, case: Case, scope: Scope) -> list[Record]:
    """The records of one case; what stopped it is the last of them."""
    found: list[Measurement] = []
    fault: SubjectFault | TargetError | None = None
    start = time.monotonic()
    try:
        with np.errstate(all="ignore"):  # what is judged may be no number, or overflow any sum
            for measurement in checks.load(task.check).measure(subject, case, scope):
                found.append(measurement)
    except (SubjectFault, TargetError) as error:
        fault = error
    except Exception as error:
        raise HarnessError(
            f"internal error in the check {task.check} on {task.info.name} in {task.format.name}, "
            f"case {case.to_json()}: {type(error).__name__}: {error}"
        ) from error
    seconds = time.monotonic() - start
    if isinstance(subject, WorkerSubject):
        subject.worker.end_orphans()
    records = [_record(task, case, measurement, seconds) for measurement in found]
    if fault is not None:
        records.append(_fault(task, case, fault, seconds))
    return _with_notes(records, subject)


def _with_notes(records: list[Record], subject: Subject) -> list[Record]:
    """The records, of which the first says also what the calls changed that others share.

    A pass has no message, so it says that in its witness.
    """
    notes = subject.notes if isinstance(subject, EncodedSubject) else []
    if notes and records:
        first, said = records[0], encodable("; ".join(notes))
        if first.verdict == "pass":
            records[0] = replace(first, witness={**first.witness, NOTE: said})
        else:
            message = "; ".join(filter(None, [first.message, said]))
            records[0] = replace(first, message=message)
        notes.clear()
    return records


def _record(task: Task, case: Case, found: Measurement, seconds: float) -> Record:
    return Record(
        check=task.check,
        operation=task.info.operation,
        implementation=task.info.name,
        format=task.format.name,
        device=task.info.device,
        case=case,
        metric=found.metric,
        value=found.value,
        unit=found.unit,
        bound=found.bound,
        bound_source=found.bound_source,
        grade=found.grade,
        verdict=found.verdict,
        witness=finite(found.witness),
        message=encodable(found.message),
        seconds=round(seconds, 6),
        distribution=finite(found.distribution),
        good_bound=found.good_bound,
    )


def _fault(task: Task, case: Case, fault: SubjectFault | TargetError, seconds: float) -> Record:
    """The record of a case without a measurement."""
    verdict = fault.verdict if isinstance(fault, SubjectFault) else "crash"
    details = fault.to_json() if isinstance(fault, SubjectFault) else {}
    witness = {name: value for name, value in details.items() if name != "message" and value}
    found = Measurement(CALL, None, "", verdict, witness=witness, message=str(fault))
    return _record(task, case, found, seconds)


def _unwritable(record: Record, error: Exception) -> Record:
    """The same record without what a line cannot hold; its verdict stays."""
    message = encodable(f"the rest of this record cannot be written ({error}): {record.message}")
    return replace(record, value=None, witness={}, distribution={}, message=message)


def _left_out(task: Task, rest: Sequence[Case], last: Record) -> Record:
    message = f"after {IN_A_ROW} in a row that ended so, {len(rest)} more cases were left out"
    found = Measurement(LEFT_OUT, float(len(rest)), "cases", last.verdict, message=message)
    return _record(task, rest[0], found, 0.0)


def _cases(task: Task, scope: Scope) -> list[Case]:
    return _once(checks.load(task.check).cases(scope))


def _why_none(task: Task, scope: Scope) -> Unmeasured:
    """Why there is no case: this profile leaves it to a larger one, or nothing is offered."""
    return NO_CASES if _cases(task, replace(scope, profile="full")) else NEVER


def _hanging(task: Task, cases: Sequence[Case], timeouts: int) -> Record:
    message = (
        f"not measured: it hangs; {timeouts} calls did not end in time, "
        f"and {len(cases)} more cases were left out"
    )
    found = Measurement(LEFT_OUT, float(len(cases)), "cases", "skipped", message=message)
    return _record(task, cases[0], found, 0.0)


def _unmeasured(task: Task, why: Unmeasured, seed: int) -> Record:
    """The record of a task without a case."""
    found = Measurement(CALL, None, "", why.verdict, message=why.reason)
    return _record(task, Case("none", (), seed=seed), found, 0.0)


def _refuse_twins(task: Task, records: Iterable[Record], seen: set[str]) -> None:
    """Two measurements of one name would hide each other, so a check must not make them."""
    for record in records:
        if record.id in seen:
            raise HarnessError(
                f"the check {task.check} measures {record.metric!r} twice in one case, "
                f"{record.case.to_json()}; give the metrics, or the cases, different names"
            )
        seen.add(record.id)
