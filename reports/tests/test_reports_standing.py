"""Standing is that of a format: what fails in float16 is no remark in float32."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from softmark.records import Case
from softmark_reports.data.collection import collect
from softmark_reports.pages.operation.page import frontiers
from softmark_reports.pictures.picture import Picture
from softmark_reports.report import ReportData
from softmark_reports.sheets.sheet import Sheet


@pytest.fixture(scope="module")
def found(
    synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Picture, Sheet]]:
    """PyTorch's softmax fails ties, in float16 alone."""
    folder: Path = tmp_path_factory.mktemp("results")
    synthetic.write_results(folder, frameworks=["numpy", "jax"])
    wrong = synthetic.record(
        "torch.softmax", "ties", "float16", Case("ties", (1, 2**20)), value=16.0, bound=8.0,
        grade="F", verdict="fail",
    )  # fmt: skip
    records = [*synthetic.framework_records("torch"), wrong]
    head = synthetic.header("torch", "run-1", "2026-11-23T05:00:00Z", "epyc-9b14-2")
    synthetic.write_file(folder / "torch.jsonl", head, records)
    pairs = frontiers(ReportData(collect([folder]), ""), "softmax")
    return {form: pair for form in ("float32", "float16") for pair in pairs
            if pair[0].title.startswith(form)}  # fmt: skip


def remark(sheet: Sheet) -> str:
    row = next(row for row in sheet.rows if row[0].text == "torch.softmax")
    return row[-1].words


def test_a_failure_in_another_format_is_no_remark(found: dict[str, tuple[Picture, Sheet]]) -> None:
    picture, sheet = found["float32"]
    assert "fails" not in remark(sheet)
    svg = picture.panels[0].svg
    assert ">torch</text>" in svg
    assert "(torch)" not in svg


def test_a_failure_in_this_format_is_one_with_its_check(
    found: dict[str, tuple[Picture, Sheet]],
) -> None:
    picture, sheet = found["float16"]
    assert remark(sheet) == "fails ties"
    assert ">(torch)</text>" in picture.panels[0].svg
    assert "unbeaten" not in remark(sheet)
