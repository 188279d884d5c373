"""Half of a work in a process of its own, which starts with all that this one has in memory.

Threads would take turns: the work is Python's own.  A process that is not forked would have to be
sent the whole table.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from multiprocessing import Pipe, get_context
from multiprocessing.connection import Connection
from typing import Any, Final, Generic, TypeVar

Made = TypeVar("Made")
Item = TypeVar("Item")


THREADED: Final = ("jax", "tensorflow", "torch")
"""Libraries whose threads a fork leaves behind, so that the new process may wait for them."""


def has_room() -> bool:
    """Whether a second process would run at the same time, and this one may be forked.

    Elsewhere than on Linux libraries of the system may not be used after a fork.
    """
    is_free = sys.platform == "linux" and len(os.sched_getaffinity(0)) > 1
    return is_free and not any(name in sys.modules for name in THREADED)


def both(here: Callable[[], Made], there: Callable[[], Made]) -> tuple[Made, Made]:
    """What two functions return, of which the second runs in a process of its own.

    Raises
    ------
    OSError
        The process was ended before it was done.
    Exception
        What either of them raises.
    """
    receiver, sender = Pipe(duplex=False)
    process = get_context("fork").Process(target=_tell, args=(sender, there), daemon=True)
    process.start()
    sender.close()
    try:
        first, second = here(), _told(receiver)
    finally:
        process.terminate()  # it has nothing left to do, or nobody waits for it
        process.join()
    if isinstance(second, Exception):
        raise second
    return first, second


class Queue(Generic[Item]):
    """Items each of which one of the two processes gets, whichever asks first."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self._taken = get_context("fork").Value("l", 0)

    def __iter__(self) -> Iterator[Item]:
        while (number := self._take()) < len(self._items):
            yield self._items[number]

    def _take(self) -> int:
        with self._taken.get_lock():
            number = int(self._taken.value)
            self._taken.value += 1
        return number


def _tell(sender: Connection, work: Callable[[], Any]) -> None:
    try:
        sender.send(work())
    except KeyboardInterrupt:
        pass  # the process that started this one was interrupted too, and says so
    except Exception as error:
        sender.send(error)


def _told(receiver: Connection) -> Any:
    with receiver:
        try:
            return receiver.recv()
        except EOFError:
            reason = "a process of the report ended early, as when memory runs out; try again"
            raise OSError(reason) from None
