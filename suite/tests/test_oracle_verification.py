"""The oracle against independent references, and each of its branches shown to run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import gmpy2
import numpy as np
import pytest

from softmark import oracle
from softmark.formats import FLOAT16, FLOAT32, FLOAT64, FORMATS
from softmark.oracle import enclosure, families, fast, solve, verification
from softmark.oracle.cells import Cells
from softmark.oracle.problem import RowBatch
from softmark.oracle.softmax_kernel import SOFTMAX_BOUND

SUITE = Path(verification.__file__).parents[2]


@pytest.mark.parametrize("family", families.FAMILIES)
def test_no_output_of_a_family_is_wrong(family: str) -> None:
    rng = np.random.default_rng(list(families.FAMILIES).index(family))
    outcome = verification.Verified()
    for n in (1, 2, 3, 10, 33, 130):
        x = np.stack([families.FAMILIES[family](rng, n) for _ in range(max(1, 20 // n))])
        for question in verification.questions(rng, x):
            verification.verify(question, outcome, family)
    assert outcome.wrong == []
    assert outcome.outputs > 1000
    assert outcome.worst <= np.log2(SOFTMAX_BOUND)
    assert outcome.unsettled + 100 * outcome.refused <= 0.05 * outcome.outputs


def test_rounding_agrees_with_mpfr() -> None:
    rng = np.random.default_rng(5)
    count = 0
    with gmpy2.context(precision=500):
        for n in (2, 3, 10, 100, 1000):
            x = rng.normal(size=n) * rng.choice([0.1, 3.0, 20.0])
            weights = [gmpy2.exp(gmpy2.mpfr(v)) for v in x.tolist()]
            total = gmpy2.fsum(weights)
            mean = gmpy2.fsum([w * v for w, v in zip(weights, x.tolist(), strict=True)]) / total
            expected = [float(w / total) for w in weights]
            assert oracle.softmax(x).rounded(FLOAT64).tolist() == expected
            assert float(oracle.smooth_max(x).rounded(FLOAT64)) == float(mean)
            logs = oracle.log_softmax(x).rounded(FLOAT64).tolist()
            assert logs == [float(gmpy2.mpfr(v) - gmpy2.log(total)) for v in x.tolist()]
            count += 2 * n + 1
    assert count > 2000


def rows_of_all_families() -> list[np.ndarray]:
    rng = np.random.default_rng(11)
    return [np.stack([f(rng, 12) for _ in range(3)]) for f in families.FAMILIES.values()]


def test_forced_fallback_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    g = np.random.default_rng(12).normal(size=(3, 12))
    questions = [
        question
        for x in rows_of_all_families()
        for question in (
            lambda x=x: oracle.softmax(x),
            lambda x=x: oracle.log_softmax(x),
            lambda x=x: oracle.logsumexp(x),
            lambda x=x: oracle.softargmax(x, beta=2.5),
            lambda x=x: oracle.vjp("softmax", x, g),
        )
    ]
    fast_answers = [q().rounded(f) for q in questions for f in FORMATS.values()]
    monkeypatch.setattr(fast, "applies", lambda problem: False)
    slow_answers = [q().rounded(f) for q in questions for f in FORMATS.values()]
    for a, b in zip(fast_answers, slow_answers, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_wider_bound_sends_more_to_ball_arithmetic_and_changes_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x = np.random.default_rng(0).normal(size=(20, 50))
    answer = oracle.softmax(x)
    expected = answer.rounded(FLOAT64)
    asked = []
    decided = enclosure.decided
    monkeypatch.setattr(enclosure, "decided", lambda *a: (asked.extend(a[2]), decided(*a))[1])

    def widened(problem: RowBatch) -> Cells:
        cells = solve.find_cells(problem)
        cells.bound = cells.hi * 2.0**-58
        return cells

    wide = oracle.Enclosure(answer.shape, answer._problem, answer._axis, widened)
    wide.settle()
    np.testing.assert_array_equal(wide.rounded(FLOAT64), expected)
    assert 5 < len(asked) < 200  # about 2 * 2**-58 / 2**-53 of 1000


def test_rounding_straight_gives_the_bits_of_the_arrays() -> None:
    rng = np.random.default_rng(13)
    for family in families.FAMILIES.values():
        for n in (1, 2, 12, 127, 128, 200, 2500):
            x = np.stack([family(rng, n) for _ in range(max(2, 100 // n))])
            straight, settled = oracle.softmax(x), oracle.softmax(x)
            settled.settle()
            np.testing.assert_array_equal(straight.rounded(FLOAT64), settled.rounded(FLOAT64))


def test_rows_that_cannot_be_rounded_straight_are_left_open() -> None:
    x = np.random.default_rng(14).normal(size=(12, 300))
    x[1, 7], x[4, 299], x[6, 0], x[9, 150] = -np.inf, np.nan, 256.5, -1e300
    out, is_open = fast.softmax_to_double(x)
    assert is_open.tolist() == [1, 4, 6, 9]
    closed = np.setdiff1d(np.arange(12), is_open)
    np.testing.assert_array_equal(out[closed], oracle.softmax(x[closed]).rounded(FLOAT64))


def test_a_change_of_the_logits_after_the_question_changes_nothing() -> None:
    x = np.random.default_rng(15).normal(size=(3, 5))
    expected, answer = oracle.softmax(x).rounded(FLOAT64), oracle.softmax(x)
    x[:] = 0.0
    np.testing.assert_array_equal(answer.rounded(FLOAT64), expected)
    np.testing.assert_array_equal(answer.hi, expected)


def test_every_branch_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    refined, rounded = [], []
    decided = solve.decided
    monkeypatch.setattr(solve, "decided", lambda *a: (refined.append(a), decided(*a))[1])
    monkeypatch.setattr(enclosure, "decided", lambda *a: (rounded.append(a), decided(*a))[1])
    oracle.softmax([[0.0, 1.0]]).rounded(FLOAT64)
    assert (refined, rounded) == ([], [])  # the plain case asks nobody
    deep = oracle.softmax([[0.0, -700.0, -2000.0]])
    assert deep.scale.tolist() == [[0, -1010, -1600]]  # scaled, vanishing
    assert deep.rounded(FLOAT64)[0, 1] > 0
    assert (refined, rounded) == ([], [])
    oracle.softmax(np.zeros(1024)).rounded(FORMATS["float8_e4m3fn"])
    assert len(rounded) == 1  # an exact tie
    oracle.logsumexp([-np.log(2.0), -np.log(2.0)])
    assert len(refined) == 1  # cancellation
    constant = oracle.vjp("softmax", [[0.1, 0.2, 0.7]], [[3.0, 3.0, 3.0]])
    assert (constant.bound == 0).all()
    assert len(refined) == 1  # an exact zero, found by the kernel


@pytest.mark.parametrize(("rows", "n"), [(4000, 17), (300, 300)])
def test_threads_do_not_change_a_bit(rows: int, n: int, monkeypatch: pytest.MonkeyPatch) -> None:
    x = np.random.default_rng(0).normal(size=(rows, n)) * 10
    answers = []
    for threads in ("1", "2", "3", "7"):
        monkeypatch.setenv("SOFTMARK_ORACLE_THREADS", threads)
        e, m = oracle.softmax(x), oracle.smooth_max(x)
        straight = oracle.softmax(x).rounded(FLOAT64)
        answers.append([a.tobytes() for a in (straight, e.hi, e.lo, e.bound, m.hi, m.lo, m.bound)])
    assert all(a == answers[0] for a in answers)


def test_a_number_of_threads_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOFTMARK_ORACLE_THREADS", "many")
    with pytest.raises(ValueError, match="whole number"):
        oracle.softmax([1.0, 2.0]).rounded(FLOAT64)


def test_rows_do_not_depend_on_their_batch() -> None:
    x = np.random.default_rng(0).normal(size=(500, 9)) * 10
    whole = oracle.softmax(x)
    alone = [oracle.softmax(row) for row in x[::50]]
    assert [e.lo.tobytes() for e in alone] == [row.tobytes() for row in whole.lo[::50]]


GENERIC = """
import numpy as np
from softmark import oracle
from softmark.formats import FLOAT64
from softmark.oracle import double_word, jit
assert not jit.has_fma() and double_word.two_prod is double_word._two_prod_dekker
x = np.random.default_rng(0).normal(size=(40, 30)) * 20
print(oracle.softmax(x).rounded(FLOAT64).tobytes().hex())
"""


def run(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(SUITE), **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def test_the_code_without_fma_gives_the_same_roundings() -> None:
    x = np.random.default_rng(0).normal(size=(40, 30)) * 20
    expected = oracle.softmax(x).rounded(FLOAT64).tobytes().hex()
    assert run(GENERIC, SOFTMARK_ORACLE_FMA="off", NUMBA_OPT="0") == expected


def test_numba_is_loaded_only_when_a_question_is_asked() -> None:
    code = "import sys, softmark.oracle; print('numba' in sys.modules)"
    assert run(code) == "False"


def test_a_folder_that_cannot_be_written_costs_the_cache_and_no_more(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    code = (
        "from softmark.oracle import jit, double_word; "
        "print(jit.cache_folder(), jit.kernel(lambda a: a + 1)(1))"
    )
    found = run(code, XDG_CACHE_HOME=str(blocked), NUMBA_CACHE_DIR="", HOME=str(blocked))
    assert found == "None 2"


def test_undecidable_cancellation_is_refused_with_the_precision_reached() -> None:
    # With e = exp(-20000): 2049 (1 + e)/(2 + e)**2 = 2049/4 - 2049 e**2/16 + ..., a midpoint
    # of float16 but for a term that hides behind two that cancel, each exp(20000) times larger.
    answer = oracle.vjp("softmax", [0.0, 0.0, -20000.0], [2049.0, 0.0, 0.0])
    with pytest.raises(oracle.UndecidedError, match="16384 bits"):
        answer.rounded(FLOAT16)
    assert answer.rounded(FLOAT64)[0] == 512.25
    assert answer.error([512.0, -512.0, 0.0], FLOAT16).ulp[0] == -0.5


def test_the_same_cancellation_less_deep_is_decided() -> None:
    answer = oracle.vjp("softmax", [0.0, 0.0, -5000.0], [2049.0, 0.0, 0.0])
    assert answer.rounded(FLOAT16)[0] == 512.0


def test_documentation_example_is_right() -> None:
    found = oracle.softmax([0.0, 1.0]).rounded(FLOAT32)
    np.testing.assert_array_equal(found, np.float32([0.26894143, 0.7310586]))


def test_the_page_for_newcomers_runs(capsys: pytest.CaptureFixture[str]) -> None:
    page = (SUITE.parent / "docs" / "certify.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(block, names)
    errors = names["errors"]
    assert isinstance(errors, oracle.Errors)
    assert np.abs(errors.ulp).max() < 3
    assert capsys.readouterr().out.startswith("[")
