"""What readers come for, each in at most three clicks from the first page."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

MOST: int = 3
Open = Callable[..., Any]


class Reader:
    """Someone who clicks, and counts."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.clicks = 0

    def click(self, what: Any) -> None:
        self.clicks += 1
        assert self.clicks <= MOST
        what.click()

    def go(self, name: str) -> None:
        self.click(self.page.locator("header nav").get_by_role("link", name=name, exact=True))

    def row(self, table: str, text: str) -> Any:
        return self.page.locator(f"{table} tbody tr").filter(has_text=text).first


@pytest.fixture
def reader(visit: Open) -> Reader:
    return Reader(visit("index.html"))


def test_which_function_is_wrong_by_how_much_and_the_script(reader: Reader) -> None:
    row = reader.row("#causes", "numpy.softmax[naive]")
    reader.click(row.get_by_role("link").first)
    cause = reader.page.locator("details.found[open]")
    assert "numpy.softmax[naive]" in cause.inner_text()
    reader.click(cause.locator("details.issue summary"))
    assert "import numpy" in cause.locator("pre code").inner_text()


def test_whether_the_bits_depend_on_the_number_of_threads(reader: Reader) -> None:
    reader.go("Reproducibility")
    row = reader.row("#reproducibility-1", "torch.softmax")
    assert "1 ulp" in row.locator("td").nth(2).inner_text()


def test_which_one_is_the_fastest_without_a_failure_and_how_accurate(reader: Reader) -> None:
    row = reader.row("#frontier-1-table", "unbeaten")
    assert "%" in row.inner_text()
    assert float(row.locator("td").nth(0).inner_text()) > 0


def test_what_a_row_without_a_finite_logit_gives(reader: Reader) -> None:
    reader.go("Edge cases")
    row = reader.row("#answers-softmax-1", "all masked")
    assert "NaN" in row.inner_text()
    assert "zero" in row.inner_text()


def test_where_a_bound_comes_from(reader: Reader) -> None:
    reader.go("Accuracy")
    cell = reader.page.locator("[id='torch.softmax/float32/value']")
    if not cell.is_visible():
        reader.click(reader.page.locator("details.part").filter(has=cell).locator("summary"))
    reader.click(cell.get_by_role("link"))
    assert "Blanchard, Higham, Higham" in reader.page.locator("tr:target").inner_text()


def test_eager_and_compiled_code_are_compared(reader: Reader) -> None:
    reader.go("Compare")
    reader.click(reader.page.locator("main").get_by_role("link", name="softmax", exact=True))
    reader.page.locator(".tools input").fill("tensorflow.softmax[xla] float32")
    rows = reader.page.locator("#pairs-1 tbody tr:visible")
    assert any("tensorflow.softmax" in text.split("\t")[0] for text in rows.all_inner_texts())


def test_two_libraries_are_compared_in_one_format(reader: Reader) -> None:
    reader.go("Compare")
    reader.click(reader.page.locator("main").get_by_role("link", name="log_softmax", exact=True))
    text = reader.row("#pairs-1", "bfloat16").inner_text()
    assert "numpy.log_softmax" in text
    assert "≥" in text


def test_the_address_of_a_cell(reader: Reader) -> None:
    reader.go("Accuracy")
    cell = reader.page.locator("td[id]:visible").first
    reader.clicks += 1
    cell.click(position={"x": 1, "y": 1})
    assert reader.page.url.endswith("#" + str(cell.get_attribute("id")))


def test_a_table_with_units(reader: Reader, site: Path) -> None:
    reader.go("Accuracy")
    link = reader.page.get_by_role("link", name="All cells as CSV").first
    path = site / str(link.get_attribute("href"))
    head = next(csv.reader(io.StringIO(path.read_text())))
    assert {"worst_error_ulp", "share_of_bound", "version"} <= set(head)


def test_the_record_of_an_id(reader: Reader, site: Path) -> None:
    rows = csv.DictReader(io.StringIO((site / "data" / "accuracy.csv").read_text()))
    record = next(row["record"] for row in rows if row["implementation"] == "jax.softmax[jit]")
    reader.page.get_by_role("searchbox", name="Search the report").fill(record)
    reader.click(reader.page.locator(".search li a").first)
    assert record in reader.page.locator("tr:target").inner_text()


def test_a_name_is_found_in_the_whole_site(reader: Reader) -> None:
    field = reader.page.get_by_role("searchbox", name="Search the report")
    field.fill("softargmax keras")
    reader.click(reader.page.locator(".search li a").first)
    assert reader.page.locator("h1").inner_text() == "keras.softargmax[layer]"
