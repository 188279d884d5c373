"""Calls in a row and at once, the same with other threads, and the eager form of a compiled one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from forked import LONG

from softmark import catalog
from softmark.calling.targets import Target
from softmark.formats import FLOAT32
from softmark.harness.planning import info_of, source_of
from softmark.subjects import Call, Info, NotOffered, Raised, Subject
from softmark.workers.in_process import InProcessSubject
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.settings import processors
from softmark.workers.worker_subject import WorkerSubject, custom
from softmark_implementations.with_numpy import FRAMEWORK

X = np.array([[0.0, 1.0, 2.0]])
A, B = Call(X), Call(X + 1)

KERNEL = """
import os
import threading

import numpy as np

buffer = np.zeros((1, 3), np.float32)
both = threading.Barrier(2, timeout=600)

def same(x, axis=-1):
    return x.copy()

def overwritten(x, axis=-1):
    buffer[...] = x
    return buffer

def meets_another(x, axis=-1):
    both.wait()
    return x.copy()

def shorter(x, axis=-1):
    return x[..., 1:]

def nothing(x, axis=-1):
    pass

def picky(x, axis=-1):
    if axis not in (-1, x.ndim - 1):
        raise ValueError("no such axis")
    return x.copy()

def processors(x, axis=-1):
    return x * 0 + len(os.sched_getaffinity(0))
"""


@pytest.fixture(scope="module")
def worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Gives a function of the kernel, in a worker, as a subject."""
    path = tmp_path_factory.mktemp("kernel") / "kernel.py"
    path.write_text(KERNEL)
    with Worker(WorkerSettings(threads=1)) as shared:
        yield lambda name: custom(shared, Target(str(path), name), "numpy", "softmax", LONG).subject


@pytest.fixture
def here() -> Any:
    """The same in this process."""
    space: dict[str, Any] = {}
    exec(KERNEL, space)
    info = Info("numpy.softmax", "numpy", "softmax", gradient=False)
    return lambda name: InProcessSubject(space[name], info, FRAMEWORK)


@pytest.fixture(params=["worker", "here"])
def subject(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def test_equal_results_are_one(subject: Any) -> None:
    series = subject("same").series([A, B], [[0, 1, 0, 1]], FLOAT32)

    assert series.given == series.kept == ((0, 1, 0, 1),)
    assert [output.values.tolist() for output in series.outputs] == [X.tolist(), (X + 1).tolist()]


def test_a_result_that_changes_later_is_another(subject: Any) -> None:
    series = subject("overwritten").series([A, B], [[0, 1]], FLOAT32)

    assert series.given == ((0, 1),)
    assert series.kept == ((1, 1),)


def test_callers_call_at_once(subject: Any) -> None:
    series = subject("meets_another").series([A, B], [[0, 0], [1, 1]], FLOAT32)

    assert series.given == ((0, 0), (1, 1))


def test_inputs_of_several_shapes(subject: Any) -> None:
    longer = Call(np.zeros((2, 5)))
    series = subject("same").series([A, longer], [[1, 0]], FLOAT32)

    assert [output.values.shape for output in series.outputs] == [(2, 5), (1, 3)]


def test_a_call_may_raise_where_it_is_told_so(subject: Any) -> None:
    wrong = Call(X, axis=2, may_raise=True)
    series = subject("picky").series([A, wrong], [[0, 1, 0]], FLOAT32)

    assert series.given == ((0, -1, 0),)
    with pytest.raises(Raised, match="no such axis"):
        subject("picky").series([Call(X, axis=2)], [[0]], FLOAT32)


def test_a_result_of_the_wrong_shape_is_refused(subject: Any) -> None:
    with pytest.raises(Raised, match="shape"):
        subject("shorter").series([A], [[0]], FLOAT32)


@pytest.mark.parametrize("callers", [[[0, 0]], [[0], [0]]])
def test_nothing_returned_is_no_result(subject: Any, callers: list[list[int]]) -> None:
    with pytest.raises(Raised, match="it returned no array"):
        subject("nothing").series([A], callers, FLOAT32)


def test_a_cotangent_asks_for_the_gradient() -> None:
    torch = pytest.importorskip("torch")
    from softmark_implementations.with_torch import FRAMEWORK as TORCH

    info = Info("torch.softmax", "torch", "softmax")
    square = InProcessSubject(lambda x: torch.square(x), info, TORCH)
    series = square.series([Call(X, g=np.ones_like(X))], [[0, 0]], FLOAT32)

    assert series.given == ((0, 0),)
    assert series.outputs[0].values.tolist() == (2 * X).tolist()


@pytest.mark.skipif(len(processors(None)) < 2, reason="this machine has one processor")
def test_another_number_of_threads_is_another_process(worker: Any) -> None:
    subject = worker("processors")
    assert subject.threads == 1
    assert subject.forward(Call(X), FLOAT32).values.max() == 1

    with_two = subject.with_threads(2)
    assert with_two.forward(Call(X), FLOAT32).values.max() == 2
    assert with_two.threads == 2
    assert subject.with_threads(1) is subject


def test_more_threads_than_processors_are_not_offered(subject: Any) -> None:
    with pytest.raises(NotOffered):
        subject("same").with_threads(4096)


def test_the_workers_beside_one_end_with_it(tmp_path: Path) -> None:
    with Worker(WorkerSettings()) as first:
        second = first.beside(counts_memory=True)
        assert first.beside(counts_memory=True) is second
        second.start()
        assert second._child is not None
        process = second._child.process
    assert process.poll() is not None


def test_the_eager_form_of_a_compiled_one(subject: Any) -> None:
    with pytest.raises(NotOffered):
        subject("same").uncompiled()

    pytest.importorskip("jax")
    entry = catalog.read().find("jax.softmax[jit]")
    with Worker(WorkerSettings()) as shared:
        compiled = WorkerSubject(shared, source_of(entry), info_of(entry, "cpu"), LONG)
        eager: Subject = compiled.uncompiled()

        assert not eager.info.compiled
        assert eager.forward(Call(X), FLOAT32).values == pytest.approx(
            compiled.forward(Call(X), FLOAT32).values, rel=1e-6
        )


def test_every_compiled_implementation_names_its_eager_form() -> None:
    entries = {e.name: e for e in catalog.implementations()}
    forms = {(e.framework, e.operation, e.variant) for e in entries.values()}
    for entry in entries.values():
        if entry.eager is not None:
            assert entry.compiled
            assert (entry.framework, entry.operation, entry.eager) in forms
