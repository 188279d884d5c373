"""What a newcomer types: README's commands, and twenty wrong uses; status, message, and time.

A time is held as a ratio to a cheap command of the same machine and moment, never on its own.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner, Result

from softmark.cli import softmark

KERNEL: Final = """import numpy as np
three = 3
def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
def halved(x, axis=-1):
    return softmax(x / 2, axis)
def broken(x, axis=-1):
    raise RuntimeError("out of shared memory")
def odd(x, axis=-1, *, secret):
    return softmax(x, axis)
"""
FEW: Final = ("--check", "ties", "--format", "float32")
LONGEST: Final = 60
"""A wrong use takes at most as long as so many starts of Python that import NumPy."""

WRONG_USES: Final = [
    ("check", "Missing argument 'TARGET'"),
    ("check kernel.py", "names no function; write kernel.py:function"),
    ("check nowhere.py:softmax", "nowhere.py"),
    ("check kernel.py:sofmax", "did you mean softmax?"),
    ("check kernel.py:three", "cannot be called; name a function"),
    ("check kernel.py:broken --format float32", "out of shared memory"),
    ("check kernel.py:odd --format float32", "secret"),
    ("check no_such_module:f", "no_such_module"),
    ("check kernel.py:softmax --op sofmax", "did you mean softmax"),
    ("check kernel.py:softmax --check tyes", "did you mean ties?"),
    ("check kernel.py:softmax --format float31", "did you mean float32"),
    ("check kernel.py:softmax --profile fast", "'fast' is not one of 'quick', 'standard', 'full'"),
    ("check kernel.py:softmax --takes ranks", "ranks"),
    ("check kernel.py:softmax --map beta", "beta"),
    ("check kernel.py:softmax --json nowhere/x.json", "there is no folder"),
    ("check kernel.py:softmax --timeout 0", "0"),
    ("check kernel.py:softmax --seed minus", "minus"),
    ("check kernel.py:softmax --jsn x", "--jsn"),
    ("explain weaak", "did you mean weak"),
    ("repro numpy.softmax/none", "there are no results here; make some with: softmark run"),
    ("report nowhere", "nowhere: no such file or folder"),
    ("compare one", "name two results, BASE and HEAD; 1 given"),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder with a kernel, and an empty cache."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "kernel.py").write_text(KERNEL)


def cheap() -> float:
    """Seconds of a start of Python that imports NumPy."""
    start = time.monotonic()
    subprocess.run([sys.executable, "-c", "import numpy"], check=True)
    return time.monotonic() - start


def invoked(typed: str) -> tuple[Result, float]:
    """What the command says, and its seconds."""
    start = time.monotonic()
    done = CliRunner().invoke(softmark, typed.split())
    return done, time.monotonic() - start


@pytest.mark.parametrize(("typed", "said"), WRONG_USES, ids=[typed for typed, _ in WRONG_USES])
def test_a_wrong_use_is_one_message_with_status_2_and_soon(typed: str, said: str) -> None:
    done, took = invoked(typed)

    assert done.exit_code == 2, done.output
    assert said in " ".join(done.output.split())
    assert "Traceback" not in done.output
    assert len(done.output.splitlines()) <= 6, done.output
    is_soon = took < LONGEST * cheap()
    assert is_soon or invoked(typed)[1] < LONGEST * cheap()  # it may have been one busy moment


def test_the_first_command_of_the_readme_says_what_is_wrong_and_how_to_see_it() -> None:
    right, wrong = (
        CliRunner().invoke(softmark, ["check", name, *FEW], standalone_mode=False)
        for name in ("kernel.py:softmax", "kernel.py:halved")
    )
    assert right.return_value == 0, right.output
    assert wrong.return_value == 1, wrong.output
    assert "Diagnosis: this is softmax of x / 2" in wrong.stdout
    (command,) = [line for line in wrong.stdout.splitlines() if "softmark repro" in line][:1]
    again = CliRunner().invoke(softmark, ["repro", command.split("'")[1]])
    assert again.exit_code == 0, again.output
    assert "kernel.py:halved" in again.stderr
