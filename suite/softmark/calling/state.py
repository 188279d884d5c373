"""What a call may leave behind in its process, put back before the next call feels it."""

# Over 300 lines: a list of what processes share, one class each.

from __future__ import annotations

import _signal  # type: ignore[import-not-found]
import ctypes
import gc
import locale
import os
import random
import resource
import signal
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from softmark.calling import modules
from softmark.subjects.side_effects import CHANGED
from softmark_implementations.framework import Framework


@dataclass(frozen=True)
class Global:
    """Something that all calls of a process share.

    Attributes
    ----------
    name:
        What a note calls it.
    read:
        Gives its value, in a form that two readings can be compared by.
    put_back:
        Takes a value that was read; ``None`` where there is no way back but another process.
    """

    name: str
    read: Callable[[], Any]
    put_back: Callable[[Any], object] | None


class Changes:
    """What a call changed.

    Attributes
    ----------
    restored:
        What was put back.
    lasting:
        What cannot be put back: the process has to be replaced.
    """

    def __init__(self) -> None:
        self.restored: list[str] = []
        self.lasting: list[str] = []

    @property
    def note(self) -> str:
        """One clause for a person; empty when nothing changed."""
        changed = self.restored + self.lasting
        return f"{CHANGED}{', '.join(changed)}" if changed else ""


@contextmanager
def kept(framework: Framework | None = None) -> Iterator[Changes]:
    """Put back the process's state when the block ends, and say what had changed.

    Warnings are off meanwhile: a caller that makes errors of them would see other results.
    What is the framework's own (its generator, its threads) is put back where one is given.
    """
    shared = [*GLOBALS, *_of(framework)]
    environment, arithmetic = _environment(), _arithmetic()
    modules.remember()
    changes = Changes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before = [one.read() for one in shared]
        try:
            yield changes
        finally:
            for one, value in zip(shared, before, strict=True):
                if one.read() != value:
                    _undo(one, value, changes)
            _keep_environment(environment, changes)
            if modules.were_lost():
                changes.restored.append("the modules that are loaded")
            modules.forget()
            if _arithmetic() != arithmetic:
                changes.lasting.append(ARITHMETIC)


ARITHMETIC: Final = "how the processor rounds or treats denormals"


def _of(framework: Framework | None) -> Iterator[Global]:
    if framework is not None:
        for name, (read, put_back) in framework.shared_state().items():
            yield Global(name, read, put_back)


def _undo(one: Global, value: Any, changes: Changes) -> None:
    if one.put_back is not None:
        with suppress(Exception):
            one.put_back(value)
    (changes.restored if one.read() == value else changes.lasting).append(one.name)


def _environment() -> dict[Any, Any]:
    """The variables as the process holds them: to decode all of them takes as long as a call."""
    held: dict[Any, Any] = vars(os.environ)["_data"]
    return held.copy()


def _keep_environment(environment: dict[Any, Any], changes: Changes) -> None:
    now = _environment()
    if now == environment:
        return
    names = ", ".join(sorted({os.fsdecode(name) for name, _ in now.items() ^ environment.items()}))
    os.environ.clear()
    os.environ.update({os.fsdecode(k): os.fsdecode(v) for k, v in environment.items()})
    changes.restored.append(f"environment variables ({names})")


def arithmetic_reset() -> bool:
    """Put back how this thread's processor rounds and treats denormals; whether that went well.

    C's ``fesetenv`` with its default environment, which is -1 in the libraries of Linux.
    """
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).fesetenv(ctypes.c_void_p(-1))
    return all(_arithmetic())


def _folder() -> str:
    try:
        return os.getcwd()
    except FileNotFoundError:  # the call removed it
        return ""


_numpys: Any = np.random  # whose types leave a function out


class _NumpysGenerator:
    """Reads the state of NumPy's generator, anew only where its memory has changed.

    NumPy makes an object of each of its 624 words.  A number that is kept aside, the second of a
    pair of normal ones, is not in that memory; while there is one, the state is always read.
    """

    def __init__(self) -> None:
        self._memory, self._state = b"", tuple[Any, ...]()

    def __call__(self) -> tuple[Any, ...]:
        memory = _memory_of_generator()
        if not memory or memory != self._memory or self._state[2]:
            self._memory, self._state = memory, _state_of_generator()
        return self._state


def _memory_of_generator() -> bytes:
    """The words of the usual generator and its place among them; empty for another one."""
    generator = _numpys.get_bit_generator()
    if type(generator) is not np.random.MT19937:
        return b""
    return ctypes.string_at(generator.ctypes.state_address, 625 * 4)


def _state_of_generator() -> tuple[Any, ...]:
    state: Any = np.random.get_state(legacy=False)
    inner = state["state"]
    drawn = inner["key"].tobytes() if "key" in inner else str(inner)
    return drawn, inner.get("pos"), state.get("has_gauss"), state.get("gauss")


def _put_back_numpys_generator(read: tuple[Any, ...]) -> None:
    key, position, has_gauss, gauss = read
    words = np.frombuffer(key, np.uint32)
    np.random.set_state(("MT19937", words, position, has_gauss, gauss))


def _streams() -> tuple[Any, ...]:
    """Which files standard input, output and error are; a closed one is none."""

    def identity(descriptor: int) -> Any:
        with suppress(OSError):
            found = os.fstat(descriptor)
            return found.st_dev, found.st_ino
        return None

    return tuple(map(identity, range(3)))


def _python_streams() -> tuple[Any, ...]:
    held = sys.stdin, sys.stdout, sys.stderr
    return held, tuple(getattr(stream, "closed", True) for stream in held)


def _put_back_python_streams(read: tuple[Any, ...]) -> None:
    (sys.stdin, sys.stdout, sys.stderr), _ = read


def _handlers() -> tuple[Any, ...]:
    if threading.current_thread() is not threading.main_thread():
        return ()  # only the main thread can set them
    return tuple(map(_handler, _SIGNALS))


def _put_back_handlers(handlers: tuple[Any, ...]) -> None:
    for number, handler in zip(_SIGNALS, handlers, strict=False):
        if handler is not None and _handler(number) is not handler:
            signal.signal(number, handler)


def _alarm_is_set() -> bool:
    return signal.getitimer(signal.ITIMER_REAL)[0] > 0


def _put_back_alarm(was_set: bool) -> None:
    if not was_set:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _priority() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


def _set_priority(priority: int) -> None:
    os.setpriority(os.PRIO_PROCESS, 0, priority)


def _processors() -> set[int]:
    return os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else set()


def _set_processors(processors: set[int]) -> None:
    os.sched_setaffinity(0, processors)


def _limits() -> tuple[Any, ...]:
    return tuple(resource.getrlimit(kind) for kind in _LIMITS)


def _set_path(path: list[str]) -> None:
    sys.path[:] = path


def _set_locale(name: str) -> None:
    locale.setlocale(locale.LC_ALL, name)


def _set_filters(filters: list[Any]) -> None:
    warnings.filters[:] = filters  # type: ignore[index]
    warnings._filters_mutated()  # type: ignore[attr-defined]


def _set_collector(enabled: bool) -> None:
    (gc.enable if enabled else gc.disable)()


_handler: Final[Callable[[int], Any]] = _signal.getsignal
"""``signal.getsignal`` without its enumeration, which takes longer than the rest of it."""

_SIGNALS: Final = tuple(
    int(number)
    for number in signal.valid_signals()
    if number not in (signal.SIGKILL, signal.SIGSTOP)
)
_LIMITS: Final = (
    resource.RLIMIT_AS,
    resource.RLIMIT_CPU,
    resource.RLIMIT_DATA,
    resource.RLIMIT_FSIZE,
    resource.RLIMIT_NOFILE,
    resource.RLIMIT_NPROC,
    resource.RLIMIT_STACK,
)

GLOBALS: Final = (
    Global("the working directory", lambda: _folder(), os.chdir),
    Global("NumPy's error state", np.geterr, lambda held: np.seterr(**held)),
    Global("random's generator", random.getstate, random.setstate),
    Global("NumPy's generator", _NumpysGenerator(), _put_back_numpys_generator),
    Global("the locale", lambda: locale.setlocale(locale.LC_ALL), _set_locale),
    Global("where modules are looked for", lambda: list(sys.path), _set_path),
    Global("the limit of recursion", sys.getrecursionlimit, sys.setrecursionlimit),
    Global("the interval of threads", sys.getswitchinterval, sys.setswitchinterval),
    Global("the garbage collector", gc.isenabled, _set_collector),
    Global("an alarm", _alarm_is_set, _put_back_alarm),
    Global("the handlers of signals", _handlers, _put_back_handlers),
    Global("the filters of warnings", lambda: list(warnings.filters), _set_filters),
    Global("its priority", _priority, _set_priority),
    Global("the processors that it runs on", _processors, _set_processors),
    Global("sys.stdout or its like", _python_streams, _put_back_python_streams),
    Global("the standard streams", _streams, None),
    Global("the limits of the process", _limits, None),
)
"""What is compared before and after a call, in this order."""


def _arithmetic() -> tuple[bool, ...]:
    """Answers that a processor gives only when it rounds to nearest and keeps denormals."""
    one, half_ulp, least = 1.0, 2.0**-53, 2.0**-1074
    return (
        one + half_ulp == one,  # not upward
        -one - half_ulp == -one,  # not downward
        one + half_ulp * 1.5 > one,  # not toward zero
        least * one > 0,  # denormal operands are read
        2.0**-1022 * (one / 2) > 0,  # denormal results are written
    )
