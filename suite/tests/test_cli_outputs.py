"""A command whose output meets a closed pipe, a full disk, or a file that cannot be written."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from recorded import path_of

KERNEL = """
import numpy as np

def log_softmax(x, axis=-1):
    x = x - x.max(axis=axis, keepdims=True)
    return x - np.log(np.exp(x).sum(axis=axis, keepdims=True))
"""


Bash = Callable[[str], "subprocess.CompletedProcess[str]"]


@pytest.fixture
def bash(tmp_path: Path, own_programs: dict[str, str]) -> Bash:
    return lambda command: subprocess.run(
        ["bash", "-o", "pipefail", "-c", command],
        env=own_programs,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("command", ["list", "list --json", "explain grades", "--help"])
def test_a_full_disk_behind_standard_output_is_said_with_status_2(bash: Bash, command: str) -> None:
    done = bash(f"softmark {command} > /dev/full")
    assert done.returncode == 2
    assert done.stderr == (
        "The output cannot be written (No space left on device); send it elsewhere.\n"
    )


def test_a_check_whose_reader_has_gone_keeps_its_status_and_its_files(
    bash: Bash, tmp_path: Path
) -> None:
    (tmp_path / "kernel.py").write_text(KERNEL)
    few = "--check stability --check ties --format float64 --junit out.xml --json out.json"
    done = bash(f"softmark check kernel.py:log_softmax {few} 2> log | true")
    assert done.returncode == 1, (tmp_path / "log").read_text()
    assert "internal" not in (tmp_path / "log").read_text()
    assert "<testsuites" in (tmp_path / "out.xml").read_text()
    assert json.loads((tmp_path / "out.json").read_text())["verdict"] == "fail"


@pytest.mark.parametrize("option", ["--json", "--markdown"])
@pytest.mark.parametrize("place", ["missing/out", "/dev/full"])
def test_a_file_that_cannot_be_written_is_wrong_use_and_nothing_worse(
    bash: Bash, option: str, place: str
) -> None:
    file = path_of("python")
    done = bash(f"softmark compare {file} {file} {option} {place}")
    assert done.returncode == 2, done.stderr
    assert place.rpartition("/")[0] in done.stderr
