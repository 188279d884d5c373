"""``softmark repro``: a record's script, found by the record's name."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from softmark import catalog
from softmark.cli.console import say
from softmark.cli.faults import WrongUse, wrong_use
from softmark.cli.last_check import place
from softmark.naming import UnknownName
from softmark.records import Record, RecordsError, find_results, read_results

if TYPE_CHECKING:
    from softmark.reproduction.script import Code


@dataclass(frozen=True)
class Found:
    """A record, the target that a check named (empty in a run), and what it was made on."""

    record: Record
    target: str
    environment: Mapping[str, Any]


@click.command("repro")
@click.argument("record_id")
@click.argument("results", nargs=-1, type=click.Path(path_type=Path))
@click.option("--whole", is_flag=True, help="Build the whole input, not only the row that matters.")
def command(record_id: str, results: tuple[Path, ...], whole: bool) -> None:
    """Print a script that shows a record's number with the framework alone.

    RECORD_ID is looked for in RESULTS, which are files or folders (default:
    results, and the last softmark check).  Run the script with Python.
    """
    with wrong_use(RecordsError, UnknownName):
        found = _find(record_id, list(results))
    from softmark.reproduction import script

    try:
        text = script(found.record, _code(found), whole=whole, notes=_versions(found))
    except (ValueError, TypeError, KeyError, LookupError, OSError) as error:
        raise WrongUse(f"{record_id} cannot be reproduced: {error}") from error
    say(text, nl=False)


def _find(record_id: str, places: list[Path]) -> Found:
    """The newest record with the name, or with this end of a name.

    Raises
    ------
    RecordsError
        A place cannot be read.
    UnknownName
        None of the places holds the record.
    """
    seen: dict[str, Found] = {}
    for found in _all(places):
        seen[found.record.id] = found
    if record_id in seen:
        return seen[record_id]
    ending = [name for name in seen if name.endswith(f"/{record_id}")]
    if len(ending) == 1:
        return seen[ending[0]]
    raise UnknownName("record", record_id, seen)


def _all(places: list[Path]) -> Iterator[Found]:
    """Every record, older ones first."""
    if not places:
        places = [path for path in (Path("results"), place()) if path.exists()]
        if not places:
            raise RecordsError("there are no results here; make some with: softmark run")
    for path in sorted(_files(places), key=lambda path: path.stat().st_mtime):
        yield from _of_check(path) if path.suffix == ".json" else _of_run(path)


def _files(places: list[Path]) -> Iterator[Path]:
    for path in places:
        yield from [path] if path.is_file() else find_results([path])


def _of_run(path: Path) -> Iterator[Found]:
    results = read_results(path)
    for record in results.records:
        yield Found(record, "", results.header.environment)


def _of_check(path: Path) -> Iterator[Found]:
    """The records of what ``softmark check --json`` wrote."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        for line in document["records"]:
            yield Found(Record.from_json(line), document["target"], document["environment"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RecordsError(f"{path}: not what softmark check --json writes ({error})") from error


def _code(found: Found) -> Code:
    """The function that was measured.

    Raises
    ------
    UnknownName
        The implementation is not among those that are known here.
    """
    from softmark.api.naming import code_of_target
    from softmark.subjects.targets import Target

    name = found.record.implementation
    entries = {entry.name: entry for entry in catalog.implementations()}
    if found.target and name not in entries:
        return code_of_target(Target.parse(found.target))
    return code_of_target(catalog.read().find(name))


def _versions(found: Found) -> list[str]:
    worker = found.environment.get("worker")
    versions = worker.get("versions") if isinstance(worker, Mapping) else None
    if not isinstance(versions, Mapping):
        return []
    return ["Recorded with " + ", ".join(f"{name} {text}" for name, text in versions.items())]
