"""Runs that are killed, and runs beside one another, lose and mix nothing."""

from __future__ import annotations

import json
import os
import random
import signal
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from softmark.harness import Plan, run
from softmark.harness.marks import ENOUGH, Marks
from softmark.records import Record, RecordsError, read_results

MakePlan = Callable[..., Plan]


def lasting(record: Record) -> Record:
    """The record without what differs from run to run."""
    return replace(record, seconds=0.0)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.own_process
def test_runs_killed_at_random_moments_lose_nothing(
    tmp_path: Path, install: Any, rows: Any, make_plan: MakePlan, seed: int
) -> None:
    install(rows=rows(before=lambda length: time.sleep(0.02)))
    plan, folder = make_plan("", "aborts", "raises"), tmp_path / "results"
    generator = random.Random(seed)
    kept: set[str] = set()
    kills, longest = 0, 1.2
    while kills < 5 or not kept:
        kill_after(generator.uniform(0.0, longest), lambda: run(plan, folder, resume=True))
        kills += 1
        longest *= 1 if kept else 1.5  # a busy machine may not even start in so short a time
        for path in folder.rglob("*.jsonl"):
            try:
                now = {record.id for record in read_results(path).records}
            except RecordsError:
                continue
            assert kept <= now, "a finished record was lost"
            kept = now
    outcome = run(plan, folder, resume=True)
    assert kept
    undisturbed = run(plan, tmp_path / "undisturbed")
    (got,), (due,) = ([read_results(f) for f in o.files] for o in (outcome, undisturbed))
    assert {r.id: lasting(r) for r in got.records} == {r.id: lasting(r) for r in due.records}
    assert len({record.id for record in got.records}) == len(got.records)
    assert outcome.counts == undisturbed.counts


def forked() -> int:
    """Fork, though another test may have left JAX in this process: the child does not call it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        return os.fork()


def kill_after(seconds: float, work: Callable[[], object]) -> None:
    """Do ``work`` in a child process, and kill that after ``seconds``."""
    child = forked()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


@pytest.mark.own_process
def test_two_runs_into_one_folder_do_not_mix(
    tmp_path: Path, install: Any, rows: Any, make_plan: MakePlan
) -> None:
    install(rows=rows(before=lambda length: time.sleep(0.01)))
    plan, folder = make_plan("", "raises"), tmp_path / "results"
    children = [forked() or child_runs(plan, folder) for _ in range(3)]
    for child in children:
        assert os.waitpid(child, 0)[1] == 0
    held = [read_results(path) for path in sorted(folder.rglob("*.jsonl"))]
    assert len(held) == 3
    assert all(file.finished and not file.faults for file in held)
    assert len({file.header.run for file in held}) == 3
    assert len({frozenset(record.id for record in file.records) for file in held}) == 1


def child_runs(plan: Plan, folder: Path) -> int:
    code = 1
    try:
        run(plan, folder)
        code = 0
    finally:
        os._exit(code)


@pytest.mark.own_process
def test_a_case_that_kills_softmark_is_passed_by_after_three_runs(
    tmp_path: Path, rows: Any, make_plan: MakePlan
) -> None:
    plan, folder = make_plan("kills"), tmp_path / "results"
    for _ in range(ENOUGH):
        assert ended(lambda: run(plan, folder, resume=True)) == signal.SIGKILL
    outcome = run(plan, folder, resume=True)
    (path,) = outcome.files
    held = read_results(path)
    assert held.finished
    (crash,) = [record for record in held.records if record.verdict == "crash"]
    assert crash.case.shape == (2, 3)
    assert "softmark was killed 3 times in a row while this case was called" in crash.message
    assert {record.case.shape[1] for record in held.records} == {1, 2, 3, 4, 5}
    assert list(path.parent.glob("*.calls")) == []


def ended(work: Callable[[], object]) -> int:
    """The signal that ended a child process that does ``work``."""
    child = forked()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(child, 0)[1])


def test_a_mark_is_left_only_while_a_call_is_made(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    for times in range(ENOUGH):
        marks = Marks(path)
        assert not marks.is_deadly("a case")
        with marks.during("another case"):
            pass
        killed = marks.during("a case")
        killed.__enter__()  # and softmark is killed
        assert json.loads((tmp_path / "own.calls").read_text()) == {"a case": times + 1}
    assert Marks(path).is_deadly("a case")
    assert not Marks(path).is_deadly("another case")
    last = Marks(path)
    last.forget()
    last.close()
    assert list(tmp_path.iterdir()) == []


def test_marks_that_cannot_be_read_mark_nothing(tmp_path: Path) -> None:
    for text in ("", "[1]", '{"a": "b"}', '{"a": null}', "\x00"):
        (tmp_path / "own.calls").write_text(text)
        assert not Marks(tmp_path / "own.jsonl").is_deadly("a")


def test_where_no_mark_can_be_left_the_run_goes_on(tmp_path: Path) -> None:
    marks = Marks(tmp_path / "gone" / "own.jsonl")
    with marks.during("a"):
        assert not marks.is_deadly("a")
    marks.close()
