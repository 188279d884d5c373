"""Blocks of calls, timed in turn with what they are compared with.

The speed of a shared machine flips within milliseconds, so two times can be
compared only when they were taken side by side.  Contenders alternate in short
blocks, there and back (A B B A), which cancels a drift, with the garbage
collector off.  What comes back are the raw block times.

A contender is a statement that ``timeit`` compiles into a loop of its own:
nothing of softmark's runs between two calls, and the interpreter specialises
each loop for its contender alone.  The clocks are bound before a subject is
loaded, so that one that replaces them in the module ``time`` replaces no others.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from random import SystemRandom
from time import perf_counter, perf_counter_ns
from timeit import Timer
from typing import Any, Final, Protocol

METHOD: Final = 2
"""Number of this way to time; times taken in different ways are not comparable.

1: calls through functions of softmark's, some 180 ns a call.  2: compiled loops.
"""

WARM_UP: Final = 0.05
"""Seconds of calls before the first block, for caches and clock frequency."""

COPY_WARM_UP: Final = 0.01
"""The same of the copy, which is called when the clock frequency is up."""

BLOCK_NS: Final = 200_000
"""Aimed length of a block; one call where a call is longer."""

PATIENCE: Final = 3
"""How many times as long as was asked for a round is waited for that counts."""


_CHANCE: Final = SystemRandom()

Call = Callable[[], object]


class Loop:
    """A call that is made many times in a row.

    Each result lives until the next one exists, as it does in a caller's loop.

    Parameters
    ----------
    expression:
        The call, as Python text.
    names:
        What the names in it stand for.
    wait:
        Called with each result, where results are not ready when the call returns.

    Attributes
    ----------
    keeps:
        Whether ``last`` is what the last call of a block returned; else it goes with the block.
    made:
        Calls in all blocks.
    """

    def __init__(
        self,
        expression: str,
        names: Mapping[str, Any],
        wait: Callable[[Any], object] | None = None,
    ) -> None:
        statement = f"result = {expression}"
        if wait is not None:
            statement += "; wait(result)"
        self.names = {**names, "wait": wait}
        self._expression = expression
        self._timer = Timer(statement, timer=self._clock, globals=self.names)
        self.keeps, self.made = False, 0
        self.last: Any = None

    @classmethod
    def of(cls, call: Call) -> Loop:
        """Calls of a function without arguments."""
        return cls("call()", {"call": call})

    def result(self) -> Any:
        """What one call returns."""
        kept: list[Any] = []
        statement = f"keep({self._expression})"
        Timer(statement, globals={**self.names, "keep": kept.append}).timeit(1)
        return kept[0]

    def block(self, calls: int) -> int:
        """Nanoseconds of ``calls`` calls in a row."""
        self.made += calls
        return int(self._timer.timeit(calls))

    def _clock(self) -> int:
        """The time; when the loop reads it for the second time its last result is there."""
        now = perf_counter_ns()
        self.last = sys._getframe(1).f_locals.get("result") if self.keeps else None
        return now


class Timed(Protocol):
    """Calls that can be timed in blocks."""

    def block(self, calls: int) -> float:
        """Nanoseconds of ``calls`` calls in a row."""
        ...


class Shown(Timed, Protocol):
    """Calls whose last result of a block can be looked at."""

    last: Any


class Witness(Protocol):
    """Who knows whether a round was timed under the same conditions as the others."""

    def begin(self) -> None: ...

    def keeps(self) -> bool: ...


@dataclass(frozen=True)
class Blocks:
    """Nanoseconds a call, for each block; see ``softmark.subjects.Timing``."""

    subject_ns: list[float]
    copy_ns: list[float]
    subject_calls: int
    copy_calls: int
    first_call_ns: int


def interleaved(
    subject: Shown,
    copy: Timed,
    seconds: float,
    witness: Witness | None = None,
    look: Callable[[Any], object] = lambda result: None,
) -> Blocks:
    """Time ``subject`` and ``copy`` in turn for about ``seconds``, at least one round.

    Parameters
    ----------
    witness:
        Asked after each round whether it counts.  Where none did in ``PATIENCE`` times
        ``seconds``, there are no times.
    look:
        Shown the last result of each block, before anything else is called.  How many calls a
        block has varies by an eighth, so that no call knows that it is the last.
    """

    def timed() -> float:
        calls = subject_calls + _CHANCE.randrange(subject_calls // 8 + 1)
        took = subject.block(calls) / calls
        result, subject.last = subject.last, None
        look(result)
        return took

    with collector_off():
        first_call_ns = round(subject.block(1))
        subject_calls, copy_calls = calibrated(subject), calibrated(copy, COPY_WARM_UP)
        if witness:
            witness.begin()
        subject_ns: list[float] = []
        copy_ns: list[float] = []
        start, is_first = perf_counter(), True
        while is_first or perf_counter() < start + seconds * (1 if subject_ns else PATIENCE):
            is_first = False
            there = timed()
            copies = [copy.block(copy_calls) / copy_calls for _ in range(2)]
            back = timed()
            if witness is None or witness.keeps():
                subject_ns += [there, back]
                copy_ns += copies
    return Blocks(subject_ns, copy_ns, subject_calls, copy_calls, first_call_ns)


def calibrated(loop: Timed, seconds: float = WARM_UP) -> int:
    """Warm up, and say how many calls make a block."""
    end = perf_counter() + seconds
    calls, least = 1, max(1.0, float(loop.block(1)))
    while perf_counter() < end or (calls * least < BLOCK_NS / 2 and calls < BLOCK_NS):
        # By the fastest block so far, so that a busy moment does not decide.
        least = min(least, max(1e-9, loop.block(calls) / calls))
        calls = max(1, min(2 * calls, round(BLOCK_NS / least)))
    return calls


@contextmanager
def collector_off() -> Iterator[None]:
    """No garbage is collected inside of the block."""
    enabled = gc.isenabled()
    gc.disable()  # without a collection first, which takes longer than the timing itself
    try:
        yield
    finally:
        if enabled:
            gc.enable()
