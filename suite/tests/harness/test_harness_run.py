"""A run measures what was planned, and a fault of a subject costs one record."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from forked import LONG

from softmark.checks import Measurement
from softmark.harness import HarnessError, Plan, Progress, RunOutcome, run
from softmark.records import Record, ResultsFile, read_results
from softmark.workers.settings import processors

MakePlan = Callable[..., Plan]


def results(outcome: RunOutcome) -> ResultsFile:
    (path,) = outcome.files
    return read_results(path)


def of_length(held: ResultsFile, length: int) -> list[Record]:
    return [record for record in held.records if record.case.shape == (2, length)]


def test_a_run_leaves_one_finished_file(tmp_path: Path, rows: Any, make_plan: MakePlan) -> None:
    outcome = run(make_plan(""), tmp_path / "results")
    held = results(outcome)
    assert held.finished
    assert held.faults == []
    assert held.done == {"own.softmax/rows/float64", "own.softmax/rows/float32"}
    assert len(held.records) == 2 * 5 * 2
    assert outcome.counts == {"pass": 20}
    assert list(outcome.check_seconds) == ["rows"]
    assert 0 < outcome.overhead_seconds < outcome.seconds


def test_the_file_lies_where_its_machine_and_version_say(
    tmp_path: Path, rows: Any, make_plan: MakePlan
) -> None:
    held = results(run(make_plan(""), tmp_path / "results", threads=1))
    machine, version, name = held.path.relative_to(tmp_path / "results").parts
    header = held.header
    assert machine == header.environment["machine"]["name"]  # type: ignore[index, call-overload]
    assert version.startswith("own-")
    assert name.startswith(header.started[:10])
    assert header.settings["checks"] == ["rows"]
    assert header.implementations["own.softmax"]["description"] == "A good one."  # type: ignore[index, call-overload]
    assert header.environment["worker"]["threads"] == 1  # type: ignore[index, call-overload]


@pytest.mark.parametrize(
    ("variant", "verdict", "words"),
    [
        ("aborts", "crash", "its process ended by SIGABRT"),
        ("hangs", "timeout", "it did not answer within 5 s"),
        ("raises", "fail", "it raised ArithmeticError: three is too many"),
    ],
)
def test_a_fault_costs_one_record_and_the_run_goes_on(
    tmp_path: Path, rows: Any, make_plan: MakePlan, variant: str, verdict: str, words: str
) -> None:
    held = results(run(make_plan(variant), tmp_path / "results", timeout=5.0))
    assert held.finished
    length, call = of_length(held, 3)
    assert length.metric == "length"  # what was found before the fault is kept
    assert (call.metric, call.verdict, call.value) == ("call", verdict, None)
    assert words in call.message
    assert [len(of_length(held, n)) for n in (1, 2, 4, 5)] == [2, 2, 2, 2]


def test_after_three_crashes_in_a_row_the_rest_is_left_out(
    tmp_path: Path, install: Any, rows: Any, make_plan: MakePlan
) -> None:
    install(one=rows(), two=rows())
    held = results(run(make_plan("always"), tmp_path / "results"))
    first = [record for record in held.records if record.check == "one"]
    second = [record for record in held.records if record.check == "two"]
    assert [record.metric for record in first] == ["length", "call"] * 3 + ["cases left out"]
    assert first[-1].value == 2.0
    assert first[-1].verdict == "crash"
    # A kernel that was given up is tried once in each further task, in case it works there.
    assert [record.metric for record in second] == ["length", "call", "cases left out"]
    assert second[-1].value == 4.0


def test_a_check_that_does_not_apply_says_why_once(
    tmp_path: Path, install: Any, rows: Any, make_plan: MakePlan
) -> None:
    install(rows=rows(reason="own does not differentiate"))
    held = results(run(make_plan(""), tmp_path / "results"))
    assert [record.verdict for record in held.records] == ["not_offered"] * 2
    assert held.records[0].message == "own does not differentiate"


def fails(length: int) -> None:
    if length == 4:
        raise ZeroDivisionError("the check's own")


def test_a_fault_of_a_check_stops_the_run_and_keeps_what_there_is(
    tmp_path: Path,
    install: Any,
    rows: Any,
    make_plan: MakePlan,
    new_children: Callable[[], list[psutil.Process]],
) -> None:
    install(rows=rows(before=fails))
    with pytest.raises(HarnessError, match=r"internal error in the check rows on own.softmax.*4"):
        run(make_plan(""), tmp_path / "results")
    (path,) = (tmp_path / "results").rglob("*.jsonl")
    held = read_results(path)
    assert len(held.records) == 6
    assert not held.finished
    assert new_children() == []


def test_two_measurements_of_one_name_are_a_fault_of_the_check(
    tmp_path: Path, install: Any, rows: Any, make_plan: MakePlan
) -> None:
    class Twice(rows):  # type: ignore[misc]
        def measure(self, subject: Any, case: Any, scope: Any) -> Any:
            yield Measurement("same", 1.0, "1", "pass")
            yield Measurement("same", 2.0, "1", "fail")

    install(rows=Twice())
    with pytest.raises(HarnessError, match="measures 'same' twice in one case"):
        run(make_plan(""), tmp_path / "results")


def test_a_number_that_json_lacks_is_null_with_a_flag_and_the_run_goes_on(
    tmp_path: Path, install: Any, rows: Any, make_plan: MakePlan
) -> None:
    class Strange(rows):  # type: ignore[misc]
        def measure(self, subject: Any, case: Any, scope: Any) -> Any:
            yield Measurement("m", 1.0, "1", "pass", distribution={"mean": float("nan")})

    install(rows=Strange())
    held = results(run(make_plan(""), tmp_path / "results"))
    assert held.finished
    assert held.faults == []
    kept = {str(record.distribution) for record in held.records}
    assert kept == {"{'mean': None, 'not_finite': ['mean']}"}


def test_a_framework_that_does_not_start_is_skipped_with_its_reason(
    tmp_path: Path, rows: Any, make_plan: MakePlan
) -> None:
    outcome = run(make_plan(""), tmp_path / "results", pythons={"own": "/no/such/python"})
    assert outcome.files == ()
    (skipped,) = outcome.skipped
    assert skipped.what == "own"
    assert "/no/such/python cannot be run" in skipped.why


def test_a_device_that_is_not_there_skips_the_framework(
    tmp_path: Path, rows: Any, make_plan: MakePlan
) -> None:
    (skipped,) = run(make_plan("", device="cuda"), tmp_path / "results").skipped
    assert "no device cuda" in skipped.why
    assert skipped.remedy == "add what it lacks, or choose another --device"


def test_progress_is_told_at_the_begin_and_the_end_of_each_task(
    tmp_path: Path, rows: Any, make_plan: MakePlan
) -> None:
    seen: list[Progress] = []
    run(make_plan(""), tmp_path / "results", progress=seen.append)
    assert [(p.done, p.total) for p in seen] == [(0, 2), (1, 2), (1, 2), (2, 2)]
    assert seen[-1].counts == {"pass": 20}
    assert {p.framework for p in seen} == {"own"}


def test_frameworks_side_by_side_give_the_same_records(
    tmp_path: Path, install: Any, rows: Any, make_plan: MakePlan
) -> None:
    together: set[str] = set()
    meeting = threading.Barrier(2, timeout=LONG)

    def both_are_here(length: int) -> None:
        if threading.current_thread().name not in together:
            together.add(threading.current_thread().name)
            meeting.wait()

    install(rows=rows(), throughput=rows())
    both = two_frameworks(make_plan(""))
    one = run(both, tmp_path / "one")
    install(rows=rows(before=both_are_here), throughput=rows())
    two = run(both, tmp_path / "two", jobs=2)
    assert len(together) == 2
    assert ids(one) == ids(two)
    assert all(read_results(path).finished for path in two.files)


def test_implementations_of_one_framework_are_measured_side_by_side(
    tmp_path: Path, rows: Any, install: Any, make_plan: MakePlan
) -> None:
    meeting = threading.Barrier(2, timeout=LONG)
    first: set[str] = set()

    def both_are_here(length: int) -> None:
        if threading.current_thread().name not in first:
            first.add(threading.current_thread().name)
            meeting.wait()

    planned = make_plan("", "raises")
    one = run(planned, tmp_path / "one")
    install(rows=rows(before=both_are_here))
    two = run(planned, tmp_path / "two", jobs=2)
    held = results(two)
    assert len(first) == 2
    assert held.finished
    assert held.faults == []
    assert ids(one) == ids(two)
    assert one.counts == two.counts


def test_threads_take_turns_sooner_while_implementations_are_measured_side_by_side(
    tmp_path: Path, rows: Any, install: Any, make_plan: MakePlan
) -> None:
    usual, seen = sys.getswitchinterval(), dict[str, set[float]]()

    def look(name: str) -> Callable[[int], None]:
        return lambda length: seen.setdefault(name, set()).add(sys.getswitchinterval())

    install(rows=rows(before=look("together")), throughput=rows(before=look("alone")))
    run(make_plan("", "raises"), tmp_path / "results", jobs=2)
    assert max(seen["together"]) < usual
    assert seen["alone"] == {usual}
    assert sys.getswitchinterval() == usual


@pytest.mark.skipif(len(processors(None)) < 2, reason="there is one processor only")
def test_workers_that_are_busy_at_the_same_time_have_processors_of_their_own(
    tmp_path: Path, rows: Any, install: Any, make_plan: MakePlan
) -> None:
    meeting = threading.Barrier(2, timeout=LONG)
    seen: dict[str, list[list[int]]] = {}

    def both_are_here(length: int) -> None:
        name = threading.current_thread().name
        if length == 3 and name not in seen:  # both have called before
            seen[name] = []
            meeting.wait()
            own = psutil.Process().children(recursive=True)
            bound = [p.cpu_affinity() for p in own if "worker.py" in " ".join(p.cmdline())]
            seen[name] = sorted(each for each in bound if len(each) == 1)
            meeting.wait()

    install(rows=rows(before=both_are_here))
    run(make_plan("", "raises"), tmp_path / "results", jobs=2, threads=1)
    assert len(seen) == 2
    for bound in seen.values():
        assert bound == [[each] for each in processors(None)[:2]]


def test_one_worker_calls_all_of_an_implementation(
    tmp_path: Path, rows: Any, make_plan: MakePlan
) -> None:
    planned = make_plan("", "none", "raises")
    held = results(run(planned, tmp_path / "results", jobs=3))
    for name in held.header.implementations:
        own = [record for record in held.records if record.implementation == name]
        lengths = [record.case.shape[-1] for record in own if record.metric == "length"]
        assert lengths == [1, 2, 3, 4, 5] * (2 if name == "own.softmax" else 1)


def test_a_fault_of_a_check_stops_those_beside_it_at_once(
    tmp_path: Path,
    install: Any,
    rows: Any,
    make_plan: MakePlan,
    new_children: Callable[[], list[psutil.Process]],
) -> None:
    calls: list[str] = []
    failed = threading.Event()

    def second_fails(length: int) -> None:
        calls.append(threading.current_thread().name)
        if len(set(calls)) == 2 and calls[0] != threading.current_thread().name:
            failed.set()
            raise ZeroDivisionError("the check's own")
        failed.wait(LONG)
        time.sleep(0.2)

    install(rows=rows(lengths=tuple(range(1, 200)), before=second_fails))
    with pytest.raises(HarnessError, match="internal error in the check rows"):
        run(make_plan("", "raises"), tmp_path / "results", jobs=2)
    assert len(calls) < 100
    assert new_children() == []


def two_frameworks(plan: Plan) -> Plan:
    """The plan, and the same once more under another framework's name."""
    twins = [
        replace(t, info=replace(t.info, name="twin.softmax", framework="twin")) for t in plan.tasks
    ]
    described = {**plan.described, "twin.softmax": plan.described["own.softmax"]}
    return replace(plan, tasks=(*plan.tasks, *twins), described=described)


def ids(outcome: RunOutcome) -> set[str]:
    return {record.id for path in outcome.files for record in read_results(path).records}


def test_an_interrupt_ends_the_workers_and_leaves_a_file_to_go_on_with(
    tmp_path: Path,
    install: Any,
    rows: Any,
    make_plan: MakePlan,
    new_children: Callable[[], list[psutil.Process]],
) -> None:
    def interrupted(length: int) -> None:
        if length == 3:
            os.kill(os.getpid(), 2)

    install(rows=rows(before=interrupted))
    with pytest.raises(KeyboardInterrupt):
        run(make_plan(""), tmp_path / "results")
    (path,) = (tmp_path / "results").rglob("*.jsonl")
    assert len(read_results(path).records) == 4
    assert new_children() == []
    install(rows=rows())
    held = results(run(make_plan(""), tmp_path / "results", resume=True))
    assert held.path == path
    assert held.finished
    assert len(held.records) == 20


def test_an_interrupt_reaches_frameworks_side_by_side(
    tmp_path: Path,
    install: Any,
    rows: Any,
    make_plan: MakePlan,
    new_children: Callable[[], list[psutil.Process]],
) -> None:
    def interrupted(length: int) -> None:
        if length == 3:
            os.kill(os.getpid(), 2)
        time.sleep(0.05 if length < 3 else 0.5)  # long before it would end

    install(rows=rows(before=interrupted))
    with pytest.raises(KeyboardInterrupt):
        run(two_frameworks(make_plan("")), tmp_path / "results", jobs=2)
    assert new_children() == []
    held = [read_results(path) for path in (tmp_path / "results").rglob("*.jsonl")]
    assert not any(file.finished for file in held)
    assert {record.verdict for file in held for record in file.records} <= {"pass"}
