"""The data of each table as JSON, with its schema: a program reads what a page shows.

A table is written when its page is rendered, from the same sheet, so that they cannot disagree.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from softmark.records import Json
from softmark_reports.sheets.sheet import Sheet
from softmark_reports.writing import wording
from softmark_reports.writing.links import Slugs

FOLDER: Final = "api"
SCHEMA_FILE: Final = f"{FOLDER}/table.schema.json"
INDEX: Final = f"{FOLDER}/index.json"
SCHEMA: Final[dict[str, Any]] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A table of a softmark report",
    "type": "object",
    "required": ["title", "page", "table", "schema", "rows"],
    "properties": {
        "title": {"type": "string"},
        "page": {"type": "string"},
        "table": {"type": "string"},
        "schema": {"type": "object"},
        "rows": {"type": "array", "items": {"type": "object"}},
    },
}


class Tables:
    """The tables of the pages that were rendered since they were last taken.

    Attributes
    ----------
    index:
        The list of all that were ever added.
    """

    def __init__(self) -> None:
        self._slugs = Slugs()
        self._texts: dict[str, str] = {}
        self.index: list[Json] = []

    def add(self, page: str, sheet: Sheet) -> str:
        """Keep a table of a page; the path of its file, from the first page."""
        name = f"{page.removesuffix('.html').replace('/', '-')}.{sheet.name}"
        path = f"{FOLDER}/{self._slugs[name]}.json"
        self._texts[path] = text(document(page, sheet))
        self.index.append({"file": path, "page": page, "title": wording.printable(sheet.caption)})
        return path

    def taken(self) -> Iterator[tuple[str, str]]:
        """Path and text of each, once."""
        while self._texts:
            yield self._texts.popitem()


def common(index: list[Json]) -> Iterator[tuple[str, str]]:
    """Path and text of the schema that all share, and of the list of all."""
    yield SCHEMA_FILE, text(SCHEMA)
    yield INDEX, text(index)


def document(page: str, sheet: Sheet) -> dict[str, Json]:
    """A table with the schema of its rows."""
    rows = objects(sheet)
    columns: dict[str, Json] = {column.name: _typed(rows, column.name) for column in sheet.columns}
    item: dict[str, Json] = {
        "type": "object", "required": list(columns), "properties": columns,
        "additionalProperties": False,
    }  # fmt: skip
    return {
        "title": sheet.caption, "page": page, "table": sheet.name,
        "schema": {"type": "array", "items": item}, "rows": rows,
    }  # fmt: skip


def objects(sheet: Sheet) -> list[Json]:
    """Its rows, each by the names of the columns."""
    names = [column.name for column in sheet.columns]
    return [
        {name: as_json(entry.plain) for name, entry in zip(names, row, strict=True)}
        for row in sheet.rows
    ]


def as_json(value: Json) -> Json:
    """A number that JSON has not got is a word."""
    if isinstance(value, float) and not math.isfinite(value):
        return wording.number(value)
    return value


def text(value: Json) -> str:
    """As a file holds it; with an indent it would be written by Python and not by C."""
    written = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return wording.printable(written) + "\n"


def _typed(rows: list[Json], name: str) -> Json:
    found = {_kind(row[name]) for row in rows if isinstance(row, Mapping)}
    return {"type": [*sorted(found)]} if found else {}


def _kind(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int() | float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"
