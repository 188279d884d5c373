"""What all pages share: the table once sorted, the names, the texts and the links between pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, TypeVar

import pandas as pd

from softmark_reports.data import ages
from softmark_reports.data.causes import SharedFault, causes
from softmark_reports.data.cells import GridCell, cells, in_order
from softmark_reports.data.collection import Collection, Place, machine_of
from softmark_reports.data.findings import Faulty, faulty, recipe
from softmark_reports.data.headers import mapping, version_of
from softmark_reports.data.known import Understood
from softmark_reports.data.named import named_rows
from softmark_reports.data.origins import origins
from softmark_reports.data.policies import answers
from softmark_reports.data.ranking import ranked
from softmark_reports.data.specification import Chapter, texts
from softmark_reports.data.tables import as_record, table
from softmark_reports.data.timings import timings
from softmark_reports.data.worst import Key, Worst, worst
from softmark_reports.pictures.gallery import pictures
from softmark_reports.pictures.picture import Picture
from softmark_reports.writing import wording
from softmark_reports.writing.issues import Issue, Scripts, issue
from softmark_reports.writing.links import Addresses

Made = TypeVar("Made")
SCRIPTED: Final = 2
"""Failures of an implementation in a check that carry their script; the others name its command."""


class ReportData(Addresses):
    """The data of one report, each part computed once when the first page asks for it.

    Parameters
    ----------
    collection:
        What was read.
    title:
        The heading of the first page.
    scripts:
        Where the reproduction of a failure comes from; by default from nowhere.

    Attributes
    ----------
    kept:
        Anchors of the records that are shown one by one; ``None``: all of them.
    """

    def __init__(
        self, collection: Collection, title: str, scripts: Scripts = lambda record, _: ""
    ) -> None:
        self.collection = collection
        self.title = title
        self.kept: frozenset[str] | None = None
        self._scripts = scripts
        self._made: dict[Callable[[ReportData], Any], Any] = {}
        self._issues: dict[tuple[str, str, bool], Issue] = {}
        self._at: dict[Place, pd.DataFrame] = {}
        self._texts: dict[str, dict[str, Chapter]] = {}
        self.table: pd.DataFrame = ranked(table(collection.latest))
        super().__init__(self.implementations, self.checks, self.operations)

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
    def _rows(self) -> list[Any]:
        return list(named_rows(self.table))

    @cached_property
    def _addresses(self) -> dict[tuple[str, str], int]:
        table = self.table
        keys = zip(table["machine"].astype(str), table["id"], strict=True)
        return {key: index for index, key in enumerate(keys)}

    def address(self, machine: str, record_id: str) -> str:
        """Where a record is, from the first page; nothing if it is not shown."""
        index = self._addresses.get((machine, record_id))
        if index is None:
            return ""
        return self.link_to(self._rows[index])

    def link_to(self, row: Any) -> str:
        """Where the record of a row of the table is, from the first page."""
        page = self.records_page(str(row.implementation), str(row.check), row.page)
        return f"{page}#{row.anchor}"

    def rows_of(self, part: pd.DataFrame) -> list[Any]:
        """Some rows of the table as named tuples, which are made once: it takes long."""
        return [self._rows[index] for index in part.index]

    def row(self, index: int) -> Any:
        """One row of the table, by its place in it."""
        return self._rows[index]

    @cached_property
    def pictures(self) -> dict[str, Picture]:
        """Those that the data allow, by name."""
        return pictures(self.table, self.frameworks)

    def once(self, make: Callable[[ReportData], Made]) -> Made:
        """What a function makes of this report; made at its first call and kept."""
        if make not in self._made:
            self._made[make] = make(self)
        made: Made = self._made[make]
        return made

    def chosen(self, *names: str) -> list[Picture]:
        """Some of the pictures, as far as they are there."""
        return [self.pictures[name] for name in names if name in self.pictures]

    @cached_property
    def times(self) -> pd.DataFrame:
        """Every time that was measured; see ``timings``."""
        return timings(self.table)

    @cached_property
    def faulty(self) -> list[Faulty]:
        return faulty(self.table, self.known)

    @cached_property
    def causes(self) -> list[SharedFault]:
        return causes(self.table, self.known, self.origin)

    @cached_property
    def _ages(self) -> list[ages.DatedRun]:
        files = [*self.collection.earlier, *self.collection.latest]
        return ages.read((file, version_of(file)) for file in files)

    def since(self, rows: Sequence[Any]) -> str:
        """In which versions some failures began, as far as the results reach back."""
        return ages.since(rows, self._ages)

    @cached_property
    def known(self) -> list[Understood]:
        """The failures that the runs excused beforehand, those of every run first."""
        entries = [e for file in self.collection.latest for e in file.header.known_failures]
        found = (Understood.read(mapping(entry)) for entry in entries)
        return sorted(dict.fromkeys(known for known in found if known), key=_is_rare)

    @cached_property
    def operations(self) -> list[str]:
        """Those that most implementations offer first."""
        offered = self.table.groupby("operation", observed=True)["implementation"].nunique()
        ordered = offered.sort_index().sort_values(ascending=False, kind="stable")
        return [str(name) for name in ordered.index]

    @cached_property
    def worst(self) -> dict[tuple[Place, str, str], GridCell]:
        """By place, implementation and check."""
        found = cells(self.table, ["machine", "device", "implementation", "check"])
        return {(Place(key[0], key[1]), key[2], key[3]): cell for key, cell in found.items()}

    @cached_property
    def worst_in_format(self) -> dict[tuple[Place, str, str, str], GridCell]:
        """By place, implementation, check and format."""
        found = cells(self.table, ["machine", "device", "implementation", "check", "format"])
        return {(Place(key[0], key[1]), *key[2:]): cell for key, cell in found.items()}  # type: ignore[misc]

    @cached_property
    def answers(self) -> pd.DataFrame:
        """What implementations answer at the edges; see ``policies``."""
        return answers(self.table)

    @cached_property
    def worst_errors(self) -> dict[Key, Worst]:
        """The largest errors, by machine, device, implementation, format and what they are of."""
        return worst(self.table)

    @cached_property
    def kinds(self) -> dict[tuple[str, str, str], list[str]]:
        """What errors were measured of, by machine, device and implementation."""
        found: dict[tuple[str, str, str], dict[str, None]] = {}
        for machine, device, name, _, kind in self.worst_errors:
            found.setdefault((machine, device, name), {})[kind] = None
        return {key: list(kinds) for key, kinds in found.items()}

    @cached_property
    def _origins(self) -> dict[str, str]:
        return origins({name: self.describe(name) for name in self.implementations})

    def origin(self, implementation: str) -> str:
        """Whose code it runs; see ``origins``."""
        return self._origins[implementation]

    @cached_property
    def _operations(self) -> dict[str, str]:
        pairs = self.table[["implementation", "operation"]].drop_duplicates().astype(str)
        return dict(pairs.itertuples(index=False, name=None))

    def operation_of(self, implementation: str) -> str:
        return self._operations[implementation]

    @cached_property
    def _parts(self) -> dict[tuple[str, ...], pd.DataFrame]:
        groups = self.table.groupby(["machine", "device", "operation"], observed=True, sort=False)
        return {tuple(map(str, key)): part for key, part in groups}

    def of(self, operation: str, place: Place) -> pd.DataFrame:
        """The records of an operation at one place; the table is parted once for all of them."""
        return self._parts.get((place.machine, place.device, operation), self.table.iloc[:0])

    def at(self, place: Place) -> pd.DataFrame:
        """The records of one place."""
        if place not in self._at:
            table = self.table
            here = table["machine"].eq(place.machine) & table["device"].eq(place.device)
            self._at[place] = table[here]
        return self._at[place]

    def texts(self, kind: str) -> dict[str, Chapter]:
        """The texts of the specification, the newest file's where they differ."""
        if kind not in self._texts:
            found: dict[str, Chapter] = {}
            for file in sorted(self.collection.latest, key=lambda file: str(file.header.started)):
                found |= texts(mapping(file.header.specification), kind)
            self._texts[kind] = found
        return self._texts[kind]

    def issue(self, row: Any, *, scripted: bool = False) -> Issue:
        """The text of an issue for a row of the table, its script included where there is one.

        Only the first failures of a check have one, or those for which it is asked.
        """
        key = row.machine, row.id, scripted
        if key not in self._issues:
            environment = self.environment(row.machine, row.framework)
            record = as_record(row)
            script = self._scripts(record, environment) if scripted or row.place < SCRIPTED else ""
            self._issues[key] = issue(record, environment, script, recipe(row))
        return self._issues[key]

    def environment(self, machine: str, framework: str) -> Mapping[str, Any]:
        """What a file states of where it was recorded."""
        for file in self.collection.latest:
            if machine_of(file) == machine and str(file.header.framework) == framework:
                return mapping(file.header.environment)
        return {}

    def describe(self, implementation: str) -> str:
        """The one-line description that the results carry."""
        for file in self.collection.latest:
            entry = mapping(file.header.implementations).get(implementation)
            if entry:
                return str(mapping(entry).get("description", entry))
        return ""

    def source(self, implementation: str) -> str:
        """Where the results say that it is defined: a module, a function and a line."""
        for file in self.collection.latest:
            entry = mapping(mapping(file.header.implementations).get(implementation))
            if where := entry.get("where"):
                line = f", line {entry['line']}" if "line" in entry else ""
                return wording.printable(f"{where}{line}")
        return ""

    def contract(self, implementation: str) -> list[str]:
        """What the results say that it takes, a line each."""
        for file in self.collection.latest:
            entry = mapping(mapping(file.header.implementations).get(implementation))
            lines = entry.get("contract")
            if isinstance(lines, list):
                return [wording.plain(line) for line in lines]
        return []

    def _distinct(self, column: str) -> list[str]:
        return sorted(self.table[column].astype(str).unique())


def _is_rare(known: Understood) -> bool:
    return known.is_rare
