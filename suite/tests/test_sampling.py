"""``softmark sample``: wrong samplers fail, right ones do not, and the power is as stated."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from samplers import RIGHT, WRONG, Sampled, gumbel
from scipy import stats

import softmark.testing
from softmark.formats import BFLOAT16, FLOAT32
from softmark.sampling import DISTANCE, FALSE_ALARM, POWER, Judge, Sampler, check
from softmark.sampling.cases import cases
from softmark.sampling.distribution import Distribution
from softmark.sampling.statistic import GROUPS, LEVEL, TESTS, chain, found_distance, two_sided
from softmark.subjects import TargetError

DRAWS = 100_000


@pytest.mark.parametrize(("wrong", "case", "test"), WRONG, ids=[w[0].__name__ for w in WRONG])
def test_a_wrong_sampler_fails_the_test_that_it_names(wrong: Sampled, case: str, test: str) -> None:
    found = check(Sampler.of(wrong), DRAWS)
    assert (case, test) in {(each.case, each.test) for each in found.failures}
    assert all(each.message for each in found.failures)


@pytest.mark.parametrize("right", RIGHT, ids=[right.__name__ for right in RIGHT])
def test_a_right_sampler_passes(right: Sampled) -> None:
    found = check(Sampler.of(right), DRAWS)
    assert not found.failures
    assert {each.verdict for each in found.findings} == {"pass"}


def test_all_tests_together_have_the_false_alarm() -> None:
    found = check(Sampler.of(gumbel), 2000)
    assert sum(each.p is not None for each in found.findings) <= TESTS
    assert pytest.approx(FALSE_ALARM) == LEVEL * TESTS


def test_p_values_of_right_samplers_are_at_most_uniform() -> None:
    rng = np.random.default_rng(0)
    for draws in (50, 3000, 10**6):
        p = rng.dirichlet(np.ones(GROUPS))
        found = chain(rng.multinomial(draws, p, size=20_000), p, p)
        for level in (0.1, 0.01, 0.001):
            # The number of p-values below is binomial itself; a ten-thousandth is its quantile.
            assert (found < level).sum() <= stats.binom.isf(1e-4, found.size, level)


def test_a_p_value_holds_for_all_probabilities_of_an_interval() -> None:
    count = np.arange(1001)
    p = two_sided(count, 1000, 0.2, 0.3)
    for q in (0.2, 0.25, 0.3):
        weight = stats.binom.pmf(count, 1000, q)
        assert all(weight[p <= level].sum() <= level for level in (0.5, 0.05, 1e-6))
    assert two_sided(150, 1000, 0.2, 0.3) == pytest.approx(2 * stats.binom.cdf(150, 1000, 0.2))


def test_the_power_is_as_stated_for_the_faults_that_are_hardest_to_find() -> None:
    """Each group is off by the same share of its probability: the least noncentrality."""
    rng, found = np.random.default_rng(1), []
    for _ in range(100):
        p = rng.dirichlet(np.full(GROUPS, 3.0))
        q = _biased(p, rng.permutation(np.arange(GROUPS) % 2 == 0))
        assert np.abs(q - p).sum() / 2 == pytest.approx(DISTANCE)
        found.append(chain(rng.multinomial(10**6, q, size=20), p, p) < LEVEL)
    assert np.mean(found) >= POWER


def _biased(p: Any, more: Any) -> Any:
    share = np.where(more, 1 / p[more].sum(), -1 / p[~more].sum())
    return p + DISTANCE * share * p


def test_the_distance_that_a_million_draws_find_is_the_stated_one() -> None:
    assert found_distance(10**6, GROUPS) < DISTANCE < found_distance(800_000, GROUPS)
    assert found_distance(10**6, GROUPS) == pytest.approx(found_distance(10**4, GROUPS) / 10)
    assert found_distance(10**6, 1) == 1.0


def test_rounding_to_sixteen_bits_is_weak_and_no_fault() -> None:
    """Probabilities of steps in bfloat16 are off by some percent, which grade C explains."""
    x = np.array([0.0, 2.5])
    steps = Distribution.of(x, BFLOAT16, 1.0, strict=False)
    assert steps.most[0] / steps.exact[0] > 1.02
    rng = np.random.default_rng(0)
    p = steps.exact[0] * 1.035
    tokens = rng.choice(2, 4_000_000, p=[p, 1 - p])
    softmark.testing.assert_drawn(tokens, x, format="bfloat16")
    with pytest.raises(AssertionError, match="expected"):
        softmark.testing.assert_drawn(tokens, x, format="bfloat16", strict=True)
    with pytest.raises(AssertionError, match="expected"):
        softmark.testing.assert_drawn(tokens, x, format="float32")


def test_a_masked_token_has_no_group_and_every_other_has_one() -> None:
    for case in cases(0, has_temperature=True):
        found = Distribution.of(case.logits, case.format, case.temperature, strict=True)
        for _, groups in found.groupings():
            assert ((groups >= 0) == np.isfinite(case.logits)).all()
            assert groups.max() < GROUPS


def test_draws_of_rows_are_judged_row_by_row() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 6)).astype(np.float32)
    p = np.exp(x.astype(float)) / np.exp(x.astype(float)).sum(-1, keepdims=True)
    tokens = np.stack([rng.choice(6, 50_000, p=row) for row in p])
    softmark.testing.assert_drawn(tokens, x)
    with pytest.raises(AssertionError, match="row 1, by token: token"):
        softmark.testing.assert_drawn(tokens[[0, 2, 1]], x)


def test_a_temperature_is_part_of_the_distribution() -> None:
    rng = np.random.default_rng(0)
    x = np.array([0.0, 1.0, 2.0])
    tokens = gumbel(np.tile(x / 0.7, (50_000, 1)), rng)
    softmark.testing.assert_drawn(tokens, x, temperature=0.7)
    with pytest.raises(AssertionError):
        softmark.testing.assert_drawn(tokens, x)


@pytest.mark.parametrize(
    ("tokens", "logits", "message"),
    [
        ([0, 3], [0.0, 1.0, 2.0], "3 is no token"),
        ([0, -1], [0.0, 1.0, 2.0], "-1 is no token"),
        ([0, 1], [0.0, -np.inf, 2.0], "token 1 has the logit -inf"),
    ],
)
def test_what_cannot_be_drawn_fails_at_once(tokens: Any, logits: Any, message: str) -> None:
    with pytest.raises(AssertionError, match=message):
        softmark.testing.assert_drawn(tokens, logits)


@pytest.mark.parametrize(
    ("tokens", "logits", "keywords", "message"),
    [
        ([0.5], [0.0, 1.0], {}, "type float64"),
        ([], [0.0, 1.0], {}, "shape|no tokens|type"),
        ([0.5], [0.0, 1.0], {}, "the tokens are of type float64; pass whole numbers, the indices"),
        ([[0]], [0.0, 1.0], {}, "shape"),
        ([0], [0.0, np.nan], {}, "NaN"),
        ([0], [-np.inf, -np.inf], {}, "nothing but"),
        ([0], [0.0, 1.0], {"temperature": 0.0}, "temperature"),
        ([0], [0.0, 1.0], {"format": "float12"}, "float12"),
    ],
)
def test_wrong_arguments_are_named(tokens: Any, logits: Any, keywords: Any, message: str) -> None:
    with pytest.raises((ValueError, TypeError), match=message):
        softmark.testing.assert_drawn(tokens, logits, **keywords)


def test_a_sampler_is_asserted_with_all_that_fails() -> None:
    softmark.testing.assert_sampler(gumbel, draws=2000)
    wrong = WRONG[0][0]
    with pytest.raises(AssertionError, match=r"normal, by token: token \d in "):
        softmark.testing.assert_sampler(wrong, draws=20_000)


@pytest.mark.parametrize(
    ("form", "function"),
    [
        ("many", lambda x, rng, size: rng.integers(0, x.shape[-1], size)),
        ("many of rows", lambda x, rng, n_samples: rng.integers(0, x.shape[1], (1, n_samples))),
        ("rows", lambda key, logits: np.zeros(len(logits), int)),
        ("rows", lambda x, T=1.0: np.zeros((len(x), 1), int)),
        ("one", lambda x: 1 if x.ndim == 1 else x.no_rows),
    ],
)
def test_the_form_of_a_sampler_is_found(form: str, function: Any) -> None:
    mapped = {"key": "key", "logits": "logits"} if form == "rows" else {}
    taken = function.__code__.co_varnames[: function.__code__.co_argcount]
    mapped = {role: name for role, name in mapped.items() if name in taken}
    assert Sampler.of(function, "numpy", mapped).form == form


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda x, rng, what: x, "it needs what"),
        (lambda x, rng: "text", "result"),
        (lambda x, rng: x * 0.3, "no index|one-hot"),
        (lambda x, rng: np.zeros(2), "shape"),
        (lambda rng: 1, "logits"),
    ],
)
def test_what_is_no_sampler_is_refused(function: Any, message: str) -> None:
    with pytest.raises(TargetError, match=message):
        Sampler.of(function, "numpy")


def test_an_unknown_parameter_can_be_mapped() -> None:
    def odd(scores: Any, howmany: int, dice: Any) -> Any:
        return dice.choice(scores.size, howmany, p=np.exp(scores) / np.exp(scores).sum())

    found = Sampler.of(odd, "numpy", {"size": "howmany", "rng": "dice"})
    assert (found.form, found.call) == ("many", "f(scores, dice, howmany)")
    with pytest.raises(TargetError, match="no such parameter"):
        Sampler.of(odd, "numpy", {"size": "many"})


SAMPLERS = """
import numpy as np


def right(logits, rng, size):
    x = logits.astype(np.float64)
    e = np.exp(x - x.max())
    return rng.choice(x.size, size, p=e / e.sum())


def warm(logits, rng, size):
    return right(logits / 2, rng, size)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "s.py").write_text(SAMPLERS)
    return tmp_path


def test_the_command_says_which_draws_are_wrong(shell: Any, folder: Path) -> None:
    done = shell("sample", "s.py:warm", "--draws", "20000")
    assert done.returncode == 1, done.stderr
    assert "fail normal, by token: token " in done.stdout
    assert "called as f(logits, rng, size) with arrays of numpy" in done.stdout


def test_the_command_prints_each_test_as_json(shell: Any, folder: Path) -> None:
    done = shell("sample", "s.py:right", "--draws", "20000", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["ok"]
    assert document["false_alarm"] == FALSE_ALARM
    assert {each["case"] for each in document["tests"]} >= {"normal", "mask", "vocabulary", "seeds"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("s.py:nothing",), "nothing"),
        (("none.py:f",), "none.py"),
        (("s.py:right", "--map", "what=x"), "what"),
        (("s.py:right", "--draws", "10"), "draws"),
    ],
)
def test_wrong_use_is_named(shell: Any, folder: Path, arguments: Any, message: str) -> None:
    done = shell("sample", *arguments)
    assert done.returncode == 2
    assert message in done.stderr


def test_the_verdicts_of_a_judge_do_not_depend_on_the_order_of_rare_tokens() -> None:
    x = np.log(np.array([0.5, 0.3, 0.2]))
    tokens = np.random.default_rng(0).choice(3, 10_000, p=[0.5, 0.3, 0.2])
    (found,) = [f for f in Judge("x", x, FLOAT32).findings(tokens) if f.test == "by token"]
    assert found.verdict == "pass"
    assert found.found == found_distance(10_000, 3)
