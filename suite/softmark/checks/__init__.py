"""The specification, one file a check: what must hold, and how far an implementation is from it.

A check is two pure functions.  ``cases(scope)`` says on which inputs it looks;
``measure(subject, case, scope)`` calls the subject on one of them and yields
what it found, each with a number, a bound and a witness.  Two more are
optional and give a reason or ``None``: ``applies(scope)`` why there is nothing
to measure, and ``spares(scope)`` why this profile leaves it to a larger one.

Adding a check is adding a file, or a folder where it has parts.  Its docstring is the formal
statement that ``softmark explain`` and the report print.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Final, Protocol, cast

from softmark.judging.scope import PROFILES, Measurement, Scope
from softmark.records import Case, Verdict
from softmark.subjects import Subject

__all__ = [
    "PROFILES",
    "Check",
    "Measurement",
    "Scope",
    "Unmeasured",
    "applies",
    "load",
    "names",
    "spared",
    "unmeasured",
]

_BY_FORMAT = ("memory", "throughput")
"""The checks that choose cases by format themselves."""

_BY_WAYS = ("arguments", "reproducibility")
"""The checks that are about the way to call, for each of which something is compiled."""


class Check(Protocol):
    """A module of this package, seen by the harness."""

    def cases(self, scope: Scope) -> Iterator[Case]: ...

    def measure(self, subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]: ...


@cache
def names() -> tuple[str, ...]:
    """The names of all checks."""
    return tuple(sorted(module.name for module in iter_modules(__path__)))


@cache
def load(name: str) -> Check:
    """The check called ``name``.

    Raises
    ------
    ValueError
        No check has that name; the message lists those that there are.
    """
    if name not in names():
        raise ValueError(f"unknown check {name!r}; the checks are {', '.join(names())}")
    return cast(Check, import_module(f"{__name__}.{name}"))


def spared(name: str, scope: Scope) -> Scope:
    """The scope in which the check measures.

    What compiles for each shape and format would take hours otherwise: the standard profile has its
    own cases in one format, and in the others those of the quick profile.  The full profile has its
    own in all formats, but axes, layouts and other ways to call, of which there are most, in one.
    Times of what is compiled step by step are those of dispatching, so that few are enough.
    """
    if not scope.costly_shapes:
        return scope
    if name == "throughput" and scope.info.costly == "shapes" and scope.profile == "standard":
        return replace(scope, profile="quick")
    if scope.format.name == scope.main_format or name in _BY_FORMAT:
        return scope
    if scope.profile == "standard":
        return replace(scope, profile="quick")
    if scope.profile == "full" and name in _BY_WAYS:
        return replace(scope, profile="standard")
    return scope


@dataclass(frozen=True)
class Unmeasured:
    """Why a check measures nothing: there is nothing, or this profile leaves it out."""

    verdict: Verdict
    reason: str


_REASONS: Final[tuple[tuple[str, Verdict], ...]] = (
    ("applies", "not_offered"),
    ("spares", "skipped"),
)


def unmeasured(name: str, scope: Scope) -> Unmeasured | None:
    """Why the check measures nothing of the subject; ``None`` when it does."""
    for asked, verdict in _REASONS:
        reason = getattr(load(name), asked, lambda scope: None)(scope)
        if reason is not None:
            return Unmeasured(verdict, reason)
    return None


def applies(name: str, scope: Scope) -> str | None:
    """The reason alone."""
    found = unmeasured(name, scope)
    return None if found is None else found.reason
