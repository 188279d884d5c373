"""A framework that is half there, too old or slow to import is not offered, and a line mends it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from softmark import catalog
from softmark.declarations import Source, read_source
from softmark.harness import plan, run, running
from softmark.workers.settings import WorkerSettings

FILE = '''
# /// script
# dependencies = ["{needed}"]
# ///
"""A softmax of a framework that is not as it should be."""
import {module}
from softmark_implementations import implementation
from softmark_implementations.with_numpy import FRAMEWORK as FRAMEWORK

@implementation("softmax", formats=("float64",))
def softmax(x, axis=-1):
    """One."""
    return {module}.softmax(x)
'''


def hasty() -> type[WorkerSettings]:
    """Settings of which the first have little time to start, and the others enough."""
    seconds = iter([6.0])

    class Hasty(WorkerSettings):
        def __init__(self, **options: Any) -> None:
            super().__init__(start_timeout=next(seconds, 120.0), **options)

    return Hasty


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of installed packages."""
    folder = tmp_path / "installed here"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", str(folder), prepend=":")
    monkeypatch.syspath_prepend(str(folder))
    return folder


def entry(site: Path, module: str, needed: str) -> catalog.Entry:
    name = f"with_{module}_kernels"
    (site / f"{name}.py").write_text(FILE.format(module=module, needed=needed))
    (found,) = read_source(Source("own", name, site / f"{name}.py"))
    assert isinstance(found, catalog.Entry), found
    return found


def install(site: Path, module: str, version: str, code: str) -> None:
    (site / module).mkdir()
    (site / module / "__init__.py").write_text(code)
    info = site / f"{module}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: {version}\n")


@pytest.mark.usefixtures("rows")
def test_a_package_without_its_compiled_module_is_skipped_with_the_line_that_mends_it(
    site: Path, tmp_path: Path
) -> None:
    install(site, "half_here", "2.0", "from half_here import _C\n")
    chosen = entry(site, "half_here", "half-here>=2")
    assert chosen.missing() == []  # nothing is imported to find out
    outcome = run(plan([chosen]), tmp_path / "results")
    assert outcome.files == ()
    (skipped,) = outcome.skipped
    assert skipped.what == "own"
    assert "cannot be imported (ImportError: cannot import name '_C'" in skipped.why
    assert skipped.remedy.endswith('-m pip install --force-reinstall "half-here>=2"')
    assert str(tmp_path) not in skipped.why


@pytest.mark.usefixtures("rows")
def test_a_version_that_is_not_supported_is_not_offered(site: Path) -> None:
    install(site, "too_old", "1.4", "raise RuntimeError('imported')\n")
    chosen = entry(site, "too_old", "too-old>=2")
    assert chosen.missing() == ["too-old>=2"]
    assert chosen.install_hint == 'python -m pip install "too-old>=2"'
    planned = plan([chosen])
    assert planned.tasks == ()
    (skipped,) = planned.skipped
    assert skipped.why == "too-old>=2 is not installed"
    assert skipped.remedy == 'python -m pip install "too-old>=2"'


def test_a_version_that_is_supported_is_offered(site: Path) -> None:
    install(site, "just_right", "2.1.dev3+local", "")
    assert entry(site, "just_right", "just-right>=2").missing() == []


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("import time; time.sleep(300)\n", "it did not answer within 6 s, and was ended"),
        ("import os; os.abort()\n", "its process ended by SIGABRT"),
        ("raise OSError('libcudart.so.12: cannot open')\n", "(OSError: libcudart.so.12: cannot"),
    ],
    ids=["slow", "aborts", "library"],
)
def test_a_framework_that_does_not_come_costs_itself_alone(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kernels: Any, code: str, why: str
) -> None:
    if "sleep" in code:
        monkeypatch.setattr(running, "WorkerSettings", hasty())
    install(site, "stuck", "3.0", code)
    stuck = entry(site, "stuck", "stuck")
    good = next(e for e in kernels if e.variant == "")
    good = type(good)(**{**vars(good), "framework": "fine", "name": "fine.softmax"})
    outcome = run(plan([stuck, good], elsewhere=["own", "fine"]), tmp_path / "results")
    assert len(outcome.files) == 1
    (skipped,) = outcome.skipped
    assert skipped.what == "own"
    assert why in skipped.why
    assert skipped.remedy.endswith('--force-reinstall "stuck"')
