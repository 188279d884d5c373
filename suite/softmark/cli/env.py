"""``softmark env``: what a measurement made now would be made on."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator, Mapping
from typing import Any, Final

import click

from softmark import catalog
from softmark.cli.console import say

_WIDTH: Final = 80


@click.command("env")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Show what is measured here: processor, threads, denormals, versions, devices.

    Each framework is started once, in a process of its own, and asked.
    """
    from softmark.environment import environment

    found: dict[str, Any] = {**environment(), "frameworks": _frameworks()}
    if as_json:
        say(json.dumps(found, indent=1, allow_nan=False))
        return
    for line in lines(found):
        say(line)


def lines(found: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """A mapping on lines of 80 characters, what it holds below its name where that is longer."""
    width = max(map(len, found), default=0)
    for name, value in found.items():
        line = f"{indent}{name:{width}}  {_said(value)}"
        if len(line) <= _WIDTH:
            yield line
        elif isinstance(value, Mapping):
            yield f"{indent}{name}:"
            yield from lines(value, f"{indent}  ")
        else:
            folded = textwrap.TextWrapper(_WIDTH, break_long_words=False, break_on_hyphens=False)
            folded.initial_indent = f"{indent}{name:{width}}  "
            folded.subsequent_indent = " " * len(folded.initial_indent)
            yield from folded.wrap(_said(value))


def _frameworks() -> dict[str, Any]:
    """For each framework what it says of itself, or why it says nothing."""
    first: dict[str, catalog.Entry] = {}
    for entry in catalog.implementations():
        first.setdefault(entry.framework, entry)
    return {framework: _asked(entry) for framework, entry in first.items()}


def _asked(entry: catalog.Entry) -> Any:
    from softmark.harness.planning import info_of, source_of
    from softmark.subjects import SubjectFault, TargetError
    from softmark.workers.process import Worker, WorkerSettings
    from softmark.workers.worker_subject import WorkerSubject

    if entry.install_hint:
        return f"not installed; to add it: {entry.install_hint}"
    settings = WorkerSettings()
    with Worker(settings) as worker:
        subject = WorkerSubject(
            worker, source_of(entry), info_of(entry, settings.device), settings.start_timeout
        )
        try:
            return subject.load()["facts"]
        except (SubjectFault, TargetError) as error:
            return f"does not start: {error}"


def _said(value: Any) -> str:
    """A value on one line, however deep it is."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_inner(inner)}" for name, inner in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _inner(value: Any) -> str:
    return f"({_said(value)})" if isinstance(value, Mapping) else _said(value)
