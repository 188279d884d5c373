"""A function that hangs is given up after a few timeouts, and judged where it answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from softmark.calling.targets import Target
from softmark.formats import FLOAT32, FLOAT64
from softmark.harness.measuring import LEFT_OUT, Measuring
from softmark.harness.patience import OF_A_CHECK, OF_A_FUNCTION, Patience, hangs
from softmark.harness.planning import Task
from softmark.records import Record
from softmark.subjects import Call, Info, Output, Raised, TimedOut
from softmark.subjects.faults import StillCompiling
from softmark.subjects.wire import Message
from softmark.workers.limits import COMPILING, CallLimit
from softmark.workers.worker_subject import Origin

INFO = Info("own.softmax", "own", "softmax", formats=("float64", "float32"))


class Hanging:
    """A subject that hangs where it is asked to, in no time, and counts its calls."""

    def __init__(self, hangs: Callable[[Any], bool], fault: Exception | None = None) -> None:
        self.info, self._hangs, self.calls = INFO, hangs, 0
        self._fault = fault or TimedOut("it did not answer", 20.0)
        self.timeouts = 0

    def forward(self, call: Call, fmt: Any) -> Output:
        self.calls += 1
        if self._hangs(call.x):
            self.timeouts += 1
            raise self._fault
        return Output(call.x, fmt.name, False)


class Kept:
    def __init__(self) -> None:
        self.records: list[Record] = []

    def __contains__(self, record_id: str) -> bool:
        return False

    def write(self, record: Record) -> None:
        self.records.append(record)

    def done(self, task_id: str) -> None:
        pass


def measured(subject: Any, checks: Any, patience: Patience | None = None) -> list[Record]:
    kept = Kept()
    measuring = Measuring("quick", 0, kept, patience or Patience())
    for check in checks:
        for fmt in (FLOAT64, FLOAT32):
            measuring.measure(Task(INFO, Origin(Target("", "")), check, fmt), subject)
    return kept.records


def judged(records: list[Record], check: str, fmt: str = "float64") -> set[int]:
    """The lengths of rows of which a check came to its end."""
    return {
        r.case.shape[-1]
        for r in records
        if r.check == check and r.format == fmt and r.metric == "distance"
    }


LENGTHS = (1, 2, 3, 1000, 4, 5000, 5, 2000, 7)


def long(x: Any) -> bool:
    return x.shape[-1] >= 1000


def test_what_hangs_on_long_rows_is_judged_on_short_ones(install: Any, rows: Any) -> None:
    install(one=rows(LENGTHS), two=rows(LENGTHS), three=rows(LENGTHS))
    subject = Hanging(long)
    records = measured(subject, ("one", "two", "three"))
    assert subject.timeouts == OF_A_CHECK
    for check in ("one", "two", "three"):
        for fmt in ("float64", "float32"):
            assert judged(records, check, fmt) == {1, 2, 3, 4, 5, 7}


def test_what_always_hangs_costs_a_few_timeouts_in_all(install: Any, rows: Any) -> None:
    install(one=rows(LENGTHS), two=rows(LENGTHS), three=rows(LENGTHS))
    subject = Hanging(lambda x: True)
    records = measured(subject, ("one", "two", "three"))
    assert subject.calls == subject.timeouts <= OF_A_FUNCTION
    assert sum(record.verdict == "timeout" for record in records) == subject.timeouts


def test_the_rest_of_a_check_is_not_measured_and_says_that_it_hangs(
    install: Any, rows: Any
) -> None:
    install(one=rows((5, 6, 7, 8, 9)))
    (*_, left, other) = measured(Hanging(lambda x: True), ["one"])
    assert (left.metric, left.verdict, left.value) == (LEFT_OUT, "skipped", 3.0)
    assert "not measured: it hangs; 2 calls did not end in time" in left.message
    assert (other.format, other.value) == ("float32", 5.0)


def test_what_hangs_for_another_reason_than_length_is_given_up_in_that_check_alone(
    install: Any, rows: Any
) -> None:
    install(one=rows((900,)), two=rows((5, 6, 7)), three=rows((5, 6, 7)))
    counted = iter(range(100))
    subject = Hanging(lambda x: x.shape[-1] < 900 and next(counted) < 2)
    records = measured(subject, ("one", "two", "three"))
    assert judged(records, "two") == set()
    assert judged(records, "three") == {5, 6, 7}


def test_a_resumed_run_is_as_patient_as_the_first(install: Any, rows: Any) -> None:
    install(one=rows(LENGTHS), two=rows(LENGTHS))
    first = measured(Hanging(long), ["one"])
    patience = Patience()
    patience.see(first)
    subject = Hanging(long)
    measured(subject, ["two"], patience)
    assert subject.timeouts == 0


def test_a_slow_compiler_is_no_wrong_result_and_is_given_up_as_a_hang_is(
    install: Any, rows: Any
) -> None:
    install(one=rows((5, 6, 7, 8)))
    subject = Hanging(lambda x: True, StillCompiling(80.0))
    records = measured(subject, ["one"])
    assert subject.calls == OF_A_CHECK
    assert {record.verdict for record in records if record.metric != "length"} == {"skipped"}
    (call, *_) = (record for record in records if hangs(record))
    assert call.message == "not measured: compiling took longer than 80 s"


def request(n: int, **header: Any) -> Message:
    return Message({"verb": "forward", "key": "k", **header}, {"x": np.zeros(n, np.uint32)})


COMPILED = Info("own.softmax", "own", "softmax", compiled=True)
COSTLY = Info("own.softmax", "own", "softmax", costly="shapes")


@pytest.mark.parametrize("info", [COMPILED, COSTLY])
def test_the_first_call_of_each_kind_has_longer_than_the_others(info: Info) -> None:
    limit = CallLimit(10.0)

    def seconds(asked: Message) -> float:
        with limit.watching(info, asked) as given:
            return given

    assert [seconds(request(3)), seconds(request(3))] == [10.0 * COMPILING, 10.0]
    assert seconds(request(4)) == 10.0 * COMPILING
    assert seconds(request(3, axis=0)) == 10.0 * COMPILING
    limit.forget()
    assert seconds(request(3)) == 10.0 * COMPILING


def test_a_call_of_what_compiles_nothing_has_no_longer() -> None:
    limit = CallLimit(10.0)
    with limit.watching(INFO, request(3)) as given:
        assert given == 10.0
    with pytest.raises(TimedOut) as caught, limit.watching(INFO, request(3)):
        raise TimedOut("late", 10.0)
    assert caught.value.verdict == "timeout"


def test_only_a_first_call_may_be_a_compiler_that_is_late() -> None:
    limit = CallLimit(10.0)

    def late() -> str:
        try:
            with limit.watching(COMPILED, request(3)) as seconds:
                raise TimedOut("late", seconds)
        except TimedOut as fault:
            return fault.verdict

    assert late() == "skipped"
    with pytest.raises(Raised), limit.watching(COMPILED, request(3)):
        raise Raised("no", "ValueError")
    assert late() == "skipped"
    with limit.watching(COMPILED, request(3)):
        pass
    assert late() == "timeout"
