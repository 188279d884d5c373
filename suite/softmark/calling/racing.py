"""Two functions timed against each other, on the side of the border where they are called.

Contenders are put in lanes, each with arrays and a loop of its own.  Those of
one process run in rounds, there and back in an order drawn anew for each; those
of two processes run block by block, as the parent asks.
"""

from __future__ import annotations

import resource
from dataclasses import dataclass, field
from random import Random
from time import perf_counter, process_time_ns
from typing import Any, Final, Protocol

import numpy as np

from softmark.calling.clock import Loop, calibrated, collector_off
from softmark.formats import Float64Array

LONGEST_NS: Final = 2e6
"""Length of a block of the slower of two, if calls are shorter; the other's is no longer."""

CONTROL_EVERY: Final = 4
"""One round in this many has the control in it: the first function once more."""


@dataclass
class Slot:
    """A contender that is ready to run.

    Attributes
    ----------
    loop:
        Its calls.
    framework:
        Whose arrays it takes.
    calls:
        How many of them make a block of the usual length.
    call_ns:
        Time of a call, roughly.
    """

    loop: Loop
    framework: str
    calls: int = 1
    call_ns: float = 0.0

    def block(self, calls: int) -> tuple[float, float]:
        """Wall and processor time of a call in one block, in nanoseconds."""
        start = process_time_ns()
        wall = self.loop.block(calls)
        cpu = process_time_ns() - start
        return wall / calls, cpu / calls


@dataclass
class Track:
    """The lanes of this process."""

    lanes: dict[int, Slot] = field(default_factory=dict)

    def enter(self, number: int, lane: Slot) -> dict[str, Any]:
        """Make a contender ready."""
        with collector_off():
            first = lane.loop.block(1)
            lane.calls = calibrated(lane.loop)
            lane.call_ns = min(lane.block(lane.calls)[0] for _ in range(3))
        self.lanes[number] = lane
        return {"calls": lane.calls, "call_ns": lane.call_ns, "first_call_ns": first}

    def block(self, number: int, calls: int) -> dict[str, Any]:
        """One block of one lane, after a short one that brings its memory back."""
        lane = self.lanes[number]
        with collector_off():
            lane.loop.block(max(1, calls // 8))
            waits = _waits()
            wall, cpu = lane.block(calls)
        return {"wall_ns": wall, "cpu_ns": cpu, "waits": _waits() - waits}

    def rounds(self, seconds: float, seed: int) -> tuple[dict[str, Any], dict[str, Float64Array]]:
        """Run lanes 0 and 1 against each other for about ``seconds``, at least one round.

        Returns
        -------
        ``waits``, how often the process gave up the processor of its own accord, and arrays:
        ``wall_ns`` and ``cpu_ns`` of shape (rounds, 2, 2) for round, lane and there or back, and
        ``control_ns`` of shape (control rounds, 2, 2), wall time of lanes 0 and 2.
        """
        random = Random(seed)
        wall: list[Any] = []
        cpu: list[Any] = []
        control: list[Any] = []
        calls = common_calls(self.lanes[0], self.lanes[1])
        with collector_off():
            waits, end = _waits(), perf_counter() + seconds
            while not wall or perf_counter() < end:
                controlled = 2 in self.lanes and len(wall) % CONTROL_EVERY == 0
                taken = self._round(random, (0, 1, 2) if controlled else (0, 1), calls)
                wall.append([taken[0][0], taken[1][0]])
                cpu.append([taken[0][1], taken[1][1]])
                if controlled:
                    control.append([taken[0][0], taken[2][0]])
            told = {"waits": _waits() - waits}
        arrays = {"wall_ns": wall, "cpu_ns": cpu, "control_ns": control}
        return told, {
            name: np.array(times, float).reshape(-1, 2, 2) for name, times in arrays.items()
        }

    def _round(self, random: Random, numbers: tuple[int, ...], calls: int) -> dict[int, Any]:
        """For each lane its wall and its processor times, there and back."""
        order = random.sample(numbers, len(numbers))
        there = {number: self.lanes[number].block(calls) for number in order}
        back = {number: self.lanes[number].block(calls) for number in reversed(order)}
        return {n: ((there[n][0], back[n][0]), (there[n][1], back[n][1])) for n in numbers}


class Calibrated(Protocol):
    """Calls that make a block of the usual length, and roughly the time of one."""

    @property
    def calls(self) -> int: ...

    @property
    def call_ns(self) -> float: ...


def common_calls(a: Calibrated, b: Calibrated) -> int:
    """The calls in a block of both.

    The first call of a block finds the processor's caches and predictors as the clock left
    them, and takes longer.  With as many calls for both, that is the same share of each; with
    66 and 40 calls it made two copies of a function differ by four per cent.
    """
    return max(1, min(max(a.calls, b.calls), int(LONGEST_NS / max(a.call_ns, b.call_ns, 1.0))))


def _waits() -> int:
    """How often this process has given up the processor of its own accord."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_nvcsw
