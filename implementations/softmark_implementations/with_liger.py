# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "torch>=2.8", "triton>=3.0", "liger-kernel>=0.6"]
# ///
"""Liger Kernel: its Triton kernels, on a CUDA device where there is one and else interpreted.

Interpreted, they show what is computed, not how the compiler rounds, and 16 bits are rounded at
other places than on a device; so they are asked for float32 alone.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from typing import Any

from torch import Tensor

from softmark_implementations.declare import implementation
from softmark_implementations.with_triton import ALONE, TritonFramework  # it sets up Triton first

from liger_kernel.transformers import functional as liger  # isort: skip


class LigerFramework(TritonFramework):
    """PyTorch's tensors, which the kernels compute with."""

    name = "liger"

    def versions(self) -> dict[str, str]:
        return {"liger": metadata.version("liger-kernel"), **super().versions()}

    def pullback(
        self, function: Callable[[Tensor], Tensor], x: Tensor, *, again: bool = False
    ) -> tuple[Tensor, Callable[[Tensor], Any]]:
        y, pull = super().pullback(function, x, again=again)

        def alone(cotangent: Tensor) -> Any:
            with ALONE:
                return pull(cotangent)

        return y, alone


FRAMEWORK = LigerFramework()


@implementation(
    "softmax",
    formats=("float32",),
    axes="last",
    costly="rows on cpu",
    takes="integers=no,length>=1,length<=65536",
)
def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``liger_softmax``, which takes rows of up to 65536 logits."""
    with ALONE:
        return liger.liger_softmax(x)


@implementation(
    "sparsemax",
    formats=("float32",),
    costly="rows on cpu",
    takes="integers=no,length>=1,length<=65536",
)
def sparsemax(x: Tensor, axis: int = -1) -> Tensor:
    """``liger_sparsemax``, which takes rows of up to 65536 logits."""
    with ALONE:
        return liger.liger_sparsemax(x, axis)


@implementation(
    "cross_entropy",
    formats=("float32",),
    axes="last",
    ranks=(2,),
    labels=("index",),
    costly="rows on cpu",
    takes="integers=no",
)
def cross_entropy(
    logits: Tensor,
    labels: Tensor,
    ignore_index: int = -100,
    reduction: str = "none",
    label_smoothing: float = 0.0,
    lse_square_scale: float = 0.0,
) -> Tensor:
    """``liger_cross_entropy``, which writes the gradient into the logits that it is given.

    They are copied before, as in a model, whose last layer has made them for this.  Weights of
    classes are left out: the interpreter does not take their sum.
    """
    with ALONE:
        return liger.liger_cross_entropy(
            logits.clone(),
            labels,
            ignore_index=ignore_index,
            reduction=reduction,
            label_smoothing=label_smoothing,
            lse_square_scale=lse_square_scale,
        )
