"""The loss with options, in ball arithmetic: ignored rows, smoothing, weights, z-loss, reductions.

With exact rational weights all options are one formula,

    sum_i [ sum_j q_ij (-log p_ij) + z_i (log sum_j e^(x_ij))^2 ],

over the rows i of a result: one row, or all of them where the loss is reduced.  The weights hold
the label, its smoothing, the class weights, and for a mean the denominator; an ignored row has
weights of 0.  The derivatives are those of each row, since a row's weights depend on no logit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from flint import fmpq
from numpy.typing import ArrayLike, NDArray

from softmark.options import Options
from softmark.oracle.arguments import as_rows, axis_of, real_array, shaped
from softmark.oracle.cells import Cells
from softmark.oracle.enclosure import Enclosure
from softmark.oracle.problem import Float64Array, RowBatch
from softmark.oracle.quantities import ByColumn, Kind, Operation, RowInputs
from softmark.oracle.row import ExactRow
from softmark.oracle.solve import fill_open
from softmark.oracle.split import Split, rational

NOTHING = Split(fmpq(0))
TWO = Split(fmpq(2))


@dataclass(frozen=True)
class LossRow:
    """One row: its logits, its class weights q, the factor z of its squared logsumexp."""

    x: Sequence[float]
    q: Sequence[fmpq]
    z: fmpq
    g: fmpq
    v: Sequence[float]

    @property
    def counts(self) -> bool:
        return bool(self.z != 0 or any(q != 0 for q in self.q))

    @cached_property
    def row(self) -> ExactRow:
        return ExactRow(self.x)

    @cached_property
    def total(self) -> Split:
        """``sum_j q_j``."""
        return Split(sum(self.q, fmpq(0)))

    @cached_property
    def lse(self) -> Split:
        return Split(rational(self.row.reference)) + self.row.log_total()

    @cached_property
    def tangent(self) -> list[fmpq]:
        return [rational(v) for v in self.v]

    @cached_property
    def mean(self) -> Split:
        """``a = sum_j p_j v_j``."""
        return self.row.mean(self.tangent)

    @property
    def square(self) -> Split:
        return Split(self.z)

    def value(self) -> Split:
        top = rational(self.row.reference)
        terms = (q * (top - rational(x)) for q, x in zip(self.q, self.x, strict=True) if q != 0)
        linear = Split(sum(terms, fmpq(0)))
        return self.total * self.row.log_total() + linear + self.square * self.lse * self.lse

    def jvp(self) -> Split:
        dot = sum((q * v for q, v in zip(self.q, self.tangent, strict=True)), fmpq(0))
        of_square = TWO * self.square * self.lse * self.mean
        return self.total * self.mean - Split(dot) + of_square

    def vjp(self, j: int) -> Split:
        weight = self.total + TWO * self.square * self.lse
        return Split(self.g) * (weight * self.row.probability(j) - Split(self.q[j]))

    def hvp(self, j: int) -> Split:
        """``g p_j [(sum_j q_j + 2 z lse)(v_j - a) + 2 z a]``."""
        weight = self.total + TWO * self.square * self.lse
        along = Split(self.tangent[j]) - self.mean
        both = weight * along + TWO * self.square * self.mean
        return Split(self.g) * self.row.probability(j) * both


@dataclass(frozen=True)
class LossInputs(RowInputs):
    """The rows of one result: a single one, or all."""

    rows: Sequence[LossRow] = ()

    def by_column(self, operation: Operation, kind: Kind) -> ByColumn:
        rows, n = self.rows, len(self.rows[0].x)
        whole: dict[str, Callable[[LossRow], Split]] = {"value": LossRow.value, "jvp": LossRow.jvp}
        if kind in whole:
            return lambda _: sum((whole[kind](row) for row in rows if row.counts), NOTHING)
        each = LossRow.vjp if kind == "vjp" else LossRow.hvp

        def of_logit(column: int) -> Split:
            row = rows[column // n]
            return each(row, column % n) if row.counts else NOTHING

        return of_logit


@dataclass(frozen=True)
class Loss:
    """All rows of a loss, and its options.

    Attributes
    ----------
    x, labels:
        Logits, shape ``(rows, n)``, and a class for each row.
    g:
        A cotangent for each row, or one for all; ``None`` where there is none.
    v:
        A tangent of the shape of ``x``, or ``None``.
    """

    x: Float64Array
    labels: NDArray[Any]
    options: Options
    g: Float64Array | None = None
    v: Float64Array | None = None

    @cached_property
    def kept(self) -> NDArray[np.bool_]:
        """The rows that count."""
        ignored = self.options.ignore_index
        return np.ones(len(self.x), bool) if ignored is None else self.labels != ignored

    @cached_property
    def class_weights(self) -> list[fmpq]:
        given = self.options.weight
        return [fmpq(1)] * self.x.shape[1] if given is None else [rational(w) for w in given]

    @cached_property
    def denominator(self) -> fmpq:
        """What a mean divides by: the weights of the labels that count.  It may be 0."""
        if self.options.reduction != "mean":
            return fmpq(1)
        return sum((self.class_weights[k] for k in self.labels[self.kept]), fmpq(0))

    def row(self, i: int) -> LossRow:
        x = self.x[i].tolist()
        v = [] if self.v is None else self.v[i].tolist()
        g = fmpq(0)
        if self.g is not None:
            g = rational(float(self.g[0 if self.options.reduces else i]))
        if not self.kept[i]:
            return LossRow(x, [fmpq(0)] * len(x), fmpq(0), g, v)
        smoothing, label = rational(self.options.label_smoothing), int(self.labels[i])
        share = smoothing / (len(x) * self.denominator)
        q = [share * w for w in self.class_weights]
        q[label] += (1 - smoothing) * self.class_weights[label] / self.denominator
        return LossRow(x, q, rational(self.options.z_loss) / self.denominator, g, v)

    def inputs(self, result: int) -> LossInputs:
        """The rows of one result."""
        chosen = range(len(self.x)) if self.options.reduces else [result]
        return LossInputs(x=[], rows=[self.row(i) for i in chosen])

    @property
    def digest(self) -> bytes:
        """Of all that a result depends on."""
        summed = hashlib.blake2b(repr((self.options, self.x.shape)).encode(), digest_size=16)
        weight = self.options.weight
        for array in (self.x, self.labels, self.g, self.v, weight):
            summed.update(b"|" if array is None else np.ascontiguousarray(array).tobytes())
        return summed.digest()

    def fixed_values(self, kind: Kind) -> Float64Array:
        """For each row NaN or an infinity where that is its value by convention, else 0."""
        is_undefined = (np.isnan(self.x) | np.isposinf(self.x)).any(axis=1)
        is_undefined |= ~np.isfinite(self.x).any(axis=1)
        for side in (self.v, None if self.g is None or self.options.reduces else self.g[:, None]):
            if side is not None:
                is_undefined |= ~np.isfinite(side).all(axis=1)
        values = np.where(is_undefined, np.nan, 0.0)
        if kind == "value":
            values[~is_undefined & self._misses] = np.inf
        return values

    @property
    def _misses(self) -> NDArray[np.bool_]:
        """Where a class with some weight is absent."""
        absent = np.isneginf(self.x) & self.kept[:, None]
        weights = np.array([float(w) for w in self.class_weights]) > 0
        labels = np.clip(self.labels, 0, self.x.shape[1] - 1)
        is_label = labels[:, None] == np.arange(self.x.shape[1])
        counts = weights & (is_label | (self.options.label_smoothing > 0))
        return np.asarray((absent & counts).any(axis=1))


def loss(
    kind: Kind,
    x: ArrayLike,
    labels: NDArray[Any],
    options: Options,
    *,
    axis: int = -1,
    g: ArrayLike | None = None,
    v: ArrayLike | None = None,
) -> Enclosure:
    """The cross-entropy of class indices with options, or a derivative of it.

    Parameters
    ----------
    kind:
        ``value``, ``vjp``, ``jvp`` or ``hvp``.
    labels:
        A class for each row, shape of ``x`` without ``axis``; or ``options.ignore_index``.
    g, v:
        Cotangent (shape of the result) and tangent (shape of ``x``), where the kind has them.

    Returns
    -------
    Enclosure of the shape of the result: one for each row, a single one where the loss is reduced,
    or the shape of ``x`` for ``vjp`` and ``hvp``.  A mean of no rows is NaN.

    Raises
    ------
    ValueError
        An array has another shape, or a label is neither a class nor the one that is ignored.
    """
    logits = real_array(x, "x")
    axis = axis_of(logits, axis)
    shape, n = logits.shape, logits.shape[axis]
    without = () if options.reduces else shape[:axis] + shape[axis + 1 :]
    cotangent, tangent = shaped(g, without, "the cotangent"), shaped(v, shape, "the tangent")
    asked = Loss(
        as_rows(logits, axis),
        _known(labels, shape[:axis] + shape[axis + 1 :], n, options),
        options,
        None if cotangent is None else cotangent.reshape(-1),
        None if tangent is None else as_rows(tangent, axis),
    )
    single = kind in ("value", "jvp")
    outputs = 1 if single else asked.x.size if options.reduces else n
    results = 1 if options.reduces else len(asked.x)
    placed = asked.x.reshape(results, -1) if options.reduces else asked.x
    problem = RowBatch("loss", kind, placed, outputs, inputs_of=asked.inputs, digest=asked.digest)
    enclosure = Enclosure(
        without if single else shape,
        problem,
        None if single else axis,
        lambda problem: _cells(problem, asked),
    )
    enclosure.settle()
    return enclosure


def _known(
    labels: NDArray[Any], shape: tuple[int, ...], n: int, options: Options
) -> NDArray[np.int64]:
    given = np.asarray(labels)
    if given.dtype.kind not in "iu" or given.shape != shape:
        raise ValueError(
            f"labels of type {given.dtype} and shape {given.shape}: give integers of shape {shape}"
        )
    wrong = (given < 0) | (given >= n)
    if options.ignore_index is not None:
        wrong &= given != options.ignore_index
    if wrong.any():
        raise ValueError(f"a label is outside 0..{n - 1}")
    return given.reshape(-1).astype(np.int64)


def _cells(problem: RowBatch, asked: Loss) -> Cells:
    """Enclose every output, where no convention fixes it."""
    cells = Cells(len(problem.x), problem.outputs)
    fixed = asked.fixed_values(problem.kind)
    if asked.options.reduces:
        total = fixed.sum() + (0.0 if asked.denominator else np.nan)
        is_single = problem.kind in ("value", "jvp")
        each = fixed[:, None] + np.zeros(asked.x.shape) + (0.0 if asked.denominator else np.nan)
        known = np.full((1, 1), total) if is_single else each.reshape(1, -1)
    else:
        known = np.broadcast_to(fixed[:, None], cells.hi.shape)
    fill_open(problem, cells, ~np.isfinite(known), known)
    return cells
