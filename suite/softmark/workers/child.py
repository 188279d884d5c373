"""One process of a worker: how it is started, listened to and ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from threading import Thread
from typing import IO, Final

import psutil

import softmark
import softmark_implementations
from softmark.subjects.faults import Crashed, TargetError, shortened
from softmark.workers import worker
from softmark.workers.settings import (
    WorkerSettings,
    allowed_threads,
    process_environment,
    processors,
)

GRACE: Final = 5.0
"""Seconds for the guardian to end everything, before the whole process group is killed."""

TAIL: Final = 4000
"""Bytes kept of what a worker prints."""


class Tail:
    """The last that a process printed; the rest is read and dropped, so that it never blocks."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._kept = b""
        self._thread = Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        with self._stream:
            while piece := os.read(self._stream.fileno(), 2**16):
                self._kept = (self._kept + piece)[-TAIL:]

    def close(self) -> None:
        """Wait for the rest, once the process has ended."""
        self._thread.join(1.0)

    def text(self) -> str:
        """What was printed last."""
        return shortened(self._kept.decode(errors="replace").strip())


SELDOM: Final = 0.5
"""Seconds between two looks at the processes that a process started."""

_LISTS_CHILDREN: Final = Path("/proc/self/task").is_dir()


@dataclass
class Child:
    """A process that has been started, and this end of its connections.

    Attributes
    ----------
    process:
        The guardian, which leads a session of its own.
    control:
        Where requests go and answers come from.
    lifeline:
        Open as long as the process shall live.
    output:
        What it prints.
    memory:
        Bytes of resident memory that it may take.
    work:
        The process that does the work, once it has told which one it is.
    """

    process: subprocess.Popen[bytes]
    control: socket.socket
    lifeline: FileIO
    output: Tail
    memory: int
    work: psutil.Process | None = field(default=None)
    _counted: float = -SELDOM
    _of_children: int = 0

    @classmethod
    def start(cls, settings: WorkerSettings, place: int = 0) -> Child:
        """Start a process on the processors of a place; see ``settings.processors``.

        Raises
        ------
        TargetError
            The interpreter cannot be run.
        """
        control, theirs = socket.socketpair()
        lifeline, held = os.pipe()
        kept = FileIO(held, "w")
        told = _told(settings, place, theirs.fileno(), lifeline)
        try:
            process = _popen(settings, told)
        except OSError as error:
            control.close()
            kept.close()
            raise TargetError(
                f"the interpreter {settings.python} cannot be run ({error.strerror}); "
                "give the path of a Python that has NumPy and the framework"
            ) from None
        finally:
            theirs.close()
            os.close(lifeline)
        assert process.stdout is not None
        memory = settings.memory or psutil.virtual_memory().available * 4 // 5
        return cls(process, control, kept, Tail(process.stdout), memory)

    @property
    def has_ended(self) -> bool:
        return self.process.poll() is not None

    @property
    def nbytes(self) -> int:
        """Resident memory of the process that calls; 0 where that cannot be told."""
        with contextlib.suppress(psutil.Error):
            return 0 if self.work is None else int(self.work.memory_info().rss)
        return 0

    @property
    def is_too_large(self) -> bool:
        """Whether it and all that it started take more than they may."""
        return self.nbytes + self._nbytes_of_children() > self.memory

    def _nbytes_of_children(self) -> int:
        """What the processes that it started hold alone; what they share with it is counted once.

        Orphans are children of the guardian.
        """
        if time.monotonic() < self._counted + SELDOM:
            return self._of_children
        total = 0
        for child in _descendants(self.process.pid):
            if self.work is None or child != self.work.pid:
                with contextlib.suppress(psutil.Error):
                    total += int(psutil.Process(child).memory_full_info().uss)
        self._counted, self._of_children = time.monotonic(), total
        return total

    def end_orphans(self) -> None:
        """End what the calls left behind: where the guardian inherits it, it is its child.

        A process whose parent lives, as the helpers of a compiler do, stays as long as that does.
        """
        with contextlib.suppress(psutil.Error, OSError, ValueError):
            if self.work is not None:
                for orphan in _children(self.work.ppid()) - {self.work.pid}:
                    os.kill(orphan, signal.SIGKILL)

    def move(self, processors: Iterable[int]) -> None:
        """Let all threads of the process that calls run on these processors from now on."""
        with contextlib.suppress(psutil.Error):
            for thread in () if self.work is None else self.work.threads():
                with contextlib.suppress(ProcessLookupError):  # it has ended since
                    os.sched_setaffinity(thread.id, processors)

    def end(self) -> None:
        """Let go of the lifeline, so that the guardian ends everything; insist if it does not."""
        self.control.close()
        self.lifeline.close()
        try:
            self.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.output.close()

    def obituary(self) -> Crashed:
        """The fault of a process that exited on its own; ends what is left of it."""
        code: int | None = None
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self.process.wait(GRACE)
        self.end()
        how = _how(code)
        return Crashed(f"its process ended by {how}", how, self.output.text())


def _children(pid: int) -> set[int]:
    """The processes that a process started, or took over from one of them that has ended.

    The kernel lists them by thread; to look through all processes takes a hundred times as long.
    """
    found: set[int] = set()
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # the thread has ended
            found.update(map(int, listed.read_text().split()))
    return found


def _descendants(pid: int) -> Iterator[int]:
    """All of them, and what they started."""
    if not _LISTS_CHILDREN:
        with contextlib.suppress(psutil.Error):
            yield from (child.pid for child in psutil.Process(pid).children(recursive=True))
        return
    for child in _children(pid):
        yield child
        yield from _descendants(child)


def _told(settings: WorkerSettings, place: int, control: int, lifeline: int) -> worker.Settings:
    """The arguments on the command line of the process."""
    return {
        "control": control,
        "lifeline": lifeline,
        "packages": {
            package.__name__: str(Path(package.__path__[0]).resolve())
            for package in (softmark, softmark_implementations)
        },
        "cpus": processors(settings.threads, place),
        "seed": settings.seed,
        "threads": allowed_threads(settings),
        "device": settings.device,
        "counts_memory": settings.counts_memory,
    }


def _popen(settings: WorkerSettings, told: worker.Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [settings.python, str(Path(worker.__file__).resolve()), json.dumps(told)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=(told["control"], told["lifeline"]),
        start_new_session=True,
        env=process_environment(settings, told["threads"]),
    )


def _how(code: int | None) -> str:
    """How a process ended, in words."""
    if code is None:
        return "closing its connection"
    if code >= 0:
        return f"exit status {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
    return f"{name}, perhaps for want of memory" if name == "SIGKILL" else name
