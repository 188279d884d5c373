"""The measurements of a subject's calls: how long they take, and how much memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, Format, encode
from softmark.subjects.border import Border
from softmark.subjects.reading import read
from softmark.subjects.requests import Labels
from softmark.subjects.subject import Inputs, Launch, Memory, Timing

_TOLD_OF_TIMES: Final = (
    "subject_calls", "copy_calls", "copy_bytes", "ring_bytes", "threads", "denormals",
    "first_call_ns", "is_new", "new_ns", "again_ns", "clock", "flush_bytes", "clocks",
)  # fmt: skip


@dataclass(frozen=True)
class Entered:
    """A contender that is ready: calls in a block, and nanoseconds of a call and of the first."""

    calls: int
    call_ns: float
    first_call_ns: float


class MeasuredSubject(Border):
    """A subject whose calls are timed; see ``softmark.subjects.Subject``."""

    def time(
        self,
        x: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
        seconds: float,
        g: Float64Array | None = None,
        inputs: Inputs = "warm",
        launch: Launch = "call",
        rows: NDArray[np.intp] | None = None,
    ) -> Timing:
        mode = "forward" if g is None else "vjp"
        request, seen = self._asked("time", x, fmt, axis, beta, labels)
        request.header.update(seconds=seconds, mode=mode, inputs=inputs, launch=launch)
        if g is not None:
            request.arrays["g"] = encode(seen.result(g), fmt)
        due = self._due(seen, is_gradient=g is not None)
        if rows is not None and seen.is_same:
            request.header.update(rows=rows.tolist(), due=list(due))
        answer = self.ask(request)
        header, arrays = answer.header, answer.arrays
        part = due if rows is None or not seen.is_same else (len(rows), *due[1:])
        found = [
            read(bits, name, part if bits.shape == part else due, header["note"])
            for bits, name in (
                (arrays[f"bits{i}"], name) for i, name in enumerate(header["formats"])
            )
        ]
        outputs = [replace(output, values=seen.back(output.values)) for output in found]
        if rows is not None and not seen.is_same:
            outputs = [replace(output, values=output.values[rows]) for output in outputs]
        return Timing(
            arrays["subject_ns"],
            arrays["copy_ns"],
            outputs=tuple(outputs),
            steps=tuple(header["steps"]),
            **{name: header[name] for name in _TOLD_OF_TIMES},
        )

    def enter(
        self,
        lane: int,
        x: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
        g: Float64Array | None = None,
    ) -> Entered:
        """Make calls with ``x`` ready for a race; see ``softmark.subjects.racing``.

        Parameters
        ----------
        lane:
            0 and 1 race; 2 is the control.
        g:
            The cotangent, to race the derivative.
        """
        request, seen = self._asked("enter", x, fmt, axis, beta, labels)
        request.header.update(lane=lane, mode="forward" if g is None else "vjp")
        if g is not None:
            request.arrays["g"] = encode(seen.result(g), fmt)
        told = self.ask(request).header
        return Entered(told["calls"], told["call_ns"], told["first_call_ns"])

    def memory(
        self,
        x: Float64Array,
        fmt: Format,
        *,
        axis: int = -1,
        beta: float | None = None,
        labels: Labels = None,
        g: Float64Array | None = None,
    ) -> Memory:
        request, seen = self._asked("memory", x, fmt, axis, beta, labels)
        if g is not None:
            request.arrays["g"] = encode(seen.result(g), fmt)
        answer = self.ask(request)
        told = ("first_call_bytes", "steady_bytes", "output_bytes", "method")
        size = sum(array.nbytes for array in request.arrays.values())
        return Memory(input_bytes=size, **{name: answer.header[name] for name in told})
