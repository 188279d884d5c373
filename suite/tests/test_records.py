from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from recorded import RESULTS

from softmark import records
from softmark.records import (
    Case,
    Header,
    Record,
    RecordsError,
    Verdict,
    find_results,
    read_results,
)

CASE = Case("normal", (4, 10), parameters={"scale": 5.0}, seed=3)
RECORD = Record(
    check="accuracy",
    operation="softmax",
    implementation="torch.softmax[compile]",
    format="float32",
    device="cpu",
    case=CASE,
    metric="error",
    value=0.75,
    unit="ulp",
    bound=12.5,
    bound_source="theorem",
    grade="A",
    verdict="pass",
)
HEADER = Header("torch", "run-1", "2026-11-23T00:00:00Z")


def write(path: Path, *lines: bytes) -> Path:
    path.write_bytes(b"".join(lines))
    return path


def line(record: Record = RECORD) -> bytes:
    return records.dump_line("record", record.to_json())


def header(**changes: Any) -> bytes:
    return records.dump_line("header", HEADER.to_json() | changes)


@given(st.floats() | st.none(), st.floats() | st.none(), st.floats() | st.none())
def test_a_record_survives_the_trip_through_json(
    value: float | None, bound: float | None, good: float | None
) -> None:
    record = replace(RECORD, value=value, bound=bound, good_bound=good)
    text = records.dump_line("record", record.to_json())

    again = Record.from_json(json.loads(text))

    assert repr(again) == repr(record)  # repr, since NaN is not equal to itself
    assert b"NaN" not in text
    assert b"Infinity" not in text


def test_a_line_of_the_first_files_has_no_good_bound() -> None:
    line = replace(RECORD, good_bound=6.0).to_json()
    del line["good_bound"], line["good_bound_hex"]

    assert Record.from_json(line).good_bound is None


@pytest.mark.parametrize(
    ("value", "bounds", "verdict", "share"),
    [
        (3.0, (6.0, 12.0), "pass", 0.5),
        (-9.0, (6.0, 12.0), "weak", 1.5),
        (24.0, (6.0, 12.0), "fail", 2.0),
        (1.0, (None, 4.0), "pass", 0.25),
        (1.0, (None, 0.0), "fail", None),
        (None, (6.0, 12.0), "fail", None),
    ],
)
def test_the_share_is_of_the_bound_that_decided_the_verdict(
    value: float | None, bounds: tuple[float | None, float], verdict: Verdict, share: float | None
) -> None:
    good, bound = bounds

    record = replace(RECORD, value=value, good_bound=good, bound=bound, verdict=verdict)

    assert record.share == share


def test_floats_that_matter_are_there_as_hex() -> None:
    line = replace(RECORD, value=math.inf).to_json()

    assert (line["value"], line["value_hex"]) == (None, "inf")
    assert (line["bound"], line["bound_hex"]) == (12.5, (12.5).hex())


def test_the_id_names_what_was_measured_and_nothing_of_what_came_out() -> None:
    other_outcome = replace(RECORD, value=3.0, verdict="fail", seconds=9.0)
    other_case = replace(RECORD, case=Case("normal", (4, 10), seed=4))

    assert RECORD.id.startswith("torch.softmax[compile]/accuracy/float32/")
    assert other_outcome.id == RECORD.id
    assert other_case.id != RECORD.id


def test_an_infinite_beta_survives() -> None:
    case = Case("normal", (2, 2), beta=math.inf)

    assert Case.from_json(json.loads(json.dumps(case.to_json()))) == case


def test_a_file_is_read_back(tmp_path: Path) -> None:
    done, end = records.dump_line("done", {"task": "t"}), records.dump_line("end", {})
    path = write(tmp_path / "r.jsonl", header(), line(), done, end)

    found = read_results(path)

    assert (found.header, found.records) == (HEADER, [RECORD])
    assert (found.done, found.finished, found.faults) == (frozenset({"t"}), True, [])


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (line()[:40] + b"\n", "broken JSON"),
        (b'{"kind": "record"}\n', "the field 'check' is missing"),
        (b"[1, 2]\n", "not a JSON object"),
        (b'{"kind": "record", "value": NaN}\n', "NaN is not JSON"),
        (b"\xff\xfe\n", "not UTF-8"),
        (line().replace(b'"verdict": "pass"', b'"verdict": "great"'), "unknown verdict 'great'"),
        (b"[" * 100_000 + b"\n", "nested too deeply"),
    ],
    ids=["torn", "field", "list", "nan", "bytes", "verdict", "deep"],
)
def test_a_broken_line_is_named_and_the_rest_is_read(
    tmp_path: Path, broken: bytes, reason: str
) -> None:
    path = write(tmp_path / "r.jsonl", header(), line(), broken, line())

    found = read_results(path)

    assert found.records == [RECORD, RECORD]
    assert [(f.path, f.line) for f in found.faults] == [(path, 3)]
    assert reason in str(found.faults[0])


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04", "no softmark header"),
        (line(), "no softmark header"),
        (header(schema=99), r"schema 99 is newer than this softmark reads \(1\); upgrade softmark"),
        (b'{"kind": "header", "schema": 1}\n', "the header lacks 'framework'"),
    ],
    ids=["empty", "binary", "headless", "newer", "bare"],
)
def test_a_file_without_a_good_header_is_refused(tmp_path: Path, first: bytes, reason: str) -> None:
    path = write(tmp_path / "r.jsonl", first)

    with pytest.raises(RecordsError, match=reason) as refused:
        read_results(path)
    assert str(path) in str(refused.value)


def test_an_older_schema_is_brought_up_to_date_step_by_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As schema 3 would read files of schema 1, by way of 2."""
    monkeypatch.setattr(records, "SCHEMA", 3)
    one_to_two = {"metrik": "metric"}
    path = write(tmp_path / "r.jsonl", header(), line().replace(b'"metric"', b'"metrik"'))

    def renamed(found: dict[str, Any]) -> dict[str, Any]:
        return {one_to_two.get(key, key): value for key, value in found.items()}

    def in_thousandths(found: dict[str, Any]) -> dict[str, Any]:
        return found | ({"unit": "mulp"} if found["kind"] == "record" else {})

    monkeypatch.setattr(records, "UPGRADES", {1: renamed, 2: in_thousandths})
    found = read_results(path)

    assert [(r.metric, r.unit) for r in found.records] == [("error", "mulp")]
    assert found.header.schema == 3


def test_results_are_found_at_any_depth_and_their_absence_is_said(tmp_path: Path) -> None:
    deep = tmp_path / "machine" / "torch-2"
    deep.mkdir(parents=True)
    path = write(deep / "r.jsonl", header())

    assert find_results([tmp_path]) == find_results([path]) == [path]
    with pytest.raises(RecordsError, match="no such file or folder"):
        find_results([tmp_path / "nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(RecordsError, match="make some with: softmark run"):
        find_results([tmp_path / "empty"])


def test_a_number_that_json_lacks_is_never_written() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        records.dump_line("record", {"value": math.nan})


@pytest.mark.parametrize("beta", [0.0, 2.0**200, 1.7976931348623157e308])
def test_every_inverse_temperature_that_a_check_uses_can_be_read(
    tmp_path: Path, beta: float
) -> None:
    record = replace(RECORD, case=replace(CASE, beta=beta))
    path = write(tmp_path / "r.jsonl", records.dump_line("header", HEADER.to_json()), line(record))
    held = read_results(path)
    assert held.faults == []
    assert held.records == [record]


def test_the_recorded_results_are_read_to_the_last_line() -> None:
    files = find_results([RESULTS])
    assert files
    for path in files:
        assert read_results(path).faults == []
