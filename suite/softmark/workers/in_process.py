"""A subject that is a function of this process: for tests, notebooks and pytest."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from softmark.calling.caller import Caller
from softmark.subjects.convention import Convention
from softmark.subjects.faults import NotOffered
from softmark.subjects.subject import Info, Memory, Subject
from softmark.subjects.wire import Message
from softmark.workers.encoded import EncodedSubject
from softmark_implementations.framework import EDGES, Framework


class InProcessSubject(EncodedSubject):
    """A function called where it is; what it crashes, it crashes here.

    Parameters
    ----------
    function:
        Called as ``f(x, axis=-1, beta=1.0)``.
    info:
        What it is.
    framework:
        Whose arrays it takes.
    threads:
        Threads that it may use, as a timing reports them.
    vjp:
        Its backward, where that is written by hand; see ``softmark.calling.caller.Caller``.
    taken:
        How it is called, where that is known already.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        info: Info,
        framework: Framework,
        threads: int = 1,
        vjp: Callable[..., Any] | None = None,
        taken: Convention | None = None,
    ) -> None:
        super().__init__(info)
        self._caller = Caller(
            function, framework, info.operation, info.fixed_beta, info.device, threads, vjp, taken
        )

    def declines_nothing(self) -> None:
        """Let its own code not say that it has no such thing; see ``Caller.may_decline``."""
        self._caller.may_decline = False

    @property
    def threads(self) -> int:
        return self._caller.threads

    def with_threads(self, threads: int) -> Subject:
        if threads == self.threads:
            return self
        raise NotOffered("the threads of this process were fixed when it started")

    def uncompiled(self) -> Subject:
        raise NotOffered("a function of this process is not known in another form")

    def memory(self, *arguments: Any, **keywords: Any) -> Memory:
        raise NotOffered("memory is counted in a process that is there for that alone")

    def ask(self, request: Message) -> Message:
        if request.header.get("layout") in EDGES:
            raise NotOffered("a read past the logits would end this process; isolate=True")
        return self._caller.answer(request)
