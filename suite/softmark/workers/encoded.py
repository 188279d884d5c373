"""A subject beyond a border that only bit patterns cross.

Values become bits here and come back as values; the shape and the format of
what came back are checked, so that a check never meets an output that it
cannot compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from time import monotonic
from typing import Final

import numpy as np

from softmark.formats import Float64Array, Format, encode
from softmark.subjects.faults import NotOffered, Raised, SubjectFault
from softmark.subjects.subject import Call, Mode, Output, Series, Step
from softmark.subjects.wire import Message
from softmark.workers.measured import MeasuredSubject
from softmark.workers.presenting import Presented
from softmark.workers.reading import numbers_in, output_in, parted, step_back, step_in, wrote_late
from softmark.workers.requests import as_seen, joined, requested, series_requested

IDLE: Final = 10.0
"""How many times the patience for calls may pass on the clock: other programs run, or it sleeps."""


class EncodedSubject(MeasuredSubject):
    """What subjects in this process and in a worker share; see ``softmark.subjects.Subject``."""

    def forward(self, call: Call, fmt: Format | str) -> Output:
        output = self._output("forward", call, fmt)
        assert output is not None
        return output

    def vjp(self, call: Call, fmt: Format) -> Output | None:
        return self._output("vjp", call, fmt)

    def jvp(self, call: Call, fmt: Format) -> Output | None:
        return self._output("jvp", call, fmt)

    def hvp(self, call: Call, fmt: Format) -> Output | None:
        return self._output("hvp", call, fmt)

    def _output(self, verb: str, call: Call, fmt: Format | str) -> Output | None:
        self._refuse(call, fmt)
        seen = self._how(call)
        if seen.by_row:
            return self._of_rows(verb, as_seen(call, seen), fmt, seen)
        with self._crossing() as cross:
            request = self._requested(verb, call, fmt, seen)
            return self._returned(request, cross(request), seen)

    def _of_rows(self, verb: str, call: Call, fmt: Format | str, seen: Presented) -> Output | None:
        """The output of a call for each row, where the function takes one vector at a time."""
        rows = [call.row(place) for place in range(len(call.x))]
        if not rows:
            raise NotOffered(self.info.restriction("ranks"))
        found = [self._output(verb, row, fmt) for row in rows]
        outputs = [output for output in found if output is not None]
        if len(outputs) < len(found):
            return None
        values = seen.back(np.stack([output.values for output in outputs]))
        is_modified = any(output.input_modified for output in outputs)
        note = next((output.note for output in outputs if output.note), "")
        took = sum(output.processor_seconds for output in outputs)
        return Output(values, outputs[0].format, is_modified, note, processor_seconds=took)

    def modes(self) -> tuple[Mode, ...]:
        told = self.ask(Message({"verb": "modes"})).header["modes"]
        return tuple(Mode(name, **of_mode) for name, of_mode in told.items())

    def cast(self, x: Float64Array, fmt: Format, to: Format) -> Output:
        with self._crossing() as cross:
            request = requested("cast", Call(x), fmt)
            request.header["to"] = to.name
            output = output_in(request, cross(request), x.shape)
        assert output is not None
        return output

    def several(
        self, calls: Sequence[Call], fmt: Format, patience: float = inf
    ) -> tuple[Output | SubjectFault | None, ...]:
        spent, end = 0.0, monotonic() + IDLE * patience
        with self._crossing() as cross:
            asked = [self._each(call, fmt) for call in calls]
            sent = [one for one, _ in (each for each in asked if not isinstance(each, NotOffered))]
            answers: list[Message | SubjectFault] = []
            while (rest := sent[len(answers) :]) and (
                not answers or (spent < patience and monotonic() < end)
            ):
                answer = cross(joined(rest))
                spent += float(answer.header["processor_seconds"])
                answers += parted(answer, len(rest))
            given = iter(answers)
            known = asked if len(answers) == len(sent) else asked[: len(answers)]
            return tuple(
                one if isinstance(one, NotOffered) else self._answered(*one, next(given))
                for one in known
            )

    def _each(self, call: Call, fmt: Format) -> tuple[Message, Presented] | NotOffered:
        """The request of one of several calls; why there is none, where the contract has none."""
        try:
            return self._asked(_verb(call), call, fmt)
        except NotOffered as fault:
            return fault

    def _answered(
        self, request: Message, seen: Presented, answer: Message | SubjectFault
    ) -> Output | SubjectFault | None:
        if isinstance(answer, SubjectFault):
            return answer
        try:
            return self._returned(request, answer, seen)
        except Raised as fault:  # it has another shape
            return fault

    def train(self, call: Call, fmt: Format, between: str = "") -> Step | None:
        with self._crossing() as cross:
            request, seen = self._asked("train", call, fmt)
            request.header["between"] = between
            reduces = call.options.reduces
            of_value = self._due(seen, is_gradient=False, reduces=reduces)
            of_gradient = self._due(seen, is_gradient=True)
            step = step_in(request, cross(request), of_gradient, of_value)
        return None if step is None else step_back(step, seen)

    def vjp_beta(self, call: Call, fmt: Format) -> Output | None:
        assert call.beta is not None
        with self._crossing() as cross:
            request, _ = self._asked("vjp_beta", call, fmt)
            request.arrays["beta"] = encode(np.float64(call.beta), fmt)
            return output_in(request, cross(request), ())

    def vjp_operand(self, call: Call, fmt: Format) -> Output | None:
        assert call.labels is not None
        with self._crossing() as cross:
            request, seen = self._asked("vjp_operand", call, fmt)
            shape = seen.result(call.labels).shape
            output = output_in(request, cross(request), shape)
        return None if output is None else replace(output, values=seen.back(output.values))

    def reach(self, seed: int) -> dict[str, float | None]:
        answer = self.ask(Message({"verb": "reach", "seed": seed}))
        norms = answer.header["norms"]
        return {k: None if v is None else float.fromhex(v) for k, v in norms.items()}

    def series(
        self, inputs: Sequence[Call], callers: Sequence[Sequence[int]], fmt: Format
    ) -> Series:
        seen = [self._seen(call, fmt) for call in inputs]
        taken = [as_seen(*both) for both in zip(inputs, seen, strict=True)]
        with self._crossing() as cross:
            masked = self._operation.takes_mask
            request = series_requested(taken, callers, fmt, takes_mask=masked)
            request.header["own_axis"] = self._has_own_axis
            answer = cross(request)
            numbered = numbers_in(answer)
            came: dict[int, int] = {}
            for numbers, results in zip(callers, numbered["given"], strict=True):
                came |= dict(zip(results, numbers, strict=True))
            outputs = [
                self._of_series(answer, place, taken, seen, came.get(place))
                for place in range(len(answer.header["formats"]))
            ]
        return Series(
            tuple(outputs),
            late_writes=wrote_late(request, answer),
            processor_seconds=float(answer.header["processor_seconds"]),
            **numbered,
        )


def _verb(call: Call) -> str:
    """Which method of a subject gives what the call asks for, by its directions."""
    verbs = ("forward", "vjp", "jvp", "hvp")
    return verbs[(call.g is not None) + 2 * (call.v is not None)]
