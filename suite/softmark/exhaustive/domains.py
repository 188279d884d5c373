"""All inputs of a function, numbered, and cut into blocks of about a million."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, Format, decode
from softmark.operations import Operation

Kind = Literal["pairs", "numbers", "differences"]
Bits = NDArray[np.unsignedinteger[Any]]

COVERED: Final = (
    *("softmax", "log_softmax", "logsumexp", "cross_entropy"),
    *("sigmoid", "softplus", "log_sigmoid"),
)
"""Operations whose results of two logits are known for all inputs at once; see ``curves``."""

SECONDS: Final = 16
"""Second logits of a block of pairs."""

BLOCK: Final = 2**20
"""Numbers of a block of float32."""


class NotCovered(ValueError):
    """All inputs are more than can be tried, or the exact results are not known for all."""


@dataclass(frozen=True)
class Domain:
    """The finite inputs of one operation in one format.

    Attributes
    ----------
    kind:
        ``pairs``: rows of two logits, each any number of the format.  ``numbers``: one argument,
        any number of the format.  ``differences``: rows ``(d, 0)``, d any number of the format.
    format:
        The format of the inputs.
    """

    kind: Kind
    format: Format

    @classmethod
    def of(cls, operation: Operation, fmt: Format) -> Domain:
        """What is covered for an operation.

        Raises
        ------
        NotCovered
            Nothing is.
        """
        if operation.name not in COVERED:
            raise NotCovered(
                f"{operation.name} is not covered; the operations are {', '.join(COVERED)}"
            )
        if fmt.name not in ("float32", "float16", "bfloat16"):
            raise NotCovered(
                f"{fmt.name} is not covered; the formats are float32, float16, bfloat16"
            )
        if operation.is_pointwise:
            return cls("numbers", fmt)
        return cls("pairs" if fmt.bits == 16 else "differences", fmt)

    @property
    def numbers(self) -> int:
        """How many finite numbers the format has, both zeros among them."""
        return int(2**self.format.bits - 2 * 2 ** (self.format.precision - 1))

    @property
    def inputs(self) -> int:
        return self.numbers**2 if self.kind == "pairs" else self.numbers

    @property
    def size(self) -> int:
        """Inputs of a block."""
        return SECONDS * self.numbers if self.kind == "pairs" else min(BLOCK, self.numbers)

    @property
    def blocks(self) -> int:
        return self.inputs // self.size

    @cached_property
    def finite(self) -> Bits:
        """The bit patterns of all finite numbers of 16 bits, in order."""
        return self.patterns(np.arange(self.numbers, dtype=np.int64))

    @cached_property
    def values(self) -> Float64Array:
        """The numbers that ``finite`` are."""
        return decode(self.finite, self.format)

    def patterns(self, places: NDArray[np.int64]) -> Bits:
        """The bit patterns of the finite numbers at these places in their order."""
        half = self.numbers // 2
        negative = places - half + 2 ** (self.format.bits - 1)
        return np.where(places < half, places, negative).astype(self.format.carrier)

    def block(self, number: int) -> Bits:
        """The inputs of a block: shape ``(2, size)``, or ``(1, size)`` of one argument."""
        if self.kind == "pairs":
            second = self.finite[number * SECONDS : (number + 1) * SECONDS]
            return np.stack([np.tile(self.finite, SECONDS), np.repeat(second, self.numbers)])
        if self.format.bits == 16:
            return self.finite[None]
        start = int(self.patterns(np.array([number * self.size]))[0])  # no block has both signs
        first = np.arange(start, start + self.size, dtype=np.uint32)
        return self._given(first)

    def rows(self, indices: NDArray[np.int64]) -> Bits:
        """The inputs with these numbers, a column each."""
        if self.kind == "pairs":
            second, first = np.divmod(indices, self.numbers)
            return np.stack([self.patterns(first), self.patterns(second)])
        return self._given(self.patterns(indices))

    def _given(self, first: Bits) -> Bits:
        return first[None] if self.kind == "numbers" else np.stack([first, np.zeros_like(first)])

    def seconds(self, number: int) -> Float64Array:
        """The second logits of a block of pairs."""
        return self.values[number * SECONDS : (number + 1) * SECONDS]
