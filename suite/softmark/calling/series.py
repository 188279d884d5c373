"""Many calls of one function: what each returned, and what that held when all had returned.

A function may answer differently because it was called before, or because
another thread calls it now, and it may write later into what it gave earlier.
Each call has arrays of its own, and every result is kept until the last call
has returned.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from numpy.typing import NDArray

from softmark.calling.digests import digest
from softmark.subjects.faults import NotOffered, Raised
from softmark.subjects.wire import Message


@dataclass(frozen=True)
class Work:
    """One call with arrays of its own, and digests of what these hold."""

    make: Callable[[], Any]
    arguments: Callable[[], dict[str, str]] = dict

    def __call__(self) -> Any:
        return self.make()


Read = Callable[[Any], tuple[NDArray[Any], str]]

NOTHING: Final = ""
"""In the place of a digest: the call is meant to raise, and whatever it did is ignored."""

IGNORED: Final = object()
"""In the place of a result, which a function may give as ``None``."""

MANY: Final = 16
"""Different results that are kept; a function with this many is not reproducible."""

SWITCH: Final = 1e-5
"""Seconds between two changes of the running thread, so that threads meet in every line."""


LIGHT: Final = 2**22
"""Bytes of all inputs up to which they are looked at again when the last call has returned."""


@dataclass
class Distinct:
    """Results by their digests, equal ones once: of the same format, shape and bits."""

    results: dict[str, tuple[NDArray[Any], str]] = field(default_factory=dict)

    def add(self, bits: NDArray[Any], format_name: str) -> str:
        """The digest of a result, which is kept unless there are many."""
        name = digest_of(bits, format_name)
        if name not in self.results and len(self.results) < MANY:
            self.results[name] = bits.copy(), format_name
        return name


def digest_of(bits: NDArray[Any], format_name: str) -> str:
    """What stands for a result: its format, shape and bits."""
    return f"{format_name} {digest(bits)}"


@dataclass
class Calls:
    """The calls of one caller.

    Attributes
    ----------
    results:
        What they returned; ``IGNORED`` for those that may raise.
    """

    work: Sequence[Work]
    may_raise: Sequence[bool]
    results: list[Any] = field(default_factory=list)

    def make(self, seen: Callable[[Any], None] = lambda result: None) -> None:
        """Make the calls; each result is shown to ``seen`` before the next call is made."""
        for work, may_raise in zip(self.work, self.may_raise, strict=True):
            result = None
            try:
                result = work()
            except (NotOffered, Raised):
                if not may_raise:
                    raise
            self.results.append(IGNORED if may_raise else result)
            seen(self.results[-1])


def answer(request: Message, prepare: Callable[[Message], Work], read: Read) -> Message:
    """Make the calls of ``request``: each caller's in a row, several callers' at once.

    Parameters
    ----------
    request:
        ``callers`` has for each caller the numbers of the inputs that it calls with, one after
        the other; ``inputs`` has each input's header, and its arrays are called ``x0``, ``x1``.
    prepare:
        Makes arrays for one call, and gives what makes it.
    read:
        The bits of what a call returned.
    """
    distinct = Distinct()

    def named(result: Any) -> str:
        return NOTHING if result is IGNORED else distinct.add(*read(result))

    inputs = [_input(request, number) for number in range(len(request.header["inputs"]))]
    callers = [
        Calls(
            [_prepared(prepare, inputs[number]) for number in numbers],
            [bool(inputs[number].header["may_raise"]) for number in numbers],
        )
        for numbers in request.header["callers"]
    ]
    given: list[str] = []
    if len(callers) == 1:
        callers[0].make(lambda result: given.append(named(result)))
    else:
        _make_at_once(callers)  # nothing between the calls, so that they meet
    kept = [[named(result) for result in caller.results] for caller in callers]
    results = distinct.results.values()
    return Message(
        {
            "given": [given] if given else kept,
            "kept": kept,
            "formats": [name for _, name in results],
            "arguments": _arguments(callers[0], request) if len(callers) == 1 else [],
        },
        {f"bits{place}": bits for place, (bits, _) in enumerate(results)},
    )


def _arguments(calls: Calls, request: Message) -> list[dict[str, str]]:
    """What the input of each call holds when all have returned, where they are light."""
    size = sum(array.nbytes for array in request.arrays.values()) * len(calls.work)
    return [work.arguments() for work in calls.work] if size <= LIGHT else []


def _input(request: Message, number: int) -> Message:
    """One input, as a request of its own."""
    end = str(number)
    arrays = {
        name.removesuffix(end): array
        for name, array in request.arrays.items()
        if name.rstrip("0123456789") + end == name
    }
    return Message({**request.header, **request.header["inputs"][number]}, arrays)


def _prepared(prepare: Callable[[Message], Work], request: Message) -> Work:
    """The call of one input; none at all where it may raise and cannot even be made."""
    try:
        return prepare(request)
    except (NotOffered, Raised):
        if not request.header["may_raise"]:
            raise
        return Work(lambda: None)


def _make_at_once(callers: Sequence[Calls]) -> None:
    """Each caller's calls in a thread of its own; all begin together."""
    together = threading.Barrier(len(callers))

    def make(caller: Calls) -> None:
        together.wait()
        caller.make()

    with taking_turns(SWITCH), ThreadPoolExecutor(len(callers)) as pool:
        for future in [pool.submit(make, caller) for caller in callers]:
            future.result()


@contextmanager
def taking_turns(seconds: float) -> Iterator[None]:
    """Let another thread run after each ``seconds``; Python's usual interval comes back."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)
