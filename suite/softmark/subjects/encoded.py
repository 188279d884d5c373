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
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark import operations
from softmark.formats import FORMATS, Float64Array, Format, decode, encode
from softmark.subjects import series
from softmark.subjects.digests import digest
from softmark.subjects.faults import Raised
from softmark.subjects.subject import (
    Given,
    Info,
    Inputs,
    Launch,
    Memory,
    Output,
    Series,
    Step,
    Timing,
)
from softmark.subjects.wire import Message
from softmark_implementations.framework import CARRIERS

Labels = NDArray[Any] | None

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
    ) -> Output:
        with self._crossing() as cross:
            request = _request("forward", x, fmt, axis, beta, labels)
            request.header["layout"] = layout
            output = _output(request, cross(request), self.output_shape(x.shape, axis))
        assert output is not None
        return output

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
        with self._crossing() as cross:
            request = _request("vjp", x, fmt, axis, beta, labels)
            request.arrays["g"] = encode(g, fmt)
            return _output(request, cross(request), x.shape)

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
            request = _request("train", x, fmt, axis, beta, labels)
            request.header.update(between=between, cotangent=layout)
            request.arrays["g"] = encode(g, fmt)
            return _step(request, cross(request), x.shape, self.output_shape(x.shape, axis))

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
        with self._crossing() as cross:
            request = _request("jvp", x, fmt, axis, beta, labels)
            request.arrays["v"] = encode(v, fmt)
            return _output(request, cross(request), self.output_shape(x.shape, axis))

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
        with self._crossing() as cross:
            request = _request("hvp", x, fmt, axis, beta, labels)
            request.arrays.update(g=encode(g, fmt), v=encode(v, fmt))
            return _output(request, cross(request), x.shape)

    def vjp_beta(
        self, x: Float64Array, g: Float64Array, fmt: Format, *, axis: int = -1, beta: float
    ) -> Output | None:
        with self._crossing() as cross:
            request = _request("vjp_beta", x, fmt, axis, beta, None)
            request.arrays.update(g=encode(g, fmt), beta=encode(np.float64(beta), fmt))
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
        request = _request("time", x, fmt, axis, beta, labels)
        request.header.update(seconds=seconds, mode=mode, inputs=inputs, launch=launch)
        if g is not None:
            request.arrays["g"] = encode(g, fmt)
        answer = self.ask(request)
        header, arrays = answer.header, answer.arrays
        due = x.shape if g is not None else self.output_shape(x.shape, axis)
        outputs = [
            _read(arrays[f"bits{place}"], name, due, header["note"])
            for place, name in enumerate(header["formats"])
        ]
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
        request = _request("enter", x, fmt, axis, beta, labels)
        request.header.update(lane=lane, mode="forward" if g is None else "vjp")
        if g is not None:
            request.arrays["g"] = encode(g, fmt)
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
        with self._crossing() as cross:
            request = _series_request(inputs, callers, fmt, beta)
            answer = cross(request)
            numbered = _numbers(answer)
            due: dict[int, tuple[int, ...]] = {}
            for numbers, results in zip(callers, numbered["given"], strict=True):
                for number, result in zip(numbers, results, strict=True):
                    given = inputs[number]
                    is_forward = given.g is None
                    shape = given.x.shape
                    due[result] = self.output_shape(shape, given.axis) if is_forward else shape
            outputs = [
                _read(answer.arrays[f"bits{place}"], name, due.get(place), answer.header["note"])
                for place, name in enumerate(answer.header["formats"])
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
        request = _request("memory", x, fmt, axis, beta, labels)
        if g is not None:
            request.arrays["g"] = encode(g, fmt)
        answer = self.ask(request)
        told = ("first_call_bytes", "steady_bytes", "output_bytes", "method")
        size = sum(array.nbytes for array in request.arrays.values())
        return Memory(input_bytes=size, **{name: answer.header[name] for name in told})

    @contextmanager
    def _crossing(self) -> Iterator[Callable[[Message], Message]]:
        """Gives ``ask``, and counts the time of the block that is not the subject's own."""
        start, own = time.monotonic(), 0.0

        def cross(request: Message) -> Message:
            nonlocal own
            answer = self.ask(request)
            own = float(answer.header["seconds"])
            note = str(answer.header["note"])
            if note and note not in self.notes:
                self.notes.append(note)
            return answer

        yield cross
        self.border_seconds += time.monotonic() - start - own

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
    return _read(answer.arrays["bits"], name, shape, answer.header["note"], modified)


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
