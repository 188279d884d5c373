"""A clock that jumps, back or forth, loses and mixes nothing, and the time left stays a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from softmark.harness import Plan, Progress, opening, resuming, run
from softmark.records import read_results

MakePlan = Callable[..., Plan]
SetClock = Callable[..., None]


class Clock:
    """In place of ``datetime``: a clock that is wrong by so much."""

    def __init__(self, error: timedelta) -> None:
        self._error = error

    def now(self, zone: Any) -> datetime:
        return datetime.now(zone) + self._error


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Sets every clock wrong that a machine can have wrong; ``time.monotonic`` cannot be."""
    right = time.time

    def to(**error: float) -> None:
        by = timedelta(**error)
        monkeypatch.setattr(opening, "datetime", Clock(by))
        monkeypatch.setattr(resuming, "datetime", Clock(by))
        monkeypatch.setattr(time, "time", lambda: right() + by.total_seconds())

    return to


class Stopped(Exception):
    """The run ends here."""


def interrupted(plan: Plan, folder: Path) -> None:
    """A run that ends after its first task."""

    def stop(told: Progress) -> None:
        if told.done:
            raise Stopped

    with pytest.raises(Stopped):
        run(plan, folder, progress=stop)


@pytest.mark.parametrize("later", [{"days": -4000}, {"hours": -1}, {"seconds": -1}, {"days": 4000}])
@pytest.mark.usefixtures("rows")
def test_a_run_is_gone_on_with_whatever_the_clock_says_then(
    tmp_path: Path, make_plan: MakePlan, set_clock: SetClock, later: dict[str, float]
) -> None:
    plan, folder = make_plan("", "raises"), tmp_path / "results"
    interrupted(plan, folder)
    set_clock(**later)
    outcome = run(plan, folder, resume=True)
    assert len(list(folder.rglob("*.jsonl"))) == 1
    set_clock()
    undisturbed = run(plan, tmp_path / "undisturbed")
    (got,), (due,) = ([read_results(f) for f in o.files] for o in (outcome, undisturbed))
    assert [replace(r, seconds=0.0) for r in got.records] == [
        replace(r, seconds=0.0) for r in due.records
    ]
    assert got.finished


@pytest.mark.usefixtures("rows")
def test_a_run_of_a_clock_that_was_ahead_does_not_hide_the_last_one(
    tmp_path: Path, make_plan: MakePlan, set_clock: SetClock
) -> None:
    plan = make_plan("", "raises")
    set_clock(days=400)
    ahead = run(plan, tmp_path)
    set_clock()
    interrupted(plan, tmp_path)
    outcome = run(plan, tmp_path, resume=True)
    assert outcome.files != ahead.files
    assert all(read_results(path).finished for path in (*ahead.files, *outcome.files))


@pytest.mark.usefixtures("rows")
def test_two_runs_of_one_second_have_two_names(
    tmp_path: Path, make_plan: MakePlan, set_clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = make_plan("")
    instant = datetime(2026, 11, 1, tzinfo=UTC)
    stopped = type("Stopped", (), {"now": staticmethod(lambda zone: instant)})
    monkeypatch.setattr(opening, "datetime", stopped)
    outcomes = [run(plan, tmp_path) for _ in range(2)]
    assert len({file for outcome in outcomes for file in outcome.files}) == 2


@pytest.mark.usefixtures("rows")
def test_a_jump_within_a_run_is_no_time(
    tmp_path: Path, make_plan: MakePlan, set_clock: SetClock
) -> None:
    jumps = iter((-4000, 4000, -1, 1) * 100)
    left: list[float | None] = []

    def jump(told: Progress) -> None:
        left.append(told.seconds_left)
        set_clock(days=next(jumps))

    outcome = run(make_plan("", "raises"), tmp_path, progress=jump)
    (held,) = [read_results(path) for path in outcome.files]
    assert all(0 <= record.seconds < 60 for record in held.records)
    assert all(seconds is not None and 0 <= seconds < 600 for seconds in left)
    assert 0 <= outcome.seconds < 600
