"""Commands without their start: each is forked off a process that has loaded what they load.

A command has a process, a folder, an environment and standard streams of its own, as a user's has;
of three seconds of a short one, two are imports and kernels that are read from numba's cache.
Scripts are forked in the same way, off a process that has imported their framework alone.
"""

from __future__ import annotations

import gc
import json
import os
import pkgutil
import runpy
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from importlib import import_module, invalidate_caches
from pathlib import Path
from types import ModuleType
from typing import Any, Final

WORKER: Final = ("softmark.workers.worker", "softmark.workers.serving", "softmark.pytest_plugin")
"""What no command loads; the files of frameworks are not loaded either."""
LONG: Final = 1500.0
"""Seconds for what takes a few: a guard against a hang, on however busy a machine."""

HEAVY: Final = ("numpy", "pandas", "matplotlib.figure", "rich.table", "rich.progress")


class Commands:
    """Runs commands of softmark; ``close`` ends the process that they are forked off.

    With names of modules it runs scripts, ``("-c", TEXT)``, where these are imported and no others.
    """

    def __init__(self, *modules: str) -> None:
        self._modules = modules
        self._parent: subprocess.Popen[bytes] | None = None

    def run(
        self, arguments: tuple[str, ...], folder: Path, variables: Mapping[str, str], timeout: float
    ) -> subprocess.CompletedProcess[str]:
        """The same as ``subprocess.run`` on ``python -m softmark``, without standard input."""
        with tempfile.TemporaryDirectory() as streams:
            out, err = (Path(streams, name) for name in ("out", "err"))
            asked = {
                "arguments": arguments,
                "folder": str(folder),
                "variables": dict(variables),
                "path": [path for path in sys.path if path],
                "streams": [os.devnull, str(out), str(err)],
            }
            code = self._asked(asked, timeout)
            # Text as subprocess reads it: in the encoding of this place, with lines that end alike.
            said = (path.read_text() for path in (out, err))
            return subprocess.CompletedProcess(arguments, code, *said)

    def _asked(self, asked: dict[str, Any], timeout: float) -> int:
        if self._parent is None:
            command = [sys.executable, __file__, *self._modules]
            pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
            path = os.pathsep.join(filter(None, sys.path))
            variables = os.environ | {"PYTHONPATH": path}
            self._parent = subprocess.Popen(
                command, env=variables, start_new_session=True, stderr=subprocess.DEVNULL, **pipes
            )
        asks, answers = self._parent.stdin, self._parent.stdout
        assert asks is not None
        assert answers is not None
        asks.write(json.dumps(asked).encode() + b"\n")
        asks.flush()
        if not select.select([answers], [], [], timeout)[0]:
            self.close()
            raise subprocess.TimeoutExpired(asked["arguments"], timeout)
        return int(answers.readline())

    def close(self) -> None:
        """End it, and a command that is still running, with all that it started."""
        if self._parent is not None:
            os.killpg(self._parent.pid, signal.SIGKILL)
            self._parent.communicate()
            self._parent = None


def load() -> None:
    """Import what commands import, and load the compiled kernels that most of them call."""
    for name in ("softmark", "softmark_reports"):
        for found in pkgutil.walk_packages(import_module(name).__path__, f"{name}."):
            if found.name not in (*WORKER, "softmark.__main__"):
                import_module(found.name)
    for name in HEAVY:
        import_module(name)
    from softmark import catalog, oracle
    from softmark.formats import FLOAT32, FLOAT64

    catalog.read(catalog.own_sources())  # it keeps what those files import, and no entry
    for fmt in (FLOAT64, FLOAT32):
        exact = oracle.softmax([[0.0, 1.0]])
        exact.error([[0.25, 0.75]], fmt)
        exact.rounded(fmt)


def serve(modules: list[str]) -> None:
    """Fork for each line of standard input, and write its exit status on standard output.

    It returns in the child alone, which has then become the command.
    """
    for name in modules:
        import_module(name)
    if not modules:
        load()
    gc.freeze()  # so that no command looks for garbage in what was loaded
    while line := os.fdopen(os.dup(0), "rb", buffering=0).readline():
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            return become(asked)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        os.write(1, b"%d\n" % status)
    os._exit(0)


def become(asked: dict[str, Any]) -> None:
    """Take the folder, the environment and the streams of a new process, and run the command."""
    for place, name in enumerate(asked["streams"]):
        os.dup2(os.open(name, os.O_RDWR | os.O_CREAT), place)
    os.chdir(asked["folder"])
    os.environ.clear()
    os.environ.update(asked["variables"])
    sys.path[:] = [asked["folder"], *asked["path"]]
    invalidate_caches()
    sys.stdin = open(os.devnull)  # noqa: SIM115
    match asked["arguments"]:
        case ["-c", text]:
            run_text(text)
        case arguments:
            sys.argv = ["softmark", *arguments]
            runpy.run_module("softmark", run_name="__main__", alter_sys=True)


def run_text(text: str) -> None:
    """Run a script as ``python -c`` does."""
    sys.argv, sys.modules["__main__"] = ["-c"], ModuleType("__main__")
    exec(compile(text, "<string>", "exec"), vars(sys.modules["__main__"]))


if __name__ == "__main__":
    serve(sys.argv[1:])
