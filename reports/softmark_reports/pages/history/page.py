"""History: what changed from one set of results to the next, accuracy first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Final

from softmark_reports.data import courses
from softmark_reports.data.changes import RunStep, step
from softmark_reports.data.collection import History, histories, place_of
from softmark_reports.data.headers import version_of
from softmark_reports.data.history import FEWEST, TimeSeries, series
from softmark_reports.data.release_steps import ReleaseStep, lasting_faults, release_steps
from softmark_reports.data.releases import StepCause
from softmark_reports.pages.history import pictures as drawing
from softmark_reports.pages.history import releases
from softmark_reports.pages.history import sheets as history
from softmark_reports.pages.page import Page
from softmark_reports.pictures.picture import Picture
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import Sheet

PATH: Final = "history.html"


@dataclass(frozen=True)
class Section:
    """One step of one framework on one machine; of earlier steps only what changed is shown."""

    title: str
    accuracy: Sheet
    speeds: Sheet
    is_newest: bool


def history_page(report: ReportData) -> Page:
    found = histories(report.collection)
    timed = series(file for one in found for file in one.files)
    newest, earlier = steps(report), earlier_steps(report)
    pictures = _pictures(found, timed, [*newest, *earlier])
    values: dict[str, Any] = {
        "runs": history.runs(found),
        "summary": history.summary([*newest, *earlier]),
        "sections": [
            _section(report, one, index, is_newest=index <= len(newest))
            for index, one in enumerate([*newest, *earlier], start=1)
        ],
        "levels": history.levels(timed),
        "pictures": pictures,
        "most_runs": max((len(one.files) for one in found), default=0),
        "fewest": 2 * FEWEST,
        "releases": {sheet.name: sheet for sheet in release_sheets(report)},
        "causes": _causes(report),
    }
    return Page(PATH, "history.html", values, pictures)


def release_sheets(report: ReportData) -> list[Sheet]:
    """What releases of libraries changed, where a folder has the results of some."""
    held = report.collection.releases
    found = [
        releases.since(lasting_faults(held)),
        releases.steps(release_steps(held, report.collection.causes)),
        releases.measured(held),
    ]
    return [sheet for sheet in found if sheet]


def _causes(report: ReportData) -> dict[StepCause, list[ReleaseStep]]:
    """The causes that have sources, each with the steps that it explains."""
    told: dict[StepCause, list[ReleaseStep]] = {}
    for one in release_steps(report.collection.releases, report.collection.causes):
        if one.cause and one.cause.links:
            told.setdefault(one.cause, []).append(one)
    return told


def _pictures(
    found: Sequence[History], timed: Sequence[TimeSeries], told: Sequence[RunStep]
) -> list[Picture]:
    """The courses of what changed, where there are dates enough to see one."""
    errors = [
        course
        for one in found
        for course in courses.of_errors(one.files, [version_of(file) for file in one.files])
    ]
    words = ("slower", "faster")
    moved = {speed.new.id for one in told for word in words for speed in one.told(word)}
    drawn = drawing.of_errors(errors), drawing.of_times(courses.of_times(timed, moved))
    return [picture for picture in drawn if picture]


def steps(report: ReportData) -> list[RunStep]:
    """From the run before the newest to the newest, wherever there are two."""
    found = histories(report.collection)
    return [step(*one.files[-2:]) for one in found if len(one.files) > 1]


def earlier_steps(report: ReportData) -> list[RunStep]:
    """All other steps from a run to the next, the latest first."""
    found = [
        step(*pair) for one in histories(report.collection) for pair in pairwise(one.files[:-1])
    ]
    return sorted(found, key=lambda one: str(one.new.header.started), reverse=True)


def _section(report: ReportData, one: RunStep, index: int, *, is_newest: bool) -> Section:
    shown = one if is_newest else replace(one, speeds=[*one.told("slower"), *one.told("faster")])
    title = f"{one.new.header.framework} on {place_of(one.new)}"
    return Section(
        title if is_newest else f"{title}, {history.stamps(one)}",
        history.accuracy(report, one, f"changes-{index}"),
        history.speeds(report, shown, f"speeds-{index}"),
        is_newest,
    )
