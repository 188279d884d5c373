"""``softmark.check``: one function against the specification, from Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from typing import Any, Literal

from softmark.api.asking import Asked
from softmark.api.excuses import Excuses
from softmark.api.report import Report
from softmark.harness import Progress
from softmark.subjects import TargetError
from softmark.workers.settings import WORKER_VARIABLE


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
    setup: bool = False,
    vjp: Callable[..., Any] | str | None = None,
    map: Mapping[str, str] | Collection[str] = (),
    first: bool = False,
    takes: str | Collection[str] = (),
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
        ``beta=1.0`` where it takes that, with ``(logits, labels)`` for cross-entropy, and with a
        ``mask`` or ``where`` for an operation that has one.  Or a name:
        ``"path/to/file.py:function"``, ``"module:function"``, or an implementation.
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
        Seconds that one call may take; four times as many for a first one that may compile.
    threads, memory:
        Threads that its framework may use, and bytes that its process may take; only with
        ``isolate``, since they are a matter of the whole process.
    strict:
        Whether a weak result is a failure, and what the function refuses too.
    known_failures:
        Failures that are excused: a TOML file as ``softmark run`` takes it, or a mapping from
        patterns of record ids to reasons.
    isolate:
        Call it in a process of its own, which imports it by its name.
    name:
        What records call it; by default its file and its own name.
    setup:
        Whether the name is that of a factory, which is called once to get the function.
    vjp:
        A backward that is written by hand, so that the gradient check runs on it: called as
        ``g(x, cotangent, axis=-1)``, with ``beta`` and before the cotangent the labels where the
        function takes them.  With a name or ``isolate`` a function of the same file, or a method
        of the object.
    map:
        Which parameter of the function is which argument, where its name does not say so:
        ``{"axis": "dim_", "beta": "1/temperature"}`` or ``["beta=scale", "labels=target"]``.  The
        arguments are ``x``, ``axis``, ``beta``, ``labels`` and ``mask``; ``labels=1`` comes first,
        and ``mask=~padding`` is true where a logit is left out.
    first:
        Stop at the first failure; the checks that soonest find one then come first.
    takes:
        What the function takes, where that is less than the specification asks for, such as
        ``"ranks=2,length<=1024,integers=no"``; see ``softmark explain contract``.
    progress:
        Called when a check in one format begins and when it ends.

    Returns
    -------
    Report
        What was found; ``report.ok`` says whether that is good.

    Raises
    ------
    TargetError
        It cannot be imported or called, whose arrays it takes is not known, it needs an argument
        that is not understood, or ``map`` cannot be read.
    UnknownName
        An operation, format, check, profile, device or implementation does not exist.
    KnownFailuresError
        The known failures are not what they should be.
    ValueError
        Another argument is none; all of the above are of this type.
    HarnessError
        A check raised an error of its own.
    """
    _refuse_in_worker()
    asked = Asked.of(
        function,
        operation,
        formats=formats,
        checks=checks,
        array=array,
        device=device,
        profile=profile,
        seed=seed,
        timeout=timeout,
        threads=threads,
        memory=memory,
        strict=strict,
        known_failures=known_failures,
        isolate=isolate,
        name=name,
        setup=setup,
        vjp=vjp,
        map=map,
        first=first,
        takes=takes,
    )
    with asked.opened() as opened:
        return opened.check(asked.checks, asked.formats, progress=progress)


def _refuse_in_worker() -> None:
    """A script that checks its own function would be imported, and check it, without end."""
    if os.environ.get(WORKER_VARIABLE):
        raise TargetError(
            "softmark.check was called while the function that it checks was imported; "
            'call it under if __name__ == "__main__":'
        )
