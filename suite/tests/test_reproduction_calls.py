"""A script calls the function as the check did: with the same parameters, bound or given."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from reproduced import in_a_row, ran

from softmark.records import Case, Record
from softmark.reproduction import script
from softmark.reproduction.code import Code
from softmark.subjects.convention import Convention

JITTED = """
import jax


@jax.jit
def function(x, axis=-1):
    return jax.nn.softmax(x, axis)


class Layer:
    def __init__(self):
        self.softmax = function

    @jax.jit
    def __call__(self, x, axis=-1):
        return jax.nn.softmax(x, axis)


jax.tree_util.register_static(Layer)
layer = Layer()
"""
WARM = """
import numpy as np


def softmax(x, dim_, temperature=1.0):
    e = np.exp(x / temperature)
    return e / e.sum(dim_, keepdims=True)
"""
TURNED = """
import numpy as np


def loss(target, logits):
    picked = np.take_along_axis(logits, target[..., None], -1)[..., 0]
    return np.log(np.exp(logits).sum(-1)) - picked
"""


def record(framework: str, operation: str = "softmax", **case: float) -> Record:
    witness = {"index": [0, 0], "x": [(0.0).hex(), (0.0).hex()], "expected": "0x1p-1"}
    return Record(
        check="accuracy",
        operation=operation,
        implementation=f"{framework}.{operation}[own]",
        format="float32",
        device="cpu",
        case=Case("normal", (3, 2), int(case.get("axis", -1)), case.get("beta", 1.0)),
        metric="error",
        value=3.0,
        unit="ulp",
        bound=1.0,
        bound_source="a book",
        grade="F",
        verdict="fail",
        witness=witness,
    )


@pytest.mark.parametrize("name", ["function", "layer"])
def test_a_script_binds_what_a_jitted_function_would_trace(tmp_path: Path, name: str) -> None:
    pytest.importorskip("jax", reason="jax is not installed")
    path = tmp_path / "kernel.py"
    path.write_text(JITTED)
    call = Convention("axis", False, bound=("axis",))
    code = Code(path, "kernel", name, copied=False, call=call)
    texts = [script(record("jax", axis=axis), code) for axis in (0, -1)]
    assert all("axis=" in text for text in texts)
    assert ran(in_a_row(texts)).split()[1::3] == ["0.5", "0.5", "0.5", "0.5"]


def test_a_script_gives_mapped_parameters(tmp_path: Path) -> None:
    path = tmp_path / "kernel.py"
    path.write_text(WARM)
    call = Convention("dim_", True, "1/temperature")
    text = script(record("numpy", beta=4.0), Code(path, "kernel", "softmax", False, call=call))
    assert "function(x, dim_=-1, temperature=0.25)" in text
    assert ran(text).startswith("got      0.5")


def test_a_script_gives_the_labels_where_they_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "kernel.py"
    path.write_text(TURNED)
    code = Code(path, "kernel", "loss", False, call=Convention("", False, labels_first=True))
    measured = record("numpy", "cross_entropy")
    measured.witness["labels"] = 1  # type: ignore[index]
    measured.witness["index"] = [0]  # type: ignore[index]
    text = script(measured, code)
    assert "function(labels, x)" in text
    assert ran(text).startswith("got      0.693147")


def test_a_call_of_other_names_than_parameters_makes_no_script() -> None:
    for told in ({"axis": "a, b"}, {"beta": "1/__import__('os')"}, {"bound": ["a'"]}):
        with pytest.raises(ValueError, match=r"its call names .*, which is no parameter"):
            Convention.from_json({"axis": "axis", "takes_beta": True, **told})
    own = Convention("axis", True, "1/tau", placed=("axis",), bound=("tau",))
    assert Convention.from_json(own.to_json()) == own


def test_a_check_of_the_shell_is_reproduced_with_its_map(shell, tmp_path: Path) -> None:
    (tmp_path / "kernel.py").write_text(WARM)
    options = ("--check", "stability", "--format", "float32", "--first")
    done = shell(
        *("check", "kernel.py:softmax", "--map", "axis=dim_", "--map", "beta=1/temperature"),
        *(*options, "--json", "out.json"),
    )
    assert done.returncode == 1, done.stderr
    found = next(line for line in done.stdout.splitlines() if "softmark repro" in line)
    repro = shell("repro", found.split("'")[1])
    assert repro.returncode == 0, repro.stderr
    assert "temperature=" in repro.stdout
    (tmp_path / "again.py").write_text(repro.stdout)
    again = subprocess.run([sys.executable, "again.py"], cwd=tmp_path, capture_output=True)
    assert again.returncode == 1, again.stderr  # as long as it reproduces
    assert b"got" in again.stdout
