"""Small checks that need no oracle, and implementations that misbehave on demand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pytest

from softmark import catalog, checks
from softmark.checks import Measurement, Scope
from softmark.declarations import Source, read_source
from softmark.harness import Plan, opening, plan
from softmark.records import Case
from softmark.subjects import Call, Subject

KERNELS = '''
# /// script
# dependencies = ["numpy"]
# ///
"""Softmaxes of which some misbehave when a row has three elements."""
import ctypes
import os
import numpy as np
from softmark_implementations import implementation
from softmark_implementations.with_numpy import FRAMEWORK as NUMPY

FRAMEWORK = NUMPY

def good(x):
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)

@implementation("softmax", formats=("float64", "float32"), gradient=False)
def softmax(x, axis=-1):
    """A good one."""
    return good(x)

@implementation("softmax", "aborts", formats=("float64",))
def aborts(x, axis=-1):
    """One that aborts."""
    return os.abort() if x.shape[-1] == 3 else good(x)

@implementation("softmax", "always", formats=("float64",))
def always(x, axis=-1):
    """One that always aborts."""
    os.abort()

@implementation("softmax", "kills", formats=("float64",))
def kills(x, axis=-1):
    """One that kills the process that records it."""
    if x.shape[-1] == 3:
        with open(f"/proc/{os.getppid()}/stat") as stat:
            os.kill(int(stat.read().rpartition(")")[2].split()[1]), 9)
    return good(x)

@implementation("softmax", "hangs", formats=("float64",))
def hangs(x, axis=-1):
    """One that hangs where no signal of Python's reaches it."""
    return ctypes.PyDLL(None).pause() if x.shape[-1] == 3 else good(x)

@implementation("softmax", "raises", formats=("float64",))
def raises(x, axis=-1):
    """One that raises."""
    if x.shape[-1] == 3:
        raise ArithmeticError("three is too many")
    return good(x)

@implementation("softmax", "none", formats=("float64",))
def none(x, axis=-1):
    """One that forgets to return."""
    good(x)
'''


@dataclass(frozen=True)
class Rows:
    """A check with a case for each length of a row, and two measurements in each."""

    lengths: tuple[int, ...] = (1, 2, 3, 4, 5)
    before: Callable[[int], None] = lambda length: None
    reason: str | None = None

    def applies(self, scope: Scope) -> str | None:
        return self.reason

    def cases(self, scope: Scope) -> Iterator[Case]:
        for length in self.lengths:
            yield Case("zeros", (2, length), seed=scope.seed)

    def measure(self, subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
        self.before(case.shape[-1])
        yield Measurement("length", float(case.shape[-1]), "1", "pass")
        values = subject.forward(Call(np.zeros(case.shape)), scope.format).values
        wrong = float(abs(values - 1 / case.shape[-1]).max())
        yield Measurement("distance", wrong, "1", "pass" if wrong < 1e-6 else "fail", 1e-6)


Install = Callable[..., None]
MakePlan = Callable[..., Plan]


@pytest.fixture(autouse=True)
def one_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout that nobody commits to while a test resumes its runs."""
    monkeypatch.setattr(opening, "commit", lambda: "0123456789abcdef")


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put checks of the test in place of all others."""

    def installed(**fakes: object) -> None:
        monkeypatch.setattr(checks, "names", lambda: tuple(sorted(fakes)))
        monkeypatch.setattr(checks, "load", fakes.__getitem__)

    return installed


@pytest.fixture
def rows(install: Install) -> type[Rows]:
    """The class of the small checks; one called ``rows`` is installed."""
    install(rows=Rows())
    return Rows


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[catalog.Entry]:
    """The entries of a file of implementations, as another distribution would bring it."""
    folder = tmp_path / "site packages"
    folder.mkdir()
    (folder / "own_kernels.py").write_text(KERNELS)
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=":")
    source = Source("own", "own_kernels", folder / "own_kernels.py")
    entries = list(read_source(source))
    assert all(isinstance(entry, catalog.Entry) for entry in entries), entries
    return [entry for entry in entries if isinstance(entry, catalog.Entry)]


@pytest.fixture
def make_plan(kernels: list[catalog.Entry]) -> MakePlan:
    """A plan for some of the entries, by variant."""

    def made(*variants: str, **arguments: object) -> Plan:
        chosen = [entry for entry in kernels if entry.variant in variants]
        return plan(chosen, elsewhere=["own"], **arguments)  # type: ignore[arg-type]

    return made


@pytest.fixture
def new_children() -> Callable[[], list[psutil.Process]]:
    """Gives the child processes that were not there when the test began.

    Others may be: torch.compile keeps helpers for the rest of the process's life.
    """
    before = {process.pid for process in psutil.Process().children()}

    def found() -> list[psutil.Process]:
        return [process for process in psutil.Process().children() if process.pid not in before]

    return found
