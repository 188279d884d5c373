"""Runs that are killed, and runs beside one another, lose and mix nothing."""

from __future__ import annotations

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
from softmark.records import Record, RecordsError, read_results

MakePlan = Callable[..., Plan]


def lasting(record: Record) -> Record:
    """The record without what differs from run to run."""
    return replace(record, seconds=0.0)


@pytest.mark.parametrize("seed", range(2))
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
