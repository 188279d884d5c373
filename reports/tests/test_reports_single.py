"""The report as one file: complete in itself, one page at a time with script, all without."""

from __future__ import annotations

import gzip
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports

Open = Callable[..., Any]


@pytest.fixture(scope="module")
def single(
    results: list[Path], synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out: Path = tmp_path_factory.mktemp("single") / "report.html"
    kept = [path for path in results if "numpy" in str(path) or "torch" in str(path)]
    rendered = softmark_reports.render(kept, out, scripts=synthetic.script, single_file=True)
    assert rendered.index == out
    return out


def unpacked(single: Path) -> str:
    """All pages as text: the first one, and those that are packed behind it."""
    text = single.read_text(encoding="utf-8")
    (packed,) = re.findall('<template id="packed">([^<]*)</template>', text)
    return text.replace(packed, gzip.decompress(b64decode(packed)).decode())


def test_it_is_one_file(single: Path) -> None:
    assert list(single.parent.iterdir()) == [single]


def test_identifiers_are_unique_and_every_link_points_at_one(single: Path) -> None:
    text = unpacked(single)
    tags = re.findall(r"<[A-Za-z][^<>]*>", text)
    ids = Counter(name for tag in tags for name in re.findall(r'\bid="([^"]+)"', tag))
    assert [name for name, count in ids.items() if count > 1] == []
    for tag in tags:
        for target in re.findall(r'\bhref="([^"]*)"', tag):
            if target.startswith("#table="):
                target = "#" + target.removeprefix("#table=").partition("&")[0]
            assert target.startswith("data:") or target[1:] in ids, tag
        for names in re.findall(r'\baria-labelledby="([^"]*)"', tag):
            assert set(names.split()) <= ids.keys(), tag


def test_the_data_of_each_picture_is_inside(single: Path) -> None:
    text = unpacked(single)
    links = re.findall(r'href="data:text/csv[^"]*" download="([^"]*)"', text)
    assert text.count(" as CSV</a>") == len(links) > 20


def test_hostile_names_stay_text_in_one_file(tmp_path: Path, synthetic: ModuleType) -> None:
    name = 'numpy.<b id="p0">x</b>" href="#p1'
    record = next(synthetic.framework_records("numpy"))
    made = [synthetic.record(name, "ties", "float32", record.case, verdict="fail", grade="F")]
    synthetic.write_file(tmp_path / "a.jsonl", synthetic.header("numpy", "r", "1", "m"), made)
    out = softmark_reports.render([tmp_path], tmp_path / "one.html", single_file=True).index
    assert not re.search("<b id=", out.read_text(encoding="utf-8"))


def turned_to(page: Any, heading: str) -> None:
    """Wait until the page with a heading is the one in sight; a browser tells of it later."""
    page.locator("h1:visible").get_by_text(heading, exact=True).wait_for()


@pytest.mark.browser
def test_one_page_is_shown_at_a_time_and_links_turn_it(visit: Open, single: Path) -> None:
    page = visit(single.name, root=single.parent)
    assert page.locator("article.page:visible").count() == 1
    page.get_by_role("link", name="Reproducibility", exact=True).click()
    turned_to(page, "Reproducibility")
    assert page.locator("nav [aria-current]").inner_text() == "Reproducibility"
    page.go_back()
    turned_to(page, "softmark report")
    page.get_by_role("link", name="Implementations", exact=True).click()
    turned_to(page, "Implementations and checks")
    row = page.locator("article:visible .matrix tbody tr", has_text="numpy.softmax[naive]")
    row.get_by_role("link", name="NaN ulp").click()
    target = page.locator("tr:target")
    target.wait_for()
    assert target.locator("details").first.evaluate("(details) => details.open")
    assert page.locator("article.page:visible").count() == 1


@pytest.mark.browser
def test_its_tables_filter_and_its_pairs_are_chosen(visit: Open, single: Path) -> None:
    page = visit(single.name, root=single.parent)
    page.locator("article:visible table").first.get_by_role("link", name="torch").click()
    page.wait_for_url(re.compile("#.*find=torch"))
    turned_to(page, "Implementations and checks")
    names = page.locator("article:visible [id$='matrix-1'] tbody tr:visible th").all_inner_texts()
    assert names
    assert all(name.startswith("torch.") for name in names)
    page.get_by_role("link", name="Compare", exact=True).click()
    turned_to(page, "Compare")
    page.locator("article:visible").get_by_role("link", name="softmax", exact=True).click()
    turned_to(page, "softmax")
    for name in ("numpy.softmax", "torch.softmax"):
        page.locator("article:visible").get_by_label(name, exact=True).check()
    assert page.locator("article:visible .pairs tbody tr:visible").count() == 4
    page.reload()
    turned_to(page, "softmax")
    assert page.locator("article:visible .pairs tbody tr:visible").count() == 4


@pytest.mark.browser
def test_without_script_the_first_page_is_complete_and_says_where_the_others_are(
    visit: Open, single: Path
) -> None:
    page = visit(single.name, root=single.parent, java_script_enabled=False)
    assert page.locator("article.page:visible").count() == 1
    assert page.locator("tbody tr:visible").count() > 5
    assert "need JavaScript" in page.locator("noscript").inner_text()


@pytest.mark.browser
def test_a_page_that_is_turned_to_is_the_only_one_that_is_put_in(visit: Open, single: Path) -> None:
    """A browser lays out what it shows, and not two hundred thousand nodes."""
    assert single.stat().st_size < 3_000_000
    page = visit(single.name, root=single.parent)
    first = page.evaluate("document.querySelectorAll('*').length")
    page.get_by_role("link", name="Edge cases", exact=True).click()
    turned_to(page, "Edge cases")
    assert page.locator("article").count() == 2
    assert first < page.evaluate("document.querySelectorAll('*').length") < 60_000


@pytest.mark.browser
def test_an_address_of_a_packed_page_opens_it(visit: Open, single: Path) -> None:
    page = visit(f"{single.name}#torch.softmax/float32/value", root=single.parent)
    turned_to(page, "Accuracy")
    assert page.locator("[id='torch.softmax/float32/value']").is_visible()
