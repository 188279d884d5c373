"""How each kind of derivative is asked for and judged; ``gradient`` says which and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from softmark.formats import Float64Array, round_to
from softmark.inputs import direction
from softmark.judging.outputs import (
    Judged,
    Truth,
    derivative_truth,
    explained,
    explained_by,
    second_truth,
    settled,
)
from softmark.judging.scope import Measurement, Scope, said
from softmark.judging.training import Trained, changed_between
from softmark.operations import Problem
from softmark.operations.formulas import Formula
from softmark.records import Case, Json, Verdict
from softmark.subjects import NotOffered, Output, Subject

_ALONE: Final = 4
"""Rows whose derivative in beta is asked for, one at a time."""


def vjp(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    g = cotangent(case, problem, scope)
    layout = said(case).get("cotangent layout", "contiguous")
    step = subject.train(scope.call(problem, g=g, cotangent=layout), scope.format)
    if step is None:
        yield _none_came("vjp error")
        return
    values, exact = step.gradient.values, derivative_truth(scope.operation.vjp, problem, g, scope)
    yield from Judged("vjp error", values, exact, problem, scope, g).measurements()
    is_shifted = scope.operation.shift == "ignored" and not problem.options.z_loss
    if is_shifted and np.isfinite(problem.x).all():
        yield explained_by(scope, exact, lambda exact: _zero_sum(values, exact, problem))
    is_plain = case.family == "normal" and layout == "contiguous"
    yield from Trained(step, problem, g, scope).measurements(is_plain=is_plain)


def changed(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The gradient after the logits, or the result, were overwritten."""
    problem = scope.problem(case)
    g = cotangent(case, problem, scope)
    exact = derivative_truth(scope.operation.vjp, problem, g, scope)
    yield from changed_between(subject, exact, g, problem, scope)


def jvp(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    problem = scope.problem(case)
    v = _tangent(case, problem, scope)
    output = subject.jvp(scope.call(problem, v=v), scope.format)
    if output is None:
        yield _none_came("jvp error")
        return
    exact = derivative_truth(scope.operation.jvp, problem, v, scope)
    values = output.values
    if scope.operation.drops_masked:
        values = settled(values, exact, np.isneginf(problem.x))
    forth = Judged("jvp error", values, exact, problem, scope, v)
    yield from forth.measurements()
    if np.isfinite(problem.x).all():
        yield from _adjoint(subject, case, forth)


def hvp(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The derivative of the vector-Jacobian product along a tangent."""
    problem = scope.problem(case)
    g, v = cotangent(case, problem, scope), _tangent(case, problem, scope)
    output = subject.hvp(scope.call(problem, g=g, v=v), scope.format)
    if output is None:
        yield _none_came("hvp error")
        return
    exact = second_truth(problem, g, v, scope)
    judged = Judged("hvp error", output.values, exact, problem, scope, g, tangent=v)
    yield from judged.measurements()


def beta(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The derivative in the inverse temperature, one row at a time: it is one number a call."""
    problem = scope.problem(case)
    g = cotangent(case, problem, scope)
    found = []
    for row in range(min(_ALONE, len(problem.x))):
        alone = np.zeros_like(g)
        alone[row] = g[row]
        output = subject.vjp_beta(scope.call(problem, g=alone), scope.format)
        if output is None:
            yield Measurement(
                "beta gradient error", None, "ulp", "fail", message="no derivative reaches beta"
            )
            return
        found.append(float(output.values))
    few = replace(problem, x=problem.x[: len(found)])
    exact = derivative_truth(scope.operation.vjp_beta, few, g[: len(found)], scope)
    values = np.array(found)
    judged = Judged("beta gradient error", values, exact, few, scope, g[: len(found)])
    yield from judged.measurements()


def beside(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The derivative in what is given beside the logits, of all rows at once."""
    problem = scope.problem(case)
    g = cotangent(case, problem, scope)
    output = subject.vjp_operand(scope.call(problem, g=g), scope.format)
    if output is None:
        text = f"no derivative reaches the {scope.operation.operand}"
        yield Measurement("operand gradient error", None, "ulp", "fail", message=text)
        return
    exact = derivative_truth(scope.operation.vjp_operand, problem, g, scope)
    judged = Judged("operand gradient error", output.values, exact, problem, scope, g)
    yield from judged.measurements()


def zero_cotangent(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """Exactly 0 in each row that is itself defined, whatever the others hold."""
    problem = scope.problem(case)
    output = _vjp(subject, problem, np.zeros(scope.output_shape(problem)), scope)
    if output is not None:
        rows = np.flatnonzero(_defined(problem))
        words = "a zero cotangent gives a gradient"
        yield _of_rows(rows, _must_vanish("zero cotangent", output.values[rows], words))


def beside_broken(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """The gradient in rows that are defined, beside others that are not."""
    problem = scope.problem(case)
    g = cotangent(case, problem, scope)
    output = _vjp(subject, problem, g, scope)
    if output is None:
        yield _none_came("vjp error")
        return
    rows = np.flatnonzero(_defined(problem))
    sound, g = problem.of_rows(rows), g[rows]
    exact = derivative_truth(scope.operation.vjp, sound, g, scope)
    for found in Judged("vjp error", output.values[rows], exact, sound, scope, g).measurements():
        yield _of_rows(rows, found)


def no_gradient(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """Neither argmax nor hardmax has a derivative; a framework says so, or gives zeros."""
    problem = scope.problem(case)
    g = round_to(np.ones(scope.output_shape(problem)), scope.format)
    output = _vjp(subject, problem, g, scope)
    if output is None:
        yield Measurement("no gradient", 0.0, "1", "pass", 0.0, "definition")
    else:
        yield _must_vanish("no gradient", output.values, "a piecewise constant has a gradient")


def reach(subject: Subject, case: Case, scope: Scope) -> Iterator[Measurement]:
    """How far a gradient gets into a model that ends in the layer."""
    norms = subject.reach(case.seed)
    reached = sum(norm is not None and norm > 0 for norm in norms.values())
    due = 0 if scope.operation.is_index else len(norms)
    verdict: Verdict = "pass" if reached == due else "fail"
    layers = ", ".join(name for name, norm in norms.items() if norm) or "no layer"
    by_layer: dict[str, Json] = dict(norms)
    yield Measurement(
        "gradient reaches",
        float(reached),
        "layers",
        verdict,
        float(due),
        "definition",
        message=f"the gradient reaches {layers} of {', '.join(norms)}",
        distribution=by_layer,
    )


MODES: Final[dict[str, Callable[[Subject, Case, Scope], Iterator[Measurement]]]] = {
    "vjp": vjp,
    "changed": changed,
    "jvp": jvp,
    "hvp": hvp,
    "beta": beta,
    "operand": beside,
    "zero": zero_cotangent,
    "beside": beside_broken,
    "none": no_gradient,
    "reach": reach,
}
"""By what a case's check parameter ``mode`` says."""


def _vjp(subject: Subject, problem: Problem, g: Float64Array, scope: Scope) -> Output | None:
    return subject.vjp(scope.call(problem, g=g), scope.format)


def cotangent(case: Case, problem: Problem, scope: Scope) -> Float64Array:
    """What the transposed Jacobian is multiplied with, of the shape of the result."""
    g = direction(case, scope.output_shape(problem), scope.format, "cotangent")
    return np.where(np.isneginf(problem.x), 0.0, g) if scope.operation.drops_masked else g


def _tangent(case: Case, problem: Problem, scope: Scope) -> Float64Array:
    return direction(case, problem.x.shape, scope.format, "tangent")


def _defined(problem: Problem) -> NDArray[np.bool_]:
    """The rows, along the first axis, that hold neither NaN nor +∞ and some finite number."""
    x = problem.x.reshape(len(problem.x), -1)
    return np.asarray(np.isfinite(x).any(axis=1) & ~(np.isnan(x) | np.isposinf(x)).any(axis=1))


def _of_rows(rows: NDArray[np.intp], found: Measurement) -> Measurement:
    """What was found in some of the rows, at its place among all of them."""
    index = found.witness["index"]
    assert isinstance(index, list)
    place: list[Json] = [int(rows[int(str(index[0]))]), *index[1:]]
    return replace(found, witness={**found.witness, "index": place})


def _none_came(metric: str) -> Measurement:
    return Measurement(metric, None, "ulp", "fail", message="no derivative reaches the logits")


def _zero_sum(values: Float64Array, exact: Truth, problem: Problem) -> Measurement:
    """The sum over each row against the sum of its elements' bounds."""
    share = np.abs(values.sum(axis=problem.axis)) / exact.allowed.sum(axis=problem.axis)
    return _share("zero sum", float(share.max()), "a row of the gradient does not sum to 0")


def _share(metric: str, share: float, words: str) -> Measurement:
    """A number in units of its bound: up to 1 it passes."""
    failed = not share <= 1.0
    return Measurement(
        metric,
        share,
        "of bound",
        "fail" if failed else "pass",
        1.0,
        "sum of the elements' bounds",
        message=f"{words}: {share:.3g} times its bound" if failed else "",
    )


def _adjoint(subject: Subject, case: Case, forth: Judged) -> Iterator[Measurement]:
    """``<u, J v>`` against ``<J^T u, v>``, each from the framework; ``forth`` is ``J v``."""
    problem, scope, v = forth.problem, forth.scope, forth.direction
    assert v is not None
    u = cotangent(case, problem, scope)
    try:
        back = _vjp(subject, problem, u, scope)
    except NotOffered:
        return
    if back is None:
        return
    exact = derivative_truth(scope.operation.vjp, problem, u, scope)
    apart = abs(float((u * forth.values).sum() - (back.values * v).sum()))

    def share(formula: Formula) -> Measurement:
        one, other = exact.by(formula).allowed, forth.truth.by(formula).allowed
        allowed = (np.abs(v) * one).sum() + (np.abs(u) * other).sum()
        return _share("adjointness", apart / float(allowed), "the two derivatives disagree")

    yield explained(scope, share)


def _must_vanish(metric: str, values: Float64Array, words: str) -> Measurement:
    size = np.abs(values)
    at = np.unravel_index(int(np.argmax(np.where(np.isnan(size), np.inf, size))), size.shape)
    largest, got = float(size[at]), float(values[at])
    verdict: Verdict = "pass" if largest == 0 else "fail"
    text = f"{words} of {largest:.3g}" if verdict == "fail" else ""
    place: list[Json] = [int(i) for i in at]
    witness: dict[str, Json] = {"index": place, "got": got.hex(), "expected": (0.0).hex()}
    return Measurement(
        metric, largest, "1", verdict, 0.0, "definition", witness=witness, message=text
    )
