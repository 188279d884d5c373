"""What a worker may answer to which request; the other side may be a user's code gone wrong.

A message can be read and still be wrong: the answer to another request, or one of other fields.
Such an answer is a fault of its worker alone, as a crash is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal, NotRequired, TypedDict, TypeVar

import msgspec

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
    note: Text


class Output(Called):
    """A result, or that there is none."""

    format: Name | None
    input_modified: NotRequired[bool]


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


class Series(Called):
    """The results of several calls."""

    formats: Words
    given: list[list[Any]]
    kept: list[list[Any]]


class Memory(Called):
    """The bytes that calls took."""

    first_call_bytes: Size
    steady_bytes: Size
    output_bytes: Size
    method: Name


class Entered(TypedDict):
    """A contender that is ready."""

    calls: Size
    call_ns: Number
    first_call_ns: Number


class Block(TypedDict):
    """One block of calls."""

    wall_ns: Number
    cpu_ns: Number
    waits: Size


class Rounds(TypedDict):
    """Rounds of two contenders; their times are arrays."""

    waits: Size


class Hello(TypedDict):
    """A worker's first message."""

    pid: Size


ANSWERS: Final[Mapping[str, Any]] = {
    **dict.fromkeys(("forward", "cast", "vjp", "jvp", "hvp", "vjp_beta"), Output),
    "reach": Reached, "time": Timed, "series": Series, "memory": Memory,
    "enter": Entered, "block": Block, "rounds": Rounds, "hello": Hello,
}  # fmt: skip
READING: Final = (
    "forward", "cast", "vjp", "jvp", "hvp", "vjp_beta", "reach", "time", "series", "memory",
)  # fmt: skip
"""The methods of a subject that read an answer."""
TIMES: Final = {"time": ("subject_ns", "copy_ns"), "rounds": ("wall_ns", "cpu_ns", "control_ns")}


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
    kind = Fault if "fault" in answer.header else ANSWERS.get(verb, dict[str, Any])
    read(lambda: _check(answer, verb, kind))
    return answer


def _check(answer: Message, verb: str, kind: Any) -> None:
    validate(answer.header, kind)
    for name in TIMES.get(verb, ()) if kind is not Fault else ():
        msgspec.convert(answer.arrays[name].ravel().tolist(), list[float])
    if kind is Output and answer.header["format"] is not None:
        _check_bits(answer, "bits", answer.header["format"])
    for place, name in enumerate(answer.header["formats"] if kind in (Timed, Series) else ()):
        _check_bits(answer, f"bits{place}", name)


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
