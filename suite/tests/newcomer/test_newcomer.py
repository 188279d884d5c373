"""What a newcomer types: README's commands, and twenty wrong uses; status, message, and time.

A time is that of a processor, and held as a ratio to a cheap command of the same machine.
``nox -s newcomer`` does all of it in an environment of its own, with the commands as they are
installed; otherwise they run in this process, from the sources.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

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
def nothing(x, axis=-1):
    softmax(x, axis)
def drawn(logits, rng):
    return rng.choice(len(logits), p=softmax(logits.astype(float)))
"""
SHORT: Final = "--check ties --format float32"
HALVED: Final = "kernel.py:halved"
INSTALLED: Final = os.environ.get("SOFTMARK_NEWCOMER")
"""The command of an environment that ``nox -s newcomer`` has made."""
MOST: Final = 150
"""How many starts of Python a command of the README may last."""
LONGEST: Final = 60
"""How many starts of Python with NumPy a wrong use may last."""

USES: Final = [
    (f"check kernel.py:softmax {SHORT}", 0, "pass; 26 pass"),
    (f"check kernel.py:halved {SHORT}", 1, "fail;"),
    (f"check kernel.py:nothing {SHORT}", 2, "returned no array"),
    ("repro numpy.softmax/none", 2, "no results here"),
    ("explain weak", 0, "Legal but poor"),
    ("list", 0, "numpy.softmax"),
    ("list checks", 0, "ties"),
    ("env", 0, "numpy"),
    ("tolerance softmax --format float32 --n 64", 0, "allclose|rtol"),
    ("export softmax --out golden", 0, "[0-9a-f]{16}"),
    ("sample kernel.py:drawn --draws 2000", 0, "pass"),
    ("bench --help", 0, "A wrong result has no time"),
    ("exhaustive --help", 0, "It takes minutes"),
    ("mismatch --help", 0, "the same tokens"),
    ("ranks --help", 0, "TARGET"),
    ("search --help", 0, "TARGET"),
]
WRONG_USES: Final = [
    ("check", "Missing argument 'TARGET'"),
    ("check kernel.py", "names no function; write kernel.py:function"),
    ("check nowhere.py:softmax", "nowhere.py"),
    ("check kernel.py:sofmax", "did you mean softmax?"),
    ("check kernel.py:three", "cannot be called; name a function"),
    ("check kernel.py:broken --format float32", "out of shared memory"),
    ("check kernel.py:odd --format float32", "secret"),
    ("check kernel.py:nothing --format float32", "returned no array"),
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


def processor_seconds() -> float:
    """Of this process, and of those that it started and that have ended."""
    return sum(os.times()[:4])


@cache
def cheap() -> float:
    """Seconds of a start of Python that imports NumPy."""
    start = processor_seconds()
    subprocess.run([sys.executable, "-c", "import numpy"], check=True)
    return processor_seconds() - start


@dataclass(frozen=True)
class Done:
    """What a command said, how it ended, and its seconds of a processor."""

    status: int
    output: str
    errors: str
    seconds: float

    @property
    def text(self) -> str:
        return " ".join((self.output + self.errors).split())


def typed(line: str) -> Done:
    """What ``softmark LINE`` does."""
    start = processor_seconds()
    words = shlex.split(line)
    if INSTALLED:
        command = [INSTALLED, *words]
        here = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(command, capture_output=True, text=True, env=here)
        status, output, errors = done.returncode, done.stdout, done.stderr
    else:
        said = CliRunner().invoke(softmark, words, standalone_mode=False)
        status, output, errors = said.return_value, said.stdout, said.stderr
        if said.exception is not None:
            said = CliRunner().invoke(softmark, words)
            status, output, errors = said.exit_code, said.stdout, said.stderr
    return Done(int(status or 0), output, errors, processor_seconds() - start)


@pytest.mark.parametrize(("line", "said"), WRONG_USES, ids=[line for line, _ in WRONG_USES])
def test_a_wrong_use_is_one_message_with_status_2_and_soon(line: str, said: str) -> None:
    done = typed(line)

    assert done.status == 2, done.text
    assert said in done.text
    assert "Traceback" not in done.text
    assert len((done.output + done.errors).splitlines()) <= 6, done.text
    assert done.seconds < LONGEST * cheap()


@pytest.mark.parametrize(("line", "status", "said"), USES, ids=[line for line, *_ in USES])
def test_a_command_of_the_readme_ends_as_it_says(line: str, status: int, said: str) -> None:
    done = typed(line)

    assert done.status == status, done.text
    assert re.search(said, done.text), done.text
    assert done.seconds < MOST * cheap()


def test_a_run_is_reported_and_compared() -> None:
    for line, said in (
        (f"run numpy.softmax {SHORT} --results here", "numpy"),
        ("report here --out site", "site/index.html"),
        ("report here --format csv --out tables", "tables"),
        ("compare here here", "same"),
    ):
        done = typed(line)
        assert done.status == 0, done.text
        assert said in done.text, line
    assert Path("site", "index.html").is_file()


def test_the_first_command_of_the_readme_says_what_is_wrong_and_how_to_see_it() -> None:
    right, wrong = (typed(f"check {name} {SHORT}") for name in ("kernel.py:softmax", HALVED))
    assert right.status == 0, right.text
    assert wrong.status == 1, wrong.text
    assert "Diagnosis: this is softmax of x / 2" in wrong.output
    (command,) = [line for line in wrong.output.splitlines() if "softmark repro" in line][:1]
    again = typed(command.strip().removeprefix("softmark "))
    assert again.status == 0, again.text
    assert "kernel.py:halved" in again.errors
    script = Path("failure.py")
    script.write_text(again.output)
    replayed = subprocess.run([sys.executable, script], capture_output=True, text=True)
    assert replayed.returncode == 1, replayed.stderr


def test_each_command_of_the_readme_is_typed_here() -> None:
    """Those that take minutes, or packages that are not there, are asked for their help."""
    text = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    block = text.partition("## Commands")[2].split("```")[1]
    named = {*re.findall(r"softmark (\w+)", block), "env"}
    here = {line.split()[0] for line, *_ in USES} | {"run", "report", "compare"}
    assert named == here
