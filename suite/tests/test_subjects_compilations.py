"""What JAX compiled in one process is read back in the next, but not where compiling is timed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from softmark.calling.targets import Target
from softmark.formats import FLOAT32
from softmark.subjects import Call, Info
from softmark.workers import compilations
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.settings import process_environment
from softmark.workers.worker_subject import Origin, WorkerSubject

KERNEL = """
import jax


@jax.jit
def softmax(x):
    return jax.nn.softmax(x)
"""
X = np.arange(34.0).reshape(2, 17)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, in a cache folder that is new."""
    monkeypatch.delenv(compilations.CHOSEN)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return Path(compilations.variables()[compilations.CHOSEN])


def compiled(cache: Path) -> int:
    return sum("softmax" in path.name and path.name.endswith("-cache") for path in cache.iterdir())


def test_what_is_compiled_is_kept_but_for_that_which_is_timed(cache: Path, tmp_path: Path) -> None:
    kernel = tmp_path / "kernel.py"
    kernel.write_text(KERNEL)
    info = Info("jax.softmax", "jax", "softmax", formats=("float32",))
    source = Origin(Target(str(kernel), "softmax"), "jax")
    with Worker(WorkerSettings()) as worker:
        subject = WorkerSubject(worker, source, info, 60.0)
        subject.load()
        before = compiled(cache)
        subject.time(Call(X), FLOAT32, seconds=0.0)
        assert compiled(cache) == before
        subject.forward(Call(X[:, :9]), FLOAT32)
        assert compiled(cache) > before


def test_a_folder_that_others_may_write_to_is_not_used(cache: Path) -> None:
    cache.chmod(0o777)
    assert compilations.variables() == {}


def test_a_folder_of_the_users_choice_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(compilations.CHOSEN, "/somewhere")
    assert process_environment(WorkerSettings(), 1)[compilations.CHOSEN] == "/somewhere"


def test_no_folder_is_used_where_none_can_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(compilations.CHOSEN)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert compilations.CHOSEN not in process_environment(WorkerSettings(), 1)


def test_a_folder_of_very_many_files_is_made_anew(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compilations, "MOST", 3)
    for name in range(5):
        (cache / str(name)).touch()
    compilations.variables()
    assert os.listdir(cache) == []
