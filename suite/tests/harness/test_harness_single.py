"""One function is checked in memory, whether it is a user's or the catalog's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from softmark import catalog
from softmark.calling.targets import Target
from softmark.harness import HarnessError, Progress, check_target
from softmark.naming import UnknownName
from softmark.subjects import TargetError

KERNEL = """
import numpy as np

def mine(x, axis=-1):
    "The user's own."
    if x.shape[axis] == 4:
        raise ValueError("four")
    return np.full(x.shape, 1 / x.shape[axis], dtype=x.dtype)
"""


@pytest.fixture
def target(tmp_path: Path) -> Target:
    (tmp_path / "kernel.py").write_text(KERNEL)
    return Target(str(tmp_path / "kernel.py"), "mine")


def test_a_users_function_gives_records(
    target: Target, rows: Any, new_children: Callable[[], list[psutil.Process]]
) -> None:
    seen: list[Progress] = []
    report = check_target(target, format_names=["float32"], progress=seen.append)
    assert report.info.name == "numpy.softmax[kernel:mine]"
    assert report.info.description == "The user's own."
    assert [record.verdict for record in report.records].count("fail") == 1
    assert {record.format for record in report.records} == {"float32"}
    assert report.environment["worker"]["versions"]["numpy"]  # type: ignore[index, call-overload]
    assert [(p.done, p.total) for p in seen] == [(0, 1), (1, 1)]
    assert new_children() == []


def test_every_format_of_the_array_library_is_checked(target: Target, rows: Any) -> None:
    formats = {record.format for record in check_target(target).records}
    assert formats == {"float64", "float32", "float16"}


def test_an_entry_of_the_catalog_gives_records(rows: Any) -> None:
    entry = catalog.read().find("numpy.softmax")
    report = check_target(entry, format_names=["float64"])
    assert {record.implementation for record in report.records} == {"numpy.softmax"}
    assert {record.verdict for record in report.records} == {"pass"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"operation": "sotfmax"}, "unknown operation 'sotfmax'; did you mean softmax"),
        ({"profile": "quik"}, "unknown profile 'quik'"),
        ({"check_names": ["row"]}, "unknown check 'row'; did you mean rows?"),
        ({"format_names": ["float23"]}, "unknown format 'float23'"),
    ],
)
def test_wrong_names_are_wrong_use(
    target: Target, rows: Any, arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(UnknownName, match=said.replace("?", "[?]")):
        check_target(target, **arguments)


def test_a_target_that_cannot_be_imported_is_wrong_use(tmp_path: Path, rows: Any) -> None:
    with pytest.raises(TargetError, match="there is no file"):
        check_target(Target(str(tmp_path / "nothing.py"), "f"))


def fails(length: int) -> None:
    raise ZeroDivisionError


def test_a_fault_of_a_check_is_softmarks(
    target: Target, install: Any, rows: Any, new_children: Callable[[], list[psutil.Process]]
) -> None:
    install(rows=rows(before=fails))
    with pytest.raises(HarnessError, match="internal error in the check rows"):
        check_target(target)
    assert new_children() == []
