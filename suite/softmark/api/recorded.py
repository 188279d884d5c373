"""Records that were written before: in results files, or in the JSON of a check or of pytest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softmark import strict_json
from softmark.api.last_check import kept
from softmark.naming import UnknownName
from softmark.records import Fault, Record, RecordsError, find_results, read_results

OnFault = Callable[[Fault], None]


@dataclass(frozen=True)
class Recorded:
    """A record, the target that a check named (empty in a run), and what it was made on.

    ``setup`` and ``vjp`` are those of the check, ``call`` how the function was called where its
    file alone does not say it, and ``contract`` the lines that say what it takes.  Of a check that
    was kept, ``folder`` is where it was called, and ``checked`` when.
    """

    record: Record
    target: str
    environment: Mapping[str, Any]
    setup: bool = False
    vjp: str = ""
    call: Mapping[str, Any] | None = None
    contract: tuple[str, ...] = ()
    folder: str = ""
    checked: str = ""


def find(
    record_id: str, places: Sequence[Path] = (), on_fault: OnFault = lambda fault: None
) -> Recorded:
    """The newest record with the name, or with this end of a name.

    Parameters
    ----------
    record_id:
        An id, or what follows a slash in it.
    places:
        Files and folders; by default the folder ``results``, and the last checks, one of each
        target.
    on_fault:
        Gets each line, and each file in a folder, that cannot be read and is left out.

    Raises
    ------
    RecordsError
        A place cannot be read.
    UnknownName
        None of the places holds the record.
    """
    seen: dict[str, Recorded] = {}
    for found in recorded(places, on_fault):
        seen[found.record.id] = found
    if record_id in seen:
        return seen[record_id]
    ending = [name for name in seen if name.endswith(f"/{record_id}")]
    if len(ending) == 1:
        return seen[ending[0]]
    raise UnknownName("record", record_id, seen)


def recorded(
    places: Sequence[Path] = (), on_fault: OnFault = lambda fault: None
) -> Iterator[Recorded]:
    """Every record in the places, older ones first; see ``find``.

    Raises
    ------
    RecordsError
        A place cannot be read, or there is none by default.
    """
    if not places:
        places = [*([Path("results")] if Path("results").exists() else []), *kept()]
        if not places:
            raise RecordsError("there are no results here; make some with: softmark run")
    for path in sorted(_files(places), key=_age):
        try:
            yield from _of_json(path) if path.suffix == ".json" else _of_run(path, on_fault)
        except RecordsError as error:
            if path in places:
                raise
            on_fault(error.fault(path))


def _files(places: Sequence[Path]) -> Iterator[Path]:
    for path in places:
        yield from [path] if path.is_file() else find_results([path])


def _age(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # a link that leads nowhere: it is read, and the reader says so
        return 0.0


def _of_run(path: Path, on_fault: OnFault) -> Iterator[Recorded]:
    results = read_results(path)
    for fault in results.faults:
        on_fault(fault)
    for record in results.records:
        yield Recorded(record, "", results.header.environment)


def _of_json(path: Path) -> Iterator[Recorded]:
    """The records of what ``softmark check --json`` or ``pytest --softmark-json`` wrote."""
    try:
        document = strict_json.read(path)
        for check in document.get("checks", [document]):
            how = bool(check.get("setup")), str(check.get("vjp", "")), check.get("call")
            takes = tuple(map(str, check.get("contract", ())))
            when = str(check.get("folder", "")), str(check.get("checked", ""))
            for line in check["records"]:
                record = Record.from_json(line)
                made_on = dict(check["environment"])
                yield Recorded(record, str(check["target"]), made_on, *how, takes, *when)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        text = f"not what softmark check --json writes ({error}); check again, or name another file"
        raise RecordsError(f"{path}: {text}") from error
