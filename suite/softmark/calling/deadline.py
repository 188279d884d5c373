"""Time limits: on a wait for another process, and on a call in this one, as far as there is one.

Time that this process was stopped (Ctrl-Z, a debugger) does not count.

In this process only the main thread hears an alarm, and only between two steps
of Python: a call that stays in C for good is never interrupted, and one that
comes back late is found out when it does.  A worker can be killed.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from types import FrameType
from typing import Final, TypeVar

from softmark.subjects.faults import TimedOut

Result = TypeVar("Result")

_SOON: Final = 1e-3
"""Seconds after which a foreign alarm rings that fell due meanwhile."""


SLICE: Final = 0.2
"""The most that counts between two looks, in seconds: a longer gap is a stop of this process."""


class Countdown:
    """The time of a wait, for one who looks at it several times a second."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds
        self._last = time.monotonic()

    def is_over(self) -> bool:
        """Whether the time since the last look used up what was left."""
        now = time.monotonic()
        self._left -= min(now - self._last, SLICE)
        self._last = now
        return self._left <= 0


class Late(BaseException):
    """Not an ``Exception``, which a subject might catch."""


class _Alarm:
    """Rings after some seconds, counted anew once this process goes on after a stop."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._has_rung = False
        self.start = time.monotonic()

    def ring(self, number: int, frame: FrameType | None) -> None:
        if self._has_rung:
            raise Late
        self._has_rung = True  # the end of a stop is heard after this alarm, before the next one
        signal.setitimer(signal.ITIMER_REAL, _SOON)

    def go_on(self, number: int, frame: FrameType | None) -> None:
        self._has_rung = False
        self.start = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, self._seconds)


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Do ``work``; interrupt it after ``seconds``, or find out when it ends that it took longer.

    An alarm that was set before (pytest-timeout has one) rings when it was to, or when the
    work ends.

    Raises
    ------
    TimedOut
        It took longer.
    """
    alarm = _Alarm(seconds)
    result = _interrupted(alarm, seconds, work) if _can_ring(seconds) else work()
    if time.monotonic() - alarm.start > seconds:
        raise TimedOut(f"it took more than {seconds:g} s, in one step", seconds)
    return result


def _can_ring(seconds: float) -> bool:
    """Whether an alarm of ours would be heard, and would be the next to ring."""
    if threading.current_thread() is not threading.main_thread():
        return False
    earlier, _ = signal.getitimer(signal.ITIMER_REAL)
    handlers = map(signal.getsignal, (signal.SIGALRM, signal.SIGCONT))
    return None not in handlers and not 0 < earlier < seconds


def _interrupted(alarm: _Alarm, seconds: float, work: Callable[[], Result]) -> Result:
    start = time.monotonic()
    handler = signal.signal(signal.SIGALRM, alarm.ring)
    goes_on = signal.signal(signal.SIGCONT, alarm.go_on)
    due, interval = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            return work()
        finally:
            signal.signal(signal.SIGCONT, goes_on)
            signal.setitimer(signal.ITIMER_REAL, 0)
    except Late:
        text = f"it did not answer within {seconds:g} s, and was interrupted"
        raise TimedOut(text, seconds) from None
    finally:
        signal.signal(signal.SIGALRM, handler)
        if due:
            left = max(due - (time.monotonic() - start), _SOON)
            signal.setitimer(signal.ITIMER_REAL, left, interval)
