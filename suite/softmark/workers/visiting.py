"""A function of the caller's own process: called where it is, and the process left as it was.

A closure, a cell of a notebook or a fixture of a test has no name by which a
worker could import it, so it is called here.  What that does not protect from:
a crash, an exit from C, or a call that never comes back from C takes the whole
process with it; memory is not limited; and what the function remembers, it
remembers.  What the process itself would feel is put back: JAX's 64-bit mode,
environment variables, how the processor rounds, and what
``softmark.calling.state`` names.
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from softmark import operations
from softmark.calling import arrays
from softmark.calling.deadline import within
from softmark.calling.guarding import guarded
from softmark.calling.learning import learn
from softmark.calling.state import ARITHMETIC, arithmetic_reset
from softmark.subjects.convention import Convention
from softmark.subjects.faults import Crashed, SubjectFault, TargetError
from softmark.subjects.python_functions import home
from softmark.subjects.subject import Info
from softmark.subjects.wire import Message
from softmark.vocabulary import Json
from softmark.workers.in_process import InProcessSubject
from softmark.workers.limits import CallLimit
from softmark.workers.settings import processors
from softmark.workers.worker_subject import info_of_custom
from softmark_implementations.framework import Framework


class VisitingSubject(InProcessSubject):
    """A function of this process with a time limit; see ``softmark.calling.deadline``."""

    def __init__(
        self,
        function: Callable[..., Any],
        info: Info,
        framework: Framework,
        timeout: float,
        vjp: Callable[..., Any] | None,
        taken: Convention | None = None,
    ) -> None:
        super().__init__(function, info, framework, len(processors(None)) or 1, vjp, taken)
        self.declines_nothing()
        self._limit = CallLimit(timeout)
        self._spoiled: list[str] = []

    def ask(self, request: Message) -> Message:
        if self._spoiled:
            raise _spoiled(self._spoiled)
        try:
            with self._limit.watching(self.info, request) as seconds:
                answer = within(seconds, lambda: super(VisitingSubject, self).ask(request))
        except SubjectFault as fault:
            self._put_back(fault.lasting)
            raise
        self._put_back(answer.header["lasting"])
        if self._spoiled:
            raise _spoiled(self._spoiled)
        return answer

    def _put_back(self, lasting: Sequence[str]) -> None:
        """The arithmetic can be put back here too; after anything else no call is made."""
        self._spoiled = [what for what in lasting if what != ARITHMETIC or not arithmetic_reset()]


@contextmanager
def visited(
    function: Callable[..., Any],
    *,
    operation: str,
    array: str,
    device: str,
    variant: str,
    timeout: float,
    vjp: Callable[..., Any] | None = None,
    mapped: Mapping[str, str] | None = None,
) -> Iterator[tuple[VisitingSubject, dict[str, Json]]]:
    """A function of this process, and what it runs on; all is as it was when the block ends.

    Parameters
    ----------
    function:
        Called as ``f(x, axis=-1, beta=1.0)``.
    operation:
        What it is meant to compute.
    array:
        Whose arrays it takes, one of ``softmark.calling.arrays.ARRAYS``.
    device:
        Where the arrays are: ``cpu`` or ``cuda``.
    variant:
        What to call it.
    timeout:
        Seconds that one call may take; see ``softmark.workers.limits``.
    vjp:
        Its backward where that is written by hand; see ``softmark.calling.caller.Caller``.
    mapped:
        Argument to parameter; see ``softmark.subjects.mapping``.

    Raises
    ------
    TargetError
        Whose arrays it takes is not known, its framework lacks the device, or it needs an argument
        that is not understood.
    """
    with _framework(function, array, operation) as (framework, guess):
        has_beta = operations.load(operation).has_beta
        learned = learn(function, framework, operation, mapped, has_beta=has_beta, device=device)
        told = arrays.described(function, framework, learned.noting(guess))
        info = info_of_custom(told, variant, operation, device)
        info = replace(info, gradient=info.gradient or vjp is not None)
        try:
            facts = guarded(lambda: _facts(framework, device))
        except SubjectFault as fault:
            raise TargetError(
                f"{variant} cannot be called: {fault.message}; choose another device or array"
            ) from None
        taken = learned.convention
        yield VisitingSubject(function, info, framework, timeout, vjp, taken), facts


@contextmanager
def _framework(
    function: Callable[..., Any], array: str, operation: str
) -> Iterator[tuple[Framework, str]]:
    """Whose arrays the function takes, and how that was guessed, with the settings it needs."""
    before, environment = set(sys.modules), dict(os.environ)
    try:
        framework, guess = arrays.framework_of(function, home(function), array, before, operation)
    finally:
        os.environ.clear()
        os.environ.update(environment)
    is_new = type(framework).__module__ not in before
    with framework.visiting(is_new):
        yield framework, guess


def _facts(framework: Framework, device: str) -> dict[str, Json]:
    """What the environment of a record says of this process; nothing is set, no seed either."""
    return {
        "settings": {"process": "the caller's own"},
        "versions": dict(framework.versions()),
        "devices": dict(framework.devices()),
        "denormals": dict(framework.denormals(device)),
        "python": platform.python_version(),
        "threads": len(processors(None)) or 1,
    }


def _spoiled(lasting: list[str]) -> Crashed:
    text = (
        f"it changed {', '.join(lasting)}, which cannot be put back in "
        "this process; have it checked in one of its own"
    )
    return Crashed(text, "arithmetic" if lasting == [ARITHMETIC] else "state")
