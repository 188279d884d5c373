"""``softmark compare`` as it is typed, on results that a run has just made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from softmark.cli import softmark
from softmark.records import dump_line

ACCURACY = ("run", "numpy.softmax", "python.softmax", "--check", "stability", "--format", "float64")
SPEED = ("run", "numpy.softmax", "--check", "throughput", "--format", "float32")
KERNELS = """import numpy as np

def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

def thrice(x, axis=-1):
    return [softmax(x, axis) for _ in range(3)][-1]

def wrong(x, axis=-1):
    return np.zeros_like(x)
"""


def rewritten(source: Path, target: Path, change: Any) -> None:
    """A copy of results with each record changed."""
    for path in source.rglob("*.jsonl"):
        copy = target / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        lines = [json.loads(line) for line in path.read_bytes().splitlines()]
        for line in lines:
            if line["kind"] == "record":
                change(line)
        bodies = [{k: v for k, v in line.items() if k != "kind"} for line in lines]
        kinds = [line["kind"] for line in lines]
        copy.write_bytes(b"".join(map(dump_line, kinds, bodies)))


def test_a_run_beside_itself_is_the_same_and_a_worse_one_fails(shell, tmp_path: Path) -> None:
    assert shell(*ACCURACY, "--results", "base").returncode == 0

    same = shell("compare", "base", "base")
    assert same.returncode == 0, same.stderr
    assert "Accuracy: not worse; no change" in same.stdout
    assert "numpy 2" in same.stdout

    def worse(line: dict[str, Any]) -> None:
        if line["grade"] == "A" and line["implementation"] == "numpy.softmax":
            line.update(grade="F", verdict="fail", value=99.0, value_hex=(99.0).hex())

    rewritten(tmp_path / "base", tmp_path / "head", worse)
    found = shell("compare", "base", "head", "--json", "out.json", "--markdown", "out.md")
    assert found.returncode == 1, found.stderr
    assert "new failure" in found.stdout
    assert "Accuracy: worse" in found.stdout
    document = json.loads((tmp_path / "out.json").read_text())
    assert document["failed"]
    assert {change["kind"] for change in document["accuracy"]} == {"new failure"}
    table = (tmp_path / "out.md").read_text()
    assert "| new failure | numpy.softmax | stability | float64 |" in table
    assert shell("compare", "head", "base").returncode == 0


def test_a_slower_time_is_reported_and_fails_when_asked(shell, tmp_path: Path) -> None:
    assert shell(*SPEED, "--results", "base").returncode == 0

    def slower(line: dict[str, Any]) -> None:
        told = line["distribution"]
        # By far more than a busy machine scatters the few blocks of the case in memory.
        if line["metric"] == "time" and line["value"] is not None:
            told["samples_ns"] = [100 * ns for ns in told["samples_ns"]]

    rewritten(tmp_path / "base", tmp_path / "head", slower)
    reported = shell("compare", "base", "head", "--json", "-")
    assert reported.returncode == 0, reported.stderr
    document = json.loads(reported.stdout)
    timed = [entry for entry in document["speed"] if entry["word"] != "not comparable"]
    assert timed  # of the few calls of the largest case there may be no time on a busy machine
    assert {entry["word"] for entry in timed} == {"slower"}
    assert all(99 < entry["ratio"] < 101 for entry in timed)
    assert document["base"]["measurements"] == len(document["speed"])

    assert shell("compare", "base", "head", "--fail-on", "slower:5%").returncode == 1
    assert shell("compare", "base", "head", "--fail-on", "slower:10100%").returncode == 0
    assert shell("compare", "head", "base", "--fail-on", "slower:5%").returncode == 0


def test_missing_and_new_records_are_named(shell, tmp_path: Path) -> None:
    assert shell(*ACCURACY, "--results", "base").returncode == 0
    (python,) = (tmp_path / "base").rglob("python-*/*.jsonl")
    found = shell("compare", "base", str(python))
    assert found.returncode == 0, found.stderr
    assert "Only in BASE" in found.stdout
    assert "numpy.softmax/stability/float64" in found.stdout
    assert " 0 new." in found.stdout


def test_a_race_says_who_is_slower_and_how_right_both_are(shell, tmp_path: Path) -> None:
    (tmp_path / "kernels.py").write_text(KERNELS)
    race = ("compare", "--live", "kernels.py:softmax", "kernels.py:thrice", "--seconds", "2")
    for _ in range(5):  # where a busy machine leaves too few rounds to decide by
        found = shell(*race, "--shape", "4x100", "--json", "out.json")
        assert found.returncode == 0, found.stderr
        if "B compared with A: 1 slower." in found.stdout:
            break
    (case,) = json.loads((tmp_path / "out.json").read_text())["cases"]
    assert case["word"] == "slower"
    assert 1 < case["low"] <= case["ratio"] <= case["high"]
    assert 2 < case["ratio"] < 6
    assert case["accuracy"]["a"]["verdict"] == "pass"
    failing = (*race, "--shape", "4x100", "--fail-on", "slower:5%")
    assert any(shell(*failing).returncode == 1 for _ in range(5))


def test_a_race_with_a_wrong_result_fails(shell, tmp_path: Path) -> None:
    (tmp_path / "kernels.py").write_text(KERNELS)
    found = shell("compare", "--live", "kernels.py:softmax", "kernels.py:wrong", "--shape", "4x10")
    assert found.returncode == 1, found.stderr
    assert "not comparable: B: " in found.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("a",), "name two results, BASE and HEAD; 1 given"),
        (("nowhere", "nowhere"), "nowhere: no such file or folder"),
        (("a", "b", "--fail-on", "slower:5"), "'slower:5' is not slower:PERCENT%"),
        (("a", "b", "--fail-on", "faster:5%"), "is not slower:PERCENT%"),
        (("a", "b", "--fail-on", "slower:x%"), "'x' in 'slower:x%' is no number"),
        (("a", "b", "--fail-on", "slower:-5%"), "is no share of a time"),
        (("a", "b", "--fail-on", "slower:nan%"), "is no share of a time"),
        (("a", "b", "--seconds", "3"), "--seconds is for --live"),
        (("a", "b", "--python-a", "x"), "--python-a is for --live"),
        (("--live", "--history", "a"), "exclude each other"),
        (("--history", "nowhere"), "nowhere: no such file"),
        (("--live", "numpy.softmax"), "name two functions, or one with --python-a"),
        (("--live", "numpy.softmax", "numpy.softmx"), "did you mean numpy.softmax"),
        (("--live", "numpy.softmax", "numpy.softmax", "--shape", "4x"), "'4x' is no shape"),
        (("--live", "numpy.softmax", "numpy.softmax", "--shape", "0x4"), "'0x4' is no shape"),
        (("--live", "numpy.softmax", "--python-b", "no"), "there is no interpreter no"),
        (("--live", "numpy.softmax", "k.py"), "k.py names no function"),
    ],
)
def test_wrong_use_is_one_clear_sentence(arguments: tuple[str, ...], says: str) -> None:
    done = CliRunner().invoke(softmark, ["compare", *arguments])
    assert done.exit_code == 2, done.output
    assert says in done.output


def dated(source: Path, folder: Path, day: int, factor: float) -> None:
    """The results as if they had been made on another day."""

    def change(line: dict[str, Any]) -> None:
        if line["value"] is not None:  # a time may be withheld where the machine is busy
            line["distribution"]["p10"] *= factor

    rewritten(source, folder / str(day), change)
    for path in (folder / str(day)).rglob("*.jsonl"):
        text = path.read_text()
        started = json.loads(text.partition("\n")[0])["started"]
        path.write_text(text.replace(started, f"2026-11-{day:02}T00:00:00+00:00", 1))


def test_a_history_says_since_when_a_time_is_longer(shell, tmp_path: Path) -> None:
    assert shell(*SPEED, "--results", "base").returncode == 0
    for day in range(1, 13):
        factor = (1.0 if day < 8 else 1.2) * (1 + 0.01 * (day % 3))
        dated(tmp_path / "base", tmp_path / "many", day, factor)

    found = shell("compare", "--history", "many", "--json", "out.json")
    assert found.returncode == 0, found.stderr
    assert "2026-11-08" in found.stdout
    series = json.loads((tmp_path / "out.json").read_text())["series"]
    assert [len(each["points"]) for each in series] == [12] * len(series)
    (change,) = series[0]["changes"]
    assert change["since"].startswith("2026-11-08")
    assert change["ratio"] == pytest.approx(1.2, abs=0.02)
    assert shell("compare", "--history", "many", "--fail-on", "slower:5%").returncode == 1
    assert shell("compare", "--history", "many", "--fail-on", "slower:50%").returncode == 0
    assert "in which no change can be seen" in shell("compare", "--history", "base").stdout
