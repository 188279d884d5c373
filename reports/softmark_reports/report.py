"""What all pages share: the table once sorted, the names, the texts and the links between pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from softmark.records import ResultsFile
from softmark_reports.cells import in_order
from softmark_reports.collection import Collection, machine_of
from softmark_reports.findings import Faulty, faulty
from softmark_reports.known import Known
from softmark_reports.links import Slugs
from softmark_reports.ranking import ranked
from softmark_reports.specification import Text, texts
from softmark_reports.tables import table


@dataclass(frozen=True)
class Place:
    """Where measurements were made."""

    machine: str
    device: str

    def __str__(self) -> str:
        return f"{self.machine}, {self.device}"


class Report:
    """The data of one report, each part computed once when the first page asks for it.

    Parameters
    ----------
    collection:
        What was read.
    title:
        The heading of the first page.
    """

    def __init__(self, collection: Collection, title: str) -> None:
        self.collection = collection
        self.title = title
        self.table: pd.DataFrame = ranked(table(collection.latest))
        self._implementation_slugs = Slugs()
        self._check_slugs = Slugs()

    @cached_property
    def frameworks(self) -> list[str]:
        return sorted({str(file.header.framework) for file in self.collection.latest})

    @cached_property
    def implementations(self) -> list[str]:
        return self._distinct("implementation")

    @cached_property
    def formats(self) -> list[str]:
        return in_order(set(self._distinct("format")))

    @cached_property
    def checks(self) -> list[str]:
        """Those of the specification first, in its order, then any other that was recorded."""
        measured = self._distinct("check")
        specified = [name for name in self.texts("checks") if name in measured]
        return specified + [name for name in measured if name not in specified]

    @cached_property
    def places(self) -> list[Place]:
        pairs = self.table[["machine", "device"]].drop_duplicates().astype(str)
        return sorted((Place(*pair) for pair in pairs.itertuples(index=False, name=None)), key=str)

    @cached_property
    def faulty(self) -> list[Faulty]:
        return faulty(self.table, self.known)

    @cached_property
    def known(self) -> list[Known]:
        """The failures that the runs excused beforehand."""
        entries = [e for file in self.collection.latest for e in file.header.known_failures]
        found = (Known.read(mapping(entry)) for entry in entries)
        return list(dict.fromkeys(known for known in found if known))

    def at(self, place: Place) -> pd.DataFrame:
        """The records of one place."""
        table = self.table
        return table[table["machine"].eq(place.machine) & table["device"].eq(place.device)]

    def texts(self, kind: str) -> dict[str, Text]:
        """The texts of the specification, the newest file's where they differ."""
        found: dict[str, Text] = {}
        for file in sorted(self.collection.latest, key=lambda file: str(file.header.started)):
            found |= texts(mapping(file.header.specification), kind)
        return found

    def describe(self, implementation: str) -> str:
        """The one-line description that the results carry."""
        for file in self.collection.latest:
            entry = mapping(file.header.implementations).get(implementation)
            if entry:
                return str(mapping(entry).get("description", entry))
        return ""

    def check_page(self, check: str) -> str:
        """The path of a check's page, from the first page."""
        return f"checks/{self._check_slugs[check]}.html"

    def implementation_page(self, implementation: str) -> str:
        """The path of an implementation's page, from the first page."""
        return f"implementations/{self._implementation_slugs[implementation]}.html"

    def records_page(self, implementation: str, check: str, page: int = 1) -> str:
        """The path of a page of records, from the first page."""
        suffix = f".{page}" if page > 1 else ""
        folder = self.implementation_page(implementation).removesuffix(".html")
        return f"{folder}/{self._check_slugs[check]}{suffix}.html"

    def _distinct(self, column: str) -> list[str]:
        return sorted(self.table[column].astype(str).unique())


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
