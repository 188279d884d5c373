"""Wrong implementations that a program makes of right ones, and what the checks say of them.

A substrate is a right implementation in a file of its own.  Each operator changes one place of its
source; what results is a mutant.  It is viable when it runs on a small array at all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from mutants import Mutant

Function = Callable[..., Any]


@dataclass(frozen=True)
class Change:
    """One place of a source that is changed, and the source that results.

    Attributes
    ----------
    operator:
        What kind of change it is, such as ``swap operator``.
    line:
        The line of the original source, from 1.
    before, after:
        The smallest piece of source that contains the change.
    source:
        The whole source, changed.
    """

    operator: str
    line: int
    before: str
    after: str
    source: str


def _numbered(changes: list[Change]) -> Iterator[Change]:
    """The changes, of which those that read alike have numbers from the second on."""
    seen: Counter[tuple[int, str, str]] = Counter()
    for change in changes:
        key = change.line, change.before, change.after
        seen[key] += 1
        alike = seen[key] > 1
        yield replace(change, after=f"{change.after} ({seen[key]})") if alike else change


@dataclass(frozen=True)
class Substrate:
    """A right implementation that can be mutated.

    Attributes
    ----------
    name:
        Such as ``numpy_softmax_plain``: framework, operation, form.
    operation, framework, formats:
        As of ``mutants.Mutant``.
    source:
        Its source.
    changes:
        All changes of it, each once.
    load:
        Gives the functions of several sources, in their order; ``None`` for what does not compile.
    apart:
        Whether a mutant may end the process that calls it.
    """

    name: str
    operation: str
    framework: str
    formats: tuple[str, ...]
    source: str
    changes: Callable[[], list[Change]]
    load: Callable[[list[str]], list[Function | None]]
    apart: bool = False

    def mutants(self) -> Iterator[Automutant]:
        """Every change that compiles."""
        changes = list(_numbered(self.changes()))
        functions = self.load([change.source for change in changes])
        for change, function in zip(changes, functions, strict=True):
            if function is not None:
                yield Automutant(self, change, function)

    def unchanged(self) -> Automutant:
        """The right implementation, loaded in the same way; it ends no process."""
        (function,) = self.load([self.source])
        assert function is not None
        safe = replace(self, apart=False)
        return Automutant(safe, Change("none", 1, "", "", self.source), function)


@dataclass(frozen=True)
class Automutant:
    """A substrate with one change."""

    substrate: Substrate
    change: Change
    function: Function

    @property
    def name(self) -> str:
        return (
            f"{self.substrate.name}:{self.change.line}: {self.change.before} -> {self.change.after}"
        )

    def as_mutant(self, killed_by: str = "") -> Mutant:
        """As the measuring of the written ones takes it."""
        own = self.substrate
        return Mutant(
            self.name, own.operation, killed_by, self.function, own.framework, own.formats
        )
