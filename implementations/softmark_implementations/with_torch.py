# /// script
# requires-python = ">=3.11"
# dependencies = ["numpy>=1.26", "torch>=2.8"]
# ///
"""PyTorch: its functions, its modules, the formula from scratch, and all of them compiled.

The from-scratch form is that of its users' first attempts; it overflows.  The
``compile`` variants are the same functions under ``torch.compile``, which
fuses them into kernels of its own: other code, so other errors and speeds.
"""

# Over 300 lines: one file a framework, so that adding one is one file.

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from softmark_implementations.declare import implementation
from softmark_implementations.device import Call, Captured, DeviceTimer
from softmark_implementations.framework import (
    CARRIERS,
    EDGES,
    GAPS,
    LAYOUTS,
    PAD,
    WHOLE,
    Bits,
    Framework,
    Mode,
    NotOffered,
)
from softmark_implementations.pages import bytes_at_the_edge
from softmark_implementations.shards import Order, merged
from softmark_implementations.timers import EventTimer
from softmark_implementations.torch_compiling import put_back_limits, raise_limits, watched

DTYPES = {format: getattr(torch, format) for format in CARRIERS}
FORMATS = {dtype: format for format, dtype in DTYPES.items()}
SIGNED = {8: torch.int64, 4: torch.int32, 2: torch.int16, 1: torch.int8}
"""The integers that NumPy and every release of PyTorch have in common, by width."""


WARM_UP = 3
"""Calls before a capture, on a stream of their own, as PyTorch asks for: the first may set up what
must not be captured."""


class TorchTimer(EventTimer):
    """Events on the current stream, and graphs, of PyTorch."""

    def __init__(self) -> None:
        super().__init__()
        self._buffer = torch.empty(self.flush_bytes, dtype=torch.uint8, device="cuda")

    def record(self) -> torch.cuda.Event:
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def elapsed_ns(self, start: torch.cuda.Event, end: torch.cuda.Event) -> float:
        end.synchronize()
        return start.elapsed_time(end) * 1e6

    def flush(self) -> None:
        self._buffer.zero_()

    def capture(self, call: Call, calls: int) -> Captured:
        return _captured(call, calls)


class TorchFramework(Framework):
    """PyTorch's tensors and its automatic differentiation, on the processor or a CUDA device."""

    name = "torch"

    def array(self, bits: Bits, format: str, device: str) -> Tensor:
        if device not in self.devices():
            raise NotOffered(f"PyTorch finds no device {device} here")
        carried = self._carried(bits, format).copy()
        if format in WHOLE:
            return torch.from_numpy(carried).to(device)
        signed = carried.view(f"i{carried.itemsize}")
        return torch.from_numpy(signed).view(DTYPES[format]).to(device)

    def bits(self, array: Any) -> tuple[Bits, str]:
        if not isinstance(array, Tensor):
            raise self._refuse(array)
        if array.is_meta:
            raise TypeError("a tensor on the device meta, which holds no numbers")
        format = FORMATS.get(array.dtype)
        if format is None or array.layout is not torch.strided:
            raise TypeError(
                f"a {array.layout} tensor of {array.dtype} is in none of softmark's formats"
            )
        plain = array.detach().cpu().clone(memory_format=torch.contiguous_format)
        if not plain.is_floating_point():
            return plain.numpy(), format
        return plain.view(SIGNED[plain.itemsize]).numpy().view(CARRIERS[format]), format

    def cast(self, array: Tensor, format: str) -> Tensor:
        return array.to(DTYPES[format])

    def wait(self, result: Any) -> None:
        if torch.cuda.is_initialized():
            torch.cuda.synchronize()

    def waiter(self, device: str) -> Callable[[Any], object] | None:
        return None if device == "cpu" else self.wait

    def timer(self, device: str) -> DeviceTimer | None:
        return TorchTimer() if device == "cuda" else None

    def copier(self, source: Tensor) -> Callable[[], Tensor]:
        return functools.partial(torch.empty_like(source).copy_, source.detach())

    def versions(self) -> dict[str, str]:
        found = {
            "torch": torch.__version__,
            "numpy": np.__version__,
            "torch CPU kernels": torch.backends.cpu.get_cpu_capability(),
        }
        return found | ({"cuda": torch.version.cuda} if torch.version.cuda else {})

    def devices(self) -> dict[str, str]:
        cuda = {"cuda": torch.cuda.get_device_name()} if torch.cuda.is_available() else {}
        return {"cpu": "cpu", **cuda}

    def place(self, array: Tensor) -> str:
        return array.device.type

    def is_shared(self, result: Tensor, array: Tensor) -> bool:
        if not result.numel():
            return False
        repeats = any(
            stride == 0 and size > 1
            for stride, size in zip(result.stride(), result.shape, strict=True)
        )
        own, given = (one.untyped_storage().data_ptr() for one in (result, array))
        return repeats or own == given

    def arranged(self, array: Tensor, layout: str) -> Tensor:
        shape = array.shape
        match layout:
            case "transposed" if array.ndim > 1:
                return array.mT.contiguous().mT
            case "broadcast" if array.ndim > 1 and bool((array == array[:1]).all()):
                return array[:1].clone().expand(shape)
            case "expanded" if bool((array == array.flatten()[:1]).all()):
                return array.flatten()[0].clone().expand(shape)
            case "permuted" if array.ndim > 2:
                return array.movedim(0, -1).contiguous().movedim(-1, 0)
            case "channels-last" if array.ndim == 4:
                return array.contiguous(memory_format=torch.channels_last)
            case "strided" if array.ndim > 0:
                view = _filled((*shape[:-1], 2 * shape[-1]), array)[..., ::2]
            case "padded" | "spaced" if array.ndim > 0:
                gap = PAD if layout == "padded" else 2 * shape[-1] + PAD
                wide = _filled((*shape[:-1], shape[-1] + gap), array)
                view = wide[..., : shape[-1]]
            case "offset":
                view = _filled((array.numel() + 1,), array)[1:].view(shape)
            case "reversed" | "read-only" | "rows-reversed" | "foreign":
                raise NotOffered(f"PyTorch has no {layout} tensors")
            case name if name in EDGES and array.device.type == "cpu":
                place = bytes_at_the_edge(array.numel() * array.element_size(), name)
                view = torch.from_numpy(place).view(array.dtype).view(shape)
            case "contiguous":
                return array
            case name if name in (*LAYOUTS, *EDGES):
                raise NotOffered(f"a tensor of shape {tuple(shape)} cannot be {layout}")
            case _:
                return super().arranged(array, layout)
        return view.copy_(array)

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        torch.manual_seed(seed)
        torch.set_num_threads(threads)
        denormals = {device: self.denormals(device) for device in self.devices()}
        return {"seed": seed, "threads": torch.get_num_threads(), "denormals": denormals}

    def generator(self, seed: int) -> torch.Generator:
        return torch.Generator().manual_seed(seed)

    def shared_state(self) -> dict[str, tuple[Callable[[], Any], Callable[[Any], object]]]:
        return {
            "PyTorch's generator": (_generator, _set_generator),
            "PyTorch's threads": (torch.get_num_threads, torch.set_num_threads),
            "PyTorch's default type": (torch.get_default_dtype, torch.set_default_dtype),
            "whether PyTorch differentiates": (torch.is_grad_enabled, torch.set_grad_enabled),
            "PyTorch's deterministic algorithms": (
                torch.are_deterministic_algorithms_enabled,
                torch.use_deterministic_algorithms,
            ),
            "PyTorch's precision of products": (
                torch.get_float32_matmul_precision,
                torch.set_float32_matmul_precision,
            ),
        }

    def tried(self, function: Callable[..., Any], *arrays: Tensor) -> object:
        with torch.compiler.set_stance("force_eager"):
            return function(*arrays)

    def modes(self) -> dict[str, Mode]:
        mapped: dict[str, Any] = {"adds_an_axis": True, "differentiated": True}
        return {
            "no_grad": Mode(_within(torch.no_grad), may_refuse=False),
            "inference_mode": Mode(_within(torch.inference_mode), may_refuse=False),
            "requires_grad": Mode(_requiring_grad, may_refuse=False),
            "autocast": Mode(_autocast, arithmetic="bfloat16"),
            "vmap": Mode(_mapped, **mapped),
            "vmap over the last axis": Mode(_mapped_over_the_last, **mapped),
            "vmap of vmap": Mode(_mapped_twice, **mapped),
            "vmap of no_grad": Mode(_mapped_without_gradients, adds_an_axis=True),
            "vmap of vjp": Mode(_mapped_over_the_last, adds_an_axis=True, of_gradient=True),
            "compile": Mode(_compiled_once, is_costly=True),
            "compile of autocast": Mode(
                lambda f, *arrays: _compiled_once(lambda *a: _autocast(f, *a), *arrays),
                is_costly=True,
                arithmetic="bfloat16",
            ),
        }

    def let_compile(self) -> None:
        raise_limits()

    def watched(self, work: Callable[[], Any]) -> tuple[Any, str]:
        return watched(work)

    @contextmanager
    def visiting(self, is_new: bool) -> Iterator[None]:
        try:
            yield
        finally:
            put_back_limits()

    def peak(self, work: Callable[[], None], device: str) -> int | None:
        if device != "cuda":
            return None
        torch.cuda.synchronize()
        torch.cuda.reset_peak_memory_stats()
        before = torch.cuda.memory_allocated()
        work()
        return torch.cuda.max_memory_allocated() - before

    def pullback(
        self, function: Callable[[Tensor], Tensor], x: Tensor, *, again: bool = False
    ) -> tuple[Tensor, Callable[[Tensor], Any]]:
        x = x.detach().requires_grad_()
        y = function(x)

        def pull(cotangent: Tensor, again: bool = again) -> Any:
            if not y.requires_grad:
                return None
            try:
                return torch.autograd.grad(y, x, cotangent, again, allow_unused=True)[0]
            except RuntimeError as error:
                # Code under torch.compile may use its buffers again, and then refuses this.
                if not again or "donated buffer" not in str(error):
                    raise
            return pull(cotangent, again=False)

        return y, pull

    def overwrite(self, array: Tensor) -> None:
        with torch.no_grad():
            array.zero_()

    def vjp_inside(self, function: Callable[[Tensor], Tensor], x: Tensor, cotangent: Tensor) -> Any:
        return torch.func.vjp(function, x)[1](cotangent)[0]

    def jvp(self, function: Callable[[Tensor], Tensor], x: Tensor, tangent: Tensor) -> Any:
        try:
            y, derivative = torch.func.jvp(function, (x,), (tangent,))
        except RuntimeError as error:
            raise _not_offered("torch.func.jvp", error) from error
        return derivative if y.is_floating_point() else None

    def hvp(
        self, function: Callable[[Tensor], Tensor], x: Tensor, cotangent: Tensor, tangent: Tensor
    ) -> Any:
        x = x.detach().requires_grad_()
        y = function(x)
        if not y.requires_grad:
            return None
        try:
            (gradient,) = torch.autograd.grad(y, x, cotangent, create_graph=True)
            if not gradient.requires_grad:
                raise NotOffered("its gradient cannot be differentiated again")
            # The second derivative is symmetric, so a second transposition gives the product.
            return torch.autograd.grad(gradient, x, tangent, allow_unused=True)[0]
        except RuntimeError as error:
            raise _not_offered("a second derivative", error) from error


def _within(context: Callable[[], Any]) -> Callable[..., Any]:
    def call(function: Callable[..., Any], *arrays: Tensor) -> Any:
        with context():
            return function(*arrays)

    return call


def _mapped(function: Callable[..., Any], *arrays: Tensor) -> Any:
    return torch.func.vmap(function)(*arrays)


def _mapped_over_the_last(function: Callable[..., Any], *arrays: Tensor) -> Any:
    """The axis is the last one of the arrays and of the result."""
    behind = [array.movedim(0, -1) for array in arrays]
    return torch.func.vmap(function, in_dims=-1, out_dims=-1)(*behind).movedim(-1, 0)


def _mapped_twice(function: Callable[..., Any], *arrays: Tensor) -> Any:
    """Over the first axis, and over one of size 1 behind all, which is gone in the end."""
    behind = [array.unsqueeze(-1) for array in arrays]
    outer = torch.func.vmap(torch.func.vmap(function), in_dims=-1, out_dims=-1)
    return outer(*behind).squeeze(-1)


def _mapped_without_gradients(function: Callable[..., Any], *arrays: Tensor) -> Any:
    return _mapped(lambda *given: _within(torch.no_grad)(function, *given), *arrays)


def _requiring_grad(function: Callable[..., Any], x: Tensor, *arrays: Tensor) -> Any:
    return function(x.detach().requires_grad_(), *arrays)


def _autocast(function: Callable[..., Any], *arrays: Tensor) -> Any:
    with torch.autocast(arrays[0].device.type, dtype=torch.bfloat16):
        return function(*arrays)


def _compiled_once(function: Callable[..., Any], *arrays: Tensor) -> Any:
    compiled = torch.compile(function, dynamic=False)
    raise_limits()
    return compiled(*arrays)


def _generator() -> bytes:
    return torch.get_rng_state().numpy().tobytes()


def _set_generator(state: bytes) -> None:
    torch.set_rng_state(torch.frombuffer(bytearray(state), dtype=torch.uint8))


FRAMEWORK = TorchFramework()


def _filled(shape: tuple[int, ...], like: Tensor) -> Tensor:
    """Room whose gaps hold ``GAPS`` in turn, so that who reads them is found out."""
    gaps = torch.tensor(GAPS, device=like.device).to(like.dtype)
    return gaps.repeat(-(-math.prod(shape) // len(GAPS)))[: math.prod(shape)].view(shape)


def _not_offered(what: str, error: RuntimeError) -> Exception:
    """The error itself, unless it says that the function has no such derivative.

    It is in the way that the function is compiled, or that it is a custom ``autograd.Function``
    with a backward and nothing else, which is no fault of it.
    """
    if type(error).__module__.startswith("torch._dynamo") or "compile" in str(error):
        return NotOffered(f"{what} does not go through a function under torch.compile")
    if "autograd.Function" in str(error):
        return NotOffered(f"{what} does not go through a custom autograd.Function: {error}")
    return error


@implementation("softmax", "naive", axes="last", ranks=(2,))
def naive_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """From scratch: ``torch.exp(x) / torch.sum(torch.exp(x), dim=1).view(-1, 1)``."""
    return torch.exp(x) / torch.sum(torch.exp(x), dim=1).view(-1, 1)


@implementation("softmax")
def softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.nn.functional.softmax``."""
    return F.softmax(x, dim=axis)


@implementation("softmax", "module")
def softmax_module(x: Tensor, axis: int = -1) -> Tensor:
    """The module ``torch.nn.Softmax(dim)``."""
    return nn.Softmax(dim=axis)(x)


@implementation("softmax", "topk")
def softmax_topk(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.topk`` of a softmax with k = n, each probability put back in its place."""
    probabilities = torch.softmax(x, dim=axis)
    values, indices = torch.topk(probabilities, x.shape[axis], dim=axis)
    return torch.zeros_like(probabilities).scatter(axis, indices, values)


@implementation("log_softmax")
def log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """The module ``torch.nn.LogSoftmax(dim)``."""
    return nn.LogSoftmax(dim=axis)(x)


@implementation("softmax", "scaled", formats=("float32",))
def scaled_softmax(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """``torch.softmax(x * beta)`` as written: the product comes before the shift."""
    return torch.softmax(x * beta, dim=axis)


@implementation("log_softmax", "composed", formats=("float32",))
def composed_log_softmax(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.log(torch.softmax(x))``, as the documentation advises against."""
    return torch.log(torch.softmax(x, dim=axis))


@implementation("logsumexp")
def logsumexp(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.logsumexp``."""
    return torch.logsumexp(x, dim=axis)


@implementation("logsumexp", "logaddexp")
def logsumexp_logaddexp(x: Tensor, axis: int = -1) -> Tensor:
    """A tree of ``torch.logaddexp``, which merges the totals of two halves."""
    rows = x.movedim(axis, -1)
    while (half := rows.shape[-1] // 2) > 0:
        merged = torch.logaddexp(rows[..., :half], rows[..., half : 2 * half])
        rows = torch.cat([merged, rows[..., 2 * half :]], dim=-1)
    return rows[..., 0].clone() if rows.shape[-1] else torch.full_like(x.sum(dim=axis), -torch.inf)


@implementation("softargmax")
def softargmax(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """The expected index under ``softmax(beta x)``, summed in float32 at least."""
    weights = _weights(x, axis, beta).movedim(axis, -1)
    index = torch.arange(x.shape[axis], dtype=weights.dtype, device=x.device)
    return _in_format_of(x, (weights * index).sum(dim=-1))


@implementation("smooth_max")
def smooth_max(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """The expected logit under ``softmax(beta x)``, summed in float32 at least."""
    return _in_format_of(x, (_weights(x, axis, beta) * x).sum(dim=axis))


@implementation("logaddexp")
def logaddexp(x: Tensor, other: Tensor) -> Tensor:
    """``torch.logaddexp``."""
    return torch.logaddexp(x, other)


@implementation("logaddexp", "logsigmoid", formats=("float32",))
def logaddexp_logsigmoid(x: Tensor, other: Tensor) -> Tensor:
    """``x - logsigmoid(x - other)``, as ring attention merges the totals of two blocks."""
    return x - F.logsigmoid(x - other)


@implementation("binary_cross_entropy")
def binary_cross_entropy(x: Tensor, target: Tensor) -> Tensor:
    """``torch.nn.functional.binary_cross_entropy_with_logits`` without a reduction."""
    return F.binary_cross_entropy_with_logits(x, target, reduction="none")


@implementation("binary_cross_entropy", "composed", formats=("float32",))
def composed_binary_cross_entropy(x: Tensor, target: Tensor) -> Tensor:
    """``torch.nn.functional.binary_cross_entropy`` of ``torch.sigmoid``."""
    return F.binary_cross_entropy(torch.sigmoid(x), target, reduction="none")


@implementation("sigmoid")
def sigmoid(x: Tensor) -> Tensor:
    """``torch.sigmoid``."""
    return torch.sigmoid(x)


@implementation("sparsemax", formats=("float32", "bfloat16"))
def sparsemax(x: Tensor, axis: int = -1) -> Tensor:
    """Its threshold from ``torch.sort`` and ``torch.cumsum``, shifted by the maximum."""
    rows = x.movedim(axis, -1)
    rows = rows - rows.amax(-1, keepdim=True).detach()
    ordered = rows.sort(-1, descending=True).values
    total = ordered.cumsum(-1) - 1
    count = torch.arange(1, rows.shape[-1] + 1, dtype=rows.dtype, device=x.device)
    size = (count * ordered > total).sum(-1, keepdim=True).clamp(min=1)
    threshold = total.gather(-1, size - 1) / size.to(rows.dtype)
    return (rows - threshold).clamp(min=0).movedim(-1, axis)


@implementation("softplus")
def softplus(x: Tensor) -> Tensor:
    """``torch.nn.functional.softplus``, which returns x from 20 on."""
    return F.softplus(x)


@implementation("softplus", "logaddexp", formats=("float32",))
def softplus_logaddexp(x: Tensor) -> Tensor:
    """``torch.logaddexp`` of x and 0."""
    return torch.logaddexp(x, torch.zeros_like(x))


@implementation("log_sigmoid")
def log_sigmoid(x: Tensor) -> Tensor:
    """``torch.nn.functional.logsigmoid``."""
    return F.logsigmoid(x)


@implementation("log_sigmoid", "composed", formats=("float32",))
def composed_log_sigmoid(x: Tensor) -> Tensor:
    """``torch.log(torch.sigmoid(x))``."""
    return torch.log(torch.sigmoid(x))


@implementation("cross_entropy", axes="last", ranks=(1, 2), labels=("index", "probability"))
def cross_entropy(
    logits: Tensor,
    labels: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "none",
    label_smoothing: float = 0.0,
) -> Tensor:
    """The module ``torch.nn.CrossEntropyLoss``."""
    loss = nn.CrossEntropyLoss(
        weight, ignore_index=ignore_index, reduction=reduction, label_smoothing=label_smoothing
    )
    return loss(logits, labels)


@implementation("cross_entropy", "nll", axes="last", ranks=(1, 2), labels=("index",))
def cross_entropy_nll(
    logits: Tensor,
    labels: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "none",
) -> Tensor:
    """The module ``torch.nn.NLLLoss`` on ``torch.nn.LogSoftmax``."""
    loss = nn.NLLLoss(weight, ignore_index=ignore_index, reduction=reduction)
    return loss(nn.LogSoftmax(dim=-1)(logits), labels)


@implementation("cross_entropy", "z-loss", axes="last", ranks=(2,), labels=("index",))
def cross_entropy_z_loss(
    logits: Tensor,
    labels: Tensor,
    ignore_index: int = -100,
    reduction: str = "none",
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
) -> Tensor:
    """``cross_entropy`` and a squared ``torch.logsumexp``, as trainers of language models add it.

    The square is made in float32 at least, and rounded with the sum.
    """
    kept = labels != ignore_index
    losses = F.cross_entropy(
        logits,
        labels,
        ignore_index=ignore_index,
        reduction="none",
        label_smoothing=label_smoothing,
    )
    if z_loss:  # without one the square may be infinite
        wide = torch.promote_types(logits.dtype, torch.float32)
        squares = torch.logsumexp(logits.to(wide), dim=-1).square()
        losses = losses + torch.where(kept, z_loss * squares, 0.0)
    reduced = {"none": losses, "sum": losses.sum(), "mean": losses.sum() / kept.sum()}
    return reduced[reduction].to(logits.dtype)


@implementation("softmax", "vocab_parallel", formats=("float32",))
def softmax_vocab_parallel(
    x: Tensor, axis: int = -1, *, ranks: int = 4, order: Order | None = None
) -> Tensor:
    """Shards on 4 ranks that exchange their maximum, which is no variable, and their sum."""
    shards = [shard for shard in torch.tensor_split(x, ranks, dim=axis) if shard.shape[axis]]
    order = None if len(shards) < ranks else order
    tops = [shard.detach().amax(dim=axis, keepdim=True) for shard in shards]
    top = merged(tops, torch.maximum, order) if tops else x
    e = [torch.exp(shard - top) for shard in shards] or [x]
    total = merged([part.sum(dim=axis, keepdim=True) for part in e], torch.add, order)
    return torch.cat(e, dim=axis) / total


@implementation(
    "cross_entropy",
    "vocab_parallel",
    formats=("float32",),
    axes="last",
    ranks=(2,),
    labels=("index",),
)
def cross_entropy_vocab_parallel(
    logits: Tensor,
    labels: Tensor,
    label_smoothing: float = 0.0,
    *,
    ranks: int = 4,
    order: Order | None = None,
) -> Tensor:
    """Shards of the classes on 4 ranks, as Megatron-LM has them.

    They exchange a maximum, a sum of exponentials, the label's logit, which is on one of the ranks,
    and for label smoothing the sum of the logits.
    """
    shards = [shard for shard in torch.tensor_split(logits, ranks, dim=-1) if shard.shape[-1]]
    order = None if len(shards) < ranks else order
    top = merged([shard.detach().amax(dim=-1) for shard in shards], torch.maximum, order)
    shifted = [shard - top.unsqueeze(-1) for shard in shards]
    total = merged([torch.exp(part).sum(dim=-1) for part in shifted], torch.add, order)
    own, first = [], 0
    for part in shifted:
        own.append(_label_of(part, labels.long() - first))
        first += part.shape[-1]
    losses = torch.log(total) - merged(own, torch.add, order)
    if not label_smoothing:
        return losses
    sums = merged([part.sum(dim=-1) for part in shifted], torch.add, order)
    uniform = torch.log(total) - sums / logits.shape[-1]
    return (1 - label_smoothing) * losses + label_smoothing * uniform


def _label_of(shard: Tensor, places: Tensor) -> Tensor:
    """The label's logit where a shard has it, else 0."""
    here = (places >= 0) & (places < shard.shape[-1])
    found = shard.gather(-1, torch.where(here, places, 0).unsqueeze(-1)).squeeze(-1)
    return found.masked_fill(~here, 0.0)


@implementation("masked_softmax", formats=("float32",))
def masked_softmax(x: Tensor, mask: Tensor, axis: int = -1) -> Tensor:
    """``masked_fill`` with minus infinity, then ``torch.softmax``."""
    return torch.softmax(x.masked_fill(~mask, -torch.inf), dim=axis)


@implementation("masked_softmax", "min", formats=("float32",))
def masked_softmax_min(x: Tensor, mask: Tensor, axis: int = -1) -> Tensor:
    """``masked_fill`` with the least finite number, so that a row without any is uniform."""
    return torch.softmax(x.masked_fill(~mask, torch.finfo(x.dtype).min), dim=axis)


@implementation("masked_softmax", "additive", formats=("float32",))
def masked_softmax_additive(x: Tensor, mask: Tensor, axis: int = -1) -> Tensor:
    """The least finite number added to what is masked, as transformers of Hugging Face do."""
    return torch.softmax(x + (1.0 - mask.to(x.dtype)) * torch.finfo(x.dtype).min, dim=axis)


@implementation("masked_softmax", "torch.masked", formats=("float32",))
def masked_softmax_library(x: Tensor, mask: Tensor, axis: int = -1) -> Tensor:
    """``torch.masked.softmax``."""
    return torch.masked.softmax(x, axis, mask=mask)


@implementation("masked_log_softmax", formats=("float32",))
def masked_log_softmax(x: Tensor, mask: Tensor, axis: int = -1) -> Tensor:
    """``masked_fill`` with minus infinity, then ``torch.log_softmax``."""
    return torch.log_softmax(x.masked_fill(~mask, -torch.inf), dim=axis)


@implementation("masked_logsumexp", formats=("float32",))
def masked_logsumexp(x: Tensor, mask: Tensor, axis: int = -1) -> Tensor:
    """``masked_fill`` with minus infinity, then ``torch.logsumexp``."""
    return torch.logsumexp(x.masked_fill(~mask, -torch.inf), dim=axis)


@implementation("entropy", formats=("float32", "bfloat16"), axes="last")
def entropy(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.distributions.Categorical(logits=x).entropy()``."""
    return torch.distributions.Categorical(logits=x, validate_args=False).entropy()


@implementation("entropy", "entr", formats=("float32",))
def entropy_entr(x: Tensor, axis: int = -1) -> Tensor:
    """The sum of ``torch.special.entr`` of ``torch.softmax``."""
    return torch.special.entr(torch.softmax(x, dim=axis)).sum(dim=axis)


@implementation("entropy", "less-mean", formats=("float32",))
def entropy_less_mean(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.logsumexp`` less the mean logit, as trainers of language models write it."""
    return torch.logsumexp(x, dim=axis) - (torch.softmax(x, dim=axis) * x).sum(dim=axis)


@implementation("kl_divergence", formats=("float32", "bfloat16"))
def kl_divergence(x: Tensor, other: Tensor, axis: int = -1) -> Tensor:
    """``torch.nn.functional.kl_div`` of two ``log_softmax`` with ``log_target``, summed."""
    log_p, log_q = torch.log_softmax(x, dim=axis), torch.log_softmax(other, dim=axis)
    return F.kl_div(log_q, log_p, reduction="none", log_target=True).sum(dim=axis)


@implementation("kl_divergence", "probabilities", formats=("float32",))
def kl_divergence_probabilities(x: Tensor, other: Tensor, axis: int = -1) -> Tensor:
    """``torch.nn.functional.kl_div`` of a ``log_softmax`` and a softmax, as for distillation."""
    log_q = torch.log_softmax(other, dim=axis)
    return F.kl_div(log_q, torch.softmax(x, dim=axis), reduction="none").sum(dim=axis)


@implementation("kl_divergence", "distributions", formats=("float32",), axes="last")
def kl_divergence_distributions(x: Tensor, other: Tensor, axis: int = -1) -> Tensor:
    """``torch.distributions.kl_divergence`` of two ``Categorical``."""
    p, q = (
        torch.distributions.Categorical(logits=logits, validate_args=False) for logits in (x, other)
    )
    return torch.distributions.kl_divergence(p, q)


@implementation("sink_softmax", formats=("float32", "bfloat16"))
def sink_softmax(x: Tensor, sink: Tensor, axis: int = -1) -> Tensor:
    """``torch.softmax`` of the logits and the sink, without the sink's own result."""
    return torch.softmax(torch.cat([x, sink], dim=axis), dim=axis).narrow(axis, 0, x.shape[axis])


@implementation("softcap_softmax", formats=("float32", "bfloat16"))
def softcap_softmax(x: Tensor, axis: int = -1, cap: float = 30.0) -> Tensor:
    """``torch.softmax`` of ``torch.tanh(x / cap) * cap``, as Gemma 2's attention has it."""
    return torch.softmax(torch.tanh(x / cap) * cap, dim=axis)


@implementation("sink_softmax", "rescaled", formats=("float32",))
def sink_softmax_rescaled(x: Tensor, sink: Tensor, axis: int = -1) -> Tensor:
    """``torch.softmax`` times sigmoid(lse - sink), as after an attention that returns its lse."""
    lse = torch.logsumexp(x, dim=axis, keepdim=True)
    return torch.softmax(x, dim=axis) * torch.sigmoid(lse - sink)


@implementation("argmax")
def argmax(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.argmax`` along a dimension."""
    return torch.argmax(x, dim=axis)


@implementation("hardmax")
def hardmax(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.nn.functional.one_hot`` of ``torch.argmax``."""
    one_hot = F.one_hot(torch.argmax(x, dim=axis), x.shape[axis])
    return one_hot.movedim(-1, axis).to(x.dtype)


@implementation("softmax", "naive-compile", axes="last", ranks=(2,), compiled=True, eager="naive")
def naive_softmax_compiled(x: Tensor, axis: int = -1) -> Tensor:
    """The formula from scratch under ``torch.compile``."""
    return _compiled(naive_softmax)(x, axis)


@implementation("softmax", "compile", compiled=True, eager="")
def softmax_compiled(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.nn.functional.softmax`` under ``torch.compile``."""
    return _compiled(softmax)(x, axis)


@implementation("softmax", "module-compile", compiled=True, eager="module")
def softmax_module_compiled(x: Tensor, axis: int = -1) -> Tensor:
    """The module ``torch.nn.Softmax`` under ``torch.compile``."""
    return _compiled(softmax_module)(x, axis)


@implementation("softmax", "topk-compile", compiled=True, eager="topk")
def softmax_topk_compiled(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.topk`` of a softmax under ``torch.compile``."""
    return _compiled(softmax_topk)(x, axis)


@implementation("masked_softmax", "compile", formats=("float32",), compiled=True, eager="")
def masked_softmax_compiled(x: Tensor, mask: Tensor, axis: int = -1) -> Tensor:
    """``masked_fill`` and ``torch.softmax`` under ``torch.compile``."""
    return _compiled(masked_softmax)(x, mask, axis)


@implementation("entropy", "entr-compile", formats=("float32",), compiled=True, eager="entr")
def entropy_entr_compiled(x: Tensor, axis: int = -1) -> Tensor:
    """The sum of ``torch.special.entr`` under ``torch.compile``."""
    return _compiled(entropy_entr)(x, axis)


@implementation("kl_divergence", "compile", formats=("float32",), compiled=True, eager="")
def kl_divergence_compiled(x: Tensor, other: Tensor, axis: int = -1) -> Tensor:
    """The divergence under ``torch.compile``."""
    return _compiled(kl_divergence)(x, other, axis)


@implementation("sink_softmax", "compile", formats=("float32",), compiled=True, eager="")
def sink_softmax_compiled(x: Tensor, sink: Tensor, axis: int = -1) -> Tensor:
    """The softmax of logits and sink under ``torch.compile``."""
    return _compiled(sink_softmax)(x, sink, axis)


@implementation("softcap_softmax", "compile", formats=("float32",), compiled=True, eager="")
def softcap_softmax_compiled(x: Tensor, axis: int = -1, cap: float = 30.0) -> Tensor:
    """The softmax of capped logits under ``torch.compile``."""
    return _compiled(softcap_softmax)(x, axis, cap)


@implementation("softmax", "scaled-compile", formats=("float32",), compiled=True, eager="scaled")
def scaled_softmax_compiled(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """``torch.softmax(x * beta)`` under ``torch.compile``."""
    return _compiled(scaled_softmax)(x, axis, beta)


@implementation("log_softmax", "compile", compiled=True, eager="")
def log_softmax_compiled(x: Tensor, axis: int = -1) -> Tensor:
    """The module ``torch.nn.LogSoftmax`` under ``torch.compile``."""
    return _compiled(log_softmax)(x, axis)


@implementation("logsumexp", "compile", compiled=True, eager="")
def logsumexp_compiled(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.logsumexp`` under ``torch.compile``."""
    return _compiled(logsumexp)(x, axis)


@implementation("softargmax", "compile", compiled=True, eager="")
def softargmax_compiled(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """The expected index under ``torch.compile``."""
    return _compiled(softargmax)(x, axis, beta)


@implementation("smooth_max", "compile", compiled=True, eager="")
def smooth_max_compiled(x: Tensor, axis: int = -1, beta: float = 1.0) -> Tensor:
    """The expected logit under ``torch.compile``."""
    return _compiled(smooth_max)(x, axis, beta)


@implementation("logaddexp", "compile", formats=("float32",), compiled=True, eager="")
def logaddexp_compiled(x: Tensor, other: Tensor) -> Tensor:
    """``torch.logaddexp`` under ``torch.compile``."""
    return _compiled(logaddexp)(x, other)


@implementation("binary_cross_entropy", "compile", formats=("float32",), compiled=True, eager="")
def binary_cross_entropy_compiled(x: Tensor, target: Tensor) -> Tensor:
    """``torch.nn.functional.binary_cross_entropy_with_logits`` under ``torch.compile``."""
    return _compiled(binary_cross_entropy)(x, target)


@implementation("sigmoid", "compile", compiled=True, eager="")
def sigmoid_compiled(x: Tensor) -> Tensor:
    """``torch.sigmoid`` under ``torch.compile``."""
    return _compiled(sigmoid)(x)


@implementation("sparsemax", "compile", formats=("float32",), compiled=True, eager="")
def sparsemax_compiled(x: Tensor, axis: int = -1) -> Tensor:
    """The sorted threshold under ``torch.compile``."""
    return _compiled(sparsemax)(x, axis)


@implementation("softplus", "compile", formats=("float32",), compiled=True, eager="")
def softplus_compiled(x: Tensor) -> Tensor:
    """``torch.nn.functional.softplus`` under ``torch.compile``."""
    return _compiled(softplus)(x)


@implementation("log_sigmoid", "compile", formats=("float32",), compiled=True, eager="")
def log_sigmoid_compiled(x: Tensor) -> Tensor:
    """``torch.nn.functional.logsigmoid`` under ``torch.compile``."""
    return _compiled(log_sigmoid)(x)


@implementation(
    "cross_entropy",
    "compile",
    axes="last",
    ranks=(1, 2),
    labels=("index", "probability"),
    compiled=True,
    eager="",
)
def cross_entropy_compiled(
    logits: Tensor,
    labels: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "none",
    label_smoothing: float = 0.0,
) -> Tensor:
    """The module ``torch.nn.CrossEntropyLoss`` under ``torch.compile``."""
    compiled = _compiled(cross_entropy)
    return compiled(logits, labels, weight, ignore_index, reduction, label_smoothing)


@implementation(
    "cross_entropy",
    "nll-compile",
    axes="last",
    ranks=(1, 2),
    labels=("index",),
    compiled=True,
    eager="nll",
)
def cross_entropy_nll_compiled(logits: Tensor, labels: Tensor) -> Tensor:
    """``torch.nn.NLLLoss`` on ``torch.nn.LogSoftmax`` under ``torch.compile``."""
    return _compiled(cross_entropy_nll)(logits, labels)


@implementation("argmax", "compile", compiled=True, eager="")
def argmax_compiled(x: Tensor, axis: int = -1) -> Tensor:
    """``torch.argmax`` under ``torch.compile``."""
    return _compiled(argmax)(x, axis)


def _weights(x: Tensor, axis: int, beta: float) -> Tensor:
    """``softmax(beta x)`` in float32 at least.

    The maximum is subtracted first: ``beta x`` may be beyond the largest number of the format.
    """
    x = x.to(torch.promote_types(x.dtype, torch.float32))
    shifted = x - x.amax(dim=axis, keepdim=True).detach()
    return torch.softmax(beta * shifted, dim=axis)


def _in_format_of(x: Tensor, wide: Tensor) -> Tensor:
    """``wide`` rounded to the format of ``x``, unless that holds whole numbers only."""
    return wide.to(x.dtype) if x.is_floating_point() else wide


def _captured(call: Call, calls: int) -> Captured:
    """Source: PyTorch's CUDA semantics, CUDA Graphs."""
    aside = torch.cuda.Stream()
    aside.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(aside):
        for _ in range(WARM_UP):
            call()
    torch.cuda.current_stream().wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    # The outer block puts the stream back where a capture that fails leaves its own.
    with torch.cuda.stream(torch.cuda.current_stream()), torch.cuda.graph(graph):
        for _ in range(calls):
            result = call()
    return Captured(graph.replay, result)


@functools.cache
def _compiled(function: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """``function`` under ``torch.compile``, once for all shapes of one rank.

    After too many recompilations (a dtype, a rank, an axis are one each) PyTorch would quietly
    run the function uncompiled; the limit is raised, and ``fullgraph`` makes it an error.
    """
    import torch._dynamo.config
    import torch._inductor.config

    raise_limits()
    torch._inductor.config.compile_threads = 1  # no pool of processes that outlives the worker
    return torch.compile(function, dynamic=True, fullgraph=True)
