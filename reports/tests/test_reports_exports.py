"""The same tables in other formats, each read back by the standard reader of its format."""

from __future__ import annotations

import csv
import io
import json
import math
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import softmark_reports
from softmark.records import Case, Json

HOSTILE = "<img src=x> @everyone |a`b` [x](http://e)\n\x00 ]]> &"


@pytest.fixture(scope="module")
def exported(results: list[Path]) -> dict[str, Any]:
    return {kind: softmark_reports.export(results, kind) for kind in softmark_reports.FORMATS}


@pytest.fixture(scope="module")
def hostile(synthetic: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder: Path = tmp_path_factory.mktemp("hostile")
    record = synthetic.record(
        HOSTILE, HOSTILE, HOSTILE, Case(HOSTILE, (2, 3)), metric=HOSTILE, message=HOSTILE,
        verdict="fail", grade="F", value=math.nan,
    )  # fmt: skip
    synthetic.write_file(folder / "a.jsonl", synthetic.header("numpy", "r", "1", HOSTILE), [record])
    return [folder]


def test_each_counts_the_records(exported: dict[str, Any], results: list[Path]) -> None:
    lines = sum(path.read_bytes().count(b'"kind": "record"') for path in results)
    assert {found.records for found in exported.values()} == {lines}


def test_the_summary_fits_a_comment_and_says_who_fails_what(exported: dict[str, Any]) -> None:
    text = exported["markdown"].files[""]
    assert len(text) < 20_000
    assert "| framework | in any check |" in text
    assert "in any check" in text
    assert "1 of 5" in text
    assert "numpy.softmax\\[naive\\]" in text
    tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
    for table in tables:
        bars = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(bars) == 1


def test_the_tables_are_the_same_as_csv_and_as_json(exported: dict[str, Any]) -> None:
    document = json.loads(exported["json"].files[""])
    files = exported["csv"].files
    assert set(files) == {f"{name}.csv" for name in document["tables"]}
    for name in ("frameworks", "found", "matrix-1", "memory", "pairs-1-softmax"):
        rows = list(csv.DictReader(io.StringIO(files[f"{name}.csv"])))
        objects = document["tables"][name]["rows"]
        assert len(rows) == len(objects) > 0
        assert list(rows[0]) == list(objects[0])
    found = {row["implementation"] for row in document["tables"]["found"]["rows"]}
    assert found == {"numpy.softmax[naive]", "torch.softargmax", "tensorflow.softmax"}


def test_numbers_stay_numbers(exported: dict[str, Any]) -> None:
    tables = json.loads(exported["json"].files[""])["tables"]
    assert all(isinstance(row["extra, of input"], float) for row in tables["memory"]["rows"])
    assert all(
        isinstance(row["ulp"], float) for row in tables["frontier-softmax-float32-1"]["rows"]
    )


def test_junit_has_a_case_for_each_check_and_format(exported: dict[str, Any]) -> None:
    root = ET.fromstring(exported["junit"].files[""])
    suites = {suite.get("name"): suite for suite in root.iter("testsuite")}
    assert len(suites) == 19
    naive = suites["numpy.softmax[naive]"]
    failures = {case.get("name") for case in naive if case.find("failure") is not None}
    assert {"stability[float32]", "stability[bfloat16]"} <= failures
    counts = [int(suite.get("failures", "")) for suite in suites.values()]
    assert sum(counts) == len(list(root.iter("failure"))) > 4
    assert "softmark repro 'numpy.softmax[naive]/" in (next(naive.iter("failure")).text or "")


def test_a_known_failure_is_skipped_with_its_reason(synthetic: ModuleType, tmp_path: Path) -> None:
    record = synthetic.record(
        "numpy.softmax", "ties", "float32", Case("a", (2,)), verdict="fail", grade="F"
    )
    known: list[Json] = [{"id": "numpy.softmax/*", "reason": "The sum overflows.", "link": ""}]
    head = replace(synthetic.header("numpy", "r", "1", "m"), known_failures=known)
    synthetic.write_file(tmp_path / "a.jsonl", head, [record])
    root = ET.fromstring(softmark_reports.export([tmp_path], "junit").files[""])
    assert not list(root.iter("failure"))
    (skipped,) = root.iter("skipped")
    assert skipped.get("message") == "known: The sum overflows."
    badge = softmark_reports.export([tmp_path], "badge").files[""]
    assert "0 of 1 pass, the rest known" in badge


def test_the_badge_counts_what_passes(exported: dict[str, Any]) -> None:
    root = ET.fromstring(exported["badge"].files[""])
    assert root.get("aria-label") == "softmark: 16 of 19 pass"


def test_the_site_carries_its_badge(site: Path) -> None:
    assert "16 of 19 pass" in (site / "badge.svg").read_text()


@pytest.mark.parametrize("kind", softmark_reports.FORMATS)
def test_hostile_names_are_data_in_every_format(hostile: list[Path], kind: str) -> None:
    files = softmark_reports.export(hostile, kind).files
    for text in files.values():
        assert "\x00" not in text
        if kind == "markdown":
            assert not re.search(r"(?<!\\)<img|(?<!\\)\[x\]\(|@everyone", text)
        if kind in ("junit", "badge"):
            assert not [e for e in ET.fromstring(text).iter() if e.tag.endswith("img")]
        if kind == "json":
            assert (
                HOSTILE.split("\x00")[0] in json.loads(text)["tables"]["found"]["rows"][0]["check"]
            )


def test_an_unknown_format_is_an_error(results: list[Path]) -> None:
    with pytest.raises(KeyError):
        softmark_reports.export(results, "pdf")


def test_junit_tells_two_machines_apart(synthetic: ModuleType, tmp_path: Path) -> None:
    for machine in ("one", "two"):
        synthetic.write_results(tmp_path, machine=machine, frameworks=["keras"])
    root = ET.fromstring(softmark_reports.export([tmp_path], "junit").files[""])
    names = {str(suite.get("name")) for suite in root.iter("testsuite")}
    assert {name.partition(" on ")[2] for name in names} == {"one, cpu", "two, cpu"}
