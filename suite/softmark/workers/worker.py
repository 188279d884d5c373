"""The program of a worker process, for any interpreter that has NumPy and the framework.

It is started by its path, not installed there: ``softmark`` and
``softmark_implementations`` are found at the folders that the parent names,
and nothing else of the parent's environment comes with them.

Before anything heavy is imported the process splits in two.  The child does
the work.  The other half, the guardian, runs none of the subject's code: it
ends the work, with every process that the work started, when the parent
closes the lifeline or dies, and passes on how the work ended.
"""

from __future__ import annotations

import contextlib
import ctypes
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import select
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Final, TypedDict

_LINUX: Final = sys.platform.startswith("linux")
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_CHILD_SUBREAPER: Final = 36


class Settings(TypedDict):
    """What the parent tells a worker on its command line.

    Attributes
    ----------
    control:
        Descriptor of the socket on which requests come.
    lifeline:
        Descriptor of a pipe that the parent holds open as long as the worker shall live.
    packages:
        Folder of each package that is found from here.
    cpus:
        Processors to stay on; empty for all.
    seed, threads, device, counts_memory:
        What the framework is prepared with.
    """

    control: int
    lifeline: int
    packages: dict[str, str]
    cpus: list[int]
    seed: int
    threads: int
    device: str
    counts_memory: bool


class Finder(importlib.abc.MetaPathFinder):
    """Finds top-level packages at given folders, before any that is installed."""

    def __init__(self, folders: dict[str, str]) -> None:
        self._folders = folders

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> importlib.machinery.ModuleSpec | None:
        folder = self._folders.get(fullname)
        if folder is None:
            return None
        return importlib.util.spec_from_file_location(
            fullname, f"{folder}/__init__.py", submodule_search_locations=[folder]
        )


def guard(work: int, lifeline: int) -> int:
    """Wait for the end of ``work`` or of the parent; end what is left.

    Returns
    -------
    The status of ``work`` as ``os.waitpid`` gives it.
    """
    wake, woken = os.pipe()
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(woken)
    status = _status_of(work)
    while status is None:
        readable, _, _ = select.select([lifeline, wake], [], [])
        if lifeline in readable:
            os.kill(work, signal.SIGKILL)
            status = os.waitpid(work, 0)[1]
        else:
            os.read(wake, 1024)
            status = _status_of(work)
    _end_descendants()
    return status


def _status_of(work: int) -> int | None:
    """How ``work`` ended, if it has; orphans that have ended are let go."""
    ended: tuple[int, int] | None = None
    with contextlib.suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0] not in (0, work):
            pass
    return ended[1] if ended and ended[0] == work else None


def _end_descendants() -> None:
    """Kill what the work started; as the subreaper, the guardian inherits all of it."""
    if not _LINUX:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.killpg(0, signal.SIGTERM)
        return
    while children := _children():
        for child in children:
            os.kill(child, signal.SIGKILL)
        for child in children:
            os.waitpid(child, 0)


def _children() -> list[int]:
    """Process ids whose parent is this process."""
    own = str(os.getpid())
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of a process may hold anything, so read from behind it.
            parent = path.read_text(errors="replace").rpartition(")")[2].split()[1]
        except (OSError, IndexError):
            continue
        if parent == own:
            found.append(int(path.parent.name))
    return found


def _process_control(option: int, value: int) -> None:
    if _LINUX:
        ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def _leave_as(status: int) -> None:
    """End this process the way the work ended."""
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        if number != signal.SIGKILL:
            signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _keep_quiet() -> None:
    """Close the guardian's copies of what the work writes to."""
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)


def main(settings: Settings) -> None:
    """Split, find the packages, and serve."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _process_control(_PR_SET_CHILD_SUBREAPER, 1)
    control = socket.socket(fileno=settings["control"])
    guardian = os.getpid()
    work = os.fork()
    if work:
        control.close()
        _keep_quiet()
        _leave_as(guard(work, settings["lifeline"]))
    _process_control(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != guardian:
        return
    os.close(settings["lifeline"])
    control.set_inheritable(False)
    if settings["cpus"]:
        os.sched_setaffinity(0, settings["cpus"])
    _find(settings["packages"])
    from softmark.workers.serving import serve

    serve(
        control,
        settings["seed"],
        settings["threads"],
        settings["device"],
        settings["counts_memory"],
    )


def _find(packages: dict[str, str]) -> None:
    """Let ``packages`` be imported, but no module that lies beside this file."""
    own = str(Path(__file__).resolve().parent)
    sys.path[:] = [folder for folder in sys.path if folder != own]
    sys.meta_path.insert(0, Finder(packages))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
