"""History: what changed from one set of results to the next, accuracy first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from softmark_reports.changes import Step, step
from softmark_reports.collection import histories, machine_of
from softmark_reports.pages.page import Page
from softmark_reports.report import Report
from softmark_reports.sheets import Sheet
from softmark_reports.summaries import history

PATH: Final = "history.html"


@dataclass(frozen=True)
class Section:
    """The newest step of one framework on one machine."""

    title: str
    accuracy: Sheet
    speeds: Sheet


def history_page(report: Report) -> Page:
    found = steps(report)
    values: dict[str, Any] = {
        "runs": history.runs(histories(report.collection)),
        "summary": history.summary(found),
        "sections": [
            Section(
                f"{one.new.header.framework} on {machine_of(one.new)}",
                history.accuracy(report, one, f"changes-{index}"),
                history.speeds(report, one, f"speeds-{index}"),
            )
            for index, one in enumerate(found, start=1)
        ],
    }
    return Page(PATH, "history.html", values)


def steps(report: Report) -> list[Step]:
    """From the run before the newest to the newest, wherever there are two."""
    found = histories(report.collection)
    return [step(*one.files[-2:]) for one in found if len(one.files) > 1]
