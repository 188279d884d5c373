"""The notebook of the documentation is one that Jupyter opens, and its cells run in their order."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

NOTEBOOK: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "docs" / "notebook.ipynb").read_text(encoding="utf-8")
)
CELLS = [cell for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]


def test_the_notebook_has_the_form_of_its_format() -> None:
    assert (NOTEBOOK["nbformat"], NOTEBOOK["nbformat_minor"]) == (4, 5)
    assert len({cell["id"] for cell in NOTEBOOK["cells"]}) == len(NOTEBOOK["cells"])
    assert not any(cell["outputs"] or cell["execution_count"] for cell in CELLS)


def test_each_cell_runs(capsys: pytest.CaptureFixture[str]) -> None:
    names: dict[str, Any] = {"__name__": "notebook"}
    for number, cell in enumerate(CELLS):
        exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)
    said = capsys.readouterr().out
    assert "accumulate=None: 0 of 32768 results are beyond their bounds" in said
    assert "ties" in {record.check for record in names["report"].failures}
