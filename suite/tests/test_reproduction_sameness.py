"""Scripts that show two results of one input beside each other, with the framework alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import reproduced
from reproduced import GUARD

from softmark import catalog, checks, operations
from softmark.api.naming import code_of_target
from softmark.checks import Scope
from softmark.formats import format_named
from softmark.harness.planning import info_of
from softmark.records import Case, Record
from softmark.reproduction import script
from softmark.reproduction.code import Code

CATALOG = catalog.read()


def ran(text: str) -> str:
    """What the script prints, where softmark cannot be imported."""
    return reproduced.ran(GUARD + text)


def record(name: str, compare: str, first: Any, second: Any, **more: Any) -> Record:
    """A record of the check, as if the two ways had given other bits."""
    told = {"compare": compare} | ({"mode": "vjp"} if more.pop("gradient", False) else {})
    operation = more.pop("operation", None) or CATALOG.find(name).operation
    if operation == "cross_entropy":
        told["labels"] = "index"
    values: dict[str, Any] = {
        "check": "reproducibility",
        "operation": operation,
        "implementation": name,
        "format": "float32",
        "device": "cpu",
        "case": Case("normal", (8, 33), parameters={"check": told}),
        "metric": compare,
        "value": 3.0,
        "unit": "ulp",
        "bound": 1.0,
        "bound_source": "a book",
        "grade": None,
        "verdict": "weak",
        "message": "3 ulp",
        "witness": {
            "index": [2, 3],
            "first": "0x1p0",
            "second": "0x1p0",
            "first way": {"words": "one way", **first},
            "second way": {"words": "another way", **second},
        },
    }
    return Record(**(values | more))


def written(measured: Record) -> str:
    return script(measured, code_of_target(CATALOG.find(measured.implementation)))


WAYS: dict[str, tuple[Any, Any]] = {
    "run to run": ({}, {}),
    "after other calls": ({}, {}),
    "concurrent calls": ({}, {}),
    "batch": ({"rows": [0, 8]}, {"rows": [2, 5]}),
    "threads": ({"threads": 1}, {"threads": 2}),
    "axis": ({"axis": -1, "rows": [8]}, {"axis": 1, "rows": [2, 4]}),
    "layout": ({"layout": "contiguous"}, {"layout": "strided"}),
    "compiled": ({"eager": True}, {"eager": False}),
}


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("numpy.softmax", "run to run"),
        ("numpy.cross_entropy", "after other calls"),
        ("numpy.log_softmax", "concurrent calls"),
        ("numpy.cross_entropy", "batch"),
        ("numpy.softmax", "axis"),
        ("numpy.softargmax", "layout"),
        ("torch.logsumexp", "threads"),
        ("torch.cross_entropy", "batch"),
        ("torch.softmax", "layout"),
        ("jax.softmax[jit]", "compiled"),
        ("tensorflow.softmax[function]", "compiled"),
    ],
)
def test_the_script_shows_both_results(name: str, metric: str) -> None:
    pytest.importorskip(name.partition(".")[0])
    measured = record(name, metric, *WAYS[metric])
    if measured.operation in ("cross_entropy", "logsumexp", "softargmax"):
        measured = record(name, metric, *WAYS[metric], witness=measured.witness | {"index": [2]})
    out = ran(written(measured)).splitlines()

    one, other = (float.fromhex(line.split()[-1]) for line in out[-2:])
    assert one == pytest.approx(other, rel=1e-6)


@pytest.mark.parametrize(
    ("name", "metric"), [("torch.softmax", "axis"), ("jax.softargmax", "batch")]
)
def test_the_script_of_a_gradient(name: str, metric: str) -> None:
    pytest.importorskip(name.partition(".")[0])
    out = ran(written(record(name, metric, *WAYS[metric], gradient=True))).splitlines()

    one, other = (float.fromhex(line.split()[-1]) for line in out[-2:])
    assert one == pytest.approx(other, rel=1e-4)


def test_the_script_gives_the_bits_that_were_measured() -> None:
    """NumPy sums along the last axis by halves and along others in a row."""
    entry = CATALOG.find("numpy.softmax")
    scope = Scope(info_of(entry, "cpu"), operations.load("softmax"), format_named("float32"))
    from softmark.workers.in_process import InProcessSubject
    from softmark_implementations import with_numpy

    subject = InProcessSubject(with_numpy.softmax, scope.info, with_numpy.FRAMEWORK)
    check = checks.load("reproducibility")
    (case,) = [c for c in check.cases(scope) if _compare(c) == "axis"]
    (found,) = check.measure(subject, case, scope)
    assert found.value, "the sums differ"
    measured = record(
        entry.name, "axis", {}, {}, case=case, witness=found.witness, message=found.message
    )

    lines = ran(written(measured)).splitlines()

    assert [line.split()[-1] for line in lines[-2:]] == [
        found.witness["first"],
        found.witness["second"],
    ]


STATEFUL = """
import numpy as np

calls = []
buffer = {}

def remembers(x, axis=-1):
    calls.append(x)
    return x + (len(calls) % 2)

def keeps_a_nan(x, axis=-1):
    calls.append(np.isnan(x).any())
    return x + any(calls)

def overwrites(x, axis=-1):
    kept = buffer.setdefault(x.shape, np.empty_like(x))
    kept[...] = x
    return kept
"""


@pytest.mark.parametrize(
    ("function", "metric", "says"),
    [
        ("remembers", "run to run", "264 of 264 results are different"),
        ("keeps_a_nan", "after other calls", "after NaN another is a new result"),
        ("overwrites", "after other calls", "another is the result that was kept"),
    ],
)
def test_the_script_shows_what_a_call_leaves_behind(
    function: str, metric: str, says: str, tmp_path: Path
) -> None:
    (tmp_path / "kernel.py").write_text(STATEFUL)
    code = Code(tmp_path / "kernel.py", "", function, copied=False)
    measured = record("numpy.softmax[kernel:f]", metric, {}, {}, operation="softmax")

    assert says in ran(script(measured, code))


def _compare(case: Case) -> object:
    told: Any = case.parameters["check"]
    return told["compare"]
