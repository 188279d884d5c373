"""Runs that are disturbed at moments drawn at random, gone on with, and compared in the end.

Each run is a fork of this process, which has imported softmark and loaded its kernels, and measures
the small cases alone, so that a run takes a second.  Its workers are started as ever.
"""

from __future__ import annotations

import math
import os
import random
import resource
import signal
import sys
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import psutil
import pytest

from softmark import catalog, cli, specification
from softmark.harness import measuring, opening, resuming
from softmark.records import Record, RecordsError, ResultsFile, read_results

TIMEOUT: Final = 3.0
"""Seconds that a call may take; some pauses are longer."""

RUN: Final = (
    "numpy.softmax", "numpy.log_softmax", "--check", "ties", "--check", "stability",
    "--format", "float32", "--jobs", "1", "--timeout", str(TIMEOUT),
)  # fmt: skip
LONGEST: Final = 600
SMALL: Final = 2000
"""Logits of a case that is measured."""

NOWHERE: Final[Callable[[], None]] = lambda: None  # noqa: E731


@dataclass
class Campaign:
    """What became of it.

    Attributes
    ----------
    done:
        Disturbances, by kind.
    early:
        Runs that came to their end before they were to be disturbed.
    crashes:
        Cases whose process was killed, and so are crashes.
    completed:
        How often what was disturbed was completed, to the records of an undisturbed run.
    torn:
        Lines that are broken: what was being written.
    """

    done: Counter[str] = field(default_factory=Counter)
    early: int = 0
    crashes: int = 0
    completed: int = 0
    torn: int = 0


@dataclass
class Running:
    """A run, and the end of a pipe on which it says something."""

    pid: int
    said: int

    def below(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.pid).children(recursive=True)
        except psutil.Error:
            return []

    def has_ended(self) -> bool:
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def end(self) -> tuple[int, str]:
        """Wait for it: its status as ``Popen`` has it, and what it said."""
        until = time.monotonic() + LONGEST
        while not self.has_ended():
            assert time.monotonic() < until, f"it hangs: {self.below()}"
            time.sleep(0.01)
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.set_blocking(self.said, False)
        with open(self.said, "rb") as stream:
            return code, (stream.read() or b"").decode(errors="replace")


Disturb = Callable[[Running, random.Random], None]
Prepare = Callable[[random.Random, Path], Callable[[], None]]


def kills(number: signal.Signals) -> Disturb:
    """Ends the main process by a signal."""
    return lambda run, draw: os.kill(run.pid, number)


def kill_a_worker(run: Running, draw: random.Random) -> None:
    """Its guardian, or the process that calls."""
    if below := run.below():
        signalled(draw.choice(below), signal.SIGKILL)


def pause(run: Running, draw: random.Random) -> None:
    """Ctrl-Z and fg: the main process alone, for longer than a call may take, or less."""
    _paused([psutil.Process(run.pid)], draw.choice((0.3, TIMEOUT + 0.5)))


def pause_a_worker(run: Running, draw: random.Random) -> None:
    """For less than a call may take: more is a hang, as far as anybody can tell."""
    if below := run.below():
        _paused([draw.choice(below)], TIMEOUT / 10)


def suspend(run: Running, draw: random.Random) -> None:
    """A laptop that is closed: everything stops, and goes on in any order."""
    everything = [psutil.Process(run.pid), *run.below()]
    draw.shuffle(everything)
    _paused(everything, draw.choice((0.3, TIMEOUT + 0.5)))


def _paused(processes: list[psutil.Process], seconds: float) -> None:
    for process in processes:
        signalled(process, signal.SIGSTOP)
    time.sleep(seconds)
    for process in reversed(processes):
        signalled(process, signal.SIGCONT)


def signalled(process: psutil.Process, number: signal.Signals) -> None:
    """Send a signal to what may have ended since."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)


def a_full_disk(draw: random.Random, undisturbed: Path) -> Callable[[], None]:
    """No file may be longer than up to somewhere in a line of an undisturbed run's."""
    path = draw.choice(sorted(undisturbed.rglob("*.jsonl")))
    lines = path.read_bytes().splitlines(keepends=True)
    chosen = draw.randrange(len(lines))
    size = sum(map(len, lines[:chosen])) + draw.randrange(len(lines[chosen]))
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


class WrongClock:
    """In place of ``datetime``: a clock that jumps each time that it is read."""

    def __init__(self, seed: int) -> None:
        self._draw = random.Random(seed)

    def now(self, zone: Any) -> datetime:
        return datetime.now(zone) + timedelta(seconds=self._draw.choice((-1, 1)) * self._far())

    def _far(self) -> float:
        return self._draw.choice((1, 3600, 86_400 * 4000))


def a_clock_that_jumps(draw: random.Random, undisturbed: Path) -> Callable[[], None]:
    """Every clock that a machine can have wrong; ``time.monotonic`` cannot be."""
    clock: Any = WrongClock(draw.randrange(2**32))

    def prepare() -> None:
        opening.datetime = resuming.datetime = clock  # type: ignore[attr-defined]
        time.time = lambda: clock.now(None).timestamp()

    return prepare


KINDS: Final[dict[str, tuple[int, Disturb | None, Prepare | None]]] = {
    "the main process killed": (40, kills(signal.SIGKILL), None),
    "the main process terminated": (5, kills(signal.SIGTERM), None),
    "the main process interrupted": (8, kills(signal.SIGINT), None),
    "its terminal closed": (4, kills(signal.SIGHUP), None),
    "a worker killed": (15, kill_a_worker, None),
    "the main process paused": (5, pause, None),
    "a worker paused": (5, pause_a_worker, None),
    "everything suspended": (5, suspend, None),
    "a disk that is full": (10, None, a_full_disk),
    "a clock that jumps, and a kill": (5, kills(signal.SIGKILL), a_clock_that_jumps),
}
"""For each kind of disturbance its share, what is done during the run, and before it."""

ENDING: Final = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP, -signal.SIGINT, 130}
CRASHING: Final = "a worker killed"


def of_case(record: Record) -> str:
    return f"{record.implementation} {record.check} {record.format} {record.case.to_json()}"


def records_in(folder: Path) -> dict[str, Record]:
    """All records without their times, by name; each is there once."""
    found: dict[str, Record] = {}
    for held in files_in(folder):
        for record in held.records:
            assert record.id not in found, f"{record.id} is there twice"
            found[record.id] = replace(record, seconds=0.0)
    return found


def files_in(folder: Path) -> list[ResultsFile]:
    found = []
    for path in sorted(folder.rglob("*.jsonl")):
        try:
            found.append(read_results(path))
        except RecordsError:
            continue  # killed within the header: nothing was finished yet
    return found


def started(results: Path, run: tuple[str, ...], prepare: Callable[[], None]) -> Running:
    """Fork, and run ``softmark run --resume`` there."""
    said, says = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of threads, which are idle
        pid = os.fork()
    if pid:
        os.close(says)
        return Running(pid, said)
    code = 99
    try:
        os.dup2(says, 1)
        os.dup2(says, 2)
        sys.stdout, sys.stderr = (os.fdopen(number, "w", closefd=False) for number in (1, 2))
        prepare()
        _command(run, results)
        cli.main()
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        os.write(2, traceback.format_exc().encode())
    finally:
        os._exit(code)


@dataclass
class Attempt:
    """One run, disturbed and gone on with until it is complete."""

    results: Path
    undisturbed: Path
    due: dict[str, Record]
    run: tuple[str, ...]
    campaign: Campaign
    kept: dict[str, Record] = field(default_factory=dict)
    crashes: int = 0

    def disturbed(self, kind: str, seconds: float, draw: random.Random) -> bool:
        """Whether the run did not come to its end before; nothing finished is lost or changed."""
        _, disturb, prepare = KINDS[kind]
        make = prepare(draw, self.undisturbed) if prepare else NOWHERE
        run = started(self.results, self.run, make)
        until = time.monotonic() + seconds
        while disturb and time.monotonic() < until and not run.has_ended():
            time.sleep(0.002)
        in_time = not run.has_ended()
        below = run.below()
        if disturb and in_time:
            disturb(run, draw)
        self._ended(kind, *run.end(), below)
        if disturb and not in_time:
            self.campaign.early += 1
            return False
        self.campaign.done[kind] += 1
        self.crashes += kind == CRASHING
        return True

    def _ended(self, kind: str, code: int, said: str, below: list[psutil.Process]) -> None:
        orphans = psutil.wait_procs(below, timeout=LONGEST)[1]
        assert not orphans, f"processes that outlive the run: {orphans}"
        allowed = {0, 1} | (ENDING if code < 0 or code == 130 else {2})
        assert code in allowed, f"{kind}: exit status {code}\n{said}"
        assert "Internal error in softmark" not in said, said
        assert "Traceback" not in said, said
        now = records_in(self.results)
        assert self.kept.items() <= now.items(), "a finished record was lost or changed"
        self.kept = now
        self.compare(now)

    def compare(self, now: dict[str, Record]) -> set[str]:
        """The records that are not there; what is there is due, or says that it was killed."""
        others = [record for name, record in now.items() if self.due.get(name) != record]
        for record in others:
            assert record.verdict == "crash", f"it is not due: {record}"
            assert "SIGKILL" in record.message, f"it is not due: {record}"
        assert len(others) <= self.crashes + 1, "more crashes than kills"
        self.campaign.crashes = max(self.campaign.crashes, len(others))
        cases = set(map(of_case, others))
        missing = {name: record for name, record in self.due.items() if name not in now}
        return {name for name, record in missing.items() if of_case(record) not in cases}

    def complete(self) -> None:
        """Go on with it undisturbed."""
        code, said = started(self.results, self.run, NOWHERE).end()
        assert code in (0, 1), f"exit status {code}\n{said}"
        missing = self.compare(records_in(self.results))
        assert not missing, f"{len(missing)} records were lost: {sorted(missing)[:3]}"
        for held in files_in(self.results):
            assert held.finished or not held.records
            self.campaign.torn += len(held.faults)
        assert not list(self.results.rglob("*.calls")), "a mark is left"
        self.campaign.completed += 1


def disturb_and_complete(
    folder: Path,
    count: int,
    seed: int,
    run: tuple[str, ...] = RUN,
    report: Callable[[str], None] = lambda text: None,
) -> Campaign:
    """Disturb runs ``count`` times, and complete each of them.

    Raises
    ------
    AssertionError
        Something finished was lost, is there twice, or is other than in an undisturbed run.
    """
    draw, campaign, undisturbed = random.Random(seed), Campaign(), folder / "undisturbed"
    for module, name in ((catalog, "read"), (specification, "as_json"), (specification, "checks")):
        setattr(module, name, cache(getattr(module, name)))  # the same in each fork
    cases = measuring._cases
    measuring._cases = lambda task, scope: [  # type: ignore[assignment]
        case for case in cases(task, scope) if math.prod(case.shape) <= SMALL
    ]
    _command(run, undisturbed)
    _here(cli.main)  # in this process, so that its forks have what it loads
    start = time.monotonic()
    started(folder / "again", run, NOWHERE).end()
    whole = time.monotonic() - start
    due = records_in(undisturbed)
    assert due
    attempts = 0
    while campaign.done.total() < count:
        attempts += 1
        attempt = Attempt(folder / f"attempt-{attempts}", undisturbed, due, run, campaign)
        goes_on = True
        while goes_on and campaign.done.total() < count:
            kind = draw.choices(list(KINDS), [share for share, *_ in KINDS.values()])[0]
            goes_on = attempt.disturbed(kind, draw.uniform(0, whole), draw) and kind != CRASHING
        attempt.complete()
        if attempts % 20 == 0:
            report(f"{campaign.done.total()} disturbed, {campaign.completed} completed")
    return campaign


def _command(run: tuple[str, ...], results: Path) -> None:
    """Let ``cli.main`` find this command line; no failure is excused."""
    options = ["--resume", "--known-failures", os.devnull, "--results", str(results)]
    sys.argv = ["softmark", "run", *run, *options]


def _here(main: Callable[[], None]) -> None:
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code in (0, 1)
