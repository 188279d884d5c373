"""What a user names on the command line: a function of his own, or an implementation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from softmark import catalog
from softmark.cli.faults import WrongUse

if TYPE_CHECKING:
    from softmark.subjects.targets import Target


def resolved(
    text: str, operation: str | None, *, elsewhere: bool = False
) -> Target | catalog.Entry:
    """A user's function, or an implementation by name.

    Parameters
    ----------
    text:
        ``path/to/file.py:function``, ``module:function`` or the name of an implementation.
    operation:
        What it must compute, where the user said it.
    elsewhere:
        Whether it runs in another interpreter, so that what is installed in this one is nothing
        to it.

    Raises
    ------
    TargetError, UnknownName
        It is neither.
    WrongUse
        It computes something else, or is not installed.
    """
    from softmark.subjects.targets import Target

    entries = {entry.name: entry for entry in catalog.implementations()}
    if text not in entries and ":" in text:
        return Target.parse(text)
    if text not in entries and text.endswith(".py"):
        raise WrongUse(f"{text} names no function; write {text}:function")
    entry = catalog.read().find(text)
    if operation not in (None, entry.operation):
        raise WrongUse(f"{text} computes {entry.operation}, not {operation}; leave --op out")
    if entry.install_hint and not elsewhere:
        raise WrongUse(f"{entry.framework} is not installed; to add it: {entry.install_hint}")
    return entry
