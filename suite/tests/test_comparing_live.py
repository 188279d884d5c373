"""Two functions raced: who may share a process, and what a race says."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from softmark import catalog
from softmark.calling.targets import Target
from softmark.comparing.contenders import Contender, apart, loaded
from softmark.comparing.live import LiveReport, compare_live
from softmark.comparing.racing import Paired, Race, RaceRun, Shared
from softmark.formats import FLOAT32
from softmark.subjects import Call, Info, TargetError
from softmark.timing.rounds import Rounds
from softmark.workers.process import Worker
from softmark.workers.settings import WorkerSettings
from softmark.workers.worker_subject import LoadedFunction, Origin, WorkerSubject

KERNELS = """
import numpy as np

def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)

def thrice(x, axis=-1):
    for _ in range(3):
        y = softmax(x, axis)
    return y

def wrong(x, axis=-1):
    return np.zeros_like(x)
"""
RACE = Race([Call(np.zeros((1, 1)))] * 2, FLOAT32, 1, 60.0)


@pytest.fixture
def kernels(tmp_path: Path) -> Path:
    path = tmp_path / "kernels.py"
    path.write_text(KERNELS)
    return path


def contender(path: Path, function: str, python: str = sys.executable) -> Contender:
    return Contender(Target(str(path), function), python)


def race(path: Path, a: str, b: str, **options: object) -> LiveReport:
    usual = {"shapes": [(4, 100)], "seconds": 2.0}
    pair = contender(path, a), contender(path, b)
    return compare_live(*pair, **(usual | options))  # type: ignore[arg-type]


def decided(word: str, raced: Callable[[], LiveReport]) -> LiveReport:
    """Raced again where a busy machine left too few rounds to decide by."""
    tried = (raced() for _ in range(5))
    return next(found for found in tried if found.cases[0].word == word)


def test_three_times_the_work_is_slower_and_a_third_is_faster(kernels: Path) -> None:
    (case,) = decided("slower", lambda: race(kernels, "softmax", "thrice")).cases
    assert case.decision is not None
    assert 2 < case.decision.estimate.ratio < 6
    assert [a.verdict for a in case.accuracy] == ["pass", "pass"]
    found = decided("faster", lambda: race(kernels, "thrice", "softmax"))
    assert found.pairing == "one process"


def test_two_interpreters_race_in_pairs_of_processes(kernels: Path) -> None:
    here = Path(sys.executable)
    other = f"{here.parent}/../{here.parent.name}/{here.name}"  # the same one by another name
    pair = contender(kernels, "softmax"), contender(kernels, "thrice", other)
    found = decided("slower", lambda: compare_live(*pair, shapes=[(4, 100)], seconds=1.0))
    assert found.pairing == "they run in two interpreters"


def test_a_wrong_result_has_no_time(kernels: Path) -> None:
    (case,) = race(kernels, "softmax", "wrong").cases
    assert case.word == "not comparable"
    assert case.times_ns is None
    assert case.why.startswith("B: ")
    assert case.accuracy[1].verdict == "fail"


def test_numpy_has_no_derivative_to_race(kernels: Path) -> None:
    (case,) = race(kernels, "softmax", "thrice", mode="vjp").cases
    assert "no automatic differentiation" in case.why


def test_two_operations_do_not_race(kernels: Path) -> None:
    entries = catalog.read()
    pair = [
        Contender(entries.find(n), sys.executable) for n in ("numpy.softmax", "numpy.logsumexp")
    ]
    with pytest.raises(TargetError, match=r"computes softmax and numpy\.logsumexp computes"):
        compare_live(*pair)


def framework(name: str) -> LoadedFunction:
    info = Info(f"{name}.softmax", name, "softmax")
    worker = Worker(WorkerSettings())  # not started
    return LoadedFunction(WorkerSubject(worker, Origin(Target("m", "f")), info, 60.0), {}, {})


def test_heavy_frameworks_get_a_process_each() -> None:
    assert apart(framework("torch"), framework("torch")) == ""
    assert apart(framework("numpy"), framework("torch")) == ""
    assert apart(framework("keras"), framework("tensorflow")) == ""
    assert "torch and jax would disturb" in apart(framework("torch"), framework("jax"))


def test_two_checkouts_of_one_kernel_do_not_share_their_helpers(tmp_path: Path) -> None:
    """The second would be given the first one's helper, and race against itself."""
    pair = []
    for version in ("old", "new"):
        (tmp_path / version).mkdir()
        (tmp_path / version / "helper.py").write_text(KERNELS)
        path = tmp_path / version / "kernel.py"
        path.write_text("from helper import softmax\n")
        pair.append(loaded(contender(path, "softmax"), WorkerSettings(), 60.0))
    assert apart(*pair) == "each has a module helper of its own"


def drawn(ratio: float, rounds: int = 200, seed: int = 0, spread: float = 0.01) -> Rounds:
    rng = np.random.default_rng(seed)
    wall = 1e5 * np.exp(rng.normal(0, spread, (rounds, 2, 2))) * np.array([1, ratio])[:, None]
    control = 1e5 * np.exp(rng.normal(0, spread, (rounds // 4, 2, 2)))
    return Rounds(wall, wall, control)


def shared(*rounds: Rounds) -> Shared:
    return Shared(RACE, runs=[RaceRun(r, r.clock(1)) for r in rounds])


def test_a_difference_is_called_when_a_second_process_shows_it_too() -> None:
    assert shared(drawn(1.05)).needs_another
    assert shared(drawn(1.05)).decision.word == "no difference shown"
    assert shared(drawn(1.05), drawn(1.05, seed=1)).decision.word == "slower"


def test_a_difference_that_a_fresh_process_does_not_show_is_that_of_the_place_in_memory() -> None:
    found = shared(drawn(1.08), drawn(1.00, seed=1)).decision
    assert found.word == "no difference shown"
    assert found.estimate.low < 0.01  # the interval holds what either process showed
    assert found.estimate.high > 0.07


def test_no_difference_needs_one_process_only() -> None:
    timed = shared(drawn(1.0))
    assert not timed.needs_another
    assert timed.decision.word == "no difference shown"


def test_what_one_pair_of_processes_shows_is_not_enough() -> None:
    """Each pair has a bias of its own, which its own rounds repeat."""
    biased = [drawn(1.0 * b, seed=i) for i, b in enumerate((1.04, 0.98, 1.01, 0.97, 1.0))]
    timed = Paired(RACE, runs=[RaceRun(r, "wall") for r in biased])
    assert biased[0].estimate().excludes_zero
    assert timed.decision.word == "no difference shown"
    slower = [drawn(1.06 * b, seed=i) for i, b in enumerate((1.005, 0.995, 1.0, 1.002, 0.998))]
    assert Paired(RACE, runs=[RaceRun(r, "wall") for r in slower]).decision.word == "slower"
