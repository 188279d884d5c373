"""A subject beyond a border that only bit patterns cross.

Values become bits here and come back as values; the shape and the format of
what came back are checked, so that a check never meets an output that it
cannot compare.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from time import monotonic
from typing import Final

import numpy as np

from softmark.formats import Float64Array, Format, encode
from softmark.subjects.faults import NotOffered, Raised, SubjectFault
from softmark.subjects.measured import MeasuredSubject
from softmark.subjects.presenting import Presented
from softmark.subjects.reading import numbers_in, output_in, parted, step_back, step_in, wrote_late
from softmark.subjects.requests import Labels, as_seen, joined, requested, series_requested
from softmark.subjects.subject import Call, Given, Mode, Output, Series, Step
from softmark.subjects.wire import Message

IDLE: Final = 10.0
"""How many times the patience for calls may pass on the clock: other programs run, or it sleeps."""


class EncodedSubject(MeasuredSubject):
    """What subjects in this process and in a worker share; see ``softmark.subjects.Subject``."""

    def forward(
        self,
        x: Float64Array,
        fmt: Format | str,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
        layout: str = "contiguous",
        mode: str = "",
        manner: str = "",
    ) -> Output:
        self._refuse(x, fmt, layout)
        if self._how(x.shape, axis).by_row:
            rows = self._rows(
                lambda row, label: self.forward(
                    row, fmt, beta=beta, labels=label, layout=layout, mode=mode, manner=manner
                ),
                *(x,), axis=axis, labels=labels,
            )  # fmt: skip
            assert rows is not None
            return rows
        with self._crossing() as cross:
            request, seen = self._asked("forward", x, fmt, axis, beta, labels)
            request.header.update(layout=layout, within=mode, manner=manner)
            output = self._returned(request, cross(request), seen)
        assert output is not None
        return output

    def modes(self) -> tuple[Mode, ...]:
        told = self.ask(Message({"verb": "modes"})).header["modes"]
        return tuple(Mode(name, **of_mode) for name, of_mode in told.items())

    def cast(self, x: Float64Array, fmt: Format, to: Format) -> Output:
        with self._crossing() as cross:
            request = requested("cast", x, fmt, -1, None, None)
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
        verb = "forward" if call.g is None else "vjp"
        try:
            self._refuse(call.x, fmt, call.layout)
            request, seen = self._asked(verb, call.x, fmt, call.axis, call.beta, call.labels)
        except NotOffered as fault:
            return fault
        request.header.update(layout=call.layout, within=call.mode, manner=call.manner)
        if call.g is not None:
            request.header["cotangent"] = call.cotangent
            request.arrays["g"] = encode(seen.result(call.g), fmt)
        return request, seen

    def _answered(
        self, request: Message, seen: Presented, answer: Message | SubjectFault
    ) -> Output | SubjectFault | None:
        if isinstance(answer, SubjectFault):
            return answer
        is_gradient = request.header["verb"] == "vjp"
        try:
            return self._returned(request, answer, seen, is_gradient=is_gradient)
        except Raised as fault:  # it has another shape
            return fault

    def vjp(
        self,
        x: Float64Array,
        g: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
    ) -> Output | None:
        if self._how(x.shape, axis).by_row:
            return self._rows(
                lambda row, g_, label: self.vjp(row, g_, fmt, beta=beta, labels=label),
                *(x, g), axis=axis, labels=labels,
            )  # fmt: skip
        with self._crossing() as cross:
            request, seen = self._asked("vjp", x, fmt, axis, beta, labels)
            request.arrays["g"] = encode(seen.result(g), fmt)
            return self._returned(request, cross(request), seen, is_gradient=True)

    def train(
        self,
        x: Float64Array,
        g: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
        layout: str = "contiguous",
        between: str = "",
    ) -> Step | None:
        with self._crossing() as cross:
            request, seen = self._asked("train", x, fmt, axis, beta, labels)
            request.header.update(between=between, cotangent=layout)
            request.arrays["g"] = encode(seen.result(g), fmt)
            of_value = self._due(seen, is_gradient=False)
            of_gradient = self._due(seen, is_gradient=True)
            step = step_in(request, cross(request), of_gradient, of_value)
        return None if step is None else step_back(step, seen)

    def jvp(
        self,
        x: Float64Array,
        v: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
    ) -> Output | None:
        if self._how(x.shape, axis).by_row:
            return self._rows(
                lambda row, v_, label: self.jvp(row, v_, fmt, beta=beta, labels=label),
                *(x, v), axis=axis, labels=labels,
            )  # fmt: skip
        with self._crossing() as cross:
            request, seen = self._asked("jvp", x, fmt, axis, beta, labels)
            request.arrays["v"] = encode(seen.array(v), fmt)
            return self._returned(request, cross(request), seen)

    def hvp(
        self,
        x: Float64Array,
        g: Float64Array,
        v: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
    ) -> Output | None:
        if self._how(x.shape, axis).by_row:
            return self._rows(
                lambda row, g_, v_, label: self.hvp(row, g_, v_, fmt, beta=beta, labels=label),
                *(x, g, v), axis=axis, labels=labels,
            )  # fmt: skip
        with self._crossing() as cross:
            request, seen = self._asked("hvp", x, fmt, axis, beta, labels)
            request.arrays.update(g=encode(seen.result(g), fmt), v=encode(seen.array(v), fmt))
            return self._returned(request, cross(request), seen, is_gradient=True)

    def vjp_beta(
        self, x: Float64Array, g: Float64Array, fmt: Format, *, axis: int = -1, beta: float
    ) -> Output | None:
        with self._crossing() as cross:
            request, seen = self._asked("vjp_beta", x, fmt, axis, beta, None)
            request.arrays.update(g=encode(seen.result(g), fmt), beta=encode(np.float64(beta), fmt))
            return output_in(request, cross(request), ())

    def reach(self, seed: int) -> dict[str, float | None]:
        answer = self.ask(Message({"verb": "reach", "seed": seed}))
        norms = answer.header["norms"]
        return {k: None if v is None else float.fromhex(v) for k, v in norms.items()}

    def series(
        self,
        inputs: Sequence[Given],
        callers: Sequence[Sequence[int]],
        fmt: Format,
        *,
        beta: float | None = None,
    ) -> Series:
        seen = [self._seen(given, fmt) for given in inputs]
        taken = [as_seen(*both) for both in zip(inputs, seen, strict=True)]
        with self._crossing() as cross:
            request = series_requested(
                taken, callers, fmt, beta, takes_mask=self._operation.takes_mask
            )
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
        return Series(tuple(outputs), late_writes=wrote_late(request, answer), **numbered)
