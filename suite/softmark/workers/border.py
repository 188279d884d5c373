"""The border between a check and a subject, which only bit patterns cross."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from math import inf
from typing import Final

import numpy as np

from softmark import operations
from softmark.contracts import NONFINITE
from softmark.formats import Format
from softmark.subjects.faults import NotOffered
from softmark.subjects.subject import Call, Info, Output
from softmark.subjects.wire import Message
from softmark.workers.presenting import Presented, presented
from softmark.workers.reading import output_in, read
from softmark.workers.requests import as_seen, nonfinite_in, requested
from softmark_implementations.framework import EDGES

EAGER: Final = "eager code ran where compiled code was asked for"


class Border(ABC):
    """What is asked of a subject as it takes it, and what came as the case has it.

    Attributes
    ----------
    border_seconds:
        Seconds that calls took beyond the subject's own: encoding, carrying, decoding.
    notes:
        What calls changed that others share, each once, until the notes are taken out.
    """

    def __init__(self, info: Info) -> None:
        self.info = info
        self.border_seconds = 0.0
        self.notes: list[str] = []

    @abstractmethod
    def ask(self, request: Message) -> Message:
        """Have ``Caller.answer`` carry out ``request``, wherever that is."""

    def _how(self, call: Call) -> Presented:
        pointwise = self._operation.is_pointwise
        seen = presented(self.info, call.x.shape, call.axis, elementwise=pointwise)
        if call.options.reduces and not seen.is_same:
            raise NotOffered("it takes no rows as they are, over which to reduce")
        return seen

    @contextmanager
    def _crossing(self) -> Iterator[Callable[[Message], Message]]:
        """Gives ``ask``, and counts the time of the block that is not the subject's own."""
        start, own = time.monotonic(), 0.0

        def cross(request: Message) -> Message:
            nonlocal own
            answer = self.ask(request)
            own = float(answer.header["seconds"])
            eager = answer.header.get("eager", "")
            for note in (str(answer.header["note"]), eager and f"{EAGER}: {eager}"):
                if note and note not in self.notes:
                    self.notes.append(note)
            return answer

        yield cross
        self.border_seconds += time.monotonic() - start - own

    def _refuse(self, call: Call, fmt: Format | str) -> None:
        """Refuse what the contract leaves out, whatever the shape of the logits."""
        info = self.info
        if isinstance(fmt, str) and not info.integers:
            raise NotOffered(info.restriction("integers"))
        if (
            not isinstance(fmt, str)
            and dict(info.why).get("formats")
            and fmt.name not in info.formats
        ):
            raise NotOffered(info.restriction("formats"))
        if info.layouts and call.layout not in (*info.layouts, *EDGES):  # those lie row by row
            raise NotOffered(info.restriction("layouts"))
        if info.nonfinite != NONFINITE and nonfinite_in(call.x) - {*info.nonfinite}:
            raise NotOffered(info.restriction("nonfinite"))
        if info.largest < inf and np.abs(call.x[np.isfinite(call.x)]).max(initial=0) > info.largest:
            raise NotOffered(info.restriction("size"))

    def _asked(self, verb: str, call: Call, fmt: Format | str) -> tuple[Message, Presented]:
        """A request with arrays as the function takes them.

        Raises
        ------
        NotOffered
            Its contract leaves them out.
        """
        seen = self._whole(call, fmt)
        return self._requested(verb, call, fmt, seen), seen

    def _whole(self, call: Call, fmt: Format | str) -> Presented:
        """How a call is given that cannot be made row by row."""
        self._refuse(call, fmt)
        seen = self._how(call)
        if seen.by_row:
            raise NotOffered(self.info.restriction("ranks"))
        return seen

    def _requested(self, verb: str, call: Call, fmt: Format | str, seen: Presented) -> Message:
        taken = as_seen(call, seen)
        request = requested(verb, taken, fmt, takes_mask=self._operation.takes_mask)
        request.header["own_axis"] = self._has_own_axis
        return request

    def _seen(self, call: Call, fmt: Format) -> Presented | None:
        """How an input of a series is given; as it is where the call may raise."""
        return None if call.may_raise else self._whole(call, fmt)

    def _of_series(
        self,
        answer: Message,
        place: int,
        inputs: Sequence[Call],
        seen: Sequence[Presented | None],
        number: int | None,
    ) -> Output:
        """A result of a series, as the case has it; ``number`` is that of its input."""
        bits, name = answer.arrays[f"bits{place}"], answer.header["formats"][place]
        how = None if number is None else seen[number]
        if number is None or how is None:
            return read(bits, name, None, answer.header["note"])
        due = self._due(how, is_gradient=inputs[number].g is not None)
        output = read(bits, name, due, answer.header["note"])
        return replace(output, values=how.back(output.values))

    @property
    def _has_own_axis(self) -> bool:
        """Whether it works along one axis that it is not given, or the axis is nothing to it."""
        return self.info.axes not in ("any", "last") or self._operation.is_pointwise

    @property
    def _operation(self) -> operations.Operation:
        return operations.load(self.info.operation)

    def _returned(self, request: Message, answer: Message, seen: Presented) -> Output | None:
        """The output in an answer, as the case has it."""
        is_gradient = request.header["verb"] in ("vjp", "hvp")
        reduces = request.header.get("options", {}).get("reduction", "none") != "none"
        due = self._due(seen, is_gradient=is_gradient, reduces=reduces)
        output = output_in(request, answer, due)
        return None if output is None else replace(output, values=seen.back(output.values))

    def _due(self, seen: Presented, *, is_gradient: bool, reduces: bool = False) -> tuple[int, ...]:
        """The shape of what the function is to return; one number where it ``reduces`` all rows."""
        if reduces and not is_gradient:
            return ()
        shape = seen.array(np.broadcast_to(0.0, seen.shape)).shape
        return shape if is_gradient else self.output_shape(shape, seen.to)

    def output_shape(self, shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
        """The shape of the operation's result for logits of ``shape``."""
        return self._operation.output_shape(shape, axis)
