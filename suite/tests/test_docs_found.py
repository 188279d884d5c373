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
INDEX = (FOLDER / "index.md").read_text()
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
def test_a_dossier_has_all_that_an_issue_needs(page: Path) -> None:
    title, *parts = page.read_text().split("\n## ")
    head = re.match(r"# (?P<title>[^\n]+: [^\n]+)\n\nSeen in (?P<where>[^\n]*\d[^\n]*)\. Fr", title)
    assert head is not None, "no title, or no versions"
    said = dict(part.split("\n\n", 1) for part in parts)
    assert list(said) == ["Expected", "Since", "Cause", "Suggested fix"]
    assert "from softmark import oracle" in said["Expected"]
    assert re.search(r"\d\.\d+\.\d+", said["Since"]), "no release that was tried"
    assert re.search(r"`[\w/]+\.(py|h|cpp)`", said["Cause"]), "no file of their source"
    assert len(said["Suggested fix"].strip()) > 10
    code, _ = script(page)
    lines = [line for line in code.splitlines() if line and not re.match("import|from", line)]
    assert len(lines) <= 3, "more than three lines beside its imports"
    row = next(line for line in INDEX.splitlines() if f"]({page.name})" in line)
    assert row.endswith(f"| {head['where']} |")
