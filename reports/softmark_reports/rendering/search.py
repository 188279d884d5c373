"""What a reader can look for in the whole site: a script of names and addresses, loaded on demand.

A page opened from disk may fetch nothing, so the index is a script and not a document.  Records
are too many to be listed: their addresses are made of their ids, by the digest of ``links.anchor``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

from softmark_reports.pages.causes import PATH as CAUSES
from softmark_reports.report import ReportData
from softmark_reports.writing import wording

FILE: Final = "search.js"
SCRIPT: Final = '"use strict";\nglobalThis.softmarkIndex = {};\n'


def script(report: ReportData) -> str:
    """The text of the file."""
    index = {
        "names": [[wording.printable(part) for part in entry] for entry in _names(report)],
        "machines": sorted({place.machine for place in report.places}),
        "implementations": {
            name: report.implementation_page(name).removesuffix(".html")
            for name in report.implementations
        },
        "checks": {
            check: report.check_page(check).removeprefix("checks/") for check in report.checks
        },
    }
    text = json.dumps(index, ensure_ascii=True).replace("<", "\\u003c")
    return SCRIPT.replace("{}", text, 1)


def _names(report: ReportData) -> Iterator[tuple[str, str, str]]:
    """Kind, name and address of what has a place of its own."""
    for name in report.operations:
        yield "operation", name, report.operation_page(name)
    for name in report.checks:
        yield "check", name, report.check_page(name)
    for cause in report.causes:
        yield "cause", cause.title, f"{CAUSES}#{cause.anchor}"
    for name in report.implementations:
        told = report.describe(name).replace("``", "")
        yield "implementation", f"{name} {told}".strip(), report.implementation_page(name)
