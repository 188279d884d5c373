"""A script gives the arrays as the check did to a function that takes less than the case has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from reproduced import in_a_row, ran

import softmark
from softmark.contracts import Contract
from softmark.records import Case, Record
from softmark.reproduction import NotReproducible, script
from softmark.reproduction.code import Code
from softmark.reproduction.presentation import presentation
from softmark.statements import restated
from softmark.subjects.convention import Convention
from softmark.workers.presenting import presented

NUMPY = """
import numpy as np


def softmax(x):
    if x.ndim != 1:
        raise ValueError("a vector, please")
    e = np.exp(x - x.max())
    return e / e.sum() * x.dtype.type(1.001)


def logsumexp(x):
    if x.ndim != 1:
        raise ValueError("a vector, please")
    return np.log(np.exp(x - x.max()).sum()) + x.max() * x.dtype.type(1.5)
"""
TORCH = """
import torch


def softmax(x):
    if x.ndim != 1:
        raise ValueError("a vector, please")
    return torch.softmax(x, 0) * 1.001


def loss(x, labels):
    if x.ndim != 1:
        raise ValueError("a vector, please")
    return torch.nn.functional.cross_entropy(x * 1.001, labels)


class Planes(torch.nn.Softmax2d):
    def forward(self, x):
        return super().forward(x) * 1.001


class Channels(torch.nn.Softmax):
    def forward(self, x):
        return super().forward(x) * 1.001


planes = Planes()
channels = Channels(dim=1)
"""


def checked(folder: Path, source: str, name: str, check: str, **how: Any) -> softmark.Report:
    path = folder / "kernel.py"
    path.write_text(source)
    return softmark.check(f"{path}:{name}", formats=["float32"], checks=[check], first=True, **how)


def numbers(out: str) -> list[float]:
    return [float(line.split()[1]) for line in out.splitlines() if line.startswith("got ")]


@pytest.mark.parametrize(
    ("source", "name", "operation", "checks"),
    [
        (NUMPY, "softmax", "softmax", ("accuracy",)),
        (NUMPY, "logsumexp", "logsumexp", ("accuracy",)),
        (TORCH, "softmax", "softmax", ("gradient",)),
        (TORCH, "loss", "cross_entropy", ("gradient",)),
        (TORCH, "planes", "softmax", ("gradient",)),
        (TORCH, "channels", "softmax", ("accuracy",)),
    ],
)
def test_a_script_shows_the_recorded_number(
    source: str, name: str, operation: str, checks: tuple[str, ...], tmp_path: Path
) -> None:
    texts, recorded = [], []
    for check in checks:
        report = checked(tmp_path, source, name, check, operation=operation)
        record = next(r for r in report.failures if "got" in r.witness)
        texts += [report.script(record, whole=whole) for whole in (False, True)]
        recorded += 2 * [float.fromhex(str(record.witness["got"]))]

    assert numbers(ran(in_a_row(texts), tmp_path)) == recorded


def record(shape: tuple[int, ...], index: list[int] | None, **witness: Any) -> Record:
    told = {"expected": "0x1p-1"} | ({} if index is None else {"index": index})
    return Record(
        check="accuracy",
        operation="softmax",
        implementation="numpy.softmax[own]",
        format="float32",
        device="cpu",
        case=Case("normal", shape, -1, 1.0),
        metric="error",
        value=3.0,
        unit="ulp",
        bound=1.0,
        bound_source="a book",
        grade="F",
        verdict="fail",
        witness=told | witness,
    )


def code(folder: Path, *takes: str) -> Code:
    (folder / "kernel.py").write_text(NUMPY)
    call = Convention("", False)
    return Code(
        folder / "kernel.py", "kernel", "softmax", False, call=call, contract=restated(takes)
    )


def test_without_an_element_all_rows_are_given_one_by_one(tmp_path: Path) -> None:
    text = script(record((3, 4), None), code(tmp_path, "ranks=1: stated"))

    assert "for row in range(3):" in text
    assert ran(text, tmp_path).count("got") == 3


def test_a_row_alone_is_not_given_to_what_takes_more_rows(tmp_path: Path) -> None:
    found = record((8, 2), [3, 0], x=[(0.0).hex(), (1.0).hex()])

    assert "reshape((1, 2))" in script(found, code(tmp_path))
    assert "reshape((8, 2))" in script(found, code(tmp_path, "rows>=8: stated"))


@pytest.mark.parametrize(
    ("takes", "words"),
    [
        ("ranks=3,axis=last", "takes no such input .ranks=3"),
        ("ranks=99,axis=-99", "no script is known for arrays of 99 dimensions"),
    ],
)
def test_what_the_function_takes_not_at_all_has_no_script(
    takes: str, words: str, tmp_path: Path
) -> None:
    shape = (2, 2, 2, 2) if "last" in takes else (2, 2)
    with pytest.raises(NotReproducible, match=words):
        script(record(shape, None), code(tmp_path, *(f"{t}: stated" for t in takes.split(","))))


def test_no_script_compares_two_results_of_rows_that_are_not_taken(tmp_path: Path) -> None:
    ways = {"first way": {"words": "once"}, "second way": {"words": "again"}}
    with pytest.raises(NotReproducible, match="compares two results of a function that takes no"):
        script(record((2, 2), [0, 0], **ways), code(tmp_path, "ranks=1: stated"))


@pytest.mark.parametrize("axis", [0, 1, -1])
@pytest.mark.parametrize(
    "contract",
    [
        Contract(ranks=(1,)),
        Contract(ranks=(3, 4)),
        Contract(ranks=(4,), axes="-3"),
        Contract(axes="1"),
    ],
)
@pytest.mark.parametrize("reduces", [False, True])
def test_arrays_and_elements_are_arranged_as_the_check_does(
    contract: Contract, axis: int, reduces: bool
) -> None:
    values = np.arange(15.0).reshape(3, 5)
    result = values.max(axis) if reduces else values
    index = [2] if reduces else [2, 1]
    if contract.axes != "any" and axis == 0:
        with pytest.raises(NotReproducible):
            presentation(contract, values.shape, axis, "softmax", index)
        return
    shown = presentation(contract, values.shape, axis, "softmax", index)
    seen = presented(contract, values.shape, axis)
    if shown is None:
        assert seen.is_same
        return
    names: dict[str, Any] = {"np": np, "values": values, "result": result}
    lines = [f"given = {shown.array('values', has_axis=True)}"]
    lines += [f"came = {shown.array('result', has_axis=not reduces)}"]
    exec("\n".join(lines), names)
    given, came = names["given"], names["came"]
    whole = seen.array(values)

    assert np.array_equal(given, whole[shown.row] if seen.by_row else whole)
    assert came[tuple(shown.index(index))] == result[tuple(index)]


def test_a_check_of_the_shell_is_reproduced_with_its_contract(shell: Any, tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(NUMPY)
    few = ("--check", "accuracy", "--format", "float32", "--first", "--json", "out.json")
    done = shell("check", "kernel.py:softmax", *few)
    assert done.returncode == 1, done.stderr
    named = next(line for line in done.stdout.splitlines() if "softmark repro" in line)
    repro = shell("repro", named.split("'")[1])

    assert repro.returncode == 0, repro.stderr
    assert "values[0]" in repro.stdout
    assert numbers(ran(repro.stdout, tmp_path))
