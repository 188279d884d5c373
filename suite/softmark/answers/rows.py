"""Rows of logits of a length and a size: ordinary ones, and those where a bound is largest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark import operations
from softmark.formats import Float64Array, Format, round_to
from softmark.operations import Problem

BUDGET: Final = 2**16
"""Logits that are enough where rows are short."""

ORDINARY: Final = 8
"""Ordinary rows at least, however long."""


@dataclass(frozen=True)
class Size:
    """An operation on rows of ``n`` logits between ``-scale`` and ``scale``."""

    operation: str
    format: Format
    n: int
    scale: float
    seed: int = 0

    def ordinary(self) -> Problem:
        """Rows drawn evenly."""
        rng = np.random.default_rng(self.seed)
        rows = max(ORDINARY, BUDGET // self.n)
        return self._problem(rng.uniform(-self.scale, self.scale, (rows, self.n)))

    def extreme(self) -> Problem:
        """All equal, one or half or all but one ahead, by gaps of every size, and ramps."""
        rows = [np.full(self.n, level * self.scale) for level in (-1.0, 0.0, 1.0)]
        rows += [np.linspace(-self.scale, self.scale, self.n)]
        for ahead in {1, self.n // 2, self.n - 1} & set(range(1, self.n)):
            for gap in 2 * self.scale * np.array([1.0, 0.5, 0.25, 0.1, 0.01]):
                row = np.full(self.n, self.scale - gap)
                row[:ahead] = self.scale
                rows += [row, row - 2 * self.scale + gap]
        return self._problem(np.stack(rows))

    def _problem(self, x: Float64Array) -> Problem:
        held = np.clip(round_to(x, self.format), -self.format.max, self.format.max)
        rng, of = np.random.default_rng(self.seed), operations.load(self.operation)
        labels: NDArray[Any] | None = None
        if of.takes_labels:
            labels = rng.integers(0, self.n, len(held))
        elif of.takes_sink or of.takes_other:
            size = (len(held), 1 if of.takes_sink else self.n)
            rng = np.random.default_rng([self.seed, 1])  # or the logits would be drawn again
            low, high = (0.0, 1.0) if of.takes_target else (-self.scale, self.scale)
            labels = round_to(rng.uniform(low, high, size), self.format)
        return Problem(held, beta=of.usual_number, labels=labels)
