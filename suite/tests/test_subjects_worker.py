"""A worker needs nothing of its parent's environment, and stays as it was told to be."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from softmark.calling.targets import Target
from softmark.formats import FLOAT64
from softmark.subjects import Call, Raised, TargetError
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.settings import process_environment, processors
from softmark.workers.worker_subject import custom

KERNEL = """
import os, sys, threading

def modules(x):
    raise RuntimeError(" ".join(sorted({name.partition(".")[0] for name in sys.modules})))

def environment(x):
    raise RuntimeError(repr(sorted(os.environ.items())))

def processors(x):
    raise RuntimeError(repr(sorted(os.sched_getaffinity(0))))

IDLE = threading.Event()

def processors_of_threads(x):
    threading.Thread(target=IDLE.wait, daemon=True).start()
    threads = map(int, os.listdir("/proc/self/task"))
    raise RuntimeError(repr([sorted(os.sched_getaffinity(each)) for each in threads]))

def path(x):
    raise RuntimeError(repr(sys.path))

def hashing(x):
    raise RuntimeError(str(hash("softmark")))

HELD = []

def holds_more(x):
    HELD.append(bytearray(os.urandom(1) * 2**27))
    return x

def inheritance(x):
    raise RuntimeError(" ".join(str(d) for d in range(3, 64) if inheritable(d)))

def inheritable(descriptor):
    try:
        return os.get_inheritable(descriptor)
    except OSError:
        return False
"""

Ask = Callable[..., str]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """What one of the kernel's functions says, in a worker with the given settings."""
    (tmp_path / "kernel.py").write_text(KERNEL)
    target = str(tmp_path / "kernel.py")

    def asked(name: str, **settings: object) -> str:
        with Worker(WorkerSettings(**settings)) as worker:  # type: ignore[arg-type]
            subject = custom(worker, Target(target, name), "numpy", "softmax", 20.0).subject
            with pytest.raises(Raised) as caught:
                subject.forward(Call(np.zeros((1, 2))), FLOAT64)
        return caught.value.message.removeprefix("it raised RuntimeError: ")

    return asked


def test_a_worker_imports_numpy_and_the_standard_library_alone(ask: Ask) -> None:
    own = {"softmark", "softmark_implementations", "kernel", "numpy", "ml_dtypes"}
    # What a site configuration brings into every interpreter is not the worker's doing.
    brought = re.compile(r"__|_virtualenv|_distutils_hack|sitecustomize|usercustomize|_?cython")
    others = set(ask("modules").split()) - set(sys.stdlib_module_names) - own
    assert {name for name in others if not brought.match(name)} == set()


def test_no_module_beside_the_worker_hides_another(ask: Ask) -> None:
    assert "softmark/subjects" not in ask("path")


def test_threads_are_limited_before_a_framework_is_imported(ask: Ask) -> None:
    said = ask("environment", threads=1)
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "NPROC"):
        assert f"('{name}', '1')" in said
    assert re.fullmatch(r"\[\d+\]", ask("processors", threads=1))


@pytest.mark.skipif(len(processors(None)) < 2, reason="there is one processor only")
def test_a_worker_goes_to_other_processors_with_all_its_threads_and_starts_there(
    tmp_path: Path,
) -> None:
    (tmp_path / "kernel.py").write_text(KERNEL)
    target = Target(str(tmp_path / "kernel.py"), "processors_of_threads")
    first, second, *_ = processors(None)
    with Worker(WorkerSettings(threads=1)) as worker:
        subject = custom(worker, target, "numpy", "softmax", 20.0).subject

        def where() -> set[int]:
            with pytest.raises(Raised) as caught:
                subject.forward(Call(np.zeros((1, 2))), FLOAT64)
            threads = json.loads(caught.value.message.removeprefix("it raised RuntimeError: "))
            assert len(threads) > 1
            return {processor for thread in threads for processor in thread}

        assert where() == {first}
        worker.move(1)
        assert where() == {second}
        worker.stop()
        assert where() == {second}
        worker.move(0)
        assert where() == {first}


def test_a_worker_for_the_processor_sees_no_other_device(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0")
    assert "('CUDA_VISIBLE_DEVICES', '')" in ask("environment")


def test_a_device_that_the_framework_lacks_is_told(ask: Ask) -> None:
    with pytest.raises(TargetError, match="cannot be loaded: NumPy has no device cuda"):
        ask("environment", device="cuda")


def test_hashing_follows_the_seed(ask: Ask) -> None:
    assert ask("hashing", seed=1) == ask("hashing", seed=1)
    assert ask("hashing", seed=1) != ask("hashing", seed=2)


def test_what_the_kernel_starts_inherits_no_connection(ask: Ask) -> None:
    assert ask("inheritance") == ""


def test_workers_on_a_device_leave_its_memory_to_each_other() -> None:
    fixed = process_environment(WorkerSettings(device="cuda"), 1)
    assert fixed["XLA_PYTHON_CLIENT_PREALLOCATE"] == "false"
    assert fixed["TF_FORCE_GPU_ALLOW_GROWTH"] == "true"


def test_an_interpreter_without_numpy_says_what_it_lacks(tmp_path: Path) -> None:
    bare = tmp_path / "python"
    bare.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "$@"\n')
    bare.chmod(0o755)
    (tmp_path / "kernel.py").write_text("def softmax(x):\n    return x\n")
    target = Target(str(tmp_path / "kernel.py"), "softmax")
    with (
        Worker(WorkerSettings(python=str(bare))) as worker,
        pytest.raises(TargetError, match=r"exit status 1 \(ModuleNotFoundError: No module named"),
    ):
        custom(worker, target, "numpy", "softmax", 10.0)


def test_a_process_that_has_grown_is_ended_when_asked_to_be_and_another_goes_on(
    tmp_path: Path,
) -> None:
    (tmp_path / "kernel.py").write_text(KERNEL)
    target, x = Target(str(tmp_path / "kernel.py"), "holds_more"), np.ones((1, 2))
    with Worker(WorkerSettings()) as worker:
        subject = custom(worker, target, "numpy", "softmax", 20.0).subject
        for _ in range(4):  # half a gigabyte
            subject.forward(Call(x), FLOAT64)
        worker.end_if_larger(2**31)
        subject.forward(Call(x), FLOAT64)
        assert worker.generation == 1
        worker.end_if_larger(2**29)
        subject.forward(Call(x), FLOAT64)
        assert worker.generation == 2
        worker.end_if_larger(2**29)
        subject.forward(Call(x), FLOAT64)
        assert worker.generation == 2
