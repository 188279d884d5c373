"""``softmark.check``: one function against the specification, from Python."""

from __future__ import annotations

import math
import os
import secrets
import sys
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, Literal

from softmark.api.excuses import Excuses, excuses
from softmark.api.naming import code_of, code_of_target, resolved, target_of, variant_of
from softmark.api.report import Report
from softmark.catalog import Entry
from softmark.harness import Progress, check_function, check_target
from softmark.naming import UnknownName
from softmark.reproduction.script import Code
from softmark.subjects import TargetError
from softmark.subjects.arrays import ARRAYS
from softmark.subjects.settings import WORKER_VARIABLE, WorkerSettings
from softmark.subjects.targets import Target

DEVICES: Final = ("cpu", "cuda")

LARGEST_SEED: Final = 2**32 - 1
"""What every framework's generator takes."""


def check(
    function: Callable[..., Any] | str,
    operation: str | None = None,
    *,
    formats: Collection[str] = (),
    checks: Collection[str] = (),
    array: str = "auto",
    device: str = "cpu",
    profile: str = "quick",
    seed: int | Literal["random"] = 0,
    timeout: float = 60.0,
    threads: int | None = None,
    memory: int | None = None,
    strict: bool = False,
    known_failures: Excuses = None,
    isolate: bool = False,
    name: str = "",
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Check one function against the specification.

    A function is called in this process, so that a closure, a cell of a notebook, a module with
    weights or a jitted function can be checked as it is.  That protects from exceptions and from
    what it changes in the process, but not from a crash or an exit in C, which end this process
    too.  A call that takes longer than ``timeout`` is interrupted between two steps of Python in
    the main thread; one that stays in C is found to be late when it comes back, and if it never
    does, it hangs.  ``isolate=True``, or a name instead of a function, has it called in a process
    of its own, which is ended when it hangs, crashes, or takes too much memory.

    Parameters
    ----------
    function:
        Called as ``f(x, axis=-1)`` (``dim`` is understood) with arrays of its own framework, with
        ``beta=1.0`` where it takes that, and with ``(logits, labels)`` for cross-entropy.  Or a
        name: ``"path/to/file.py:function"``, ``"module:function"``, or an implementation.
    operation:
        What it is meant to compute: softmax by default; an implementation says itself.
    formats, checks:
        What to restrict it to; empty for all that apply.
    array:
        Whose arrays it takes: ``numpy``, ``torch``, ``tensorflow``, ``jax``; ``auto`` looks at
        what it works with.
    device:
        Where the arrays are: ``cpu`` or ``cuda``.
    profile:
        How many cases: ``quick``, ``standard`` or ``full``.
    seed:
        Of the inputs; ``"random"`` draws one, which each record's case holds.
    timeout:
        Seconds that one call may take; four times as many where it is compiled first.
    threads, memory:
        Threads that its framework may use, and bytes that its process may take; only with
        ``isolate``, since they are a matter of the whole process.
    strict:
        Whether a weak result is a failure.
    known_failures:
        Failures that are excused: a TOML file as ``softmark run`` takes it, or a mapping from
        patterns of record ids to reasons.
    isolate:
        Call it in a process of its own, which imports it by its name.
    name:
        What records call it; by default its file and its own name.
    progress:
        Called when a check in one format begins and when it ends.

    Returns
    -------
    Report
        What was found; ``report.ok`` says whether that is good.

    Raises
    ------
    TargetError
        It cannot be imported, or whose arrays it takes is not known.
    UnknownName
        An operation, format, check, profile, device or implementation does not exist.
    KnownFailuresError
        The known failures are not what they should be.
    ValueError
        Another argument is none; all of the above are of this type.
    HarnessError
        A check failed by itself.
    """
    _refuse_in_worker()
    known = excuses(known_failures)
    options: dict[str, Any] = {
        "operation": operation or "softmax",
        "array": one_of("array", array, ARRAYS),
        "format_names": several(formats),
        "check_names": several(checks),
        "profile": profile,
        "seed": _seed(seed),
        "device": one_of("device", device, DEVICES),
        "timeout": _positive("timeout", timeout),
        "progress": progress,
    }
    limits: dict[str, Any] = {
        "threads": _whole("threads", threads),
        "memory": _whole("memory", memory),
    }
    if isinstance(function, str) or isolate:
        target, code = _named(function, operation, name)
        search = () if isinstance(function, str) else tuple(filter(None, sys.path))
        settings = WorkerSettings(device=device, seed=options["seed"], search=search, **limits)
        found = check_target(target, settings=settings, **options)
        told = str(function) if isinstance(function, str) else variant_of(function)
    else:
        told, code = _here(function, name, limits), code_of(function)
        found = check_function(function, variant=told, **options)
    return Report(
        told, found.info, found.environment, found.records, code, strict=strict, known=known
    )


def _named(
    function: Callable[..., Any] | str, operation: str | None, name: str
) -> tuple[Target | Entry, Code]:
    """What a worker imports, and where its source is."""
    if name:
        raise TargetError("a process of its own finds the function by its name; leave name out")
    if not isinstance(function, str):
        return target_of(function), code_of(function)
    target = resolved(function, operation)
    return target, code_of_target(target)


def _here(function: object, name: str, limits: Mapping[str, int | None]) -> str:
    """What to call a function of this process, once it is seen that it can be checked here."""
    if not callable(function):
        kind = type(function).__name__
        raise TargetError(f"a {kind} cannot be called; give a function, or its name as text")
    for what, limit in limits.items():
        if limit is not None:
            raise TargetError(f"{what} is a matter of a whole process; give isolate=True with it")
    return name or variant_of(function)


def several(names: Collection[str]) -> Collection[str]:
    """Names, of which one may be given as it is."""
    return (names,) if isinstance(names, str) else tuple(names)


def one_of(kind: str, name: str, known: Collection[str]) -> str:
    """``name``, if it is known.

    Raises
    ------
    UnknownName
        It is not.
    """
    if name not in known:
        raise UnknownName(kind, name, known)
    return name


def _seed(seed: int | str) -> int:
    if seed == "random":
        return secrets.randbelow(LARGEST_SEED + 1)
    if not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
        raise ValueError(
            f"the seed is {seed!r}; give a number from 0 to {LARGEST_SEED}, or 'random'"
        )
    return seed


def _positive(what: str, number: float) -> float:
    if not 0 < number < math.inf:
        raise ValueError(f"{what} is {number!r}; give a number above 0")
    return number


def _whole(what: str, number: int | None) -> int | None:
    return None if number is None else int(_positive(what, number))


def _refuse_in_worker() -> None:
    """A script that checks its own function would be imported, and check it, without end."""
    if os.environ.get(WORKER_VARIABLE):
        raise TargetError(
            "softmark.check was called while the function that it checks was imported; "
            'call it under if __name__ == "__main__":'
        )
