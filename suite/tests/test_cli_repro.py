"""``softmark repro`` after other checks, from another folder; and what its script exits with."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from softmark.api.last_check import TARGETS, keep, kept
from softmark.cli import softmark
from softmark.records import Case, Record

WRONG = "import numpy as np\n\n\ndef softmax(x, axis=-1):\n    return np.full_like(x, 0.25)\n"
RIGHT = WRONG.replace("0.25", "0.5")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def checked(folder: Path, monkeypatch: pytest.MonkeyPatch, seed: int) -> Record:
    """A failure of a check that was called in a folder, and is kept."""
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    (folder / "kernel.py").write_text(WRONG)
    witness: dict[str, Any] = {"index": [0, 0], "x": [(0.0).hex()] * 2, "got": (0.25).hex()}
    record = Record(
        *("accuracy", "softmax", "numpy.softmax[kernel:softmax]", "float32", "cpu"),
        *(Case("normal", (1, 2), seed=seed), "error", 4e6, "ulp", 2.0, "a book", "F", "fail"),
        {**witness, "expected": (0.5).hex()},
    )
    target = {"target": "kernel.py:softmax", "operation": "softmax", "environment": {}}
    keep({**target, "records": [record.to_json()]})
    return record


def repro(record: Record) -> Any:
    done = CliRunner().invoke(softmark, ["repro", record.id])
    assert done.exit_code == 0, done.output
    return done


def status(script: str, folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=folder, capture_output=True, text=True
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stdout


def test_the_checks_of_several_targets_are_found_from_any_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (checked(tmp_path / name, monkeypatch, i) for i, name in enumerate(("one", "two")))
    monkeypatch.chdir(tmp_path)

    for record, name in ((one, "one"), (two, "two")):
        done = repro(record)
        assert f"From the check of kernel.py:softmax in {tmp_path / name}, 2" in done.stderr
        assert str(tmp_path / name) in done.stdout, "the script finds the function"


def test_the_script_exits_with_1_until_the_function_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = repro(checked(tmp_path / "one", monkeypatch, 0)).stdout
    code, shown = status(script, tmp_path)
    assert code == 1
    assert shown.split()[:3] == ["got", "0.25", (0.25).hex()]
    assert "expected 0.5" in shown

    (tmp_path / "one" / "kernel.py").write_text(RIGHT)
    assert status(script, tmp_path)[0] == 0


def test_another_check_of_the_same_target_takes_the_place_of_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seed in (0, 1):
        checked(tmp_path / "one", monkeypatch, seed)
    (path,) = kept()

    assert json.loads(path.read_text())["records"][0]["case"]["seed"] == 1


def test_only_the_last_few_targets_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(TARGETS + 3):
        keep({"target": f"{number}.py:f", "operation": "softmax"})

    assert len(kept()) == TARGETS


def test_a_cache_that_cannot_be_written_keeps_nothing_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cache").write_text("a file where a folder belongs")
    keep({"target": "kernel.py:f", "operation": "softmax"})

    assert kept() == []
