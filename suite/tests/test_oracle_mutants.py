"""Wrong oracles must be caught: each mutant of the kernel's source fails a small verification.

The mutants run as plain Python (``NUMBA_DISABLE_JIT``), on a copy of the package.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import softmark

PACKAGE = Path(softmark.__file__).parent

CHECK = """
import numpy as np
from flint import arb, ctx
from softmark.oracle import lean_weights, straight_kernel, summation
from softmark.oracle.families import FAMILIES
from softmark.oracle.verification import Verified, Query, verify
rng, outcome = np.random.default_rng(0), Verified()
for family in ("normal", "ties", "reduction edges", "half edges", "subnormal band", "one large"):
    x = np.stack([FAMILIES[family](rng, 6) for _ in range(6)])
    verify(Query("softmax", "value", x), outcome, family)
    verify(Query("log_softmax", "value", x), outcome, family)
# A hair beside a midpoint, on both sides: only the width of the test tells.
for side in (-1, 1):
    low = 2.0**-53 * (1 + side * 2.0**-27.1)
    below, above = straight_kernel._rounded_product(1.0, low, 1.0, 0.0)
    if below == above:
        outcome.wrong.append("a quotient nearer to a midpoint than its bound was rounded")
# Lean weights and long sums: what their last bits are shows in no rounding of a few rows.
x = rng.uniform(-256, 256, size=128)
high, low = np.empty(128), np.empty(128)
lean_weights.weigh(x, high, low, np.empty(lean_weights.SCRATCH))
with ctx.workprec(300):
    words = [(arb(h), arb(l), arb(v).exp()) for h, l, v in zip(high, low, x)]
    if not all(abs((h + l) / e - 1) < lean_weights.LEAN_EXP_BOUND for h, l, e in words):
        outcome.wrong.append("a lean weight beyond its bound")
    high = rng.uniform(1, 2, size=600)
    low = high * 2.0**-54
    total = sum((arb(h) + arb(l) for h, l in zip(high, low)), arb(0))
    found = sum(map(arb, summation.sum_same_sign(high, low)), arb(0))
    if not abs(found / total - 1) < summation.sum_bound(600):
        outcome.wrong.append("a sum beyond its bound")
raise SystemExit(1 if outcome.wrong else 0)
"""

MUTANTS = {
    "a table entry off by one bit of its low word": (
        "exponential.py",
        "POWER_HIGH, POWER_LOW = _powers()\n",
        "POWER_HIGH, POWER_LOW = _powers()\nPOWER_LOW[0] = 2.0**-80\n",
    ),
    "all low words of the table off by one bit in the 24th place": (
        "exponential.py",
        "POWER_HIGH, POWER_LOW = _powers()\n",
        "POWER_HIGH, POWER_LOW = _powers()\nPOWER_LOW *= 1 + 2.0**-24\n",
    ),
    "a part of ln 2 off by its last bit": (
        "exponential.py",
        "LN2_1, LN2_2 = _ln2_parts()\n",
        "LN2_1, LN2_2 = _ln2_parts()\nLN2_1 += 2.0**-62\n",
    ),
    "a bound set too small": (
        "softmax_kernel.py",
        "SOFTMAX_BOUND: Final = 2.0**-82.9",
        "SOFTMAX_BOUND: Final = 2.0**-90",
    ),
    "a dropped low word in the product": (
        "double_word.py",
        "return fast_two_sum(p, e + fma(xl, yh, xh * yl))",
        "return fast_two_sum(p, e + xl * yh)",
    ),
    "a dropped low word of the sum": (
        "double_word.py",
        "return fast_two_sum(r, r * (defect - r * xl))",
        "return fast_two_sum(r, r * defect)",
    ),
    "a midpoint's low word of the wrong sign": (
        "rounding_kernel.py",
        "total = beyond + outward * inverse",
        "total = beyond - 4e10 * outward * inverse",
    ),
    "a test too narrow for a quotient's bound": (
        "straight_kernel.py",
        "TEST_WIDTH: Final = LEAN_BOUND + TEST_SLACK",
        "TEST_WIDTH: Final = LEAN_BOUND / 2",
    ),
    "a dropped low word of a quotient": (
        "straight_kernel.py",
        "pl = fma(xl, yh, fma(xh, yl, e))",
        "pl = fma(xl, yh, e)",
    ),
    "a reduction without its low word": (
        "exponential.py",
        "return rh, fma(-k, LN2_2, t - rh), integer",
        "return rh, 0.0, integer",
    ),
    "a lean reduction without its small part": (
        "lean_reduction.py",
        "minus_k * LEAN_LN2_2\n",
        "0.0\n",
    ),
    "a lean series with a coefficient off in its 30th bit": (
        "lean_weights.py",
        "fma(r, 1 / 12.0, 1 / 3.0)",
        "fma(r, 1 / 12.0, 1 / 3.0 + 2.0**-30)",
    ),
    "a lean weight without the low word of its power": (
        "lean_weights.py",
        "fma(tl, z, p_error)",
        "p_error",
    ),
    "a lane without the low words of its terms": (
        "summation.py",
        "return s, c + (e + low)",
        "return s, c + e",
    ),
    "a logarithm without its correction": (
        "logarithm.py",
        "delta = (ph - 1.0) + pl",
        "delta = 0.0 * ph",
    ),
}


def verdict(folder: Path) -> int:
    environment = {**os.environ, "PYTHONPATH": str(folder), "NUMBA_DISABLE_JIT": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHECK],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    assert "Error" not in done.stderr, done.stderr
    return done.returncode


@pytest.fixture
def package(tmp_path: Path) -> Path:
    copy = tmp_path / "softmark"
    copy.mkdir()
    for name in ("__init__.py", "formats.py", "options.py"):
        shutil.copy(PACKAGE / name, copy / name)
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(PACKAGE / "oracle", copy / "oracle", ignore=ignored)
    return copy


def test_the_oracle_itself_passes(package: Path) -> None:
    assert verdict(package.parent) == 0


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name: str, package: Path) -> None:
    file, old, new = MUTANTS[name]
    path = package / "oracle" / file
    source = path.read_text()
    assert source.count(old) == 1, f"{file} no longer has the line that this mutant changes"
    path.write_text(source.replace(old, new))
    assert verdict(package.parent) == 1
