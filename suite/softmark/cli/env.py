"""``softmark env``: what a measurement made now would be made on."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import click

from softmark import catalog


@click.command("env")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(as_json: bool) -> None:
    """Show what is measured here: processor, threads, denormals, versions, devices.

    Each framework is started once, in a process of its own, and asked.
    """
    from softmark.environment import environment

    found: dict[str, Any] = {**environment(), "frameworks": _frameworks()}
    if as_json:
        click.echo(json.dumps(found, indent=1, allow_nan=False))
        return
    lines = list(_lines(found))
    width = max(len(name) for name, _ in lines)
    for name, value in lines:
        click.echo(f"{name:{width}}  {value}")


def _frameworks() -> dict[str, Any]:
    """For each framework what it says of itself, or why it says nothing."""
    first: dict[str, catalog.Entry] = {}
    for entry in catalog.implementations():
        first.setdefault(entry.framework, entry)
    return {framework: _asked(entry) for framework, entry in first.items()}


def _asked(entry: catalog.Entry) -> Any:
    from softmark.harness.planning import info_of, source_of
    from softmark.subjects import SubjectFault, TargetError
    from softmark.subjects.process import Worker, WorkerSettings
    from softmark.subjects.worker_subject import WorkerSubject

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


def _lines(found: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str]]:
    """Dotted name and value of everything that is not a mapping itself."""
    for name, value in found.items():
        if isinstance(value, Mapping):
            yield from _lines(value, f"{within}{name}.")
        elif isinstance(value, list):
            yield within + name, ", ".join(map(str, value))
        else:
            yield within + name, str(value)
