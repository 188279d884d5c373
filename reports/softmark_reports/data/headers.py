"""What results files state of themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from softmark.records import ResultsFile
from softmark_reports.data.collection import Collection, machine_of


def version_of(file: ResultsFile) -> str:
    """The version of the file's framework, as its worker told it."""
    worker = mapping(mapping(file.header.environment).get("worker"))
    return str(mapping(worker.get("versions")).get(str(file.header.framework), ""))


def runs(collection: Collection) -> list[dict[str, Any]]:
    """What was read, file by file, as rows of a table."""
    latest = {id(file) for file in collection.latest}
    return [
        {
            "file": file.path.name,
            "machine": machine_of(file),
            "framework": str(file.header.framework),
            "version": version_of(file),
            "run": str(file.header.run),
            "started": str(file.header.started),
            "records": len(file.records),
            "shown": id(file) in latest,
            "finished": file.finished,
        }
        for file in [*collection.latest, *collection.earlier]
    ]


def mapping(value: Any) -> Mapping[str, Any]:
    """A part of a header, which a damaged file may hold as anything."""
    return value if isinstance(value, Mapping) else {}
