"""An implementation: its grades, errors, speed, memory, policies and failures, and on what."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from typing import Any

import pandas as pd

from softmark_reports.data.headers import mapping
from softmark_reports.data.policies import in_turn
from softmark_reports.data.ranking import BAD
from softmark_reports.pages.implementation.pictures import Portraits
from softmark_reports.pages.page import Page
from softmark_reports.pages.records.page import records_pages
from softmark_reports.report import ReportData
from softmark_reports.sheets import grids, spreads
from softmark_reports.sheets.memory import memory
from softmark_reports.sheets.sheet import Column, Field, Sheet
from softmark_reports.writing import wording


def implementation_pages(
    report: ReportData,
    portraits: Portraits,
    name: str,
    order: pd.DataFrame,
    left: Container[tuple[str, str]],
) -> Iterator[Page]:
    """The page, and those of its records in all checks but some, by implementation and check."""
    entry = next((found for found in report.faulty if found.implementation == name), None)
    pictures = [portraits.errors(name), portraits.speed(name)]
    values: dict[str, Any] = {
        "implementation": name,
        "operation": str(order["operation"].iloc[0]),
        "description": report.describe(name),
        "contract": report.contract(name),
        "faulty": entry,
        "sheets": _grades(report, name),
        "pictures": [picture for picture in pictures if picture],
        "spread": spreads.by_length(order[order["check"].eq("accuracy")], "spread"),
        "memory": memory(order, "memory", lambda text: grids.implementation(report, text)),
        "policies": _policies(report, name),
        "environments": list(_environments(report, order)),
        "records": len(order),
    }
    yield Page(report.implementation_page(name), "implementation.html", values, values["pictures"])
    for check, group in order.groupby("check", observed=True):
        if (name, str(check)) not in left:
            yield from records_pages(report, name, str(check), group)


def _grades(report: ReportData, name: str) -> list[Sheet]:
    pairs = [(name, check) for check in report.checks]
    headings = [Field(check, link=report.check_page(check)) for check in report.checks]
    found = [
        grids.formats_of(report, place, pairs, headings, f"grades-{index}", "check")
        for index, place in enumerate(report.places, start=1)
    ]
    return [sheet for sheet in found if sheet]


def _policies(report: ReportData, name: str) -> Sheet:
    told = report.answers
    told = told[told["implementation"].eq(name)].drop_duplicates(["metric", "format", "answer"])
    answers = dict(zip(told.index, told["answer"], strict=True))
    turn = {situation: i for i, situation in enumerate(in_turn(set(told["metric"].astype(str))))}
    rows = [(report.row(index), answer) for index, answer in answers.items()]
    return Sheet(
        "policies",
        "What it answers at the edges",
        [Column("situation"), Column("format"), Column("answer")],
        [_policy(report, *pair) for pair in sorted(rows, key=lambda pair: turn[pair[0].metric])],
    )


def _policy(report: ReportData, row: Any, answer: str) -> list[Field]:
    link = report.link_to(row)
    mark, style = ("wrong", "v-fail") if row.severity >= BAD else ("", "")
    return [
        Field(row.metric),
        Field(row.format),
        Field(answer, link=link, mark=mark, style=style),
    ]


Facts = list[tuple[str, str]]


def _environments(report: ReportData, order: pd.DataFrame) -> Iterator[tuple[str, Facts]]:
    """For each machine the facts that a number depends on."""
    places = order[["machine", "framework"]].drop_duplicates().astype(str)
    for machine, framework in places.itertuples(index=False, name=None):
        environment = report.environment(machine, framework)
        worker, host = mapping(environment.get("worker")), mapping(environment.get("machine"))
        facts = {
            "versions": _listed(mapping(worker.get("versions"))),
            "Python": environment.get("python"),
            "processor": host.get("cpu"),
            "instruction sets": host.get("isa"),
            "cores": host.get("cores"),
            "threads": worker.get("threads"),
            "denormal numbers": _listed(mapping(worker.get("denormals"))),
            "system": host.get("system"),
        }
        yield machine, [(key, wording.plain(value)) for key, value in facts.items() if value]


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {wording.plain(value)}" for key, value in values.items())
