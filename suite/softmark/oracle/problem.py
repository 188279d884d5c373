"""A batch of rows, and which of its results are fixed by convention rather than by arithmetic.

The table of conventions, the same for every quantity:

==========================  ===============================================================
input                       result
==========================  ===============================================================
``-inf`` in a row           the element is absent: its weight is exactly 0 (for every beta)
                            and log_softmax there is ``-inf``; its own cotangent still counts
NaN or ``+inf`` in a row    undefined: NaN in the whole row
+inf in a function of one   its limit there: sigmoid 1, softplus ``+inf``, log_sigmoid 0
row all ``-inf``, or n = 0  undefined: NaN; logsumexp alone is ``-inf``, the sum of nothing
NaN or infinity in g, v     undefined: NaN in the whole row; so with label probabilities
other logit absent alone    ``+inf`` for kl_divergence
label on an absent element  ``+inf`` for cross_entropy (probability 0 there counts nothing)
n = 1                       the limit of nothing: softmax 1, log_softmax 0, logsumexp x
beta = 0                    equal weights over the present elements
beta < 0                    as it reads: the least logit has the greatest weight
an infinity under a cap     the cap, or minus the cap: softcap_softmax has no other limit
==========================  ===============================================================
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.quantities import Kind, Operation, RowInputs

Float64Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


class RowBatch(NamedTuple):
    """One quantity of a batch of rows.

    Attributes
    ----------
    x:
        Logits, shape ``(rows, n)``, C-contiguous.
    outputs:
        Results of a row: ``n``, or 1; of softmax those of the first logits, as many as are asked
        for, the others being in the sum alone.
    cotangent:
        Shape ``(rows, m)`` with m outputs of the operation.
    tangent:
        Shape ``(rows, n)``.
    labels:
        Class indices, shape ``(rows,)``, or class weights, shape ``(rows, n)``; of a divergence the
        other logits, of that shape.
    of_one:
        The function of one logit that this is, of rows ``(x, 0)``; empty where it is none.
    inputs_of:
        Gives a row to ball arithmetic where it is more than these arrays.
    digest:
        Of what ``inputs_of`` knows beyond them.
    apart:
        Rows that are more than these arrays, so that no kernel answers them.
    """

    operation: Operation
    kind: Kind
    x: Float64Array
    outputs: int
    beta: float = 1.0
    cotangent: Float64Array | None = None
    tangent: Float64Array | None = None
    labels: NDArray[np.generic] | None = None
    of_one: str = ""
    inputs_of: Callable[[int], RowInputs] | None = None
    digest: bytes = b""
    apart: BoolArray | None = None

    @property
    def lacks_columns(self) -> bool:
        """Whether what each logit has a result of is asked for at the first of a row alone."""
        has_each = self.operation in ("softmax", "log_softmax") or self.kind in ("vjp", "hvp")
        return has_each and self.outputs < self.x.shape[1]

    def row_inputs(self, row: int) -> RowInputs:
        """One row as plain numbers, for ball arithmetic."""
        if self.inputs_of is not None:
            return self.inputs_of(row)
        labels = self.label_weights([row])
        return RowInputs(
            x=self.x[row].tolist(),
            beta=self.beta,
            cotangent=[] if self.cotangent is None else self.cotangent[row].tolist(),
            tangent=[] if self.tangent is None else self.tangent[row].tolist(),
            labels=[] if labels is None else labels[0].tolist(),
        )

    def row_key(self, row: int) -> Hashable:
        """What tells a row, with what is asked of it, from all others."""
        sides = (self.x, self.cotangent, self.tangent, self.labels)
        held = [b"" if side is None else side[row].tobytes() for side in sides]
        number = row if self.digest else -1
        return self.operation, self.kind, self.beta, self.outputs, self.digest, number, *held

    def label_weights(self, rows: Sequence[int] | NDArray[np.intp]) -> Float64Array | None:
        """Class weights of some rows; an index label is one-hot."""
        if self.labels is None:
            return None
        chosen = self.labels[rows]
        if chosen.ndim == 2:
            return chosen.astype(np.float64)
        return np.asarray(chosen[:, None] == np.arange(self.x.shape[1]), dtype=np.float64)

    def fixed_values(self, rows: NDArray[np.intp]) -> tuple[BoolArray, Float64Array]:
        """Which outputs of some rows the table fixes, and their values.

        Returns
        -------
        Mask and values, both of shape ``(len(rows), outputs)``.
        """
        x = self.x[rows]
        values = np.zeros((len(rows), self.outputs))
        fixed = np.zeros(values.shape, dtype=np.bool_)
        absent = np.isneginf(x)
        self._fix_masked(rows, absent, fixed, values)
        undefined = self._undefined(rows, x)
        fixed[undefined], values[undefined] = True, np.nan
        if (self.operation, self.kind) == ("logsumexp", "value"):
            nothing = absent.all(axis=1)
            fixed[nothing], values[nothing] = True, -np.inf
        if self.of_one:
            top = np.isposinf(x[:, 0]) & self._sides_finite(rows)
            fixed[top], values[top] = True, self._at_infinity(rows[top])
        return fixed, values

    def _at_infinity(self, rows: NDArray[np.intp]) -> Float64Array:
        """What a function of one logit, or a derivative of it, is at plus infinity."""
        if self.kind == "value":
            limit = {"sigmoid": 1.0, "softplus": np.inf, "log_sigmoid": 0.0}[self.of_one]
            return np.full((len(rows), 1), limit)
        direction = self.cotangent if self.kind == "vjp" else self.tangent
        if self.of_one != "softplus" or self.kind == "hvp" or direction is None:
            return np.zeros((len(rows), 1))
        return direction[rows, :1]

    def _sides_finite(self, rows: NDArray[np.intp]) -> BoolArray:
        """Where cotangent, tangent and label weights are finite."""
        fine = np.ones(len(rows), dtype=np.bool_)
        for side in (self.cotangent, self.tangent, self.labels):
            if side is not None and side.ndim == 2:
                fine &= ~self._broken(side, side[rows])
        return fine

    def _broken(self, side: NDArray[np.generic], part: NDArray[np.generic]) -> BoolArray:
        """Which rows of a part of ``side`` have no place in a sum; other logits may be absent."""
        values = part.astype(np.float64)
        if side is not self.labels or self.operation != "kl_divergence":
            return np.asarray(~np.isfinite(values).all(axis=1))
        broken = (np.isnan(values) | np.isposinf(values)).any(axis=1)
        return np.asarray(broken | ~np.isfinite(values).any(axis=1))

    def rows_with_broken_sides(self) -> BoolArray:
        """Where cotangent, tangent or label weights have NaN or an infinity; shape ``(rows,)``."""
        broken = np.zeros(len(self.x), dtype=np.bool_)
        for side in (self.cotangent, self.tangent, self.labels):
            if side is not None and side.ndim == 2 and not np.isfinite(side).all():
                broken |= self._broken(side, side)
        return broken

    def _undefined(self, rows: NDArray[np.intp], x: Float64Array) -> BoolArray:
        if self.operation == "softcap_softmax":  # a cap holds infinities too
            broken = np.isnan(x).any(axis=1)
        else:
            broken = (np.isnan(x) | np.isposinf(x)).any(axis=1) | ~np.isfinite(x).any(axis=1)
        return np.asarray(broken | ~self._sides_finite(rows), dtype=np.bool_)

    def _fix_masked(
        self, rows: NDArray[np.intp], absent: BoolArray, fixed: BoolArray, values: Float64Array
    ) -> None:
        """Results that are infinite because an element is absent."""
        if self.kind != "value":
            return
        if self.operation == "log_softmax":
            asked = absent[:, : self.outputs]
            fixed |= asked
            values[asked] = -np.inf
        if self.operation == "kl_divergence":
            assert self.labels is not None
            beyond = (np.isneginf(self.labels[rows].astype(np.float64)) & ~absent).any(axis=1)
            fixed[beyond], values[beyond] = True, np.inf
            return
        weights = self.label_weights(rows) if absent.any() else None
        if weights is not None:
            up = (absent & (weights > 0)).any(axis=1)
            down = (absent & (weights < 0)).any(axis=1)
            fixed[up | down] = True
            values[up | down, 0] = np.where(down, np.where(up, np.nan, -np.inf), np.inf)[up | down]
