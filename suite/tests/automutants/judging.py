"""Which check fails a mutant first: the cheap ones are asked first, and one failure ends it."""

from __future__ import annotations

import faulthandler
import os
import pickle
import resource
import select
import signal
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Final, TypeVar

import numpy as np
import psutil
from mutants.measuring import first_failure

from automutants import Automutant
from softmark.calling.trial import refusal
from softmark.judging.scope import Profile

CHEAP: Final = (
    "stability",
    "ties",
    "special_values",
    "limit",
    "simplex",
    "arguments",
    "gradient",
)
"""The checks that fail nearly all, those first that take the least time for it."""

DEAR: Final = ("identities", "accuracy", "sweep", "reproducibility")
"""The others, which look at more numbers."""

LIMIT: Final = 2
"""Seconds of a processor after which a child of the cheap checks never ends; they take a third."""

LONG: Final = 60
"""The same of all other work."""

STILL: Final = 30.0
"""Seconds in which a child that computes has used its processor, however busy that is."""

TRIES: Final = 5
"""Children that may stand still one after the other."""

Found = TypeVar("Found")


@dataclass(frozen=True)
class Verdict:
    """What became of a mutant.

    ``check`` is the first that failed it; or ``end of the process`` or ``time``, which a run sees
    as well; empty when none did.  ``seconds`` are processor time, of a child process included.
    """

    check: str
    message: str
    seconds: float


class Ended(Exception):
    """A child process ended, or was ended, before it had a result."""


def is_viable(mutant: Automutant) -> bool:
    """Whether it gives some result for one small array; what does not is no mutant."""
    own = mutant.substrate
    framework = import_module(f"softmark_implementations.with_{own.framework}").FRAMEWORK

    def run() -> bool:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            return not refusal(mutant.function, framework, own.operation)

    try:
        return apart(run, 1) if own.apart else run()
    except Ended:
        return True  # it ran, at least


def judge(
    mutant: Automutant, order: tuple[str, ...] = CHEAP + DEAR, profile: Profile = "quick"
) -> Verdict:
    """The first of these checks that fails it: the cheap ones in all of its formats."""
    begun = _spent()
    formats = mutant.substrate.formats

    def run() -> tuple[str, str]:
        for fmt in formats if order == CHEAP else formats[:1]:
            failure = first_failure(mutant.as_mutant(), fmt, order, profile)
            if failure is not None:
                check, found = failure
                return check, f"{fmt}, {found.metric}: {found.message.partition(chr(10))[0]}"
        return "", ""

    try:
        limit = LIMIT if order == CHEAP else LONG
        check, message = apart(run, limit) if mutant.substrate.apart else run()
    except Ended as ended:
        check, message = str(ended), ""
    return Verdict(check, message, _spent() - begun)


def _spent() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def apart(work: Callable[[], Found], seconds: int = LONG) -> Found:
    """What ``work`` gives in a child of this process, which may take this much processor time.

    Raises
    ------
    Ended
        The child died, or took longer; the text is what a table says of it.
    """
    for _ in range(TRIES):
        told, status = _forked(work, seconds)
        if status is not None:
            break
    else:
        raise Ended("time")
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL):
        raise Ended("time")
    if not told:
        raise Ended("end of the process")
    found: Found = pickle.loads(told)  # noqa: S301  # its own child's
    return found


def _forked(work: Callable[[], Found], seconds: int) -> tuple[bytes, int | None]:
    """What a child tells, and its status; none where it stands still.

    Of a process with threads a child now and then waits for ever, before it has computed anything.
    """
    reads, writes = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a fork beside threads: the child computes alone
        child = os.fork()
    if child == 0:
        try:
            faulthandler.disable()
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
            os.close(reads)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what the allocator says of its end
            with os.fdopen(writes, "wb") as pipe:
                pickle.dump(work(), pipe)
        finally:
            os._exit(0)
    os.close(writes)
    used = -1.0
    with os.fdopen(reads, "rb") as pipe:
        while not select.select([pipe], [], [], STILL)[0]:
            before, used = used, sum(psutil.Process(child).cpu_times()[:2])
            if used == before:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return b"", None
        told = pipe.read()
    return told, os.waitpid(child, 0)[1]
