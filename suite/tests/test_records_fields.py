"""A record whose name fits it, and that no check would have written: left out with its reason."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from softmark.cli import scripts
from softmark.records import Case, Header, Record, RecordsError, dump_line, read_results
from softmark.reproduction import NotReproducible, script
from softmark.reproduction.code import Code

RECORD: Final = Record(
    check="accuracy", operation="softmax", implementation="numpy.softmax", format="float32",
    device="cpu", case=Case("normal", (2, 3)), metric="error", value=0.5, unit="ulp", bound=3.0,
    bound_source="theorem", grade="A", verdict="pass",
)  # fmt: skip
HEADER: Final = Header("numpy", "r", "2026-01-01T00:00:00Z")


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


def read(path: Path, record: Record) -> list[str]:
    """Why a record is left out, whose name is that of its fields."""
    head = dump_line("header", HEADER.to_json())
    good = dump_line("record", RECORD.to_json())
    path.write_bytes(head + good + dump_line("record", record.to_json()) + good)
    found = read_results(path)
    assert len(found.records) == 3 - len(found.faults)
    return [fault.reason for fault in found.faults]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"seconds": 10**400}, "the field 'seconds' holds a number that is too large"),
        ({"seconds": 1e300}, "the field 'seconds': expected float <="),
        ({"seconds": "1"}, "the field 'seconds': expected float, got str"),
        ({"message": "m" * 10**5}, "the field 'message': expected str of length <="),
        ({"check": "c" * 2000}, "the field 'check': expected str of length <="),
        ({"witness": {"index": [0] * 50}}, "the field 'witness.index': expected array of length"),
        ({"witness": {"index": "0"}}, "the field 'witness.index': expected array, got str"),
        ({"witness": {"x": [1.5]}}, "the field 'witness.x[0]': expected str, got float"),
        ({"witness": {"paths": [{"axis": 10**9}]}}, "the field 'witness.paths[0].axis'"),
        ({"witness": {"first way": {"threads": [[]]}}}, "the field 'witness.first way.threads'"),
        ({"witness": {"other": 2**70}}, "the field 'other' holds a number that is too large"),
        ({"witness": {"other": deep(300)}}, "brackets nested too deeply"),
        ({"distribution": {"p50": [1]}}, "the field 'distribution.p50'"),
        ({"distribution": {"samples_ns": [[1]]}}, "the field 'distribution.samples_ns[0]'"),
        ({"distribution": {"copy_fraction": {}}}, "the field 'distribution.copy_fraction'"),
    ],
    ids=str,
)
def test_a_field_of_a_record_has_its_type_and_limits(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    (reason,) = read(tmp_path / "r.jsonl", replace(RECORD, **changes))
    assert words in reason


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"shape": (2**34, 2**34)}, "the field 'shape' holds more elements than an array can have"),
        ({"shape": (1,) * 50}, "the field 'shape': expected array of length <= 32"),
        ({"axis": 7}, "the field 'axis' names none of the 2 axes"),
        ({"parameters": {"check": "x"}}, "the field 'parameters.check' holds no object"),
        ({"parameters": {"check": {"threads": [[]]}}}, "the field 'parameters[...].threads'"),
        ({"parameters": {"check": {"lengths": [-1]}}}, "the field 'parameters[...].lengths[0]'"),
        ({"parameters": {"low": [[1]]}}, "the field 'parameters[...]': expected bool | int"),
    ],
    ids=str,
)
def test_a_case_is_a_recipe_that_can_be_followed(
    tmp_path: Path, changes: dict[str, Any], words: str
) -> None:
    (reason,) = read(tmp_path / "r.jsonl", replace(RECORD, case=replace(RECORD.case, **changes)))
    assert words in reason


@pytest.mark.parametrize(
    "changes",
    [
        {"witness": {"other": [1, {"a": "b"}], "labels": ["0x1p0"], "direction": "0x1p0"}},
        {"witness": {"labels": 3, "path": {"rank": 1, "axis": -1, "layout": "x", "alone": True}}},
        {"distribution": {"errors": [None, 0.5], "samples_ns": [None], "Dense": 0.25}},
        {"case": Case("none", ())},
        {"case": Case("normal", (0, 5), axis=-2, parameters={"check": {"other": [1]}, "gap": 3})},
    ],
    ids=str,
)
def test_what_a_check_may_write_is_read(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert read(tmp_path / "r.jsonl", replace(RECORD, **changes)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"environment": {"worker": {"versions": ["1"]}}},
        {"environment": {"machine": 3}},
        {"implementations": {"numpy.softmax": [1]}},
        {"known_failures": [{"id": 3}]},
        {"skipped": [[]]},
        {"started": "s" * 2000},
    ],
    ids=str,
)
def test_a_header_has_its_types_and_limits(tmp_path: Path, changes: dict[str, Any]) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(dump_line("header", HEADER.to_json() | changes))
    with pytest.raises(RecordsError, match="line 1: the header is broken, the field"):
        read_results(path)


@pytest.mark.parametrize("shape", [(2**34,), (2**12, 2**12), (0, 2**40), (2**30, 0, 4)])
def test_no_script_makes_a_case_that_is_larger_than_any_check_makes(shape: tuple[int, ...]) -> None:
    record = replace(RECORD, case=replace(RECORD.case, shape=shape))
    with pytest.raises(NotReproducible, match="elements, and a script is made for 4194304 at most"):
        script(record, Code(None, "mine", "softmax", copied=False))


def test_a_report_makes_no_more_cases_than_it_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    large = replace(RECORD, case=replace(RECORD.case, shape=(2**11, 2**11)))
    monkeypatch.setattr(scripts, "_script_of", lambda record, environment: "a script")
    made = scripts.Scripts()
    found = [bool(made(large, {})) for _ in range(6)]
    assert found == [True] * 4 + [False] * 2
    assert made(replace(large, witness={"x": ["0x1p0"]}), {})
