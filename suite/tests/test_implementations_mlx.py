"""MLX computes when somebody looks: in the thread that called, and before the clock stops."""

from __future__ import annotations

import numpy as np
import pytest

from softmark import catalog
from softmark.formats import FLOAT32
from softmark.harness.planning import info_of, source_of
from softmark.subjects import Call
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.worker_subject import WorkerSubject

pytest.importorskip("mlx.core", reason="mlx is not installed")


def test_calls_at_once_are_finished_where_they_are_made() -> None:
    entry = catalog.read().find("mlx.softmax")
    x = Call(np.array([[0.0, 1.0, 2.0]]))
    with Worker(WorkerSettings()) as worker:
        subject = WorkerSubject(worker, source_of(entry), info_of(entry, "cpu"), 60.0)
        alone = subject.forward(Call(x.x), FLOAT32).values
        told = subject.series([x], [[0, 0], [0, 0]], FLOAT32)
    assert told.kept == ((0, 0), (0, 0))
    np.testing.assert_array_equal(told.outputs[0].values, alone)


def test_extra_memory_is_that_of_the_arrays_that_are_made() -> None:
    import mlx.core as mx

    from softmark_implementations.with_mlx import FRAMEWORK

    x = mx.zeros((256, 1024))
    mx.eval(x)
    taken = FRAMEWORK.peak(lambda: mx.eval(mx.exp(x)), "cpu")
    assert taken is not None
    assert 1 <= taken / x.nbytes <= 1.1
