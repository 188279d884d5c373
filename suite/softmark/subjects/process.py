"""The life of a worker process, as its parent sees it.

A worker is started when it is first asked, and again when it is asked after it
crashed, hung or was spoiled.  Whatever happens to it, ``ask`` returns or raises
within its time, and when a worker is stopped, no process that it started stays.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import IO, Final

import psutil

import softmark
import softmark_implementations
from softmark.subjects import faults, wire, worker
from softmark.subjects.faults import Crashed, TimedOut
from softmark.subjects.wire import Message, WireError

TICK: Final = 0.05
"""Seconds between two looks at a worker that has not answered: is it alive, how large is it?"""

GRACE: Final = 5.0
"""Seconds for the guardian to end everything, before the whole process group is killed."""

TAIL: Final = 4000
"""Bytes kept of what a worker prints."""

_THREAD_VARIABLES: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "NPROC",
)


@dataclass(frozen=True)
class WorkerSettings:
    """How a worker is run.

    Attributes
    ----------
    python:
        The interpreter; by default this one.
    device:
        ``cpu`` or ``cuda``.
    seed:
        Seeds the framework's generators, and hashing.
    threads:
        Threads that a framework may use; by default one for each processor.
    memory:
        Bytes of resident memory at which the worker is ended; by default four fifths of what
        is free when it starts.
    start_timeout:
        Seconds for the interpreter to start, and again for a framework to be imported.
    """

    python: str = sys.executable
    device: str = "cpu"
    seed: int = 0
    threads: int | None = None
    memory: int | None = None
    start_timeout: float = 120.0


@dataclass
class _Running:
    """A process that has been started, and the ends of its connections."""

    process: subprocess.Popen[bytes]
    control: socket.socket
    lifeline: int
    output: _Tail
    memory: int
    work: psutil.Process | None = None


@dataclass
class _Tail:
    """The last that a process printed; the rest is read and dropped, so that it never blocks."""

    stream: IO[bytes]
    _kept: bytes = b""
    _thread: Thread = field(init=False)

    def __post_init__(self) -> None:
        self._thread = Thread(target=self._drain, daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        with self.stream:
            while piece := os.read(self.stream.fileno(), 2**16):
                self._kept = (self._kept + piece)[-TAIL:]

    def close(self) -> None:
        """Wait for the rest, once the process has ended."""
        self._thread.join(1.0)

    def text(self) -> str:
        """What was printed last, without addresses, which differ from run to run."""
        text = self._kept.decode(errors="replace").strip()
        return re.sub(r"0x[0-9a-fA-F]+", "0x...", text)


class Worker:
    """A child process that calls subjects.

    Attributes
    ----------
    generation:
        How many processes have been started; what was loaded into an earlier one is gone.

    Parameters
    ----------
    settings:
        How it is run.
    cancelled:
        Once set, a wait for an answer ends with ``KeyboardInterrupt``, in whichever thread.
    """

    def __init__(self, settings: WorkerSettings, cancelled: Event | None = None) -> None:
        self.settings = settings
        self.generation = 0
        self._cancelled = cancelled or Event()
        self._running: _Running | None = None

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start a process unless one is running.

        Raises
        ------
        Crashed, TimedOut
            It ended, or did not answer, before it was ready.
        TargetError
            The interpreter cannot be run.
        """
        if self._running is not None:
            return
        self._running = self._spawn()
        self.generation += 1
        hello = self._receive(self._running, self.settings.start_timeout)
        with contextlib.suppress(psutil.Error):
            self._running.work = psutil.Process(hello.header["pid"])

    def ask(self, request: Message, timeout: float) -> Message:
        """Send ``request`` and wait for the answer.

        Raises
        ------
        SubjectFault
            The worker crashed, timed out, or answered with a fault.
        TargetError
            What was to be loaded cannot be.
        """
        self.start()
        assert self._running is not None
        self._send(self._running, request, timeout)
        answer = self._receive(self._running, timeout)
        if answer.header.get("lasting"):
            self.stop()
        if "fault" in answer.header:
            raise faults.from_json(answer.header)
        return answer

    def stop(self) -> None:
        """End the process and everything that it started."""
        if self._running is not None:
            self._end(self._running)

    def _spawn(self) -> _Running:
        ours, theirs = socket.socketpair()
        lifeline, held = os.pipe()
        told: worker.Settings = {
            "control": theirs.fileno(),
            "lifeline": lifeline,
            "packages": {
                package.__name__: str(Path(package.__path__[0]).resolve())
                for package in (softmark, softmark_implementations)
            },
            "cpus": _processors(self.settings.threads),
            "seed": self.settings.seed,
            "threads": self.settings.threads or len(_processors(None)) or 1,
            "device": self.settings.device,
        }
        try:
            process = subprocess.Popen(
                [self.settings.python, str(Path(worker.__file__).resolve()), json.dumps(told)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                pass_fds=(told["control"], told["lifeline"]),
                start_new_session=True,
                env=_environment(self.settings, told["threads"]),
            )
        except OSError as error:
            ours.close()
            os.close(held)
            raise faults.TargetError(
                f"the interpreter {self.settings.python} cannot be run ({error.strerror}); "
                "give the path of a Python that has NumPy and the framework"
            ) from None
        finally:
            theirs.close()
            os.close(lifeline)
        assert process.stdout is not None
        memory = self.settings.memory or psutil.virtual_memory().available * 4 // 5
        return _Running(process, ours, held, _Tail(process.stdout), memory)

    def _send(self, running: _Running, request: Message, timeout: float) -> None:
        running.control.settimeout(timeout)
        try:
            for piece in wire.dump(request):
                running.control.sendall(piece)
        except TimeoutError:
            self._end(running)
            raise _late(timeout) from None
        except OSError:
            raise self._ended(running) from None

    def _receive(self, running: _Running, timeout: float) -> Message:
        deadline = time.monotonic() + timeout

        def fill(view: memoryview) -> None:
            while view.nbytes:
                running.control.settimeout(TICK)
                try:
                    count = running.control.recv_into(view)
                except TimeoutError:
                    self._look_at(running, deadline, timeout)
                    continue
                except OSError:
                    count = 0
                if count == 0:
                    raise self._ended(running)
                view = view[count:]

        try:
            return wire.load(fill)
        except WireError as error:
            self._end(running)
            message = f"its answer could not be read: {error}"
            raise Crashed(message, "answer", running.output.text()) from None
        except KeyboardInterrupt:
            self._end(running)  # the next answer would be that of this question
            raise

    def _look_at(self, running: _Running, deadline: float, timeout: float) -> None:
        """Act on a worker that has not answered yet.

        Raises
        ------
        KeyboardInterrupt
            The run was cancelled.
        Crashed, TimedOut
            It has ended, has grown too large, or is late.
        """
        if self._cancelled.is_set():
            raise KeyboardInterrupt
        if running.process.poll() is not None:
            raise self._ended(running)
        with contextlib.suppress(psutil.Error):
            if running.work and running.work.memory_info().rss > running.memory:
                self._end(running)
                cap = running.memory / 2**30
                message = f"it was ended because it took more than {cap:.1f} GiB of memory"
                raise Crashed(message, "memory", running.output.text())
        if time.monotonic() > deadline:
            self._end(running)
            raise _late(timeout)

    def _ended(self, running: _Running) -> Crashed:
        """The fault of a process that went away by itself."""
        code: int | None
        try:
            code = running.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            code = None
        self._end(running)
        how = _how(code)
        return Crashed(f"its process ended by {how}", how, running.output.text())

    def _end(self, running: _Running) -> None:
        """Let go of the lifeline, so that the guardian ends everything; insist if it does not."""
        if self._running is running:
            self._running = None
        running.control.close()
        with contextlib.suppress(OSError):
            os.close(running.lifeline)
        try:
            running.process.wait(GRACE)
        except subprocess.TimeoutExpired:
            os.killpg(running.process.pid, signal.SIGKILL)
            running.process.wait()
        running.output.close()


def _late(timeout: float) -> TimedOut:
    return TimedOut(f"it did not answer within {timeout:g} s, and was ended", timeout)


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


def _processors(threads: int | None) -> list[int]:
    """The processors for ``threads``, or all that this process may use; empty where unknown."""
    if not hasattr(os, "sched_getaffinity"):
        return []
    return sorted(os.sched_getaffinity(0))[:threads]


def _environment(settings: WorkerSettings, threads: int) -> dict[str, str]:
    """The worker's environment: this one, with what decides arithmetic and threads fixed."""
    fixed = dict.fromkeys(_THREAD_VARIABLES, str(threads))
    fixed |= {
        "PYTHONHASHSEED": str(settings.seed % 2**32),
        "PYTHONUNBUFFERED": "1",
        "PYTHONFAULTHANDLER": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
    }
    if settings.device == "cpu":
        fixed["CUDA_VISIBLE_DEVICES"] = ""
    return {**os.environ, **fixed}
