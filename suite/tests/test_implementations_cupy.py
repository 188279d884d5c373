"""The CUDA kernel of ``cupy.softmax[fused]`` computes a softmax, wherever its source is compiled.

Without a CUDA device its source is compiled as C++: a block's threads are threads, and
``__syncthreads`` is a barrier.  That shows what the kernel computes, not how CUDA rounds.
"""

from __future__ import annotations

import ast
import ctypes
import shutil
import subprocess
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from softmark import catalog
from softmark.catalog import Entry

THREADS = 8

AS_CPP = """
#include <barrier>
#include <cmath>
#include <thread>
#include <vector>
#define __device__
#define __global__
#define __shared__ static
struct Index { unsigned x; };
static thread_local Index blockIdx, threadIdx;
static std::barrier<> gate(THREADS);
static void __syncthreads() { gate.arrive_and_wait(); }
"""

LAUNCH = """
extern "C" void launch(const ELEMENT* x, ELEMENT* y, long long rows, long long n) {
    for (unsigned block = 0; block < rows; ++block) {
        std::vector<std::thread> threads;
        for (unsigned t = 0; t < THREADS; ++t)
            threads.emplace_back([=] {
                blockIdx.x = block, threadIdx.x = t;
                softmax_rows(x, y, n);
            });
        for (auto& thread : threads) thread.join();
    }
}
"""


def entries() -> list[Entry]:
    return [entry for entry in catalog.implementations() if entry.framework == "cupy"]


def source() -> str:
    tree = ast.parse(entries()[0].path.read_text())
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "SOURCE":
            assert node.value is not None
            return str(ast.literal_eval(node.value))
    raise AssertionError("with_cupy.py has no SOURCE")


def compiled(folder: Path, real: str) -> ctypes.CDLL:
    compiler = shutil.which("g++")
    if compiler is None:
        pytest.skip("there is no g++ to compile the kernel with")
    file, library = folder / "kernel.cpp", folder / "kernel.so"
    text = source().replace("#include <cuda_fp16.h>", "")
    definitions = {"ELEMENT": real, "REAL": real, "EXP": "std::exp", "THREADS": str(THREADS)}
    lines = [f"#define {name} {value}" for name, value in definitions.items()]
    file.write_text("\n".join([*lines, AS_CPP, text, LAUNCH]))
    options = ["-std=c++20", "-O1", "-shared", "-fPIC", "-pthread"]
    subprocess.run([compiler, *options, "-o", str(library), str(file)], check=True)
    return ctypes.CDLL(str(library))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_fused_kernel_is_a_softmax(tmp_path: Path, dtype: type[np.floating]) -> None:
    library = compiled(tmp_path, "double" if dtype is np.float64 else "float")
    rng = np.random.default_rng(0)
    for n in (1, 2, THREADS - 1, THREADS, 100):
        x = (rng.normal(size=(3, n)) * 30).astype(dtype)
        x[0, : n - 1] = -np.inf  # most threads see masks alone
        if n > 1:
            x[1, 1] = np.nan
        x[2] += dtype(1e4)
        y = np.full_like(x, 7)
        call = [array.ctypes.data_as(ctypes.c_void_p) for array in (x, y)]
        library.launch(*call, ctypes.c_longlong(3), ctypes.c_longlong(n))
        wide = x.astype(np.float64)
        e = np.exp(wide - wide.max(axis=-1, keepdims=True))
        expected = e / e.sum(axis=-1, keepdims=True)
        tolerance = 200 * np.finfo(dtype).eps
        np.testing.assert_allclose(y, expected, rtol=tolerance, atol=np.finfo(dtype).tiny)


def test_without_a_device_it_is_not_offered_and_says_why() -> None:
    if find_spec("cupy") is None:
        assert {entry.install_hint for entry in entries()} == {
            'python -m pip install "cupy-cuda12x>=13.0"'
        }
        return
    from softmark_implementations.framework import NotOffered
    from softmark_implementations.with_cupy import FRAMEWORK

    if FRAMEWORK.devices():
        pytest.skip("there is a CUDA device")
    with pytest.raises(NotOffered, match="no CUDA device here"):
        FRAMEWORK.prepare(0, 1)
    with pytest.raises(NotOffered, match="no device cuda here"):
        FRAMEWORK.array(np.zeros(1, np.uint32), "float32", "cuda")


class Played:
    """CuPy's events, streams, devices and graphs, where they say what is called of them."""

    said: ClassVar[list[str]] = []

    def __init__(self, **options: bool) -> None:
        self.said.append(f"made{''.join(f' {name}' for name in options)}")

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)

        def call(*arguments: Any) -> Any:
            self.said.append(name)
            return self if name == "end_capture" else None

        return call

    def __enter__(self) -> None:
        self.said.append("enter")

    def __exit__(self, *_: object) -> None:
        self.said.append("leave")


def test_the_timer_uses_what_cupy_has(monkeypatch: pytest.MonkeyPatch) -> None:
    cupy = pytest.importorskip("cupy", reason="CuPy is not installed", exc_type=ImportError)
    from softmark_implementations import with_cupy

    used = {"Event": ("record", "synchronize"), "Graph": ("launch",), "Device": ("synchronize",)}
    used["Stream"] = ("begin_capture", "end_capture", "synchronize", "__enter__", "__exit__")
    for name, methods in used.items():
        assert all(hasattr(getattr(cupy.cuda, name), method) for method in methods)
        if name != "Graph":
            monkeypatch.setattr(cupy.cuda, name, Played)
    assert callable(cupy.cuda.get_elapsed_time)
    monkeypatch.setattr(cupy.cuda, "get_elapsed_time", lambda start, end: 0.5)
    for name in ("empty", "empty_like", "copyto"):
        monkeypatch.setattr(cupy, name, getattr(np, name))
    timer, x = with_cupy.CuPyTimer(), np.arange(3.0)
    Played.said.clear()
    assert timer.elapsed_ns(timer.record(), timer.record()) == 500_000.0  # it tells milliseconds
    assert Played.said == ["made", "record"] * 2 + ["synchronize"]
    timer.flush()
    assert not timer._buffer.any()
    copy = with_cupy.FRAMEWORK.copier(x)()
    assert np.array_equal(copy, x)
    assert copy is not x
    Played.said.clear()
    captured = timer.captured(lambda: Played.said.append("call"), 2)
    captured.replay()
    begun = Played.said.index("begin_capture")
    assert Played.said[begun:] == [
        "begin_capture", "call", "call", "end_capture", "leave", "launch"
    ]  # fmt: skip
    assert Played.said[:begun].count("call") == 1
    with pytest.raises(with_cupy.NotOffered, match="cannot be captured as a CUDA graph"):
        timer.captured(lambda: 1 // 0, 1)
