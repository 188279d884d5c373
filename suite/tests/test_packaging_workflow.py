"""The workflow runs sessions that exist, and actions that nobody can exchange."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORKFLOW = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")


def test_every_action_is_pinned_to_a_commit_and_names_its_release() -> None:
    used = re.findall(r"uses: (\S+)(.*)", WORKFLOW)
    assert len(used) == 6
    for action, comment in used:
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40}", action)
        assert re.fullmatch(r" # v\d+\.\d+\.\d+", comment)


def test_every_session_is_one_of_the_noxfile() -> None:
    noxfile = (ROOT / "noxfile.py").read_text(encoding="utf-8")
    defined = set(re.findall(r"^def (\w+)\(session: nox.Session\)", noxfile, re.MULTILINE))
    listed = re.search(r"session: \[(.*)\]", WORKFLOW)
    assert listed
    asked = {*listed[1].split(", "), *re.findall(r"nox --session (\w+)", WORKFLOW)}
    assert asked == {"lint", "tests", "report", "docs"}
    assert asked <= defined


def test_what_is_published_is_what_the_session_writes() -> None:
    assert "path: build/report" in WORKFLOW
    assert 'REPORT = Path("build", "report")' in (ROOT / "noxfile.py").read_text(encoding="utf-8")


def test_the_documentation_is_published_beside_the_report() -> None:
    assert "nox --session docs -- build/report/docs" in WORKFLOW
    assert WORKFLOW.index("--session report") < WORKFLOW.index("--session docs")


def test_a_job_may_write_only_where_it_publishes() -> None:
    assert WORKFLOW.count("write") == 2
    assert WORKFLOW.index("write") > WORKFLOW.index("  publish:")
