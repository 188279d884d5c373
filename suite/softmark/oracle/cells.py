"""The arrays of an enclosure, in the order of the rows."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from softmark.oracle.exact_rounding import Parts


class Cells:
    """``hi``, ``lo``, ``bound`` and ``scale``, each of shape ``(rows, outputs)``."""

    def __init__(self, rows: int, outputs: int) -> None:
        self.hi, self.lo, self.bound = (np.empty((rows, outputs)) for _ in range(3))
        self.scale: NDArray[np.int64] = np.broadcast_to(np.int64(0), (rows, outputs))

    @property
    def is_scaled(self) -> bool:
        """Whether some scale may differ from zero: unscaled results share a single zero."""
        return bool(self.scale.flags.writeable)

    def writable_scale(self) -> NDArray[np.int64]:
        """The scales as an array of their own; until needed they are one zero."""
        if not self.is_scaled:
            self.scale = np.zeros(self.hi.shape, dtype=np.int64)
        return self.scale

    def put(self, at: tuple[int, int], parts: Parts) -> None:
        self.hi[at], self.lo[at], self.bound[at], scale = parts
        if scale:
            self.writable_scale()[at] = scale

    def put_row(self, row: int, columns: NDArray[np.intp], parts: NDArray[np.float64]) -> None:
        """Several of a row at once; ``parts`` has a ``Parts`` in each row."""
        self.hi[row, columns], self.lo[row, columns], self.bound[row, columns], scale = parts.T
        if scale.any():
            self.writable_scale()[row, columns] = scale
