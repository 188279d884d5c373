"""Blocks of calls, timed in turn with a copy of as many bytes.

The speed of a shared machine flips within milliseconds, so two times can be
compared only when they were taken side by side.  Subject (A) and copy (B)
alternate in short blocks as A B B A, which cancels a drift, with the garbage
collector off.  What comes back are the raw block times.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

WARM_UP: Final = 0.05
"""Seconds of calls before the first block, for caches and clock frequency."""

BLOCK_NS: Final = 200_000
"""Aimed length of a block; one call where a call is longer."""

Call = Callable[[], object]


@dataclass(frozen=True)
class Blocks:
    """Nanoseconds a call, for each block; see ``softmark.subjects.Timing``."""

    subject_ns: list[float]
    copy_ns: list[float]
    subject_calls: int
    copy_calls: int
    first_call_ns: int


def interleaved(subject: Call, copy: Call, seconds: float) -> Blocks:
    """Time ``subject`` and ``copy`` in turn for about ``seconds``, at least one round."""
    with _collector_off():
        first_call_ns = block(subject, 1)
        subject_calls, copy_calls = _calibrated(subject), _calibrated(copy)
        subject_ns: list[float] = []
        copy_ns: list[float] = []
        end = time.perf_counter() + seconds
        while not subject_ns or time.perf_counter() < end:
            subject_ns.append(block(subject, subject_calls) / subject_calls)
            copy_ns.append(block(copy, copy_calls) / copy_calls)
            copy_ns.append(block(copy, copy_calls) / copy_calls)
            subject_ns.append(block(subject, subject_calls) / subject_calls)
    return Blocks(subject_ns, copy_ns, subject_calls, copy_calls, first_call_ns)


def block(call: Call, calls: int) -> int:
    """Nanoseconds of ``calls`` calls in a row.

    Each result lives until the next one exists, as it does in a caller's loop.
    """
    start = time.perf_counter_ns()
    for _ in range(calls):
        result = call()
    elapsed = time.perf_counter_ns() - start
    del result
    return elapsed


def _calibrated(call: Call) -> int:
    """Warm up, and say how many calls make a block."""
    end = time.perf_counter() + WARM_UP
    calls, elapsed = 1, block(call, 1)
    while time.perf_counter() < end or (elapsed < BLOCK_NS / 2 and calls < BLOCK_NS):
        elapsed = block(call, calls)
        calls = max(1, min(2 * calls, round(calls * BLOCK_NS / max(elapsed, 1))))
    return calls


@contextmanager
def _collector_off() -> Iterator[None]:
    enabled = gc.isenabled()
    gc.disable()  # without a collection first, which takes longer than the timing itself
    try:
        yield
    finally:
        if enabled:
            gc.enable()
