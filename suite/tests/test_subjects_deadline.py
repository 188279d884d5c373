"""A time limit in this process, and what it cannot do."""

from __future__ import annotations

import signal
import threading
import time

import pytest

from softmark.subjects import TimedOut
from softmark.subjects.deadline import within


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
    start = time.monotonic()
    signal.setitimer(signal.ITIMER_REAL, 0.3)
    with pytest.raises(TimedOut):
        within(0.05, endless)
    assert not alarm
    while not alarm and time.monotonic() - start < 20:
        time.sleep(0.01)
    assert alarm[0] - start >= 0.29
