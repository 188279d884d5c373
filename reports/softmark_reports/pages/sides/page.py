"""Side by side: any two runs, versions or machines, and one cell over all runs, in the browser.

The data are a script that only this page loads, since a page opened from disk may fetch nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from softmark.records import ResultsFile
from softmark_reports.data.cells import cells
from softmark_reports.data.collection import place_of
from softmark_reports.data.headers import version_of
from softmark_reports.data.ranking import BAD, SEVERITY, ranked
from softmark_reports.data.tables import table
from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData
from softmark_reports.resources import resource
from softmark_reports.writing import wording

PATH: Final = "sides.html"
FILE: Final = "sides.js"
BY: Final = ["implementation", "check", "format"]
GRAVITY: Final = {str(verdict): place for verdict, place in SEVERITY.items()}


@dataclass(frozen=True)
class RunSide:
    """All files of one run in one place."""

    place: str
    run: str
    started: str
    files: list[ResultsFile]
    is_latest: bool

    @property
    def title(self) -> str:
        versions = sorted({f"{file.header.framework} {version_of(file)}" for file in self.files})
        words = f"{wording.moment(self.started)}, {self.place}: {wording.listing(versions, 9)}"
        return wording.printable(words)


def sides_page(report: ReportData) -> Page:
    return Page(PATH, "sides.html", {"sides": report.once(sides), "file": FILE})


def sides(report: ReportData) -> list[RunSide]:
    """The runs that were read, the newest first."""
    latest = {id(file) for file in report.collection.latest}
    found: dict[tuple[str, str, str], list[ResultsFile]] = {}
    for file in [*report.collection.latest, *report.collection.earlier]:
        key = str(file.header.started), place_of(file), str(file.header.run)
        found.setdefault(key, []).append(file)
    return [
        RunSide(place, run, started, files, all(id(file) in latest for file in files))
        for (started, place, run), files in sorted(found.items(), key=_when, reverse=True)
    ]


def _when(one: tuple[tuple[str, str, str], list[ResultsFile]]) -> tuple[str, str, str]:
    return one[0]


def script(report: ReportData) -> str:
    """What the page loads: the cells of each run, and what shows them."""
    runs = [
        {"title": side.title, "cells": dict(_cells(report, side))} for side in report.once(sides)
    ]
    data = json.dumps({"bad": BAD, "runs": runs}, ensure_ascii=True, separators=(",", ":"))
    safe = data.replace("<", "\\u003c")
    return f'"use strict";\nglobalThis.softmarkSides = {safe};\n{resource("sides.js")}'


def _cells(report: ReportData, side: RunSide) -> Iterator[tuple[str, list[Any]]]:
    """By name: the mark, its class, the worst number, its severity, and where the record is."""
    measured = _table(report, side)
    told = measured[measured["metric"].ne("time")]  # no two are the same
    for key, cell in cells(told, BY).items():
        name, check, _ = key
        page = report.records_page(name, check, cell.page) if side.is_latest else ""
        link = f"{page}#{cell.anchor}" if page else ""
        words = wording.printable(" / ".join(key)), wording.printable(cell.text)
        yield words[0], [cell.mark, cell.style, words[1], GRAVITY[cell.verdict], link]


def _table(report: ReportData, side: RunSide) -> pd.DataFrame:
    """Ranked records; those that the report shows are ranked already."""
    if not side.is_latest:
        return ranked(table(side.files))
    own = report.table["run"].eq(side.run) & report.table["started"].eq(side.started)
    places = report.table["machine"].astype(str) + ", " + report.table["device"].astype(str)
    return report.table[own & places.isin({side.place, f"{side.place}, cpu"})]
