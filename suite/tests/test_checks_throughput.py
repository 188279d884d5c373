"""A time is given only to work that was done, and says what it is the time of."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from softmark import operations
from softmark.calling import ring
from softmark.calling.timed import moved_on
from softmark.checks import Measurement, Scope, applies, load
from softmark.checks.throughput import _moved_rows
from softmark.checks.throughput.plan import LEVELS, cell_of, cells
from softmark.formats import FLOAT32, FORMATS
from softmark.judging.outputs import judge_forward
from softmark.subjects import Info, Output, Raised, Timing
from softmark.subjects.wire import Message
from softmark.workers.in_process import InProcessSubject
from softmark_implementations.with_numpy import FRAMEWORK

Array = NDArray[Any]
Function = Callable[..., Array]
CHECK = load("throughput")
INFO = Info("numpy.softmax", "numpy", "softmax", formats=("float64", "float32"), gradient=False)
QUICK = Scope(INFO, operations.load("softmax"), FLOAT32)
STANDARD = replace(QUICK, profile="standard")


def softmax(x: Array, axis: int = -1) -> Array:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return np.asarray(e / e.sum(axis=axis, keepdims=True))


def half(x: Array, axis: int = -1) -> Array:
    return softmax(x, axis) / 2


def wrong_in_the_last_row(x: Array, axis: int = -1) -> Array:
    y = softmax(x, axis)
    y[-1] = y[-1, ::-1]
    return y


def wrong_in_the_last_column(x: Array, axis: int = -1) -> Array:
    y = softmax(x, axis)
    y[:, -1] = y[::-1, -1]
    return y


def logsumexp(x: Array, axis: int = -1) -> Array:
    top = x.max(axis=axis, keepdims=True)
    return np.asarray(np.log(np.exp(x - top).sum(axis=axis)) + top.squeeze(axis))


def known_by_identity() -> Function:
    """Keeps the result of each array that it has seen, whatever that holds now."""
    seen: dict[int, tuple[Array, Array]] = {}

    def function(x: Array, axis: int = -1) -> Array:
        if id(x) not in seen:
            seen[id(x)] = x, softmax(x, axis)
        return seen[id(x)][1]

    return function


def known_by_value() -> Function:
    """Keeps every result, and looks it up by a few of the logits, so that it is always right."""
    seen: dict[bytes, Array] = {}

    def function(x: Array, axis: int = -1) -> Array:
        key = x.reshape(-1)[:64].tobytes()
        if key not in seen:
            seen[key] = softmax(x, axis)
        return seen[key]

    return function


def late() -> Function:
    """Returns what the call before should have returned."""
    kept: list[Array] = []

    def function(x: Array, axis: int = -1) -> Array:
        kept.append(softmax(x, axis))
        return kept.pop(0) if len(kept) > 1 else kept[0]

    return function


def one_buffer() -> Function:
    """Every result is the same array, which the next call overwrites."""
    kept: dict[tuple[int, ...], Array] = {}

    def function(x: Array, axis: int = -1) -> Array:
        y = kept.setdefault(x.shape, np.empty_like(x))
        y[...] = softmax(x, axis)
        return y

    return function


def in_place(x: Array, axis: int = -1) -> Array:
    x[...] = softmax(x, axis)
    return x


def measure(function: Function, scope: Scope = STANDARD, **wanted: str) -> Measurement:
    """The measurement of the smallest case of which the wanted is true."""
    subject = InProcessSubject(function, scope.info, FRAMEWORK)
    wanted = {"mode": "forward", "inputs": "warm", "threads": "one"} | wanted
    fitting = [
        cell for cell in cells(scope) if all(getattr(cell, k) == v for k, v in wanted.items())
    ]
    smallest = min(fitting, key=lambda cell: LEVELS[cell.level])
    (found,) = CHECK.measure(subject, smallest.case(scope), scope)
    return found


class Hurried(InProcessSubject):
    """A subject whose calls and copies are said to take so many nanoseconds."""

    took: tuple[float, float]

    def time(self, *arguments: Any, **keywords: Any) -> Timing:
        timing = super().time(*arguments, **keywords)
        own, copy = (np.full(4, ns) for ns in self.took)
        return replace(timing, subject_ns=own, copy_ns=copy)


@pytest.mark.parametrize(
    ("own", "verdict"), [(100.0, "pass"), (60.0, "pass"), (30.0, "not_offered")]
)
def test_a_time_that_beats_a_copy_is_none(own: float, verdict: str) -> None:
    """Reading and writing as many bytes as a copy, with one thread."""
    case = next(case for case in CHECK.cases(QUICK) if cell_of(case, QUICK).mode == "forward")
    subject = Hurried(softmax, INFO, FRAMEWORK)
    subject.took = own, 100.0
    (found,) = CHECK.measure(subject, case, QUICK)

    assert found.verdict == verdict
    if verdict != "pass":
        assert "times as fast as a copy of as many bytes" in found.message


class Disturbed(InProcessSubject):
    """A subject whose calls are said to take these nanoseconds, one list for each timing."""

    took: list[list[float]]

    def time(self, *arguments: Any, **keywords: Any) -> Timing:
        timing = super().time(*arguments, **keywords)
        return replace(timing, subject_ns=np.array(self.took.pop(0)), copy_ns=np.full(4, 1e5))


@pytest.mark.parametrize(
    ("took", "verdict", "value"),
    [
        ([[1e6, 1.4e6]], "pass", 1.2e6),
        ([[1e6, 3e6], [1e6, 1.2e6]], "pass", 1.1e6),
        ([[1e6, 3e6], [2e6, 4e6, 2e6, 4e6]], "not_offered", None),
        ([[1e6, 3e6, 1e6, 3e6, 1e6, 3e6]], "pass", 2e6),  # enough of them for a median
    ],
)
def test_few_times_that_are_far_apart_are_taken_again_or_none(
    took: list[list[float]], verdict: str, value: float | None
) -> None:
    case = next(case for case in CHECK.cases(QUICK) if cell_of(case, QUICK).mode == "forward")
    subject = Disturbed(softmax, INFO, FRAMEWORK)
    subject.took = took
    (found,) = CHECK.measure(subject, case, QUICK)

    assert found.verdict == verdict, found.message
    assert not took, "a timing more was expected"
    if value is None:
        assert "its few calls took 2 to 4 ms" in found.message
    else:
        assert found.value == pytest.approx(value / np.prod(case.shape))


def hasty() -> Function:
    """Right after a pause alone: what is called soon after it returned gives its logits back."""
    last = 0

    def function(x: Array, axis: int = -1) -> Array:
        nonlocal last
        is_soon = time.perf_counter_ns() - last < 100_000
        y = x if is_soon else softmax(x, axis)
        last = time.perf_counter_ns()
        return y

    return function


@pytest.mark.parametrize("inputs", ["warm", "cold"])
def test_what_is_right_after_a_pause_alone_has_no_time(inputs: str) -> None:
    found = measure(hasty(), inputs=inputs)

    assert found.verdict == "fail"
    assert "wrong at the end of a block of timed calls" in found.message


@pytest.mark.parametrize("inputs", ["warm", "cold"])
def test_a_right_result_has_a_time(inputs: str) -> None:
    found = measure(softmax, inputs=inputs)

    assert found.verdict == "pass"
    told: Any = found.distribution
    assert told["inputs"] == inputs
    assert told["mode"] == "forward"
    assert told["threads"] == 1
    assert told["denormals"]["float32"] in ("kept", "flushed")
    assert told["clock"] == "host"
    assert (told["ring_bytes"] > 0) == (inputs == "cold")


@pytest.mark.parametrize("inputs", ["warm", "cold"])
@pytest.mark.parametrize(
    "make",
    [lambda: half, lambda: wrong_in_the_last_row, late, one_buffer],
    ids=["half", "last row", "late", "one buffer"],
)
def test_work_that_was_not_done_has_no_time(make: Callable[[], Function], inputs: str) -> None:
    found = measure(make(), inputs=inputs)

    assert found.verdict in ("not_offered", "fail")
    assert found.value is None
    assert "no time" in found.message


@pytest.mark.parametrize("function", [known_by_identity(), in_place], ids=["identity", "in place"])
def test_the_array_that_was_timed_is_filled_anew(function: Function) -> None:
    found = measure(function)
    assert (found.verdict, found.value) == ("fail", None)


@pytest.mark.parametrize("inputs", ["warm", "cold"])
def test_results_that_are_kept_are_found_out(inputs: str) -> None:
    subject = InProcessSubject(known_by_value(), INFO, FRAMEWORK)
    wanted = "L3", 4096, inputs, "one"
    (cell,) = [c for c in cells(STANDARD) if (c.level, c.n, c.inputs, c.threads) == wanted]
    (found,) = CHECK.measure(subject, cell.case(STANDARD), STANDARD)
    assert found.verdict == "not_offered"
    assert "it keeps results" in found.message


def test_a_slow_function_is_spared_the_largest_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CHECK, "PATIENCE", 0.0)
    subject = InProcessSubject(softmax, INFO, FRAMEWORK)
    (cell,) = [c for c in cells(STANDARD) if (c.level, c.n) == ("DRAM", 4096)]
    (found,) = CHECK.measure(subject, cell.case(STANDARD), STANDARD)
    assert "too long to be made many times" in found.message
    assert found.verdict == "skipped"


class Busy(InProcessSubject):
    """A subject whose calls take these seconds of the processor, one after the other.

    Other programs have the processor for nine times as long.
    """

    took: list[float]
    now = 0.0

    def perf_counter(self) -> float:
        return self.now

    def forward(self, *arguments: Any, **keywords: Any) -> Output:
        output = super().forward(*arguments, **keywords)
        took = self.took.pop(0) if len(self.took) > 1 else self.took[0]
        self.now += 10 * took
        return replace(output, processor_seconds=took)


@pytest.mark.parametrize(
    ("took", "is_slow", "calls"),
    [
        ((0.001,), False, 1),
        ((0.2,) * 8 + (0.02,), False, 9),  # another program emptied the caches eight times
        ((0.02,), False, 1),  # but 0.2 s on the clock
        ((0.25,), True, 8),
        ((5.0,), True, 3),
    ],
)
def test_a_function_is_slow_where_it_is_each_time(
    monkeypatch: pytest.MonkeyPatch, took: tuple[float, ...], is_slow: bool, calls: int
) -> None:
    made: list[int] = []

    def counted(x: Array, axis: int = -1) -> Array:
        made.append(len(x))
        return softmax(x, axis)

    subject = Busy(counted, INFO, FRAMEWORK)
    subject.took = list(took)
    monkeypatch.setattr(CHECK, "time", subject)
    (cell,) = [c for c in cells(STANDARD) if (c.level, c.n) == ("DRAM", 4096)]
    problem = STANDARD.problem(cell.case(STANDARD))
    assert bool(CHECK._too_slow(subject, cell, problem, STANDARD)) == is_slow
    assert len(made) == calls


@pytest.mark.parametrize(
    ("function", "operation", "verdict"),
    [
        (softmax, "softmax", "pass"),
        (logsumexp, "logsumexp", "pass"),
        (wrong_in_the_last_column, "softmax", "not_offered"),
        (known_by_identity(), "softmax", "fail"),
    ],
)
def test_some_of_many_columns_are_judged(
    function: Function, operation: str, verdict: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = replace(INFO, operation=operation)
    scope = Scope(info, operations.load(operation), FLOAT32, "full")
    (cell,) = [c for c in cells(scope) if (c.level, c.n, c.axis) == ("L3", 4096, 0)]
    case, judged = cell.case(scope), []

    def judge(values: Array, problem: operations.Problem, scope: Scope) -> Iterator[Measurement]:
        judged.append(problem)
        yield from judge_forward(values, problem, scope)

    monkeypatch.setattr(CHECK, "judge_forward", judge)
    (found,) = CHECK.measure(InProcessSubject(function, info, FRAMEWORK), case, scope)

    assert found.verdict == verdict
    assert case.shape == (4096, 64)
    assert {problem.n for problem in judged} == {4096}
    assert all(2 <= problem.x.shape[1] <= 18 for problem in judged)


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
@pytest.mark.parametrize("inputs", ["warm", "cold"])
def test_derivatives_of_the_frameworks_have_times(framework: str, inputs: str) -> None:
    module = import_module(f"softmark_implementations.with_{framework}")
    info = replace(INFO, name=f"{framework}.softmax", framework=framework, gradient=True)
    scope = Scope(info, operations.load("softmax"), FLOAT32, "full")
    (cell,) = [
        c
        for c in cells(scope)
        if (c.mode, c.inputs, c.threads) == ("vjp", inputs, "one")
        and (c.level, c.n) == ("L3", 4096)
    ]
    subject = InProcessSubject(module.softmax, info, module.FRAMEWORK)
    (found,) = CHECK.measure(subject, cell.case(scope), scope)
    told: Any = found.distribution
    assert found.verdict == "pass", found.message
    assert (told["mode"], told["inputs"]) == ("vjp", inputs)
    assert told["bytes"] == 3 * 2**20
    # None where a test before this one called the function with the shape, in the same process.
    assert told["new_shape_ns"] in (told["first_call_ns"], None)


def test_a_wrong_derivative_has_no_time() -> None:
    torch = import_module("softmark_implementations.with_torch")
    info = replace(INFO, name="torch.softmax", framework="torch", gradient=True)
    scope = Scope(info, operations.load("softmax"), FLOAT32)
    subject = InProcessSubject(torch.softmax, info, torch.FRAMEWORK, vjp=lambda x, g, axis=-1: g)
    (cell,) = [cell for cell in cells(scope) if cell.mode == "vjp"]
    (found,) = CHECK.measure(subject, cell.case(scope), scope)
    assert "no time" in found.message


def test_all_threads_need_a_process_of_their_own() -> None:
    scope = replace(QUICK, profile="standard")
    if len(CHECK.processors(None)) == 1:
        pytest.skip("one processor is all there are")
    assert "threads of this process were fixed" in measure(softmax, scope, threads="all").message


@pytest.mark.parametrize("profile", ["quick", "standard", "full"])
@pytest.mark.parametrize("name", ["float64", "float32", "float16", "bfloat16"])
def test_a_level_is_as_many_bytes_in_each_format(profile: Any, name: str) -> None:
    info = replace(INFO, formats=("float64", "float32", "float16", "bfloat16"), gradient=True)
    scope = Scope(info, operations.load("softmax"), FORMATS[name], profile)
    ids = set()
    for cell in cells(scope):
        case = cell.case(scope)
        nbytes = np.prod(case.shape) * scope.format.bits // 8
        assert LEVELS[cell.level] / 2 < nbytes <= max(LEVELS[cell.level], cell.n * 8)
        assert cell_of(case, scope) == cell
        assert case.parameters == {} or case.parameters["check"]
        ids.add(str(case.to_json()))
    assert len(ids) == len(list(cells(scope)))
    assert bool(ids) == (profile != "quick" or name == "float32")


def test_the_usual_cases_say_nothing_of_themselves() -> None:
    """Their ids are those of results that were recorded before there were others."""
    shapes = {case.shape for case in CHECK.cases(QUICK) if not case.parameters}
    assert {(40, 100), (64, 4096)} <= shapes


def test_one_format_in_the_quick_profile() -> None:
    assert applies("throughput", QUICK) is None
    other = replace(QUICK, format=FORMATS["float64"])
    assert "times float32 only" in (applies("throughput", other) or "")


def test_a_ring_is_larger_than_the_last_cache_and_holds_nothing_twice() -> None:
    cache = ring.last_cache_bytes()
    for nbytes in (2**14, 2**20, 2**27):
        count = ring.slots(nbytes, cache)
        # Between two visits of one array all others are read.
        assert (count - 1) * nbytes >= min(2 * cache, ring.MOST)
    few = list(ring.rotated(np.arange(12.0).reshape(3, 4), 5))
    assert all(not np.array_equal(a, b) for a, b in itertools.combinations(few, 2))
    assert all(sorted(a.reshape(-1)) == list(range(12)) for a in few)
    take = ring.taker([1, 2, 3])
    assert [take() for _ in range(5)] == [1, 2, 3, 1, 2]


def test_the_last_cache_is_the_largest_that_the_system_tells(tmp_path: Path) -> None:
    assert ring.last_cache_bytes(tmp_path) == ring.ASSUMED
    for index, size in enumerate(("48K", "1024K", "32M", "odd")):
        (tmp_path / f"index{index}").mkdir()
        (tmp_path / f"index{index}" / "size").write_text(f"{size}\n")
    assert ring.last_cache_bytes(tmp_path) == 32 * 2**20


class Told(InProcessSubject):
    """A subject that keeps what its timings were asked for, and the shapes of what came back."""

    came: list[tuple[int, ...]]

    def ask(self, request: Message) -> Message:
        answer = super().ask(request)
        if request.header["verb"] == "time":
            self.came = [answer.arrays[f"bits{i}"].shape for i in range(2)]
        return answer


@pytest.mark.parametrize(
    ("function", "operation", "verdict"),
    [
        (softmax, "softmax", "pass"),
        (logsumexp, "logsumexp", "pass"),
        (wrong_in_the_last_row, "softmax", "not_offered"),
        (known_by_identity(), "softmax", "fail"),
        (lambda x, axis=-1: softmax(x, axis)[1:], "softmax", "crash"),
    ],
)
def test_only_the_rows_that_are_judged_come_back(
    function: Function, operation: str, verdict: str
) -> None:
    info = replace(INFO, operation=operation)
    scope = Scope(info, operations.load(operation), FLOAT32)
    (cell,) = [c for c in cells(scope) if (c.level, c.inputs) == ("L3", "warm")]
    subject = Told(function, info, FRAMEWORK)
    case = cell.case(scope)
    if verdict == "crash":
        with pytest.raises(Raised, match=r"the shape \(63, 4096\), expected \(64, 4096\)"):
            list(CHECK.measure(subject, case, scope))
        return
    (found,) = CHECK.measure(subject, case, scope)

    assert found.verdict == verdict, found.message
    assert all(2 <= shape[0] <= 18 for shape in subject.came)
    assert case.shape == (64, 4096)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(1, 9), st.integers(0, 100), st.integers(0, 2**31))
def test_the_rows_of_moved_logits_are_those_of_all_of_them(
    rows: int, n: int, steps: int, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(rows, n))
    some = np.unique(rng.integers(0, rows, 4))
    np.testing.assert_array_equal(_moved_rows(x, some, steps), moved_on(x, steps)[some])
