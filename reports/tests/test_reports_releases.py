"""Results of several releases of a library: how they are kept, and what each release changed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports
from softmark.records import ResultsFile
from softmark_reports.data.collection import collect
from softmark_reports.data.release_steps import (
    BETTER,
    BROUGHT,
    FIXED,
    WORSE,
    ReleaseStep,
    changed_outputs,
    lasting_faults,
    release_steps,
)
from softmark_reports.data.releases import (
    FOLDER,
    Release,
    ReleaseCell,
    StepCause,
    releases,
    step_causes,
)
from softmark_reports.exports.releases import packed, release

KEPT = Path(__file__).parents[2] / "results"
LIBRARIES = {"jax", "keras", "numpy", "onnxruntime", "scipy", "tensorflow"}
Open = Any


def cell(fails: Sequence[str] = (), *, metric: str = "error", weak: int = 0) -> ReleaseCell:
    return ReleaseCell(
        implementation="numpy.softmax",
        check="ties",
        format="float16",
        metric=metric,
        cases=9,
        weak=weak,
        worst=700.0 if fails else 1.5,
        unit="ulp",
        case="ties, 64 × 10",
        id="0123456789",
        outputs="same",
        fails=tuple(fails),
        says="got inf, expected 13.86" if fails else "",
    )


def made(version: str, *cells: ReleaseCell) -> Release:
    return Release("numpy", version, (f"numpy=={version}",), "a machine", "2026-12-01", "", cells)


def told(steps: Sequence[ReleaseStep]) -> list[tuple[str, str, str, int]]:
    return [(step.before, step.release, step.kind, step.cases) for step in steps]


@pytest.fixture(scope="module")
def file(results: list[Path]) -> ResultsFile:
    found = collect(results).latest
    return next(file for file in found if file.header.framework == "numpy")


def test_what_is_kept_of_a_release_is_small_and_reads_as_it_was(
    file: ResultsFile, tmp_path: Path
) -> None:
    kept = release(file, ["numpy==2.4.6"])
    assert kept.failures == sum(record.verdict == "fail" for record in file.records) > 0
    assert kept.cases <= len(file.records)
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "numpy-2.4.6.json.gz").write_bytes(packed(kept))
    ((read,), faults) = releases([tmp_path])
    assert faults == []
    assert packed(read) == packed(kept), "two NaNs are not equal, but their texts are"
    assert len(packed(kept)) < 100_000


def test_a_digest_differs_where_any_output_does(file: ResultsFile) -> None:
    old = release(file, [])
    records = list(file.records)
    at = next(i for i, one in enumerate(records) if "digest" in one.distribution)
    other = {**records[at].distribution, "digest": "another"}
    records[at] = replace(records[at], distribution=other)
    new = release(replace(file, records=records), [])
    assert changed_outputs(old, old)[0] == 0
    assert changed_outputs(old, new) == (1, len(old.cells))


def test_a_fault_that_a_release_brought_and_one_that_it_fixed_are_steps() -> None:
    found = [
        made("1.10.0", cell(["b", "c"])), made("1.9.0", cell(["a", "c"])), made("2.0.0", cell()),
    ]  # fmt: skip
    assert told(release_steps(found)) == [
        ("1.10.0", "2.0.0", FIXED, 2),
        ("1.9.0", "1.10.0", BROUGHT, 1),
        ("1.9.0", "1.10.0", FIXED, 1),
    ]


def test_what_is_weak_is_a_step_where_nothing_fails() -> None:
    found = [made("1.0", cell()), made("1.1", cell(weak=3)), made("1.2", cell())]
    kinds = [(BETTER, 3), (WORSE, 3)]
    assert [(step.kind, step.cases) for step in release_steps(found)] == kinds


def test_a_call_that_no_longer_raises_is_fixed_though_its_metric_is_gone() -> None:
    old, new = made("1.0", cell(["a"], metric="call")), made("1.1", cell())
    assert told(release_steps([old, new])) == [("1.0", "1.1", FIXED, 1)]
    other = made("1.1", replace(cell(), check="limit"))
    assert release_steps([old, other]) == [], "the check was not measured in both"


def test_a_fault_is_as_old_as_the_releases_in_a_row_that_have_it() -> None:
    course = [
        made("1.0", cell(["a", "b"])), made("1.1", cell(["b"])), made("1.2", cell(["a", "b"])),
    ]  # fmt: skip
    found = [(one.since, one.before, one.cases) for one in lasting_faults(course)]
    assert found == [("1.0", "", 1), ("1.2", "1.1", 1)]


def test_a_cause_is_found_by_library_release_function_and_kind() -> None:
    steps = [made("1.0", cell()), made("1.1", cell(["a"]))]
    why = StepCause("numpy", "1.1", "numpy.soft*", BROUGHT, "The sum is in 16 bits.", ())
    for cause in (why, replace(why, kind="*")):
        assert release_steps(steps, [cause])[0].cause == cause
    for other in ({"release": "1.2"}, {"implementation": "numpy.log*"}, {"kind": FIXED}):
        assert release_steps(steps, [replace(why, **other)])[0].cause is None


@pytest.mark.parametrize(
    "damage", [b"", b"{}", b"[]", b'{"schema": 2}', b'{"schema": 1, "cells": 3}']
)
def test_a_damaged_file_is_named_and_the_rest_is_read(damage: bytes, tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "numpy-1.0.json.gz").write_bytes(packed(made("1.0", cell())))
    (folder / "numpy-1.1.json").write_bytes(damage)
    (folder / "numpy-1.2.json.gz").write_bytes(packed(made("1.2", cell()))[:-20])
    (folder / "explained.json").write_bytes(b'{"why": 1}')
    found, faults = releases([tmp_path])
    assert [one.release for one in found] == ["1.0"]
    assert [fault.path.name for fault in faults] == ["numpy-1.1.json", "numpy-1.2.json.gz"]
    assert len(step_causes([tmp_path])[1]) == 1
    assert damage != b'{"schema": 2}' or "schema 2, and only 1 is known" in str(faults[0])


def test_the_kept_releases_are_many_and_each_step_has_its_cause() -> None:
    found, faults = releases([KEPT])
    causes, unread = step_causes([KEPT])
    assert faults + unread == []
    count = {name: sum(one.library == name for one in found) for name in LIBRARIES}
    assert min(count.values()) >= 5, count
    steps = release_steps(found, causes)
    assert len({(step.library, step.release) for step in steps}) >= 5
    unexplained = [step for step in steps if step.cause is None]
    assert unexplained == [], "add its cause to results/versions/explained.json"
    used = {step.cause for step in steps}
    assert [cause for cause in causes if cause not in used] == [], "it explains no step"
    size = sum(path.stat().st_size for path in (KEPT / FOLDER).iterdir())
    assert size < 15 * 2**20


def test_the_documentation_has_each_step_with_its_cause_and_sources() -> None:
    text = (KEPT.parent / "docs/versions.md").read_text()
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    steps = release_steps(releases([KEPT])[0], step_causes([KEPT])[0])
    assert len(rows) == len(steps)
    for row, step in zip(rows, steps, strict=True):
        assert step.cause is not None
        told = [f"`{step.implementation}`", step.kind, step.release, step.before, step.cause.why]
        assert [part for part in (*told, *step.cause.links) if part not in row] == []


@pytest.fixture(scope="module")
def history(
    synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[ReleaseStep]]:
    """The page of made-up results beside the releases that are kept."""
    folder: Path = tmp_path_factory.mktemp("releases")
    synthetic.write_results(folder, frameworks=["numpy"])
    (folder / FOLDER).symlink_to(KEPT / FOLDER)
    out = tmp_path_factory.mktemp("history")
    softmark_reports.render([folder], out)
    found, causes = releases([KEPT])[0], step_causes([KEPT])[0]
    return out / "history.html", release_steps(found, causes)


@pytest.mark.browser
def test_the_page_shows_real_versions_and_each_step_with_its_cause(
    history: tuple[Path, list[ReleaseStep]], visit: Open
) -> None:
    path, steps = history
    page = visit(path.name, root=path.parent)
    rows = page.locator("#release-steps tbody tr")
    assert rows.count() == len(steps)
    for step, row in zip(steps, rows.all_inner_texts(), strict=True):
        assert step.cause is not None
        told = (step.implementation, step.kind, step.release, step.before, step.cause.why)
        assert [part for part in told if part not in row] == []
    lasting = page.locator("#faults-since tbody tr")
    assert lasting.filter(has_text="or earlier").count() > 0
    assert page.locator("#releases tbody tr").count() == len(releases([KEPT])[0])
    sources = page.locator("section:has(#release-steps) ul a")
    assert sources.first.get_attribute("href").startswith("https://")
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280


def test_other_tools_get_the_same_steps(
    history: tuple[Path, list[ReleaseStep]], synthetic: ModuleType, tmp_path: Path
) -> None:
    synthetic.write_results(tmp_path, frameworks=["numpy"])
    (tmp_path / FOLDER).symlink_to(KEPT / FOLDER)
    document = json.loads(softmark_reports.export([tmp_path], "json").files[""])
    rows = document["tables"]["release-steps"]["rows"]
    assert [(row["function"], row["in release"]) for row in rows] == [
        (step.implementation, step.release) for step in history[1]
    ]
