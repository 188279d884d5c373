"""How each array library spells an array and a derivative, as lines of a script.

``values`` is the name of a float64 NumPy array that the format holds exactly,
so the conversion rounds nothing.
"""

# Over 300 lines: a table, one dialect after the other.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


@dataclass(frozen=True)
class Dialect:
    """Templates for one array library.

    Attributes
    ----------
    imports:
        What the templates need.
    array:
        An array of ``{format}`` from the NumPy array ``{values}``.
    integers:
        An array of int64 from ``{values}``.
    plain:
        A NumPy array of float64 from ``{array}``.
    vjp:
        Sets ``got`` to the gradient of ``f`` at ``{x}`` along ``g``; empty where there is none.
    jvp:
        Sets ``got`` to the derivative of ``f`` at ``x`` along ``v``.
    hvp:
        Sets ``got`` to the derivative of that gradient at ``x`` along ``v``.
    training:
        Sets ``got`` to the value of ``f`` at ``x`` while it is differentiated.
    modes:
        For each mode of the library lines that set ``got`` to ``f({arrays})`` in it, or to the
        gradient along ``g``.
    cast:
        Casts ``x`` to ``{format}`` as the library does; empty where it is asked for no such cast.
    narrow:
        What formats that NumPy lacks need besides.
    bound:
        Lines that make ``function`` one with the arguments ``{names}`` bound before it is compiled,
        and ``binding`` the imports that they need.
    layouts:
        For each memory layout lines that give ``x`` it.
    """

    imports: tuple[str, ...]
    array: str
    integers: str
    plain: str
    vjp: str = ""
    jvp: str = ""
    hvp: str = ""
    training: str = ""
    cast: str = ""
    narrow: tuple[str, ...] = ()
    bound: str = ""
    binding: tuple[str, ...] = ()
    layouts: Mapping[str, str] = field(default_factory=dict)
    modes: Mapping[str, str] = field(default_factory=dict)

    @property
    def templates(self) -> tuple[str, ...]:
        """All of them."""
        written = self.array, self.integers, self.plain, self.vjp, self.jvp, self.hvp, self.cast
        return *written, self.training, *self.layouts.values(), *self.modes.values()


_EVERY_2ND: Final = "[..., ::2]"
_ALL_BUT_3: Final = "[..., :-3]"
_FIRST_THIRD: Final = "[..., : x.shape[-1]]"
_FROM_1: Final = "[1:].reshape(x.shape)"
_ARRAY: Final = "{values}.astype(x.dtype)"
_TENSOR: Final = "torch.from_numpy({values}).to(x.dtype)"


def _within(larger: str, part: str) -> str:
    """Lines that move ``x`` into a ``part`` of a ``larger`` array."""
    return f"place = {larger}{part}\nplace[...] = x\nx = place"


def _with_gaps(length: str, part: str, converted: str) -> str:
    """The same, in rows of ``length`` whose gaps hold NaN and large numbers in turn."""
    values = f"np.resize([np.nan, 2.0**100, 2.0**100], (*x.shape[:-1], {length}))"
    return _within(converted.format(values=values), part)


def _at_the_edge(first: str, converted: str = "{values}") -> str:
    """Lines that move ``x`` between two pages that cannot be read, to a place ``first``."""
    values = converted.format(values=f"room[{first} :][: x.nbytes]")
    return (
        "size = -(-x.nbytes // mmap.PAGESIZE) * mmap.PAGESIZE\n"
        "room = np.frombuffer(mmap.mmap(-1, size + 2 * mmap.PAGESIZE), np.uint8)\n"
        "for start in (0, mmap.PAGESIZE + size):\n"
        "    page = ctypes.c_void_p(room.ctypes.data + start)\n"
        "    ctypes.CDLL(None).mprotect(page, mmap.PAGESIZE, 0)\n"
        f"place = {values}.view(x.dtype).reshape(x.shape)\n"
        "place[...] = x\n"
        "x = place"
    )


EDGE_IMPORTS: Final = ("import ctypes", "import mmap")
"""What the layouts at the edge of a page need."""

_ENDS: Final = "mmap.PAGESIZE + size - x.nbytes"
_BEGINS: Final = "mmap.PAGESIZE"

_NUMPY: Final = Dialect(
    imports=(),
    array='{values}.astype("{format}")',
    integers="{values}",
    plain="{array}",
    cast='x.astype("{format}")',
    narrow=("import ml_dtypes  # adds bfloat16 and float8 to NumPy",),
    layouts={
        "transposed": "x = x.swapaxes(-1, -2).copy().swapaxes(-1, -2)",
        "strided": _with_gaps("2 * x.shape[-1]", _EVERY_2ND, _ARRAY),
        "padded": _with_gaps("x.shape[-1] + 3", _ALL_BUT_3, _ARRAY),
        "offset": _within("np.full(x.size + 1, np.nan, x.dtype)", _FROM_1),
        "reversed": "x = np.flip(np.flip(x).copy())",
        "broadcast": "x = np.broadcast_to(x[:1], x.shape)",
        "expanded": "x = np.broadcast_to(x.reshape(-1)[0], x.shape)",
        "read-only": "x.flags.writeable = False",
        "permuted": "x = np.moveaxis(np.moveaxis(x, 0, -1).copy(), -1, 0)",
        "channels-last": "x = np.moveaxis(np.moveaxis(x, 1, -1).copy(), -1, 1)",
        "spaced": _with_gaps("3 * x.shape[-1] + 3", _FIRST_THIRD, _ARRAY),
        "rows-reversed": "x = x[::-1].copy()[::-1]",
        "foreign": "x = x.astype(x.dtype.newbyteorder())",
        "ends-at-page": _at_the_edge(_ENDS),
        "begins-at-page": _at_the_edge(_BEGINS),
    },
)
_TORCH: Final = Dialect(
    imports=("import torch",),
    array="torch.tensor({values}, dtype=torch.{format})",
    integers="torch.tensor({values})",
    plain="{array}.double()",
    vjp="{x}.requires_grad_()\n(got,) = torch.autograd.grad(f({x}), {x}, g)",
    jvp="_, got = torch.func.jvp(f, (x,), (v,))",
    hvp=(
        "x.requires_grad_()\n"
        "(gradient,) = torch.autograd.grad(f(x), x, g, create_graph=True)\n"
        "(got,) = torch.autograd.grad(gradient, x, v)"
    ),
    training="got = f(x.requires_grad_()).detach()",
    cast="x.to(torch.{format})",
    layouts={
        "transposed": "x = x.mT.contiguous().mT",
        "strided": _with_gaps("2 * x.shape[-1]", _EVERY_2ND, _TENSOR),
        "padded": _with_gaps("x.shape[-1] + 3", _ALL_BUT_3, _TENSOR),
        "offset": _within("x.new_full((x.numel() + 1,), torch.nan)", _FROM_1),
        "broadcast": "x = x[:1].expand(x.shape)",
        "expanded": "x = x.flatten()[0].expand(x.shape)",
        "permuted": "x = x.movedim(0, -1).contiguous().movedim(-1, 0)",
        "channels-last": "x = x.contiguous(memory_format=torch.channels_last)",
        "spaced": _with_gaps("3 * x.shape[-1] + 3", _FIRST_THIRD, _TENSOR),
        "ends-at-page": _at_the_edge(_ENDS, "torch.from_numpy({values})"),
        "begins-at-page": _at_the_edge(_BEGINS, "torch.from_numpy({values})"),
    },
    modes={
        "no_grad": "with torch.no_grad():\n    got = f({arrays})",
        "inference_mode": "with torch.inference_mode():\n    got = f({arrays})",
        "requires_grad": "x.requires_grad_()\ngot = f({arrays}).detach()",
        "autocast": 'with torch.autocast("cpu", torch.bfloat16):\n    got = f({arrays})',
        "vmap": "got = torch.func.vmap(f)({arrays})",
        "vmap over the last axis": (
            "behind = [a.movedim(0, -1) for a in ({arrays},)]\n"
            "got = torch.func.vmap(f, in_dims=-1, out_dims=-1)(*behind).movedim(-1, 0)"
        ),
        "vmap of vmap": (
            "behind = [a.unsqueeze(-1) for a in ({arrays},)]\n"
            "outer = torch.func.vmap(torch.func.vmap(f), in_dims=-1, out_dims=-1)\n"
            "got = outer(*behind).squeeze(-1)"
        ),
        "vmap of no_grad": "got = torch.func.vmap(torch.no_grad()(f))({arrays})",
        "vmap of vjp": (
            "behind = [a.movedim(0, -1) for a in ({arrays}, g)]\n"
            "def pull({arrays}, g):\n"
            "    return torch.func.vjp(lambda x: f({arrays}), x)[1](g)[0]\n"
            "got = torch.func.vmap(pull, in_dims=-1, out_dims=-1)(*behind).movedim(-1, 0)"
        ),
        "compile of autocast": (
            'with torch.autocast("cpu", torch.bfloat16):\n'
            "    got = torch.compile(f, dynamic=False)({arrays})"
        ),
        "compile": "got = torch.compile(f, dynamic=False)({arrays})",
    },
)
_TENSORFLOW: Final = Dialect(
    imports=("import tensorflow as tf",),
    array="tf.constant({values}, dtype=tf.{format})",
    integers="tf.constant({values})",
    plain="tf.cast({array}, tf.float64)",
    vjp=(
        "with tf.GradientTape() as tape:\n    tape.watch({x})\n    y = f({x})\n"
        "got = tape.gradient(y, {x}, output_gradients=g)"
    ),
    jvp=(
        "with tf.autodiff.ForwardAccumulator(x, v) as accumulator:\n    y = f(x)\n"
        "got = accumulator.jvp(y)"
    ),
    hvp=(
        "with tf.GradientTape() as outer:\n    outer.watch(x)\n"
        "    with tf.GradientTape() as inner:\n        inner.watch(x)\n        y = f(x)\n"
        "    gradient = inner.gradient(y, x, output_gradients=g)\n"
        "got = outer.gradient(gradient, x, output_gradients=v)"
    ),
    training="with tf.GradientTape() as tape:\n    tape.watch(x)\n    got = f(x)",
    cast='tf.cast(x, "{format}")',
    modes={
        "function": "got = tf.function(f)({arrays})",
        "tape": "with tf.GradientTape() as tape:\n    tape.watch(x)\n    got = f({arrays})",
    },
)
_BOUND: Final = """compiled = function


def function(*arrays, **given):
    # What jax.jit would trace is bound, and the function compiled with it; a default is left out.
    fixed = {{name: given.pop(name) for name in {names} if name in given}}
    known = inspect.signature(compiled).parameters
    if all(known[name].default == value for name, value in fixed.items()):
        return compiled(*arrays, **given)
    jitted = compiled if hasattr(compiled, "__wrapped__") else compiled.__call__
    owner = (jitted.__self__,) if hasattr(jitted, "__self__") else ()
    inner = functools.partial(jitted.__wrapped__, *owner, **fixed)
    return jax.jit(inner)(*arrays, **given)"""
_JAX: Final = Dialect(
    imports=("import jax", "import jax.numpy as jnp"),
    array="jnp.array({values}, dtype=jnp.{format})",
    integers="jnp.array({values})",
    plain="{array}",
    vjp="_, pullback = jax.vjp(f, {x})\n(got,) = pullback(g)",
    jvp="_, got = jax.jvp(f, (x,), (v,))",
    hvp="_, got = jax.jvp(lambda x: jax.vjp(f, x)[1](g)[0], (x,), (v,))",
    training="got, _ = jax.vjp(f, x)",
    modes={
        "jit": "got = jax.jit(f)({arrays})",
        "vmap": "got = jax.vmap(f)({arrays})",
        "vmap over the last axis": (
            "behind = [jnp.moveaxis(a, 0, -1) for a in ({arrays},)]\n"
            "got = jnp.moveaxis(jax.vmap(f, in_axes=-1, out_axes=-1)(*behind), -1, 0)"
        ),
        "jit of vmap of grad": (
            "def both({arrays}):\n"
            "    (_, y), _ = jax.value_and_grad(\n"
            "        lambda x: (f({arrays}).sum(), f({arrays})), has_aux=True)(x)\n"
            "    return y\n"
            "got = jax.jit(jax.vmap(both))({arrays})"
        ),
        "vmap of vjp": (
            "behind = [jnp.moveaxis(a, 0, -1) for a in ({arrays}, g)]\n"
            "def pull({arrays}, g):\n"
            "    return jax.vjp(lambda x: f({arrays}), x)[1](g)[0]\n"
            "got = jnp.moveaxis(jax.vmap(pull, in_axes=-1, out_axes=-1)(*behind), -1, 0)"
        ),
        "grad": (
            "(_, got), _ = jax.value_and_grad("
            "lambda x: (f({arrays}).sum(), f({arrays})), has_aux=True)(x)"
        ),
    },
    cast='x.astype("{format}")',
    bound=_BOUND,
    binding=("import functools", "import inspect"),
)
_ARRAY_API_STRICT: Final = Dialect(
    imports=("import array_api_strict",),
    array='array_api_strict.asarray({values}.astype("{format}"))',
    integers="array_api_strict.asarray({values})",
    plain="np.from_dlpack({array}).astype(float)",
)
_MLX: Final = Dialect(
    imports=("import mlx.core as mx", "mx.set_default_device(mx.cpu)"),
    array="mx.array({values}, dtype=mx.{format})",
    integers="mx.array({values})",
    plain="np.array({array}.astype(mx.float64))",
    vjp="_, (got,) = mx.vjp(f, [{x}], [g])",
    jvp="_, (got,) = mx.jvp(f, [x], [v])",
    hvp="_, (got,) = mx.jvp(lambda x: mx.vjp(f, [x], [g])[1][0], [x], [v])",
)
_CUPY: Final = Dialect(
    imports=("import cupy",),
    array='cupy.array({values}.astype("{format}"))',
    integers="cupy.array({values})",
    plain="cupy.asnumpy({array}).astype(float)",
)
_TINYGRAD: Final = Dialect(
    imports=("from tinygrad import Tensor, dtypes",),
    array='Tensor({values}.astype("{format}"), device="CPU")',
    integers='Tensor({values}, device="CPU")',
    plain="{array}.numpy().astype(float)",
    vjp="(got,) = f({x}).gradient({x}, gradient=g)",
    hvp="(gradient,) = f(x).gradient(x, gradient=g)\n(got,) = gradient.gradient(x, gradient=v)",
)
_PADDLE: Final = Dialect(
    imports=("import paddle",),
    array='paddle.to_tensor({values}.astype("{format}"), place="cpu")',
    integers='paddle.to_tensor({values}, place="cpu")',
    plain="{array}.numpy().astype(float)",
    vjp=("{x}.stop_gradient = False\npaddle.autograd.backward([f({x})], [g])\ngot = {x}.grad"),
    hvp=(
        "x.stop_gradient = False\n"
        "(gradient,) = paddle.grad(f(x), x, g, create_graph=True)\n"
        "(got,) = paddle.grad(gradient, x, v)"
    ),
)

DIALECTS: Final[dict[str, Dialect]] = {
    "python": _NUMPY,
    "numpy": _NUMPY,
    "scipy": _NUMPY,
    "numba": _NUMPY,
    "torch": _TORCH,
    "triton": _TORCH,
    "tensorflow": _TENSORFLOW,
    "keras": _TENSORFLOW,
    "jax": _JAX,
    "optax": _JAX,
    "entmax": _TORCH,
    "array_api_strict": _ARRAY_API_STRICT,
    "onnxruntime": _NUMPY,
    "openvino": _NUMPY,
    "litert": _NUMPY,
    "ggml": _NUMPY,
    "ncnn": _NUMPY,
    "liger": _TORCH,
    "mlx": _MLX,
    "cupy": _CUPY,
    "tinygrad": _TINYGRAD,
    "paddle": _PADDLE,
}
