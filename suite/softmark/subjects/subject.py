"""What a check sees of the thing under test, and nothing more."""

# Over 300 lines: it is types: what crosses between a check and a function.

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import inf
from typing import Any, Final, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from softmark.contracts import Described
from softmark.formats import Float64Array, Format
from softmark.options import PLAIN, Options
from softmark.subjects.convention import Convention
from softmark.subjects.faults import SubjectFault

Inputs = Literal["warm", "cold"]
Launch = Literal["call", "graph"]

AXIS_LEFT_OUT: Final = "axis left out"
AXIS_BY_PLACE: Final = "axis by place"
AXIS_AS_NUMPY: Final = "axis as a NumPy integer"
BETA_KINDS: Final = (
    "beta as an int",
    "beta as a NumPy scalar",
    "beta as a NumPy float32",
    "beta as a 0-d array",
    "beta as an array of the framework",
)
BETA_BY_ROW: Final = "beta for each row"
"""Manners in which a call can be written that is usually ``f(x, axis=-1, beta=1.0)``.

In the last one beta is an array of a row's beta each: 1, 1/2, 1/4, ... times that of the call.
"""

Steps = Literal["", "again", "logits", "result"]


def betas_by_row(beta: float, rows: int) -> Float64Array:
    """The inverse temperatures of ``BETA_BY_ROW``, as a column."""
    return np.asarray(beta * 2.0 ** -np.arange(rows, dtype=np.float64)).reshape(-1, 1)


@dataclass(frozen=True)
class Info(Described):
    """What is known of a subject once it is loaded.

    Attributes
    ----------
    signature:
        Its parameters, as Python writes them; empty where nothing tells.
    device:
        ``cpu`` or ``cuda``.
    call:
        How a user's function is called; ``None`` for one of the catalog, whose signature says it.
    remarks, default_axis, axis_by_place:
        See ``softmark.calling.learning.Learned``.
    """

    signature: str = ""
    device: str = "cpu"
    call: Convention | None = None
    remarks: tuple[str, ...] = ()
    default_axis: tuple[Any, ...] = ()
    axis_by_place: bool = False


@dataclass(frozen=True)
class Output:
    """What a call returned.

    Attributes
    ----------
    values:
        The numbers, each exactly as returned.
    format:
        A name of ``softmark.formats``, or of ``softmark_implementations.framework.WHOLE``.
    input_modified:
        Whether the call wrote into its arguments.
    note:
        What else it changed that it should not have; empty when nothing.
    eager:
        Why eager code ran where the function is meant to be compiled; empty where it did not.
    processor_seconds:
        What the call took of all processors; other programs do not make it longer.
    is_shared:
        Whether what is written into the result changes the input, or another element of it.
    is_read_only:
        Whether the result cannot be written into, as other arrays of its framework can be.
    """

    values: Float64Array
    format: str
    input_modified: bool
    note: str = ""
    eager: str = ""
    processor_seconds: float = 0.0
    is_shared: bool = False
    is_read_only: bool = False


@dataclass(frozen=True)
class Mode:
    """A mode of the subject's framework; see ``softmark_implementations.framework.Mode``."""

    name: str
    is_costly: bool = False
    adds_an_axis: bool = False
    differentiated: bool = False
    of_gradient: bool = False
    arithmetic: str = ""


@dataclass(frozen=True)
class Step:
    """What a step of training gave: forward, backward, and backward again.

    Attributes
    ----------
    value:
        The result while it was differentiated.
    gradient:
        The vector-Jacobian product; its ``input_modified`` is about forward and backward.
    again:
        That of a second backward of the same graph, with the same cotangent; ``None`` where there
        is none.
    refused:
        Why there is none.
    cotangent_modified, value_modified:
        Whether backward wrote into the cotangent, or into the result.
    """

    value: Output
    gradient: Output
    again: Output | None
    refused: str = ""
    cotangent_modified: bool = False
    value_modified: bool = False


@dataclass(frozen=True)
class Timing:
    """Times of blocks of calls, interleaved with copies of as many bytes.

    Attributes
    ----------
    subject_ns, copy_ns:
        For each block, nanoseconds a call; subject and copy alternate as A B B A.
    subject_calls, copy_calls:
        Calls in one block.
    copy_bytes:
        Bytes that one copy reads; it writes as many.
    threads:
        Threads that the subject may use.
    first_call_ns:
        Time of the very first call with these inputs, compilation included.
    is_new:
        Whether that was the first call of the function in this way, with this shape and format.
    outputs:
        What the timed call returns for the logits, and for ``softmark.calling.timed.moved_on`` of
        them in the same array, where that can be written into; then what some timed blocks ended
        with, where that was something else.
    steps:
        For each output how many places its logits were moved on.
    new_ns, again_ns:
        Time of one call with values that were never seen, and with the same values again; 0 where
        calls are too long to be asked for more.
    ring_bytes:
        Bytes of the logits that took turns; 0 where one array was used again.
    denormals:
        For float32 and float64 ``kept`` or ``flushed``.
    clock:
        Who timed: ``host``, or ``cuda events``.
    flush_bytes:
        What was written before each call so that the device's cache held none of its arrays; 0
        where nothing was.
    clocks:
        ``sm_mhz``, ``memory_mhz`` and ``throttled`` of the device, each before and after, and
        ``discarded_rounds``, those in which its clock fell; empty where nobody tells them.
    """

    subject_ns: Float64Array
    copy_ns: Float64Array
    subject_calls: int
    copy_calls: int
    copy_bytes: int
    threads: int
    first_call_ns: float
    is_new: bool = False
    outputs: tuple[Output, ...] = ()
    steps: tuple[int, ...] = ()
    new_ns: float = 0.0
    again_ns: float = 0.0
    ring_bytes: int = 0
    denormals: Mapping[str, str] = field(default_factory=dict)
    clock: str = "host"
    flush_bytes: int = 0
    clocks: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """What a subject is called with.

    Values are float64 arrays that hold numbers of the format exactly.

    Attributes
    ----------
    x:
        Logits.
    axis:
        The axis that the operation works along.
    beta:
        Inverse temperature; ``None`` leaves it to the function's default.
    labels:
        For cross-entropy: whole classes, or float64 probabilities that the format holds; of an
        operation with a mask, what lies behind it; of one with a sink, that of each row.
    g:
        The cotangent (shape of the output), where a derivative takes one.
    v:
        The tangent (shape of ``x``), where a derivative takes one.
    layout, cotangent, tangent, label_layout:
        How ``x``, ``g``, ``v`` and the labels lie in memory, see
        ``softmark_implementations.framework.LAYOUTS``.
    step:
        Of a gradient that is asked for among several: what else happens before it, ``again`` for a
        first backward of the same graph, ``logits`` and ``result`` as in ``Subject.train``.
    mode:
        The name of the one of ``Subject.modes`` to call it in.
    manner:
        How the call is written: one of those above, or as usual.
    may_raise:
        Of a call in a series: whether it is made for what it leaves behind; what it returns, and
        whether it raises, is ignored.
    options:
        The options of a loss.
    """

    x: Float64Array
    axis: int = -1
    beta: float | None = None
    labels: NDArray[Any] | None = None
    g: Float64Array | None = None
    v: Float64Array | None = None
    layout: str = "contiguous"
    cotangent: str = "contiguous"
    tangent: str = "contiguous"
    label_layout: str = "contiguous"
    step: Steps = ""
    mode: str = ""
    manner: str = ""
    may_raise: bool = False
    options: Options = PLAIN

    def row(self, place: int) -> Call:
        """The call with one row alone, a vector."""
        labels, g, v = (
            None if array is None else array[place] for array in (self.labels, self.g, self.v)
        )
        return replace(self, x=self.x[place], axis=-1, labels=labels, g=g, v=v)


@dataclass(frozen=True)
class Series:
    """What many calls returned.

    Attributes
    ----------
    outputs:
        The different results, each once; results are equal when all their bits are.
    given:
        For each caller and each of its calls the place in ``outputs`` of what it returned;
        -1 for a call that may raise.  Of several callers, the results are read as in ``kept``.
    kept:
        The same, of what those results held after the last call of all.
    late_writes:
        Whether a call wrote into the input of an earlier one, as far as that was looked at.
    processor_seconds:
        What all of them took of all processors.
    """

    outputs: tuple[Output, ...]
    given: tuple[tuple[int, ...], ...]
    kept: tuple[tuple[int, ...], ...]
    late_writes: bool = False
    processor_seconds: float = 0.0


@dataclass(frozen=True)
class Memory:
    """The memory of a call.

    Attributes
    ----------
    first_call_bytes, steady_bytes:
        The most bytes that were held at a time beyond those held before the call, by the very
        first call and by later ones; the result counts, the arguments do not.
    input_bytes, output_bytes:
        Sizes of the arguments and of the result.
    method:
        Who counted.
    """

    first_call_bytes: int
    steady_bytes: int
    input_bytes: int
    output_bytes: int
    method: str


class Subject(Protocol):
    """One implementation on one device.

    Each method raises a ``SubjectFault`` when the call gave no output, or one of another shape.
    """

    @property
    def info(self) -> Info: ...

    def forward(self, call: Call, fmt: Format | str) -> Output:
        """The operation; of whole numbers ``fmt`` is ``softmark_implementations.framework``'s."""
        ...

    def modes(self) -> tuple[Mode, ...]:
        """The modes of its framework."""
        ...

    def cast(self, x: Float64Array, fmt: Format, to: Format) -> Output:
        """``x`` as an array of ``fmt``, cast to another format by the subject's framework."""
        ...

    def vjp(self, call: Call, fmt: Format) -> Output | None:
        """The cotangent times the Jacobian.

        ``None`` when the framework says that no gradient reaches ``x``.
        """
        ...

    def train(self, call: Call, fmt: Format, between: str = "") -> Step | None:
        """As ``vjp``, with all else that a step of training shows; never timed.

        Parameters
        ----------
        between:
            ``logits`` or ``result`` to write zeros into that array between forward and backward.
        """
        ...

    def jvp(self, call: Call, fmt: Format) -> Output | None:
        """The Jacobian times the tangent; ``None`` as for ``vjp``."""
        ...

    def hvp(self, call: Call, fmt: Format) -> Output | None:
        """The derivative of ``vjp`` along the tangent, its cotangent held fixed; shape of ``x``."""
        ...

    def vjp_beta(self, call: Call, fmt: Format) -> Output | None:
        """The cotangent times the derivative with respect to ``beta``: one number."""
        ...

    def vjp_operand(self, call: Call, fmt: Format) -> Output | None:
        """The cotangent times the derivative with respect to ``labels``, of their shape."""
        ...

    def reach(self, seed: int) -> dict[str, float | None]:
        """Norms of the gradients that reach each layer of the subject's own model."""
        ...

    def time(
        self,
        call: Call,
        fmt: Format,
        *,
        seconds: float,
        inputs: Inputs = "warm",
        launch: Launch = "call",
        rows: NDArray[Any] | None = None,
    ) -> Timing:
        """Time the call, or with a cotangent its derivative, for about ``seconds``; see ``Timing``.

        Parameters
        ----------
        inputs:
            ``warm`` for one array that is used again, ``cold`` for a ring of arrays that is larger
            than the last cache; on a device, whose last cache is flushed before each call.
        launch:
            ``call``, or ``graph`` for calls that the device replays from a captured graph; the
            latter raises ``NotOffered`` where there is none.
        rows:
            Which rows of 2-D results come back, where all of them take long to carry.
        """
        ...

    @property
    def threads(self) -> int:
        """Threads that the subject may use."""
        ...

    def with_threads(self, threads: int) -> Subject:
        """The same subject where it may use another number of threads, fixed from the start.

        Raises ``NotOffered`` where it runs in this process, or there are fewer processors.
        """
        ...

    def uncompiled(self) -> Subject:
        """The implementation that this one is the compiled form of; else ``NotOffered``."""
        ...

    def series(
        self, inputs: Sequence[Call], callers: Sequence[Sequence[int]], fmt: Format
    ) -> Series:
        """Call many times in one process.

        Parameters
        ----------
        inputs:
            What there is to call with; all have one ``beta``.
        callers:
            For each caller the numbers of the inputs that it calls with, one after the other.
            Several callers are threads of the process, and call at once.
        """
        ...

    def several(
        self, calls: Sequence[Call], fmt: Format, patience: float = inf
    ) -> tuple[Output | SubjectFault | None, ...]:
        """What each of many calls gives, or why it gave nothing; ``None`` as of ``vjp``.

        With a cotangent it is ``vjp``, with a tangent ``jvp``, with both ``hvp``.

        They cross the border together, so that each costs little more than the call.  After
        ``patience`` seconds of a processor the rest is left out.
        """
        ...

    def memory(self, call: Call, fmt: Format) -> Memory:
        """Count what the call takes, in a process that is there for that alone."""
        ...
