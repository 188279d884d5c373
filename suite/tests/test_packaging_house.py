"""The rules of the house: what is packaged, pinned, layered and run by nox."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import softmark
from softmark import catalog
from softmark.catalog import own_sources
from softmark.declarations import script_metadata

ROOT = Path(__file__).parents[2]
PACKAGES = (
    "suite/softmark",
    "implementations/softmark_implementations",
    "reports/softmark_reports",
)


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def pins() -> dict[str, Version]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    return {canonicalize_name(name): Version(version) for name, version in pairs}


def requirements(project: dict[str, Any]) -> list[Requirement]:
    extras = project["project"]["optional-dependencies"].values()
    texts = [*project["project"]["dependencies"], *(text for extra in extras for text in extra)]
    groups = project["dependency-groups"].values()
    return [Requirement(text) for text in (*texts, *(text for group in groups for text in group))]


def test_every_requirement_is_pinned_to_a_version_that_it_allows(project) -> None:
    pinned = pins()
    for needed in requirements(project):
        name = canonicalize_name(needed.name)
        if name != "softmark":
            assert name in pinned, f"{name} is not in constraints.txt"
            assert pinned[name] in needed.specifier, needed


def test_every_framework_can_be_installed_with_the_pins() -> None:
    for source in own_sources():
        text = source.path.read_text()
        for needed in map(Requirement, script_metadata(text)["dependencies"]):
            assert pins()[canonicalize_name(needed.name)] in needed.specifier, source.path.name


def test_an_extra_installs_what_the_framework_says_it_needs(project) -> None:
    extras = project["project"]["optional-dependencies"]
    always = project["project"]["dependencies"]
    for framework in ("torch", "tensorflow", "jax"):
        installed = {canonicalize_name(Requirement(t).name) for t in extras[framework] + always}
        (source,) = [source for source in own_sources() if source.framework == framework]
        needed = script_metadata(source.path.read_text())["dependencies"]
        assert {canonicalize_name(Requirement(text).name) for text in needed} <= installed


def test_what_needs_nothing_more_is_measured_after_a_plain_install(project) -> None:
    plain = {canonicalize_name(Requirement(t).name) for t in project["project"]["dependencies"]}
    for entry in catalog.implementations():
        if entry.framework in ("python", "numpy", "scipy"):
            needed = {canonicalize_name(Requirement(text).name) for text in entry.requirements}
            assert needed <= plain


def test_nox_has_a_session_for_each_framework_that_list_names() -> None:
    listed = subprocess.run(
        [sys.executable, "-m", "nox", "-l", "-f", str(ROOT / "noxfile.py")],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert listed.returncode == 0, listed.stderr
    for source in own_sources():
        assert f"measure({source.framework})" in listed.stdout
    others = ("tutorial", "teeth", "gates", "verify-oracle", "bench-oracle")
    for session in ("tests", "lint", "docs", "report", *others):
        assert f" {session} " in listed.stdout


def test_each_package_is_marked_as_typed() -> None:
    for package in PACKAGES:
        assert (ROOT / package / "py.typed").is_file()


def test_the_version_stands_in_one_place(project) -> None:
    assert project["project"]["dynamic"] == ["version"]
    assert Version(softmark.__version__) > Version("0")


def planted(tmp_path: Path, file: str, line: str) -> str:
    """What import-linter says of a copy of the packages with one more import."""
    for package in PACKAGES:
        ignore = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / file).open("a") as stream:
        stream.write(f"\n{line}\n")
    roots = [str(tmp_path / Path(package).parent) for package in PACKAGES]
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(roots)},
        capture_output=True,
        text=True,
    )
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("file", "line", "rule"),
    [
        ("suite/softmark/records.py", "import softmark.harness", "in one direction"),
        ("suite/softmark/checks/ties.py", "import torch", "by their own file only"),
        ("suite/softmark/subjects/wire.py", "import psutil", "A worker needs"),
        (
            "implementations/softmark_implementations/with_numpy.py",
            "import softmark.catalog",
            "know only the formats",
        ),
        (
            "reports/softmark_reports/data/tables.py",
            "import softmark.oracle",
            "Reports know only the records",
        ),
        (
            "reports/softmark_reports/data/tables.py",
            "import softmark_reports.pages.page",
            "The rooms of the report",
        ),
        (
            "reports/softmark_reports/pages/speed/page.py",
            "import softmark_reports.pages.edges.page",
            "A page knows no other page",
        ),
    ],
)
def test_a_rule_of_the_house_breaks_when_it_is_broken(
    tmp_path: Path, file: str, line: str, rule: str
) -> None:
    said = planted(tmp_path, file, line)
    broken = [row for row in said.splitlines() if " BROKEN" in row]
    assert any(rule in row for row in broken), said
