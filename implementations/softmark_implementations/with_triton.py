# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "torch>=2.8", "triton>=3.0"]
# ///
"""Triton: a softmax in one kernel, a program a row, on PyTorch's tensors.

A row that fits is read once and held; a longer one is read twice, maximum and
sum together the first time.  Both compute in float32 and round once.  Without
a CUDA device Triton's interpreter runs the kernels on the processor: slowly,
and with NumPy's arithmetic, so that what is tested there is what they compute,
not how the compiler rounds.

Source of the online sum: M. Milakov, N. Gimelshein, Online normalizer calculation for softmax,
arXiv:1805.02867 (2018).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

import torch
from torch import Tensor

COMPILES: Final = torch.cuda.is_available() and os.environ.get("TRITON_INTERPRET") != "1"
if not COMPILES:
    if "triton" in sys.modules and os.environ.get("TRITON_INTERPRET") != "1":
        raise ImportError("Triton was imported before; without CUDA set TRITON_INTERPRET=1 first")
    os.environ["TRITON_INTERPRET"] = "1"  # read when a kernel is defined, Triton's own too

import triton  # noqa: E402  # after the variable above
import triton.language as tl  # noqa: E402

from softmark_implementations.declare import implementation  # noqa: E402
from softmark_implementations.with_torch import TorchFramework  # noqa: E402

HELD: Final = 2**15
"""The longest row that is held by one program."""

BLOCK: Final = 2**12
"""Elements of a longer row that are read at a time."""


ALONE: Final[AbstractContextManager[Any]] = nullcontext() if COMPILES else threading.Lock()
"""Held while a kernel runs: the interpreter changes Triton's own functions meanwhile."""


class TritonFramework(TorchFramework):
    """PyTorch's tensors, on a CUDA device where there is one and else interpreted."""

    name = "triton"
    formats = ("float32", "float16", "bfloat16")

    def devices(self) -> dict[str, str]:
        own = super().devices()
        return {"cuda": own["cuda"]} if COMPILES else {"cpu": "Triton's interpreter"}

    def versions(self) -> dict[str, str]:
        return {"triton": triton.__version__, **super().versions()}


FRAMEWORK = TritonFramework()


@triton.jit  # type: ignore[untyped-decorator]
def _held(x, y, n, SIZE: tl.constexpr):  # type: ignore[no-untyped-def]
    """One row: its maximum, its sum and its results from one read."""
    start = tl.program_id(0).to(tl.int64) * n
    column = tl.arange(0, SIZE)
    within = column < n
    logits = tl.load(x + start + column, mask=within, other=-float("inf")).to(tl.float32)
    e = tl.exp(logits - tl.max(logits, axis=0))
    tl.store(y + start + column, (e / tl.sum(e, axis=0)).to(y.dtype.element_ty), mask=within)


@triton.jit  # type: ignore[untyped-decorator]
def _online(x, y, n, SIZE: tl.constexpr):  # type: ignore[no-untyped-def]
    """One row in blocks: each lane corrects its sum when its maximum grows."""
    start = tl.program_id(0).to(tl.int64) * n
    tops = tl.full((SIZE,), -float("inf"), tl.float32)
    sums = tl.zeros((SIZE,), tl.float32)
    for first in range(0, n, SIZE):
        column = first + tl.arange(0, SIZE)
        logits = tl.load(x + start + column, mask=column < n, other=-float("inf")).to(tl.float32)
        greater = tl.maximum(tops, logits)
        base = tl.where(greater == -float("inf"), 0.0, greater)  # a lane that saw masks alone
        sums = sums * tl.exp(tops - base) + tl.exp(logits - base)
        tops = greater
    top = tl.max(tops, axis=0)
    total = tl.sum(sums * tl.exp(tops - top), axis=0)
    for first in range(0, n, SIZE):
        column = first + tl.arange(0, SIZE)
        logits = tl.load(x + start + column, mask=column < n, other=-float("inf")).to(tl.float32)
        results = tl.exp(logits - top) / total
        tl.store(y + start + column, results.to(y.dtype.element_ty), mask=column < n)


@triton.jit  # type: ignore[untyped-decorator]
def _product(p, g, out, n, SIZE: tl.constexpr):  # type: ignore[no-untyped-def]
    """One row of the vector-Jacobian product p (g - p.g), in blocks."""
    start = tl.program_id(0).to(tl.int64) * n
    dots = tl.zeros((SIZE,), tl.float32)
    for first in range(0, n, SIZE):
        column = first + tl.arange(0, SIZE)
        weight = tl.load(p + start + column, mask=column < n, other=0.0).to(tl.float32)
        dots += weight * tl.load(g + start + column, mask=column < n, other=0.0).to(tl.float32)
    dot = tl.sum(dots, axis=0)
    for first in range(0, n, SIZE):
        column = first + tl.arange(0, SIZE)
        weight = tl.load(p + start + column, mask=column < n, other=0.0).to(tl.float32)
        own = tl.load(g + start + column, mask=column < n, other=0.0).to(tl.float32)
        results = weight * (own - dot)
        tl.store(out + start + column, results.to(out.dtype.element_ty), mask=column < n)


def _warps(size: int) -> int:
    """Warps of a program, so that a thread has some 16 elements."""
    return min(16, max(1, size // 512))


def _launch(kernel: Any, rows: tuple[Tensor, ...], longest: int) -> None:
    """Run ``kernel`` on each row of these contiguous tensors, the last of which it fills.

    The interpreter rounds to bfloat16 wrongly (triton-lang/triton#8322), so PyTorch does it there.
    """
    n = rows[0].shape[-1]
    if rows[0].numel() == 0:
        return
    size = min(longest, triton.next_power_of_2(n))
    widened = not COMPILES and rows[0].dtype == torch.bfloat16
    passed = tuple(tensor.float() for tensor in rows) if widened else rows
    with ALONE:
        kernel[(rows[0].numel() // n,)](*passed, n, SIZE=size, num_warps=_warps(size))
    if widened:
        rows[-1].copy_(passed[-1])


def _fill_held(x: Tensor, y: Tensor) -> None:
    if x.shape[-1] > HELD:
        _fill_online(x, y)
    else:
        _launch(_held, (x, y), HELD)


def _fill_online(x: Tensor, y: Tensor) -> None:
    _launch(_online, (x, y), BLOCK)


class _Softmax(torch.autograd.Function):
    """A softmax along the last axis, with a backward in one kernel too."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, fill: Callable[[Tensor, Tensor], None]) -> Tensor:
        y = torch.empty_like(x)
        fill(x, y)
        ctx.save_for_backward(y)
        return y

    @staticmethod
    @torch.autograd.function.once_differentiable  # type: ignore[untyped-decorator]
    def backward(ctx: Any, g: Tensor) -> tuple[Tensor, None]:
        (p,) = ctx.saved_tensors
        out = torch.empty_like(p)
        _launch(_product, (p, g.contiguous(), out), BLOCK)
        return out, None


def _along(x: Tensor, axis: int, fill: Callable[[Tensor, Tensor], None]) -> Tensor:
    if not x.is_floating_point() or x.dtype == torch.float64:
        raise TypeError(f"expected float32, float16 or bfloat16, got {x.dtype}; convert it first")
    rows = x.movedim(axis, -1).contiguous()
    return _Softmax.apply(rows, fill).movedim(-1, axis)


@implementation("softmax", formats=("float32", "float16", "bfloat16"), costly="rows on cpu")
def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """A row held by one program, up to 32768 logits; longer rows online."""
    return _along(x, axis, _fill_held)


@implementation(
    "softmax", "online", formats=("float32", "float16", "bfloat16"), costly="rows on cpu"
)
def online_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """Each row in blocks of 4096: maximum and sum in one pass, results in another."""
    return _along(x, axis, _fill_online)
