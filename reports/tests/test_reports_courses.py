"""Cells that changed, over the dates of their runs: which are drawn, where they turn, in words."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports
from softmark.records import Case, Record
from softmark_reports.data import courses
from softmark_reports.data.collection import collect, histories
from softmark_reports.data.history import series
from softmark_reports.pages.history import pictures as drawing

CASE = Case("normal", (4, 100))
Write = Callable[[list[list[Record]]], Path]


@pytest.fixture
def write(synthetic: ModuleType, tmp_path: Path) -> Write:
    """Writes one run a day from the first of March, each with its records."""

    def write(runs: list[list[Record]]) -> Path:
        for day, records in enumerate(runs, start=1):
            started = f"2026-03-{day:02}T06:00:00Z"
            head = synthetic.header("numpy", f"run-{day}", started, "box")
            synthetic.write_file(tmp_path / "results" / f"{day:02}.jsonl", head, records)
        return tmp_path / "results"

    return write


@pytest.fixture
def error(synthetic: ModuleType) -> Callable[..., Record]:
    def error(value: float | None, name: str = "numpy.softmax", **more: Any) -> Record:
        made: Record = synthetic.record(name, "accuracy", "float32", CASE, value=value, **more)
        return made

    return error


@pytest.fixture
def time(synthetic: ModuleType) -> Callable[..., Record]:
    def time(ns: float, name: str = "numpy.softmax") -> Record:
        made: Record = synthetic.record(
            name, "throughput", "float32", CASE, metric="time", value=ns / 400, unit="ns/element",
            grade=None, distribution={"p10": ns, "median": 1.1 * ns},
        )  # fmt: skip
        return made

    return time


def errors_of(folder: Path) -> list[courses.Course]:
    (history,) = histories(collect([folder]))
    return courses.of_errors(history.files, ["1.0"] * len(history.files))


def times_of(folder: Path) -> list[courses.Course]:
    (history,) = histories(collect([folder]))
    return courses.of_times(series(history.files))


def test_an_error_has_a_level_for_each_value(write: Write, error: Callable[..., Record]) -> None:
    fails: dict[str, Any] = {"verdict": "fail", "grade": "F"}
    bad = error(9.0, **fails)

    (found,) = errors_of(write([[error(2.0)], [error(2.0)], [bad], [error(3.0)]]))

    assert found.levels == ((0, 2, 2.0), (2, 3, 9.0), (3, 4, 3.0))
    assert found.failed == (False, False, True, False)
    assert found.told == ("2 ulp", "2 ulp", "9 ulp", "3 ulp")
    assert "2 ulp on 2026-03-01, 3 ulp on 2026-03-04" in found.words
    assert "another level from 2026-03-03 on (1.0)" in found.words


def test_what_did_not_change_and_two_dates_are_not_drawn(
    write: Write, error: Callable[..., Record]
) -> None:
    same = [error(4.0, "numpy.sigmoid")]
    assert errors_of(write([[error(2.0), *same], [error(5.0), *same]])) == []

    (found,) = errors_of(write([[error(2.0), *same], [error(5.0), *same], [error(5.0), *same]]))

    assert found.implementation == "numpy.softmax"


def test_no_number_lies_beyond_every_number(write: Write, error: Callable[..., Record]) -> None:
    crash: dict[str, Any] = {"verdict": "crash", "grade": None}

    (found,) = errors_of(write([[error(2.0)], [error(None, **crash)], [error(math.nan)]]))

    assert found.values == (2.0, math.inf, math.inf)
    assert found.told[1:] == ("crash", "NaN ulp")
    picture = drawing.of_errors([found])
    assert picture is not None
    assert "nan" not in picture.panels[0].svg.partition("</g>")[2].lower()
    assert "inf" not in picture.panels[0].svg.partition("</g>")[2].lower()


def test_a_time_is_drawn_beside_its_first_level(write: Write, time: Callable[..., Record]) -> None:
    steady = [time(5e3 * (1 + 0.01 * (day % 3)), "numpy.sigmoid") for day in range(12)]
    slower = [time((1e3 if day < 6 else 2e3) * (1 + 0.01 * (day % 2))) for day in range(12)]

    (found,) = times_of(write([list(pair) for pair in zip(steady, slower, strict=True)]))

    assert found.implementation == "numpy.softmax"
    (first, last, level), (second, end, doubled) = found.levels
    assert (first, last, second, end) == (0, 6, 6, 12)
    assert level == pytest.approx(1)
    assert doubled == pytest.approx(2, rel=0.02)
    assert found.told[0] == "1 µs"
    assert "another level from 2026-03-07 on" in found.words


def test_a_time_of_too_few_runs_for_levels_is_drawn_where_a_step_was_told(
    write: Write, time: Callable[..., Record], tmp_path: Path
) -> None:
    def run(ns: float) -> list[Record]:
        samples: dict[str, Any] = {"samples_ns": [ns] * 40, "copy_ns": [500.0] * 40}
        moved, steady = time(ns), time(1e3, "numpy.sigmoid")
        return [replace(moved, distribution={**moved.distribution, **samples}), steady]

    site = softmark_reports.render([write([run(1e3), run(1e3), run(3e3)])], tmp_path / "site")

    page = (site.index.parent / "history.html").read_text(encoding="utf-8")
    figure = page.partition('id="times-over-dates"')[2].partition("</figure>")[0]
    assert figure.count('class="panel"') == 1
    assert "1 µs on 2026-03-01, 3 µs on 2026-03-03." in figure
    with (site.index.parent / "data" / "history.times-over-dates.csv").open() as file:
        assert [row["value"] for row in csv.DictReader(file)] == ["1.0", "1.0", "3.0"]


def test_a_run_without_a_date_has_no_place(
    write: Write, error: Callable[..., Record], synthetic: ModuleType
) -> None:
    folder = write([[error(2.0)], [error(5.0)], [error(5.0)]])
    head = synthetic.header("numpy", "odd", "yesterday <b>", "box")
    synthetic.write_file(folder / "odd.jsonl", head, [error(7.0)])

    (found,) = errors_of(folder)

    assert found.values == (2.0, 5.0, 5.0)
    assert courses.day_of("1970-01-02T00:00:00") == courses.day_of("1970-01-02T00:00:00Z") == 1


def test_each_implementation_has_its_turn(write: Write, error: Callable[..., Record]) -> None:
    many = [error(2.0, metric=f"error {i}") for i in range(30)]
    other = error(1.5, "numpy.sigmoid")
    worse = [replace(record, value=9.0) for record in [*many, other]]

    found = errors_of(write([[*many, other], worse, worse]))
    picture = drawing.of_errors(found)

    assert len(found) == 31
    assert picture is not None
    assert len(picture.panels) == drawing.MOST
    assert any("sigmoid" in panel.title for panel in picture.panels[:2])
    assert f"{31 - drawing.MOST} more changed" in picture.caption


def test_the_page_shows_them_with_words_and_numbers(
    write: Write, error: Callable[..., Record], time: Callable[..., Record], tmp_path: Path
) -> None:
    runs = [[error(2.0 if day < 5 else 6.0), time(1e3 if day < 5 else 3e3)] for day in range(10)]

    site = softmark_reports.render([write(runs)], tmp_path / "site").index.parent

    page = (site / "history.html").read_text(encoding="utf-8")
    for name in ("errors-over-dates", "times-over-dates"):
        figure = page.partition(f'id="{name}"')[2].partition("</figure>")[0]
        assert "another level from 2026-03-06 on (2.4.0)" in figure
        assert 'aria-label="numpy.softmax' in figure
        with (site / "data" / f"history.{name}.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert [row["started"][:10] for row in rows] == [f"2026-03-{d:02}" for d in range(1, 11)]
        assert len({row["level"] for row in rows}) == 2
