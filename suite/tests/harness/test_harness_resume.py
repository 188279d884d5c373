"""A run that was killed goes on to the same records as one that was not disturbed."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from softmark.harness import Plan, ResultsError, opening, run
from softmark.harness.writing import Writer
from softmark.records import Record, read_results

MakePlan = Callable[..., Plan]


def lasting(record: Record) -> Record:
    """The record without what differs from run to run."""
    return replace(record, seconds=0.0)


def only_file(folder: Path) -> Path:
    (path,) = folder.rglob("*.jsonl")
    return path


def test_a_file_cut_at_any_byte_is_completed(
    tmp_path: Path, rows: Any, make_plan: MakePlan
) -> None:
    plan, folder = make_plan("", "aborts"), tmp_path / "results"
    run(plan, folder)
    path = only_file(folder)
    whole, raw = read_results(path), path.read_bytes()
    body = raw.index(b"\n") + 1
    generator = random.Random(0)
    cuts = [body, body + 1, len(raw) - 1, *(generator.randrange(body, len(raw)) for _ in range(5))]
    for cut in cuts:
        path.write_bytes(raw[:cut])
        run(plan, folder, resume=True)
        resumed = read_results(only_file(folder))
        assert path.read_bytes().startswith(raw[:cut]), "what was written is never changed"
        assert sorted(map(str, map(lasting, resumed.records))) == sorted(
            map(str, map(lasting, whole.records))
        )
        assert resumed.done == whole.done
        assert resumed.finished
        assert len(resumed.faults) <= 1, "at most the line that was being written is lost"


def test_a_file_cut_within_its_header_is_left_alone(
    tmp_path: Path, rows: Any, make_plan: MakePlan
) -> None:
    plan, folder = make_plan(""), tmp_path / "results"
    run(plan, folder)
    path = only_file(folder)
    path.write_bytes(path.read_bytes()[:100])
    outcome = run(plan, folder, resume=True)
    assert outcome.files != (path,)
    assert path.stat().st_size == 100
    assert read_results(outcome.files[0]).finished


def test_patience_lost_before_a_kill_is_lost_after_it(
    tmp_path: Path, install: Any, rows: Any, make_plan: MakePlan
) -> None:
    install(one=rows(), two=rows())
    plan, folder = make_plan("always"), tmp_path / "results"
    run(plan, folder)
    path = only_file(folder)
    lines = path.read_bytes().splitlines(keepends=True)
    first_done = next(i for i, line in enumerate(lines) if b'"done"' in line)
    path.write_bytes(b"".join(lines[: first_done + 1]))
    run(plan, folder, resume=True)
    again = path.read_bytes().splitlines()
    assert [json.loads(line).get("metric") for line in again] == [
        json.loads(line).get("metric") for line in lines
    ]


def test_a_finished_run_is_not_done_again(tmp_path: Path, rows: Any, make_plan: MakePlan) -> None:
    plan, folder = make_plan(""), tmp_path / "results"
    first = run(plan, folder)
    before = first.files[0].read_bytes()
    again = run(plan, folder, resume=True)
    assert again.files == first.files
    assert again.counts == first.counts
    assert first.files[0].read_bytes() == before


@pytest.mark.parametrize("change", ["seed", "formats", "resume"])
def test_another_plan_starts_another_file(
    tmp_path: Path, rows: Any, make_plan: MakePlan, change: str
) -> None:
    folder = tmp_path / "results"
    first = run(make_plan(""), folder)
    other = {
        "seed": make_plan("", seed=1),
        "formats": make_plan("", format_names=["float32"]),
        "resume": make_plan(""),
    }[change]
    second = run(other, folder, resume=change != "resume")
    assert second.files != first.files
    assert len(list(folder.rglob("*.jsonl"))) == 2


def test_the_newest_run_is_gone_on_with(tmp_path: Path, rows: Any, make_plan: MakePlan) -> None:
    plan, folder = make_plan(""), tmp_path / "results"
    older = run(plan, folder).files[0]
    older.write_bytes(older.read_bytes()[:-20])
    time.sleep(1.1)  # a run's name tells seconds
    newer = run(plan, folder).files[0]
    newer.write_bytes(newer.read_bytes()[:-20])
    assert run(plan, folder, resume=True).files == (newer,)


def test_a_run_is_not_joined_by_another(tmp_path: Path, rows: Any, make_plan: MakePlan) -> None:
    plan, folder = make_plan(""), tmp_path / "results"
    path = run(plan, folder).files[0]
    path.write_bytes(path.read_bytes()[:-20])
    writer, _ = Writer.resume(path)
    try:
        with pytest.raises(ResultsError, match=r"another run is writing .*; wait for its end"):
            run(plan, folder, resume=True)
    finally:
        writer.close()


def test_another_commit_starts_another_file(
    tmp_path: Path, rows: Any, make_plan: MakePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan, folder = make_plan(""), tmp_path / "results"
    first = run(plan, folder)
    monkeypatch.setattr(opening, "commit", lambda: "fedcba9876543210")
    assert run(plan, folder, resume=True).files != first.files
