"""The report as a browser shows it: nothing fetched, nothing refused, usable by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.browser

KINDS = (
    "index.html",
    "methods.html",
    "environment.html",
    "checks/stability.html",
    "checks/limit.html",
    "implementations/numpy.softmax-naive.html",
    "implementations/numpy.softmax-naive/stability.html",
)
DESK, PHONE = 1280, 360
Open = Callable[..., Any]


@pytest.fixture
def visit(browser: Any, site: Path) -> Iterator[Open]:
    """A function that opens a page; whatever it fetches or complains of fails the test."""
    contexts, complaints = [], []

    def refuse(route: Any) -> None:
        if route.request.url.startswith(("file:", "data:")):
            route.continue_()
        else:
            complaints.append(f"fetches {route.request.url}")
            route.abort()

    def visit(path: str, *, width: int = DESK, scheme: str = "light", **options: Any) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.route("**/*", refuse)
        page.on("console", lambda message: complaints.append(f"{path}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"{path}: {error}"))
        page.on("requestfailed", lambda request: complaints.append(f"refused {request.url}"))
        page.goto(f"{site.as_uri()}/{path}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


def test_every_page_opens_without_network_or_complaint(visit: Open, site: Path) -> None:
    page = visit("index.html")
    for path in sorted(site.rglob("*.html")):
        page.goto(path.as_uri())
        assert page.locator("h1").count() == 1


@pytest.mark.parametrize("path", KINDS)
def test_no_page_scrolls_sideways(visit: Open, path: str) -> None:
    for width in (PHONE, 768, DESK):
        page = visit(path, width=width)
        page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize(
    ("path", "scheme", "width"),
    [(path, "light", DESK) for path in KINDS]
    + [(KINDS[kind], "dark", PHONE) for kind in (0, 3, 6)],
)
def test_axe_finds_nothing(visit: Open, path: str, scheme: str, width: int) -> None:
    pytest.importorskip("axe_playwright_python")
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")
    page = visit(path, width=width, scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
    page.evaluate(axe)
    found = page.evaluate("axe.run()")
    told = [(v["id"], v["nodes"][0]["html"][:120]) for v in found["violations"]]
    assert told == []


def test_a_column_sorts_by_number_and_back(visit: Open) -> None:
    page = visit("index.html")
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
    page = visit("index.html")
    page.get_by_label("Filter").first.fill("TORCH softmax")
    shown = page.locator("#matrix-1 tbody tr:visible th").all_inner_texts()
    assert shown == ["torch.softmax", "torch.softmax[compile]", "torch.softmax[scratch]"]
    assert page.get_by_role("status").first.inner_text() == "3 of 19 rows"


def test_the_address_keeps_filter_and_sort(visit: Open, site: Path) -> None:
    page = visit("index.html")
    page.get_by_label("Filter").first.fill("numpy.")
    page.locator("#matrix-1 thead button", has_text="accuracy").click()
    address = page.url
    again = visit("methods.html")
    again.goto(address)
    assert again.locator("#matrix-1 tbody tr:visible").count() == 5
    assert again.locator("#matrix-1 tbody th").first.inner_text() == "numpy.softmax[naive]"
    assert again.get_by_label("Filter").first.input_value() == "numpy."


def test_a_framework_s_name_filters_the_matrix(visit: Open) -> None:
    page = visit("index.html")
    page.locator("#frameworks").get_by_role("link", name="jax").click()
    assert page.locator("#matrix-1 tbody tr:visible").count() == 3


def test_the_keyboard_alone_sorts_filters_and_unfolds(visit: Open) -> None:
    page = visit("implementations/torch.softmax-scratch/accuracy.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.get_by_label("Filter").focus()
    page.keyboard.type("float64")
    rows = page.locator("#records tbody tr:visible")
    assert rows.count() == 35
    for _ in range(2):  # the box that scrolls on a phone, then the first head
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator("#records thead th").first.get_attribute("aria-sort") == "ascending"
    rows.first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert rows.first.get_by_text("softmark repro").is_visible()


def test_a_cell_leads_to_its_record_unfolded(visit: Open) -> None:
    page = visit("index.html")
    row = page.locator("#matrix-1 tbody tr", has_text="numpy.softmax[naive]")
    row.get_by_role("link", name="NaN ulp").click()
    target = page.locator("tr:target")
    assert target.locator("details").evaluate("(details) => details.open")
    assert "NaN where a number is due" in target.inner_text()
    assert target.locator("code").is_visible()


def test_the_replay_command_is_copied(visit: Open) -> None:
    page = visit("index.html")
    page.evaluate(
        "Object.defineProperty(navigator, 'clipboard', {value: {writeText: (text) => "
        "{ window.copied = text; return Promise.resolve(); }}})"
    )
    page.locator(".findings button").first.click()
    command = page.locator(".findings code.copy").first.inner_text()
    assert page.evaluate("window.copied") == command
    assert command.startswith("softmark repro 'numpy.softmax[naive]/")
    assert page.locator(".findings button").first.inner_text() == "copied"


def test_without_script_everything_is_there(visit: Open) -> None:
    page = visit("index.html", java_script_enabled=False)
    assert page.locator("#matrix-1 tbody tr:visible").count() == 19
    assert page.locator("button").count() == 0
    page.goto(page.url.replace("index.html", "implementations/torch.softmax/accuracy.html"))
    page.locator("summary").first.click()
    assert page.get_by_text("softmark repro").first.is_visible()


def test_a_long_table_keeps_its_head_in_sight(visit: Open) -> None:
    for width in (PHONE, DESK):
        page = visit("implementations/torch.softmax-scratch/accuracy.html", width=width)
        page.locator("#records tbody tr").nth(100).evaluate(
            "(row) => row.scrollIntoView({block: 'center', behavior: 'instant'})"
        )
        head = page.locator("#records thead th").first.bounding_box()
        assert -1 <= head["y"] < 800


def test_the_dark_theme_is_dark_and_the_light_one_light(visit: Open) -> None:
    def paper(scheme: str) -> list[int]:
        page = visit("index.html", scheme=scheme)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return [int(part) for part in colour[4:-1].split(",")]

    assert max(paper("dark")) < 40
    assert min(paper("light")) > 240


def test_curves_take_the_colours_of_the_theme(visit: Open) -> None:
    def stroke(scheme: str) -> str:
        page = visit("checks/limit.html", scheme=scheme)
        colour: str = page.locator(".panel svg .s-c0").first.evaluate(
            "(curve) => getComputedStyle(curve).stroke"
        )
        return colour

    assert stroke("light") == "rgb(11, 95, 165)"
    assert stroke("dark") != stroke("light")
