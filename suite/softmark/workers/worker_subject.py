"""A subject in a worker process."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from softmark import operations
from softmark.calling.targets import Target
from softmark.formats import Format
from softmark.subjects.convention import Convention
from softmark.subjects.faults import (
    Crashed,
    NotOffered,
    SubjectFault,
    TargetError,
    shortened,
)
from softmark.subjects.subject import Call, Info, Memory
from softmark.subjects.wire import Message, WireError
from softmark.workers import protocol
from softmark.workers.encoded import EncodedSubject
from softmark.workers.limits import CallLimit
from softmark.workers.process import Worker
from softmark.workers.protocol import READING, UNREADABLE
from softmark.workers.settings import allowed_threads, processors
from softmark.writable import encodable


@dataclass(frozen=True)
class Origin:
    """Where a worker finds a function.

    Attributes
    ----------
    target:
        Module and function.
    array:
        Whose arrays it takes, one of ``softmark.calling.arrays.ARRAYS``; ``None`` for an
        implementation of the catalog, whose own file says it.
    setup:
        Whether the target is called to get the function.
    vjp:
        Name of its backward, in the same file or of a method; empty where the framework
        differentiates.
    eager:
        The variant of the same operation in the target's file that is meant instead.
    mapped:
        Argument and parameter of each that is mapped; see ``softmark.subjects.mapping``.
    """

    target: Target
    array: str | None = None
    setup: bool = False
    vjp: str = ""
    eager: str | None = None
    mapped: tuple[tuple[str, str], ...] = ()


class WorkerSubject(EncodedSubject):
    """A function called in ``worker``, which is shared by all subjects of a framework.

    Parameters
    ----------
    worker:
        Started when needed; the caller stops it.
    source:
        Where the function is.
    info:
        What it is.
    timeout:
        Seconds that one call may take; see ``softmark.workers.limits``.
    """

    def __init__(self, worker: Worker, source: Origin, info: Info, timeout: float) -> None:
        super().__init__(info)
        self.worker = worker
        self.source = source
        self._timeout = timeout
        self._limit = CallLimit(timeout)
        self._loaded = 0
        self._has_answer = False
        self._key = f"{source} {info.operation} {info.fixed_beta}"

    def load(self) -> dict[str, Any]:
        """Import the function in the worker.

        Returns
        -------
        What a user's function is (see ``softmark.calling.arrays.described``), under ``facts``
        what it runs on, and under ``modules`` the files of the user's own modules that came with
        it, by name.

        Raises
        ------
        TargetError, SubjectFault
            It cannot be imported, or importing it ended the process.
        """
        fixed_beta = self.info.fixed_beta
        request = {
            "verb": "load",
            "key": self._key,
            "module": self.source.target.module,
            "function": self.source.target.function,
            "array": self.source.array,
            "setup": self.source.setup,
            "vjp": self.source.vjp,
            "eager": self.source.eager,
            "mapped": dict(self.source.mapped),
            "operation": self.info.operation,
            "has_beta": operations.load(self.info.operation).has_beta,
            "fixed_beta": None if fixed_beta is None else float(fixed_beta).hex(),
        }
        answer = self.worker.ask(Message(request), self.worker.settings.start_timeout)
        self._loaded = self.worker.generation
        return answer.header

    @property
    def threads(self) -> int:
        return allowed_threads(self.worker.settings)

    def with_threads(self, threads: int) -> WorkerSubject:
        there = len(processors(None))
        if threads != self.threads and there < threads:
            raise NotOffered(f"it takes {threads} processors, and there are {there or 'no more'}")
        return self._in(self.worker.beside(threads=threads))

    def uncompiled(self) -> WorkerSubject:
        eager = self.info.eager
        if eager is None:
            raise NotOffered("it is not known in another form than this one")
        info = replace(self.info, name=f"{self.info.name}, eager", compiled=False, eager=None)
        return WorkerSubject(self.worker, replace(self.source, eager=eager), info, self._timeout)

    def memory(self, call: Call, fmt: Format) -> Memory:
        if self.worker.settings.counts_memory:
            return super().memory(call, fmt)
        return self._in(self.worker.beside(counts_memory=True)).memory(call, fmt)

    def _in(self, worker: Worker) -> WorkerSubject:
        """The same subject in another worker."""
        if worker is self.worker:
            return self
        return WorkerSubject(worker, self.source, self.info, self._timeout)

    def ask(self, request: Message) -> Message:
        self._has_answer = False
        start = time.monotonic()
        self.worker.start()
        if self._loaded != self.worker.generation:
            self.load()
            self._limit.forget()
            self.border_seconds -= time.monotonic() - start  # starting is no crossing
        request.header["key"] = self._key
        with self._limit.watching(self.info, request) as seconds, self.worker.calling():
            answer = self.worker.ask(request, seconds)
        self._has_answer = True
        return answer


def _reads(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method; where it cannot read an answer, that is a fault of the worker."""

    @wraps(method)
    def reading(self: WorkerSubject, *arguments: Any, **keywords: Any) -> Any:
        self._has_answer = False
        try:
            return method(self, *arguments, **keywords)
        except UNREADABLE as error:
            if not self._has_answer:
                raise
            raise self.worker.unreadable(WireError(f"it is no such answer ({error})")) from error

    return reading


for _name in READING:
    setattr(WorkerSubject, _name, _reads(getattr(WorkerSubject, _name)))


@dataclass(frozen=True)
class LoadedFunction:
    """A function in its worker, what that runs on, and its own modules' files by name."""

    subject: WorkerSubject
    facts: dict[str, Any]
    modules: dict[str, str]


def custom(
    worker: Worker,
    target: Target,
    array: str,
    operation: str,
    timeout: float,
    *,
    setup: bool = False,
    vjp: str = "",
    mapped: Mapping[str, str] | None = None,
) -> LoadedFunction:
    """Load a user's function; the last three are those of ``Origin``.

    Raises
    ------
    TargetError
        It cannot be imported, its framework lacks the device, or importing it ends or hangs
        its process.
    """
    provisional = Info(f"custom.{operation}", "custom", operation)
    source = Origin(target, array, setup, vjp, mapped=tuple((mapped or {}).items()))
    subject = WorkerSubject(worker, source, provisional, timeout)
    variant = encodable(f"{target.stem}:{target.function}")
    try:
        told = subject.load()
        info = _info(worker, told, variant, operation)
    except SubjectFault as fault:
        raise TargetError(
            f"{target} cannot be loaded: {fault.message}{_last_words(fault)}; "
            "see what importing it does"
        ) from None
    subject.info = replace(info, gradient=info.gradient or bool(vjp))
    return LoadedFunction(subject, told["facts"], told["modules"])


def _info(worker: Worker, told: dict[str, Any], variant: str, operation: str) -> Info:
    try:
        device = worker.settings.device
        return protocol.read(lambda: info_of_custom(told, variant, operation, device))
    except WireError as error:
        raise worker.unreadable(error) from None


def _last_words(fault: SubjectFault) -> str:
    """The last line that a process printed before it ended, in parentheses."""
    lines = fault.output.strip().splitlines() if isinstance(fault, Crashed) else []
    return f" ({shortened(lines[-1])})" if lines else ""


def info_of_custom(told: dict[str, Any], variant: str, operation: str, device: str) -> Info:
    """A user's function, from what ``softmark.calling.arrays.described`` tells of it."""
    framework, call = told["framework"], Convention.from_json(told["call"])
    info = Info(
        name=f"{framework}.{operation}[{variant}]",
        framework=framework,
        operation=operation,
        variant=variant,
        formats=tuple(told["formats"]),
        takes=told["takes"],
        signature=told["signature"],
        labels=("index",) if operations.load(operation).takes_labels else (),
        options=tuple(name for name, _ in call.options),
        takes_beta=call.takes_beta,
        gradient=told["differentiates"],
        compiled=told["compiled"],
        costly="shapes" if framework == "jax" else "",
        device=device,
        description=told["description"],
        call=call,
        remarks=tuple(told["remarks"]),
        default_axis=tuple(told["default_axis"]),
        axis_by_place=told["axis_by_place"],
    )
    if told["axes"] == "any":
        return info
    why = "it has no argument for the axis"
    return info.restricted("axis", why, axes=told["axes"])
