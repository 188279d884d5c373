"""Results that are made up, the report of them, and a browser to read it with."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports

DESK, PHONE = 1280, 360
STYLED = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]
"""The rules whose answer depends on colours or on the width."""
LONG = 1_500_000
"""Milliseconds: a guard against a hang, on however busy a machine."""
Open = Callable[..., Any]


@pytest.fixture(scope="session")
def synthetic() -> ModuleType:
    """The module beside this file; pytest's importlib mode puts no folder on the path."""
    path = Path(__file__).parent / "synthetic.py"
    spec = importlib.util.spec_from_file_location("synthetic", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def results(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    paths: list[Path] = synthetic.write_results(tmp_path_factory.mktemp("results"))
    return paths


@pytest.fixture(scope="session")
def site(
    results: list[Path], synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The folder of a rendered report, with scripts as a command line would give them."""
    out = tmp_path_factory.mktemp("site")
    return softmark_reports.render(results, out, scripts=synthetic.script).index.parent


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium of the system; the tests that ask for it are skipped where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome")
    chromium = next(filter(None, map(shutil.which, names)), None)
    if chromium is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium,
            timeout=LONG,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        running.close()


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

    def visit(
        path: str, *, width: int = DESK, scheme: str = "light", root: Path = site, **options: Any
    ) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, **options
        )
        contexts.append(context)
        context.set_default_timeout(LONG)
        page = context.new_page()
        page.route("**/*", refuse)
        page.on("console", lambda message: complaints.append(f"{path}: {message.text}"))
        page.on("pageerror", lambda error: complaints.append(f"{path}: {error}"))
        page.on("requestfailed", lambda request: complaints.append(f"refused {request.url}"))
        page.goto(f"{root.as_uri()}/{path}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def copied() -> Open:
    """A function that lets a page copy, and one that tells what it copied."""

    def listen(page: Any) -> Callable[[], str]:
        page.evaluate(
            "Object.defineProperty(navigator, 'clipboard', {value: {writeText: (text) => "
            "{ window.copied = text; return Promise.resolve(); }}})"
        )
        return lambda: page.evaluate("window.copied")

    return listen


@pytest.fixture
def axe_faults() -> Callable[[Any], list[tuple[str, str]]]:
    """A function that gives what axe finds on a page: on a desk and light, on a phone and dark.

    The second time it asks the rules alone that depend on the style.
    """
    pytest.importorskip("axe_playwright_python")
    axe = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

    def found(page: Any) -> list[tuple[str, str]]:
        page.evaluate(axe)
        faults = []
        for scheme, width, rules in (("light", DESK, None), ("dark", PHONE, STYLED)):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 800})
            # Of axe's own accord it would fetch the style, which no page may; no rule needs it.
            options = {"preload": False} | ({"runOnly": rules} if rules else {})
            told = page.evaluate("(options) => axe.run(document, options)", options)
            faults += [(v["id"], v["nodes"][0]["html"][:120]) for v in told["violations"]]
        return faults

    return found
