"""Blocks are alternated and calibrated; nothing here looks at absolute times."""

from __future__ import annotations

import gc
import time

import numpy as np
import pytest

from softmark.calling import clock
from softmark.calling.racing import Slot, Track


def race(subject: clock.Call, copy: clock.Call, seconds: float) -> clock.Blocks:
    return clock.interleaved(clock.Loop.of(subject), clock.Loop.of(copy), seconds)


class Calls:
    """Calls of a fake subject and copy on a fake clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, subject_ns: int, copy_ns: int) -> None:
        self.now = 0
        self.order: list[str] = []
        self.took = {"A": subject_ns, "B": copy_ns}
        monkeypatch.setattr(clock, "perf_counter_ns", lambda: self.now)
        monkeypatch.setattr(clock, "perf_counter", lambda: self.now / 1e9)

    def call(self, letter: str) -> object:
        self.now += self.took[letter]
        self.order.append(letter)
        return object()

    def run(self, seconds: float) -> clock.Blocks:
        return race(lambda: self.call("A"), lambda: self.call("B"), seconds)


def test_blocks_alternate_as_a_b_b_a(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls(monkeypatch, 50_000_000, 80_000_000)
    blocks = calls.run(1.0)
    rounds = len(blocks.subject_ns) // 2
    assert rounds == 4  # a round takes 0.26 s
    assert "".join(calls.order).endswith("ABBA" * rounds)


def test_short_calls_are_timed_many_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = Calls(monkeypatch, 1_000, 400).run(0.1)
    assert blocks.subject_calls == pytest.approx(clock.BLOCK_NS / 1_000, rel=0.1)
    assert blocks.copy_calls == pytest.approx(clock.BLOCK_NS / 400, rel=0.1)
    assert set(blocks.subject_ns) == {1_000}
    assert set(blocks.copy_ns) == {400}


def test_long_calls_are_timed_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    blocks = Calls(monkeypatch, 3_000_000_000, 1_000).run(0.1)
    assert blocks.subject_calls == 1
    assert blocks.subject_ns == [3e9, 3e9]
    assert blocks.first_call_ns == 3_000_000_000


def test_the_first_call_is_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls(monkeypatch, 5_000_000, 1_000)

    def subject() -> object:
        if not calls.order:
            calls.now += 10**9  # compiling
        return calls.call("A")

    blocks = race(subject, lambda: calls.call("B"), 0.1)
    assert blocks.first_call_ns == 1_005_000_000
    assert max(blocks.subject_ns) == 5_000_000


def test_calibration_of_the_shortest_calls_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls(monkeypatch, 30, 30)
    assert calls.run(0.0).subject_calls == pytest.approx(clock.BLOCK_NS / 30, rel=0.1)


@pytest.mark.parametrize("enabled", [True, False])
def test_the_collector_is_off_while_timing_and_then_as_before(enabled: bool) -> None:
    seen: list[bool] = []
    (gc.enable if enabled else gc.disable)()
    try:
        race(lambda: seen.append(gc.isenabled()), lambda: None, 0.0)
        assert gc.isenabled() == enabled
    finally:
        gc.enable()
    assert set(seen) == {False}


def test_a_result_lives_until_the_next_one_exists() -> None:
    """As in a caller's loop; memory that is freed at once would be handed out again."""
    alive: set[int] = set()
    most = 0

    class Result:
        def __init__(self) -> None:
            alive.add(id(self))
            nonlocal most
            most = max(most, len(alive))

        def __del__(self) -> None:
            alive.discard(id(self))

    clock.Loop("make()", {"make": Result}).block(5)
    assert most == 2
    assert not alive


def test_what_is_not_ready_is_waited_for() -> None:
    waited: list[str] = []
    clock.Loop("call()", {"call": lambda: "result"}, waited.append).block(3)
    assert waited == ["result"] * 3


def test_the_loop_costs_no_more_than_a_bare_one() -> None:
    """Side by side, and again where a busy machine leaves few rounds."""
    x = np.zeros(8, np.float32)

    def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)

    class Bare(clock.Loop):
        def block(self, calls: int) -> int:
            start = time.perf_counter_ns()
            for _ in range(calls):
                result = softmax(x, axis=-1)
            elapsed = time.perf_counter_ns() - start
            del result
            return elapsed

    def ratio() -> float:
        track = Track()
        track.enter(0, Slot(Bare("softmax(x)", {}), "numpy"))
        ours = clock.Loop("function(x, axis=axis)", {"function": softmax, "x": x, "axis": -1})
        track.enter(1, Slot(ours, "numpy"))
        _, arrays = track.rounds(0.5, seed=0)
        bare, own = arrays["wall_ns"].min(axis=2).T
        return float(np.median(own / bare))

    assert any(ratio() < 1.05 for _ in range(10))
