"""Reads and writes beyond the arrays of a call: each planted one is found, nothing else is."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from softmark import operations
from softmark.api.adapting import adapted
from softmark.calling.targets import Target
from softmark.checks import Scope
from softmark.checks.arguments import buffers
from softmark.formats import FLOAT32
from softmark.harness import check_target
from softmark.records import Record
from softmark.workers.process import Worker, WorkerSettings
from softmark.workers.worker_subject import custom
from softmark_implementations.adapted import canaries
from softmark_implementations.framework import EDGES, NotOffered, Overwritten
from softmark_implementations.pages import bytes_at_the_edge

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="it has no mprotect")

KERNEL = """
#include <math.h>
#include <string.h>
typedef long long i64;
static void one(const float *a, float *b, int n) {
    float m = -INFINITY, s = 0;
    for (int i = 0; i < n; i++) if (!(a[i] <= m)) m = a[i];
    for (int i = 0; i < n; i++) { b[i] = expf(a[i] - m); s += b[i]; }
    for (int i = 0; i < n; i++) b[i] /= s;
}
#define SOFTMAX(name) void name(const float *x, float *y, int rows, int n)
#define ROWS for (int r = 0; r < rows; r++) one(x + (i64)r * n, y + (i64)r * n, n)
static volatile float seen;
static void look(const float *x, i64 from, i64 to) { for (i64 i = from; i < to; i++) seen = x[i]; }

SOFTMAX(right) { ROWS; }
/* Loads of 16 aligned bytes, of which some are no logits; none crosses a page. */
SOFTMAX(aligned) {
    i64 first = (i64)x & ~15, last = ((i64)(x + (i64)rows * n) + 15) & ~15;
    look((const float *)first, 0, (last - first) / 4);
    ROWS;
}
SOFTMAX(aligned_only) {
    if ((i64)x % 16) __builtin_trap();
    ROWS;
}
SOFTMAX(reads_one_more) { look(x, (i64)rows * n, (i64)rows * n + 1); ROWS; }
SOFTMAX(reads_a_whole_vector) { look(x, 0, (((i64)rows * n + 7) / 8) * 8); ROWS; }
SOFTMAX(reads_a_row_more) { look(x, 0, (i64)(rows + 1) * n); ROWS; }
SOFTMAX(reads_pairs_of_rows) { look(x, 0, (i64)((rows + 1) / 2 * 2) * n); ROWS; }
SOFTMAX(reads_the_one_before) { look(x, -1, 0); ROWS; }
SOFTMAX(reads_ahead_of_long_rows) {
    if (n >= 64) look(x, (i64)rows * n, (i64)rows * n + 16);
    ROWS;
}
SOFTMAX(writes_one_more) { ROWS; y[(i64)rows * n] = 0; }
SOFTMAX(writes_a_whole_vector) {
    ROWS;
    for (i64 i = (i64)rows * n; i % 8; i++) y[i] = 0;
}
SOFTMAX(writes_the_one_before) { ROWS; y[-1] = 1; }
SOFTMAX(clears_a_row_more) {
    memset(y, 0, sizeof(float) * (rows + 1) * n);
    ROWS;
}
"""
SIGNATURE = "void {}(const float *x, float *y, int rows, int n)"

CALLED = """
import ctypes
import numpy as np

pointer = ctypes.POINTER(ctypes.c_float)
symbol = ctypes.CDLL({library!r}).{name}

def softmax(x):
    x, y = np.ascontiguousarray(x, np.float32), np.empty(x.shape, np.float32)
    rows, n = x.size // max(1, x.shape[-1]), x.shape[-1]
    symbol(x.ctypes.data_as(pointer), y.ctypes.data_as(pointer), rows, n)
    return y
"""

STRIDES = """
import numpy as np

def softmax(x):
    x = np.ascontiguousarray(x)
    more = np.lib.stride_tricks.as_strided(x.reshape(-1), (x.size + 1,), (x.itemsize,))
    assert more.max() is not None
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
"""

GAP = """
import numpy as np

def softmax(x):
    base = x if x.base is None or x.size < 2 or x.ndim != 2 else x.base
    top = np.fmax.reduce(base, axis=None)  # the maximum of the buffer, gaps included
    e = np.exp(x - (top if np.isfinite(top) else 0))
    return e / e.sum(axis=-1, keepdims=True)
"""

PAST = ("it read past the end of the logits", "crash")
BEFORE = ("it read before the start of the logits", "crash")
OVER = ("past the end of its result", "fail")
UNDER = ("before the start of its result", "fail")
PLANTED = {
    "reads_one_more": PAST,
    "reads_a_whole_vector": PAST,
    "reads_a_row_more": PAST,
    "reads_pairs_of_rows": PAST,
    "reads_ahead_of_long_rows": PAST,
    "reads_the_one_before": BEFORE,
    "writes_one_more": OVER,
    "writes_a_whole_vector": OVER,
    "clears_a_row_more": OVER,
    "writes_the_one_before": UNDER,
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("cc") is None:
        pytest.skip("there is no C compiler")
    folder = tmp_path_factory.mktemp("c")
    (folder / "kernel.c").write_text(KERNEL)
    command = ["cc", "-O1", "-shared", "-fPIC", "-o", "libkernel.so", "kernel.c", "-lm"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / "libkernel.so"


def checked(path: str, function: str = "softmax", **options: Any) -> list[Record]:
    given: dict[str, Any] = {"format_names": ["float32"], "check_names": ["arguments"]} | options
    return list(check_target(Target(path, function), **given).records)


def wrong(records: list[Record]) -> list[Record]:
    return [record for record in records if record.verdict in ("fail", "crash", "timeout")]


def checked_c(library: Path, name: str) -> list[Record]:
    target, array = adapted("c", f"{library}:{SIGNATURE.format(name)}")
    path, _, function = target.rpartition(":")
    return checked(path, function, array=array)


def at_the_edges(path: Path) -> str:
    """What is said of a function of PyTorch's tensors at the edges of pages, and there alone."""
    with Worker(WorkerSettings()) as worker:
        subject = custom(worker, Target(str(path), "softmax"), "torch", "softmax", 250.0).subject
        info = replace(subject.info, costly="rows")
        scope = Scope(info, operations.load("softmax"), FLOAT32)
        (case,) = buffers.cases(scope)
        found = [*buffers.measured(subject, case, scope)]
    assert found
    return " ".join(measured.message for measured in found)


@pytest.mark.parametrize("name", PLANTED)
def test_each_read_and_write_beyond_the_arrays_of_a_c_symbol_is_found(
    library: Path, name: str
) -> None:
    words, verdict = PLANTED[name]
    found = wrong(checked_c(library, name))
    assert any(words in record.message and record.verdict == verdict for record in found), found


def test_the_script_of_a_read_past_the_logits_ends_as_the_check_did(
    library: Path, tmp_path: Path, shell: Any
) -> None:
    path = tmp_path / "kernel.py"
    path.write_text(CALLED.format(library=str(library), name="reads_one_more"))
    few = ("--check", "arguments", "--format", "float32", "--array", "numpy", "--json", "-")
    done = shell("check", "kernel.py:softmax", *few)
    assert done.returncode == 1, done.stderr
    (crash,) = [r for r in json.loads(done.stdout)["records"] if r["verdict"] == "crash"]
    assert PAST[0] in crash["message"]
    told = shell("repro", crash["id"])
    assert told.returncode == 0, told.stderr
    (tmp_path / "show.py").write_text(told.stdout)
    shown = subprocess.run([sys.executable, "show.py"], cwd=tmp_path, capture_output=True)
    assert shown.returncode == -11, shown.stderr


@pytest.mark.parametrize("name", ["right", "aligned"])
def test_no_right_c_symbol_is_accused(library: Path, name: str) -> None:
    records = checked_c(library, name)
    assert not wrong(records), wrong(records)[0].message
    about = {record.case.parameters["check"]["about"] for record in records}  # type: ignore[index, call-overload]
    assert "edges" in about


def test_what_needs_aligned_logits_is_not_said_to_read_past_them(library: Path) -> None:
    found = wrong(checked_c(library, "aligned_only"))
    assert found
    assert not any("it read" in record.message for record in found)


@pytest.mark.parametrize("name", ["reads_one_more", "reads_the_one_before"])
def test_a_function_that_calls_c_by_ctypes_is_found(
    library: Path, tmp_path: Path, name: str
) -> None:
    path = tmp_path / "kernel.py"
    path.write_text(CALLED.format(library=str(library), name=name))
    words = PLANTED[name][0]
    found = wrong(checked(str(path), array="numpy"))
    assert [words in record.message for record in found] == [True]


def test_a_numpy_function_that_reads_past_its_array_is_found(tmp_path: Path) -> None:
    path = tmp_path / "kernel.py"
    path.write_text(STRIDES)
    assert [PAST[0] in record.message for record in wrong(checked(str(path)))] == [True]


def test_a_maximum_that_reads_gaps_is_found_though_it_leaves_nan_out(tmp_path: Path) -> None:
    path = tmp_path / "kernel.py"
    path.write_text(GAP)
    found = wrong(checked(str(path)))
    assert found
    assert any("padded" in r.message or "strided" in r.message for r in found), found


def test_a_pytorch_function_has_its_logits_at_the_edge_too(library: Path, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    code = CALLED.format(library=str(library), name="reads_one_more")
    code = code.replace("def softmax(x)", "def of_array(x)")
    code += "\nimport torch\n\ndef softmax(x): return torch.from_numpy(of_array(x.numpy()))\n"
    path = tmp_path / "kernel.py"
    path.write_text(code)
    assert PAST[0] in at_the_edges(path)


TRITON = """
import os
os.environ["TRITON_INTERPRET"] = "1"
import torch
import triton
import triton.language as tl

@triton.jit
def kernel(x, y, n, SIZE: tl.constexpr):
    start = tl.program_id(0) * n
    column = tl.arange(0, SIZE)
    within = column < n
    logits = tl.load(x + start + column{mask})
    logits = tl.where(within, logits, -float("inf"))
    e = tl.exp(logits - tl.max(logits, axis=0))
    tl.store(y + start + column, e / tl.sum(e, axis=0), mask=within)

def softmax(x):
    x, n = x.contiguous(), x.shape[-1]
    y = torch.empty_like(x)
    kernel[(x.numel() // n,)](x, y, n, SIZE=triton.next_power_of_2(n))
    return y
"""


@pytest.mark.parametrize("mask", [", mask=within, other=0.0", ""])
def test_a_load_without_a_mask_of_an_interpreted_triton_kernel_is_found(
    tmp_path: Path, mask: str
) -> None:
    pytest.importorskip("triton")
    pytest.importorskip("torch")
    path = tmp_path / "kernel.py"
    path.write_text(TRITON.format(mask=mask))
    assert (PAST[0] in at_the_edges(path)) is not bool(mask)


def test_memory_at_the_edge_has_the_values_and_ends_or_begins_a_page() -> None:
    for layout in EDGES:
        place = bytes_at_the_edge(12, layout)
        place[...] = range(12)
        assert place.tolist() == [*range(12)]
        start = place.ctypes.data
        assert (start + 12 * (layout == EDGES[0])) % 4096 == 0


def test_a_solution_that_writes_past_the_result_that_it_is_given_is_refused() -> None:
    wide = np.full(4 + 2 * canaries.ROOM, canaries.CANARY, np.float16)
    result = canaries.between(wide, (2, 2))
    result[...] = 0
    canaries.check(wide)
    wide[canaries.ROOM + 4] = np.nan
    with pytest.raises(Overwritten, match="it wrote 1 numbers past the end of its result"):
        canaries.check(wide)


def test_memory_of_a_system_without_protection_is_not_offered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Refuses:
        @staticmethod
        def mprotect(*arguments: Any) -> int:
            return -1

    monkeypatch.setattr("ctypes.CDLL", lambda *arguments, **keywords: Refuses)
    with pytest.raises(NotOffered, match="mprotect fails with error"):
        bytes_at_the_edge(1, EDGES[0])
    monkeypatch.setattr("ctypes.CDLL", lambda *arguments, **keywords: object())
    with pytest.raises(NotOffered, match="memory that cannot be read needs mprotect"):
        bytes_at_the_edge(1, EDGES[0])


def test_in_the_users_own_process_nothing_lies_at_an_edge() -> None:
    import softmark

    def softmax(x: Any, axis: int = -1) -> Any:
        e = np.exp(x - x.max(axis=axis, keepdims=True))
        return e / e.sum(axis=axis, keepdims=True)

    report = softmark.check(softmax, checks=["arguments"], formats=["float32"])
    assert any("would end this process; isolate=True" in r.message for r in report.records)
