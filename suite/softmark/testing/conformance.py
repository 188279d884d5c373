"""The test of a function, as a value that the plug-in for pytest collects."""

from __future__ import annotations

import sys
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final, overload

from softmark import checks
from softmark.api.asking import Asked
from softmark.api.excuses import Excuses
from softmark.catalog import Entry
from softmark.formats import FORMATS
from softmark.naming import UnknownName
from softmark.records import Record
from softmark.workers.visiting import visited

UNBOUNDED: Final = frozenset({"throughput", "memory"})
"""Checks that report numbers and fail none, so that a test of them tells nothing."""


class WeakResult(UserWarning):
    """A result that is legal but poor; ``--softmark-strict`` makes it a failure."""


@dataclass(frozen=True)
class Conformance:
    """The test of one function; made by ``conformance``.

    Attributes
    ----------
    asked:
        What is checked, and how.
    file, line:
        Where the test was written.
    marks:
        Marks of pytest that each item gets.
    examples:
        Records whose cases are measured again, each as an item of its own.
    """

    asked: Asked
    file: str
    line: int
    marks: tuple[Any, ...] = ()
    examples: tuple[Record, ...] = ()

    __test__ = False
    """What pytest collects is made from it; it is itself no class of tests."""

    def with_examples(self, records: Collection[Record]) -> Conformance:
        """The same test with more examples."""
        return replace(self, examples=(*self.examples, *records))

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that have items."""
        given = self.asked.checks
        return given or tuple(name for name in checks.names() if name not in UNBOUNDED)

    @cached_property
    def formats(self) -> tuple[str, ...]:
        """The formats that have items.

        Raises
        ------
        TargetError
            They depend on whose arrays the function takes, which is not known.
        """
        asked = self.asked
        if asked.formats:
            return asked.formats
        if isinstance(asked.target, Entry):
            return asked.target.formats
        if not callable(asked.function):
            return tuple(name for name in FORMATS if not name.startswith("float8"))
        with visited(
            asked.function,
            operation=asked.operation,
            array=asked.array,
            device=asked.device,
            variant=asked.told,
            timeout=asked.timeout,
            mapped=asked.mapped,
        ) as (subject, _):
            return subject.info.formats


@overload
def conformance(
    function: Callable[..., Any] | str, operation: str | None = None, **options: Any
) -> Conformance: ...


@overload
def conformance(
    function: None = None, operation: str | None = None, **options: Any
) -> Callable[[Callable[..., Any]], Conformance]: ...


def conformance(
    function: Callable[..., Any] | str | None = None,
    operation: str | None = None,
    *,
    formats: Collection[str] = (),
    checks: Collection[str] = (),
    known_failures: Excuses = None,
    marks: Collection[Any] = (),
    **options: Any,
) -> Conformance | Callable[[Callable[..., Any]], Conformance]:
    """A test of a function, with an item for each check and format.

    Bind it to a name that pytest collects, ``test_softmax = conformance(softmax)``, or decorate a
    function of such a name with ``@conformance(...)``.  The items are called
    ``test_softmax[stability-float32]`` and so on, and fail with the evidence: what, by how much,
    the bound, the input, and a script that shows it.  A check that has nothing to say of the
    function is skipped with the reason, one with a weak result warns, and one whose failures are
    all known is expected to fail.

    Items take no fixtures; a test that needs some calls ``softmark.check`` and
    ``raise_for_failures``.

    Parameters
    ----------
    function:
        As for ``softmark.check``, which has the same parameters; ``None`` to decorate one.
    operation:
        What it is meant to compute: softmax by default; an implementation says itself.
    formats:
        What to restrict it to; by default those of the function's array library.
    checks:
        What to restrict it to; by default all that can fail, which leaves out ``throughput`` and
        ``memory``.
    known_failures:
        Failures that are excused, as for ``softmark.check``.  One that names a check and a
        format fails that item when it no longer fails; another one fails the session at its end
        when nothing that it matches fails.
    marks:
        Marks for each item, such as ``pytest.mark.slow``.
    options:
        ``array``, ``device``, ``profile``, ``seed``, ``timeout``, ``threads``, ``memory``,
        ``strict``, ``isolate``, ``name``, ``setup``, ``vjp``, ``map`` and ``takes``:
        see ``softmark.check``.

    Raises
    ------
    TargetError, UnknownName, KnownFailuresError, ValueError
        As ``softmark.check`` does; pytest shows it as an error of the file.
    """
    if not options.keys() <= _OPTIONS:
        wrong = min(options.keys() - _OPTIONS)
        raise UnknownName("argument of conformance", wrong, sorted(_OPTIONS))
    frame = sys._getframe(1)
    place = frame.f_code.co_filename, frame.f_lineno

    def made(function: Callable[..., Any] | str) -> Conformance:
        asked = Asked.of(
            function,
            operation,
            formats=formats,
            checks=checks,
            known_failures=known_failures,
            **options,
        )
        return Conformance(asked, *place, marks=tuple(marks))

    return made if function is None else made(function)


_OPTIONS: Final = frozenset(
    (
        *("array", "device", "profile", "seed", "timeout", "threads", "memory", "strict"),
        *("isolate", "name", "setup", "vjp", "map", "takes"),
    )
)
