"""A level that changes for good is found; noise, a bad day and a slow drift are not."""

from __future__ import annotations

import math
import random
from pathlib import Path
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmark.records import Case, Header, Record, dump_line, read_results
from softmark_reports.history import _deviations, change_points, series


def noisy(seed: int, *levels: tuple[int, float], spread: float = 0.02) -> list[float]:
    """So many dates at each level, one in fifteen of them a bad day."""
    rng = random.Random(seed)
    found = []
    for count, level in levels:
        for _ in range(count):
            bad = rng.choice([1.3, 1.7]) if rng.random() < 1 / 15 else 1.0
            found.append(level * bad * math.exp(rng.gauss(0, spread)))
    return found


def test_noise_alone_has_no_change() -> None:
    alarms = sum(bool(change_points(noisy(seed, (60, 100.0)))) for seed in range(200))
    assert alarms <= 2


@pytest.mark.parametrize("ratio", [1.1, 1 / 1.1, 1.5])
def test_a_change_for_good_is_found_where_it_is(ratio: float) -> None:
    found = [change_points(noisy(s, (20, 100.0), (15, 100.0 * ratio))) for s in range(40)]
    right = [c for c in found if len(c) == 1 and abs(c[0].index - 20) <= 2]
    assert len(right) >= 37
    assert median(c[0].ratio for c in right) == pytest.approx(ratio, rel=0.02)


def test_two_changes_are_two() -> None:
    values = noisy(1, (15, 100.0), (10, 130.0), (15, 90.0))
    assert [round(change.index / 5) * 5 for change in change_points(values)] == [15, 25]


def test_a_bad_day_or_two_are_no_change() -> None:
    assert change_points([100.0] * 10 + [180.0] + [100.0] * 10) == []
    assert change_points([100.0] * 10 + [180.0] * 3 + [100.0] * 10) == []
    assert change_points([100.0] * 10 + [180.0] * 3) == []
    assert len(change_points([100.0] * 10 + [180.0] * 4)) == 1


def test_less_than_the_margin_is_no_change() -> None:
    assert change_points([100.0] * 20 + [104.0] * 20) == []
    assert len(change_points([100.0] * 20 + [107.0] * 20)) == 1


def test_short_series_have_no_change() -> None:
    assert change_points([]) == []
    assert change_points([1.0] * 3 + [9.0] * 4) == []
    assert len(change_points([1.0] * 4 + [9.0] * 4)) == 1


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=30))
def test_deviations_are_those_from_the_median(values: list[float]) -> None:
    for end, found in enumerate(_deviations(values), start=1):
        part = values[:end]
        assert found == pytest.approx(sum(abs(v - median(part)) for v in part), abs=1e-9)


@given(st.floats(1e-3, 1e6), st.integers(0, 50))
def test_the_unit_of_time_does_not_matter(factor: float, seed: int) -> None:
    values = noisy(seed, (12, 100.0), (12, 120.0))
    places = [change.index for change in change_points(values)]
    assert [change.index for change in change_points([factor * v for v in values])] == places


def write(folder: Path, day: int, ns: float, **told: object) -> Path:
    environment = {
        "machine": {"cpu": told.pop("cpu", "A"), "available processors": 2},
        "worker": {"versions": {"numpy": f"2.{day}"}},
        "softmark": {"commit": "0123456789abcdef"},
    }
    header = Header("numpy", f"run-{day}", f"2026-11-{day:02}T00:00:00Z", environment=environment)  # type: ignore[arg-type]
    record = Record(
        "throughput", "softmax", "numpy.softmax", "float32", "cpu", Case("normal", (4, 10)), "time",
        ns / 40, "ns/element", None, "", None, "pass",
        distribution={"p10": ns, "threads": 1, "method": 2, **told},  # type: ignore[dict-item]
    )  # fmt: skip
    path = folder / f"{day}-{len(told)}.jsonl"
    lines = [dump_line("header", header.to_json()), dump_line("record", record.to_json())]
    path.write_bytes(b"".join(lines))
    return path


def test_files_of_many_dates_give_a_series_for_each_cell(tmp_path: Path) -> None:
    paths = [write(tmp_path, day, 100.0 if day < 7 else 130.0) for day in (9, 1, 2, 8, 3, 7, 4, 10)]
    (found,) = series(map(read_results, paths))
    days = [int(point.started[8:10]) for point in found.points]
    assert days == [1, 2, 3, 4, 7, 8, 9, 10]
    (change,) = found.changes()
    assert found.points[change.index].version == "2.7"
    assert found.points[change.index].commit == "01234567"
    assert (change.before, change.after) == pytest.approx((100.0, 130.0))


def test_what_was_measured_otherwise_is_another_series(tmp_path: Path) -> None:
    paths = [write(tmp_path, 1, 100.0), write(tmp_path, 2, 100.0)]
    paths += [write(tmp_path, 3, 90.0, method=1), write(tmp_path, 4, 50.0, cpu="B")]
    found = series(map(read_results, paths))
    assert sorted(len(each.points) for each in found) == [1, 1, 2]
