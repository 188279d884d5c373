"""A time limit on a call in this process, as far as there can be one.

Only the main thread hears an alarm, and only between two steps of Python: a
call that stays in C for good is never interrupted, and one that comes back late
is found out when it does.  Whoever needs more has the function called in a
worker, which can be killed.
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
"""Seconds after which an alarm of somebody else's rings that was due meanwhile."""


class _Late(BaseException):
    """Not an ``Exception``, which a subject might catch."""


def within(seconds: float, work: Callable[[], Result]) -> Result:
    """Do ``work``; interrupt it after ``seconds``, or find out when it ends that it took longer.

    An alarm that was set before (pytest-timeout has one) rings when it was to, or when the
    work ends.

    Raises
    ------
    TimedOut
        It took longer.
    """
    start = time.monotonic()
    result = _interrupted(seconds, work) if _can_ring(seconds) else work()
    if time.monotonic() - start > seconds:
        raise TimedOut(f"it took more than {seconds:g} s, in one step", seconds)
    return result


def _can_ring(seconds: float) -> bool:
    """Whether an alarm of ours would be heard, and would be the next to ring."""
    if threading.current_thread() is not threading.main_thread():
        return False
    earlier, _ = signal.getitimer(signal.ITIMER_REAL)
    is_pythons = signal.getsignal(signal.SIGALRM) is not None
    return is_pythons and not 0 < earlier < seconds


def _interrupted(seconds: float, work: Callable[[], Result]) -> Result:
    start = time.monotonic()
    handler = signal.signal(signal.SIGALRM, _ring)
    due, interval = signal.setitimer(signal.ITIMER_REAL, 0)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, seconds)
            return work()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except _Late:
        text = f"it did not answer within {seconds:g} s, and was interrupted"
        raise TimedOut(text, seconds) from None
    finally:
        signal.signal(signal.SIGALRM, handler)
        if due:
            left = max(due - (time.monotonic() - start), _SOON)
            signal.setitimer(signal.ITIMER_REAL, left, interval)


def _ring(number: int, frame: FrameType | None) -> None:
    raise _Late
