"""A value of another kind where a field is due costs its line or its file, never the report."""

from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest

from softmark_reports.data.collection import collect
from softmark_reports.pages import pages
from softmark_reports.report import ReportData

KINDS: Final[tuple[Any, ...]] = (7, "text", None, [["x"]], {"a": 1})
CASE = ("family", "shape", "axis", "beta", "seed", "parameters")
RECORD = (
    "check", "operation", "implementation", "format", "device", "case", "metric", "value_hex",
    "unit", "bound_hex", "bound_source", "grade", "verdict", "witness", "message", "seconds",
    "distribution",
)  # fmt: skip
HEADER = (
    "framework", "run", "started", "settings", "environment", "specification",
    "implementations", "skipped",
)  # fmt: skip


@pytest.fixture
def write(synthetic: ModuleType, tmp_path: Path) -> Any:
    """A function that writes two good records and, between them, one line as told."""
    head = synthetic.header("numpy", "r", "2026", "m").to_json()
    good = [next(synthetic.framework_records(name)).to_json() for name in ("numpy", "torch")]

    def write(header: dict[str, Any], record: dict[str, Any]) -> Path:
        lines = [{"kind": "header", **head, **header}, good[0], good[0] | record, good[1]]
        path = tmp_path / "a.jsonl"
        path.write_text("\n".join(json.dumps({"kind": "record"} | line) for line in lines))
        return path

    return write


@pytest.mark.parametrize("field", RECORD)
def test_a_field_of_another_kind_is_a_fault_or_is_shown(write: Any, field: str) -> None:
    for value in KINDS:
        collection = collect([write({}, {field: value})])
        assert [fault.line for fault in collection.faults] in ([], [3])
        assert len(collection.latest[0].records) + len(collection.faults) == 3
        assert list(pages(ReportData(collection, "damaged")))


@pytest.mark.parametrize("field", CASE)
def test_so_is_a_part_of_a_case(write: Any, field: str, synthetic: ModuleType) -> None:
    case = next(synthetic.framework_records("numpy")).to_json()["case"]
    for value in KINDS:
        collection = collect([write({}, {"case": case | {field: value}})])
        assert list(pages(ReportData(collection, "damaged")))


@pytest.mark.parametrize("field", HEADER)
def test_a_broken_header_costs_its_file(
    write: Any, field: str, synthetic: ModuleType, tmp_path: Path
) -> None:
    synthetic.write_file(tmp_path / "good.jsonl", synthetic.header("numpy", "s", "2027", "n"), [])
    for value in KINDS:
        write({field: value}, {})
        collection = collect([tmp_path])
        assert len(collection.latest) + len(collection.faults) == 2
        assert list(pages(ReportData(collection, "damaged")))
