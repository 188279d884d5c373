# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "paddlepaddle>=3.0"]
# ///
"""PaddlePaddle: its functions and their derivatives, on the processor.

There it has kernels for float64 and float32; of the 16-bit formats it can hold arrays alone.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import paddle
import paddle.nn.functional as F

from softmark_implementations.declare import implementation
from softmark_implementations.framework import CARRIERS, WHOLE, Bits, Framework, NotOffered

Tensor = Any

HELD_WHOLE = ("int64", "int32", "int16", "int8", "uint8", "bool")
DTYPES = {
    format: getattr(paddle, format)
    for format in CARRIERS
    if format not in WHOLE or format in HELD_WHOLE
}
FORMATS = {dtype: format for format, dtype in DTYPES.items()}


class PaddleFramework(Framework):
    """PaddlePaddle's tensors and its automatic differentiation, on the processor."""

    name = "paddle"
    formats = ("float64", "float32")

    def array(self, bits: Bits, format: str, device: str) -> Tensor:
        if device != "cpu":
            raise NotOffered(f"PaddlePaddle: there is no device {device} here")
        carried = self._carried(bits, format)
        if format not in DTYPES:
            raise NotOffered(f"PaddlePaddle has no {format}")
        if format in WHOLE:
            return paddle.to_tensor(carried, place="cpu")
        return paddle.to_tensor(carried.view(_signed(format)), place="cpu").view(DTYPES[format])

    def bits(self, array: Any) -> tuple[Bits, str]:
        if not isinstance(array, paddle.Tensor):
            raise self._refuse(array)
        format = FORMATS.get(array.dtype)
        if format is None:
            raise TypeError(f"a tensor of {array.dtype} is in none of softmark's formats")
        plain = array.detach().contiguous()
        if format in WHOLE:
            return np.array(plain.numpy()), format
        return np.array(plain.view(_signed(format)).numpy()).view(CARRIERS[format]), format

    def cast(self, array: Tensor, format: str) -> Tensor:
        return array.astype(DTYPES[format])

    def wait(self, result: Any) -> None:
        """On the processor it computes before it returns."""

    def waiter(self, device: str) -> None:
        return None

    def versions(self) -> dict[str, str]:
        return {"paddle": paddle.__version__, "numpy": np.__version__}

    def is_shared(self, result: Tensor, array: Tensor) -> bool:
        return bool(result.size) and result._is_shared_buffer_with(array)

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        paddle.set_device("cpu")
        paddle.seed(seed)
        paddle.base.core.set_num_threads(threads)
        return {"seed": seed, "threads": threads, "denormals": self.denormals()}

    def pullback(
        self, function: Callable[[Tensor], Tensor], x: Tensor, *, again: bool = False
    ) -> tuple[Tensor, Callable[[Tensor], Any]]:
        x = _variable(x)
        y = function(x)

        def pull(cotangent: Tensor) -> Any:
            if y.stop_gradient:
                return None
            # Not paddle.grad: in two threads at a time it ends the process.
            x.clear_gradient(set_to_zero=False)
            paddle.autograd.backward([y], [cotangent], retain_graph=again)
            return x.grad

        return y, pull

    def overwrite(self, array: Tensor) -> None:
        with paddle.no_grad():
            array.zero_()

    def jvp(self, function: Callable[[Tensor], Tensor], x: Tensor, tangent: Tensor) -> Any:
        raise NotOffered("PaddlePaddle differentiates its operators backward alone")

    def hvp(
        self, function: Callable[[Tensor], Tensor], x: Tensor, cotangent: Tensor, tangent: Tensor
    ) -> Any:
        x = _variable(x)
        y = function(x)
        if y.stop_gradient:
            return None
        try:
            (gradient,) = paddle.grad(y, x, cotangent, create_graph=True)
            # The second derivative is symmetric, so a second transposition gives the product.
            return paddle.grad(gradient, x, tangent, allow_unused=True)[0]
        except RuntimeError as error:
            if "doesn't have any grad op" in str(error):
                raise NotOffered("PaddlePaddle: its gradient has no gradient") from error
            raise


FRAMEWORK = PaddleFramework()


def _signed(format: str) -> str:
    """The integers of the same width; NumPy's unsigned ones are no type of PaddlePaddle's."""
    return f"int{8 * np.dtype(CARRIERS[format]).itemsize}"


def _variable(x: Tensor) -> Tensor:
    """A tensor of the same values that derivatives reach."""
    x = x.detach()
    x.stop_gradient = False
    return x


@implementation("softmax", formats=("float64", "float32"), takes="integers=no")
def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``paddle.nn.functional.softmax``."""
    return F.softmax(x, axis)


@implementation("log_softmax", formats=("float64", "float32"), takes="integers=no,length<=16384")
def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``paddle.nn.functional.log_softmax``, of rows of up to 16384 logits.

    Its time grows with the square of the length: 65536 logits take 6 s.
    """
    return F.log_softmax(x, axis)


@implementation(
    "logsumexp", formats=("float64", "float32"), ranks=(1, 2, 3, 4), takes="integers=no"
)
def logsumexp(x: Tensor, axis: int = -1) -> Tensor:
    """``paddle.logsumexp``."""
    return paddle.logsumexp(x, axis)


@implementation("sigmoid", formats=("float64", "float32"), takes="integers=no")
def sigmoid(x: Tensor) -> Tensor:
    """``paddle.nn.functional.sigmoid``."""
    return F.sigmoid(x)


@implementation("softplus", formats=("float64", "float32"), takes="integers=no")
def softplus(x: Tensor) -> Tensor:
    """``paddle.nn.functional.softplus``, which returns x where it is more than 20."""
    return F.softplus(x)


@implementation("log_sigmoid", formats=("float64", "float32"), takes="integers=no")
def log_sigmoid(x: Tensor) -> Tensor:
    """``paddle.nn.functional.log_sigmoid``."""
    return F.log_sigmoid(x)


@implementation(
    "cross_entropy",
    formats=("float64", "float32"),
    axes="last",
    ranks=(2,),
    labels=("index", "probability"),
    takes="integers=no",
)
def cross_entropy(
    logits: Tensor,
    labels: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "none",
    label_smoothing: float = 0.0,
) -> Tensor:
    """``paddle.nn.functional.cross_entropy``, with ``soft_label`` for probabilities."""
    losses = F.cross_entropy(
        logits,
        labels,
        weight,
        ignore_index,
        reduction,
        soft_label=labels.dtype == logits.dtype,
        label_smoothing=label_smoothing,
    )
    # Of soft and of smoothed labels it keeps the axis of the classes.
    return losses.reshape(logits.shape[:-1]) if reduction == "none" else losses


@implementation("argmax", formats=("float64", "float32"), takes="length>=1")
def argmax(x: Tensor, axis: int = -1) -> Tensor:
    """``paddle.argmax``, which gives for a row without a logit what lies in memory."""
    return paddle.argmax(x, axis)
