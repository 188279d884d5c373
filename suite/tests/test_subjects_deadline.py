"""A time limit in this process, and what it cannot do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from softmark.calling import deadline
from softmark.calling.deadline import SLICE, Countdown, within
from softmark.subjects import TimedOut


def endless() -> None:
    while True:
        try:
            time.sleep(10)
        except Exception:  # the subject catches what it can
            continue


def test_what_ends_in_time_gives_its_result() -> None:
    assert within(5.0, lambda: "done") == "done"


def test_a_call_that_catches_every_exception_is_interrupted() -> None:
    with pytest.raises(TimedOut, match=r"did not answer within 0.05 s, and was interrupted"):
        within(0.05, endless)


def test_an_error_of_the_call_passes() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5.0, lambda: 1 / 0)


def test_outside_the_main_thread_a_late_call_is_found_out_at_its_end() -> None:
    found: list[BaseException] = []

    def call() -> None:
        try:
            within(0.01, lambda: time.sleep(0.1))
        except TimedOut as fault:
            found.append(fault)

    thread = threading.Thread(target=call)
    thread.start()
    thread.join()
    assert "it took more than 0.01 s, in one step" in str(found[0])


class Rung(Exception):
    pass


@pytest.fixture
def alarm() -> list[float]:
    """An alarm of somebody else's, as pytest-timeout sets it."""
    rung: list[float] = []
    before = signal.signal(signal.SIGALRM, lambda *_: rung.append(time.monotonic()))
    yield rung  # type: ignore[misc]
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)


def test_an_earlier_alarm_goes_first(alarm: list[float]) -> None:
    signal.setitimer(signal.ITIMER_REAL, 0.05)
    within(5.0, lambda: time.sleep(0.2))
    assert len(alarm) == 1


def test_a_later_alarm_rings_when_it_was_to(alarm: list[float]) -> None:
    earliest = time.monotonic() + 1000.0
    signal.setitimer(signal.ITIMER_REAL, 1000.0)
    latest = time.monotonic() + 1000.0
    with pytest.raises(TimedOut):
        within(0.05, endless)
    assert not alarm
    before = time.monotonic()
    left, _ = signal.setitimer(signal.ITIMER_REAL, 0.01)
    assert earliest - time.monotonic() - 0.01 < left < latest - before + 0.01
    while not alarm:
        time.sleep(0.01)


class Clock:
    """The time of a process that may be stopped."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


def test_the_time_of_a_stop_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(deadline, "time", clock)
    countdown = Countdown(1.0)
    clock.now += 3600.0
    assert not countdown.is_over()
    clock.now += 0.1
    assert not countdown.is_over()


def test_the_time_of_a_wait_counts_and_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    monkeypatch.setattr(deadline, "time", clock)
    countdown, looks = Countdown(1.0), 0
    while not countdown.is_over():
        clock.now += 0.05
        looks += 1
    assert 19 <= looks <= 21
    assert SLICE < 1.0


STOPPED = """
import sys, time
from pathlib import Path
from softmark.formats import FLOAT64
from softmark.calling.deadline import within
from softmark.subjects import Call
from softmark.workers.process import Worker, WorkerSettings
from softmark.calling.targets import Target
from softmark.workers.worker_subject import custom
import numpy as np

sys.path.insert(0, sys.argv[1])
import kernel
x = np.ones((1, 2))

def ask():
    with Worker(WorkerSettings()) as worker:
        target = Target(kernel.__file__, "sleeps")
        custom(worker, target, "numpy", "softmax", 3.0).subject.forward(Call(x), FLOAT64)

ways = {"ask": ask, "steps": lambda: within(3.0, lambda: kernel.sleeps(x, times=20)),
        "one step": lambda: within(3.0, lambda: kernel.sleeps(x))}
ways[sys.argv[2]]()
print("in time", flush=True)
"""

KERNEL = """
import time
from pathlib import Path

def sleeps(x, axis=-1, times=1):
    Path(__file__).with_name("called").touch()
    for _ in range(times):
        time.sleep(1.0 / times)
    return x
"""


@pytest.mark.parametrize("way", ["ask", "steps", "one step"])
def test_a_stop_of_the_process_that_waits_is_no_timeout(tmp_path: Path, way: str) -> None:
    (tmp_path / "kernel.py").write_text(KERNEL)
    process = subprocess.Popen(
        [sys.executable, "-c", STOPPED, str(tmp_path), way],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    while not (tmp_path / "called").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGSTOP)
    time.sleep(4.0)  # longer than the limit
    process.send_signal(signal.SIGCONT)
    out, _ = process.communicate()
    assert out == "in time\n"
