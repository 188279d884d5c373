"""Fixtures that several test files share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from drawn import AT_NIGHT
from forked import LONG, Commands
from hypothesis import settings

from softmark.workers import compilations

CACHES = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
os.environ.setdefault("NUMBA_CACHE_DIR", CACHES)
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
os.environ.setdefault(compilations.CHOSEN, str(Path(CACHES, "softmark", f"jax-tests-{WORKER}")))
os.environ.update(compilations.everything())
"""What is compiled is shared by all processes; what else a cache folder holds is not."""
settings.register_profile("steady", derandomize=True)
if not AT_NIGHT:
    settings.load_profile("steady")
STILL = {"COLUMNS"}
"""Variables that nothing reads when it is imported."""

OWN_PROCESS = "SOFTMARK_TEST_HAS_ITS_PROCESS"
"""Set where a test that is marked ``own_process`` is in it."""

Shell = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """A test that forks waits for ever for threads that other tests left in this process."""
    if OWN_PROCESS in os.environ or pyfuncitem.get_closest_marker("own_process") is None:
        return None
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n", "0", pyfuncitem.nodeid],
        cwd=pyfuncitem.config.rootpath,
        env=os.environ | {OWN_PROCESS: "1"},
        capture_output=True,
        text=True,
        timeout=LONG,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return True


@pytest.fixture(scope="session")
def commands() -> Iterator[Commands]:
    made = Commands()
    yield made
    made.close()


@pytest.fixture
def shell(tmp_path: Path, commands: Commands) -> Shell:
    """Runs ``softmark ARGUMENTS`` as a user would: a process of its own, in a folder of its own.

    Keywords are environment variables; standard input is empty.
    """
    variables = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "COLUMNS": "160",
    }
    variables.pop("SOFTMARK_TRACEBACK", None)

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        if set(more) <= STILL and hasattr(os, "fork"):
            return commands.run(arguments, tmp_path, variables | more, timeout=LONG)
        options: dict[str, Any] = {"capture_output": True, "text": True, "timeout": LONG}
        command = [sys.executable, "-m", "softmark", *arguments]
        return subprocess.run(
            command, cwd=tmp_path, env=variables | more, stdin=subprocess.DEVNULL, **options
        )

    return run


@pytest.fixture
def own_programs(tmp_path: Path) -> dict[str, str]:
    """Environment variables for a shell whose ``softmark``, ``pytest`` and ``python`` are ours."""
    programs = tmp_path / ".programs"
    programs.mkdir()
    for name, module in {"softmark": "-m softmark", "pytest": "-m pytest", "python": ""}.items():
        (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {module} "$@"\n')
        (programs / name).chmod(0o755)
    return os.environ | {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "XDG_CACHE_HOME": str(tmp_path / ".cache"),
    }


@pytest.fixture
def kernel(tmp_path: Path) -> Callable[[str], str]:
    """Writes the body of ``softmax(x, axis=-1)`` to a file; gives the target's name."""

    def write(body: str) -> str:
        text = f"import numpy as np\n\n\ndef softmax(x, axis=-1):\n    {body}\n"
        (tmp_path / "kernel.py").write_text(text)
        return "kernel.py:softmax"

    return write
