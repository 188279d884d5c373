from __future__ import annotations

import math
from pathlib import Path
from types import ModuleType

import pytest

from softmark.records import Case, RecordsError, dump_line
from softmark_reports.data.collection import collect
from softmark_reports.data.ranking import PAGE, ranked
from softmark_reports.data.tables import COLUMNS, load, stated


def a_file(synthetic: ModuleType, path: Path, *, started: str, run: str, records: int) -> Path:
    head = synthetic.header("numpy", run, started, "here")
    made = [
        synthetic.record("numpy.softmax", "ties", "float32", Case("ties", (2, 3), seed=seed))
        for seed in range(records)
    ]
    synthetic.write_file(path, head, made)
    return path


def test_the_table_has_a_row_for_each_record_and_the_named_columns(results: list[Path]) -> None:
    table = load(results)
    lines = sum(path.read_bytes().count(b'"kind": "record"') for path in results)
    assert len(table) == lines
    assert tuple(table.columns) == COLUMNS


def test_rows_and_lengths_follow_the_axis(synthetic: ModuleType, tmp_path: Path) -> None:
    cases = [Case("a", (4, 5, 6), axis=1), Case("a", (4, 5, 6)), Case("a", ()), Case("a", (3, 0))]
    made = [synthetic.record("numpy.softmax", "ties", "float32", case) for case in cases]
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "here"), made)
    table = load([tmp_path / "a.jsonl"])
    assert list(zip(table["rows"], table["n"], strict=True)) == [(24, 5), (20, 6), (1, 1), (0, 0)]


def test_no_number_is_told_from_nan(synthetic: ModuleType, tmp_path: Path) -> None:
    case = Case("a", (1,))
    made = [
        synthetic.record("numpy.softmax", "ties", "float32", case, value=value)
        for value in (None, math.nan, math.inf)
    ]
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "here"), made)
    assert list(load([tmp_path])["value_hex"]) == ["", "nan", "inf"]


def test_a_newer_run_replaces_the_earlier_one_whole(synthetic: ModuleType, tmp_path: Path) -> None:
    a_file(synthetic, tmp_path / "new.jsonl", started="2026-11-24", run="new", records=2)
    a_file(synthetic, tmp_path / "old.jsonl", started="2026-11-23", run="old", records=5)
    collection = collect([tmp_path])
    assert [file.header.run for file in collection.latest] == ["new"]
    assert [file.header.run for file in collection.earlier] == ["old"]
    assert len(load([tmp_path])) == 2


def test_files_of_one_run_are_all_shown(synthetic: ModuleType, tmp_path: Path) -> None:
    for name in ("a", "b"):
        a_file(synthetic, tmp_path / f"{name}.jsonl", started="2026", run="one", records=3)
    assert len(load([tmp_path])) == 6


def test_machines_do_not_replace_each_other(synthetic: ModuleType, tmp_path: Path) -> None:
    for machine, started in (("here", "2026-01-01"), ("there", "2026-02-02")):
        synthetic.write_results(tmp_path, machine=machine, started=started)
    assert set(load([tmp_path])["machine"]) == {"here", "there"}


def test_a_broken_line_is_named_and_the_rest_is_read(synthetic: ModuleType, tmp_path: Path) -> None:
    path = a_file(synthetic, tmp_path / "a.jsonl", started="2026", run="one", records=3)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b'{"kind": "rec\n', *lines[2:]]))
    collection = collect([tmp_path])
    assert [fault.line for fault in collection.faults] == [3]
    assert sum(len(file.records) for file in collection.latest) == 3


def test_a_file_that_is_no_results_file_is_a_fault_beside_others(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    a_file(synthetic, tmp_path / "a.jsonl", started="2026", run="one", records=3)
    (tmp_path / "b.jsonl").write_bytes(dump_line("header", {"schema": 99}))
    (tmp_path / "c.jsonl").write_bytes(b"")
    faults = collect([tmp_path]).faults
    assert [fault.path.name for fault in faults] == ["b.jsonl", "c.jsonl"]
    assert "newer" in faults[0].reason
    assert str(tmp_path) not in faults[0].reason


def test_nothing_readable_is_an_error_that_says_why(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"")
    with pytest.raises(RecordsError, match=r"a\.jsonl.*empty"):
        load([tmp_path])


def test_the_worst_comes_first_and_pages_count_within_a_check(results: list[Path]) -> None:
    order = ranked(load(results))
    assert order["severity"].is_monotonic_decreasing
    assert order["verdict"].iloc[0] == "fail"
    failing = order[order["severity"].eq(order["severity"].max())]
    assert failing["excess"].iloc[0] == math.inf
    assert (
        order["page"].max()
        == 1 + (order.groupby(["implementation", "check"], observed=True).size().max() - 1) // PAGE
    )
    assert order["anchor"].is_unique


def test_a_number_is_found_also_among_what_a_check_tells_itself(results: list[Path]) -> None:
    column = load(results)["parameters"].iloc[:4].copy()
    column[:] = [{"gap": 2.0}, {"check": {"gap": 3}}, {}, {"gap": "wide"}]
    found = stated(column, "gap")
    assert list(found[:2]) == [2.0, 3.0]
    assert found[2:].isna().all()
