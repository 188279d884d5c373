# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "cupy-cuda12x>=13.0"]
# ///
"""CuPy: the functions of ``cupyx.scipy.special``, and a softmax of our own in one CUDA kernel.

``cupyx.scipy.special`` is written in CuPy's array functions, a kernel each.
The ``fused`` softmax is one kernel: a block of threads takes a row, finds
maximum and sum together, and writes the results, in float32 inside for 16 and
32 bits.

Source of the online sum: M. Milakov, N. Gimelshein, Online normalizer calculation for softmax,
arXiv:1805.02867 (2018).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, Final

import cupy
import numpy as np
from cupyx.scipy import special

from softmark_implementations.declare import implementation
from softmark_implementations.device import Call, Captured, DeviceTimer
from softmark_implementations.framework import CARRIERS, WHOLE, Bits, Framework, NotOffered
from softmark_implementations.timers import EventTimer

Array = Any

FORMATS: Final = ("float64", "float32", "float16")
THREADS: Final = 256
"""Threads of a block, a power of two, since they are folded in halves."""


class CuPyTimer(EventTimer):
    """Events on the current stream, and captures of another, of CuPy."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer = cupy.empty(self.flush_bytes, dtype=cupy.uint8)

    def record(self) -> Any:
        event = cupy.cuda.Event()
        event.record()
        return event

    def elapsed_ns(self, start: Any, end: Any) -> float:
        end.synchronize()
        return cupy.cuda.get_elapsed_time(start, end) * 1e6

    def flush(self) -> None:
        self._buffer.fill(0)

    def capture(self, call: Call, calls: int) -> Captured:
        return _captured(call, calls)


def _captured(call: Call, calls: int) -> Captured:
    """Source: CuPy's API reference, ``cupy.cuda.Stream.begin_capture``.

    Memory that a call gives back belongs to the stream, which nobody else uses: so a replay
    writes into no other array.
    """
    stream = cupy.cuda.Stream(non_blocking=True)
    cupy.cuda.Device().synchronize()  # the arguments are there
    with stream:
        call()  # compiles, and takes the memory
        stream.synchronize()
        stream.begin_capture()
        try:
            for _ in range(calls):
                result = call()
        finally:
            graph = stream.end_capture()
    return Captured(graph.launch, result, stream)


class CuPyFramework(Framework):
    """CuPy's arrays, on the CUDA device."""

    name = "cupy"
    formats = FORMATS  # it has no bfloat16

    def array(self, bits: Bits, format: str, device: str) -> Array:
        if device not in self.devices():
            raise NotOffered(f"CuPy finds no device {device} here; it has cuda alone")
        carried = self._carried(bits, format)
        if format not in (*FORMATS, *WHOLE):
            raise NotOffered(f"CuPy has no {format}")
        return cupy.array(carried if format in WHOLE else carried.view(format))

    def bits(self, array: Any) -> tuple[Bits, str]:
        if not isinstance(array, cupy.ndarray):
            raise self._refuse(array)
        format = array.dtype.name
        if format not in CARRIERS:
            raise TypeError(f"an array of dtype {format} is in none of softmark's formats")
        return np.array(cupy.asnumpy(array), order="C").view(CARRIERS[format]), format

    def wait(self, result: Any) -> None:
        cupy.cuda.get_current_stream().synchronize()

    def timer(self, device: str) -> DeviceTimer | None:
        return CuPyTimer()

    def copier(self, source: Array) -> Callable[[], Array]:
        target = cupy.empty_like(source)

        def copy() -> Array:
            cupy.copyto(target, source)
            return target

        return copy

    def versions(self) -> dict[str, str]:
        runtime = cupy.cuda.runtime.runtimeGetVersion()
        cuda = f"{runtime // 1000}.{runtime % 1000 // 10}"
        return {"cupy": cupy.__version__, "cuda": cuda, "numpy": np.__version__}

    def devices(self) -> dict[str, str]:
        try:
            properties = cupy.cuda.runtime.getDeviceProperties(0)
        except cupy.cuda.runtime.CUDARuntimeError:  # no device, or no driver
            return {}
        return {"cuda": properties["name"].decode()}

    def denormals(self, device: str = "cuda") -> dict[str, str]:
        return super().denormals(device)

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        if not self.devices():
            raise NotOffered("CuPy finds no CUDA device here")
        cupy.random.seed(seed)
        return {"seed": seed, "threads": None, "denormals": {"cuda": self.denormals("cuda")}}

    def peak(self, work: Callable[[], None], device: str) -> int | None:
        counter = _Counter()
        with counter:
            work()
        return counter.highest


class _Counter(cupy.cuda.MemoryHook):
    """The most bytes that were held at a time, of those that were taken while it counts."""

    name = "softmark"

    def __init__(self) -> None:
        self.highest = 0
        self._held: dict[int, int] = {}

    def malloc_postprocess(self, **event: Any) -> None:
        self._held[event["mem_ptr"]] = event["mem_size"]
        self.highest = max(self.highest, sum(self._held.values()))

    def free_postprocess(self, **event: Any) -> None:
        self._held.pop(event["mem_ptr"], None)


FRAMEWORK = CuPyFramework()

SOURCE: Final = r"""
#include <cuda_fp16.h>

#define LEAST (-(REAL)1 / (REAL)0)

__device__ inline void merge(REAL& top, REAL& sum, REAL other_top, REAL other_sum) {
    REAL greater = other_top > top ? other_top : top;
    REAL base = greater > LEAST ? greater : (REAL)0;  // only masks so far
    sum = sum * EXP(top - base) + other_sum * EXP(other_top - base);
    top = greater;
}

extern "C" __global__ void softmax_rows(const ELEMENT* x, ELEMENT* y, long long n) {
    __shared__ REAL tops[THREADS];
    __shared__ REAL sums[THREADS];
    const ELEMENT* row = x + blockIdx.x * n;
    const int own = threadIdx.x;
    REAL top = LEAST, sum = 0;
    for (long long j = own; j < n; j += THREADS) merge(top, sum, (REAL)row[j], (REAL)1);
    tops[own] = top;
    sums[own] = sum;
    __syncthreads();
    for (int half = THREADS / 2; half > 0; half /= 2) {
        if (own < half) {
            merge(top, sum, tops[own + half], sums[own + half]);
            tops[own] = top;
            sums[own] = sum;
        }
        __syncthreads();
    }
    for (long long j = own; j < n; j += THREADS)
        y[blockIdx.x * n + j] = (ELEMENT)(EXP((REAL)row[j] - tops[0]) / sums[0]);
}
"""


@functools.cache
def _kernel(format: str) -> Any:
    real = "double" if format == "float64" else "float"
    definitions = {
        "ELEMENT": "half" if format == "float16" else real,
        "REAL": real,
        "EXP": "exp" if real == "double" else "expf",
        "THREADS": THREADS,
    }
    options = tuple(f"-D{name}={value}" for name, value in definitions.items())
    return cupy.RawKernel(SOURCE, "softmax_rows", options=options)


@implementation("softmax", formats=("float64", "float32", "float16"), gradient=False)
def softmax(x: Array, axis: int = -1) -> Array:
    """``cupyx.scipy.special.softmax``."""
    return special.softmax(x, axis=axis)


@implementation("softmax", "fused", formats=("float64", "float32", "float16"), gradient=False)
def fused_softmax(x: Array, axis: int = -1) -> Array:
    """One kernel, a block of threads a row: maximum and sum in one pass, results in another."""
    if x.dtype.name not in FORMATS:
        raise TypeError(f"expected {', '.join(FORMATS)}, got {x.dtype.name}; convert it first")
    moved = cupy.ascontiguousarray(cupy.moveaxis(x, axis, -1))
    *others, n = moved.shape
    out = cupy.empty_like(moved)
    if out.size:
        arguments = (moved, out, np.int64(n))
        _kernel(x.dtype.name)((math.prod(others),), (THREADS,), arguments)
    return cupy.moveaxis(out, -1, axis)


@implementation("log_softmax", formats=("float64", "float32", "float16"), gradient=False)
def log_softmax(x: Array, axis: int = -1) -> Array:
    """``cupyx.scipy.special.log_softmax``."""
    return special.log_softmax(x, axis=axis)


@implementation("logsumexp", formats=("float64", "float32", "float16"), gradient=False)
def logsumexp(x: Array, axis: int = -1) -> Array:
    """``cupyx.scipy.special.logsumexp``."""
    return special.logsumexp(x, axis=axis)


@implementation("sigmoid", formats=("float64", "float32"), gradient=False)
def sigmoid(x: Array) -> Array:
    """``cupyx.scipy.special.expit``, the logistic function."""
    return special.expit(x)


@implementation("argmax", formats=("float64", "float32", "float16"), gradient=False)
def argmax(x: Array, axis: int = -1) -> Array:
    """``cupy.argmax``."""
    return cupy.argmax(x, axis=axis)
