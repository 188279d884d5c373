"""Speed: time and bandwidth against the length of a row, and every time in a table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from softmark_reports.pages.page import Page
from softmark_reports.pictures.picture import Picture
from softmark_reports.pictures.speed import SpeedPictures
from softmark_reports.report import Place, Report
from softmark_reports.sheets import Sheet
from softmark_reports.summaries.speed import speed
from softmark_reports.timings import (
    INPUTS,
    LAUNCHES,
    MEMORY,
    MODES,
    THREADS,
    comparable,
    timings,
)

PATH: Final = "speed.html"
Setup = tuple[str, str, str, str, bool]
SETUPS: Final[tuple[Setup, ...]] = tuple(
    (mode, inputs, threads, launch, memory)
    for launch in LAUNCHES
    for threads in THREADS
    for mode in MODES
    for inputs in INPUTS
    for memory in (False, True)
)
"""Mode, inputs, threads, launch, and whether from memory: times that no curve joins with others."""


@dataclass(frozen=True)
class Section:
    """What was timed of one operation."""

    operation: str
    pictures: list[Picture]
    sheet: Sheet


def speed_page(report: Report) -> Page:
    found = sections(report)
    pictures = [picture for section in found for picture in section.pictures]
    values = {"sections": found, "check": "throughput" if "throughput" in report.checks else ""}
    return Page(PATH, "speed.html", values, pictures)


def sections(report: Report) -> list[Section]:
    """One for each operation that has times."""
    every = timings(report.table)
    groups = {str(name): group for name, group in every.groupby("operation", observed=True)}
    drawn = SpeedPictures(every, report.frameworks)
    return [
        _section(report, drawn, operation, groups[operation])
        for operation in report.operations
        if operation in groups
    ]


def _section(report: Report, drawn: SpeedPictures, operation: str, times: pd.DataFrame) -> Section:
    pictures = [
        picture
        for index, place in enumerate(report.places, start=1)
        for setup in SETUPS
        for picture in _pictures(drawn, operation, times, place, index, setup)
        if picture
    ]
    return Section(operation, pictures, speed(report, times, f"times-{operation}", operation))


def _pictures(
    drawn: SpeedPictures,
    operation: str,
    times: pd.DataFrame,
    place: Place,
    index: int,
    setup: Setup,
) -> list[Picture | None]:
    mode, inputs, threads, launch, memory = setup
    here = times[
        times["machine"].eq(place.machine)
        & times["device"].eq(place.device)
        & times["mode"].eq(mode)
        & times["inputs"].eq(inputs)
        & times["threads"].eq(threads)
        & times["launch"].eq(launch)
        & times["level"].eq(MEMORY).eq(memory)
    ]
    here = comparable(here)
    told = (
        MODES[mode],
        INPUTS[inputs],
        THREADS[threads],
        LAUNCHES[launch],
        "from memory" if memory else "",
    )
    what = f"{', '.join(word for word in told if word)}, on {place}"
    marks = {"-all": threads == "all", "-graph": launch == "graph", "-memory": memory}
    apart = "".join(mark for mark, is_so in marks.items() if is_so)
    name = f"{operation}-{mode}-{inputs}{apart}-{index}"
    return [
        drawn.bandwidths(here, f"bandwidth-{name}", f"Bandwidth: {what}"),
        drawn.durations(here, f"time-{name}", f"Time: {what}"),
    ]
