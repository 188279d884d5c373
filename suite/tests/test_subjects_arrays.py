"""Whose arrays a user's function takes is seen from what its file works with."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from softmark.formats import BFLOAT16, FLOAT32
from softmark.subjects import TargetError
from softmark.subjects.arrays import framework_of
from softmark.subjects.process import Worker, WorkerSettings
from softmark.subjects.targets import Target
from softmark.subjects.worker_subject import Custom, custom

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")

Check = Callable[[str, str, str], Custom]

TORCH = """
import torch

def plain(x, dim=-1):
    return torch.softmax(x, dim)

class Module(torch.nn.Module):
    def forward(self, x):
        return torch.softmax(x, -1)
"""


def made(folder: Path, source: str, name: str, array: str = "auto") -> Custom:
    path = folder / "kernel.py"
    path.write_text(source)
    with Worker(WorkerSettings()) as worker:
        found = custom(worker, Target(str(path), name), array, "softmax", 60.0)
        values = found.subject.forward(np.zeros((2, 4)), FLOAT32).values
        assert (values == 0.25).all()
        if found.subject.info.framework != "numpy":
            g = np.array([[1.0, 0.0, 0.0, 0.0]] * 2)
            product = found.subject.vjp(np.zeros((2, 4)), g, BFLOAT16)
            assert product is not None
            assert product.format == "bfloat16"
            assert product.values[0].tolist() == [0.1875, -0.0625, -0.0625, -0.0625]
        return found


def test_numpy_is_what_remains(tmp_path: Path) -> None:
    found = made(tmp_path, "def f(x):\n    return x * 0 + 0.25\n", "f")
    info = found.subject.info
    assert (info.framework, info.axes, info.gradient) == ("numpy", "last", False)
    assert "bfloat16" not in info.formats


@needs_torch
@pytest.mark.parametrize("name", ["plain", "Module"])
def test_torch_is_seen_in_a_file_and_in_a_module(tmp_path: Path, name: str) -> None:
    info = made(tmp_path, TORCH, name).subject.info
    assert (info.framework, info.gradient) == ("torch", True)
    assert "bfloat16" in info.formats
    assert info.axes == ("any" if name == "plain" else "last")


@needs_jax
def test_a_jitted_function_is_known_as_compiled(tmp_path: Path) -> None:
    source = "import jax\nf = jax.jit(jax.nn.softmax, static_argnames='axis')\n"
    info = made(tmp_path, source, "f").subject.info
    assert (info.framework, info.compiled) == ("jax", True)


@needs_torch
def test_a_framework_behind_an_own_module_is_seen(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(TORCH)
    assert (
        made(tmp_path, "import mine\nf = lambda x: mine.plain(x)\n", "f").subject.info.framework
        == "torch"
    )


def test_two_frameworks_in_one_file_must_be_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {name: type(sys)(name) for name in ("torch", "jax")}
    with pytest.raises(TargetError, match="works with jax and torch; say whose arrays"):
        framework_of(lambda x: x, names, "auto", set(sys.modules))


def test_a_framework_that_is_missing_comes_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "softmark_implementations.with_torch", None)
    with pytest.raises(TargetError, match=r'python -m pip install "softmark\[torch\]"'):
        framework_of(lambda x: x, {}, "torch", set())
