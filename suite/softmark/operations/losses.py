"""Bounds of a loss with options: ignored rows, smoothing, class weights, z-loss and reductions.

Written for any weights, as ``softmark.oracle.losses`` has it: a row's loss is
``sum_j q_j (-log p_j) + z lse^2`` with ``q_j = w_k (1 - e) [j = k] + w_j e / n``, and a reduced one
is the sum over rows, for a mean over the weights of the labels that count.
"""

from __future__ import annotations

import numpy as np

from softmark.formats import Float64Array
from softmark.operations import log_softmax, logsumexp
from softmark.operations.bounds import Model
from softmark.operations.row import Row

COEFFICIENT = 6
"""Roundings of a coefficient: 1 - e, e / n, two weights, and the products with the terms."""


def kept(row: Row) -> Float64Array:
    """1 for a row that counts, 0 for one that is ignored."""
    ignored = row.options.ignore_index
    assert row.labels is not None
    counts = np.ones(row.labels.shape) if ignored is None else row.labels != ignored
    return np.asarray(np.expand_dims(counts, row.axis), dtype=np.float64)


def _class_weights(row: Row) -> Float64Array:
    given = row.options.weight
    weights = np.ones(row.n) if given is None else np.asarray(given)
    placed: Float64Array = weights.reshape(row.index.shape)
    return placed


def _of_label(row: Row) -> Float64Array:
    """The weight of the label, at its place; nothing where the row is ignored."""
    assert row.labels is not None
    is_label = np.expand_dims(row.labels, row.axis) == row.index
    return np.asarray(kept(row) * is_label * _class_weights(row))


def shares(row: Row) -> Float64Array:
    """The weight of each class in the loss of its row."""
    smoothing = row.options.label_smoothing
    spread = kept(row) * _class_weights(row) * (smoothing / row.n)
    return (1.0 - smoothing) * _of_label(row) + spread


def denominator(row: Row) -> float:
    """What all rows are divided by; NaN where a mean is one of no rows."""
    if row.options.reduction != "mean":
        return 1.0
    return float(_of_label(row).sum()) or np.nan


def _gathered(row: Row, errors: Float64Array, sizes: Float64Array, model: Model) -> Float64Array:
    """The error of a result from those of its rows, and from the sizes of their terms."""
    if not row.options.reduces:
        return row.reduced(errors)
    divisor = denominator(row)
    total = errors.sum() + (2 * model.sum + 4 * model.step) * np.abs(sizes).sum()
    return np.asarray(total / divisor + model.tiny)


def _scale(row: Row, g: Float64Array) -> Float64Array:
    """The size of the cotangent of each row's own loss."""
    if row.options.reduces:
        return np.abs(g) / denominator(row) + np.zeros(kept(row).shape)
    return np.abs(np.expand_dims(g, row.axis))


def _common(row: Row, model: Model) -> float:
    """Relative error of what each row's cotangent is multiplied with."""
    return 2 * model.sum + 4 * model.step if row.options.reduces else 0.0


def _lse(row: Row) -> Float64Array:
    return row.top + row.log_sum


def _lse_error(row: Row, model: Model) -> Float64Array:
    return np.expand_dims(logsumexp.error_bound(row, model), row.axis)


def error_bound(row: Row, model: Model) -> Float64Array:
    q = shares(row)
    loss = row.sum(np.where(q > 0, q * row.surprise, 0.0))
    each = row.sum(np.where(q > 0, q * log_softmax.error_bound(row, model), 0.0))
    errors = each + (model.sum + COEFFICIENT * model.step) * loss + model.tiny
    if row.options.label_smoothing and (model.stored or model.offset):
        # lse less the mean of the logits, which are summed as they are
        errors = errors + (model.sum + 2 * model.step) * row.sum(q * np.abs(row.x))
    if row.options.z_loss:
        z, lse, lost = kept(row) * row.options.z_loss, _lse(row), _lse_error(row, model)
        square = 2 * np.abs(lse) * lost + lost**2 + 4 * model.step * lse**2
        errors, loss = errors + z * square + model.tiny, loss + z * lse**2
    return _gathered(row, errors, loss, model)


def vjp_bound(row: Row, g: Float64Array, model: Model) -> Float64Array:
    """Error of ``c (p_i (sum_j q_j + 2 z lse) - q_i)``, c the cotangent of the row's own loss."""
    q, p = shares(row), row.weight
    total, size = row.sum(q), _scale(row, g)
    share = p * total * (log_softmax.weight_bound(row, model) + model.sum)
    result = np.abs(p * total - q)
    errors = share + COEFFICIENT * model.step * (q + p * total + result)
    if row.options.z_loss:
        z, lse = 2 * kept(row) * row.options.z_loss, np.abs(_lse(row))
        relative = log_softmax.weight_bound(row, model) + row.exponent_error(model)
        errors = errors + z * p * (lse * (relative + 6 * model.step) + _lse_error(row, model))
        result = result + z * p * lse
    lost = model.tiny * (2 + row.n * p) * (1 + size)  # each share of a class is rounded
    return size * (errors + _common(row, model) * result) + kept(row) * lost


def jvp_bound(row: Row, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``sum_j q_j (a - v_j) + 2 z lse a``, ``a`` the weighted mean of the tangent."""
    q, mean = shares(row), row.sum(row.weight * v)
    each = row.sum(q * log_softmax.jvp_bound(row, v, model))
    away = row.sum(q * np.abs(v - mean))
    errors = each + (model.sum + COEFFICIENT * model.step) * away + model.tiny
    if row.options.z_loss:
        z, lse = 2 * kept(row) * row.options.z_loss, np.abs(_lse(row))
        of_mean = log_softmax.mean_bound(row, v, model)
        product = lse * of_mean + np.abs(mean) * _lse_error(row, model)
        errors = errors + z * (product + 4 * model.step * lse * np.abs(mean))
        away = away + z * lse * np.abs(mean)
    return _gathered(row, errors, away, model)


def hvp_bound(row: Row, g: Float64Array, v: Float64Array, model: Model) -> Float64Array:
    """Error of ``c p_i [(sum_j q_j + 2 z lse)(v_i - a) + 2 z a]``."""
    q, p, size = shares(row), row.weight, _scale(row, g)
    mean = row.sum(p * v)
    errors = log_softmax.hvp_bound(row, size * q, v, model)
    result = size * row.sum(q) * p * np.abs(v - mean)
    if row.options.z_loss:
        z, lse = 2 * kept(row) * row.options.z_loss * size, np.abs(_lse(row))
        along = log_softmax.deviation_bound(row, v, model)
        relative = log_softmax.weight_bound(row, model) + row.exponent_error(model)
        of_mean = p * (log_softmax.mean_bound(row, v, model) + relative * np.abs(mean))
        of_lse = p * np.abs(v - mean) * _lse_error(row, model)
        both = p * (lse * np.abs(v - mean) + np.abs(mean))
        errors = errors + z * (lse * along + of_lse + of_mean + 8 * model.step * both)
        result = result + z * both
    coefficients = COEFFICIENT * model.step + _common(row, model)
    lost = kept(row) * model.tiny * (2 + row.n * p) * (1 + size)
    return errors + coefficients * result + lost
