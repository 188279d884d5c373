"""The measurements of a subject's calls: how long they take, and how much memory."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Format
from softmark.subjects.subject import Call, Inputs, Launch, Memory, Timing
from softmark.workers.border import Border
from softmark.workers.reading import read

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
        call: Call,
        fmt: Format,
        *,
        seconds: float,
        inputs: Inputs = "warm",
        launch: Launch = "call",
        rows: NDArray[np.intp] | None = None,
    ) -> Timing:
        request, seen = self._asked("time", call, fmt)
        told = {"seconds": seconds, "mode": _mode(call), "inputs": inputs, "launch": launch}
        request.header.update(told)
        reduces = call.options.reduces
        due = self._due(seen, is_gradient=call.g is not None, reduces=reduces)
        if rows is not None and seen.is_same:
            request.header.update(judged=rows.tolist(), due=list(due))
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

    def enter(self, lane: int, call: Call, fmt: Format) -> Entered:
        """Make the call ready for a race; see ``softmark.calling.racing``.

        Parameters
        ----------
        lane:
            0 and 1 race; 2 is the control.
        """
        request, _ = self._asked("enter", call, fmt)
        request.header.update(lane=lane, mode=_mode(call))
        told = self.ask(request).header
        return Entered(told["calls"], told["call_ns"], told["first_call_ns"])

    def memory(self, call: Call, fmt: Format) -> Memory:
        request, _ = self._asked("memory", call, fmt)
        answer = self.ask(request)
        told = ("first_call_bytes", "steady_bytes", "output_bytes", "method")
        size = sum(array.nbytes for array in request.arrays.values())
        return Memory(input_bytes=size, **{name: answer.header[name] for name in told})


def _mode(call: Call) -> str:
    return "forward" if call.g is None else "vjp"
