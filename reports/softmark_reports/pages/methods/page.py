"""How everything is measured, what the grades mean, and what each word stands for."""

from __future__ import annotations

from collections.abc import Sequence

from softmark_reports.data.gates import Gate
from softmark_reports.data.headers import mapping
from softmark_reports.data.specification import sections
from softmark_reports.pages.page import Page
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import Column, Field, Sheet


def methods_page(report: ReportData) -> Page:
    grades = [
        text
        for file in report.collection.latest
        if isinstance(text := mapping(file.header.specification).get("grades"), str)
    ]
    values = {
        "grades": sections(grades[-1].removeprefix("grades: ")) if grades else [],
        "checks": report.texts("checks"),
        "operations": report.texts("operations"),
        "metrics": report.texts("metrics"),
        "inputs": report.texts("inputs"),
        "gates": [sheet for sheet in map(_gates, _by_kind(report.collection.gates)) if sheet],
        "pictures": report.chosen("surfaces"),
    }
    return Page("methods.html", "methods.html", values, report.chosen("surfaces"))


def _by_kind(gates: Sequence[Gate]) -> list[list[Gate]]:
    kinds = dict.fromkeys(gate.about for gate in gates)
    return [[gate for gate in gates if gate.about == kind] for kind in kinds]


def _gates(gates: Sequence[Gate]) -> Sheet:
    """A row a rule, the most lenient first."""
    about = gates[0].about
    what = "softmaxes" if about == "forward" else "gradients"
    return Sheet(
        f"gates-{about}",
        f"How many wrong {what} each rule lets through, and how many right ones it rejects",
        [
            Column("rule"), Column("lets through", number=True), Column("of wrong", number=True),
            Column("rejects", number=True), Column("of right", number=True), Column("what it does"),
            Column("from"),
        ],
        [_rule(gate) for gate in sorted(gates, key=lambda gate: -gate.let_through)],
    )  # fmt: skip


def _rule(gate: Gate) -> list[Field]:
    return [
        Field(gate.name),
        Field("", gate.let_through, mark=str(gate.let_through), style="v-weak")
        if gate.let_through
        else Field("0", 0),
        Field(str(gate.wrong), gate.wrong),
        Field(str(gate.rejected), gate.rejected),
        Field(str(gate.right), gate.right),
        Field(gate.told),
        Field(gate.source),
    ]
