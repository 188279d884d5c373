"""The oracle's functions: each checks its arguments, lays the rows out and has them enclosed."""

# Over 300 lines: a list of functions, most of each its docstring.

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from softmark.oracle import binary, softcap, sparse
from softmark.oracle.arguments import as_rows, axis_of, label_rows, real_array, shaped
from softmark.oracle.enclosure import Enclosure
from softmark.oracle.problem import Float64Array, RowBatch
from softmark.oracle.quantities import FORMULAS, Kind, Operation
from softmark.oracle.solve import solve

REDUCING = frozenset(
    {"logsumexp", "softargmax", "smooth_max", "entropy", "kl_divergence", "cross_entropy"}
)
"""Operations with one result a row."""
WITH_BETA = frozenset({"softmax", "softargmax", "smooth_max"})
OF_ONE = {"sigmoid": "softmax", "softplus": "logsumexp", "log_sigmoid": "log_softmax"}
"""Functions of one logit x, and those of the row ``(x, 0)`` whose first result they are."""


def softmax(x: ArrayLike, axis: int = -1, beta: float = 1.0) -> Enclosure:
    """``exp(beta x_i) / sum_j exp(beta x_j)`` along ``axis``.

    Parameters
    ----------
    x:
        Logits, taken as exact real numbers (float64 values), any rank from 1 on.
    beta:
        Inverse temperature, finite.  ``beta x`` is the exact real product.

    Returns
    -------
    Enclosure of the shape of ``x``; the relative bound is 2**-82.9 on the fast path.

    Raises
    ------
    ValueError
        ``x`` is a scalar, ``axis`` is not an axis of it, or ``beta`` is not finite.
    """
    return _ask("softmax", "value", x, axis, beta)


def log_softmax(x: ArrayLike, axis: int = -1) -> Enclosure:
    """``x_i - log sum_j exp(x_j)`` along ``axis``; shape of ``x``."""
    return _ask("log_softmax", "value", x, axis)


def logsumexp(x: ArrayLike, axis: int = -1) -> Enclosure:
    """``log sum_j exp(x_j)`` along ``axis``, which the result lacks."""
    return _ask("logsumexp", "value", x, axis)


def softargmax(x: ArrayLike, axis: int = -1, beta: float = 1.0) -> Enclosure:
    """``sum_i i softmax(beta x)_i`` along ``axis``, which the result lacks: the expected index."""
    return _ask("softargmax", "value", x, axis, beta)


def smooth_max(x: ArrayLike, axis: int = -1, beta: float = 1.0) -> Enclosure:
    """``sum_i x_i softmax(beta x)_i`` along ``axis``, which the result lacks: a soft maximum."""
    return _ask("smooth_max", "value", x, axis, beta)


def entropy(x: ArrayLike, axis: int = -1) -> Enclosure:
    """``-sum_j p_j log p_j`` with ``p = softmax(x)`` along ``axis``, which the result lacks.

    In nats; an element of minus infinity adds nothing.
    """
    return _ask("entropy", "value", x, axis)


def kl_divergence(x: ArrayLike, other: ArrayLike, axis: int = -1) -> Enclosure:
    """``sum_j p_j (log p_j - log q_j)`` along ``axis``, which the result lacks.

    Parameters
    ----------
    x, other:
        Logits of one shape: ``p = softmax(x)`` and ``q = softmax(other)``.  An element that is
        absent in x adds nothing; one that is absent in the other row alone makes it infinite.

    Raises
    ------
    ValueError
        They have different shapes.
    """
    return _ask("kl_divergence", "value", x, axis, labels=other)


def vjp_other(x: ArrayLike, other: ArrayLike, g: ArrayLike, axis: int = -1) -> Enclosure:
    """Gradient of ``<g, kl_divergence(x, other)>`` with respect to ``other``, of its shape."""
    return _ask("kl_divergence", "vjp_other", x, axis, labels=other, cotangent=g)


def cross_entropy(x: ArrayLike, labels: ArrayLike, axis: int = -1) -> Enclosure:
    """``-sum_j q_j log_softmax(x)_j`` along ``axis``, which the result lacks.

    Parameters
    ----------
    labels:
        Integers: the class of each row, shape of ``x`` without ``axis``.  Floats: class weights
        q, shape of ``x``, taken as they are, not normalised.

    Raises
    ------
    ValueError
        The labels have another shape, or a class is not one of the row's.
    """
    return _ask("cross_entropy", "value", x, axis, labels=labels)


def sigmoid(x: ArrayLike) -> Enclosure:
    """``1 / (1 + exp(-x))`` of each element: softmax of the two logits (x, 0)."""
    return _ask_of_one("sigmoid", "value", x)


def softplus(x: ArrayLike) -> Enclosure:
    """``log(1 + exp(x))`` of each element: logsumexp of the two logits (x, 0)."""
    return _ask_of_one("softplus", "value", x)


def log_sigmoid(x: ArrayLike) -> Enclosure:
    """``-log(1 + exp(-x))`` of each element: log_softmax of the two logits (x, 0)."""
    return _ask_of_one("log_sigmoid", "value", x)


def binary_cross_entropy(x: ArrayLike, target: ArrayLike) -> Enclosure:
    """``-t log(y) - (1 - t) log(1 - y)`` of each element, with ``y = sigmoid(x)``.

    Parameters
    ----------
    target:
        A number from 0 to 1 for each logit.  An infinite logit has the limit for a result: 0 where
        the target is the end that it goes to, else plus infinity.

    Raises
    ------
    ValueError
        They have different shapes, or a target is outside 0 to 1.
    """
    return binary.ask("value", x, target)


def logaddexp(x: ArrayLike, other: ArrayLike) -> Enclosure:
    """``log(exp(x) + exp(other))`` of each element: logsumexp of the two numbers.

    Parameters
    ----------
    x, other:
        Numbers of one shape.  Minus infinity adds nothing; of two the result is minus infinity.

    Raises
    ------
    ValueError
        They have different shapes.
    """
    return _ask_pair("value", x, other)


def sink_softmax(x: ArrayLike, sink: ArrayLike, axis: int = -1) -> Enclosure:
    """``exp(x_i) / (exp(sink) + sum_j exp(x_j))`` along ``axis``; shape of ``x``.

    It is the softmax of the row and one more logit, whose own probability is left out.

    Parameters
    ----------
    sink:
        A number for each row: what broadcasts to the shape of ``x`` with 1 for ``axis``.  Of minus
        infinity the result is that of softmax; a row of nothing but minus infinity has the result 0
        if its sink is finite.

    Raises
    ------
    ValueError
        The sink has another shape.
    """
    return _ask_sink("value", x, sink, axis)


def vjp(
    operation: Operation,
    x: ArrayLike,
    g: ArrayLike,
    axis: int = -1,
    beta: float = 1.0,
    labels: ArrayLike | None = None,
) -> Enclosure:
    """Gradient of ``<g, f(x)>`` with respect to x, shape of ``x``.

    Parameters
    ----------
    operation:
        Name of a function of this module.
    beta:
        Inverse temperature; of ``softcap_softmax`` the cap.
    labels:
        Of a cross-entropy its labels, of ``sink_softmax`` its sink, of ``kl_divergence`` and
        ``logaddexp`` the other array, of ``binary_cross_entropy`` the targets.
    g:
        Cotangent, shape of the function's result.
    """
    if operation == "logaddexp":
        return _ask_pair("vjp", x, labels, cotangent=g)
    if operation == "binary_cross_entropy":
        return binary.ask("vjp", x, labels, g)
    if operation in OF_ONE:
        return _ask_of_one(operation, "vjp", x, cotangent=g)
    if operation == "sink_softmax":
        return _ask_sink("vjp", x, labels, axis, cotangent=g)
    if operation == "softcap_softmax":
        return softcap.ask("vjp", x, axis, beta, cotangent=g)
    if operation == "sparsemax":
        return sparse.ask("vjp", x, axis, g)
    return _ask(operation, "vjp", x, axis, beta, labels, cotangent=g)


def jvp(
    operation: Operation,
    x: ArrayLike,
    v: ArrayLike,
    axis: int = -1,
    beta: float = 1.0,
    labels: ArrayLike | None = None,
) -> Enclosure:
    """Derivative of ``f`` at x along ``v`` (shape of ``x``); shape of the function's result."""
    if operation == "logaddexp":
        return _ask_pair("jvp", x, labels, tangent=v)
    if operation == "binary_cross_entropy":
        return binary.ask("vjp", x, labels, v)
    if operation in OF_ONE:
        return _ask_of_one(operation, "jvp", x, tangent=v)
    if operation == "sink_softmax":
        return _ask_sink("jvp", x, labels, axis, tangent=v)
    if operation == "softcap_softmax":
        return softcap.ask("jvp", x, axis, beta, tangent=v)
    if operation == "sparsemax":
        return sparse.ask("jvp", x, axis, v)
    return _ask(operation, "jvp", x, axis, beta, labels, tangent=v)


def hvp(
    operation: Operation,
    x: ArrayLike,
    g: ArrayLike,
    v: ArrayLike,
    axis: int = -1,
    beta: float = 1.0,
    labels: ArrayLike | None = None,
) -> Enclosure:
    """Second order: derivative along ``v`` of the gradient of ``<g, f(x)>``; shape of ``x``."""
    if operation == "logaddexp":
        return _ask_pair("hvp", x, labels, cotangent=g, tangent=v)
    if operation == "binary_cross_entropy":  # the target is a part of the slope alone
        return _ask_of_one("softplus", "hvp", x, cotangent=g, tangent=v)
    if operation in OF_ONE:
        return _ask_of_one(operation, "hvp", x, cotangent=g, tangent=v)
    if operation == "sink_softmax":
        return _ask_sink("hvp", x, labels, axis, cotangent=g, tangent=v)
    if operation == "softcap_softmax":
        return softcap.ask("hvp", x, axis, beta, cotangent=g, tangent=v)
    if operation == "sparsemax":
        return sparse.ask("hvp", x, axis, g)
    return _ask(operation, "hvp", x, axis, beta, labels, cotangent=g, tangent=v)


def vjp_beta(
    operation: Operation, x: ArrayLike, g: ArrayLike, axis: int = -1, beta: float = 1.0
) -> Enclosure:
    """Derivative of ``<g, f(x)>`` with respect to beta, one for each row."""
    return _ask(operation, "vjp_beta", x, axis, beta, cotangent=g)


def vjp_sink(x: ArrayLike, sink: ArrayLike, g: ArrayLike, axis: int = -1) -> Enclosure:
    """Derivative of ``<g, sink_softmax(x, sink)>`` in the sink: shape of ``x``, 1 for ``axis``."""
    logits, sinks, axis = _with_sinks(x, sink, axis)
    rows, size = as_rows(logits, axis), logits.shape
    cotangent = shaped(g, size, "the cotangent")
    assert cotangent is not None
    problem = RowBatch(
        "softmax",
        "vjp",
        np.concatenate([sinks, rows], axis=1),
        1,
        cotangent=np.concatenate([np.zeros(sinks.shape), as_rows(cotangent, axis)], axis=1),
    )
    return solve(problem, (*size[:axis], 1, *size[axis + 1 :]), None)


def argmax(x: ArrayLike, axis: int = -1) -> NDArray[np.intp]:
    """Index of the first maximum along ``axis``, exact.

    Raises
    ------
    ValueError
        The axis is empty, or a row holds NaN.
    """
    logits = real_array(x, "x")
    if np.isnan(logits).any():
        raise ValueError("argmax of a row with NaN is undefined; remove the NaN")
    if logits.shape[axis_of(logits, axis)] == 0:
        raise ValueError("argmax along an empty axis is undefined")
    return np.asarray(np.argmax(logits, axis=axis), dtype=np.intp)


def hardmax(x: ArrayLike, axis: int = -1) -> Float64Array:
    """One-hot of ``argmax`` along ``axis``, exact, shape of ``x``."""
    logits = real_array(x, "x")
    result = np.zeros(logits.shape)
    np.put_along_axis(result, np.expand_dims(argmax(logits, axis), axis), 1.0, axis=axis)
    return result


def _ask(
    operation: Operation,
    kind: Kind,
    x: ArrayLike,
    axis: int,
    beta: float = 1.0,
    labels: ArrayLike | None = None,
    *,
    cotangent: ArrayLike | None = None,
    tangent: ArrayLike | None = None,
) -> Enclosure:
    logits = real_array(x, "x")
    axis = axis_of(logits, axis)
    _check(operation, kind, beta)
    shape = logits.shape
    without = shape[:axis] + shape[axis + 1 :]
    reducing = operation in REDUCING
    g = shaped(cotangent, without if reducing else shape, "the cotangent")
    v = shaped(tangent, shape, "the tangent")
    single = kind == "vjp_beta" or (reducing and kind in ("value", "jvp"))
    rows = as_rows(logits, axis)
    problem = RowBatch(
        operation,
        kind,
        rows,
        1 if single else shape[axis],
        float(beta),
        cotangent=None if g is None else (g.reshape(-1, 1) if reducing else as_rows(g, axis)),
        tangent=None if v is None else as_rows(v, axis),
        labels=label_rows(operation, labels, shape, axis),
    )
    return solve(problem, without if single else shape, None if single else axis)


def _check(operation: Operation, kind: Kind, beta: float) -> None:
    if (operation, kind) not in FORMULAS:
        known = sorted({name for name, of_kind in FORMULAS if of_kind == kind})
        raise ValueError(f"no {kind} of {operation!r} here; there is one of {', '.join(known)}")
    if not math.isfinite(beta):
        raise ValueError(f"beta is {beta}; it must be finite (use hardmax for the limit)")
    if beta != 1.0 and operation not in WITH_BETA:
        raise ValueError(f"{operation} takes no beta; scale the logits instead")


def _ask_of_one(
    name: str,
    kind: Kind,
    x: ArrayLike,
    cotangent: ArrayLike | None = None,
    tangent: ArrayLike | None = None,
) -> Enclosure:
    """A function of one logit, as a result of rows ``(x, 0)``.

    The derivatives of log_sigmoid are those of softplus at -x: nothing cancels in them.
    """
    logits = real_array(x, "x")
    g = shaped(cotangent, logits.shape, "the cotangent")
    v = shaped(tangent, logits.shape, "the tangent")
    if name == "log_sigmoid" and kind != "value":
        sign = -1.0 if kind == "hvp" else 1.0
        return _ask_of_one("softplus", kind, -logits, None if g is None else sign * g, v)
    of_rows = OF_ONE[name] not in REDUCING
    problem = RowBatch(
        OF_ONE[name],
        kind,
        _beside_zero(logits),
        1,
        cotangent=None if g is None else _beside_zero(g) if of_rows else g.reshape(-1, 1),
        tangent=None if v is None else _beside_zero(v),
        of_one=name,
    )
    return solve(problem, logits.shape, None)


def _ask_pair(
    kind: Kind,
    x: ArrayLike,
    other: ArrayLike | None,
    cotangent: ArrayLike | None = None,
    tangent: ArrayLike | None = None,
) -> Enclosure:
    """The logsumexp of each element and its other; a derivative is that in the first alone."""
    logits = real_array(x, "x")
    beside = shaped(other, logits.shape, "the other array")
    if beside is None:
        raise ValueError("logaddexp needs the other array")
    g = shaped(cotangent, logits.shape, "the cotangent")
    v = shaped(tangent, logits.shape, "the tangent")
    problem = RowBatch(
        "logsumexp",
        kind,
        np.stack([logits.reshape(-1), beside.reshape(-1)], axis=1),
        1,
        cotangent=None if g is None else g.reshape(-1, 1),
        tangent=None if v is None else _beside_zero(v),
    )
    return solve(problem, logits.shape, None)


def _ask_sink(
    kind: Kind,
    x: ArrayLike,
    sink: ArrayLike | None,
    axis: int,
    cotangent: ArrayLike | None = None,
    tangent: ArrayLike | None = None,
) -> Enclosure:
    """The softmax of rows and a sink behind each of them, whose own result is left out."""
    logits, sinks, axis = _with_sinks(x, sink, axis)

    def behind(array: Float64Array | None, last: Float64Array) -> Float64Array | None:
        return None if array is None else np.concatenate([as_rows(array, axis), last], axis=1)

    g = shaped(cotangent, logits.shape, "the cotangent")
    v = shaped(tangent, logits.shape, "the tangent")
    zeros = np.zeros(sinks.shape)
    joined = np.concatenate([as_rows(logits, axis), sinks], axis=1)
    problem = RowBatch(
        "softmax",
        kind,
        joined,
        logits.shape[axis],
        cotangent=behind(g, zeros),
        tangent=behind(v, zeros),
    )
    return solve(problem, logits.shape, axis)


def _with_sinks(
    x: ArrayLike, sink: ArrayLike | None, axis: int
) -> tuple[Float64Array, Float64Array, int]:
    """The logits, the sink of each row as a matrix of one column, and the axis from 0 on."""
    if sink is None:
        raise ValueError("sink_softmax needs a sink: a number, or one for each row")
    logits, sinks = real_array(x, "x"), real_array(sink, "the sink")
    axis = axis_of(logits, axis)
    shape = (*logits.shape[:axis], 1, *logits.shape[axis + 1 :])
    try:
        each = np.broadcast_to(sinks, shape)
    except ValueError:
        raise ValueError(
            f"the sink has shape {sinks.shape}; it must broadcast to {shape}, one for each row"
        ) from None
    return logits, as_rows(each, axis), axis


def _beside_zero(array: Float64Array) -> Float64Array:
    """Rows ``(value, 0)``."""
    return np.stack([array.reshape(-1), np.zeros(array.size)], axis=1)
