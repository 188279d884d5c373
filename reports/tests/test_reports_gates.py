"""The table of rules elsewhere is there when its file is, and a broken file is a fault."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any

import softmark_reports


def rule(**changes: Any) -> dict[str, Any]:
    usual = {
        "gate": "KernelBench", "source": "a/b: c.py", "told": "uniform; 1e-4", "mutants": 9,
        "let_through": ["zeros", "half"], "controls": 4, "rejected": [],
    }  # fmt: skip
    return usual | changes


def render(synthetic: ModuleType, folder: Path, text: str) -> tuple[str, list[str]]:
    synthetic.write_results(folder / "results", frameworks=["keras"])
    (folder / "results" / "gates.json").write_text(text, encoding="utf-8")
    rendered = softmark_reports.render([folder / "results"], folder / "site")
    page = (folder / "site" / "methods.html").read_text(encoding="utf-8")
    return page, [fault.reason for fault in rendered.faults]


def test_each_rule_is_a_row(synthetic: ModuleType, tmp_path: Path) -> None:
    document = {"forward": [rule(gate="<b>rule</b>")], "gradient": [rule(let_through=[])]}
    page, faults = render(synthetic, tmp_path, json.dumps(document))
    assert faults == []
    assert "&lt;b&gt;rule&lt;/b&gt;" in page
    assert 'id="gates-forward"' in page
    assert 'id="gates-gradient"' in page
    assert "uniform; 1e-4" in page


def test_a_broken_file_is_named_and_costs_nothing_else(
    synthetic: ModuleType, tmp_path: Path
) -> None:
    for number, text in enumerate(("{", "[]", '{"forward": [{}], "gradient": 7}')):
        page, faults = render(synthetic, tmp_path / str(number), text)
        assert ["nox -s gates" in fault for fault in faults] == [True]
        assert "Rules in use elsewhere" not in page


def test_without_the_file_there_is_no_table(site: Path) -> None:
    assert "gates-forward" not in (site / "methods.html").read_text(encoding="utf-8")
