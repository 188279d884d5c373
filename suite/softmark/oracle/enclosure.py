"""What the oracle answers: certified enclosures, and what follows from them.

From an enclosure follow the correctly rounded value in any format and the error, in ulp,
of any other result.  Where the enclosure is too wide to tell, ball
arithmetic is asked about that element.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import ArrayLike, NDArray

from softmark.formats import FLOAT64, Format
from softmark.oracle.cells import Cells
from softmark.oracle.exact_rounding import floor_log2, round_interval
from softmark.oracle.measure import Errors, classify, floor_exponent, round_scaled, signed_ulp
from softmark.oracle.problem import Float64Array, RowBatch
from softmark.oracle.remembered import decided

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Enclosure:
    """Arrays that hold exact real values: ``|v - (hi + lo) 2**scale| <= bound 2**scale``.

    An infinity or NaN in ``hi`` is the result itself (see ``softmark.oracle.problem`` for when),
    and a bound of zero says that the value is exact.

    Attributes
    ----------
    hi, lo, bound:
        float64 arrays of the shape of the result.
    scale:
        int64 array of that shape; zero for results of ordinary size.
    """

    shape: tuple[int, ...]
    _problem: RowBatch
    _axis: int | None
    _find: Callable[[RowBatch], Cells]
    """Called when an array is first looked at: rounding to float64 may do without."""
    _round: Callable[[Float64Array], tuple[Float64Array, Indices]] | None = None
    """Rounds the rows to float64, and tells which it leaves open, where there is such a way."""

    @cached_property
    def _cells(self) -> Cells:
        return self._find(self._problem)

    def settle(self) -> None:
        """Find the arrays now."""
        _ = self._cells

    @property
    def hi(self) -> Float64Array:
        return self._public(self._cells.hi)

    @property
    def lo(self) -> Float64Array:
        return self._public(self._cells.lo)

    @property
    def bound(self) -> Float64Array:
        return self._public(self._cells.bound)

    @property
    def scale(self) -> NDArray[np.int64]:
        return self._public(self._cells.scale)

    @cached_property
    def value(self) -> Float64Array:
        """The exact values as float64, for display; use ``rounded`` where the last bit matters."""
        if not self._cells.is_scaled:
            return self.hi
        with np.errstate(under="ignore", over="ignore"):
            return np.ldexp(self.hi, self.scale)

    def rounded(self, fmt: Format) -> Float64Array:
        """The exact values, rounded to nearest (ties to even) into ``fmt`` in one rounding.

        Returns
        -------
        float64 array of numbers that ``fmt`` holds exactly.  Beyond the largest number it is an
        infinity, or NaN in a format without infinities, as ``softmark.formats.round_to`` has it.

        Raises
        ------
        UndecidedError
            The precision cap of ball arithmetic does not decide an element.
        """
        is_open = "_cells" not in self.__dict__
        if is_open and self._round and fmt.precision == FLOAT64.precision:
            return self._public(self._rounded_straight(self._round, fmt))
        return self._public(self._rounded_flat(fmt))

    def _rounded_straight(
        self, round_rows: Callable[[Float64Array], tuple[Float64Array, Indices]], fmt: Format
    ) -> Float64Array:
        """The same without the arrays, but for rows that are left open."""
        result, open_rows = round_rows(self._problem.x)
        if open_rows.size == len(result):
            return self._rounded_flat(fmt)
        if open_rows.size:
            problem = self._problem._replace(x=self._problem.x[open_rows])
            rest = Enclosure(problem.x.shape, problem, None, self._find)
            result[open_rows] = rest._rounded_flat(fmt).reshape(problem.x.shape)
        return result

    def error(self, result: ArrayLike, fmt: Format) -> Errors:
        """How far ``result`` is from the exact values, in ulp of ``fmt``.

        Parameters
        ----------
        result:
            The result to compare: numbers of ``fmt`` as float64, shape of this enclosure.

        Raises
        ------
        ValueError
            ``result`` has another shape.
        """
        y = np.asarray(result, dtype=np.float64)
        if y.shape != self.shape:
            raise ValueError(f"the result has shape {y.shape}; the exact value has {self.shape}")
        return self._error(self._flat(y), fmt)

    def _error(self, y: Float64Array, fmt: Format) -> Errors:
        from softmark.oracle import rounding_kernel  # brings numba along

        hi, lo, _, _ = self._flat_cells()
        ulp, special = np.empty(y.size), np.empty(y.size, dtype=np.uint8)
        count = rounding_kernel.ulp_error(
            y, hi, lo, fmt.precision, fmt.e_min, fmt.max, 2.0**-63, ulp, special
        )
        if self._cells.is_scaled:
            special |= self._cells.scale.reshape(-1) != 0
            count = int(np.count_nonzero(special))
        errors = Errors.of(ulp)
        return (errors if count == 0 else self._apart(y, special, errors, fmt)).map(self._public)

    def _apart(
        self, y: Float64Array, special: NDArray[np.uint8], errors: Errors, fmt: Format
    ) -> Errors:
        """The errors with those of special elements put right."""
        where = np.flatnonzero(special)
        hi, lo, bound, scale = self._flat_cells()
        hi, lo, bound, scale = hi[where], lo[where], bound[where], scale[where]
        exponent, unsure = floor_exponent(hi, lo, bound, scale)
        for positions, exponents in self._decide(where, np.flatnonzero(unsure), _exponent):
            exponent[positions] = exponents
        ulp = signed_ulp(y[where], hi, lo, scale, exponent, fmt)
        found = classify(y[where], self._rounded_flat(fmt, where), ulp, fmt)
        errors.put(where, found)
        return errors

    def _rounded_flat(self, fmt: Format, where: Indices | None = None) -> Float64Array:
        """Correctly rounded values of the elements ``where``, or of all."""
        hi, lo, bound, scale = self._flat_cells()
        if where is None:
            where = np.arange(hi.size) if self._cells.is_scaled else None
        else:
            hi, lo, bound, scale = hi[where], lo[where], bound[where], scale[where]
        result, undecided = _round_ordinary(hi, lo, bound, fmt)
        if self._cells.is_scaled:
            scaled = np.flatnonzero(scale)
            values, unsure = round_scaled(hi[scaled], lo[scaled], bound[scaled], scale[scaled], fmt)
            result[scaled], undecided[scaled] = values, unsure

        judge = _rounder(fmt)
        for positions, answers in self._decide(where, np.flatnonzero(undecided), judge):
            result[positions] = answers
        return result

    def _decide(
        self,
        where: Indices | None,
        chosen: Indices,
        judge: Callable[[int, fmpq, fmpq], float | None],
    ) -> Iterator[tuple[Indices, list[float]]]:
        """Ball arithmetic's answers for the ``chosen`` ones of ``where``, row by row."""
        problem = self._problem
        flat = chosen if where is None else where[chosen]
        rows, columns = np.divmod(flat, max(problem.outputs, 1))
        for row in np.unique(rows).tolist():
            mine = rows == row
            yield chosen[mine], decided(problem, row, columns[mine], judge)

    def _flat_cells(self) -> tuple[Float64Array, Float64Array, Float64Array, NDArray[np.int64]]:
        c = self._cells
        return c.hi.reshape(-1), c.lo.reshape(-1), c.bound.reshape(-1), c.scale.reshape(-1)

    def _flat(self, array: NDArray[np.generic]) -> NDArray[Any]:
        last = self._axis is None or self._axis == array.ndim - 1
        moved = array if last else np.moveaxis(array, self._axis or 0, -1)
        return np.ascontiguousarray(moved).reshape(-1)

    def _public(self, flat: NDArray[Any]) -> NDArray[Any]:
        return arrange(flat, self.shape, self._axis)


def arrange(flat: NDArray[Any], shape: tuple[int, ...], axis: int | None) -> NDArray[Any]:
    """Results in the order of the rows, in the caller's shape with the rows along ``axis``."""
    if axis is None or axis == len(shape) - 1:
        return flat.reshape(shape)
    moved = [*shape[:axis], *shape[axis + 1 :], shape[axis]]
    return np.moveaxis(flat.reshape(moved), -1, axis)


def _round_ordinary(
    hi: Float64Array, lo: Float64Array, bound: Float64Array, fmt: Format
) -> tuple[Float64Array, NDArray[np.uint8]]:
    """Rounded values of unscaled enclosures, and where the enclosure does not tell."""
    from softmark.oracle import rounding_kernel

    result, undecided = np.empty(hi.size), np.empty(hi.size, dtype=np.uint8)
    if fmt.precision == FLOAT64.precision:
        rounding_kernel.round_to_double(hi, lo, bound, result, undecided)
    else:
        overflow = np.inf if fmt.has_infinity else np.nan
        rounding_kernel.round_to_narrow(
            hi, lo, bound, fmt.precision, fmt.e_min, fmt.max, overflow, result, undecided
        )
    return result, undecided


@cache
def _rounder(fmt: Format) -> Callable[[int, fmpq, fmpq], float | None]:
    """Rounds to a format; always the same function for the same one."""
    return lambda _, lower, upper: round_interval(lower, upper, fmt)


def _exponent(_: int, lower: fmpq, upper: fmpq) -> int | None:
    if lower == 0 or upper == 0:
        return None
    low, high = floor_log2(lower), floor_log2(upper)
    return low if low == high else None
