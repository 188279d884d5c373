"""What the harness needs of a framework: its arrays, its derivatives, its clock edge.

An array crosses the border between processes as the bit patterns of its
format, because NumPy has no bfloat16 and casts may round twice.  Each
framework's file turns bits into its own arrays and back.
"""

# Over 300 lines: a framework is one class, which a file of its own completes.

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark_implementations.device import DeviceTimer

Bits = NDArray[np.generic]
"""Unsigned integers of the format's width, or plain integers and booleans for those formats."""


LAYOUTS: Final = (
    "contiguous",
    "transposed",
    "strided",
    "padded",
    "offset",
    "reversed",
    "broadcast",
    "expanded",
    "read-only",
    "permuted",
    "channels-last",
    "spaced",
    "rows-reversed",
    "foreign",
)
"""How an array can lie in memory: row by row; the last two axes exchanged; every second
element of a longer buffer; rows with a gap behind each; one element into a longer buffer, so
that rows are not aligned; from the last element to the first; one row that stands for all, with
a stride of 0; one number that stands for all, as the cotangent of a sum is; row by row, and not to
be written into; the first of three or more axes innermost; the second of four innermost; rows with
a gap behind each that is longer than two rows; the last row first; in the other byte order.
"""

ENDS_AT_PAGE: Final = "ends-at-page"
EDGES: Final = (ENDS_AT_PAGE, "begins-at-page")
"""Row by row, up to the end of a page or from the beginning of one, and the page beyond cannot be
read.  A function that reads past its logits there ends its process.
"""

PAD: Final = 3
"""Elements in the gap behind each row of a padded array."""

GAPS: Final = (float("nan"), 2.0**100, 2.0**100)
"""What gaps hold, in turn: a maximum may leave NaN out, and a sum shows no number that is small."""

WHOLE: Final = (
    *("int64", "int32", "int16", "int8", "uint64", "uint32", "uint16", "uint8"),
    "bool",
)
"""The formats of whole numbers, which travel as they are."""

CARRIERS: Final[dict[str, type[np.generic]]] = {
    "float64": np.uint64,
    "float32": np.uint32,
    "float16": np.uint16,
    "bfloat16": np.uint16,
    "float8_e4m3fn": np.uint8,
    "float8_e5m2": np.uint8,
    **{name: np.dtype(name).type for name in WHOLE},
}
"""For each format the NumPy type that carries its bit patterns."""


class NotOffered(Exception):
    """The framework has no such thing; the text says what is missing."""


class Overwritten(Exception):
    """A call wrote beyond a buffer that it was given; the text says where."""


@dataclass(frozen=True)
class Mode:
    """A way of a framework to run a function, which the function can see.

    Attributes
    ----------
    call:
        Calls a function of arrays with arrays in the mode, and gives what it returns.
    may_refuse:
        Whether not every right function can be called so.
    is_costly:
        Whether it takes seconds.
    adds_an_axis:
        Whether the function is mapped over an axis, which is the first of the arrays given.
    differentiated:
        Whether a derivative of what the mode gives is asked for too.
    of_gradient:
        Whether the function is the one from logits and a cotangent to the gradient, taken inside.
    arithmetic:
        The format that the mode may compute in; empty where that is the format of the result.
    """

    call: Callable[..., Any]
    may_refuse: bool = True
    is_costly: bool = False
    adds_an_axis: bool = False
    differentiated: bool = False
    of_gradient: bool = False
    arithmetic: str = ""


class Framework(ABC):
    """One array library, seen from the harness.

    ``format`` is a name of ``softmark.formats``, or one of ``WHOLE``.
    ``device`` is ``cpu`` or ``cuda``.
    """

    name: str
    """As in the names of implementations, for instance ``torch``."""

    formats: tuple[str, ...] = ("float64", "float32", "float16", "bfloat16")
    """What a user's function on such arrays is measured in, unless they say."""

    @abstractmethod
    def array(self, bits: Bits, format: str, device: str) -> Any:
        """An array of the framework with these bit patterns, in memory of its own.

        Raises
        ------
        NotOffered
            The framework lacks the format or the device.
        """

    @abstractmethod
    def bits(self, array: Any) -> tuple[Bits, str]:
        """The bit patterns of an array, of any layout, and the name of its format.

        Raises
        ------
        TypeError
            ``array`` is not an array of this framework, or its format has no name here.
        """

    def cast(self, array: Any, format: str) -> Any:
        """The array in another format, by the framework's own cast, whatever that rounds to.

        Raises
        ------
        NotOffered
            The framework lacks the format, or its file here casts nothing.
        """
        raise NotOffered(f"arrays of {self.name} are cast to no {format} here")

    @abstractmethod
    def wait(self, result: Any) -> None:
        """Return when ``result`` has been computed, whatever runs asynchronously."""

    def waiter(self, device: str) -> Callable[[Any], object] | None:
        """What to call with each result of a loop that is timed, as ``wait``.

        ``None`` where results are ready when a call returns, which spares the loop a call.
        """
        return self.wait

    def timer(self, device: str) -> DeviceTimer | None:
        """How calls on ``device`` are timed; ``None`` for the host's clock and arrays in a ring."""
        return None

    def copier(self, source: Any) -> Callable[[], Any]:
        """What copies an array on its device, and returns the copy; a later call may write there.

        Raises
        ------
        NotOffered
            This file makes no such copies.
        """
        raise NotOffered(f"copies of {self.name}'s arrays on their device are not made here")

    @abstractmethod
    def versions(self) -> dict[str, str]:
        """Versions of the framework and of the libraries that do its arithmetic."""

    def devices(self) -> dict[str, str]:
        """For each device that can be measured (``cpu``, ``cuda``) what it is called."""
        return {"cpu": "cpu"}

    def place(self, array: Any) -> str:
        """The device that an array of the framework lies on; empty where there is but one."""
        return ""

    def is_shared(self, result: Any, array: Any) -> bool:
        """Whether what is written into a result changes ``array``, or another element of it.

        Never where arrays cannot be written into.
        """
        return False

    def is_read_only(self, result: Any) -> bool:
        """Whether a result cannot be written into, where the framework's arrays can be."""
        return False

    def arranged(self, array: Any, layout: str) -> Any:
        """The same values in another memory layout, one of ``LAYOUTS`` or of ``EDGES``.

        Raises
        ------
        NotOffered
            The framework chooses the layout of its arrays itself, or has no such one, or its
            file here makes none, or ``array`` has too few axes or rows that differ.
        ValueError
            There is no such layout.
        """
        known = (*LAYOUTS, *EDGES)
        if layout not in known:
            raise ValueError(f"unknown layout {layout!r}; the layouts are {', '.join(known)}")
        if layout == "contiguous":
            return array
        raise NotOffered(f"arrays of {self.name} are made contiguous, and no other way")

    def prepare(self, seed: int, threads: int) -> dict[str, Any]:
        """Seed the framework's generators and set its threads; say what was set and cannot be."""
        return {}

    def generator(self, seed: int) -> Any:
        """A new source of random numbers, as the framework's functions take it.

        Raises
        ------
        NotOffered
            This file makes none.
        """
        raise NotOffered(f"random numbers of {self.name} are made of no generator here")

    def key(self, seed: int) -> Any:
        """The same where it has no state; of most frameworks there is one kind of source."""
        return self.generator(seed)

    def shared_state(self) -> dict[str, tuple[Callable[[], Any], Callable[[Any], object]]]:
        """What a call may change of the framework for later ones: how to read it and to set it."""
        return {}

    def visiting(self, is_new: bool) -> AbstractContextManager[None]:
        """While the block runs, the settings that this file needs of a process that is not its own.

        Parameters
        ----------
        is_new:
            Whether this file was imported for the visit, so that what it set when it was
            imported is put back too.
        """
        return nullcontext()

    def bound(self, function: Callable[..., Any], keywords: dict[str, Any]) -> Any:
        """A compiled ``function`` with these arguments fixed before it is compiled.

        ``None`` where that is not needed, because the framework traces arrays alone.
        """
        return None

    def tried(self, function: Callable[..., Any], *arrays: Any) -> object:
        """Call ``function`` to see whether it can be, by the cheapest way: nothing is compiled."""
        return function(*arrays)

    def modes(self) -> dict[str, Mode]:
        """By name the modes in which a function of this framework can be called."""
        return {}

    def let_compile(self) -> None:
        """Before each call: lift limits beyond which what is compiled would run as eager code."""
        return

    def compiling_anew(self) -> AbstractContextManager[None]:
        """A block in which nothing that was compiled in another process is read back.

        The time and the memory of a first call are those of compiling.
        """
        return nullcontext()

    def watched(self, work: Callable[[], Any]) -> tuple[Any, str]:
        """Call a function that is meant to be compiled, and say why eager code ran.

        Returns
        -------
        What it gives; and the reason, empty where compiled code ran or nothing tells.
        """
        return work(), ""

    def count_exactly(self) -> None:
        """Before the first array is made: let nothing hold memory longer than the caller does."""
        return

    def peak(self, work: Callable[[], None], device: str) -> int | None:
        """Do ``work``, and give the most bytes that its arrays took at a time.

        By the framework's own allocator, counted from what was held before.  ``None``, and
        nothing done, where that keeps no count.

        Raises
        ------
        NotOffered
            The device is not counted in a way that a single piece of work can be told from.
        """
        return None

    def pullback(
        self, function: Callable[[Any], Any], x: Any, *, again: bool = False
    ) -> tuple[Any, Callable[[Any], Any]]:
        """``function(x)`` as it is while the framework differentiates, and what gives ``vjp``.

        Parameters
        ----------
        again:
            Whether the backward may be called several times, each with a cotangent.

        Raises
        ------
        NotOffered
            The framework does not differentiate.
        """
        raise NotOffered(f"{self.name} has no automatic differentiation")

    def overwrite(self, array: Any) -> None:
        """Write zeros into ``array`` where it lies, as code between forward and backward may.

        Raises
        ------
        NotOffered
            The framework's arrays are not written into, or its file here does not.
        """
        raise NotOffered(f"arrays of {self.name} are not written into")

    def vjp(self, function: Callable[[Any], Any], x: Any, cotangent: Any) -> Any:
        """``cotangent`` times the Jacobian of ``function`` at ``x``, by the framework's own rules.

        Parameters
        ----------
        function:
            From an array to an array.
        x:
            Where to differentiate.
        cotangent:
            Array of the shape and format of ``function(x)``.

        Returns
        -------
        Array of the shape and format of ``x``; ``None`` when the framework says that no
        gradient reaches ``x``.

        Raises
        ------
        NotOffered
            The framework does not differentiate.
        """
        return self.pullback(function, x)[1](cotangent)

    def vjp_inside(self, function: Callable[[Any], Any], x: Any, cotangent: Any) -> Any:
        """The same inside a mode ``of_gradient``, where a framework may have other rules for it."""
        return self.vjp(function, x, cotangent)

    def jvp(self, function: Callable[[Any], Any], x: Any, tangent: Any) -> Any:
        """The Jacobian of ``function`` at ``x`` times ``tangent``; as ``vjp`` otherwise."""
        raise NotOffered(f"{self.name} has no automatic differentiation")

    def hvp(self, function: Callable[[Any], Any], x: Any, cotangent: Any, tangent: Any) -> Any:
        """The derivative of ``vjp`` with ``cotangent`` held fixed, at ``x`` along ``tangent``.

        For a scalar function and cotangent 1 this is the Hessian times ``tangent``.  Shapes
        and errors are those of ``vjp``.
        """
        raise NotOffered(f"{self.name} has no automatic differentiation")

    def denormals(self, device: str = "cpu") -> dict[str, str]:
        """For float32 and float64 whether numbers below the normal range survive arithmetic.

        ``kept``, or ``flushed`` when half of the least normal number is zero, or when twice a
        subnormal number is.
        """
        return {
            "float32": self._subnormals("float32", 1 << 23, device),
            "float64": self._subnormals("float64", 1 << 52, device),
        }

    def _subnormals(self, format: str, least_normal: int, device: str) -> str:
        for pattern, factor in ((least_normal, 0.5), (1, 2.0)):
            # Large enough to be split among threads, whose modes may differ from the caller's.
            start = np.full(2**18, pattern, dtype=CARRIERS[format])
            bits, _ = self.bits(self.array(start, format, device) * factor)
            if not bits.all():
                return "flushed"
        return "kept"

    def _carried(self, bits: Bits, format: str) -> Bits:
        """``bits`` row by row, checked to be those of ``format``."""
        carrier = CARRIERS.get(format)
        if carrier is None:
            raise NotOffered(f"{self.name} has no format {format}")
        if bits.dtype != carrier:
            expected = np.dtype(carrier).name
            raise TypeError(f"{format} travels as {expected}, not as {bits.dtype}")
        return np.ascontiguousarray(bits).reshape(bits.shape)

    def _refuse(self, array: Any) -> TypeError:
        """The error for something that is not an array of this framework."""
        kind = f"{type(array).__module__}.{type(array).__qualname__}".removeprefix("builtins.")
        return TypeError(f"expected an array of {self.name}, got {kind}")
