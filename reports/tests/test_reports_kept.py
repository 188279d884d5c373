"""The report of the results that are kept with the project: its numbers, and what it costs.

The numbers are computed anew from the lines of the files, without softmark.
"""

from __future__ import annotations

import json
import math
import random
from collections import defaultdict
from itertools import chain
from pathlib import Path
from typing import Any

import pytest
from recorded import RESULTS, text_of

from softmark.records import results_below
from softmark_reports.data.collection import collect
from softmark_reports.data.origins import LIBRARY
from softmark_reports.pages.accuracy import accuracy_page
from softmark_reports.pages.accuracy.page import data
from softmark_reports.pages.edges.page import edges_page
from softmark_reports.pages.overview.page import overview_page
from softmark_reports.rendering.renderer import SHARED, Renderer
from softmark_reports.report import ReportData
from softmark_reports.resources import resource
from softmark_reports.sheets.grids import frameworks

pytestmark = pytest.mark.slow

MOST = 150_000
"""Bytes of the first page with its style and its script; there is no font and no image."""
NUMBERS = 30
DESK = 1280
BAD = ("fail", "crash", "timeout")
OPEN = ("not_offered", "skipped")
KINDS = {
    "error": "value", "worst found": "value", "vjp error": "vjp", "jvp error": "jvp",
    "hvp error": "hvp", "beta gradient error": "beta", "operand gradient error": "operand",
}  # fmt: skip
FORMATS = {
    "float64": (53, -1022), "float32": (24, -126), "float16": (11, -14), "bfloat16": (8, -126),
    "float8_e4m3fn": (4, -6), "float8_e5m2": (3, -14),
}  # fmt: skip
Line = dict[str, Any]


@pytest.fixture(scope="module")
def report() -> ReportData:
    return ReportData(collect([RESULTS]), "softmark report")


@pytest.fixture(scope="module")
def lines() -> list[Line]:
    """The records of the newest run of each framework in each place, with their machine."""
    runs: dict[tuple[str, str, str], list[tuple[str, str, list[Line]]]] = defaultdict(list)
    for path in results_below(RESULTS):
        head, *rest = map(json.loads, text_of(path).splitlines())
        machine = head["environment"]["machine"]["name"]
        records = [line | {"machine": machine} for line in rest if line["kind"] == "record"]
        place = machine, head["settings"].get("device") or "cpu", head["framework"]
        runs[place].append((head["started"], head["run"], records))
    newest = {place: max(file[:2] for file in files) for place, files in runs.items()}
    return [
        record
        for place, files in runs.items()
        for started, run, records in files
        if (started, run) == newest[place]
        for record in records
    ]


def size(line: Line) -> float:
    value = math.nan if line["value_hex"] is None else float.fromhex(line["value_hex"])
    return math.inf if math.isnan(value) else abs(value)


def share(line: Line) -> float:
    good = line.get("good_bound") or 0.0
    decided = line["bound"] if line["verdict"] == "fail" or not good > 0 else good
    return size(line) / decided if decided else math.nan


def speaks_against_itself(line: Line) -> bool:
    """Grade A, and a witness with a larger error: the report corrects such an old record."""
    try:
        got, expected = (float.fromhex(line["witness"][name]) for name in ("got", "expected"))
        digits, least = FORMATS[line["format"]]
    except (KeyError, TypeError, ValueError):
        return False
    if line["grade"] != "A" or line["unit"] != "ulp" or got == expected:
        return False
    exponent = max(math.frexp(expected)[1] - 1, least) if expected else least
    return not abs(got - expected) <= 2.0 ** (exponent - digits + 1)


def graded(lines: list[Line]) -> dict[tuple[str, ...], list[Line]]:
    found: dict[tuple[str, ...], list[Line]] = defaultdict(list)
    for line in lines:
        if line["unit"] == "ulp" and line["grade"] and line["metric"] in KINDS:
            place = line["machine"], line["device"]
            cell = line["implementation"], line["format"], KINDS[line["metric"]]
            found[(*place, *cell)].append(line)
    return found


def test_thirty_random_numbers_of_the_accuracy_table_are_those_of_the_records(
    report: ReportData, lines: list[Line]
) -> None:
    cells = graded(lines)
    rows = data(report).to_dict("records")
    assert len(rows) == len(cells)
    names = ("machine", "device", "implementation", "format", "of")
    drawn = random.Random(NUMBERS).sample(rows, len(rows))
    compared = 0
    for row in drawn:
        records = cells[tuple(row[name] for name in names)]
        if compared == NUMBERS:
            break
        if any(map(speaks_against_itself, records)):
            continue
        compared += 1
        assert row["worst_error_ulp"] == max(map(size, records))
        shares = [found for found in map(share, records) if not math.isnan(found)]
        if shares:
            assert row["share_of_bound"] == pytest.approx(max(shares), rel=1e-12)
    assert compared == NUMBERS


def test_thirty_random_counts_of_the_first_page_are_those_of_the_records(
    report: ReportData, lines: list[Line]
) -> None:
    told: dict[tuple[str, str], dict[str, list[Line]]] = defaultdict(lambda: defaultdict(list))
    for line in lines:
        framework = line["implementation"].partition(".")[0]
        told[framework, line["check"]][line["implementation"]].append(line)
    sheet = frameworks(report)
    cells = [
        (row[0].text, column.name, entry)
        for row in sheet.rows
        for column, entry in zip(sheet.columns, row, strict=True)
        if column.name in report.checks and isinstance(entry.value, int)
    ]
    compared = 0
    for framework, check, entry in random.Random(NUMBERS).sample(cells, len(cells)):
        groups = told[framework, check]
        if compared == NUMBERS or any(map(speaks_against_itself, chain(*groups.values()))):
            continue
        compared += 1
        judged = {name: {one["verdict"] for one in found} for name, found in groups.items()}
        judged = {name: verdicts - set(OPEN) for name, verdicts in judged.items()}
        judged = {name: verdicts for name, verdicts in judged.items() if verdicts}
        bad = [name for name, verdicts in judged.items() if verdicts & set(BAD)]
        assert entry.words == f"{len(bad)} of {len(judged)}", (framework, check)
    assert compared >= min(NUMBERS, len(cells) // 2)


@pytest.mark.browser
def test_what_many_readers_want_fits_a_desk(report: ReportData, visit: Any, tmp_path: Path) -> None:
    """No table is cut that compares the libraries: the page and its boxes are as wide as a desk."""
    renderer = Renderer(report)
    for name, source in SHARED.items():
        (tmp_path / name).write_text(resource(source), encoding="utf-8")
    for make in (overview_page, accuracy_page, edges_page):
        page = make(report)
        (tmp_path / page.path).write_text(renderer.html(page), encoding="utf-8")
        shown = visit(page.path, root=tmp_path)
        wide = shown.evaluate("""() => [...document.querySelectorAll(
          'table.accuracy, table.answers, #frameworks')].filter((table) =>
          table.offsetWidth > table.closest('.box').clientWidth + 1).map((table) => table.id)""")
        assert wide == []
        assert shown.evaluate("document.documentElement.scrollWidth") <= DESK


def test_the_first_table_says_how_many_functions_of_libraries_fail(
    report: ReportData, lines: list[Line]
) -> None:
    """Counted anew: formulas are most of what fails, and no library's fault."""
    verdicts: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if report.origin(line["implementation"]) == LIBRARY:
            verdicts[line["implementation"]].add(line["verdict"])
    judged = [found for found in verdicts.values() if found - set(OPEN)]
    bad = [found for found in judged if found & set(BAD)]
    assert 0 < len(bad) < len(judged) < len(report.implementations)
    words = f"of the libraries' own functions {len(bad)} of {len(judged)} do"
    assert frameworks(report).caption.endswith(words)


def test_the_overview_is_small(report: ReportData) -> None:
    html = Renderer(report).html(overview_page(report))
    assert "Which framework fails what" in html
    parts = (html, resource("style.css"), resource("script.js"))
    assert sum(len(text.encode()) for text in parts) < MOST
