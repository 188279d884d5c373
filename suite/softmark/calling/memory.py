"""How much memory a call takes beyond its inputs, counted where it is allocated.

The size of a process says little: freed memory is used again, and what an
allocator keeps for later is not given back.  So the framework's own allocator
is asked where it keeps count; elsewhere memray counts every allocation and
release of the process, whichever library makes it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from softmark.subjects.faults import NotOffered
from softmark.subjects.wire import Message
from softmark_implementations.framework import Framework

STEADY_CALLS: Final = 3
"""Calls after the first; the largest of their peaks is reported."""

Work = Callable[[], Any]
Read = Callable[[Any], tuple[NDArray[Any], str]]


def answer(
    request: Message,
    prepare: Callable[[Message], Work],
    read: Read,
    framework: Framework,
    device: str,
) -> Message:
    """Count the memory of the first and of later calls.

    Parameters
    ----------
    prepare:
        Makes arrays for one call, which are not counted, and gives what makes it.
    read:
        The bits of what a call returned.

    Raises
    ------
    NotOffered
        Nothing here can count it.
    """

    def peak() -> tuple[int, str]:
        work = prepare(request)

        def finished() -> None:
            framework.wait(work())

        return _peak(finished, framework, device)

    first, method = peak()
    steady = max(peak()[0] for _ in range(STEADY_CALLS))
    returned, _ = read(prepare(request)())
    return Message(
        {
            "first_call_bytes": first,
            "steady_bytes": steady,
            "output_bytes": returned.nbytes,
            "method": method,
        }
    )


def _peak(work: Callable[[], None], framework: Framework, device: str) -> tuple[int, str]:
    """The most bytes that ``work`` held at a time, and who counted them."""
    counted = framework.peak(work, device)
    if counted is not None:
        return counted, f"allocator of {framework.name}"
    if device != "cpu":
        raise NotOffered(f"{framework.name} does not count the memory of a {device} device")
    return _traced(work), "memray"


def _traced(work: Callable[[], None]) -> int:
    """The most bytes that were allocated at a time while ``work`` ran, and not before."""
    try:
        import memray
    except ImportError:
        raise NotOffered(
            'it takes memray to count memory here: python -m pip install "memray>=1.11"'
        ) from None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "allocations"
        with memray.Tracker(path, file_format=memray.FileFormat.AGGREGATED_ALLOCATIONS):
            work()
        return int(memray.FileReader(path).metadata.peak_memory)
