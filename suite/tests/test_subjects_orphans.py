"""No process of a worker outlives the process that started it, however that one ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from forked import LONG

PARENT = """
import sys
import numpy as np
from softmark.formats import FLOAT64
from softmark.subjects import Call
from softmark.workers.process import Worker, WorkerSettings
from softmark.calling.targets import Target
from softmark.workers.worker_subject import custom

worker = Worker(WorkerSettings())
made = custom(worker, Target(sys.argv[1], sys.argv[2]), "auto", "softmax", 60.0)
print("calling", flush=True)
made.subject.forward(Call(np.zeros((2, 4))), FLOAT64)
print("called", flush=True)
sys.stdin.read()
"""

KERNEL = """
import os, subprocess, sys, time

def spawns(x):
    code = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"
    subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
    return x

def hangs(x):
    time.sleep(300)

def spawns_and_hangs(x):
    spawns(x)
    hangs(x)
"""


def start(folder: Path, name: str, line: str) -> subprocess.Popen[str]:
    """A parent that has got as far as printing ``line``."""
    (folder / "kernel.py").write_text(KERNEL)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(folder / "kernel.py"), name],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    assert parent.stdout is not None
    while parent.stdout.readline().strip() != line:
        assert parent.poll() is None
    return parent


def descendants(parent: subprocess.Popen[str], count: int) -> list[psutil.Process]:
    """All processes below ``parent``, once there are ``count``."""
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        below = psutil.Process(parent.pid).children(recursive=True)
        if len(below) == count:
            return below
        time.sleep(0.05)
    raise AssertionError(f"{len(below)} processes below, not {count}")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("name", "line"), [("spawns", "called"), ("spawns_and_hangs", "calling")])
def test_no_orphan_stays(tmp_path: Path, name: str, line: str, number: signal.Signals) -> None:
    with start(tmp_path, name, line) as parent:
        below = descendants(parent, 3)  # guardian, worker, and what the kernel started
        os.kill(parent.pid, number)
        parent.wait(LONG)
        assert psutil.wait_procs(below, timeout=LONG)[1] == []


def test_the_death_of_the_guardian_ends_the_worker(tmp_path: Path) -> None:
    with start(tmp_path, "hangs", "calling") as parent:
        guardian, worker = descendants(parent, 2)
        guardian.kill()
        assert psutil.wait_procs([worker], timeout=LONG)[1] == []
        parent.communicate(timeout=LONG)
        assert parent.returncode == 1  # it was told of a crash
