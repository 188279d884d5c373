"""What comes first in a run of so many minutes, and how much time is left."""

from __future__ import annotations

from pathlib import Path

import pytest

from softmark import catalog
from softmark.cli.progress import left
from softmark.harness import Plan, Progress, expected_seconds, plan, run
from softmark.harness.budget import Budget
from softmark.harness.pace import Pace


@pytest.fixture
def planned() -> Plan:
    names = ("numpy.softmax", "numpy.softmax[naive]", "scipy.softmax")
    entries = [e for e in catalog.implementations() if e.name in names]
    return plan(entries, check_names=["ties", "sweep", "throughput"])


def test_a_run_without_a_budget_has_one_round(planned: Plan) -> None:
    assert Budget().rounds(planned) == [planned.tasks]


def test_the_rounds_of_a_budget_have_each_task_once(planned: Plan) -> None:
    rounds = Budget(5).rounds(planned)
    assert sorted(t.id for r in rounds for t in r) == sorted(t.id for t in planned.tasks)


def test_float32_of_plain_implementations_comes_first_without_what_is_dear(planned: Plan) -> None:
    plain, variants, dear, others = Budget(5).rounds(planned)
    assert {t.id for t in plain} == {
        f"{name}/{check}/float32"
        for name in ("numpy.softmax", "scipy.softmax")
        for check in ("ties", "throughput")
    }
    assert {t.info.variant for t in variants} == {"naive"}
    assert {(t.check, t.format.name) for t in dear} == {("sweep", "float32")}
    assert "float32" not in {t.format.name for t in others}


def test_nothing_is_left_out_of_what_is_done_when_the_time_is_over(planned: Plan) -> None:
    assert Budget(0).left_out(planned, {task.id for task in planned.tasks}) == []


def test_what_has_no_float32_comes_as_early_as_what_has_it() -> None:
    of_lists = [e for e in catalog.implementations() if e.name == "python.softmax"]
    first, *_ = Budget(5).rounds(plan(of_lists, check_names=["ties"]))
    assert {t.format.name for t in first} == {"float64"}


def test_what_the_time_was_too_short_for_is_counted_by_check(planned: Plan) -> None:
    done = {task.id for task in planned.tasks if task.check != "sweep"}
    (told,) = Budget(0).left_out(planned, done)
    sweeps = len(planned.tasks) - len(done)
    assert told.what == f"{sweeps} of {len(planned.tasks)} tasks"
    assert told.why == f"the budget of 0 minutes was over: sweep {sweeps}"
    assert "--resume" in told.remedy


def test_a_task_of_another_function_with_the_same_contract_takes_as_long(planned: Plan) -> None:
    seconds = expected_seconds(planned.tasks, planned.profile)
    assert seconds.keys() == {task.id for task in planned.tasks}
    naive, plain = (seconds[f"numpy.softmax{v}/sweep/float32"] for v in ("[naive]", ""))
    assert naive == plain > seconds["numpy.softmax/ties/float32"] > 0


def test_the_time_left_follows_the_pace() -> None:
    pace = Pace({"a": 100.0, "b": 100.0, "c": 100.0, "d": 50.0}, finished=["d"])
    assert pace.seconds_left == 300.0
    pace.done("a", 200.0)
    assert pace.seconds_left == pytest.approx(400.0, rel=0.05)
    pace.done("b", 200.0)
    pace.done("c", 200.0)
    assert pace.seconds_left == 0.0


@pytest.mark.parametrize(
    ("seconds", "says"),
    [(None, ""), (3.0, "a few seconds"), (42.0, "40 s left"), (200.0, "3 min left")],
)
def test_the_time_left_is_said_as_exactly_as_it_is_known(seconds: float | None, says: str) -> None:
    assert left(Progress("numpy", "task", 1, 9, {}, seconds)) == says
    assert left(Progress("numpy", "task", 9, 9, {}, seconds)) == ""


def test_no_more_time_is_left_than_the_budget_has(tmp_path: Path) -> None:
    long = plan([e for e in catalog.implementations() if e.framework == "numpy"])
    assert sum(expected_seconds(long.tasks, long.profile).values()) > 90
    told: list[Progress] = []

    def stop(each: Progress) -> None:
        told.append(each)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(long, tmp_path, budget=1.0, progress=stop)
    assert 0 < (told[0].seconds_left or 0) <= 60
    assert told[0].whole is not None
    assert 0 < (told[0].whole.seconds_left or 0) <= 60
