"""Runs that are killed with SIGKILL at moments drawn at random, and gone on with each time."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import psutil

from softmark.records import Record, RecordsError, read_results

RUN: Final = (
    "numpy.softmax", "scipy.softmax",
    "--check", "ties", "--check", "stability", "--format", "float32", "--jobs", "2",
)  # fmt: skip
LONGEST: Final = 240


@dataclass
class Killed:
    """What became of it.

    Attributes
    ----------
    kills:
        Runs that were killed, by what was on the disk then.
    completed:
        How often a killed run was completed, to the records of an undisturbed one.
    torn:
        Lines of killed runs that are broken: what was being written.
    """

    kills: dict[str, int] = field(default_factory=dict)
    completed: int = 0
    torn: int = 0


def lasting(folder: Path) -> dict[str, Record]:
    """All records without their times, by file of a framework and name."""
    found: dict[str, Record] = {}
    for path in sorted(folder.rglob("*.jsonl")):
        try:
            held = read_results(path)
        except RecordsError:
            continue  # killed within the header: nothing was finished yet
        for record in held.records:
            assert record.id not in found, f"{record.id} is there twice"
            found[record.id] = replace(record, seconds=0.0)
    return found


def kill_and_resume(folder: Path, kills: int, seed: int, run: tuple[str, ...] = RUN) -> Killed:
    """Kill ``kills`` runs; what is completed before that is begun again in another folder.

    Raises
    ------
    AssertionError
        Something finished was lost, torn, or other than in an undisturbed run.
    """
    draw, done = random.Random(seed), Killed()
    start = time.monotonic()
    _wait(_start(folder / "undisturbed", run))
    whole = time.monotonic() - start
    due = lasting(folder / "undisturbed")
    assert due
    attempt, kept = 0, dict[str, Record]()
    while sum(done.kills.values()) < kills:
        results = folder / f"attempt-{attempt}"
        if _killed_after(draw.uniform(0.0, whole), results, run):
            now = lasting(results)
            assert kept.items() <= now.items(), "a finished record was lost or changed"
            assert now.items() <= due.items(), "a record is other than in an undisturbed run"
            how = "nothing" if not now else "something new" if now != kept else "nothing new"
            done.kills[how] = done.kills.get(how, 0) + 1
            kept = now
        else:
            _compared(results, due, done)
            attempt, kept = attempt + 1, {}
    _wait(_start(folder / f"attempt-{attempt}", run))
    _compared(folder / f"attempt-{attempt}", due, done)
    return done


def _compared(results: Path, due: dict[str, Record], done: Killed) -> None:
    assert lasting(results) == due, "the completed records are not those of an undisturbed run"
    for path in results.rglob("*.jsonl"):
        try:
            held = read_results(path)
        except RecordsError:
            done.torn += 1
            continue
        assert held.finished or not held.records
        done.torn += len(held.faults)
    done.completed += 1


def _start(results: Path, run: tuple[str, ...]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "softmark", "run", *run, "--resume", "--results", str(results)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def _wait(process: subprocess.Popen[bytes]) -> None:
    _, said = process.communicate(timeout=LONGEST)
    assert process.returncode in (0, 1), said.decode()


def _killed_after(seconds: float, results: Path, run: tuple[str, ...]) -> bool:
    """Whether the run was killed; otherwise it came to its end before."""
    with _start(results, run) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            below = psutil.Process(process.pid).children(recursive=True)
            process.send_signal(signal.SIGKILL)
            process.wait()
            orphans = psutil.wait_procs(below, timeout=60)[1]
            assert not orphans, f"processes that outlive the run: {orphans}"
            return True
        assert process.returncode in (0, 1)
        return False
