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


def apart(a: tuple[Contender, LoadedFunction], b: tuple[Contender, LoadedFunction]) -> str:
    """Why the two need a process each; empty when they can share one."""
    if a[0].python != b[0].python:
        return "they run in two interpreters"
    one, other = (found.subject.info.framework for _, found in (a, b))
    family = {name: "tensorflow" if name == "keras" else name for name in (one, other)}
    if family[one] != family[other] and not {one, other} & set(LIGHT):
        return f"{one} and {other} would disturb each other in one process"
    files, others = a[1].modules, b[1].modules
    twins = sorted(name for name in files if others.get(name, files[name]) != files[name])
    if twins:
        return f"each has a module {twins[0]} of its own"
    return ""
