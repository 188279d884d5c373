"""One cell: its blocks are called one after the other, and each result is looked at."""

# Over 300 lines: one loop over blocks and what it counts.

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark.exhaustive import kernels
from softmark.exhaustive.cells import CellCounts, WorstInput
from softmark.exhaustive.curves import Measurand
from softmark.exhaustive.domains import Bits, Domain
from softmark.exhaustive.tables import Table, subnormal_stretch
from softmark.formats import Float64Array, decode, encode
from softmark.oracle import Errors
from softmark.subjects import Call, Raised
from softmark.workers.requests import requested
from softmark.workers.worker_subject import WorkerSubject

LISTED: Final = 2**16
"""Results of a block that the oracle is asked about before the limits are raised."""

STALE: Final = 4 * LISTED
"""Results that were listed with old limits before new tables are made, which takes seconds."""

COUNTED: Final = (kernels.ROUNDED, kernels.FLUSHED, kernels.NOT_FINITE)

HALF: Final = 0.5 + 1e-9
"""In ulp.  ``log_softmax`` is often within 1e-20 of the middle between two numbers: there either of
them counts as correctly rounded.
"""

SLACK: Final = 1e-6
"""In ulp: what float64 arithmetic may be off by where float32 results are looked at."""

STEPS: Final = 64
FARTHEST_SUM: Final = 104
"""``log(1 + e^-t)`` is below half the least subnormal number of every format from here on."""


@dataclass
class Scan:
    """All results of one function.

    Parameters
    ----------
    question, domain:
        What is asked, and for which inputs.
    axis:
        Along which the rows lie: 0, or -1.
    """

    question: Measurand
    domain: Domain
    axis: int = -1
    limits: Float64Array = field(init=False)
    _table: Table | None = field(init=False, default=None)
    _stale: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.limits = np.full(len(self.question.curves), HALF)

    def start_from(self, found: CellCounts) -> None:
        """Look for errors beyond those that are known."""
        self.limits = np.array([max(HALF, worst.error) for worst in found.worst])

    def blocks(
        self, subject: WorkerSubject, numbers: Iterable[int]
    ) -> Iterator[tuple[int, CellCounts]]:
        """What each block holds; its worst only where that is beyond those before."""
        for number in numbers:
            inputs = self.domain.block(number)
            yield number, self.judged(number, inputs, self.results(subject, inputs))

    def results(self, subject: WorkerSubject, inputs: Bits) -> Bits:
        """What the function returns: bit patterns, shape ``(outputs, inputs)``.

        Raises
        ------
        Raised
            It returned another shape or format.
        """
        request = self._request(inputs)
        answer = subject.ask(request)
        name, bits = answer.header["format"], answer.arrays.get("bits")
        if name != self.question.format.name or bits is None:
            raise Raised(f"it returned {name} for {self.question.format.name}", "FormatError")
        if reason := answer.header.get("eager"):
            raise Raised(f"it ran eager code: {reason}", "EagerError")
        count = inputs.shape[1]
        outputs = len(self.question.curves)
        if bits.size != outputs * count:
            raise Raised(f"it returned shape {bits.shape} for {count} inputs", "ShapeError")
        turned = bits.ndim > 1 and self.axis == -1 and self.domain.kind != "numbers"
        return np.ascontiguousarray(bits.T if turned else bits).reshape(outputs, count)

    def _request(self, inputs: Bits) -> Any:
        question, count = self.question, inputs.shape[1]
        one, few = encode(1.0, question.format), np.zeros((2, 2))
        verb = "forward" if question.quantity == "value" else "vjp"
        message = requested(verb, Call(few, self.axis), question.format)
        message.arrays["x"] = self._laid(inputs)
        message.header["rows"] = message.arrays["x"].shape[0]
        if (labels := question.labels(count)) is not None:
            message.header.update({"labels": "int64", "label layout": "contiguous"})
            message.arrays["labels"] = labels
        if question.quantity == "vjp":
            cotangent = question.cotangent(count).T.astype(inputs.dtype) * one
            message.arrays["g"] = self._laid(cotangent) if cotangent.ndim == 2 else cotangent
        return message

    def _laid(self, rows: NDArray[Any]) -> NDArray[Any]:
        """An array of the shape that the function is given, from ``(logits, inputs)``."""
        if self.domain.kind == "numbers":
            return np.asarray(rows[0])
        return np.ascontiguousarray(rows.T) if self.axis == -1 else rows

    def judged(self, number: int, inputs: Bits, results: Bits) -> CellCounts:
        """What the results of a block are: see ``CellCounts``."""
        found = CellCounts(len(results))
        if self.domain.kind == "numbers" and self.question.format.bits == 16:
            counts = self._counted_by_oracle(found, inputs, results)
        else:
            counts = self._counted(found, number, inputs, results)
        first, end = number * self.domain.size, counts[kernels.FIRST]
        found.not_finite = first + end if counts[kernels.NOT_FINITE] else -1
        rounded, flushed, not_finite = (counts[column] for column in COUNTED)
        found.blocks[number] = (zlib.crc32(results.data), rounded, flushed, not_finite)
        if self._stale > STALE:
            self._table, self._stale = None, 0
        return found

    def _counted(self, found: CellCounts, number: int, inputs: Bits, results: Bits) -> list[int]:
        """The counts of a kernel, which has looked at all results with these limits."""
        room, first = LISTED, number * self.domain.size
        while True:
            limits, listed = self.limits.copy(), np.empty((room, 2), np.int64)
            counts = self._scanned(number, inputs, results, listed)
            listed = listed[: counts[kernels.LISTED]]
            close = listed[listed[:, 0] < 0]
            beyond = listed[listed[:, 0] >= 0]
            self._stale += len(beyond)
            self._note_worst(found, first, inputs, results, beyond)
            if counts[kernels.LISTED] <= room:
                break
            self._table = None
            room = LISTED if (self.limits > limits).any() else counts[kernels.LISTED]
        counts[kernels.ROUNDED] += self._count_beyond_half(found, first, inputs, results, close)
        return counts

    def _counted_by_oracle(self, found: CellCounts, inputs: Bits, results: Bits) -> list[int]:
        """The same for so few results that the oracle is asked about all."""
        places = np.arange(results.shape[1])
        errors = self._errors(inputs, results, places)
        wrong = errors.nan | errors.infinite | errors.missing_infinity | errors.missing_nan
        listed = np.stack([np.zeros_like(places), places], axis=1)
        self._note_worst(found, 0, inputs, results, listed)
        rounded = np.count_nonzero(np.abs(errors.ulp) > HALF)
        first = np.flatnonzero(wrong.reshape(-1))[:1].sum()
        counts = [rounded, errors.flushed.sum(), wrong.sum(), 0, first]
        return [int(count) for count in counts]

    def _note_worst(
        self, found: CellCounts, first: int, inputs: Bits, results: Bits, listed: NDArray[np.int64]
    ) -> None:
        """Keep the largest error of each output among the listed results, and raise the limits."""
        if not len(listed):
            return
        errors = self._errors(inputs, results, listed[:, 1]).ulp.reshape(len(listed), -1)
        for output in range(len(results)):
            mine = listed[:, 0] == output
            size = np.abs(np.nan_to_num(errors[mine, output], nan=0.0))
            worst = float(size.max(initial=0.0))
            if worst > self.limits[output]:
                place = int(listed[mine, 1][size == worst].min())
                here = WorstInput(worst, first + place, int(results[output, place]))
                found.worst[output] = found.worst[output].or_worse(here)
                self.limits[output] = worst

    def _count_beyond_half(
        self, found: CellCounts, first: int, inputs: Bits, results: Bits, close: NDArray[np.int64]
    ) -> int:
        """How many of the results next to half an ulp are not correctly rounded."""
        if not len(close):
            return 0
        turned = np.stack([-1 - close[:, 0], close[:, 1]], axis=1)
        errors = self._errors(inputs, results, turned[:, 1]).ulp.reshape(len(turned), -1)
        self._note_worst(found, first, inputs, results, turned)
        mine = np.abs(errors[np.arange(len(turned)), turned[:, 0]])
        return int(np.count_nonzero(mine > HALF))

    def _errors(self, inputs: Bits, results: Bits, places: NDArray[np.int64]) -> Errors:
        """The exact errors of all outputs for the inputs at these places."""
        exact = self.question.exact(self.values(inputs[:, places]).T)
        y = self.values(results[:, places]).T.reshape(exact.shape)
        return exact.error(y, self.question.format)

    def values(self, bits: Bits) -> Float64Array:
        return decode(bits, self.question.format)

    def _scanned(
        self, number: int, inputs: Bits, results: Bits, listed: NDArray[np.int64]
    ) -> list[int]:
        """The counts of a kernel, which fills ``listed``."""
        fmt, domain = self.question.format, self.domain
        counts = np.array([0, 0, 0, 0, domain.size], np.int64)
        if fmt.bits == 32:
            kernels.scan_numbers(
                inputs[0].view(np.float32),
                results.view(np.float32),
                np.array(self.question.curves, np.int64),
                fmt.precision,
                fmt.e_min,
                self.limits,
                SLACK,
                counts,
                listed,
            )
        elif self.question.adds:
            kernels.scan_sums(
                domain.values,
                domain.seconds(number),
                results,
                self._all_values,
                SOFTPLUS_ROWS,
                float(STEPS),
                fmt.precision,
                fmt.e_min,
                self.limits,
                counts,
                listed,
            )
        else:
            nearest, within = self._nearest, self._within()
            kernels.scan_pairs(
                domain.values,
                domain.seconds(number),
                results,
                int(encode(np.inf, fmt)),
                (nearest.low, nearest.high),
                (within.low, within.high),
                self._subnormal,
                counts,
                listed,
            )
        return [int(count) for count in counts]

    @property
    def farthest(self) -> float:
        return 2 * self.question.format.max

    @cached_property
    def _nearest(self) -> Table:
        return Table.within(np.full(len(self.limits), HALF), self.question, self.farthest)

    @cached_property
    def _subnormal(self) -> NDArray[np.float64]:
        return subnormal_stretch(self.question, self.farthest)

    def _within(self) -> Table:
        if (self.limits == HALF).all():
            return self._nearest
        if self._table is None:
            self._table = Table.within(self.limits, self.question, self.farthest)
        return self._table

    @cached_property
    def _all_values(self) -> Float64Array:
        return decode(np.arange(65536, dtype=np.uint16), self.question.format)


def _softplus_rows() -> Float64Array:
    """Taylor's coefficients of ``log(1 + e^-t)`` in stretches of ``1 / STEPS``, up to degree 5.

    With q = e^-t / (1 + e^-t): the derivatives are -q, q(1 - q), -q(1 - q)(1 - 2q), ...  The next
    term is below 2^-51 of the value.
    """
    middle = (np.arange(FARTHEST_SUM * STEPS) + 0.5) / STEPS
    q = np.exp(-middle) / (1 + np.exp(-middle))
    w, h = q * (1 - q), 1 / STEPS
    turn = 1 - 2 * q
    rows = np.stack(
        [
            np.log1p(np.exp(-middle)),
            -q * h,
            w * h**2 / 2,
            -w * turn * h**3 / 6,
            w * (turn**2 - 2 * w) * h**4 / 24,
            -w * turn * (1 - 12 * w) * h**5 / 120,
        ],
        axis=1,
    )
    return np.concatenate([rows, np.zeros((1, 6))])


SOFTPLUS_ROWS: Final = _softplus_rows()
