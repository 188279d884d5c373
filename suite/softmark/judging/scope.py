"""What a check is given and what it gives back."""

# Over 300 lines: what a check is given and gives back are two classes, a property a question.

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from softmark import inputs
from softmark.formats import Float64Array, Format
from softmark.inputs.registry import CHECK
from softmark.operations import Operation, Problem
from softmark.operations.row import Row
from softmark.options import PLAIN
from softmark.records import Case, Grade, Json, Verdict
from softmark.subjects import Call, Info, Output, Subject

Profile = Literal["quick", "standard", "full"]
Choice = TypeVar("Choice")

# JAX, XLA and torch.compile compile anew for each shape, which costs more than the call: the
# quick profile's cases share these, as (rows, length).
FIVE: Final = (8, 5)
TEN: Final = (64, 10)
HUNDRED: Final = (40, 100)
THOUSAND: Final = (4, 1000)
LONG: Final = (1, 16384)
LONGER: Final = (1, 2**17)
LONGEST: Final = (1, 2**20)
DEAREST: Final = (1, 10**5)

FIXED: Final = ("digits", "beside_zero")
"""The families whose rows have one length."""

CAPS: Final = (30.0, 1.0, 300.0, 50.0, 0.125, 1e4)
"""Caps to measure at: far above ordinary logits, and far below."""

PROFILES: Final[tuple[Profile, ...]] = ("quick", "standard", "full")


@dataclass(frozen=True)
class Measurement:
    """What a check found in one case; the fields are those of ``softmark.records.Record``."""

    metric: str
    value: float | None
    unit: str
    verdict: Verdict
    bound: float | None = None
    bound_source: str = ""
    grade: Grade | None = None
    witness: Mapping[str, Json] = field(default_factory=dict)
    message: str = ""
    distribution: Mapping[str, Json] = field(default_factory=dict)
    good_bound: float | None = None


def _never(scope: Scope, mode: str) -> bool:
    """Nothing was shown."""
    return False


@dataclass(frozen=True)
class Scope:
    """What is measured: one implementation in one format, and how thoroughly.

    Attributes
    ----------
    info:
        The implementation.
    operation:
        What it is meant to compute.
    format:
        The format of its inputs.
    profile:
        ``quick``, ``standard`` or ``full``.
    seed:
        Seed of every case.
    device:
        ``cpu`` or ``cuda``.
    formats:
        Those that are measured; empty for all that the implementation offers.
    shown:
        Asks the subject that is measured whether it flushes; see ``flushing.Probe``.
    """

    info: Info
    operation: Operation
    format: Format
    profile: Profile = "quick"
    seed: int = 0
    device: str = "cpu"
    formats: tuple[str, ...] = ()
    shown: Callable[[Scope, str], bool] = field(default=_never, compare=False, repr=False)

    def flushes(self, mode: str) -> bool:
        """Whether it was shown to set subnormal results to zero, in this format.

        ``mode`` is ``forward``, ``vjp``, ``jvp`` or ``hvp``.
        """
        return self.shown(self, mode)

    def by_profile(self, quick: Choice, standard: Choice, full: Choice) -> Choice:
        """The one of three that belongs to the profile."""
        return (quick, standard, full)[PROFILES.index(self.profile)]

    @property
    def takes_beta(self) -> bool:
        """Whether the implementation is given an inverse temperature."""
        return self.operation.has_beta and self.info.takes_beta

    @property
    def takes_number(self) -> bool:
        """Whether it is given an inverse temperature or a cap."""
        return self.operation.takes_number and self.info.takes_beta

    @property
    def chooses_number(self) -> bool:
        """Whether that may be any number."""
        return self.takes_number and self.info.fixed_beta is None

    @property
    def own_beta(self) -> float:
        """The inverse temperature, or the cap, that it works at when it is given none."""
        fixed = self.info.fixed_beta
        return self.operation.usual_number if fixed is None else fixed

    @property
    def own_scale(self) -> float:
        """What its exponents are multiplied by: that inverse temperature, or 1."""
        return self.own_beta if self.operation.has_beta else 1.0

    @property
    def betas(self) -> tuple[float, ...]:
        """Numbers to measure at; the implementation's own where it has a fixed one."""
        if not self.chooses_number:
            return (self.own_beta,)
        if self.operation.has_cap:
            held = self.caps_held(CAPS)
            return self.by_profile(held[:3], held[:5], held)
        return self.by_profile((1.0, 4.0), (1.0, 4.0, 0.25, 100.0), (0.0, 1.0, 4.0, 0.25, 100.0))

    def caps_held(self, caps: Iterable[float]) -> tuple[float, ...]:
        """Those of some caps below which the format has digits behind the point.

        Where rounding moves an exponent by 1 no grade admits what comes of it.
        """
        return tuple(cap for cap in caps if cap * self.format.unit_roundoff <= 0.25)

    def case(
        self,
        family: str,
        *shape: int,
        axis: int = -1,
        beta: float | None = None,
        check: dict[str, Json] | None = None,
        **parameters: Json,
    ) -> Case:
        """A case of this scope; ``check`` is what the check tells itself.

        Where there are labels a case says which it uses, unless ``check`` does.
        """
        if self.operation.takes_labels:
            usual: Json = self.info.labels[0] if self.info.labels else "index"
            check = {"labels": usual} | (check or {})
        if check is not None:
            parameters[CHECK] = check
        chosen = self.own_beta if beta is None else beta
        if family not in FIXED:
            shape = self.fitted(shape, axis)
        if "front" in parameters:
            parameters |= _padding(shape[axis], parameters)
        return Case(family, shape, axis, chosen, self.seed, parameters)

    def fitted(self, shape: tuple[int, ...], axis: int = -1) -> tuple[int, ...]:
        """The shape nearest to ``shape`` that the implementation takes; see its contract."""
        if not shape:
            return shape
        sizes = [*shape]
        if len(shape) > 1:
            beside = (axis - 1) % len(sizes)
            sizes[beside] = self.info.nearest_rows(sizes[beside])
        sizes[axis] = self.info.nearest_length(sizes[axis])
        return tuple(sizes)

    def fitted_lengths(self, lengths: Iterable[int]) -> tuple[int, ...]:
        """The lengths nearest to these that the implementation takes, each once."""
        return tuple(dict.fromkeys(map(self.info.nearest_length, lengths)))

    @property
    def other_axes(self) -> bool:
        """Whether the implementation works along other axes than the last."""
        fixed = self.operation.is_pointwise or self.operation.takes_labels
        return self.info.axes == "any" and not fixed

    @property
    def has_gradient(self) -> bool:
        """Whether there is a vector-Jacobian product to compare with the exact one."""
        return self.info.gradient and self.operation.vjp is not None

    @property
    def few_shapes(self) -> bool:
        """Whether to keep to the shapes above, since each new one costs time."""
        return self.costly_shapes and self.profile == "quick"

    @property
    def fewer_shapes(self) -> bool:
        """Whether the standard profile leaves shapes, axes and layouts out too: each costs time."""
        return self.costly_shapes and self.profile != "full"

    @property
    def main_format(self) -> str:
        """The format of what is measured in one format only: float32 where it is among them."""
        return "float32" if "float32" in self.measured else self.measured[0]

    @property
    def measured(self) -> tuple[str, ...]:
        """The formats that are measured."""
        return self.formats or tuple(self.info.formats)

    @property
    def longer(self) -> tuple[int, int]:
        """A row that is long in every respect and a tenth of the longest, which costs most of all.

        It sums to more than float16 holds, and frameworks split it among threads.  What compiles
        for each shape takes the longest instead, which it has met already.
        """
        return self.longest if self.few_shapes else LONGER

    @property
    def longest(self) -> tuple[int, int]:
        """The longest row; of a loss of probabilities, each of which costs the oracle, a tenth."""
        return DEAREST if self.has_probabilities else LONGEST

    @property
    def costly_shapes(self) -> bool:
        """Whether each new shape, axis or layout costs time beyond that of a call."""
        return self.info.compiled or self.info.costly == "shapes"

    @property
    def has_probabilities(self) -> bool:
        """Whether labels are probabilities where a case does not say otherwise."""
        return self.operation.takes_labels and self.info.labels[:1] == ("probability",)

    @property
    def takes_masks(self) -> bool:
        """Whether logits of -INF have a defined result: of a loss, one may be the label."""
        operation = self.operation
        is_open = operation.multiplies_logits or operation.takes_labels
        return self.format.has_infinity and not is_open

    @property
    def by_row(self) -> bool:
        """Whether the implementation takes vectors alone, so that each row is a call."""
        return bool(self.info.ranks) and max(self.info.ranks) == 1

    @property
    def other_kinds(self) -> tuple[str, ...]:
        """Kinds of other logits, or targets; absent ones where each logit is merged with one."""
        if not self.operation.takes_other:
            return ()
        if self.operation.takes_target:
            return inputs.TARGETS
        return (*inputs.OTHERS, *((inputs.EMPTY,) if self.operation.is_pointwise else ()))

    def takes_rank(self, rank: int) -> bool:
        """Whether the implementation works on arrays of this rank."""
        return self.info.takes_rank(rank)

    def problem(self, case: Case) -> Problem:
        """The exact inputs that a case stands for."""
        x = inputs.logits(case, self.format)
        options = inputs.loss_options(case, self.format) if self.operation.takes_options else PLAIN
        return Problem(x, case.axis, case.beta, self._labels(case, x), options)

    def _labels(self, case: Case, x: Float64Array) -> NDArray[Any] | None:
        if self.operation.takes_mask and np.isneginf(x).any():
            return inputs.behind_mask(case, said(case).get("behind", "ordinary"), self.format)
        if self.operation.takes_sink:
            return inputs.sinks_of(case, said(case).get("sink", "usual"), x, self.format)
        if self.operation.takes_other:
            make = inputs.targets_of if self.operation.takes_target else inputs.others_of
            return make(case, said(case).get("other", "usual"), x, self.format)
        if not self.operation.takes_labels:
            return None
        return inputs.labels_of(case, said(case)["labels"], self.format)

    def call(self, problem: Problem, **more: Any) -> Call:
        """A call with the problem; ``more`` are further fields of it."""
        beta = problem.beta if self.takes_number else None
        given = problem.options
        return Call(problem.x, problem.axis, beta, problem.labels, options=given, **more)

    def output_shape(self, problem: Problem) -> tuple[int, ...]:
        """The shape that a result must have."""
        if problem.options.reduces:
            return ()
        return self.operation.output_shape(problem.x.shape, problem.axis)

    def forward(self, subject: Subject, problem: Problem) -> Output:
        return subject.forward(self.call(problem), self.format)


def _padding(n: int, parameters: dict[str, Any]) -> dict[str, Json]:
    """What of a row of padded logits is masked in front, and what kept, so that some is."""
    front, kept = int(parameters["front"]), int(parameters["kept"])
    if front + kept > n:
        kept = min(kept, max(1, n // 2))
    return {"front": min(front, n - kept), "kept": kept}


def said(case: Case) -> dict[str, Any]:
    """What a check told itself in a case."""
    told = case.parameters.get(CHECK, {})
    assert isinstance(told, dict)
    return told


def row_of(problem: Problem) -> Row:
    """The quantities that the bounds of a problem are made of."""
    return Row(problem.x, problem.axis, problem.beta, problem.labels, problem.options)
