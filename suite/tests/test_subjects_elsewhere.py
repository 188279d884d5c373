"""A result that is nowhere, or belongs to somebody else, is a record with the reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from softmark.calling.targets import Target
from softmark.harness import check_target
from softmark.records import Record

KERNELS = """
import numpy as np, torch

def meta(x, dim=-1): return torch.softmax(x, dim).to("meta")
def view(x, dim=-1): return x[...]
def of_numpy(x, dim=-1): return torch.softmax(x, dim).detach().numpy()
def sparse(x, dim=-1): return torch.softmax(x, dim).to_sparse()
def scalar(x, dim=-1): return 0.5
def several(x, dim=-1): return torch.softmax(x, dim), x
kept = []
def scribbles(x, dim=-1):
    for old in kept: old.zero_()
    kept[:] = [x.detach()]
    return torch.softmax(x, dim)
def in_place(x, dim=-1): return x.copy_(torch.softmax(x, dim))
def freed(x, dim=-1):
    y = torch.softmax(x, dim); y.untyped_storage().resize_(0); return y
"""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("meta", "it returned no array: a tensor on the device meta, which holds no numbers"),
        ("of_numpy", "it returned no array"),
        ("sparse", "it returned no array"),
        ("scalar", "it returned no array"),
        ("several", "it returned no array"),
    ],
)
def test_a_result_that_is_none_is_a_record_with_the_reason_and_the_rest_is_checked(
    tmp_path: Path, name: str, said: str
) -> None:
    records = checked(tmp_path, name)
    assert len(records) > 1
    assert all(record.verdict == "fail" and said in record.message for record in records)


def test_a_view_of_the_input_is_judged_as_any_result(tmp_path: Path) -> None:
    records = checked(tmp_path, "view")
    assert any(record.verdict == "fail" and record.value is not None for record in records)


def test_a_tensor_whose_memory_is_gone_is_a_record(tmp_path: Path) -> None:
    records = checked(tmp_path, "freed")
    assert {record.verdict for record in records} <= {"fail", "crash"}
    assert all(record.message for record in records)


def test_a_write_into_the_input_of_an_earlier_call_fails_and_misleads_no_other_check(
    tmp_path: Path,
) -> None:
    records = checked(tmp_path, "scribbles", "reproducibility", "ties", "simplex")
    failed = [record for record in records if record.verdict == "fail"]
    assert {record.check for record in failed} == {"reproducibility"}
    assert any("wrote into the input of an earlier call" in record.message for record in failed)


def test_a_write_into_its_own_input_is_the_other_fault(tmp_path: Path) -> None:
    records = checked(tmp_path, "in_place", "reproducibility", "arguments", "ties")
    failed = [record for record in records if record.verdict == "fail"]
    assert "arguments" in {record.check for record in failed}
    assert "ties" not in {record.check for record in failed}
    assert not any("earlier call" in record.message for record in failed)


def checked(folder: Path, name: str, *checks: str) -> list[Record]:
    (folder / "kernels.py").write_text(KERNELS)
    report = check_target(
        Target(str(folder / "kernels.py"), name),
        array="torch",
        format_names=["float32"],
        check_names=checks or ["ties"],
    )
    return list(report.records)
