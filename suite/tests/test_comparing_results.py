"""Two results: what is worse fails, what is known or repeats itself does not."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from softmark.comparing.changes import Change
from softmark.comparing.gathering import gathered
from softmark.comparing.stored import Compared, compare
from softmark.records import Case, Header, Record, dump_line

NAME = "numpy.softmax"
MACHINE = {"cpu": "A", "available processors": 2}


def record(**values: Any) -> Record:
    usual: dict[str, Any] = {
        "check": "accuracy", "operation": "softmax", "implementation": NAME, "format": "float32",
        "device": "cpu", "case": Case("normal", (4, 10)), "metric": "error", "value": 0.75,
        "unit": "ulp", "bound": 9.0, "bound_source": "", "grade": "A", "verdict": "pass",
    }  # fmt: skip
    return Record(**(usual | values))


def timed(
    ns: float = 1e4,
    *,
    seed: float = 0.0,
    threads: int = 1,
    method: int = 2,
    clock: str = "host",
) -> Record:
    samples: list[Any] = [ns * (1 + 0.001 * ((i * 7 + seed) % 13)) for i in range(200)]
    copies: list[Any] = [5e3 * (1 + 0.001 * ((i * 5 + seed) % 13)) for i in range(200)]
    told = {"samples_ns": samples, "copy_ns": copies, "threads": threads}
    told |= {"method": method, "clock": clock}
    return record(
        check="throughput", metric="time", value=ns / 40, unit="ns/element", bound=None,
        grade=None, distribution=told,
    )  # fmt: skip


Sides = Callable[..., Compared]


@pytest.fixture
def compared(tmp_path: Path) -> Sides:
    """Compares records as if runs had written them; a list of lists is several files."""

    def write(side: str, files: Sequence[Sequence[Record]], machine: Any, known: Any) -> Path:
        for number, records in enumerate(files):
            header = Header(
                "numpy",
                f"run-{number}",
                f"2026-11-{10 + number}T00:00:00Z",
                environment={"machine": machine, "worker": {"versions": {"numpy": "2.4"}}},
                known_failures=known,
            )
            path = tmp_path / side / f"{number}.jsonl"
            path.parent.mkdir(exist_ok=True)
            lines = [dump_line("header", header.to_json())]
            lines += [dump_line("record", r.to_json()) for r in records]
            path.write_bytes(b"".join(lines))
        return tmp_path / side

    def run(
        base: Sequence[Any], head: Sequence[Any], *, machine: Any = MACHINE, known: Any = ()
    ) -> Compared:
        sides = [side if side and isinstance(side[0], list) else [side] for side in (base, head)]
        places = write("base", sides[0], MACHINE, []), write("head", sides[1], machine, list(known))
        return compare(*map(gathered, places))

    return run


def only(found: Compared) -> Change:
    (change,) = found.changes
    return change


def test_the_same_records_have_no_change(compared: Sides) -> None:
    found = compared([record()], [record()])
    assert found.changes == ()
    assert found.same == 1
    assert not found.is_worse


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ({"verdict": "fail", "grade": "F", "value": 99.0}, "new failure"),
        ({"verdict": "fail", "grade": "F", "value": math.nan}, "new failure"),
        ({"grade": "B", "value": 1.5}, "worse grade"),
        ({"verdict": "weak", "grade": "C", "value": 1.5}, "worse grade"),
        ({"value": 0.8}, "larger error"),
        ({"value": -0.8}, "larger error"),
    ],
)
def test_worse_in_any_way_fails_and_the_reverse_is_better(
    compared: Sides, head: dict[str, Any], kind: str
) -> None:
    better = {
        "new failure": "no longer fails",
        "worse grade": "better grade",
        "larger error": "smaller error",
    }
    found = compared([record()], [record(**head)])
    assert only(found).kind == kind
    assert found.is_worse
    back = compared([record(**head)], [record()])
    assert only(back).kind == better[kind]
    assert not back.is_worse


def test_a_change_below_what_an_error_is_known_to_is_none(compared: Sides) -> None:
    assert not compared([record()], [record(value=0.7509)]).changes
    assert only(compared([record()], [record(value=0.7511)])).kind == "larger error"


def test_an_error_that_does_not_repeat_is_not_larger(compared: Sides) -> None:
    repeats = [[record(value=0.6)], [record(value=0.8)]]
    assert not compared(repeats, [record(value=0.9)]).changes
    assert only(compared(repeats, [record(value=1.1)])).kind == "larger error"


def test_the_distance_between_two_runs_is_an_errors_own_repeatability(compared: Sides) -> None:
    again = record(check="reproducibility", metric="run to run", value=2.0)
    assert not compared([record(), again], [record(value=2.7), again]).changes
    assert compared([record(), again], [record(value=2.8), again]).is_worse
    other = replace(again, format="float64")
    assert compared([record(), other], [record(value=2.7), other]).is_worse


def test_a_known_failure_is_shown_and_excused(compared: Sides) -> None:
    failing = record(verdict="fail", grade="F", value=99.0)
    known = [{"id": f"{NAME}/accuracy/*", "reason": "", "link": ""}]
    found = compared([record()], [failing], known=known)
    assert only(found).excused
    assert not found.is_worse
    assert compared([record()], [record(grade="B")], known=known).is_worse


def test_a_call_that_crashes_where_there_was_a_number_is_a_new_failure(compared: Sides) -> None:
    crash = record(metric="call", value=None, verdict="crash", grade=None, unit="")
    found = compared([record()], [crash])
    assert only(found).kind == "new failure"
    assert found.is_worse
    assert (len(found.missing), len(found.new)) == (1, 1)
    elsewhere = replace(crash, case=Case("ties", (1, 3)))
    assert not compared([record()], [record(), elsewhere]).is_worse


def test_missing_and_new_records_are_named_and_fail_nothing(compared: Sides) -> None:
    other = record(case=Case("ties", (1, 3)))
    found = compared([record(), other], [record()])
    assert found.missing == (other.id,)
    assert not found.is_worse
    assert compared([record()], [record(), other]).new == (other.id,)


def test_policies_have_no_size(compared: Sides) -> None:
    few, many = (
        record(metric="flushed", value=v, verdict="policy", grade=None) for v in (1.0, 9.0)
    )
    assert not compared([few], [many]).changes


def test_times_are_compared_and_a_difference_does_not_fail(compared: Sides) -> None:
    found = compared([timed()], [timed(1.5e4, seed=3)])
    (speed,) = found.speeds
    assert speed.word == "slower"
    assert speed.decision is not None
    assert speed.decision.estimate.ratio == pytest.approx(1.5, rel=0.01)
    assert not found.is_worse
    assert found.slower_than(math.log(1.05)) == [speed]
    assert found.slower_than(math.log(1.6)) == []
    (back,) = compared([timed(1.5e4)], [timed(seed=3)]).speeds
    assert back.word == "faster"


@pytest.mark.parametrize(
    ("head", "machine", "why"),
    [
        (timed(), {"cpu": "B", "available processors": 2}, "other machine: A, 2 processors, B"),
        (timed(), {"cpu": "A", "available processors": 4}, "other machine"),
        (timed(threads=2), MACHINE, "other threads: 1, 2"),
        (timed(method=1), MACHINE, "other version of the method: 2, 1"),
        (timed(clock="cuda events"), MACHINE, "other clock: host, cuda events"),
        (
            replace(timed(), value=None, verdict="not_offered", distribution={}, message="wrong"),
            MACHINE,
            "HEAD has no time: wrong",
        ),
    ],
)
def test_what_was_timed_otherwise_is_not_comparable(
    compared: Sides, head: Record, machine: Any, why: str
) -> None:
    (speed,) = compared([timed()], [head], machine=machine).speeds
    assert speed.word == "not comparable"
    assert why in speed.why


def test_other_denormals_or_devices_are_not_comparable(tmp_path: Path) -> None:
    for side, denormals in (("a", "kept"), ("b", "flushed")):
        facts = {"versions": {"numpy": "2"}, "denormals": {"float32": denormals}}
        header = Header("numpy", side, "2026", environment={"machine": MACHINE, "worker": facts})
        lines = [dump_line("header", header.to_json()), dump_line("record", timed().to_json())]
        (tmp_path / f"{side}.jsonl").write_bytes(b"".join(lines))
    (speed,) = compare(*(gathered(tmp_path / f"{side}.jsonl") for side in "ab")).speeds
    assert "other handling of denormals" in speed.why
