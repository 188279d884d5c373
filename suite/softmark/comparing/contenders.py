"""The two functions of a live comparison, where they run, and whether they may share a process.

In one process both are called in turn within the same microseconds, which is
the finest comparison.  Two versions of a framework cannot share one, two heavy
frameworks disturb each other there, and so do two files whose helper modules
have the same names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from softmark.calling.targets import Target
from softmark.catalog import Entry
from softmark.harness import load
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import LoadedFunction

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


def loaded(contender: Contender, settings: WorkerSettings, timeout: float) -> LoadedFunction:
    """What a contender is; its process has ended.  Raises as ``softmark.harness.loading.load``."""
    with Worker(settings) as worker:
        return load(worker, contender.what, contender.array, contender.operation, timeout)


def apart(a: LoadedFunction, b: LoadedFunction) -> str:
    """Why the two need a process each; empty when they can share one."""
    first, second = a.subject, b.subject
    if first.worker.settings.python != second.worker.settings.python:
        return "they run in two interpreters"
    one, other = first.info.framework, second.info.framework
    family = {name: "tensorflow" if name == "keras" else name for name in (one, other)}
    if family[one] != family[other] and not {one, other} & set(LIGHT):
        return f"{one} and {other} would disturb each other in one process"
    twins = sorted(
        name for name in a.modules if b.modules.get(name, a.modules[name]) != a.modules[name]
    )
    if twins:
        return f"each has a module {twins[0]} of its own"
    return ""
