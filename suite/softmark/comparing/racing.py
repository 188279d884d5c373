"""One case of a live comparison: rounds until the answer is plain or the time is up.

In one process a difference is called only when a second run, in a fresh process
where code and arrays lie elsewhere, shows it too.  Two processes differ by what
no single pair of them can show, so several fresh pairs run and the interval is
that over the pairs.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np

from softmark.calling.racing import common_calls
from softmark.formats import Format
from softmark.subjects import Call
from softmark.subjects.wire import Message
from softmark.timing.deciding import MARGIN, Decision, decide, margin_with, settled
from softmark.timing.estimates import Estimate, mean_estimate
from softmark.timing.rounds import Clock, Rounds
from softmark.workers.measured import Entered
from softmark.workers.process import Worker
from softmark.workers.worker_subject import WorkerSubject

FIRST_LOOK: Final = 0.25
"""Seconds of rounds before the first look at the estimate; each look comes half as much later."""

PAIRS: Final = 5
"""Fresh pairs of processes that a budget is shared among."""

FEWEST_PAIRS: Final = 3

CONTROL: Final = 2
"""The lane of the control."""


@dataclass(frozen=True)
class Race:
    """What both functions are called with.

    Attributes
    ----------
    calls, fmt:
        Of each the call, with a cotangent where the derivative is raced; and the format.
    threads:
        Threads that each may use.
    timeout:
        Seconds that a call may take.
    """

    calls: Sequence[Call]
    fmt: Format
    threads: int
    timeout: float


@dataclass
class RaceRun:
    """The rounds of one process, or of one pair of processes."""

    rounds: Rounds
    clock: Clock

    @property
    def estimate(self) -> Estimate:
        return self.rounds.estimate(self.clock)


@dataclass
class Shared:
    """A case measured in one process, and then in another.

    Attributes
    ----------
    runs:
        One for each process so far.
    """

    race: Race
    margin: float = MARGIN
    runs: list[RaceRun] = field(default_factory=list)

    def run(self, worker: Worker, subjects: Sequence[WorkerSubject], seconds: float) -> None:
        """Race in ``worker`` for at most ``seconds``."""
        for lane, contender in ((0, 0), (1, 1), (CONTROL, 0)):
            _enter(subjects[contender], lane, self.race, contender)
        end = time.monotonic() + seconds
        parts: list[Rounds] = []
        chunk = FIRST_LOOK
        while True:
            left = end - time.monotonic()
            parts.append(self._rounds(worker, max(0.0, min(chunk, left)), len(parts)))
            run = _run(Rounds.joined(parts), self.race.threads)
            margin = margin_with(run.rounds.control_estimate(), self.margin)
            if time.monotonic() >= end or settled(run.estimate, margin):
                break
            chunk *= 1.5
        self.runs.append(run)

    @property
    def needs_another(self) -> bool:
        """Whether a second process has to run: to confirm a difference, or to see more."""
        found = self._decision
        return not settled(found.estimate, found.margin) or found.word != "no difference shown"

    @property
    def decision(self) -> Decision:
        """That of all rounds together, if each process alone shows the same beyond the margin."""
        found = self._decision
        if found.word == "no difference shown":
            return found
        sign = math.copysign(1.0, found.estimate.log)
        each = [sign * run.estimate.log > found.margin for run in self.runs]
        if len(each) > 1 and all(each):
            return found
        lows, highs = zip(
            *((run.estimate.low, run.estimate.high) for run in self.runs), strict=True
        )
        hull = Estimate(found.estimate.log, min(lows), max(highs), found.estimate.samples)
        return Decision("no difference shown", hull, found.margin)

    @property
    def times(self) -> tuple[float, float]:
        return _joined(self.runs).times()

    @property
    def control(self) -> Estimate | None:
        return _joined(self.runs).control_estimate()

    @property
    def _decision(self) -> Decision:
        rounds = _joined(self.runs)
        clock: Clock = "processor" if all(r.clock == "processor" for r in self.runs) else "wall"
        margin = margin_with(rounds.control_estimate(), self.margin)
        return decide(rounds.estimate(clock), margin)

    def _rounds(self, worker: Worker, seconds: float, number: int) -> Rounds:
        seed = 1000 * len(self.runs) + number
        request = Message({"verb": "rounds", "seconds": seconds, "seed": seed})
        answer = worker.ask(request, seconds + 8 * self.race.timeout)
        arrays = answer.arrays
        return Rounds(
            arrays["wall_ns"], arrays["cpu_ns"], arrays["control_ns"], answer.header["waits"]
        )


@dataclass
class Paired:
    """A case measured in pairs of processes, block by block in turn.

    Attributes
    ----------
    runs:
        One for each pair so far.
    """

    race: Race
    margin: float = MARGIN
    runs: list[RaceRun] = field(default_factory=list)
    control: Estimate | None = None

    def run(self, subjects: Sequence[WorkerSubject], seconds: float) -> None:
        """Race a fresh pair for ``seconds``, at least one round."""
        entered = [_enter(subject, 0, self.race, n) for n, subject in enumerate(subjects)]
        calls = common_calls(*entered)
        end = time.monotonic() + seconds
        random = np.random.default_rng(len(self.runs))
        rounds = [self._round(subjects, calls, bool(random.integers(2)))]
        while time.monotonic() < end:
            rounds.append(self._round(subjects, calls, bool(random.integers(2))))
        times = np.array([taken for taken, _ in rounds])
        waits = sum(waited for _, waited in rounds)
        none = np.empty((0, 2, 2))
        joined = Rounds(times[..., 0], times[..., 1], none, waits)
        self.runs.append(_run(joined, self.race.threads))

    @property
    def is_settled(self) -> bool:
        """Whether further pairs would hardly change the word."""
        return len(self.runs) >= FEWEST_PAIRS and settled(self.decision.estimate, self.margin)

    @property
    def decision(self) -> Decision:
        return decide(mean_estimate([run.estimate.log for run in self.runs]), self.margin)

    @property
    def times(self) -> tuple[float, float]:
        return _joined(self.runs).times()

    def _round(
        self, subjects: Sequence[WorkerSubject], calls: int, swapped: bool
    ) -> tuple[Any, int]:
        """Wall and processor times of shape (2, 2, 2): function, there or back, clock."""
        taken: dict[int, list[tuple[float, float]]] = {0: [], 1: []}
        waits = 0
        for number in (1, 0, 0, 1) if swapped else (0, 1, 1, 0):
            request = Message({"verb": "block", "lane": 0, "calls": calls})
            told = subjects[number].worker.ask(request, 2 * self.race.timeout).header
            taken[number].append((told["wall_ns"], told["cpu_ns"]))
            waits += told["waits"]
        return [taken[0], taken[1]], waits


def _enter(subject: WorkerSubject, lane: int, race: Race, number: int) -> Entered:
    return subject.enter(lane, race.calls[number], race.fmt)


def _joined(runs: Sequence[RaceRun]) -> Rounds:
    """The rounds of all runs as those of one."""
    return Rounds.joined([run.rounds for run in runs])


def _run(rounds: Rounds, threads: int) -> RaceRun:
    return RaceRun(rounds, rounds.clock(threads))
