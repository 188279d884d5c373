"""How everything is measured, what the grades mean, and what each word stands for."""

from __future__ import annotations

from softmark_reports.pages.page import Page
from softmark_reports.report import Report, mapping
from softmark_reports.specification import sections


def methods_page(report: Report) -> Page:
    grades = [
        text
        for file in report.collection.latest
        if isinstance(text := mapping(file.header.specification).get("grades"), str)
    ]
    values = {
        "grades": sections(grades[-1].removeprefix("grades: ")) if grades else [],
        "operations": report.texts("operations"),
        "metrics": report.texts("metrics"),
        "inputs": report.texts("inputs"),
        "pictures": report.chosen("surfaces"),
    }
    return Page("methods.html", "methods.html", values, report.chosen("surfaces"))
