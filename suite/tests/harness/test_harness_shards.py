"""What shards measure apart is, merged, what one process writes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from softmark import catalog
from softmark.harness import Plan, RunOutcome, expected_seconds, plan, run
from softmark.records import Json, RecordsError, find_results, read_results
from softmark.shards import ShardError, divided, dividing, measure_shard, merge, untimed

MakePlan = Callable[..., Plan]
TIMEOUT = 3.0
OWN = ("seconds", "run", "started")
"""What no two runs have in common."""


@pytest.fixture
def three(install: Any, rows: Any) -> None:
    """Three checks, of which each begins with the row that some functions hang at."""
    install(**{name: rows((3, 2, 1)) for name in ("first", "second", "third")})


def costs(plan: Plan) -> dict[str, float]:
    return expected_seconds(plan.tasks, plan.profile)


def measured(plan: Plan, folder: Path, count: int, **options: Any) -> None:
    """Every shard, the last one first."""
    expected = costs(plan)
    for number in range(count, 0, -1):
        measure_shard(plan, (number, count), folder, expected=expected, timeout=TIMEOUT, **options)


def lines(outcome: RunOutcome) -> list[dict[str, Any]]:
    """The lines of the one file, without what no two runs have in common."""
    (path,) = outcome.files
    found = [json.loads(line) for line in path.read_text().splitlines()]
    found[0]["environment"].pop("load")
    return [{k: v for k, v in line.items() if k not in OWN} for line in found]


@pytest.mark.parametrize("count", [3, 40])
def test_merged_shards_are_the_lines_of_one_process(
    tmp_path: Path, three: None, make_plan: MakePlan, count: int
) -> None:
    given = make_plan("", "aborts", "always")
    whole = replace(given, tasks=given.tasks[::-1])  # the longest is measured first, wherever it is
    measured(whole, tmp_path / "parts", count)
    merged = merge(whole, costs(whole), tmp_path / "parts", tmp_path / "merged")
    alone = run(whole, tmp_path / "one", timeout=TIMEOUT)
    assert lines(merged) == lines(alone)
    assert merged.counts == alone.counts
    (path,) = merged.files
    assert path.parent.relative_to(tmp_path / "merged") == alone.files[0].parent.relative_to(
        tmp_path / "one"
    )
    assert read_results(path).finished
    assert not (tmp_path / "parts").exists()


def test_what_one_process_gives_up_is_given_up_in_shards(
    tmp_path: Path, three: None, make_plan: MakePlan
) -> None:
    whole = make_plan("hangs")
    measured(whole, tmp_path / "parts", 3)
    merged = merge(whole, costs(whole), tmp_path / "parts", tmp_path / "merged")
    alone = run(whole, tmp_path / "one", timeout=TIMEOUT)
    assert lines(merged) == lines(alone)
    assert any("not measured: it hangs" in line.get("message", "") for line in lines(alone))


def test_a_shard_gives_up_nothing_that_one_process_measures(
    tmp_path: Path, install: Any, rows: Any, make_plan: MakePlan
) -> None:
    """One process has seen a longer row come back, so that it is not the length that hangs."""
    short = {name: rows((3, 2, 1)) for name in ("first", "second", "third", "fourth")}
    install(**short, at_first=rows((4, 5, 6)))
    whole = make_plan("hangs")
    shards = [[t.check for t in own] for own in divided(whole.tasks, costs(whole), 2)]
    assert shards == [["at_first", "first"], ["fourth", "second", "third"]]
    measured(whole, tmp_path / "parts", 2)
    merged = merge(whole, costs(whole), tmp_path / "parts", tmp_path / "merged")
    assert merged.counts["timeout"] == len(short)
    assert "skipped" not in merged.counts


def test_each_task_is_in_one_shard_and_shards_are_as_long(make_plan: MakePlan) -> None:
    whole = plan(catalog.implementations(), check_names=["ties", "limit"], elsewhere=FRAMEWORKS)
    expected = {task.id: float(number % 17) for number, task in enumerate(whole.tasks)}
    for count in (1, 2, 7, 40):
        shards = divided(whole.tasks, expected, count)
        names = [task.id for shard in shards for task in shard]
        assert sorted(names) == sorted(task.id for task in whole.tasks)
        seconds = [sum(expected[t.id] + dividing.LEAST for t in shard) for shard in shards]
        assert max(seconds) - min(seconds) <= 2 * max(expected.values()) + 1
        changes = sum(len({t.info.framework for t in shard}) - 1 for shard in shards if shard)
        assert changes < len(whole.frameworks), "a framework is spread over shards in between"


FRAMEWORKS = {entry.framework for entry in catalog.implementations()}


def test_as_many_shards_as_one_likes_take_one_look_at_each_task(make_plan: MakePlan) -> None:
    """10,000 shards are planned in the time of one: the work is counted, not the seconds."""

    class Counted(dict[str, float]):
        looks = 0

        def get(self, key: str, default: Any = None) -> Any:
            self.looks += 1
            return super().get(key, default)

    whole = plan(catalog.implementations(), elsewhere=FRAMEWORKS)
    looks = []
    for count in (1, 10_000):
        expected = Counted({task.id: 1.0 for task in whole.tasks})
        assert len(divided(whole.tasks, expected, count)) == count
        looks.append(expected.looks)
    assert looks[0] == looks[1] == 2 * len(whole.tasks)


def test_a_shard_that_is_missing_is_named(tmp_path: Path, three: None, make_plan: MakePlan) -> None:
    whole, folder = make_plan("", "raises"), tmp_path / "parts"
    measured(whole, folder, 3)
    shutil.rmtree(folder / "2-of-3")
    with pytest.raises(ShardError, match=r"tasks are in no part.*; measure again: --shard 2/3$"):
        merge(whole, costs(whole), folder, tmp_path / "merged")
    assert not (tmp_path / "merged").exists()
    measured(whole, folder, 3)
    assert merge(whole, costs(whole), folder, tmp_path / "merged").files


def test_a_shard_cut_anywhere_goes_on(tmp_path: Path, three: None, make_plan: MakePlan) -> None:
    whole, folder = make_plan("", "aborts"), tmp_path / "parts"
    alone = lines(run(whole, tmp_path / "one", timeout=TIMEOUT))
    for share in (0.0, 0.6):
        measured(whole, folder, 2)
        (path,) = (folder / "2-of-2").rglob("*.jsonl")
        raw = path.read_bytes()
        path.write_bytes(raw[: int(len(raw) * share)])
        measured(whole, folder, 2)
        assert lines(merge(whole, costs(whole), folder, tmp_path / "merged")) == alone


def changed(path: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the lines of a file."""
    found = [json.loads(line) for line in path.read_text().splitlines()]
    for line in found:
        change(line)
    path.write_text("".join(f"{json.dumps(line)}\n" for line in found))


def test_what_two_shards_measure_must_agree(
    tmp_path: Path, three: None, make_plan: MakePlan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dividing, "VERIFIED", 1)
    whole, folder = make_plan("", "raises"), tmp_path / "parts"
    measured(whole, folder, 2)
    twice = [path for path in folder.rglob("*.jsonl") if len(read_results(path).done) == 9]
    assert len(twice) == 2, "each shard measures what the other does"
    kept = shutil.copytree(folder, tmp_path / "kept")
    assert merge(whole, costs(whole), folder, tmp_path / "merged").files
    (path,) = (kept / "1-of-2").rglob("*.jsonl")

    def other(line: dict[str, Any]) -> None:
        if line.get("metric") == "length":
            line |= {"bound": 7.0, "bound_hex": (7.0).hex()}

    changed(path, other)
    with pytest.raises(ShardError, match=r"do not agree on own\.softmax.*; remove one"):
        merge(whole, costs(whole), kept, tmp_path / "again")


@pytest.mark.parametrize(
    ("names", "value"),
    [(("machine", "name"), "another"), (("worker", "versions"), {"numpy": "1.0"})],
)
def test_parts_of_other_versions_or_machines_are_refused(
    tmp_path: Path, three: None, make_plan: MakePlan, names: tuple[str, ...], value: Json
) -> None:
    whole, folder = make_plan(""), tmp_path / "parts"
    measured(whole, folder, 2)
    (path,) = (folder / "2-of-2").rglob("*.jsonl")

    def elsewhere(line: dict[str, Any]) -> None:
        if line["kind"] == "header":
            found = line["environment"]
            for name in names[:-1]:
                found = found[name]
            found[names[-1]] = value

    changed(path, elsewhere)
    with pytest.raises(ShardError, match=f"differ in {' '.join(names)}"):
        merge(whole, costs(whole), folder, tmp_path / "merged")


def test_a_record_that_is_gone_is_missed(tmp_path: Path, three: None, make_plan: MakePlan) -> None:
    whole, folder = make_plan(""), tmp_path / "parts"
    measured(whole, folder, 2)
    (path,) = (folder / "2-of-2").rglob("*.jsonl")
    found = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(line for line in found if b"[2, 1]" not in line))
    with pytest.raises(ShardError, match=r"records of .* are missing: remove .*2-of-2"):
        merge(whole, costs(whole), folder, tmp_path / "merged")


def test_more_shards_than_tasks_have_nothing_to_do(
    tmp_path: Path, three: None, make_plan: MakePlan
) -> None:
    whole = make_plan("none")
    outcomes = [
        measure_shard(whole, (number, 50), tmp_path, expected=costs(whole)) for number in (1, 2, 50)
    ]
    assert None in outcomes


def test_a_shard_takes_no_times(make_plan: MakePlan) -> None:
    whole = plan(
        catalog.implementations(), check_names=["ties", "throughput"], elsewhere=FRAMEWORKS
    )
    without = untimed(whole)
    assert {task.check for task in without.tasks} == {"ties"}
    assert without.skipped[-1].remedy.startswith("add --timing")
    assert untimed(without) == without


def test_parts_are_no_results(tmp_path: Path, three: None, make_plan: MakePlan) -> None:
    measured(make_plan(""), tmp_path / "parts" / "x", 1)
    with pytest.raises(RecordsError, match="softmark run --merge"):
        find_results([tmp_path])
    assert len(find_results([tmp_path / "parts" / "x"])) == 1
