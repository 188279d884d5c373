"""Speed: the times that people ask for first, then curves and every time by operation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product, takewhile
from typing import Any, Final

import pandas as pd

from softmark_reports.data.collection import Place
from softmark_reports.data.named import named_rows
from softmark_reports.data.tables import MEMORY
from softmark_reports.data.timings import INPUTS, LAUNCHES, MODES, THREADS, comparable
from softmark_reports.data.typical import Typical, typical
from softmark_reports.pages.headline import Headline
from softmark_reports.pages.page import Page
from softmark_reports.pages.speed.headlines import speed_headlines
from softmark_reports.pages.speed.pictures import SpeedPictures
from softmark_reports.pages.speed.sheets import first_times, speed
from softmark_reports.pictures.picture import Picture
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import Sheet

PATH: Final = "speed.html"


@dataclass(frozen=True)
class Setup:
    """How times were taken that one curve may join."""

    mode: str
    inputs: str
    threads: str
    launch: str
    from_memory: bool

    @classmethod
    def read(cls, time: Any) -> Setup:
        """How a row of ``timings`` was taken."""
        return cls(time.mode, time.inputs, time.threads, time.launch, time.level == MEMORY)

    def of(self, times: pd.DataFrame) -> pd.DataFrame:
        """Those of ``times`` that were taken so."""
        return times[
            times["mode"].eq(self.mode)
            & times["inputs"].eq(self.inputs)
            & times["threads"].eq(self.threads)
            & times["launch"].eq(self.launch)
            & times["level"].eq(MEMORY).eq(self.from_memory)
        ]

    def __str__(self) -> str:
        told = MODES[self.mode], INPUTS[self.inputs], THREADS[self.threads], LAUNCHES[self.launch]
        return ", ".join(filter(None, [*told, "from memory" if self.from_memory else ""]))

    @property
    def slug(self) -> str:
        apart = ("-all" if self.threads == "all" else "") + ("-memory" if self.from_memory else "")
        replayed = "" if self.launch == "call" else f"-{self.launch}"
        return f"{self.mode}-{self.inputs}{apart}{replayed}"


SETUPS: Final = tuple(
    Setup(mode, inputs, threads, launch, from_memory)
    for launch, threads, mode, inputs, from_memory in product(
        LAUNCHES, THREADS, MODES, INPUTS, (False, True)
    )
)


@dataclass(frozen=True)
class Section:
    """What was timed of one operation."""

    operation: str
    pictures: list[Picture]
    sheet: Sheet


@dataclass(frozen=True)
class First:
    """What is shown first of a place."""

    place: Place
    headlines: list[Headline]
    sheet: Sheet


def speed_page(report: ReportData) -> Page:
    found = sections(report)
    pictures = [picture for section in found for picture in section.pictures]
    values = {
        "places": first(report),
        "sections": found,
        "check": "throughput" if "throughput" in report.checks else "",
    }
    return Page(PATH, "speed.html", values, pictures)


def first(report: ReportData) -> list[First]:
    """One for each place with times."""
    found = []
    for index, place in enumerate(report.places, start=1):
        told = typical(_at(report.times, place), report.operations)
        if told:
            name = f"speed-{index}"
            headlines = speed_headlines(_leading(told), f"#{name}")
            found.append(First(place, headlines, first_times(report, told, place, name)))
    return found


def _leading(told: list[Typical]) -> list[Typical]:
    """The times of the first operation that compare, which become sentences."""
    kind = told[0].operation, told[0].alike
    return list(takewhile(lambda one: (one.operation, one.alike) == kind, told))


def sections(report: ReportData) -> list[Section]:
    """One for each operation that has times."""
    every = report.times
    groups = {str(name): group for name, group in every.groupby("operation", observed=True)}
    drawn = SpeedPictures(every, report.frameworks)
    return [
        _section(report, drawn, operation, groups[operation])
        for operation in report.operations
        if operation in groups
    ]


def _section(
    report: ReportData, drawn: SpeedPictures, operation: str, times: pd.DataFrame
) -> Section:
    pictures: list[Picture] = []
    for index, place in enumerate(report.places, start=1):
        here = _at(times, place)
        kinds = set(map(Setup.read, named_rows(here)))
        for setup in SETUPS:
            if setup in kinds:
                pictures += _pictures(drawn, operation, here, place, index, setup)
    return Section(operation, pictures, speed(report, times, f"times-{operation}", operation))


def _pictures(
    drawn: SpeedPictures, operation: str, here: pd.DataFrame, place: Place, index: int, setup: Setup
) -> Iterator[Picture]:
    """Bandwidth and time of one place and setup, by each clock."""
    here = setup.of(here)
    clocks = sorted(set(here["clock"]), reverse=True)
    for number, clock in enumerate(clocks, start=1):
        by = f", by {clock or 'the clock of the host'}" if len(clocks) > 1 else ""
        what = f"{setup}, on {place}{by}"
        name = f"{operation}-{setup.slug}-{index}" + (f"-{number}" if number > 1 else "")
        mine = comparable(here[here["clock"].eq(clock)])
        pair = (
            drawn.bandwidths(mine, f"bandwidth-{name}", f"Bandwidth: {what}"),
            drawn.durations(mine, f"time-{name}", f"Time: {what}"),
        )
        yield from filter(None, pair)


def _at(times: pd.DataFrame, place: Place) -> pd.DataFrame:
    return times[times["machine"].eq(place.machine) & times["device"].eq(place.device)]
