"""``softmark repro``: a record's script, found by the record's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from softmark import catalog
from softmark.cli.console import say
from softmark.cli.faults import WrongUse, wrong_use
from softmark.naming import UnknownName
from softmark.records import RecordsError

if TYPE_CHECKING:
    from softmark.api.recorded import Recorded
    from softmark.reproduction.code import Code


@click.command("repro")
@click.argument("record_id")
@click.argument("results", nargs=-1, type=click.Path(path_type=Path))
@click.option("--whole", is_flag=True, help="Build the whole input, not only the row that matters.")
def command(record_id: str, results: tuple[Path, ...], whole: bool) -> None:
    """Print a script that shows a record's number with the framework alone.

    RECORD_ID is looked for in RESULTS, which are files or folders (default:
    results, and the last softmark check of each target).  Run the script with
    Python: it exits with 1 as long as the failure is there (git bisect run).
    """
    from softmark.api.recorded import find
    from softmark.reproduction import script

    with wrong_use(RecordsError, UnknownName):
        found = find(record_id, results, lambda fault: say(f"Left out: {fault}", err=True))

    try:
        text = script(found.record, _code(found), whole=whole, notes=versions(found.environment))
    except (ValueError, LookupError, OSError) as error:
        raise WrongUse(f"{record_id} cannot be reproduced: {error}; name another record") from error
    if found.checked:
        say(f"From the check of {found.target} in {found.folder}, {found.checked}", err=True)
    say(text, nl=False)


def _code(found: Recorded) -> Code:
    """The function that was measured.

    Raises
    ------
    UnknownName
        The implementation is not among those that are known here.
    StatementError
        What is stored of the contract cannot be read.
    """
    from softmark.api.naming import code_of_target
    from softmark.calling.targets import Target
    from softmark.statements import restated
    from softmark.subjects.convention import Convention

    name = found.record.implementation
    entries = {entry.name: entry for entry in catalog.implementations()}
    if found.target and name not in entries:
        target = Target.parse(found.target)
        if target.is_file:  # by its name where the check was called
            target = replace(target, module=str(Path(found.folder) / target.module))
        code = code_of_target(target, setup=found.setup, vjp=found.vjp)
        call = None if found.call is None else Convention.from_json(found.call)
        return replace(code, call=call, contract=restated(found.contract))
    return code_of_target(catalog.read().find(name))


def versions(environment: Mapping[str, Any]) -> list[str]:
    """A line for a script that says what the record was made with."""
    worker = environment.get("worker")
    named = worker.get("versions") if isinstance(worker, Mapping) else None
    if not isinstance(named, Mapping):
        return []
    return ["Recorded with " + ", ".join(f"{name} {text}" for name, text in named.items())]
