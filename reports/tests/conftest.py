"""Results that are made up, the report of them, and a browser to read it with."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports


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
def site(results: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a rendered report."""
    return softmark_reports.render(results, tmp_path_factory.mktemp("site")).index.parent


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Debian's chromium; the tests that ask for it are skipped where there is none."""
    sync_api = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed (apt-get install chromium)")
    with sync_api.sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield running
        running.close()
