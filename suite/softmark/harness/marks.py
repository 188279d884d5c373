"""Calls in which softmark itself was killed: met again and again, they are passed by.

A kernel runs as the user does, so it can kill the process that records it.
``--resume`` would measure the same case again, and be killed again.  So each
call leaves a mark beside the results while it is made.  A run that was killed
for another reason leaves one too, which is why a case is passed by only after
three runs in a row that ended in a call of it.
"""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

ENOUGH: Final = 3
"""Runs in a row that ended in a call of a case, after which the case is passed by."""


class Marks:
    """The calls that are being made, in a small file beside a results file.

    Parameters
    ----------
    results:
        The results file.
    """

    def __init__(self, results: Path) -> None:
        self._path = results.with_suffix(".calls")
        self._earlier = _read(self._path)
        self._now: dict[str, int] = {}
        self._busy = Lock()
        self._descriptor = _opened(self._path)

    def is_deadly(self, case: str) -> bool:
        """Whether enough runs ended in a call of the case."""
        return self._earlier.get(case, 0) >= ENOUGH

    @contextmanager
    def during(self, case: str) -> Iterator[None]:
        """Leave a mark for as long as the block takes."""
        with self._busy:
            self._now[case] = self._earlier.get(case, 0) + 1
            self._write()
        try:
            yield
        finally:
            with self._busy:
                del self._now[case]
                self._write()

    def close(self) -> None:
        """Nothing is marked any more, unless an earlier run's case is still to come."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
            if not self._earlier:
                self._path.unlink(missing_ok=True)

    def forget(self) -> None:
        """The run came to its end."""
        self._earlier.clear()

    def _write(self) -> None:
        """What cannot be written marks nothing; the results say what is wrong with the disk."""
        text = json.dumps({**self._earlier, **self._now}).encode()
        with contextlib.suppress(OSError):
            os.ftruncate(self._descriptor, os.pwrite(self._descriptor, text, 0))


@dataclass
class Mark:
    """The mark of one worker: for whichever case it is called now."""

    marks: Marks
    case: str = ""

    def is_deadly(self, case: str) -> bool:
        """Whether the case that comes now is passed by."""
        self.case = case
        return self.marks.is_deadly(case)

    def __call__(self) -> contextlib.AbstractContextManager[None]:
        return self.marks.during(self.case)


def _opened(path: Path) -> int:
    """The file, or -1 where there is no room for one: then nothing is marked."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        return -1


def _read(path: Path) -> dict[str, int]:
    """The marks of an earlier run; none where there are none that can be read."""
    try:
        held = json.loads(path.read_bytes()[: 2**20])
        return {str(case): int(count) for case, count in held.items()}
    except (OSError, ValueError, AttributeError, TypeError):
        return {}
