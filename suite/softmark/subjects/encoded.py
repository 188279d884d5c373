"""A subject beyond a border that only bit patterns cross.

Values become bits here and come back as values; the shape and the format of
what came back are checked, so that a check never meets an output that it
cannot compare.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark import operations
from softmark.contracts import NONFINITE
from softmark.formats import FORMATS, Float64Array, Format, decode, encode
from softmark.subjects import series
from softmark.subjects.digests import digest
from softmark.subjects.faults import NotOffered, Raised
from softmark.subjects.presenting import Presented, presented
from softmark.subjects.subject import (
    Given,
    Info,
    Inputs,
    Launch,
    Memory,
    Mode,
    Output,
    Series,
    Step,
    Timing,
)
from softmark.subjects.wire import Message
from softmark_implementations.framework import CARRIERS

Labels = NDArray[Any] | None
Call = Callable[..., "Output | None"]

EAGER: Final = "eager code ran where compiled code was asked for"

_TOLD_OF_TIMES: Final = (
    "subject_calls", "copy_calls", "copy_bytes", "ring_bytes", "threads", "denormals",
    "first_call_ns", "is_new", "new_ns", "again_ns", "clock", "flush_bytes", "clocks",
)  # fmt: skip


_NOTHING: Final = -1
"""The number of a result that is ignored."""


@dataclass(frozen=True)
class Entered:
    """A contender that is ready: calls in a block, and nanoseconds of a call and of the first."""

    calls: int
    call_ns: float
    first_call_ns: float


class EncodedSubject(ABC):
    """What subjects in this process and in a worker share; see ``softmark.subjects.Subject``.

    Attributes
    ----------
    border_seconds:
        Seconds that calls took beyond the subject's own: encoding, carrying, decoding.
    notes:
        What calls changed that others share, each once, until somebody takes the notes out.
    """

    def __init__(self, info: Info) -> None:
        self.info = info
        self.border_seconds = 0.0
        self.notes: list[str] = []

    @abstractmethod
    def ask(self, request: Message) -> Message:
        """Have ``Caller.answer`` carry out ``request``, wherever that is."""

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
            request = _request("cast", x, fmt, -1, None, None)
            request.header["to"] = to.name
            output = _output(request, cross(request), x.shape)
        assert output is not None
        return output

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
            step = _step(request, cross(request), of_gradient, of_value)
        return None if step is None else _step_back(step, seen)

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
            return _output(request, cross(request), ())

    def reach(self, seed: int) -> dict[str, float | None]:
        answer = self.ask(Message({"verb": "reach", "seed": seed}))
        norms = answer.header["norms"]
        return {k: None if v is None else float.fromhex(v) for k, v in norms.items()}

    def time(
        self,
        x: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
        seconds: float,
        g: Float64Array | None = None,
        inputs: Inputs = "warm",
        launch: Launch = "call",
    ) -> Timing:
        mode = "forward" if g is None else "vjp"
        request, seen = self._asked("time", x, fmt, axis, beta, labels)
        request.header.update(seconds=seconds, mode=mode, inputs=inputs, launch=launch)
        if g is not None:
            request.arrays["g"] = encode(seen.result(g), fmt)
        answer = self.ask(request)
        header, arrays = answer.header, answer.arrays
        due = self._due(seen, is_gradient=g is not None)
        read = [
            _read(arrays[f"bits{place}"], name, due, header["note"])
            for place, name in enumerate(header["formats"])
        ]
        outputs = [replace(output, values=seen.back(output.values)) for output in read]
        return Timing(
            arrays["subject_ns"],
            arrays["copy_ns"],
            outputs=tuple(outputs),
            steps=tuple(header["steps"]),
            **{name: header[name] for name in _TOLD_OF_TIMES},
        )

    def enter(
        self,
        lane: int,
        x: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
        g: Float64Array | None = None,
    ) -> Entered:
        """Make calls with ``x`` ready for a race; see ``softmark.subjects.racing``.

        Parameters
        ----------
        lane:
            0 and 1 race; 2 is the control.
        g:
            The cotangent, to race the derivative.
        """
        request, seen = self._asked("enter", x, fmt, axis, beta, labels)
        request.header.update(lane=lane, mode="forward" if g is None else "vjp")
        if g is not None:
            request.arrays["g"] = encode(seen.result(g), fmt)
        told = self.ask(request).header
        return Entered(told["calls"], told["call_ns"], told["first_call_ns"])

    def series(
        self,
        inputs: Sequence[Given],
        callers: Sequence[Sequence[int]],
        fmt: Format,
        *,
        beta: float | None = None,
    ) -> Series:
        seen = [self._seen(given, fmt) for given in inputs]
        taken = [_as_seen(*both) for both in zip(inputs, seen, strict=True)]
        with self._crossing() as cross:
            request = _series_request(taken, callers, fmt, beta)
            request.header["own_axis"] = self._has_own_axis
            answer = cross(request)
            numbered = _numbers(answer)
            came: dict[int, int] = {}
            for numbers, results in zip(callers, numbered["given"], strict=True):
                came |= dict(zip(results, numbers, strict=True))
            outputs = [
                self._of_series(answer, place, taken, seen, came.get(place))
                for place in range(len(answer.header["formats"]))
            ]
        return Series(tuple(outputs), late_writes=_wrote_late(request, answer), **numbered)

    def memory(
        self,
        x: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
        g: Float64Array | None = None,
    ) -> Memory:
        request, seen = self._asked("memory", x, fmt, axis, beta, labels)
        if g is not None:
            request.arrays["g"] = encode(seen.result(g), fmt)
        answer = self.ask(request)
        told = ("first_call_bytes", "steady_bytes", "output_bytes", "method")
        size = sum(array.nbytes for array in request.arrays.values())
        return Memory(input_bytes=size, **{name: answer.header[name] for name in told})

    def _rows(
        self, call: Call, x: Float64Array, *others: Float64Array, axis: int, labels: Labels
    ) -> Output | None:
        """The output of a call for each row, where the function takes one vector at a time.

        Parameters
        ----------
        call:
            Called with the arrays of a row, the labels last.
        others:
            Directions, in the shapes of the logits or of the result.
        """
        seen = self._how(x.shape, axis)
        arrays = [seen.result(each) for each in (x, *others)]
        if not len(arrays[0]):
            raise NotOffered(self.info.restriction("ranks"))
        of_rows = [None] * len(arrays[0]) if labels is None else [*seen.result(labels)]
        found = [call(*row) for row in zip(*arrays, of_rows, strict=True)]
        outputs = [output for output in found if output is not None]
        if len(outputs) < len(found):
            return None
        values = seen.back(np.stack([output.values for output in outputs]))
        is_modified = any(output.input_modified for output in outputs)
        note = next((output.note for output in outputs if output.note), "")
        return Output(values, outputs[0].format, is_modified, note)

    def _how(self, shape: tuple[int, ...], axis: int) -> Presented:
        return presented(self.info, shape, axis, elementwise=self.info.operation == "sigmoid")

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

    def _refuse(self, x: Float64Array, fmt: Format | str, layout: str = "contiguous") -> None:
        """Refuse logits that the contract leaves out, whatever their shape."""
        info = self.info
        if isinstance(fmt, str) and not info.integers:
            raise NotOffered(info.restriction("integers"))
        if (
            not isinstance(fmt, str)
            and dict(info.why).get("formats")
            and fmt.name not in info.formats
        ):
            raise NotOffered(info.restriction("formats"))
        if info.layouts and layout not in info.layouts:
            raise NotOffered(info.restriction("layouts"))
        if info.nonfinite != NONFINITE and _held(x) - {*info.nonfinite}:
            raise NotOffered(info.restriction("nonfinite"))
        if np.abs(x).max(where=np.isfinite(x), initial=0.0) > info.largest:
            raise NotOffered(info.restriction("size"))

    def _asked(
        self,
        verb: str,
        x: Float64Array,
        fmt: Format | str,
        axis: int,
        beta: float | None,
        labels: Labels,
    ) -> tuple[Message, Presented]:
        """A request with arrays as the function takes them.

        Raises
        ------
        NotOffered
            Its contract leaves them out.
        """
        if verb != "forward":
            self._refuse(x, fmt)
        seen = self._how(x.shape, axis)
        if seen.by_row:
            raise NotOffered(self.info.restriction("ranks"))
        request = _request(verb, seen.array(x), fmt, seen.to, beta, seen.labels(labels))
        request.header["own_axis"] = self._has_own_axis
        return request, seen

    def _seen(self, given: Given, fmt: Format) -> Presented | None:
        """How an input of a series is given; as it is where the call may raise."""
        if given.may_raise:
            return None
        self._refuse(given.x, fmt)
        seen = self._how(given.x.shape, given.axis)
        if seen.by_row:
            raise NotOffered(self.info.restriction("ranks"))
        return seen

    def _of_series(
        self,
        answer: Message,
        place: int,
        inputs: Sequence[Given],
        seen: Sequence[Presented | None],
        number: int | None,
    ) -> Output:
        """A result of a series, as the case has it; ``number`` is that of its input."""
        bits, name = answer.arrays[f"bits{place}"], answer.header["formats"][place]
        how = None if number is None else seen[number]
        if number is None or how is None:
            return _read(bits, name, None, answer.header["note"])
        due = self._due(how, is_gradient=inputs[number].g is not None)
        output = _read(bits, name, due, answer.header["note"])
        return replace(output, values=how.back(output.values))

    @property
    def _has_own_axis(self) -> bool:
        """Whether it works along one axis that it is not given."""
        return self.info.axes not in ("any", "last")

    def _returned(
        self, request: Message, answer: Message, seen: Presented, *, is_gradient: bool = False
    ) -> Output | None:
        """The output in an answer, as the case has it."""
        output = _output(request, answer, self._due(seen, is_gradient=is_gradient))
        return None if output is None else replace(output, values=seen.back(output.values))

    def _due(self, seen: Presented, *, is_gradient: bool) -> tuple[int, ...]:
        """The shape of what the function is to return."""
        shape = seen.array(np.broadcast_to(0.0, seen.shape)).shape
        return shape if is_gradient else self.output_shape(shape, seen.to)

    def output_shape(self, shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
        """The shape of the operation's result for logits of ``shape``."""
        return operations.load(self.info.operation).output_shape(shape, axis)


def _request(
    verb: str, x: Float64Array, fmt: Format | str, axis: int, beta: float | None, labels: Labels
) -> Message:
    header = {
        "verb": verb,
        "format": fmt if isinstance(fmt, str) else fmt.name,
        "axis": axis,
        "beta": None if beta is None else float(beta).hex(),
    }
    arrays = {"x": _bits(x, fmt)}
    if labels is not None:
        whole = np.issubdtype(labels.dtype, np.integer)
        arrays["labels"] = _bits(labels, "int64" if whole else fmt)
    return Message(header, arrays)


def _bits(values: NDArray[Any], fmt: Format | str) -> NDArray[Any]:
    """The bit patterns of numbers of a format; whole numbers as they are."""
    return values.astype(CARRIERS[fmt]) if isinstance(fmt, str) else encode(values, fmt)


def _held(x: Float64Array) -> set[str]:
    """Which of ``NONFINITE`` are among the logits."""
    found = (np.isnan(x).any(), np.isposinf(x).any(), np.isneginf(x).any())
    return {kind for kind, is_there in zip(NONFINITE, found, strict=True) if is_there}


def _as_seen(given: Given, seen: Presented | None) -> Given:
    """An input of a series as the function takes it."""
    if seen is None or seen.is_same:
        return given
    g = None if given.g is None else seen.result(given.g)
    labels = seen.labels(given.labels)
    return replace(given, x=seen.array(given.x), axis=seen.to, labels=labels, g=g)


def _series_request(
    inputs: Sequence[Given], callers: Sequence[Sequence[int]], fmt: Format, beta: float | None
) -> Message:
    """The inputs of a series in one message, the arrays of the first under ``x0`` and so on."""
    header: dict[str, Any] = {"inputs": [], "callers": [list(numbers) for numbers in callers]}
    arrays: dict[str, NDArray[Any]] = {}
    for number, given in enumerate(inputs):
        one = _request("series", given.x, fmt, given.axis, beta, given.labels)
        if given.g is not None:
            one.arrays["g"] = encode(given.g, fmt)
        header["inputs"].append({"axis": given.axis, "may_raise": given.may_raise})
        header |= {name: one.header[name] for name in ("verb", "format", "beta")}
        arrays |= {f"{name}{number}": array for name, array in one.arrays.items()}
    return Message(header, arrays)


def _numbers(answer: Message) -> dict[str, tuple[tuple[int, ...], ...]]:
    """The results of a series by their places among the different ones, compared here.

    One that was not kept, because there were many, has the last place.
    """
    formats = answer.header["formats"]
    results = [answer.arrays[f"bits{place}"] for place in range(len(formats))]
    names = map(series.digest_of, results, formats)
    places = {name: place for place, name in enumerate(names)} | {series.NOTHING: _NOTHING}
    return {
        which: tuple(
            tuple(places.get(name, len(results) - 1) for name in names)
            for names in answer.header[which]
        )
        for which in ("given", "kept")
    }


def _wrote_late(request: Message, answer: Message) -> bool:
    """Whether a call wrote into the input of an earlier one.

    Where the last call's own input is written too, each call writes into its own, which is
    another matter.
    """
    told, sent = answer.header["arguments"], request.header
    written = [
        _modified(request, arguments, str(number))
        for number, arguments in zip(sent["callers"][0] if told else (), told, strict=True)
        if not sent["inputs"][number]["may_raise"]
    ]
    return any(written[:-1]) and not written[-1]


def _modified(request: Message, held: Mapping[str, str], end: str = "") -> bool:
    """Whether the arguments hold other bits than were sent, by the digests of what they hold."""
    return any(
        held.get(name) != digest(request.arrays[f"{name}{end}"])
        for name in ("x", "labels")
        if f"{name}{end}" in request.arrays
    )


def _output(request: Message, answer: Message, shape: tuple[int, ...]) -> Output | None:
    """The output in an answer.

    Raises
    ------
    Raised
        It has another shape than the operation's result.
    """
    name = answer.header["format"]
    if name is None:
        return None
    held = answer.header.get("arguments")
    modified = held is not None and _modified(request, held)
    output = _read(answer.arrays["bits"], name, shape, answer.header["note"], modified)
    return replace(output, eager=answer.header.get("eager", ""))


def _step(
    request: Message, answer: Message, shape: tuple[int, ...], of_value: tuple[int, ...]
) -> Step | None:
    """What a step of training gave; ``None`` where no gradient reaches the logits."""
    gradient = _output(request, answer, shape)
    if gradient is None:
        return None
    header, arrays = answer.header, answer.arrays
    note, again = gradient.note, None
    if "again" in arrays:
        again = _read(arrays["again"], header["again"], shape, note)
    return Step(
        _read(arrays["value"], header["value"], of_value, note),
        gradient,
        again,
        refused=header["refused"],
        cotangent_modified=len(set(header["cotangents"])) > 1,
        value_modified=len(set(header["values"])) > 1,
    )


def _step_back(step: Step, seen: Presented) -> Step:
    """A step of training, as the case has it."""
    parts = {"value": step.value, "gradient": step.gradient, "again": step.again}
    back: dict[str, Any] = {
        name: replace(output, values=seen.back(output.values))
        for name, output in parts.items()
        if output is not None
    }
    return replace(step, **back)


def _read(
    bits: NDArray[Any],
    name: str,
    shape: tuple[int, ...] | None,
    note: str,
    modified: bool = False,
) -> Output:
    """The output that ``bits`` stand for; ``shape`` is the one that is due, where one is."""
    if shape is not None and bits.shape != shape:
        raise Raised(f"it returned the shape {bits.shape} where {shape} is due", "ShapeError")
    values = decode(bits, FORMATS[name]) if name in FORMATS else bits.astype(np.float64)
    return Output(values, name, modified, note)
