"""A run that is killed, has no room, may not write, or loses its clock: nothing is lost or torn."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from forked import LONG
from killing import KINDS, records_in

IS_ROOT = os.geteuid() == 0
FEW = ("run", "numpy.softmax", "--check", "ties", "--format", "float32")


CAMPAIGN = Path(__file__).parents[1] / "verification" / "kill_runs.py"


@pytest.fixture(autouse=True)
def one_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout that nobody commits to while a test resumes its runs."""
    monkeypatch.setenv("GIT_DIR", os.devnull)


@pytest.mark.slow
def test_runs_disturbed_at_random_moments_are_completed(tmp_path: Path) -> None:
    """``nox -s kills`` disturbs 1,000; test_harness_killed.py kills ten within one process."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command = [sys.executable, str(CAMPAIGN), "--count", "12", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=LONG)
    assert done.returncode == 0, done.stderr
    counted = [line for line in done.stdout.splitlines() if line.rpartition(":")[0] in KINDS]
    assert sum(int(line.rpartition(":")[2]) for line in counted) == 12
    assert len(counted) >= 3


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """A file system of its own, mounted with these options; again: the same one with others."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = False

    def mount(options: str) -> Path:
        nonlocal mounted
        options = f"remount,{options}" if mounted else options
        command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)]
        if not IS_ROOT or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("only root mounts a file system")
        mounted = True
        return place

    yield mount
    if mounted:
        subprocess.run(["umount", str(place)], check=True)


def enough_for_half(results: Path) -> int:
    """Bytes that the first half of a run's records take, with what stands before them."""
    (path,) = results.rglob("*.jsonl")
    head = len(path.read_bytes().partition(b"\n")[0])
    return head + (path.stat().st_size - head) // 2


def test_a_full_disk_costs_nothing_that_was_finished(
    shell: Any, room: Callable[[str], Path], tmp_path: Path
) -> None:
    assert shell(*FEW, "--results", str(tmp_path / "undisturbed")).returncode == 0
    disk = room(f"size={enough_for_half(tmp_path / 'undisturbed')}")
    full = shell(*FEW, "--results", str(disk))
    assert full.returncode == 2
    assert "cannot be written (No space left on device); make room on the disk" in full.stderr
    assert full.stderr.rstrip().endswith("go on with --resume")
    before = records_in(disk)
    room("size=8m")
    assert shell(*FEW, "--results", str(disk), "--resume").returncode == 0
    after = records_in(disk)
    assert before
    assert before.items() < after.items()
    assert after == records_in(tmp_path / "undisturbed")
    assert len(list(disk.rglob("*.jsonl"))) == 1


def test_a_limit_on_files_costs_nothing_that_was_finished(shell: Any, tmp_path: Path) -> None:
    """The same without a file system of its own, as a user's quota does it."""
    assert shell(*FEW, "--results", "undisturbed").returncode == 0
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    limit = enough_for_half(tmp_path / "undisturbed")
    code = (
        "import resource, runpy, sys; "
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); "
        "sys.argv[0] = 'softmark'; runpy.run_module('softmark', run_name='__main__')"
    )
    command = [sys.executable, "-c", code, *FEW, "--results", "results"]
    full = subprocess.run(
        command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=LONG
    )
    assert full.returncode == 2, full.stderr
    assert "cannot be written (File too large)" in full.stderr
    before = records_in(tmp_path / "results")
    assert shell(*FEW, "--resume").returncode == 0
    after = records_in(tmp_path / "results")
    assert before
    assert before.items() < after.items()
    assert after == records_in(tmp_path / "undisturbed")


def test_a_read_only_folder_is_said_before_anything_is_measured(
    shell: Any, room: Callable[[str], Path]
) -> None:
    disk = room("ro")
    refused = shell(*FEW, "--results", str(disk / "results"))
    assert refused.returncode == 2
    assert "cannot be written (Read-only file system)" in refused.stderr
    assert refused.stderr.rstrip().endswith("choose another folder with --results")
    assert "Traceback" not in refused.stderr
    assert " of " not in refused.stderr  # no line of progress


@pytest.mark.skipif(IS_ROOT, reason="root writes everywhere")
def test_a_folder_of_somebody_else_is_said(shell: Any, tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    refused = shell(*FEW)
    assert refused.returncode == 2
    assert "cannot be written (Permission denied)" in refused.stderr
