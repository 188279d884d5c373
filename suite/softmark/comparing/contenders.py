"""The two functions of a live comparison, where they run, and whether they may share a process.

In one process both are called in turn within the same microseconds, which is
the finest comparison.  Two versions of a framework cannot share one, two heavy
frameworks disturb each other there, and so do two files whose helper modules
have the same names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from softmark.calling.targets import Target
from softmark.catalog import Entry
from softmark.harness.planning import info_of, source_of
from softmark.subjects import Info, SubjectFault, TargetError
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import Origin, WorkerSubject, custom

LIGHT: Final = ("python", "numpy", "scipy", "numba")
"""Frameworks that bring no threads and no devices, and may share a process with any other."""


@dataclass(frozen=True)
class Contender:
    """A function, and the interpreter to run it in.

    Attributes
    ----------
    what:
        A user's function, or an implementation of the catalog.
    python:
        Path of the interpreter.
    operation:
        What a user's function is meant to compute.
    array:
        Whose arrays it takes, one of ``softmark.calling.arrays.ARRAYS``.
    """

    what: Target | Entry
    python: str
    operation: str = "softmax"
    array: str = "auto"

    def __str__(self) -> str:
        return self.what.name if isinstance(self.what, Entry) else str(self.what)


@dataclass(frozen=True)
class Known:
    """What loading a contender told of it.

    Attributes
    ----------
    info, source:
        What it is, and where a worker finds it.
    facts:
        What it runs on.
    modules:
        Files of the modules that came from beside it, by name.
    """

    info: Info
    source: Origin
    facts: Mapping[str, Any]
    modules: Mapping[str, str] = field(default_factory=dict)


def known(contender: Contender, settings: WorkerSettings, timeout: float) -> Known:
    """Load a contender in a process of its own, and say what it is; raises as ``opened`` does."""
    with opened(contender, settings, timeout) as (_, found):
        return found


@contextmanager
def opened(
    contender: Contender, settings: WorkerSettings, timeout: float
) -> Iterator[tuple[WorkerSubject, Known]]:
    """A contender in a process of its own, and what it is.

    Raises
    ------
    TargetError
        It cannot be loaded, or its framework lacks the device.
    """
    with Worker(settings) as worker:
        if isinstance(contender.what, Target):
            made = custom(worker, contender.what, contender.array, contender.operation, timeout)
            found = Known(made.subject.info, made.subject.source, made.facts, made.modules)
            yield made.subject, found
            return
        info = info_of(contender.what, settings.device)
        source = source_of(contender.what)
        subject = WorkerSubject(worker, source, info, timeout)
        try:
            told = subject.load()
        except SubjectFault as fault:
            raise TargetError(
                f"{contender} cannot be loaded: {fault.message}; see what importing it does"
            ) from None
        yield subject, Known(info, source, told["facts"], told["modules"])


def apart(a: tuple[Contender, Known], b: tuple[Contender, Known]) -> str:
    """Why the two need a process each; empty when they can share one."""
    if a[0].python != b[0].python:
        return "they run in two interpreters"
    one, other = (known.info.framework for _, known in (a, b))
    family = {name: "tensorflow" if name == "keras" else name for name in (one, other)}
    if family[one] != family[other] and not {one, other} & set(LIGHT):
        return f"{one} and {other} would disturb each other in one process"
    files, others = a[1].modules, b[1].modules
    twins = sorted(name for name in files if others.get(name, files[name]) != files[name])
    if twins:
        return f"each has a module {twins[0]} of its own"
    return ""
