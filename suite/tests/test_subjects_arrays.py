"""Whose arrays a user's function takes is seen from what its file works with."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from forked import LONG

from softmark.calling.arrays import checked, framework_of
from softmark.calling.targets import Target
from softmark.formats import BFLOAT16, FLOAT32
from softmark.naming import UnknownName
from softmark.subjects import Call, TargetError
from softmark.subjects.python_functions import attributes, used
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.worker_subject import LoadedFunction, custom
from softmark_implementations.framework import NotOffered

needs_torch = pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")

Check = Callable[[str, str, str], LoadedFunction]

TORCH = """
import torch

def plain(x, dim=-1):
    return torch.softmax(x, dim)

class Module(torch.nn.Module):
    def forward(self, x):
        return torch.softmax(x, -1)
"""


def made(folder: Path, source: str, name: str, array: str = "auto") -> LoadedFunction:
    path = folder / "kernel.py"
    path.write_text(source)
    with Worker(WorkerSettings()) as worker:
        found = custom(worker, Target(str(path), name), array, "softmax", LONG)
        values = found.subject.forward(Call(np.zeros((2, 4))), FLOAT32).values
        assert (values == 0.25).all()
        if found.subject.info.framework != "numpy":
            g = np.array([[1.0, 0.0, 0.0, 0.0]] * 2)
            product = found.subject.vjp(Call(np.zeros((2, 4)), g=g), BFLOAT16)
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


needs_strict = pytest.mark.skipif(
    find_spec("array_api_strict") is None or find_spec("array_api_compat") is None,
    reason="array-api-strict is not installed",
)


def formula(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def methods(x: Any) -> Any:
    e = (x - x.amax(dim=-1, keepdim=True)).exp()
    return e / e.sum(dim=-1, keepdim=True)


def guessed(function: Any, *modules: str) -> tuple[str, str]:
    """The library and the remark, of a function in a file that imports these."""
    names = {name: importlib.import_module(name) for name in modules}
    framework, remark = framework_of(function, names, "auto", set(sys.modules))
    return framework.name, remark


@needs_strict
@needs_torch
@pytest.mark.parametrize("other", ["array_api_strict", "torch"])
def test_a_formula_of_numpy_in_a_file_that_imports_another_library(other: str) -> None:
    name, remark = guessed(formula, "numpy", other)
    assert name == "numpy"
    expected = f"called with arrays of numpy: guessed from np.exp in its code; --array {other}"
    assert remark.startswith(expected)


@needs_torch
def test_what_a_function_uses_says_more_than_what_its_file_imports() -> None:
    torch = importlib.import_module("torch")
    scale = torch.ones(1)

    def mixed(x: Any) -> Any:
        return torch.softmax(x * scale, -1) * float(np.float32(1))

    def annotated(x: torch.Tensor) -> Any:
        return x

    assert guessed(mixed, "numpy", "array_api_strict")[0] == "torch"
    assert guessed(functools.partial(torch.softmax, dim=-1), "numpy", "torch")[0] == "torch"
    assert guessed(annotated, "numpy", "jax")[0] == "torch"
    assert guessed(np.exp, "torch") == ("numpy", "")
    assert guessed(np.vectorize(lambda v: v), "torch") == ("numpy", "")
    assert guessed(torch.nn.Softmax(dim=-1), "numpy", "jax") == ("torch", "")


@needs_torch
@needs_strict
def test_what_stays_open_is_tried() -> None:
    """The methods are those of PyTorch, and nothing in the code says so."""
    name, remark = guessed(methods, "torch", "array_api_strict")
    assert name == "torch"
    assert "guessed since it takes them; --array array_api_strict to choose" in remark
    assert guessed(lambda x: np.asarray(x) * 1, "torch")[0] == "numpy"


def test_a_file_of_numpy_alone_is_not_guessed_and_not_tried() -> None:
    calls: list[Any] = []
    assert guessed(lambda x: calls.append(np.exp(x)), "numpy") == ("numpy", "")
    assert calls == []


def test_names_are_followed_into_modules_of_ones_own(tmp_path: Path) -> None:
    own = ModuleType("softmark_tests_own")
    exec("import scipy.special\ndef plain(x): return scipy.special.softmax(x)", vars(own))
    own.plain.__module__ = own.__name__

    def outer(x: Any) -> Any:
        return own.plain(x)

    assert used(outer)["scipy"].__name__ == "scipy"
    assert ("scipy.special.softmax", used(outer)["scipy"]) in attributes(outer)


GENERIC = """
def f(x, axis=-1):
    xp = x.__array_namespace__()
    e = xp.exp(x - xp.max(x, axis=axis, keepdims=True))
    return e / xp.sum(e, axis=axis, keepdims=True)
"""


@pytest.mark.parametrize("array", ["array_api_strict", "jax.numpy"])
def test_a_namespace_of_the_array_api_standard_is_taken_by_name(tmp_path: Path, array: str) -> None:
    pytest.importorskip("array_api_compat", reason="array-api-compat is not installed")
    pytest.importorskip(array, reason=f"{array} is not installed")
    path = tmp_path / "kernel.py"
    path.write_text(GENERIC)
    with Worker(WorkerSettings()) as worker:
        found = custom(worker, Target(str(path), "f"), array, "softmax", LONG)
        got = found.subject.forward(Call(np.array([[0.0, 1.0, 0.0]])), FLOAT32)
    np.testing.assert_allclose(got.values[0, 1], np.e / (np.e + 2), rtol=1e-6)
    info = found.subject.info
    assert (info.framework, info.formats) == (array.replace(".", "_"), ("float64", "float32"))
    assert not info.gradient


def test_strict_arrays_are_seen_in_a_file(tmp_path: Path) -> None:
    pytest.importorskip("array_api_compat", reason="array-api-compat is not installed")
    pytest.importorskip("array_api_strict", reason="array-api-strict is not installed")
    path = tmp_path / "kernel.py"
    path.write_text(f"import array_api_strict\nxp = array_api_strict\n{GENERIC}")
    with Worker(WorkerSettings()) as worker:
        found = custom(worker, Target(str(path), "f"), "auto", "softmax", LONG)
    assert found.subject.info.framework == "array_api_strict"


def test_64_bits_that_a_namespace_makes_32_are_not_offered() -> None:
    pytest.importorskip("array_api_compat", reason="array-api-compat is not installed")
    jax = pytest.importorskip("jax", reason="jax is not installed")
    framework, _ = framework_of(lambda x: x, {}, "jax.numpy", set())
    with jax.enable_x64(False), pytest.raises(NotOffered, match="float32 from one of float64"):
        framework.array(np.zeros(1, np.uint64), "float64", "cpu")


def test_a_module_that_follows_no_standard_is_refused_with_what_there_is() -> None:
    pytest.importorskip("array_api_compat", reason="array-api-compat is not installed")
    with pytest.raises(TargetError, match=r"json does not follow.*name one of numpy, torch"):
        framework_of(lambda x: x, {}, "json", set())


@pytest.mark.parametrize("name", ["numpi", "no such", "", "jax..numpy"])
def test_a_name_that_nothing_has_is_refused(name: str) -> None:
    with pytest.raises(UnknownName, match="unknown array library"):
        checked(name)
