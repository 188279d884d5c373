"""The dossiers of ``docs/found`` show faults that the frameworks here still have.

All scripts of a framework run in one process of its own, one after the other.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from forked import LONG

FOLDER = Path(__file__).parents[2] / "docs" / "found"
PAGES = [path for path in sorted(FOLDER.glob("*.md")) if path.name != "index.md"]
RUNNER = """
import contextlib, io, json, sys
said = []
for script in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(script, "script", "exec"), {"__name__": "script"})
    said.append(out.getvalue())
print(json.dumps(said))
"""


def framework(page: Path) -> str:
    found = re.search(r"Framework: `(\w+)`", page.read_text())
    assert found is not None, page
    return found[1]


def script(page: Path) -> tuple[str, str]:
    """The first block of Python, and what the page says that it prints."""
    text = page.read_text()
    python, shown = (
        re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL) for kind in ("python", "text")
    )
    assert python is not None
    assert shown is not None
    return python[1], shown[1]


@pytest.mark.parametrize("name", sorted({framework(page) for page in PAGES}))
def test_each_script_prints_what_its_dossier_says(name: str) -> None:
    if find_spec(name) is None:
        pytest.skip(f"{name} is not installed")
    pages = [page for page in PAGES if framework(page) == name]
    scripts = [script(page) for page in pages]
    done = subprocess.run(
        [sys.executable, "-c", RUNNER],
        input=json.dumps([python for python, _ in scripts]),
        capture_output=True,
        text=True,
        timeout=LONG,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    for page, (_, shown), printed in zip(pages, scripts, said, strict=True):
        assert printed == shown, f"{page.name}: the fault is gone or another one; look again"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_dossier_is_whole(page: Path) -> None:
    text = page.read_text()
    for part in ("Seen in ", "## Expected", "from softmark import oracle", "## Cause"):
        assert part in text
    assert len(text.partition("## Suggested fix")[2].strip()) > 10
    assert f"]({page.name})" in (FOLDER / "index.md").read_text()
