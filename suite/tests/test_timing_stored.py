"""Recorded runs: what the machine did between them must not be taken for the subject's."""

from __future__ import annotations

import math

import numpy as np
import pytest

from softmark.timing.deciding import decide
from softmark.timing.stored import BETWEEN_RUNS, Samples, allowance, stored_estimate, undisturbed

SHORT, LONG = BETWEEN_RUNS[False], BETWEEN_RUNS[True]


def run(seed: int, ns: float, copy_ns: float = 5e4, count: int = 200) -> Samples:
    """A run whose blocks are often interrupted."""
    rng = np.random.default_rng(seed)
    noise = 1 + rng.exponential(0.3, (2, count)) * (rng.random((2, count)) < 0.5)
    noise *= np.exp(rng.normal(0, 0.01, (2, count)))
    return Samples(list(ns * noise[0]), list(copy_ns * noise[1]))


def test_the_estimate_is_that_of_undisturbed_blocks() -> None:
    found = stored_estimate([run(0, 1e5)], [run(1, 1.5e5)], SHORT, long=False)
    assert found.ratio == pytest.approx(1.5, rel=0.02)
    assert decide(found).word == "slower"


def test_one_run_on_each_side_cannot_show_a_few_per_cent() -> None:
    found = stored_estimate([run(0, 1e5)], [run(1, 1.05e5)], SHORT, long=False)
    assert decide(found).word == "no difference shown"


def test_several_runs_on_each_side_can() -> None:
    rng = np.random.default_rng(0)
    base = [run(s, 1e5 * math.exp(rng.normal(0, 0.003))) for s in range(5)]
    head = [run(9 + s, 1.05e5 * math.exp(rng.normal(0, 0.003))) for s in range(5)]
    assert decide(stored_estimate(base, head, SHORT, long=False)).word == "slower"
    assert decide(stored_estimate(head, base, SHORT, long=False)).word == "faster"


def test_exchanging_the_sides_changes_the_sign_alone() -> None:
    there = stored_estimate([run(0, 1e5)], [run(1, 1.5e5)], 0.1, long=False)
    back = stored_estimate([run(1, 1.5e5)], [run(0, 1e5)], 0.1, long=False)
    assert (back.log, back.low, back.high) == pytest.approx((-there.log, -there.high, -there.low))


def test_copies_that_moved_widen_the_interval() -> None:
    still = [(run(i, 1e5), run(50 + i, 1e5)) for i in range(6)]
    moved = [(run(i, 1e5), run(50 + i, 1e5, copy_ns=8e4)) for i in range(6)]
    assert allowance(still, long=False) == pytest.approx(SHORT)
    assert allowance(moved, long=False) > math.log(1.6)
    assert allowance([], long=False) == SHORT


def test_long_calls_are_known_less_well() -> None:
    pairs = [(run(i, 5e6, 5e6), run(50 + i, 5e6, 5e6)) for i in range(6)]
    assert all(run.is_long for pair in pairs for run in pair)
    assert allowance(pairs, long=True) >= LONG > SHORT
    assert undisturbed([3.0, 1.0, 2.0], long=True) == 1.0
