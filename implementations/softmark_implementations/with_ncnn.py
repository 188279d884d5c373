# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "ncnn>=1.0.20240102"]
# ///
"""ncnn: the family's layers, each as a network of one layer, on the processor.

A network is written as text and loaded once for each layer, axis and thread.  It is asked for
float32 throughout, since it would store and compute in 16 bits where a processor can.
"""

from __future__ import annotations

import functools
import threading
from typing import Any, Final

import ncnn
import numpy as np
from numpy.typing import NDArray

from softmark_implementations.declare import implementation
from softmark_implementations.framework import NotOffered
from softmark_implementations.with_numpy import NumPyFramework

Array = NDArray[Any]

MAGIC: Final = 7767517
"""What the text of a network begins with."""

LOG_SUM_EXP: Final = 10
"""The layer Reduction has a number for each of its operations."""

SHORT: Final = (
    "use_fp16_packed",
    "use_fp16_storage",
    "use_fp16_arithmetic",
    "use_bf16_packed",
    "use_bf16_storage",
)
"""Options that let it use 16 bits."""


class NcnnFramework(NumPyFramework):
    """NumPy's arrays, which networks take and give."""

    name = "ncnn"
    both_byte_orders = False
    threads = 1
    """Threads of each network that is loaded from now on."""

    def versions(self) -> dict[str, str]:
        return {"ncnn": ncnn.__version__, **super().versions()}

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        self.threads = threads
        _network.cache_clear()
        return {**super().prepare(seed, threads), "threads": threads}


FRAMEWORK = NcnnFramework()


@implementation(
    "softmax",
    formats=("float32",),
    ranks=(1, 2, 3, 4),
    gradient=False,
    takes="integers=no,length>=1,rows>=1",
)
def softmax(x: Array, axis: int = -1) -> Array:
    """The layer ``Softmax``."""
    return _run("Softmax", f"0={range(x.ndim)[axis]} 1=1", x)


@implementation(
    "logsumexp",
    formats=("float32",),
    ranks=(1, 2, 3, 4),
    gradient=False,
    takes="integers=no,length>=1,rows>=1",
)
def logsumexp(x: Array, axis: int = -1) -> Array:
    """The layer ``Reduction`` with its operation LogSumExp."""
    axis = range(x.ndim)[axis]
    y = _run("Reduction", f"0={LOG_SUM_EXP} 1=0 -23303=1,{axis} 4=0 5=1", x)
    return y.reshape(x.shape[:axis] + x.shape[axis + 1 :])


@implementation(
    "sigmoid",
    formats=("float32",),
    ranks=(1, 2, 3, 4),
    gradient=False,
    takes="integers=no,length>=1,rows>=1",
)
def sigmoid(x: Array) -> Array:
    """The layer ``Sigmoid``."""
    return _run("Sigmoid", "", x)


@implementation(
    "softplus",
    formats=("float32",),
    ranks=(1, 2, 3, 4),
    gradient=False,
    takes="integers=no,length>=1,rows>=1",
)
def softplus(x: Array) -> Array:
    """The layer ``Softplus``."""
    return _run("Softplus", "", x)


def _run(layer: str, parameters: str, x: Array) -> Array:
    """The output of a network of that one layer.

    Raises
    ------
    NotOffered
        The array is not of float32, or has no element, or more than four dimensions.
    """
    if x.dtype != np.float32:
        raise NotOffered(f"ncnn's layers take float32 here, not {x.dtype}")
    if not x.size or not 1 <= x.ndim <= 4:
        raise NotOffered(f"ncnn has no array of shape {x.shape}")
    network = _network(threading.get_ident(), layer, parameters, FRAMEWORK.threads)
    extractor = network.create_extractor()
    given = ncnn.Mat(*reversed(x.shape))  # its own memory: it keeps no hold on NumPy's
    np.array(given, copy=False)[...] = x
    extractor.input("x", given)
    status, y = extractor.extract("y")
    if status:
        raise RuntimeError(f"ncnn's {layer} returned {status}")
    return np.array(y)


@functools.cache
def _network(_thread: int, layer: str, parameters: str, threads: int) -> ncnn.Net:
    network = ncnn.Net()
    network.opt.num_threads = threads
    network.opt.use_vulkan_compute = False
    for option in SHORT:
        setattr(network.opt, option, False)
    network.load_param_mem(f"{MAGIC}\n2 2\nInput x 0 1 x\n{layer} y 1 1 x y {parameters}\n")
    network.load_model(ncnn.DataReaderFromEmpty())
    return network
