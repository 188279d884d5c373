"""The work of a report grows as what it reads, not as the square of it."""

from __future__ import annotations

import cProfile
from pathlib import Path
from types import ModuleType

import pytest
from counting import TIMES, growth

import softmark_reports
from softmark_reports.data.standing import Standing, _marked
from softmark_reports.writing.formulas import display, inline

NEARLY: float = 1.5 * TIMES


@pytest.mark.parametrize(
    "unit", ["x, ", "(", "{", "x (", "= ", "(, ", "a/b ", "x/", "f(x) = ", "-", ") x "]
)
@pytest.mark.parametrize("read", [inline, display])
def test_a_formula_costs_what_its_length_costs(read: object, unit: str) -> None:
    assert callable(read)
    assert growth(lambda n: read(unit * n), 60) < NEARLY


def test_quotients_of_quotients_are_no_formula_beyond_a_depth() -> None:
    assert str(display("x = a/b/c")).count("<mfrac>") == 2
    assert display("x = " + "/".join(["a"] * 5000)) is None


def test_places_cost_what_the_number_of_implementations_costs() -> None:
    def mark(count: int) -> None:
        _marked([Standing(str(i), "f", "", float(i), float(i), sound=True) for i in range(count)])

    assert growth(mark, 50) < NEARLY


@pytest.mark.parametrize(
    ("points", "best"),
    [
        ([(1.0, 0.5), (2.0, 0.9)], [True, True]),
        ([(1.0, 0.5), (1.0, 0.9)], [False, True]),
        ([(1.0, 0.5), (2.0, 0.5)], [True, False]),
        ([(1.0, 0.5), (1.0, 0.5)], [True, True]),
        ([(1.0, 0.5), (0.5, 0.9), (0.7, 0.7)], [False, True, False]),
    ],
)
def test_the_best_are_those_that_none_beats(
    points: list[tuple[float, float]], best: list[bool]
) -> None:
    found = _marked([Standing("i", "f", "", *point, sound=True) for point in points])
    assert [one.best for one in found] == best


def test_one_that_fails_a_check_beats_none() -> None:
    wrong, right = (
        Standing("w", "f", "", 0.1, 0.9, sound=False),
        Standing("r", "f", "", 1, 0.5, True),
    )
    assert [one.best for one in _marked([wrong, right])] == [False, True]


@pytest.mark.slow
def test_a_record_costs_the_same_in_a_report_of_twice_as_many(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    """In calls of functions, which are the same on any machine, busy or not."""

    def calls(records: int) -> int:
        folder = tmp_path / str(records)
        synthetic.write_results(folder, records=records, frameworks=["numpy"])
        profile = cProfile.Profile()
        profile.runcall(softmark_reports.render, [folder], folder / "site")
        return sum(entry.callcount for entry in profile.getstats())

    calls(1500)  # what is imported and drawn once
    first, second, third = (calls(1500 * times) for times in (1, 2, 4))
    assert (third - second) / (second - first) < 2 * 1.2
