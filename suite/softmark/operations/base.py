"""What every operation must say of itself, so that a check can ask without knowing which it is."""

# Over 300 lines: what an operation says of itself is one class, each trait with its docstring.

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final, Literal

from numpy.typing import NDArray

from softmark.formats import Float64Array
from softmark.operations.bounds import Model
from softmark.operations.formulas import Formula
from softmark.operations.row import Row
from softmark.options import PLAIN, Options
from softmark.oracle import Enclosure


class Kind(Enum):
    """The shape of a result."""

    ELEMENTWISE = "an output for each logit"
    REDUCTION = "one number for each row"
    INDEX = "one index for each row, right or wrong"
    ONE_HOT = "an index written as a one among zeros"


@dataclass(frozen=True)
class Problem:
    """An operation's exact inputs.

    Attributes
    ----------
    x:
        Logits, float64 values that the format under test holds.
    axis:
        The axis that the operation works along.
    beta:
        Inverse temperature, exact; or the cap.
    labels:
        For cross-entropy: class indices (the shape of ``x`` without its last axis) or
        probabilities (the shape of ``x``).  For an operation with a mask: what lies behind it,
        where ``x`` is minus infinity (the shape of ``x``); zeros if it is left out.  For one with a
        sink: the sink of each row (the shape of ``x``, with length 1 along the axis).  For a
        divergence or a merge: the other array; a target for each logit (both the shape of ``x``).
    options:
        The options of a loss.
    """

    x: Float64Array
    axis: int = -1
    beta: float = 1.0
    labels: NDArray[Any] | None = None
    options: Options = PLAIN

    @property
    def n(self) -> int:
        """The length of a row."""
        return int(self.x.shape[self.axis])

    @property
    def reduced_rows(self) -> int:
        """How many rows have one result together; 0 where each has its own."""
        return self.x.size // max(self.n, 1) if self.options.reduces else 0

    def of_rows(self, rows: Any) -> Problem:
        """The same with some of the rows alone: an index into the first axis that keeps it."""
        labels = None if self.labels is None else self.labels[rows]
        return replace(self, x=self.x[rows], labels=labels)


Bound = Callable[[Row, Float64Array, Model], Float64Array]
"""Of a row, a direction and a model of rounding: an absolute bound for each element."""

SecondBound = Callable[[Row, Float64Array, Float64Array, Model], Float64Array]
"""The same of a cotangent and a tangent."""

Estimate = Callable[..., Float64Array | None]
"""Of a problem and its directions a derivative without a proof; ``None`` where none is known."""


@dataclass(frozen=True)
class Derivative:
    """A product with the Jacobian, or with its transpose.

    Attributes
    ----------
    reference:
        The certified product, of a problem and a direction.
    error_bound:
        Absolute first-order error bound for each element of the product.
    estimate:
        The product in extended precision, where the certified one takes long.
    """

    reference: Callable[[Problem, Float64Array], Enclosure]
    error_bound: Bound
    estimate: Estimate | None = None


@dataclass(frozen=True)
class SecondDerivative:
    """The derivative of a vector-Jacobian product, its cotangent held fixed.

    Attributes
    ----------
    reference:
        The certified product, of a problem, a cotangent and a tangent.
    error_bound:
        Absolute first-order error bound for each element of the product, whichever of the two
        derivatives is taken first.
    estimate:
        See ``Derivative``.
    """

    reference: Callable[[Problem, Float64Array, Float64Array], Enclosure]
    error_bound: SecondBound
    estimate: Estimate | None = None


@dataclass(frozen=True)
class Value:
    """What an operation computes.

    Attributes
    ----------
    reference:
        The certified value, of a problem.
    error_bound:
        Absolute first-order error bound of the shifted formula, in the arithmetic of a
        ``Model``, for each output.
    estimate:
        The value without a proof and as fast, where the reference is slow; see ``estimates``.
    """

    reference: Callable[[Problem], Enclosure]
    error_bound: Callable[[Row, Model], Float64Array]
    estimate: Estimate | None = None


@dataclass(frozen=True)
class Limit:
    """What results go to as the inverse temperature grows.

    Attributes
    ----------
    value:
        The limit, of a problem.
    reach:
        The distance from it is at most (n - 1) e^(-beta gap) times this, of n and the gap.
    """

    value: Callable[[Problem], Float64Array]
    reach: Callable[[int, float], float]


INFINITE: Final = ("all masked", "one +inf", "several +inf", "+inf and -inf")
"""The situations in which most operations have no defined result."""


@dataclass(frozen=True)
class Operation:
    """One function of the family.

    Attributes
    ----------
    name:
        As in ``softmark.operations.names()``.
    kind:
        The shape of the result.
    value:
        The certified value and its bound; ``None`` where the result is an index.
    source:
        Who proved the bound.
    vjp, jvp:
        The derivatives with respect to the logits, along a cotangent and along a tangent;
        ``None`` where the operation has none.
    hvp:
        The second derivative: of the vector-Jacobian product, along a tangent.
    vjp_beta:
        The derivative with respect to the inverse temperature along a cotangent, one for each row.
    range:
        The least and the largest value that the exact result can take, for each output.
    traffic:
        Elements that must be read and written, at least, for a problem of ``rows`` x ``n``.
    has_beta:
        Whether the operation has an inverse temperature.
    is_sparse:
        Whether many results are exactly 0, so that a gradient may leave their cotangents out.
    has_cap:
        Whether it has a cap, which takes the place of that in a call and in a problem.
    vjp_operand:
        The derivative with respect to what it is given beside the logits, along a cotangent; of
        the shape of that.
    summands:
        The number of terms in its sum, for the length of a row.
    lengths:
        Lengths of rows at which it is used, beyond those at which all operations are measured.
    winner_bound:
        Of a logarithm, the error bound at each row's winner of an evaluation by log1p.
    formulas:
        The other published evaluations, in the order in which they are tried.
    plain:
        The operation that it is on the logits that its mask keeps.
    operand:
        What it is given beside the logits: a name of ``softmark.operands``, or nothing.
    takes_options:
        Whether it is a loss that ``softmark.options`` may change.
    is_pointwise:
        Whether each logit is a row of its own, so that the axis means nothing.
    is_probability:
        Whether each result is a probability.
    is_monotone:
        Whether a larger logit of a row has a larger result.
    sums_to_one:
        What of a row sums to 1: its ``results``, their ``exponentials``, or nothing.
    shift:
        Whether a number added to all logits of a row is ``ignored``, or ``added`` to the result.
    identities:
        Those of the check ``identities`` that hold for it.
    masked_result:
        What a logit of minus infinity has for a result, exactly; ``None`` where that is nothing.
    masks_gradient:
        Whether no gradient reaches such a logit.
    multiplies_logits:
        Whether logits are multiplied by weights, so that minus infinity times 0 is open.
    open_situations:
        The ``special_rows`` whose results the literature leaves open.
    limit:
        What it goes to as the inverse temperature grows.
    """

    name: str
    kind: Kind
    source: str
    range: Callable[[Row], tuple[Float64Array | float, Float64Array | float]]
    traffic: Callable[[int, int], tuple[int, int]]
    value: Value | None = None
    vjp: Derivative | None = None
    jvp: Derivative | None = None
    hvp: SecondDerivative | None = None
    vjp_beta: Derivative | None = None
    has_beta: bool = False
    has_cap: bool = False
    is_sparse: bool = False
    vjp_operand: Derivative | None = None
    summands: Callable[[int], int] = field(default=lambda n: n)
    lengths: tuple[int, ...] = ()
    winner_bound: Callable[[Row, Model], Float64Array] | None = None
    formulas: tuple[Formula, ...] = ()
    plain: str = ""
    operand: str = ""
    takes_options: bool = False
    is_pointwise: bool = False
    is_probability: bool = False
    is_monotone: bool = False
    sums_to_one: Literal["", "results", "exponentials"] = ""
    shift: Literal["", "ignored", "added"] = ""
    identities: tuple[str, ...] = ()
    masked_result: float | None = None
    masks_gradient: bool = False
    multiplies_logits: bool = False
    open_situations: tuple[str, ...] = INFINITE
    limit: Limit | None = None

    def output_shape(self, shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
        """The shape of the result for logits of ``shape``; a scalar's is that of a scalar."""
        if self.kind in (Kind.ELEMENTWISE, Kind.ONE_HOT):
            return shape
        if not shape:  # a scalar is a row of one
            return ()
        kept = axis % len(shape)
        return shape[:kept] + shape[kept + 1 :]

    @property
    def is_index(self) -> bool:
        """Whether the result is right or wrong, with no error between."""
        return self.value is None

    @property
    def takes_number(self) -> bool:
        """Whether it has a number beside its arrays: an inverse temperature or a cap."""
        return self.has_beta or self.has_cap

    @property
    def usual_number(self) -> float:
        """That number where a case does not say otherwise."""
        return 30.0 if self.has_cap else 1.0

    @property
    def takes_labels(self) -> bool:
        """Whether it has labels beside the logits."""
        return self.operand == "labels"

    @property
    def takes_mask(self) -> bool:
        """Whether it is given which logits take part: in a problem the others are -inf."""
        return self.operand == "mask"

    @property
    def takes_sink(self) -> bool:
        """Whether it has a number for each row that adds to the sum and has no result."""
        return self.operand == "sink"

    @property
    def takes_other(self) -> bool:
        """Whether it takes other logits, of the same shape, or targets."""
        return self.operand in ("other", "target")

    @property
    def takes_target(self) -> bool:
        """Whether it takes a target from 0 to 1 for each logit."""
        return self.operand == "target"

    @property
    def drops_masked(self) -> bool:
        """Whether what a mask leaves out has an infinite result, which has no derivative."""
        return self.takes_mask and self.masked_result == -math.inf

    @property
    def ends_at_masked(self) -> bool:
        """Whether a masked result has no derivative, and there is none beside it in its row."""
        return self.is_pointwise and self.masked_result == -math.inf

    @property
    def is_logarithm(self) -> bool:
        """Whether the result is the logarithm of a probability."""
        return self.winner_bound is not None

    @property
    def mixes_each(self) -> bool:
        """Whether there is a result for each logit of a row, which depends on the others too."""
        return self.kind is Kind.ELEMENTWISE and not self.is_pointwise
