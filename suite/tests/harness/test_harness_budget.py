"""What fits into a budget, and how much time is left; guesses, but consistent ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from softmark import catalog
from softmark.cli.progress import left
from softmark.environment import machine_name
from softmark.harness import Costs, Plan, Progress, fitted, plan
from softmark.harness.costs import START
from softmark.harness.pace import Pace
from softmark.records import Case, Header, Record, dump_line


@pytest.fixture
def planned() -> Plan:
    names = ("numpy.softmax", "numpy.softmax[naive]", "scipy.softmax")
    entries = [e for e in catalog.implementations() if e.name in names]
    return plan(entries, check_names=["ties", "limit", "throughput"])


def seconds(planned: Plan, each: float = 10.0) -> dict[str, float]:
    return {task.id: each for task in planned.tasks}


def test_everything_fits_into_enough_time(planned: Plan) -> None:
    whole = fitted(planned, 60.0, seconds(planned), jobs=1)
    assert whole.tasks == planned.tasks
    assert whole.skipped == planned.skipped


def test_what_does_not_fit_is_left_out_and_named(planned: Plan) -> None:
    cut = fitted(planned, 1.0, seconds(planned), jobs=1)
    assert cut.tasks
    frameworks = {task.info.framework for task in cut.tasks}
    assert 10.0 * len(cut.tasks) + START * len(frameworks) <= 60.0
    told = cut.skipped[len(planned.skipped) :]
    count = len(planned.tasks) - len(cut.tasks)
    assert sum(int(s.what.split(", ")[1].split()[0]) for s in told) == count
    assert all("beyond the budget of 1 minutes" in s.why for s in told)
    assert all("softmark run --budget" in s.remedy for s in told)


def test_float32_of_plain_implementations_comes_first(planned: Plan) -> None:
    cut = fitted(planned, 0.75, seconds(planned), jobs=1)
    assert {task.format.name for task in cut.tasks} == {"float32"}
    assert {task.info.variant for task in cut.tasks} == {""}


def test_frameworks_side_by_side_fit_more_but_timing_is_alone(planned: Plan) -> None:
    one, two = (len(fitted(planned, 1.5, seconds(planned), jobs=j).tasks) for j in (1, 2))
    assert two > one
    timing = plan(
        [e for e in catalog.implementations() if e.name in ("numpy.softmax", "scipy.softmax")],
        check_names=["throughput"],
    )
    one, two = (len(fitted(timing, 0.6, seconds(timing), jobs=j).tasks) for j in (1, 2))
    assert abs(two - one) <= 1  # starting side by side gives a few seconds


def test_a_budget_is_a_setting_so_that_a_run_resumes_itself(planned: Plan) -> None:
    cut = fitted(planned, 1.0, seconds(planned), jobs=1)
    again = fitted(planned, 1.0, seconds(planned, 7.0), jobs=1)
    assert cut.tasks != again.tasks
    assert cut.settings() == again.settings()
    assert cut.settings() != planned.settings()


def test_a_task_takes_as_long_as_the_last_time(tmp_path: Path, planned: Plan) -> None:
    task = planned.tasks[0]
    folder = tmp_path / machine_name() / "numpy-1"
    folder.mkdir(parents=True)
    for day, took in ((10, 99.0), (11, 3.0)):
        header = Header(task.info.framework, str(day), f"2026-11-{day}", {"profile": "quick"})
        lines = [dump_line("header", header.to_json())]
        for metric, n in (("error", 3), ("ties apart", 3), ("error", 7)):
            record = Record(
                task.check, task.info.operation, task.info.name, task.format.name, "cpu",
                Case("ties", (1, n)), metric, 0.5, "ulp", None, "", "A", "pass", seconds=took,
            )  # fmt: skip
            lines.append(dump_line("record", record.to_json()))
        (folder / f"{day}.jsonl").write_bytes(b"".join(lines))

    costs = Costs.recorded(tmp_path, "quick")
    assert costs.of([task], "quick") == {task.id: 6.0}  # two cases of the newest run
    other = next(t for t in planned.tasks if t.check == task.check and t.id != task.id)
    assert costs.of([other], "quick")[other.id] % 3.0 == pytest.approx(0.0)
    assert Costs.recorded(tmp_path, "full").tasks == {}


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
