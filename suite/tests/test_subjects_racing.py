"""Lanes run there and back, in an order that is drawn, and the control now and then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from softmark.calling import clock, racing
from softmark.calling.clock import Loop
from softmark.calling.racing import CONTROL_EVERY, Slot, Track, common_calls
from softmark.calling.targets import Target
from softmark.formats import FLOAT32
from softmark.subjects import Call, Info
from softmark.subjects.faults import Raised
from softmark.subjects.wire import Message
from softmark.workers.measured import Entered
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import Origin, WorkerSubject


class Clockwork:
    """Contenders on a fake clock; each call takes the time that is set, and is written down."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *took: int) -> None:
        self.now = 0
        self.order: list[int] = []
        monkeypatch.setattr(clock, "perf_counter_ns", lambda: self.now)
        monkeypatch.setattr(racing, "process_time_ns", lambda: self.now)
        for module in (clock, racing):
            monkeypatch.setattr(module, "perf_counter", lambda: self.now / 1e9)
        self.track = Track()
        for number, ns in enumerate(took):
            self.track.enter(number, Slot(self.loop(number, ns), "fake"))
        self.order.clear()

    def loop(self, number: int, ns: int) -> Loop:
        def call() -> None:
            self.now += ns
            self.order.append(number)

        return Loop.of(call)


def test_each_round_goes_there_and_back(monkeypatch: pytest.MonkeyPatch) -> None:
    works = Clockwork(monkeypatch, 2_000_000, 3_000_000, 2_000_000)
    _, arrays = works.track.rounds(1.0, seed=0)
    rounds, at = len(arrays["wall_ns"]), 0
    firsts = []
    for number in range(rounds):
        size = 6 if number % CONTROL_EVERY == 0 else 4
        taken = works.order[at : at + size]
        assert taken == taken[::-1]
        assert sorted(set(taken)) == list(range(size // 2))
        firsts.append(taken[0])
        at += size
    assert at == len(works.order)
    assert len(set(firsts)) > 1
    assert len(arrays["control_ns"]) == -(-rounds // CONTROL_EVERY)


def test_times_are_those_of_their_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    works = Clockwork(monkeypatch, 2_000_000, 3_000_000, 2_500_000)
    _, arrays = works.track.rounds(0.2, seed=1)
    assert arrays["wall_ns"].shape[1:] == (2, 2)
    assert (arrays["wall_ns"] == np.array([2e6, 3e6])[:, None]).all()
    assert (arrays["cpu_ns"] == arrays["wall_ns"]).all()
    assert (arrays["control_ns"] == np.array([2e6, 2.5e6])[:, None]).all()


def test_without_a_control_there_are_two_lanes(monkeypatch: pytest.MonkeyPatch) -> None:
    works = Clockwork(monkeypatch, 2_000_000, 3_000_000)
    _, arrays = works.track.rounds(0.0, seed=0)
    assert len(arrays["wall_ns"]) == 1
    assert arrays["control_ns"].shape == (0, 2, 2)


@pytest.fixture
def worker() -> Any:
    with Worker(WorkerSettings(threads=1)) as started:
        yield started


def subject(worker: Worker, path: str, function: str) -> WorkerSubject:
    source = Origin(Target(path, function), "numpy")
    info = Info(f"numpy.softmax[{function}]", "numpy", "softmax")
    return WorkerSubject(worker, source, info, 60.0)


BOTH = """e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

def scribbler(x, axis=-1):
    x[...] = softmax(x, axis)
    return x.copy()

def inputs_seen(x, axis=-1):
    seen.append(x)
    return np.full(x.shape, len({id(s) for s in seen}), x.dtype)

seen = []
"""


def test_two_functions_of_one_process_race(worker: Worker, kernel: Any, tmp_path: Any) -> None:
    kernel(BOTH)
    path = str(tmp_path / "kernel.py")
    x = np.zeros((2, 3))
    fast = subject(worker, path, "softmax")
    for lane in (0, 1, 2):
        entered = fast.enter(lane, Call(x), FLOAT32)
        assert entered.calls >= 1
        assert entered.call_ns > 0
    answer = worker.ask(Message({"verb": "rounds", "seconds": 0.05, "seed": 0}), 60.0)
    assert answer.arrays["wall_ns"].shape[1:] == (2, 2)
    assert (answer.arrays["wall_ns"] > 0).all()
    one = worker.ask(Message({"verb": "block", "lane": 1, "calls": 3}), 60.0)
    assert one.header["wall_ns"] > 0


def test_the_lanes_of_one_framework_read_the_same_logits(
    worker: Worker, kernel: Any, tmp_path: Any
) -> None:
    """Two arrays alone can differ by two per cent."""
    kernel(BOTH)
    looking = subject(worker, str(tmp_path / "kernel.py"), "inputs_seen")
    for lane in (0, 1, 2):
        looking.enter(lane, Call(np.zeros((1, 1))), FLOAT32)
    assert (
        looking.forward(Call(np.zeros((1, 1))), FLOAT32).values == 2.0
    )  # this call's is the second


def test_a_function_that_writes_into_its_logits_cannot_race(
    worker: Worker, kernel: Any, tmp_path: Any
) -> None:
    kernel(BOTH)
    scribbler = subject(worker, str(tmp_path / "kernel.py"), "scribbler")
    with pytest.raises(Raised, match="writes into its logits"):
        scribbler.enter(0, Call(np.array([[1.0, 2.0]])), FLOAT32)


def test_both_make_as_many_calls_in_a_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """A block's first call is slow; shared among fewer calls, it would look like a difference."""
    works = Clockwork(monkeypatch, 2_000, 2_000)
    slow_start = 1_000

    def block(loop: Loop, calls: int) -> int:
        return slow_start + 2_000 * calls

    works.track.lanes[1].calls = 40
    monkeypatch.setattr(Loop, "block", block)
    monkeypatch.setattr(racing, "perf_counter", iter(np.arange(0.0, 9.0, 0.25)).__next__)
    _, arrays = works.track.rounds(1.0, seed=0)
    assert len(arrays["wall_ns"]) > 1
    assert (arrays["wall_ns"][:, 0] == arrays["wall_ns"][:, 1]).all()


@pytest.mark.parametrize(
    ("a", "b", "calls"),
    [((100, 2e3), (40, 2e3), 100), ((1, 5e6), (1, 6e6), 1), ((66, 3e3), (1, 1e6), 2)],
)
def test_a_block_of_the_slower_one_does_not_get_long(a: Any, b: Any, calls: int) -> None:
    one, other = Entered(*a, 0.0), Entered(*b, 0.0)
    assert common_calls(one, other) == common_calls(other, one) == calls
