"""The proof's constants are the code's, its budgets add up, and Gappa agrees."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from softmark.oracle import (
    acceptance,
    capped_kernel,
    entropy_kernel,
    exact_rounding,
    exponential,
    lean_reduction,
    lean_weights,
    logarithm,
    mean_kernels,
    refine,
    softmax_kernel,
    solve,
    straight_kernel,
    summation,
)

ORACLE = Path(exponential.__file__).parent
PROOF = (ORACLE / "PROOF.md").read_text(encoding="utf-8")
MODULES = {
    "acceptance.py": acceptance,
    "capped_kernel.py": capped_kernel,
    "entropy_kernel.py": entropy_kernel,
    "exact_rounding.py": exact_rounding,
    "exponential.py": exponential,
    "lean_reduction.py": lean_reduction,
    "lean_weights.py": lean_weights,
    "logarithm.py": logarithm,
    "mean_kernels.py": mean_kernels,
    "refine.py": refine,
    "softmax_kernel.py": softmax_kernel,
    "straight_kernel.py": straight_kernel,
}
ROW = re.compile(r"^\| `(\w+)` \| (\S+) \| (\w+\.py) \|$", re.MULTILINE)
U2 = 2.0**-106
SCRIPTS = ("reduction.gappa", "exp.gappa", "lean.gappa")


def number(text: str) -> float:
    base, caret, power = text.partition("^")
    return float(base) ** float(power) if caret else float(text)


@pytest.mark.parametrize(("symbol", "value", "file"), ROW.findall(PROOF))
def test_the_constant_of_the_proof_is_that_of_the_code(symbol: str, value: str, file: str) -> None:
    assert getattr(MODULES[file], symbol) == number(value)


def test_the_proof_lists_constants() -> None:
    assert len(ROW.findall(PROOF)) == 23


def test_marks_are_the_same_where_they_are_repeated() -> None:
    assert (solve.PENDING, solve.VANISHING) == (acceptance.PENDING, acceptance.VANISHING)


def gappa_bound(script: str) -> float:
    text = (ORACLE / script).read_text()
    found = re.findall(r"-> \|[^|]+\| in \[0, ([0-9.e-]+)\]", text)
    assert len(found) == 1
    return float(found[0])


def test_the_budget_of_exp_adds_up() -> None:
    reduction = gappa_bound("reduction.gappa") + 2.0**-94 + 2.0**-96
    series = 2.0**-95 + 1.2e-30 + 2.0**-106
    scaled_argument = 2 * U2 * abs(exponential.DEEPEST)
    total = gappa_bound("exp.gappa") + reduction + series + scaled_argument
    assert total * (1 + 2.0**-40) < exponential.EXP_BOUND
    assert 0.000677**8 / math.factorial(8) * (1 + 2.0**-10) < 1.2e-30
    assert math.log(2) / 1024 * (1 + 2.0**-20) < 0.000677


def test_the_budget_of_softmax_adds_up() -> None:
    for n in (1, 127, 128, 1000, softmax_kernel.LONGEST_ROW):
        total = 2 * exponential.EXP_BOUND + summation.sum_bound(n) + 15 * U2 + n * 2.0**-937
        assert total * (1 + 2.0**-40) < softmax_kernel.SOFTMAX_BOUND
    assert softmax_kernel.SOFTMAX_BOUND + 7 * U2 < mean_kernels.PRODUCT_BOUND
    newton = exponential.EXP_BOUND + 10 * U2 + 2.0**-91
    assert newton / math.log1p(2.0**-11) < logarithm.LOG_BOUND


def test_the_budget_of_rounding_straight_adds_up() -> None:
    series = 2.0**-94 + 2.9e-28
    total = gappa_bound("lean.gappa") + series + 2 * 2.0**-99 + 2.0**-103
    assert total * (1 + 2.0**-40) < lean_weights.LEAN_EXP_BOUND
    assert 0.001354**8 / math.factorial(8) * (1 + 2.0**-10) < 2.9e-28
    assert math.log(2) / 512 * (1 + 2.0**-20) < 0.001354
    steps = lean_weights.MODERATE * lean_reduction.LEAN_INVERSE_STEP + 1
    assert steps < 94600
    assert steps * abs(lean_reduction.LEAN_LN2_2) * (1 + 2.0**-40) < 9.1e-15
    for n in (1, 127, 128, 1000, softmax_kernel.LONGEST_ROW):
        total = 2 * lean_weights.LEAN_EXP_BOUND + summation.sum_bound(n) + 15 * U2
        assert total * (1 + 2.0**-40) < straight_kernel.LEAN_BOUND
    assert straight_kernel.TEST_SLACK > 3.2 * U2


def test_the_scripts_have_the_constants_of_the_code() -> None:
    text = (ORACLE / "reduction.gappa").read_text()
    parts = {name: float.fromhex(value) for name, value in re.findall(r"(L\d) = (0x\S+);", text)}
    assert parts == {"L2": exponential.LN2_2}
    low_words = [
        re.findall(r"\|rl\| in \[0, (\S+)\]", (ORACLE / s).read_text()) for s in SCRIPTS[:2]
    ]
    assert low_words[0] == low_words[1] == ["5.5e-20"]
    largest = abs(exponential.DEEPEST) * exponential.INVERSE_STEP + 1
    assert largest < float(re.findall(r"\|k\| in \[0, (\d+)\]", text)[0])


@pytest.mark.skipif(
    shutil.which("gappa") is None, reason="gappa is not installed (apt install gappa)"
)
@pytest.mark.parametrize("script", SCRIPTS)
def test_gappa_proves_the_script(script: str) -> None:
    done = subprocess.run(
        ["gappa", str(ORACLE / script)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(
    shutil.which("gappa") is None, reason="gappa is not installed (apt install gappa)"
)
def test_gappa_refuses_a_bound_that_is_too_small(tmp_path: Path) -> None:
    wrong = tmp_path / "reduction.gappa"
    wrong.write_text((ORACLE / "reduction.gappa").read_text().replace("2.7e-29", "2.7e-31"))
    done = subprocess.run(["gappa", str(wrong)], capture_output=True, text=True, check=False)
    assert done.returncode != 0
