"""What a user may bring: each kind of function is checked for real, in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

import pytest
from forked import LONG

import softmark
from softmark.api import Report
from softmark.subjects import TargetError

SOURCES = {
    "function": """
import numpy as np
def softmax(x, axis=-1):
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)
""",
    "class": """
import numpy as np
class Softmax:
    def __call__(self, x, axis=-1):
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)
softmax = Softmax
""",
    "torch module": """
import torch
class softmax(torch.nn.Module):
    def forward(self, x, dim=-1):
        return torch.softmax(x, dim)
""",
    "torch.compile": """
import torch
@torch.compile
def softmax(x, axis=-1):
    return torch.softmax(x, axis)
""",
    "torch custom op": """
import torch
@torch.library.custom_op("softmark_kinds::softmax", mutates_args=())
def softmax(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.softmax(x, axis)
@softmax.register_fake
def _(x, axis=-1):
    return torch.empty_like(x)
def backward(ctx, g):
    return ctx.p * (g - (ctx.p * g).sum(ctx.axis, keepdim=True)), None
def keep(ctx, inputs, output):
    ctx.p, ctx.axis = output, inputs[1]
softmax.register_autograd(backward, setup_context=keep)
""",
    "jax.jit": """
import jax
softmax = jax.jit(jax.nn.softmax, static_argnames="axis")
""",
    "tf.function": """
import tensorflow as tf
@tf.function
def softmax(x, axis=-1):
    return tf.nn.softmax(x, axis)
""",
    "numba": """
import math, numba, numpy as np
@numba.njit
def softmax(x):  # in loops, which compile sooner than expressions of arrays
    out = np.empty_like(x)
    rows, n = x.shape
    for i in range(rows):
        top, total = -np.inf, 0.0
        for j in range(n):
            top = max(top, x[i, j])
        for j in range(n):
            total += math.exp(x[i, j] - top)
        for j in range(n):
            out[i, j] = math.exp(x[i, j] - top) / total
    return out
""",
    "ctypes": """
import ctypes, os, numpy as np
library = ctypes.CDLL(os.path.join(os.path.dirname(__file__), "libsoftmax.so"))
pointer = np.ctypeslib.ndpointer(np.float64, flags="C_CONTIGUOUS")
library.softmax.argtypes = [pointer, pointer, ctypes.c_long, ctypes.c_long]
library.softmax.restype = None
def softmax(x):
    out = np.empty_like(x)
    library.softmax(np.ascontiguousarray(x), out, x.size // x.shape[-1], x.shape[-1])
    return out
""",
    "cffi": """
import os, cffi, numpy as np
ffi = cffi.FFI()
ffi.cdef("void softmax(const double *x, double *out, long rows, long n);")
library = ffi.dlopen(os.path.join(os.path.dirname(__file__), "libsoftmax.so"))
def softmax(x):
    x, out = np.ascontiguousarray(x), np.empty_like(x)
    places = [ffi.cast("double *", ffi.from_buffer(a)) for a in (x, out)]
    library.softmax(*places, x.size // x.shape[-1], x.shape[-1])
    return out
""",
}
NEEDED = {"torch module": "torch", "torch.compile": "torch", "torch custom op": "torch"} | {
    **{"jax.jit": "jax", "tf.function": "tensorflow", "numba": "numba", "cffi": "cffi"}
}
FRAMEWORKS = {kind: name for kind, name in NEEDED.items() if name not in ("numba", "cffi")}

C = """
#include <math.h>
void softmax(const double *x, double *out, long rows, long n) {
    for (long i = 0; i < rows; i++, x += n, out += n) {
        double top = -INFINITY, sum = 0;
        for (long j = 0; j < n; j++) top = x[j] > top ? x[j] : top;
        for (long j = 0; j < n; j++) sum += out[j] = exp(x[j] - top);
        for (long j = 0; j < n; j++) out[j] /= sum;
    }
}
"""


def check(folder: Path, source: str, name: str = "softmax", **options: str | float) -> Report:
    (folder / "kernel.py").write_text(source)
    few = {"formats": "float64", "checks": "stability", "timeout": LONG} | options
    return softmark.check(f"{folder}/kernel.py:{name}", **few)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", SOURCES)
def test_each_kind_of_function_is_checked(tmp_path: Path, kind: str) -> None:
    needed = NEEDED.get(kind)
    if needed is not None and find_spec(needed) is None:
        pytest.skip(f"{needed} is not installed")
    if kind in ("ctypes", "cffi"):
        compile_c(tmp_path)
    report = check(tmp_path, SOURCES[kind])
    assert report.ok, report
    assert {record.verdict for record in report.records} <= {"pass", "policy"}
    framework = FRAMEWORKS.get(kind, "numpy")
    assert report.info.name == f"{framework}.softmax[kernel:softmax]"
    assert report.info.axes == ("last" if kind in ("numba", "ctypes", "cffi") else "any")


def compile_c(folder: Path) -> None:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("there is no C compiler")
    (folder / "softmax.c").write_text(C)
    command = [compiler, "-O2", "-shared", "-fPIC", "softmax.c", "-o", "libsoftmax.so", "-lm"]
    subprocess.run(command, cwd=folder, check=True)


@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
def test_the_gradient_of_a_custom_operator_is_its_own(tmp_path: Path) -> None:
    report = check(tmp_path, SOURCES["torch custom op"], checks="gradient", formats="float64")
    vjps = [record for record in report.records if record.metric == "vjp error"]
    assert {record.verdict for record in vjps} == {"pass"}


def test_a_factory_is_called_once_in_the_worker(tmp_path: Path) -> None:
    source = f"""{SOURCES["function"]}
import os
def make():
    with open(os.path.join(os.path.dirname(__file__), "calls"), "a") as stream:
        stream.write(str(os.getpid()) + " ")
    return lambda x: softmax(x)
"""
    report = check(tmp_path, source, "make", setup=True)
    assert report.ok, report
    assert report.info.name == "numpy.softmax[kernel:make]"
    assert report.info.axes == "last"
    assert len((tmp_path / "calls").read_text().split()) == 1
    assert "function = module.make\nfunction = function()\n" in report.script(report.records[0])


def test_a_backward_is_found_in_the_file_or_as_a_method(tmp_path: Path) -> None:
    source = f"""{SOURCES["function"]}
def backward(x, cotangent, axis=-1):
    p = softmax(x, axis)
    return p * (cotangent - (p * cotangent).sum(axis=axis, keepdims=True))
class Layer:
    def __call__(self, x, axis=-1):
        return softmax(x, axis)
    def own(self, x, cotangent, axis=-1):
        return cotangent * softmax(x, axis)
"""
    right = check(tmp_path, source, vjp="backward", checks="gradient")
    assert right.ok, right
    assert any(record.metric == "vjp error" for record in right.records)
    wrong = check(tmp_path, source, "Layer", vjp="own", checks="gradient")
    assert {record.metric for record in wrong.failures} == {"vjp error", "zero sum"}
    script = wrong.script()
    assert 'backward = getattr(function, "own", None) or module.own' in script
    assert "got = backward(x, g, axis=-1)" in script


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"name": "number", "setup": True}, "is a int, which cannot be called; name a factory"),
        ({"name": "gives", "setup": True}, "gave a int; with setup it has to return the function"),
        ({"name": "raises", "setup": True}, "was called to get the function, and failed: ValueErr"),
        ({"name": "gives", "vjp": "nothing"}, "unknown function 'nothing'"),
        ({"name": "gives", "vjp": "number"}, "the backward number is a int; name a function of"),
    ],
)
def test_what_cannot_be_set_up_is_said(tmp_path: Path, options: dict[str, str], said: str) -> None:
    source = "number = 3\ndef gives():\n    return 3\ndef raises():\n    raise ValueError('mine')\n"
    with pytest.raises(TargetError, match=said):
        check(tmp_path, source, **options)
