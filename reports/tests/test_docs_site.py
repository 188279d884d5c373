"""The documentation as a site: no warning when built, no broken link, no network when read."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag

import click
import pytest

from softmark import catalog, specification
from softmark.cli import faults, softmark
from softmark_implementations import known_failures

ROOT = Path(__file__).parents[2]
DESK, PHONE = 1280, 360
SHOWN = ("index.html", "check.html", "reference/grades.html", "reference/cli.html", "timing.html")
"""A page of each kind that differs in what it is made from."""
Open = Callable[..., Any]


class Page(HTMLParser):
    """What a page links to, what it fetches, and where in it a link can lead."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.anchors: set[str] = set()
        self.headings: list[str] = []
        self._in_heading = False
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        held = dict(attrs)
        self._in_heading = tag == "h2" or (self._in_heading and tag in ("code", "span"))
        self.headings += [""] if tag == "h2" else []
        self.anchors |= {name for name in (held.get("id"), held.get("name")) if name}
        if tag == "a" and held.get("href"):
            self.links.append(held["href"] or "")
        target = held.get("src") or (held.get("href") if tag == "link" else None)
        if target:
            self.fetched.append(target)

    def handle_data(self, data: str) -> None:
        if self._in_heading:
            self.headings[-1] += data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as ``nox -s docs`` builds it."""
    for needed in ("sphinx", "myst_parser", "furo", "sphinx_click"):
        if find_spec(needed) is None:
            pytest.skip(f"{needed} is not installed (the dependency group docs)")
    out = tmp_path_factory.mktemp("docs")
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    found = re.search(r'options = (\["-W".*\])\n.*"sphinx-build"', noxfile)
    assert found
    options = [*re.findall(r'"([^"]+)"', found[1]), "-d", str(out / ".doctrees")]
    command = [sys.executable, "-m", "sphinx", "-b", "html", *options, "docs", str(out)]
    paths = os.pathsep.join(filter(None, sys.path))
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONPATH": paths}, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    return out


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    found = [path for path in site.rglob("*.html") if "_downloads" not in path.parts]
    return {path: Page(path) for path in found}


def test_every_link_leads_to_a_file_and_a_place_in_it(pages: dict[Path, Page]) -> None:
    checked = 0
    for path, page in pages.items():
        for link in page.links:
            if re.match(r"[a-z]+:", link):
                continue
            file, anchor = urldefrag(link)
            target = (path.parent / unquote(file)).resolve() if file else path
            assert target.is_file(), f"{path.name} links to {link}"
            if anchor and target in pages:
                assert unquote(anchor) in pages[target].anchors, f"{path.name} links to {link}"
            checked += 1
    assert checked > 1000


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_what_the_repository_links_to_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:)([^)#]+)[^)]*\)", text)
    assert not [link for link in links if not (ROOT / link).exists()]


def test_nothing_is_fetched_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    for page in pages.values():
        assert not [url for url in page.fetched if re.match(r"(https?:)?//", url)], page.path
    for sheet in site.rglob("*.css"):
        assert not re.search(
            r"(@import|url\()[^;)]*(https?:)?//(?!www\.w3\.org)", sheet.read_text()
        )


@pytest.mark.parametrize("group", ["checks", "operations", "inputs", "metrics"])
def test_the_reference_has_all_that_the_specification_has(
    pages: dict[Path, Page], site: Path, group: str
) -> None:
    page = pages[site / "reference" / f"{group}.html"]
    names = [text.name for text in getattr(specification, group)()]
    assert page.headings == names


def test_the_reference_has_every_implementation_and_every_option(site: Path) -> None:
    table = (site / "reference" / "implementations.html").read_text(encoding="utf-8")
    for entry in catalog.read(catalog.own_sources()).entries:
        assert f"<code>{entry.name}</code>" in table
    text = (site / "reference" / "cli.html").read_text(encoding="utf-8")
    context = click.Context(softmark)
    for name in softmark.list_commands(context):
        command = softmark.get_command(context, name)
        assert command is not None
        for option in command.params:
            if option.opts[0].startswith("--"):
                anchor = f"cmdoption-softmark-{name}-{option.opts[0].lstrip('-')}"
                assert f'id="{anchor}"' in text


def test_the_reference_has_every_known_failure(site: Path) -> None:
    page = (site / "reference" / "known.html").read_text(encoding="utf-8")
    for failure in known_failures.load():
        assert f"<code>{failure.id}</code>" in page


def test_exit_statuses_and_variables_are_those_of_the_code() -> None:
    page = (ROOT / "docs" / "reference" / "environment.md").read_text(encoding="utf-8")
    told = [int(number) for number in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)]
    ends = (0, faults.FAILED, faults.WRONG_USE, faults.OWN_FAULT, faults.INTERRUPTED)
    assert told == list(ends)
    sources = [path.read_text("utf-8") for path in (ROOT / "suite" / "softmark").rglob("*.py")]
    used = {name for text in sources for name in re.findall(r'"(SOFTMARK_[A-Z_]+)"', text)}
    assert used == set(re.findall(r"`(SOFTMARK_[A-Z_]+)`", page))


@pytest.mark.browser
@pytest.mark.parametrize("path", SHOWN)
def test_a_page_is_readable_by_everybody(visit: Open, axe_faults: Open, path: str) -> None:
    """``visit`` refuses whatever is fetched."""
    page = visit(path)
    assert page.locator("h1").count() == 1
    assert axe_faults(page) == []
    for width in (DESK, PHONE):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_a_search_finds_from_disk(visit: Open) -> None:
    page = visit("search.html?q=overflow")
    found = page.locator("#search-results a")
    found.first.wait_for()
    assert "Metrics" in found.all_inner_texts()
