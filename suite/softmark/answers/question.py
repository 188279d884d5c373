"""What is asked: an operation's exact inputs, and the format and arithmetic to judge it by."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from softmark import operations
from softmark.answers import foreign
from softmark.formats import FORMATS, Float64Array, Format, ulp
from softmark.inputs import sink_shape
from softmark.judging.grades import Limits
from softmark.judging.outputs import Truth, derivative_truth, forward_truth
from softmark.judging.scope import Scope, row_of
from softmark.naming import UnknownName
from softmark.operands import LABELS, MASK, NUMBERS, OPERANDS, OTHER, SINK, TARGET, Operand
from softmark.operations import Problem
from softmark.operations.bounds import Model
from softmark.operations.formulas import SHIFTED, Formula
from softmark.subjects import Info
from softmark.subjects.convention import AXES

BLOCK: Final = 2**20
"""Elements that are judged at once: a dozen arrays of that size are in memory."""


@dataclass(frozen=True)
class Question:
    """An operation on these logits, in a format.

    Attributes
    ----------
    problem:
        The exact inputs.
    scope:
        The operation and the format of its results.
    accumulate:
        The format of all steps before one rounding at the end; ``None`` for grade C, in which
        steps may be rounded to the format and sums are no narrower than float32.
    cotangent:
        Asks for the gradient along it, in place of the value.
    strict:
        Whether grade C is no excuse.
    """

    problem: Problem
    scope: Scope
    accumulate: Format | None = None
    cotangent: Float64Array | None = None
    strict: bool = False

    @classmethod
    def of(
        cls,
        logits: Any,
        operation: str = "softmax",
        *,
        format: str | None = None,
        accumulate: str | None = None,
        strict: bool = False,
        flushes: bool = False,
        cotangent: Any = None,
        **given: Any,
    ) -> Question:
        """The question about logits of any array library; see ``softmark.tolerance``."""
        named(operation, "operation", operations.names())
        x, own = foreign.read(logits, "logits")
        if x.ndim == 0:
            raise ValueError("the logits are one number; pass an array with an axis")
        if format is None:
            format = own if own in FORMATS else "float64"
        if strict and accumulate:
            raise ValueError("strict and accumulate are two rules; leave one of them out")
        for name in filter(None, (format, accumulate)):
            named(name, "format", FORMATS)
        x = _masked(x.astype(np.float64), operation, given)
        sink, other, target = (_given(each, operation, given) for each in (SINK, OTHER, TARGET))
        problem = Problem(x, **_arguments(operation, given))
        if not -x.ndim <= problem.axis < x.ndim:
            raise ValueError(
                f"axis {problem.axis} is not an axis of logits of shape {x.shape}; "
                f"it must be from {-x.ndim} to {x.ndim - 1}"
            )
        if sink is not None:
            problem = replace(problem, labels=_for_each_row(sink, problem))
        for what, beside in (("other logits", other), ("targets", target)):
            if beside is not None and beside.shape != x.shape:
                raise ValueError(f"the {what} have shape {beside.shape}; it must be {x.shape}")
            if beside is not None:
                problem = replace(problem, labels=beside.astype(np.float64))
        scope = scope_of(operation, FORMATS[format], flushes=flushes)
        wide = None if accumulate is None else FORMATS[accumulate]
        return cls(problem, scope, wide, _along(cotangent, problem, scope), strict)

    @property
    def output_shape(self) -> tuple[int, ...]:
        """The shape of the results."""
        x = self.problem.x
        return self.scope.output_shape(self.problem) if self.cotangent is None else x.shape

    def blocks(self) -> Iterator[tuple[Any, Question]]:
        """Parts of the first axis, each with what is asked of it; all where rows lie along it."""
        x, axis = self.problem.x, self.problem.axis
        if x.size <= BLOCK or axis % x.ndim == 0:
            yield ..., self
            return
        step = max(1, BLOCK * len(x) // x.size)
        for start in range(0, len(x), step):
            part = slice(start, start + step)
            along = None if self.cotangent is None else self.cotangent[part]
            yield part, replace(self, problem=self.problem.of_rows(part), cotangent=along)

    @cached_property
    def truth(self) -> Truth:
        """The exact results, and what each may be off by."""
        problem, scope, along = self.problem, self.scope, self.cotangent
        if along is None:
            found = forward_truth(problem, scope)
        else:
            found = derivative_truth(scope.operation.vjp, problem, along, scope)
        if self.strict:
            only = replace(found.limits, legal=found.limits.good, _halved=None)
            return replace(found, limits=only, limits_of=lambda _: only)
        if self.accumulate is None:
            return found
        limits_of = partial(self._limits, self.accumulate, found.exact.value)
        return replace(found, limits=limits_of(SHIFTED), limits_of=limits_of)

    def _limits(self, wide: Format, exact: Float64Array, formula: Formula) -> Limits:
        """Errors in ulp of results that were computed in ``wide`` and rounded once."""
        fmt, n = self.scope.format, self.scope.operation.summands(self.problem.n)
        unit = ulp(np.nan_to_num(exact, nan=1.0, posinf=fmt.max, neginf=fmt.max), fmt)
        final = 0.0 if wide is fmt else 0.5
        with np.errstate(over="ignore", invalid="ignore"):
            each = self._bound(computed_in(wide, n, formula)) / unit + final
        return Limits(each, each, lambda: each)

    def _bound(self, model: Model) -> Float64Array:
        row, operation = row_of(self.problem), self.scope.operation
        if self.cotangent is not None:
            assert operation.vjp is not None
            return operation.vjp.error_bound(row, self.cotangent, model)
        assert operation.value is not None
        return operation.value.error_bound(row, model)


def scope_of(operation: str, fmt: Format, *, flushes: bool = False) -> Scope:
    """What is judged: an operation's results in a format, whatever computed them."""
    info = Info(name=operation, framework="", operation=operation)
    return Scope(info, operations.load(operation), fmt, shown=partial(_always, flushes))


def computed_in(wide: Format, n: int, formula: Formula = SHIFTED) -> Model:
    """All steps and the running sum of ``n`` terms in one format, however narrow."""
    return replace(formula.model(n, wide), sum=n * wide.unit_roundoff)


def named(name: str, kind: str, known: Any) -> None:
    """Refuse a name that nothing has.

    Raises
    ------
    UnknownName
        It says which names there are.
    """
    if name not in known:
        raise UnknownName(kind, name, known)


def _masked(x: Float64Array, operation: str, given: dict[str, Any]) -> Float64Array:
    """The logits with minus infinity where a mask leaves them out; takes it out of ``given``.

    Raises
    ------
    ValueError
        The operation has no mask, or needs one, or one of another shape.
    """
    mask = _given(MASK, operation, given)
    if mask is None:
        return x
    try:
        kept = np.broadcast_to(mask.astype(bool), x.shape)
    except ValueError:
        raise ValueError(
            f"the mask has shape {mask.shape}; it must broadcast to that of the logits, {x.shape}"
        ) from None
    return np.where(kept, x, -np.inf)


def _given(operand: Operand, operation: str, given: dict[str, Any]) -> NDArray[Any] | None:
    """What is passed by one of the usual names of an operand; takes it out of ``given``.

    Raises
    ------
    ValueError
        The operation has no such operand, or needs it.
    """
    own = operations.load(operation).operand
    needs = own == operand.name
    meant = () if needs else {*LABELS.usual, *(OPERANDS[own].usual if own else ())}
    usual = [name for name in operand.usual if name not in meant]
    names = [name for name in usual if given.get(name) is not None]
    found = foreign.read(given.pop(names[0]), operand.name)[0] if names else None
    if needs != (found is not None):
        what = f"needs {operand.phrase}; pass" if needs else f"takes no {operand.name}; leave out"
        raise ValueError(f"{operation} {what} {operand.name}=...")
    return found


def _for_each_row(sink: NDArray[Any], problem: Problem) -> Float64Array:
    """The sink of each row, of the shape that a problem has it in.

    Raises
    ------
    ValueError
        It is neither a number nor one for each row.
    """
    shape = sink_shape(problem.x.shape, problem.axis)
    try:
        return np.broadcast_to(sink.astype(np.float64), shape)
    except ValueError:
        raise ValueError(
            f"the sink has shape {sink.shape}; it must broadcast to {shape}, one for each row"
        ) from None


def _along(cotangent: Any, problem: Problem, scope: Scope) -> Float64Array | None:
    """The cotangent, if there is one.

    Raises
    ------
    ValueError
        The operation has no gradient, or the cotangent another shape than its result.
    """
    if cotangent is None:
        return None
    if scope.operation.vjp is None:
        raise ValueError(f"{scope.operation.name} passes no gradient; leave out cotangent=...")
    along = foreign.read(cotangent, "cotangent")[0].astype(np.float64)
    due = scope.output_shape(problem)
    if along.shape != due:
        raise ValueError(
            f"the cotangent has shape {along.shape}; it must be that of the result, {due}"
        )
    return along


def _always(flushes: bool, scope: Scope, mode: str) -> bool:
    return flushes


def _arguments(operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """Fields of a problem, from the keywords of a caller."""
    asked = dict(given)
    of = operations.load(operation)
    if of.has_cap:
        asked["beta"] = _cap(operation, asked)
    known = [field.name for field in fields(Problem) if field.name != "x"]
    for name in AXES:
        if name in asked:
            asked["axis"] = asked.pop(name)
    for name in asked:
        named(name, f"argument of {operation}", known)
    if asked.get("labels") is not None:
        asked["labels"] = foreign.read(asked["labels"], "labels")[0]
    if asked.get("beta", 1.0) != 1.0 and not of.takes_number:
        raise ValueError(f"{operation} takes no beta; leave it out, or scale the logits")
    needs = of.takes_labels
    if needs != (asked.get("labels") is not None):
        what = "needs labels; pass" if needs else "takes no labels; leave out"
        raise ValueError(f"{operation} {what} labels=...")
    return asked


def _cap(operation: str, asked: dict[str, Any]) -> float:
    """What is passed by one of the usual names of a cap; takes it out of ``asked``.

    Raises
    ------
    ValueError
        There is none, or it is no finite number above 0.
    """
    names = [name for name in NUMBERS["cap"] if asked.get(name) is not None]
    if not names or "beta" in asked:
        raise ValueError(f"{operation} needs a cap, and takes no beta; pass cap=...")
    cap = foreign.read(asked.pop(names[0]), "cap")[0]
    if cap.size != 1 or not 0 < cap.item() < np.inf:
        raise ValueError(f"the cap is {cap}; it must be one finite number above 0")
    return float(cap.item())
