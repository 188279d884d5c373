"""JUnit's XML, which continuous integration shows as tests: a case a check and format."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pandas as pd

from softmark_reports import wording
from softmark_reports.findings import recipe
from softmark_reports.pages.rows import bound_of
from softmark_reports.ranking import BAD, SEVERITY, word
from softmark_reports.report import Report


def junit(report: Report) -> str:
    """A suite an implementation; a known failure is skipped with its reason."""
    root = ET.Element("testsuites", name=wording.printable(report.title))
    for name in report.implementations:
        suite = ET.SubElement(root, "testsuite", name=wording.printable(name))
        order = report.table[report.table["implementation"].eq(name)]
        by = ["machine", "device", "check", "format"]
        for _, group in order.groupby(by, observed=True, sort=True):
            _case(report, suite, group)
        _count(suite)
    _count(root)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _case(report: Report, suite: ET.Element, group: pd.DataFrame) -> None:
    worst: Any = report.rows_of(group.head(1))[0]
    several = len(report.places) > 1
    place = f" on {worst.machine}, {worst.device}" if several else ""
    case = ET.SubElement(
        suite,
        "testcase",
        classname=wording.printable(f"{worst.implementation}.{worst.check}"),
        name=wording.printable(f"{worst.check} {worst.format}{place}"),
        time=f"{group['seconds'].sum():.3f}",
    )
    bad = report.rows_of(group[group["severity"].ge(BAD)])
    known = [next((k for k in report.known if k.matches(row.id, row.metric)), None) for row in bad]
    if bad and all(known):
        reason = known[0].reason if known[0] else ""
        ET.SubElement(case, "skipped", message=wording.printable(f"known: {reason}"))
    elif bad:
        row = next(row for row, entry in zip(bad, known, strict=True) if not entry)
        failure = ET.SubElement(case, "failure", message=wording.printable(_sentence(row)))
        failure.set("type", row.verdict)
        failure.text = wording.printable(_evidence(row))
    elif worst.severity == SEVERITY["not_offered"]:
        message = wording.printable(worst.message or word(worst.verdict))
        ET.SubElement(case, "skipped", message=message)
    elif worst.verdict == "weak":
        ET.SubElement(case, "system-out").text = wording.printable(f"weak: {_sentence(worst)}")


def _sentence(row: Any) -> str:
    number = wording.quantity(row.value, row.unit) if row.value_hex else ""
    return row.message or " ".join(filter(None, [row.metric, number])) or word(row.verdict)


def _evidence(row: Any) -> str:
    bound = bound_of(row)
    limit = "" if bound is None else f", bound {wording.number(bound)} ({row.bound_source})"
    number = wording.quantity(row.value, row.unit) if row.value_hex else word(row.verdict)
    return (
        f"{row.metric} {number}{limit}\ninput: {recipe(row)}, seed {row.seed}\n"
        f"softmark repro '{row.id}'\n"
    )


def _count(element: ET.Element) -> None:
    for attribute, tag in (("tests", "testcase"), ("failures", "failure"), ("skipped", "skipped")):
        element.set(attribute, str(len(list(element.iter(tag)))))
