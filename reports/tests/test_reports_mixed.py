"""Results that are incomplete, of two schemas, or very many: shown as far as they go."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports
from softmark import records
from softmark.records import Case
from softmark_reports.data import ranking
from softmark_reports.pages.records import page as records_pages

Open = Callable[..., Any]
ROWS = 10_000


def test_two_schemas_merge_through_the_upgrade_chain(
    synthetic: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older file calls its metric otherwise; the next schema's reader brings it up to date."""

    def upgrade(line: dict[str, Any]) -> dict[str, Any]:
        if line["kind"] == "record":
            line["metric"] = line.pop("measure")
        return line

    old, new = synthetic.write_results(tmp_path / "results", frameworks=["keras", "jax"])
    lines = [json.loads(line) for line in old.read_text(encoding="utf-8").splitlines()]
    for line in lines:
        if line["kind"] == "record":
            line["measure"] = line.pop("metric")
    old.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    text = new.read_text(encoding="utf-8").replace(f'"schema": {records.SCHEMA}', '"schema": 99', 1)
    new.write_text(text, encoding="utf-8")
    monkeypatch.setattr(records, "SCHEMA", 99)
    steps = dict.fromkeys(range((records.UPGRADES and max(records.UPGRADES)) or 1, 99), lambda x: x)
    monkeypatch.setattr(records, "UPGRADES", {**records.UPGRADES, **steps, 98: upgrade})

    rendered = softmark_reports.render([tmp_path / "results"], tmp_path / "site")

    assert rendered.faults == []
    page = rendered.index.read_text(encoding="utf-8")
    assert "2 frameworks" in page
    assert "keras.argmax[layer]" in page


@pytest.mark.browser
def test_of_ten_thousand_rows_a_browser_lays_out_some_at_a_time(
    synthetic: ModuleType,
    visit: Open,
    copied: Open,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Sorting, filtering and copying still see all of them."""
    monkeypatch.setattr(records_pages, "PAGE", ROWS)
    monkeypatch.setattr(ranking, "PAGE", ROWS)
    made = [
        synthetic.record("numpy.softmax", "ties", "float32", Case("a", (4, n)), value=n / ROWS)
        for n in range(1, ROWS + 1)
    ]
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), made)
    softmark_reports.render([tmp_path], tmp_path / "site")
    page = visit("implementations/numpy.softmax/ties.html", root=tmp_path / "site")
    shown = "document.querySelectorAll('#records tbody tr:not([hidden])').length"
    assert page.locator("#records tbody tr").count() == ROWS
    assert page.evaluate(shown) == 1000
    head = page.locator("#records thead th", has_text="value").locator("button")
    head.click()
    head.click()
    assert page.locator("#records tbody tr").first.inner_text().startswith("a, 4 × 1\n")
    page.get_by_label("Filter").fill("7,770")
    found, _, every = page.get_by_role("status").inner_text().partition(" of ")
    assert every == f"{ROWS} rows"
    assert 1 <= page.evaluate(shown) == int(found) < 10  # a digest may hold these digits too
    page.get_by_label("Filter").fill("")
    page.get_by_role("button", name="Show more").click()
    assert page.evaluate(shown) >= 2000
    told = copied(page)
    page.get_by_role("button", name="Markdown").click()
    assert len(told().splitlines()) == ROWS + 2


def test_a_check_that_was_not_measured_says_so(synthetic: ModuleType, tmp_path: Path) -> None:
    record = synthetic.record("numpy.softmax", "ties", "float32", Case("a", (4, 5)))
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), [record])
    site = softmark_reports.render([tmp_path], tmp_path / "site").index.parent
    for page in ("edges", "reproducibility", "speed"):
        assert "Not measured." in (site / f"{page}.html").read_text(encoding="utf-8")
    assert "Not measured" in (site / "compare" / "softmax.html").read_text(encoding="utf-8")
    assert "Not measured." in (site / "implementations" / "numpy.softmax.html").read_text()
