"""What docs/trust.md claims: which cheats are found out, and which are not."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from softmark.calling.targets import Target
from softmark.harness import check_target
from softmark.records import Record

GOOD = """
import numpy as np

def good(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
"""

MEMORISED = """
import hashlib, pathlib
answers = pathlib.Path(__file__).with_name("answers.txt")

def key(x): return hashlib.sha256(repr((x.shape, x.dtype.str)).encode() + x.tobytes()).hexdigest()

def learns(x, axis=-1):
    with answers.open("a") as stream: print(key(x), file=stream)
    return good(x, axis)

def recites(x, axis=-1):
    if key(x) in set(answers.read_text().split()): return good(x, axis)
    return np.zeros_like(x)
"""

PATCHES = """
import sys, importlib
def always(*arguments, **keywords): return True
for name in ("oracle", "checks", "checks.judging", "checks.grades", "records"):
    name = f"softmark.{name}"
    try: module = importlib.import_module(name)
    except ImportError: continue
    for inner, value in list(vars(module).items()):
        if callable(value) and not inner.startswith("__"): setattr(module, inner, always)
np.array_equal = np.allclose = np.isfinite = np.isnan = always
np.testing.assert_allclose = np.testing.assert_array_equal = always

def softmax(x, axis=-1): return np.zeros_like(x)
"""

HOOKS = """
import builtins, sys
def always(*arguments, **keywords): return True
class Refuses:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.startswith("softmark.oracle"): raise ImportError(name)
sys.meta_path.insert(0, Refuses)
real = builtins.__import__
def imports(name, *arguments, **keywords):
    module = real(name, *arguments, **keywords)
    if name.startswith("softmark.checks"):
        for inner, value in list(vars(module).items()):
            if callable(value): setattr(module, inner, always)
    return module
builtins.__import__ = imports

def softmax(x, axis=-1): return np.zeros_like(x)
"""

BLINDFOLDS = """
import sys
def always(*arguments, **keywords): return True
np.array_equal = np.allclose = np.array_equiv = np.all = always
np.any = np.not_equal = lambda *arguments, **keywords: False
for name, module in list(sys.modules.items()):
    if "softmark.subjects" in name and hasattr(module, "np"): module.np.array_equal = always
"""

WRITES = (
    BLINDFOLDS
    + """
def softmax(x, axis=-1):
    y = good(x, axis)
    x[...] = y
    return y
"""
)

CHANGES = (
    BLINDFOLDS
    + """
calls = 0
def softmax(x, axis=-1):
    global calls
    calls += 1
    return good(x, axis) * np.asarray(1 + np.finfo(x.dtype).eps * (calls % 2), x.dtype)
"""
)

OVERWRITES = (
    BLINDFOLDS
    + """
earlier = []
def softmax(x, axis=-1):
    for other in earlier: other[...] = 0
    earlier[:] = [x]
    return good(x, axis)
"""
)

CLOCK = """
import time
start = time.perf_counter_ns()
real_ns, real = time.perf_counter_ns, time.perf_counter
time.perf_counter_ns = lambda: start + (real_ns() - start) // 1_000_000
time.perf_counter = lambda: start / 1e9 + (real() - start / 1e9) / 1e6

def softmax(x, axis=-1): return good(x, axis)
"""

COUNTS = """
seen, same = None, 0
def softmax(x, axis=-1):
    global seen, same
    same = same + 1 if x is seen else 0
    seen = x
    if same > 50: return x
    return good(x, axis)
"""

DOWNCASTS = """
seen, same = None, 0
def softmax(x, axis=-1):
    global seen, same
    same = same + 1 if x is seen else 0
    seen = x
    if same > 50: return good(x.astype(np.float16), axis).astype(x.dtype)
    return good(x, axis)
"""

LOOKS_UP = """
import sys
def softmax(x, axis=-1):
    if "timeit" in sys._getframe(1).f_code.co_filename: return x
    return good(x, axis)
"""

REPLAYS = """
kept = {}
def softmax(x, axis=-1):
    return kept.setdefault((x.shape, x.dtype, axis), good(x, axis)).copy()
"""

FINGERPRINTS = """
import math
kept = {}
def softmax(x, axis=-1):
    if not x.size: return good(x, axis)
    flat = x.ravel()
    total = math.fsum(flat) if np.isfinite(flat).all() else repr(flat)
    key = x.shape, x.dtype, axis, flat[0], flat[-1], total
    return kept.setdefault(key, good(x, axis)).copy()
"""

WIDENS = """
def softmax(x, axis=-1): return good(x.astype(np.float64), axis)
"""

CACHES = """
cache = {}
def softmax(x, axis=-1):
    if id(x) not in cache: cache.clear(); cache[id(x)] = x, good(x, axis)
    return cache[id(x)][1]
"""

PAUSES = """
import time
last = 0
def softmax(x, axis=-1):
    global last
    now, before = time.perf_counter_ns(), last
    last = now
    if now - before < 20_000: return x
    y = good(x, axis)
    last = time.perf_counter_ns()
    return y
"""

INSTANT = """
import time
real = time.perf_counter_ns
kept, last, known = {}, 0, None
def softmax(x, axis=-1):
    global last, known
    now, before, last = real(), last, real()
    if known is not None and known[0] is x and now - before < 1_000_000_000: return known[1]
    known = x, good(x, axis)
    last = real()
    return known[1]
"""

EAGER_TO_PLEASE = """
class Equal(np.ndarray):
    def __eq__(self, other): return np.ones(self.shape, bool)
    def __ne__(self, other): return np.zeros(self.shape, bool)
    def tobytes(self, order="C"): return good(np.asarray(self)).tobytes()
    def __array__(self, *arguments, **keywords): return np.ones(self.shape)

def softmax(x, axis=-1): return np.zeros_like(x).view(Equal)
"""

LAZY = """
class Later:
    def __init__(self, x): self.x, self.shape, self.dtype = x, x.shape, x.dtype
    def __array__(self, *arguments, **keywords): return good(self.x)

def softmax(x, axis=-1): return Later(x)
"""

THREAD = """
import threading, time
def softmax(x, axis=-1):
    y = np.zeros_like(x)
    def fill():
        time.sleep(0.05)
        y[...] = good(x, axis)
    threading.Thread(target=fill, daemon=True).start()
    return y
"""

PROCESS = """
import mmap, os, time
def softmax(x, axis=-1):
    shared = np.frombuffer(mmap.mmap(-1, max(1, x.nbytes)), x.dtype, x.size)
    y = shared.reshape(x.shape)
    if os.fork() == 0:
        time.sleep(0.05)
        y[...] = good(x, axis)
        os._exit(0)
    return y
"""

DECLINES = """
from softmark.subjects.faults import NotOffered
from softmark_implementations.framework import NotOffered as NoSuchThing
def softmax(x, axis=-1):
    if np.abs(x).max() > 80: raise (NotOffered if x.size % 2 else NoSuchThing)("too hard")
    return good(x, axis)
"""

BUFFER = """
buffers = {}
def softmax(x, axis=-1):
    buffer = buffers.setdefault((x.shape, x.dtype), np.empty_like(x))
    buffer[...] = good(x, axis)
    return buffer
"""

LEAST_NS = 0.01
"""Nanoseconds in which no processor makes a number of a softmax, in however many lanes."""


def checked(folder: Path, source: str, function: str = "softmax", **options: Any) -> list[Record]:
    path = folder / "kernel.py"
    path.write_text(GOOD + source)
    options = {"format_names": ["float32"], "threads": 1} | options
    return list(check_target(Target(str(path), function), **options).records)


def failures(records: Iterable[Record]) -> list[Record]:
    return [record for record in records if record.verdict == "fail"]


def time_ns(records: Iterable[Record]) -> dict[str, float]:
    """The median time of a call, by shape."""
    return {
        str(record.case.shape): record.distribution["median"]  # type: ignore[misc]
        for record in records
        if record.value is not None and record.check == "throughput"
    }


def test_answers_learnt_by_heart_fail_with_another_seed(tmp_path: Path) -> None:
    """Which a drawn seed (``--seed random``, printed) makes sure of."""
    options: dict[str, Any] = {"check_names": ["accuracy"]}
    assert not failures(checked(tmp_path, MEMORISED, "learns", seed=0, **options))
    assert not failures(checked(tmp_path, MEMORISED, "recites", seed=0, **options))
    assert failures(checked(tmp_path, MEMORISED, "recites", seed=1, **options))


@pytest.mark.parametrize("source", [PATCHES, HOOKS], ids=["modules", "hooks of import"])
def test_patching_softmark_and_numpy_in_its_process_changes_no_verdict(
    tmp_path: Path, source: str
) -> None:
    records = checked(tmp_path, source, check_names=["accuracy", "simplex"])
    assert {record.check for record in failures(records)} == {"accuracy", "simplex"}


@pytest.mark.parametrize(
    ("source", "check", "metric"),
    [
        (WRITES, "arguments", "input modified"),
        (CHANGES, "reproducibility", "run to run"),
        (OVERWRITES, "reproducibility", "after other calls"),
    ],
)
def test_comparisons_that_were_patched_hide_no_write(
    tmp_path: Path, source: str, check: str, metric: str
) -> None:
    """The worker answers with digests of bits; they are compared in another process."""
    records = checked(tmp_path, source, check_names=[check])
    assert metric in {record.metric for record in failures(records)}


def test_patching_the_clock_in_its_process_changes_no_time(tmp_path: Path) -> None:
    """By that clock a number takes a millionth of its time; other programs only lengthen it."""
    records = checked(tmp_path, CLOCK, check_names=["throughput"])
    times = [r.value for r in records if r.verdict == "pass" and r.value is not None]
    assert times
    assert min(times) > LEAST_NS


def test_a_result_that_turns_wrong_while_it_is_timed_fails(tmp_path: Path) -> None:
    records = checked(tmp_path, COUNTS, check_names=["ties", "throughput"])
    assert {record.check for record in failures(records)} == {"throughput"}
    assert "once it has been called as often as a timing calls it" in failures(records)[0].message


@pytest.mark.parametrize("source", [DOWNCASTS, LOOKS_UP], ids=["16 bits", "by its caller"])
def test_what_is_computed_otherwise_for_the_timing_loop_fails(tmp_path: Path, source: str) -> None:
    records = checked(tmp_path, source, check_names=["ties", "throughput"])
    assert {record.check for record in failures(records)} == {"throughput"}


def test_results_of_earlier_calls_of_the_same_shape_fail(tmp_path: Path) -> None:
    assert failures(checked(tmp_path, REPLAYS, check_names=["accuracy"]))


def test_results_kept_by_a_fingerprint_of_the_logits_fail(tmp_path: Path) -> None:
    """Two neighbours that are exchanged have the same shape, ends and sum."""
    records = checked(tmp_path, FINGERPRINTS, check_names=["reproducibility"])
    assert {record.metric for record in failures(records)} == {"error"}


def test_a_wider_format_than_the_logits_have_is_weak(tmp_path: Path) -> None:
    records = checked(tmp_path, WIDENS, check_names=["arguments"])
    assert "weak" in {r.verdict for r in records if r.metric == "output format"}


def test_results_kept_for_the_same_array_are_found_out(tmp_path: Path) -> None:
    records = checked(tmp_path, CACHES, check_names=["throughput"])
    assert not time_ns(record for record in records if record.case.parameters == {})
    assert "with other logits in the array that was timed" in failures(records)[0].message


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (EAGER_TO_PLEASE, "ulp"),
        (LAZY, "it returned no array"),
        (THREAD, "ulp"),
        (PROCESS, "ulp"),
    ],
    ids=["equal to all", "computed when read", "filled by a thread", "filled by a fork"],
)
def test_a_result_that_is_not_there_when_the_call_returns_fails(
    tmp_path: Path, source: str, words: str
) -> None:
    failed = failures(checked(tmp_path, source, check_names=["stability"]))
    assert failed
    assert all(words in record.message for record in failed)


def test_what_is_declined_on_hard_logits_fails(tmp_path: Path) -> None:
    """With an exception of softmark's own: what a function takes is for its contract to say."""
    assert failures(checked(tmp_path, DECLINES, check_names=["stability"]))


def test_a_function_that_is_honest_only_after_a_pause_has_no_time(tmp_path: Path) -> None:
    """The last result of blocks of timed calls is judged; no call knows that it is the last."""
    records = checked(tmp_path, PAUSES, check_names=["ties", "throughput"])
    assert {record.check for record in failures(records)} == {"throughput"}
    assert "wrong at the end of a block of timed calls" in failures(records)[0].message


def test_what_would_move_its_data_much_faster_than_a_copy_has_no_time(tmp_path: Path) -> None:
    """Right results, of work that was not done: those of the same array, kept for a moment."""
    records = checked(tmp_path, INSTANT, check_names=["throughput"])
    large = [r for r in records if math.prod(r.case.shape) > 2**16 and r.case.parameters == {}]
    assert large
    assert not time_ns(large)


def test_a_buffer_that_is_returned_again_and_again_fails(tmp_path: Path) -> None:
    records = checked(tmp_path, BUFFER, check_names=["reproducibility", "accuracy", "ties"])
    assert {record.check for record in failures(records)} == {"reproducibility"}


@pytest.mark.parametrize("name", ["/etc/hostname", "made.txt"])
def test_a_function_has_the_rights_of_the_user(tmp_path: Path, name: str) -> None:
    """It is no sandbox: docs/trust.md says to check only code that one would run."""
    place = name if name.startswith("/") else str(tmp_path / name)
    mode = "r" if name.startswith("/") else "w"
    source = f"open({place!r}, {mode!r}).close()\nsoftmax = good\n"
    assert not failures(checked(tmp_path, source, check_names=["ties"]))
    assert Path(place).exists()
