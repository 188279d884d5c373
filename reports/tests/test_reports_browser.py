"""The report as a browser shows it: nothing fetched, nothing refused, readable by everybody."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from printed import text_of

pytestmark = pytest.mark.browser

KINDS = (
    "index.html",
    "causes.html",
    "accuracy.html",
    "implementations.html",
    "pictures.html",
    "claims.html",
    "compare.html",
    "compare/softmax.html",
    "speed.html",
    "history.html",
    "sides.html",
    "edges.html",
    "reproducibility.html",
    "methods.html",
    "environment.html",
    "checks/stability.html",
    "checks/limit.html",
    "operations/softmax.html",
    "implementations/numpy.softmax-naive.html",
    "implementations/numpy.softmax-naive/stability.html",
)
DESK, PHONE = 1280, 360
Open = Callable[..., Any]
ALIKE = """() => {
  const seen = {};
  for (const row of document.querySelectorAll('tbody tr, .findings > li, .panel')) {
    let made = row.outerHTML.replace(/>[^<]+</g, '><')
      .replace(/ (id|href|title|d|x|y|cx|cy|points|transform|data-v)="[^"]*"/g, '');
    if (row.matches('.panel'))
      made = [...new Set(made.replace(/ (r|x1|x2|y1|y2|viewBox|width|height)="[^"]*"/g, '')
        .replace(/ aria-label="[^"]+"/g, ' aria-label')
        .match(/<[^>]+>/g))].sort().join('');
    seen[made] = (seen[made] || 0) + 1;
    if (seen[made] > 2) row.remove();
  }
}"""
"""Leaves two of the rows that differ in words and numbers alone, and of the panels that are made of
the same elements: axe takes a minute for all."""
UNFOLD = "document.querySelectorAll('details').forEach((d) => (d.open = true))"


def test_there_is_one_of_each_kind_of_page(site: Path) -> None:
    """So that what is said of the kinds below is said of every page."""
    depths = {path.relative_to(site).parts[0] for path in site.rglob("*.html")}
    assert depths == {kind.partition("/")[0] for kind in KINDS}


@pytest.mark.parametrize("path", KINDS)
def test_a_page_has_one_heading_and_never_scrolls_sideways(visit: Open, path: str) -> None:
    page = visit(path, width=PHONE)
    assert page.locator("h1").count() == 1
    page.evaluate(UNFOLD)
    for width in (PHONE, 768, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_table_with_a_column_for_each_of_twenty_checks_scrolls_in_its_box(visit: Open) -> None:
    for path, name in (("index.html", "frameworks"), ("implementations.html", "matrix-1")):
        page = visit(path)
        page.evaluate(
            "document.querySelectorAll('.matrix tr').forEach((row) => {"
            " while (row.cells.length < 21) row.append(row.lastElementChild.cloneNode(true)); })"
        )
        for width in (DESK, PHONE):
            page.set_viewport_size({"width": width, "height": 800})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            box = page.locator(f".box:has(#{name})")
            box.evaluate("(box) => box.scrollTo(400, 0)")
            heading = box.locator("tbody th").first.bounding_box()
            assert heading["x"] == pytest.approx(box.bounding_box()["x"], abs=2)


@pytest.mark.parametrize("path", KINDS)
def test_axe_finds_nothing(visit: Open, axe_faults: Open, path: str) -> None:
    page = visit(path)
    page.evaluate(UNFOLD)
    page.evaluate(ALIKE)
    assert axe_faults(page) == []


def test_without_script_everything_is_there(visit: Open) -> None:
    page = visit("implementations.html", java_script_enabled=False)
    assert page.locator("#matrix-1 tbody tr:visible").count() == 19
    assert page.locator("button").count() == 0
    page.goto(page.url.replace("implementations.html", "compare/softmax.html"))
    assert page.locator("#pairs-1 tbody tr:visible").count() > 100
    assert not page.locator(".chooser").is_visible()
    page.goto(page.url.replace("compare/softmax.html", "implementations/torch.softmax/ties.html"))
    page.locator(".records summary").first.click()
    assert page.get_by_text("softmark repro").first.is_visible()
    page.get_by_text("Operations").click()
    page.get_by_role("link", name="softargmax").click()
    assert page.locator("h1").inner_text() == "softargmax"


def test_the_dark_theme_is_dark_and_the_light_one_light(visit: Open) -> None:
    page = visit("checks/limit.html")

    def paper(scheme: str) -> list[int]:
        page.emulate_media(color_scheme=scheme)
        colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
        return [int(part) for part in colour[4:-1].split(",")]

    assert max(paper("dark")) < 40
    assert min(paper("light")) > 240


def test_curves_take_the_colours_of_the_theme(visit: Open) -> None:
    page = visit("checks/limit.html")

    def stroke(scheme: str) -> str:
        page.emulate_media(color_scheme=scheme)
        curve = page.locator(".panel svg .s-c0").first
        colour: str = curve.evaluate("(curve) => getComputedStyle(curve).stroke")
        return colour

    assert stroke("light") == "rgb(11, 95, 165)"
    assert stroke("dark") != stroke("light")


def test_print_shows_everything_and_no_tool(visit: Open) -> None:
    page = visit("implementations.html")
    page.emulate_media(media="print")
    assert page.locator("#matrix-1 tbody tr:visible").count() == 19
    assert page.locator(".tools:visible").count() == 0
    assert page.locator("header.site nav:visible").count() == 0


def test_a_formula_takes_part_in_the_line_and_a_long_one_scrolls(visit: Open) -> None:
    page = visit("checks/stability.html", width=PHONE)
    formula = page.locator(".formula math").first
    assert formula.bounding_box()["height"] > 10
    assert formula.locator("mi").count() > 3


def test_a_menu_opens_and_closes_by_keyboard(visit: Open) -> None:
    page = visit("index.html")
    page.locator(".menu summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator(".menu a").first.is_visible()
    page.keyboard.press("Escape")
    assert not page.locator(".menu a").first.is_visible()


def test_print_keeps_headings_and_marks_failures_without_colour(visit: Open) -> None:
    """Headings are buttons where they sort, and a printer leaves out backgrounds."""
    page = visit("implementations.html")
    page.emulate_media(media="print")
    heading = page.locator("#matrix-1 thead button").first
    assert heading.is_visible()
    failed = page.locator(".g-f").first
    style = failed.evaluate("(mark) => { const s = getComputedStyle(mark); "
                            "return [s.color, s.borderTopStyle]; }")  # fmt: skip
    assert style == ["rgb(0, 0, 0)", "solid"]


def test_on_a_phone_the_main_table_begins_within_two_screens(visit: Open) -> None:
    page = visit("index.html", width=390)
    assert page.locator("#frameworks").bounding_box()["y"] < 2 * 844


def test_without_colours_a_frame_tells_wrong_from_weak_and_right(visit: Open) -> None:
    """Forced colours leave no background of ours; two marks that differ by it alone look alike."""
    page = visit("accuracy.html", forced_colors="active")
    frame = "(mark) => getComputedStyle(mark).borderTopStyle"
    told = {kind: page.locator(f".grade-{kind}").first.evaluate(frame) for kind in "fc"}
    page.goto(page.url.replace("accuracy.html", "implementations.html"))
    told["b"] = page.locator(".g-b").first.evaluate(frame)
    assert told == {"f": "double", "c": "dashed", "b": "solid"}


@pytest.mark.parametrize("forced", ["none", "active"])
def test_each_quarter_of_failing_functions_looks_otherwise(visit: Open, forced: str) -> None:
    """The synthetic results have two of the four, so the marks are put in."""
    page = visit("index.html", forced_colors=forced)
    looks = page.evaluate("""() => [1, 2, 3, 4].map((share) => {
      const mark = document.createElement('span');
      mark.className = `g v-fail share-${share}`;
      document.querySelector('main').append(mark);
      const style = getComputedStyle(mark);
      return [style.boxShadow, style.backgroundColor, style.borderTopWidth].join();
    })""")
    assert len(set(looks)) == 4


def test_on_a_phone_a_cell_of_the_accuracy_table_needs_no_scrolling(visit: Open) -> None:
    """The operation is in the function's name; so the first number stands beside it."""
    page = visit("accuracy.html", width=390)
    row = page.locator("table.accuracy tbody tr").first
    assert row.locator("td").first.is_visible()
    number = row.locator("td.num").first.bounding_box()
    assert number["x"] + number["width"] < 390
    assert not row.locator("th").first.is_visible()


@pytest.mark.parametrize("path", ["implementations.html", "accuracy.html", "edges.html"])
def test_a_printed_file_has_every_heading_and_column(
    visit: Open, tmp_path: Path, path: str
) -> None:
    """In the PDF itself, and not only in the style for paper."""
    page = visit(path)
    table = page.locator("table.data").first
    words = page.locator("h1, h2:visible").all_inner_texts()
    words += table.locator("thead th, tbody th").all_text_contents()
    page.pdf(path=tmp_path / "printed.pdf", prefer_css_page_size=True)
    printed = text_of(tmp_path / "printed.pdf")
    assert len(words) > 10
    assert [word for word in words if "".join(word.split()) not in printed] == []


@pytest.mark.parametrize("path", KINDS)
def test_on_paper_no_column_is_cut_and_every_heading_is_there(visit: Open, path: str) -> None:
    """A4 across, less its margins, at 96 dots an inch."""
    page = visit(path, width=1032)
    page.emulate_media(media="print")
    for table in page.locator("table.data:visible").all():
        assert table.evaluate("(t) => t.getBoundingClientRect().right") <= 1033
        heads = table.locator("thead th")
        assert all(text.strip() for text in heads.all_inner_texts())
