"""What a worker may answer to which request; the other side may be a user's code gone wrong.

A message can be read and still be wrong: the answer to another request, or one of other fields.
Such an answer is a fault of its worker alone, as a crash is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Final, Literal, NotRequired, TypedDict, TypeVar

import numpy as np
from msgspec import Meta

from softmark.fields import Name, Number, Plain, Size, Text, validate
from softmark.subjects.wire import Message, WireError
from softmark_implementations.framework import CARRIERS

UNREADABLE: Final = (
    ArithmeticError,
    AttributeError,
    LookupError,
    MemoryError,
    TypeError,
    ValueError,
)
"""What reading a wrong answer raises."""

Words = list[Name]
Carried = Annotated[str, Meta(pattern=f"^(?:{'|'.join(CARRIERS)})$")]
"""The name of a format that crosses the border."""

Axes = Annotated[str, Meta(pattern="^(?:any|last|-?[0-9]{1,2})$")]
Duration = Annotated[float, Meta(ge=0)]
T = TypeVar("T")


class Fault(TypedDict):
    """An answer that says what went wrong."""

    fault: Literal["NotOffered", "Raised", "Crashed", "TimedOut", "TargetError"]
    message: Text
    kind: NotRequired[Text]
    traceback: NotRequired[Text]
    how: NotRequired[Text]
    output: NotRequired[Text]
    seconds: NotRequired[Number]


class Called(TypedDict):
    """What every answer of a call tells."""

    seconds: Number
    processor_seconds: Number
    note: Text


class Facts(TypedDict):
    """What a framework runs on; it goes into the header of a results file."""

    python: Name
    versions: dict[Name, Name]
    devices: dict[Name, Name]
    settings: dict[Name, Any]
    denormals: dict[Name, Name]
    threads: Size


class Loaded(TypedDict):
    """What was loaded; of a user's function also what ``arrays.described`` tells."""

    facts: Facts
    modules: dict[Name, Text]
    call: NotRequired[dict[Name, Any]]
    remarks: NotRequired[list[Text]]
    default_axis: NotRequired[list[Any]]
    axis_by_place: NotRequired[bool]
    axes: NotRequired[Axes]
    signature: NotRequired[Text]
    takes: NotRequired[Text]
    compiled: NotRequired[bool]
    framework: NotRequired[Name]
    formats: NotRequired[list[Carried]]
    differentiates: NotRequired[bool]
    description: NotRequired[Text]


class ModeLine(TypedDict):
    """What a check must know of a mode."""

    is_costly: bool
    adds_an_axis: bool
    differentiated: bool
    of_gradient: bool
    arithmetic: Name


class Modes(Called):
    """The framework's modes."""

    modes: dict[Name, ModeLine]


class Output(Called):
    """A result, or that there is none."""

    format: Name | None
    input_modified: NotRequired[bool]


class Stepped(Output):
    """What a step of training gave."""

    value: NotRequired[Name]
    again: NotRequired[Name]
    refused: NotRequired[Text]
    cotangents: NotRequired[Words]
    values: NotRequired[Words]


class Reached(Called):
    """How large the gradient of each layer is, as hexadecimal floats."""

    norms: dict[Name, Name | None]


class Timed(Called):
    """Times of calls, and how they were taken."""

    subject_calls: Size
    copy_calls: Size
    copy_bytes: Size
    ring_bytes: Size
    flush_bytes: Size
    threads: Size
    denormals: dict[Name, Any]
    first_call_ns: Number
    is_new: bool
    new_ns: Number
    again_ns: Number
    clock: Name
    clocks: dict[Name, Plain]
    formats: Words
    steps: list[Size]


class Series(Called):
    """The results of several calls."""

    formats: Words
    given: list[list[Any]]
    kept: list[list[Any]]


class Single(TypedDict):
    """The result of one of several calls, or that there is none."""

    format: Name | None


class Several(Called):
    """The results of several calls, or what went wrong in them; and how many are left to call."""

    answers: list[dict[str, Any]]
    left: int


class Memory(Called):
    """The bytes that calls took."""

    first_call_bytes: Size
    steady_bytes: Size
    output_bytes: Size
    method: Name


class Entered(TypedDict):
    """A contender that is ready."""

    calls: Size
    call_ns: Duration
    first_call_ns: Duration


class Block(TypedDict):
    """One block of calls."""

    wall_ns: Annotated[float, Meta(gt=0)]
    cpu_ns: Duration
    waits: Size


class Rounds(TypedDict):
    """Rounds of two contenders; their times are arrays."""

    waits: Size


class Hello(TypedDict):
    """A worker's first message."""

    pid: Size


ANSWERS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("forward", "cast", "vjp", "jvp", "hvp", "vjp_beta", "vjp_operand"), Output),
    "reach": Reached, "train": Stepped, "time": Timed, "series": Series, "memory": Memory,
    "enter": Entered, "block": Block, "rounds": Rounds,
    "hello": Hello, "load": Loaded, "modes": Modes, "several": Several,
}  # fmt: skip
READING: Final = (
    "forward", "cast", "vjp", "jvp", "hvp", "vjp_beta", "vjp_operand", "reach", "train", "time",
    "series", "memory", "enter", "modes", "several",
)  # fmt: skip
"""The methods of a subject that read an answer."""
TIMES: Final = {"time": ("subject_ns", "copy_ns"), "rounds": ("wall_ns", "cpu_ns", "control_ns")}
OF_A_ROUND: Final = {"time": (), "rounds": (2, 2)}
"""The shape of the times of one block, or of one round: function, there or back."""


def answer_to(verb: str, number: int, answer: Message) -> Message:
    """The answer without what says which request it answers.

    Raises
    ------
    WireError
        It answers another one, or is none to a request of this kind.
    """
    told = answer.header.pop("verb", None), answer.header.pop("number", None)
    if told != (verb, number):
        raise WireError(f"it answers {told!r:.80}, not {(verb, number)}")
    kind = Fault if "fault" in answer.header else ANSWERS[verb]
    read(lambda: _check(answer, verb, kind))
    return answer


def _check(answer: Message, verb: str, kind: Any) -> None:
    header = answer.header
    validate(header, kind)
    if kind is Fault:
        return
    if verb in TIMES:
        _check_times(answer, verb)
    if kind in (Output, Stepped) and header["format"] is not None:
        _check_bits(answer, "bits", header["format"])
    for name in ("value", "again") if kind is Stepped else ():
        if name in header:
            _check_bits(answer, name, header[name])
    for place, name in enumerate(header["formats"] if kind in (Timed, Series) else ()):
        _check_bits(answer, f"bits{place}", name)
    for place, told in enumerate(header["answers"] if kind is Several else ()):
        validate(told, Fault if "fault" in told else Single)
        if told.get("format") is not None:
            _check_bits(answer, f"bits{place}", told["format"])
    if kind is Timed and len(header["steps"]) != len(header["formats"]):
        raise WireError("it has more results than steps, or fewer")


def _check_times(answer: Message, verb: str) -> None:
    """Times are numbers that are not negative, as many of each as there are blocks or rounds."""
    named = {name: answer.arrays[name] for name in TIMES[verb]}
    for name, times in named.items():
        is_time = times.dtype == np.float64 and np.isfinite(times).all() and (times >= 0).all()
        if not is_time or times.shape[1:] != OF_A_ROUND[verb]:
            raise WireError(f"what it calls {name} are no times")
    first, second, *_ = named.values()
    if not first.all() or len(first) != len(second) or not len(first):
        raise WireError("it has no times, or some are missing")


def _check_bits(answer: Message, array: str, name: str) -> None:
    if answer.arrays[array].dtype != CARRIERS[name]:
        raise WireError(f"it carries {name} as {answer.arrays[array].dtype}")


def read(reading: Callable[[], T]) -> T:
    """What ``reading`` an answer gives.

    Raises
    ------
    WireError
        The answer is not what it must be.
    """
    try:
        return reading()
    except UNREADABLE as error:
        text = f"missing {error}" if isinstance(error, KeyError) else str(error)
        raise WireError(f"it is no such answer ({text:.200})") from error
