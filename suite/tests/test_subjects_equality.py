"""A subject answers bit for bit alike in this process and in a worker."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from softmark import catalog
from softmark.contracts import Contract
from softmark.formats import BFLOAT16, FLOAT16, FLOAT32, FLOAT64, Format, round_to
from softmark.harness.planning import info_of, source_of
from softmark.operands import LABELS, MASK, OTHER, SINK, TARGET, Operand, operand_of
from softmark.subjects import Call, NotOffered, Output, Subject, SubjectFault
from softmark.workers.in_process import InProcessSubject
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.worker_subject import WorkerSubject

ENTRIES = [entry for entry in catalog.implementations() if entry.framework == "numpy"]
FORMATS = [FLOAT64, FLOAT32, FLOAT16, BFLOAT16]
BESIDE: dict[Operand | None, Callable[[Any], Any]] = {
    None: lambda x: None,
    LABELS: lambda x: np.ones(x.shape[:-1], dtype=np.int64),
    MASK: lambda x: None,
    SINK: lambda x: np.ones_like(x[..., :1]),
    OTHER: lambda x: x[..., ::-1],
    TARGET: lambda x: np.resize([0.0, 0.25, 1.0], x.shape),
}
"""What a call is given beside its logits."""


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(WorkerSettings()) as worker:
        yield worker


def both(entry: catalog.Entry, worker: Worker) -> tuple[Subject, Subject]:
    info = info_of(entry, "cpu")
    module = importlib.import_module(entry.module)
    function = getattr(module, entry.function)
    here = InProcessSubject(function, info, module.FRAMEWORK)
    return here, WorkerSubject(worker, source_of(entry), info, 30.0)


def inputs(fmt: Format) -> NDArray[np.float64]:
    values = np.random.default_rng(1).normal(scale=4.0, size=(3, 4, 5))
    values[0, 0, 0], values[1, 1, 1], values[2, 2, 2] = -np.inf, np.nan, -0.0
    values[0, 1, :] = fmt.least_subnormal
    values[0, 2, :] = fmt.max
    return round_to(values, fmt)


def fitted(x: NDArray[np.float64], contract: Contract) -> NDArray[np.float64]:
    """Logits that the function takes: matrices where it takes no more, and none that is larger."""
    x = x if contract.takes_rank(x.ndim) else x.reshape(-1, x.shape[-1])
    too_large = np.isfinite(x) & (np.abs(x) > contract.largest)
    return np.where(too_large, 1.0, x)


def told(subject: Subject, verb: str, call: Call, fmt: Format) -> Any:
    """What a call gave, as something that can be compared."""
    try:
        output: Output | None = getattr(subject, verb)(call, fmt)
    except SubjectFault as fault:
        return type(fault), fault.message
    assert output is not None
    return output.values.tobytes(), output.values.shape, output.format, output.input_modified


@pytest.mark.parametrize("fmt", FORMATS, ids=lambda fmt: fmt.name)
@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_implementation_answers_alike(
    entry: catalog.Entry, fmt: Format, worker: Worker
) -> None:
    here, there = both(entry, worker)
    x = fitted(inputs(fmt), here.info)
    labels = BESIDE[operand_of(entry.operation)](x)
    axis = -1 if entry.axes == "last" or labels is not None else 1
    beta = 2.0 if entry.takes_beta else None
    call = Call(x, axis, beta, labels, v=np.ones_like(x))
    first = told(here, "forward", call, fmt)
    assert first == told(there, "forward", call, fmt)
    if fmt in (FLOAT64, FLOAT32):
        assert len(first) == 4, first
    assert told(here, "jvp", call, fmt) == told(there, "jvp", call, fmt)


@pytest.mark.parametrize("layout", ["contiguous", "transposed", "strided", "offset"])
def test_layouts_hold_the_same_values(layout: str, worker: Worker) -> None:
    entry = next(entry for entry in ENTRIES if entry.name == "numpy.softmax")
    x = inputs(FLOAT32)
    for subject in both(entry, worker):
        plain = subject.forward(Call(x, axis=1), FLOAT32)
        assert told(subject, "forward", Call(x, axis=1, layout=layout), FLOAT32)[:2] == (
            plain.values.tobytes(),
            plain.values.shape,
        )


def test_a_beta_that_is_not_taken_is_not_offered(worker: Worker) -> None:
    entry = next(entry for entry in ENTRIES if entry.name == "numpy.logsumexp")
    for subject in both(entry, worker):
        subject.forward(Call(np.zeros((2, 3)), beta=1.0), FLOAT32)
        with pytest.raises(NotOffered, match="takes no beta"):
            subject.forward(Call(np.zeros((2, 3)), beta=2.0), FLOAT32)


def test_beta_may_be_infinite(worker: Worker) -> None:
    entry = next(entry for entry in ENTRIES if entry.name == "numpy.softargmax")
    here, there = both(entry, worker)
    call = Call(np.array([1.0, 3.0]), beta=np.inf)
    assert told(here, "forward", call, FLOAT32) == told(there, "forward", call, FLOAT32)


@pytest.mark.parametrize("mode", ["forward", "vjp"])
def test_time_is_told_beside_a_copy(mode: Any, worker: Worker) -> None:
    entry = next(entry for entry in ENTRIES if entry.name == "numpy.softmax")
    for subject in both(entry, worker):
        x = np.zeros((8, 100))
        if mode == "vjp":
            with pytest.raises(NotOffered):
                subject.time(Call(x, g=np.ones_like(x)), FLOAT32, seconds=0.05)
            continue
        timing = subject.time(Call(x), FLOAT32, seconds=0.05)
        assert timing.copy_bytes == 8 * 100 * 4
        assert len(timing.subject_ns) == len(timing.copy_ns) >= 2
        assert (timing.subject_ns > 0).all()
        assert timing.first_call_ns > 0
        assert timing.threads >= 1


def test_no_layer_reaches_nothing(worker: Worker) -> None:
    entry = next(entry for entry in ENTRIES if entry.name == "numpy.softmax")
    for subject in both(entry, worker):
        with pytest.raises(NotOffered):
            subject.reach(0)
