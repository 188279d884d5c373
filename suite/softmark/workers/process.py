"""A worker, as its parent sees it: ask, and an answer or a fault comes within the time.

A process is started when the worker is first asked, and again when it is asked
after it crashed, hung or was spoiled.  When a worker is stopped, no process
that it started stays.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from threading import Event
from types import TracebackType
from typing import Any, Final

import psutil

from softmark.calling.deadline import Countdown
from softmark.subjects import faults, wire
from softmark.subjects.faults import Crashed, TimedOut
from softmark.subjects.wire import Message, WireError
from softmark.workers import protocol
from softmark.workers.child import Child
from softmark.workers.settings import WorkerSettings, processors

__all__ = ["Worker", "WorkerSettings"]

TICK: Final = 0.05
"""Seconds between two looks at a worker that has not answered: is it alive, how large is it?"""


class Worker:
    """A child process that calls subjects.

    Attributes
    ----------
    generation:
        How many processes have been started; what was loaded into an earlier one is gone.
    place:
        Which processors its threads run on, where they are fewer than there are processors:
        workers that are busy at the same time have different ones.

    calling:
        Gives the block in which a call of a subject is made.

    Parameters
    ----------
    settings:
        How it is run.
    cancelled:
        Once set, a wait for an answer ends with ``KeyboardInterrupt``, in whichever thread.
    """

    def __init__(self, settings: WorkerSettings, cancelled: Event | None = None) -> None:
        self.settings = settings
        self.generation = 0
        self._asked = self._looked_after = 0
        self.place = 0
        self.calling: Callable[[], AbstractContextManager[None]] = nullcontext
        self._cancelled = cancelled or Event()
        self._child: Child | None = None
        self._beside: dict[WorkerSettings, Worker] = {}

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def beside(self, **changes: Any) -> Worker:
        """A worker that is run as this one but for ``changes`` of its settings.

        It is the same one each time, starts when it is first asked and is stopped with this one.
        """
        settings = replace(self.settings, **changes)
        if settings == self.settings:
            return self
        other = self._beside.setdefault(settings, Worker(settings, self._cancelled))
        other.move(self.place)
        other.calling = self.calling
        return other

    def move(self, place: int) -> None:
        """Go on at another place."""
        if place != self.place:
            self.place = place
            if self._child is not None and (there := processors(self.settings.threads, place)):
                self._child.move(there)

    def start(self) -> None:
        """Start a process unless one is running.

        Raises
        ------
        Crashed, TimedOut
            It ended, or did not answer, before it was ready.
        TargetError
            The interpreter cannot be run.
        """
        if self._child is not None:
            return
        self._child = child = Child.start(self.settings, self.place)
        self.generation += 1
        hello = self._receive(child, self.settings.start_timeout, "hello", 0)
        with contextlib.suppress(psutil.Error):
            child.work = psutil.Process(hello.header["pid"])

    def ask(self, request: Message, timeout: float) -> Message:
        """Send ``request`` and wait for the answer.

        Raises
        ------
        SubjectFault
            The worker crashed, timed out, or answered with a fault.
        TargetError
            What was to be loaded cannot be.
        """
        self.start()
        assert self._child is not None
        self._asked += 1
        request.header["number"] = self._asked
        self._send(self._child, request, timeout)
        answer = self._receive(self._child, timeout, request.header["verb"], self._asked)
        if answer.header.pop("lasting", None):
            self._end()
        if "fault" in answer.header:
            raise self._fault(answer)
        return answer

    def _fault(self, answer: Message) -> Exception:
        try:
            return protocol.read(lambda: faults.from_json(answer.header))
        except WireError as error:
            return self.unreadable(error)

    def unreadable(self, error: WireError) -> Crashed:
        """End a process that answered what is no answer, and the fault that says so."""
        output = self._child.output if self._child is not None else None
        self._end()
        message = f"its answer could not be read: {error}"
        return Crashed(message, "answer", output.text() if output is not None else "")

    def stop(self) -> None:
        """End the process and everything that it started, and the workers beside it."""
        self._end()
        for other in self._beside.values():
            other.stop()

    def end_if_larger(self, nbytes: int) -> None:
        """End a process that takes more resident memory than that; the next question starts one.

        What a framework compiled for a shape is never given back.
        """
        if self._child is not None and self._child.nbytes > nbytes:
            self._end()
        for other in self._beside.values():
            other.end_if_larger(nbytes)

    def end_orphans(self) -> None:
        """End the processes that calls left behind without a parent, since it was last done."""
        for worker in (self, *self._beside.values()):
            if worker._child is not None and worker._looked_after != worker._asked:
                worker._child.end_orphans()
                worker._looked_after = worker._asked

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
            self._child = None

    def _send(self, child: Child, request: Message, timeout: float) -> None:
        countdown = Countdown(timeout)
        child.control.settimeout(TICK)
        try:
            for piece in wire.dump(request):
                view = memoryview(piece).cast("B")
                while view.nbytes:
                    view = view[self._taken(child, view) :]
                    self._end_if_late(countdown, timeout, view)
        except OSError:
            raise self._obituary(child) from None
        except KeyboardInterrupt:
            self._end()
            raise

    def _taken(self, child: Child, view: memoryview) -> int:
        """Send what the worker takes now, and look at one that takes nothing."""
        try:
            return child.control.send(view)
        except TimeoutError:
            self._look_at(child)
            return 0

    def _end_if_late(self, countdown: Countdown, timeout: float, rest: memoryview) -> None:
        if rest.nbytes and countdown.is_over():
            self._end()
            raise _late(timeout)

    def _receive(self, child: Child, timeout: float, verb: str, number: int) -> Message:
        countdown = Countdown(timeout)
        child.control.settimeout(TICK)

        def fill(view: memoryview) -> None:
            while view.nbytes:
                view = view[self._some(child, view) :]
                self._end_if_late(countdown, timeout, view)

        try:
            return protocol.answer_to(verb, number, wire.load(fill))
        except WireError as error:
            raise self.unreadable(error) from None
        except KeyboardInterrupt:
            self._end()  # the next answer would be that of this question
            raise

    def _some(self, child: Child, view: memoryview) -> int:
        """Receive what there is, and look at a worker that says nothing."""
        try:
            count = child.control.recv_into(view)
        except TimeoutError:
            self._look_at(child)
            return 0
        except OSError:
            count = 0
        if count == 0:
            raise self._obituary(child)
        return count

    def _look_at(self, child: Child) -> None:
        """Act on a worker that says nothing.

        Raises
        ------
        KeyboardInterrupt
            The run was cancelled.
        Crashed
            It has ended, or has grown too large.
        """
        if self._cancelled.is_set():
            raise KeyboardInterrupt
        if child.has_ended:
            raise self._obituary(child)
        if child.is_too_large:
            self._end()
            cap = child.memory / 2**30
            message = f"it was ended because it took more than {cap:.1f} GiB of memory"
            raise Crashed(message, "memory", child.output.text())

    def _obituary(self, child: Child) -> Crashed:
        self._child = None
        return child.obituary()


def _late(timeout: float) -> TimedOut:
    return TimedOut(f"it did not answer within {timeout:g} s, and was ended", timeout)
