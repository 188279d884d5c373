"""Tables in a browser: sorted, filtered, linked to and copied, by mouse and by keyboard."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.browser

DESK, PHONE = 1280, 360
Open = Callable[..., Any]


def test_a_column_sorts_by_number_and_back(visit: Open) -> None:
    page = visit("implementations.html")
    names = page.locator("#matrix-1 tbody th")
    first = names.first.inner_text()
    head = page.locator("#matrix-1 thead th", has_text="accuracy")
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    assert names.first.inner_text() == "numpy.softmax[naive]"
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert names.last.inner_text() == "numpy.softmax[naive]"
    head.locator("button").click()
    assert head.get_attribute("aria-sort") is None
    assert names.first.inner_text() == first


def test_values_sort_as_numbers_nan_and_infinity_as_the_largest(visit: Open) -> None:
    page = visit("implementations/numpy.softmax-naive/accuracy.html")
    page.locator("#records thead th", has_text="value").locator("button").click()
    values = page.locator("#records tbody td:nth-child(4)").all_inner_texts()
    assert values[0] == "infinity ulp"
    finite = [float(value.split()[0]) for value in values if not value.startswith("infinity")]
    assert len(finite) > 50
    assert finite == sorted(finite, reverse=True)


def test_the_filter_keeps_matching_rows_and_says_how_many(visit: Open) -> None:
    page = visit("implementations.html")
    page.locator(".tools:has(+ .box #matrix-1) input").fill("TORCH softmax")
    shown = page.locator("#matrix-1 tbody tr:visible th").all_inner_texts()
    assert shown == ["torch.softmax", "torch.softmax[compile]", "torch.softmax[scratch]"]
    status = page.locator(".tools:has(+ .box #matrix-1) [role=status]")
    assert status.inner_text() == "3 of 19 rows"


def test_the_address_keeps_filter_sort_and_cell(visit: Open) -> None:
    page = visit("implementations.html")
    page.locator(".tools:has(+ .box #matrix-1) input").fill("numpy.")
    page.locator("#matrix-1 thead button", has_text="accuracy").click()
    row = page.locator("#matrix-1 tbody tr", has_text="numpy.log_softmax")
    row.locator("td").nth(1).click(position={"x": 2, "y": 2})
    address = page.url
    again = visit("methods.html")
    again.goto(address)
    assert again.locator("#matrix-1 tbody tr:visible").count() == 5
    assert again.locator("#matrix-1 tbody th").first.inner_text() == "numpy.softmax[naive]"
    assert again.locator(".tools:has(+ .box #matrix-1) input").input_value() == "numpy."
    chosen = again.locator("#matrix-1 .chosen")
    assert chosen.evaluate("(cell) => cell.parentElement.cells[0].innerText") == "numpy.log_softmax"
    assert chosen.evaluate("(cell) => cell.cellIndex") == 2
    again.goto(again.url.replace("implementations.html", "methods.html"))


def test_a_number_is_found_as_people_type_it_and_a_column_by_its_name(visit: Open) -> None:
    page = visit("speed.html")
    field = page.locator(".tools:has(+ .box #speed-1) input")
    shown = page.locator("#speed-1 tbody tr").first.inner_text()
    (power,) = re.findall("2([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", shown)[:1]
    exponent = int(power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")))
    field.fill(str(2**exponent))
    rows = page.locator("#speed-1 tbody tr:visible").all_inner_texts()
    assert rows
    assert all(f"2{power}" in row for row in rows)
    page.goto(page.url.partition("#")[0].replace("speed.html", "accuracy.html"))
    page.locator(".tools:has(+ .box #accuracy-1-1) input").fill("torch float16")
    rows = page.locator("#accuracy-1-1 tbody tr:visible").all_inner_texts()
    assert rows
    assert all("torch." in text for text in rows)
    assert page.locator("#accuracy-1-1 th.named").inner_text().startswith("float16")


def test_empty_cells_come_last_and_times_begin_with_the_shortest(visit: Open) -> None:
    page = visit("speed.html")
    head = page.locator("#speed-1 thead th", has_text="derivative")
    cells = page.locator("#speed-1 tbody tr td:nth-child(6)")
    for order in ("ascending", "descending"):
        head.locator("button").click()
        assert head.get_attribute("aria-sort") == order
        texts = cells.all_inner_texts()
        filled = [bool(text.strip()) for text in texts]
        assert filled == sorted(filled, reverse=True)


def test_a_cell_of_a_pair_is_marked_in_its_own_row(visit: Open) -> None:
    page = visit("compare/softmax.html")
    row = page.locator("#pairs-1 tbody tr").nth(5)
    names = row.inner_text().split("\t")[:3]
    row.locator("td").nth(2).click(position={"x": 1, "y": 1})
    again = visit("methods.html")
    again.goto(page.url)
    chosen = again.locator("#pairs-1 .chosen")
    assert chosen.evaluate("(cell) => cell.parentElement.innerText").split("\t")[:3] == names


def test_a_record_has_a_short_address(visit: Open) -> None:
    page = visit("implementations/torch.softmax-scratch/accuracy.html")
    page.locator("#records tbody tr").nth(3).locator("td").nth(2).click(position={"x": 1, "y": 1})
    fragment = page.url.partition("#")[2]
    assert fragment.startswith("r-")
    assert len(fragment) < 20


def test_the_address_of_a_cell_leads_to_it(visit: Open) -> None:
    page = visit("accuracy.html#numpy.softmax[naive]/float16/value")
    cell = page.locator("td:target")
    assert cell.is_visible()
    assert cell.evaluate("(cell) => cell.parentElement.innerText").split("\t")[1].strip() == (
        "numpy.softmax[naive]"
    )
    cell.get_by_role("link").click()
    page.locator("tr:target").wait_for()


def test_a_framework_s_name_filters_the_matrix(visit: Open) -> None:
    page = visit("index.html")
    page.locator("#frameworks").get_by_role("link", name="jax").click()
    page.locator("#matrix-1 tr[hidden]").first.wait_for(state="attached")
    assert page.locator("#matrix-1 tbody tr:visible").count() == 3


def test_the_keyboard_alone_sorts_filters_and_unfolds(visit: Open) -> None:
    page = visit("implementations/torch.softmax-scratch/accuracy.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.get_by_label("Filter").focus()
    page.keyboard.type("float64")
    rows = page.locator("#records tbody tr:visible")
    assert rows.count() == 35
    head = page.locator("#records thead button").first
    for _ in range(9):  # the buttons that copy, the box that scrolls on a phone, the first head
        if head.evaluate("(button) => button === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#records thead th").first.get_attribute("aria-sort") == "ascending"
    rows.first.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert rows.first.get_by_text("softmark repro").is_visible()


def test_a_cell_leads_to_its_record_unfolded(visit: Open) -> None:
    page = visit("implementations.html")
    row = page.locator("#matrix-1 tbody tr", has_text="numpy.softmax[naive]")
    row.get_by_role("link", name="NaN ulp").first.click()
    target = page.locator("tr:target")
    assert target.locator("details").first.evaluate("(details) => details.open")
    text = target.inner_text()
    for part in ("got nan, expected a number", "bound from", "0x1.fp+9", "nan ulp", "exact value"):
        assert part in text
    assert target.locator("code.copy").is_visible()


def test_a_cause_is_reported_in_three_clicks(visit: Open, copied: Open) -> None:
    page = visit("index.html")
    page.locator(".headlines a").first.click()
    told = copied(page)
    cause = page.locator("details.found[open]")
    cause.locator("details.issue summary").click()
    cause.get_by_role("button", name="Copy as an issue").click()
    text = told()
    assert text.startswith("### `")
    assert "- check: " in text
    assert "- input: " in text
    cause.locator("code.copy + button").first.click()
    assert told().startswith("softmark repro '")
    assert cause.locator("code.copy + button").first.inner_text() == "copied"


def test_a_failure_is_copied_as_an_issue_and_as_a_script(visit: Open, copied: Open) -> None:
    page = visit("implementations/numpy.softmax-naive.html")
    told = copied(page)
    page.locator("#failures ~ .findings details.issue summary").first.click()
    page.get_by_role("button", name="Copy the script").first.click()
    script = told()
    assert script.startswith("import numpy")
    page.get_by_role("button", name="Copy as an issue").first.click()
    text = told()
    assert text.startswith("### `numpy.softmax[naive]` in float64")
    assert f"```python\n{script}```" in text
    for part in ("- versions: numpy 2.4.0", "- got: ", "- bound from: ", "- input: "):
        assert part in text


def test_the_rows_in_sight_are_copied_as_markdown_and_as_csv(visit: Open, copied: Open) -> None:
    page = visit("implementations.html")
    told = copied(page)
    tools = page.locator(".tools:has(+ .box #matrix-1)")
    tools.locator("input").fill("softargmax")
    tools.get_by_role("button", name="Markdown").click()
    lines = told().splitlines()
    assert lines[0].startswith("| implementation | stability |")
    assert set(lines[1]) == set("| -")
    assert len(lines) == 4
    tools.get_by_role("button", name="CSV").click()
    rows = list(csv.reader(io.StringIO(told())))
    assert [row[0] for row in rows[1:]] == ["torch.softargmax", "keras.softargmax[layer]"]
    assert len({len(row) for row in rows}) == 1


def test_two_to_four_are_picked_to_be_compared(visit: Open) -> None:
    page = visit("compare/softmax.html")
    for name in ("torch.softmax", "torch.softmax[compile]", "jax.softmax"):
        page.get_by_label(name, exact=True).check()
    rows = page.locator("#pairs-1 tbody tr:visible")
    assert rows.count() == 3 * 4
    equal = rows.filter(has_text="torch.softmax[compile]").filter(has_text="equal")
    assert equal.count() == 4
    address = page.url
    page.get_by_label("numpy.softmax", exact=True).check()
    assert page.get_by_label("jax.softmax[jit]", exact=True).is_disabled()
    again = visit("methods.html")
    again.goto(address)
    assert again.locator("#pairs-1 tbody tr:visible").count() == 12


def test_a_long_table_keeps_its_head_in_sight(visit: Open) -> None:
    page = visit("implementations/torch.softmax-scratch/accuracy.html")
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        page.locator("#records tbody tr").nth(100).evaluate(
            "(row) => row.scrollIntoView({block: 'center', behavior: 'instant'})"
        )
        head = page.locator("#records thead th").first.bounding_box()
        assert -1 <= head["y"] < 800
