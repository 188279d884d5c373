"""Worst errors over all inputs, and searched ones, are on a page, and a broken file is named."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import softmark_reports


def cell(**changes: Any) -> dict[str, Any]:
    usual = {
        "implementation": "keras.softmax", "format": "float16", "quantity": "value", "axis": 0,
        "inputs": 4030726144, "machine": "m", "not correctly rounded": 12, "flushed": 3,
        "worst": {"ulp": 0.50091812, "grade": "A", "input": ["0x1.8p+1", "-0x1.0p-9"]},
    }  # fmt: skip
    return usual | changes


def row(**changes: Any) -> dict[str, Any]:
    usual = {
        "implementation": "keras.softmax", "format": "float32", "quantity": "value", "n": 1024,
        "machine": "m",
        "worst": {"ulp": 20.9261, "share of the bound": 1.3124, "grade": "C", "got": "0x1.0p-9"},
    }  # fmt: skip
    return usual | changes


def render(
    synthetic: ModuleType, folder: Path, *texts: str, kind: str = "exhaustive"
) -> tuple[str, list[str]]:
    synthetic.write_results(folder / "results", frameworks=["keras"])
    (folder / "results" / kind).mkdir()
    for number, text in enumerate(texts):
        (folder / "results" / kind / f"{number}.json").write_text(text, encoding="utf-8")
    rendered = softmark_reports.render([folder / "results"], folder / "site")
    page = (folder / "site" / "accuracy.html").read_text(encoding="utf-8")
    return page, [fault.reason for fault in rendered.faults]


def test_each_cell_is_a_row_with_its_worst_input(synthetic: ModuleType, tmp_path: Path) -> None:
    exact = cell(implementation="keras.softmax[<b>]", worst=None, axis=-1, quantity="vjp")
    page, faults = render(synthetic, tmp_path, json.dumps(cell()), json.dumps(exact))
    assert faults == []
    for text in ("= 0.500918", "4,030,726,144", "0x1.8p+1, -0x1.0p-9", "keras.softmax, columns"):
        assert text in page
    assert "≤ 0.5" in page
    assert "keras.softmax[&lt;b&gt;]" in page
    assert 'id="exhaustive"' in page


def test_a_cell_of_differences_says_how_many_other_rows_differ(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    tried = {"exact": 600, "exact_differ": 25, "rounded": 400, "rounded_differ": 0}
    texts = [json.dumps(cell(**{"other rows": tried | more})) for more in ({}, {"exact_differ": 0})]
    page, faults = render(synthetic, tmp_path, *texts)
    assert faults == []
    for text in ("2.5 % differ", "all the same"):
        assert text in page


def test_a_broken_file_is_named_and_costs_nothing_else(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    texts = ["{", "[]", json.dumps(cell(worst={"ulp": 1})), json.dumps(cell(quantity="x"))]
    page, faults = render(synthetic, tmp_path, *texts, json.dumps(cell()))
    assert ["softmark exhaustive" in fault for fault in faults] == [True] * 4
    assert "= 0.500918" in page


def test_each_search_is_a_row_in_the_order_of_lengths(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    lost = {"ulp": None, "share of the bound": None, "grade": "F", "got": "nan"}
    texts = [json.dumps(each) for each in (row(), row(n=16), row(n=3, worst=lost))]
    page, faults = render(synthetic, tmp_path, *texts, "{", kind="searched")
    assert ["softmark search" in fault for fault in faults] == [True]
    table = page[page.index('id="searched"') :]
    assert table.index("n = 3<") < table.index("n = 16<") < table.index("n = 1,024<")
    assert table.count("keras.softmax") == 1
    assert table.index("nan (F)") < table.index("≥ 20.9 (1.3, C)")


def test_without_cells_there_is_no_table(site: Path) -> None:
    page = (site / "accuracy.html").read_text(encoding="utf-8")
    assert 'id="exhaustive"' not in page
    assert 'id="searched"' not in page
