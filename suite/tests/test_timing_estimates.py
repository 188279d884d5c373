"""Estimates on samples whose true difference is known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from softmark.timing.deciding import MARGIN, decide, margin_with, settled
from softmark.timing.estimates import Estimate, alikeness, mean_estimate, median_estimate
from softmark.timing.rounds import Rounds

logs = st.lists(
    st.floats(-2, 2).filter(lambda v: v == 0 or abs(v) > 1e-9), min_size=1, max_size=300
)


def two_modes(rng: np.random.Generator, rounds: int, ratio: float) -> Rounds:
    """A machine that is 1.7 times slower in phases, a fifth of which last for many rounds.

    Each block has noise of its own, and one in twenty is interrupted.
    """
    blocks = 4 * rounds
    slow = np.empty(blocks, bool)
    at, mode = 0, False
    while at < blocks:
        length = int(rng.geometric(1 / 200 if rng.random() < 0.2 else 1 / 3))
        slow[at : at + length] = mode
        at, mode = at + length, not mode
    times = np.exp(rng.normal(0, 0.02, blocks)) * np.where(slow, 1.7, 1.0)
    times[rng.random(blocks) < 0.05] *= 1 + rng.exponential(3.0)
    a, b, again, back = times.reshape(rounds, 4).T
    wall = np.stack([np.stack([a, back], 1), ratio * np.stack([b, again], 1)], 1)
    return Rounds(wall, wall, np.empty((0, 2, 2)))


@pytest.mark.parametrize("rounds", [12, 40, 250])
def test_the_interval_holds_the_truth_on_a_machine_with_two_modes(rounds: int) -> None:
    rng = np.random.default_rng(rounds)
    found = [two_modes(rng, rounds, 1.05).estimate() for _ in range(400)]

    held = sum(e.low <= math.log(1.05) <= e.high for e in found)
    assert held >= 388  # of 400 at 99 %: fewer happens once in ten thousand
    assert abs(np.median([e.log for e in found]) - math.log(1.05)) < 0.003


def test_more_rounds_narrow_the_interval_and_show_a_small_difference() -> None:
    rng = np.random.default_rng(0)
    wide, narrow = (two_modes(rng, n, 1.05).estimate() for n in (40, 2000))

    assert narrow.half_width < wide.half_width / 3
    assert decide(narrow).word == "slower"


@given(logs)
def test_exchanging_the_two_changes_the_sign_alone(values: list[float]) -> None:
    there, back = median_estimate(values), median_estimate([-v for v in values])
    assert back == -there
    assert {decide(there).word, decide(back).word} in (
        {"faster", "slower"},
        {"no difference shown"},
    )


@given(st.floats(1e-3, 1e6), st.integers(0, 100))
def test_the_unit_of_time_does_not_matter(factor: float, seed: int) -> None:
    rounds = two_modes(np.random.default_rng(seed), 30, 1.1)
    scaled = Rounds(rounds.wall * factor, rounds.cpu * factor, rounds.control)
    one, other = rounds.estimate(), scaled.estimate()
    assert (other.log, other.low, other.high) == pytest.approx((one.log, one.low, one.high))


@given(logs)
def test_the_interval_lies_around_the_estimate(values: list[float]) -> None:
    found = median_estimate(values)
    assert found.low <= found.log <= found.high


def test_the_interval_is_that_of_the_sign_test() -> None:
    """Of 8 samples the least and the largest: 2^-7 is the chance that the median is outside."""
    rng = np.random.default_rng(0)
    eight = rng.permutation(np.arange(8.0))
    found = median_estimate(eight)
    assert (found.log, found.low, found.high) == (3.5, 0.0, 7.0)
    assert median_estimate(eight[:7]).low == -math.inf
    fifteen = median_estimate(rng.permutation(np.arange(15.0)))
    assert (fifteen.low, fifteen.high) == (2.0, 12.0)  # 1 - 2 * 121 / 2^15 = 99.3 %


def test_samples_that_are_alike_in_a_row_count_for_less() -> None:
    rng = np.random.default_rng(0)
    independent = rng.normal(size=1024)
    phases = np.repeat(rng.normal(size=32), 32) + 0.1 * independent

    assert alikeness(independent) < 2
    assert alikeness(phases - np.median(phases)) > 8
    assert median_estimate(phases).half_width > 3 * median_estimate(independent).half_width


def test_a_few_pairs_get_students_interval() -> None:
    found = mean_estimate([1.0, 2.0, 3.0, 4.0, 5.0])
    assert found.log == 3.0
    assert found.half_width == pytest.approx(4.604 * math.sqrt(2.5 / 5), rel=1e-3)
    assert mean_estimate([1.0]).high == math.inf


def test_a_difference_needs_the_interval_and_the_margin() -> None:
    assert decide(Estimate(0.05, 0.04, 0.06, 9)).word == "slower"
    assert decide(Estimate(-0.05, -0.06, -0.04, 9)).word == "faster"
    assert decide(Estimate(0.02, 0.019, 0.021, 9)).word == "no difference shown"
    assert decide(Estimate(0.05, -0.01, 0.11, 9)).word == "no difference shown"


def test_what_is_settled_is_called_or_lies_within_the_margin() -> None:
    assert settled(Estimate(0.05, 0.04, 0.06, 9))
    assert settled(Estimate(0.0, -0.01, 0.01, 9))
    assert not settled(Estimate(0.0, -0.1, 0.1, 9))
    assert not settled(Estimate(0.0, -math.inf, math.inf, 9))


def test_a_function_that_differs_from_itself_widens_the_margin() -> None:
    assert margin_with(None) == MARGIN
    assert margin_with(Estimate(0.03, -0.01, 0.07, 9)) == MARGIN
    assert margin_with(Estimate(0.001, 0.0005, 0.0015, 9)) == MARGIN
    assert margin_with(Estimate(-0.03, -0.04, -0.02, 9)) == pytest.approx(0.06)


def test_nine_in_ten_differences_of_the_detectable_size_are_called() -> None:
    rng = np.random.default_rng(0)
    sigma = 0.02
    arm = 2.5758 * sigma
    size = decide(Estimate(0.0, -arm, arm, 9)).detectable
    drawn = rng.normal(size, sigma, 4000)
    called = [decide(Estimate(v, v - arm, v + arm, 9)).word == "slower" for v in drawn]
    assert 0.88 < np.mean(called) < 0.92


def rounds_of(wall: float, cpu: float, waits: int) -> Rounds:
    times = np.full((10, 2, 2), wall)
    return Rounds(times, np.full((10, 2, 2), cpu), np.empty((0, 2, 2)), waits)


def test_long_calls_that_only_compute_are_compared_by_processor_time() -> None:
    assert rounds_of(10e6, 9.9e6, 0).clock(threads=1) == "processor"
    assert rounds_of(10e6, 5e6, 0).clock(threads=1) == "processor"  # pushed aside, never waiting
    assert rounds_of(10e6, 5e6, 40).clock(threads=1) == "wall"  # it waits for something
    assert rounds_of(10e6, 19e6, 0).clock(threads=1) == "wall"  # other threads help
    assert rounds_of(10e6, 9.9e6, 0).clock(threads=2) == "wall"
    assert rounds_of(1e5, 1e5, 0).clock(threads=1) == "wall"


def test_processor_time_leaves_out_what_ran_meanwhile() -> None:
    rng = np.random.default_rng(0)
    cpu = np.exp(rng.normal(0, 0.01, (40, 2, 2))) * np.array([1.0, 1.05])[:, None]
    wall = cpu * (1 + rng.exponential(1.0, cpu.shape))
    rounds = Rounds(wall, cpu, np.empty((0, 2, 2)))
    assert decide(rounds.estimate("processor")).word == "slower"
    assert decide(rounds.estimate("wall")).word == "no difference shown"
