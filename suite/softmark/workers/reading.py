"""What the answers of a subject hold: outputs, steps of training, and what was written into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.calling import series
from softmark.calling.digests import digest
from softmark.formats import FORMATS, decode
from softmark.subjects.faults import Raised, SubjectFault, from_json
from softmark.subjects.subject import Output, Step
from softmark.subjects.wire import Message
from softmark.workers.presenting import Presented

NOTHING: Final = -1
"""The number of a result that is ignored."""


def numbers_in(answer: Message) -> dict[str, tuple[tuple[int, ...], ...]]:
    """The results of a series by their places among the different ones, compared here.

    One that was not kept, because there were many, has the last place.
    """
    formats = answer.header["formats"]
    results = [answer.arrays[f"bits{place}"] for place in range(len(formats))]
    names = map(series.digest_of, results, formats)
    places = {name: place for place, name in enumerate(names)} | {series.NOTHING: NOTHING}
    return {
        which: tuple(
            tuple(places.get(name, len(results) - 1) for name in names)
            for names in answer.header[which]
        )
        for which in ("given", "kept")
    }


def wrote_late(request: Message, answer: Message) -> bool:
    """Whether a call wrote into the input of an earlier one.

    Where the last call's own input is written too, each call writes into its own, which is
    another matter.
    """
    told, sent = answer.header["arguments"], request.header
    written = [
        is_modified(request, arguments, str(number))
        for number, arguments in zip(sent["callers"][0] if told else (), told, strict=True)
        if not sent["inputs"][number]["may_raise"]
    ]
    return any(written[:-1]) and not written[-1]


def is_modified(request: Message, held: Mapping[str, str], end: str = "") -> bool:
    """Whether the arguments hold other bits than were sent, by the digests of what they hold."""
    return any(
        held.get(name) != digest(request.arrays[f"{name}{end}"])
        for name in ("x", "labels")
        if f"{name}{end}" in request.arrays
    )


def parted(answer: Message, count: int) -> list[Message | SubjectFault]:
    """The answers to the first of ``count`` calls: to all but those that are left.

    Raises
    ------
    ValueError
        There are more or fewer, or one is no answer to a call.
    """
    told, note = answer.header["answers"], answer.header["note"]
    if not told or len(told) + answer.header["left"] != count:
        raise ValueError(f"{len(told)} answers to {count} calls, {answer.header['left']} left")
    seconds = answer.header["processor_seconds"] / len(told)
    shared = {"note": note, "processor_seconds": seconds}
    return [
        _fault_in(each)
        if "fault" in each
        else Message({**each, **shared}, _arrays_of(answer, number, each))
        for number, each in enumerate(told)
    ]


def _fault_in(told: dict[str, Any]) -> SubjectFault:
    fault = from_json(told)
    if not isinstance(fault, SubjectFault):
        raise fault
    return fault


def _arrays_of(answer: Message, number: int, told: dict[str, Any]) -> dict[str, NDArray[Any]]:
    return {} if told["format"] is None else {"bits": answer.arrays[f"bits{number}"]}


def output_in(request: Message, answer: Message, shape: tuple[int, ...]) -> Output | None:
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
    modified = held is not None and is_modified(request, held)
    modified |= answer.header.get("cotangent_modified") is True
    output = read(answer.arrays["bits"], name, shape, answer.header["note"], modified)
    eager, took = answer.header.get("eager", ""), float(answer.header["processor_seconds"])
    shared, fixed = (answer.header.get(name) is True for name in ("is_shared", "is_read_only"))
    return replace(
        output, eager=eager, processor_seconds=took, is_shared=shared, is_read_only=fixed
    )


def step_in(
    request: Message, answer: Message, shape: tuple[int, ...], of_value: tuple[int, ...]
) -> Step | None:
    """What a step of training gave; ``None`` where no gradient reaches the logits."""
    gradient = output_in(request, answer, shape)
    if gradient is None:
        return None
    header, arrays = answer.header, answer.arrays
    note, again = gradient.note, None
    if "again" in arrays:
        again = read(arrays["again"], header["again"], shape, note)
    return Step(
        read(arrays["value"], header["value"], of_value, note),
        gradient,
        again,
        refused=header["refused"],
        cotangent_modified=len(set(header["cotangents"])) > 1,
        value_modified=len(set(header["values"])) > 1,
    )


def step_back(step: Step, seen: Presented) -> Step:
    """A step of training, as the case has it."""
    parts = {"value": step.value, "gradient": step.gradient, "again": step.again}
    back: dict[str, Any] = {
        name: replace(output, values=seen.back(output.values))
        for name, output in parts.items()
        if output is not None
    }
    return replace(step, **back)


def read(
    bits: NDArray[Any],
    name: str,
    shape: tuple[int, ...] | None,
    note: str,
    modified: bool = False,
) -> Output:
    """The output that ``bits`` stand for; ``shape`` is the expected one, where there is one."""
    if shape is not None and bits.shape != shape:
        raise Raised(f"it returned the shape {bits.shape}, expected {shape}", "ShapeError")
    values = decode(bits, FORMATS[name]) if name in FORMATS else bits.astype(np.float64)
    return Output(values, name, modified, note)
