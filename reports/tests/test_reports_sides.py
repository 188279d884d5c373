"""Any two runs side by side, and one result over all runs, in the browser."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports
from softmark.records import Record

Open = Callable[..., Any]


def worse(record: Record) -> Record:
    """The logarithm fails where it held, and one error is larger than before."""
    if record.check != "accuracy" or record.format != "float32":
        return record
    if record.operation == "log_softmax":
        return replace(record, value=1e6, verdict="fail", grade="F")
    if record.implementation == "numpy.softmax":
        return replace(record, value=abs(record.value or 0) * 1.5)
    return record


@pytest.fixture(scope="module")
def changed(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("runs")
    only = {"frameworks": ["numpy"]}
    synthetic.write_results(folder, **only)
    then = {"run": "run-2", "started": "2026-11-25T05:00:00Z"}
    synthetic.write_results(folder, **only, **then, changed=worse)
    synthetic.write_results(folder, **only, machine="another", started="2026-11-20T05:00:00Z")
    out = tmp_path_factory.mktemp("site")
    return softmark_reports.render([folder], out).index.parent


@pytest.fixture
def page(visit: Open, changed: Path) -> Any:
    return visit("sides.html", root=changed)


@pytest.mark.browser
def test_what_differs_between_two_runs_begins_with_changed_verdicts(page: Any) -> None:
    rows = page.locator("#sides tbody tr").all_inner_texts()
    assert rows[0].startswith("numpy.log_softmax / accuracy / float32\tnew failure")
    assert [row.split("\t")[:2] for row in rows[1:]] == [
        ["numpy.softmax / accuracy / float32", "another error"]
    ]
    assert "1 new failure" in page.locator("form.sides [role=status]").inner_text()


@pytest.mark.browser
def test_a_failure_leads_to_its_record(page: Any) -> None:
    page.locator("#sides tbody tr").first.get_by_role("link").last.click()
    assert page.locator("p.kind").inner_text() == "numpy.log_softmax"
    page.locator("tr:target").wait_for()


@pytest.mark.browser
def test_a_result_has_a_history_over_all_runs_at_an_address(page: Any, visit: Open) -> None:
    page.locator("#sides tbody th a").first.click()
    rows = page.locator("#history tbody tr:visible")
    rows.first.wait_for()
    assert rows.count() == 3
    assert "F" in rows.first.inner_text()
    again = visit("methods.html", root=Path(page.url.partition("#")[0][7:]).parent)
    again.goto(page.url)
    assert again.locator("#history tbody tr:visible").count() == 3


@pytest.mark.browser
def test_two_machines_are_put_side_by_side(page: Any) -> None:
    before, after = page.locator("form.sides select").all()
    titles = before.locator("option").all_inner_texts()
    numbers = [str(at) for at, title in enumerate(titles) if "2026-11-2" in title]
    assert len(numbers) == 3
    other = next(str(at) for at, title in enumerate(titles) if "another" in title)
    first = next(str(at) for at, title in enumerate(titles) if "2026-11-23" in title)
    before.select_option(other)
    after.select_option(first)
    assert "results are the same." in page.locator("form.sides [role=status]").inner_text()
    assert page.locator("#sides tbody tr").count() == 0
