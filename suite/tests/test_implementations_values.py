"""Every implementation computes the operation that it declares, in every way that it declares.

The expectations are the definitions in float64 with ``math.fsum``; the
tolerances are those of moderate logits.  Finer questions are the checks' own.
"""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from installed import require

from softmark import catalog, operations
from softmark.catalog import Entry
from softmark.formats import FORMATS, decode, encode, round_to
from softmark.inputs import sink_shape
from softmark.operands import MASK, OTHER, SINK, TARGET, operand_of
from softmark_implementations.framework import Framework, NotOffered

Row = list[float]
SHAPES = {1: (5,), 2: (3, 5), 3: (2, 3, 4)}
AXES = {1: (0,), 2: (0, -1), 3: (1, -3)}
STEPS = 64
"""Roundings of logits and intermediate results that a right implementation may add up, in u."""

COARSE = {("mlx", "float64"): "float32"}
"""The format whose roundings a framework's exponential makes, where that is not its own."""

ENTRIES = [entry for entry in catalog.implementations() if "compile" not in entry.variant]


def weights(z: Row, beta: float) -> Row:
    exponentials = [math.exp(beta * (value - max(z))) for value in z]
    return [e / math.fsum(exponentials) for e in exponentials]


def logsumexp(z: Row) -> float:
    return max(z) + math.log(math.fsum(math.exp(value - max(z)) for value in z))


def sparse(z: Row) -> Row:
    """Of the largest support whose least logit is above the threshold."""
    ordered = sorted(z, reverse=True)
    for size in range(len(z), 0, -1):
        threshold = (math.fsum(ordered[:size]) - 1) / size
        if ordered[size - 1] > threshold:
            break
    return [max(value - threshold, 0.0) for value in z]


DEFINITIONS: dict[str, Callable[[Row, float], Row | float]] = {
    "softmax": weights,
    "log_softmax": lambda z, beta: [value - logsumexp(z) for value in z],
    "logsumexp": lambda z, beta: logsumexp(z),
    "softargmax": lambda z, beta: math.fsum(i * p for i, p in enumerate(weights(z, beta))),
    "smooth_max": lambda z, beta: (
        max(z)
        if math.isinf(beta)
        else math.fsum(v * p for v, p in zip(z, weights(z, beta), strict=True))
    ),
    "entropy": lambda z, beta: -math.fsum(p * math.log(p) for p in weights(z, 1.0) if p),
    "softcap_softmax": lambda z, cap: weights([cap * math.tanh(v / cap) for v in z], 1.0),
    "sparsemax": lambda z, beta: sparse(z),
    "argmax": lambda z, beta: z.index(max(z)),
    "hardmax": lambda z, beta: [float(i == z.index(max(z))) for i in range(len(z))],
}


def along(function: Callable[[Row], Row | float], x: np.ndarray, axis: int) -> np.ndarray:
    return np.apply_along_axis(lambda row: np.asarray(function(row.tolist())), axis, x)


def calls(entry: Entry) -> Iterator[tuple[str, tuple[int, ...], int]]:
    """Each format with rank 2 along the last axis; one format with every rank and several axes."""
    for format in entry.formats:
        yield format, SHAPES[2], -1
    for rank in SHAPES.keys() & set(entry.ranks or SHAPES):
        for axis in AXES[rank] if entry.axes == "any" else (-1,):
            yield "float32" if "float32" in entry.formats else "float64", SHAPES[rank], axis


class Called:
    """An implementation with its arrays at hand."""

    def __init__(self, entry: Entry) -> None:
        require(entry)
        module = importlib.import_module(entry.module)
        self.entry = entry
        self.function = getattr(module, entry.function)
        self.framework: Framework = module.FRAMEWORK
        if not self.framework.devices():
            pytest.skip(f"there is no device for {entry.framework}")
        self.device = next(iter(self.framework.devices()))

    def array(self, values: np.ndarray, format: str) -> Any:
        return self.framework.array(encode(values, FORMATS[format]), format, self.device)

    def values(self, array: Any, format: str) -> np.ndarray:
        bits, got = self.framework.bits(array)
        if self.entry.operation == "argmax":
            assert got in ("int64", "int32")
            return bits.astype(np.float64)
        assert got == format
        return decode(bits, FORMATS[format])


def logits(shape: tuple[int, ...], format: str) -> np.ndarray:
    return round_to(np.random.default_rng(1).normal(size=shape) * 3, FORMATS[format])


def assert_near(entry: Entry, got: np.ndarray, expected: np.ndarray, format: str) -> None:
    format = COARSE.get((entry.framework, format), format)
    tolerance = STEPS * FORMATS[format].unit_roundoff
    np.testing.assert_allclose(got, expected, rtol=tolerance, atol=tolerance)


def each(choose: Callable[[Entry], bool]) -> pytest.MarkDecorator:
    chosen = [entry for entry in ENTRIES if choose(entry)]
    return pytest.mark.parametrize("entry", chosen, ids=lambda entry: entry.name)


@each(lambda entry: entry.operation in DEFINITIONS)
def test_it_computes_its_operation(entry: Entry) -> None:
    called = Called(entry)
    beta = entry.fixed_beta or operations.load(entry.operation).usual_number
    for format, shape, axis in calls(entry):
        x = logits(shape, format)
        got = called.values(called.function(called.array(x, format), axis=axis), format)
        expected = along(lambda row: DEFINITIONS[entry.operation](row, beta), x, axis)
        assert_near(entry, got, expected, format)


@each(lambda entry: entry.takes_beta and operations.load(entry.operation).has_beta)
def test_its_inverse_temperature_may_take_the_product_out_of_range(entry: Entry) -> None:
    called = Called(entry)
    for format in entry.formats:
        x = np.array([[3.0, 1.0, 3.0, 2.0]])
        for beta in (0.0, 0.5, 8.0, 2.0**20, 2.0**100):
            got = called.values(called.function(called.array(x, format), beta=beta), format)
            expected = along(lambda row, b=beta: DEFINITIONS[entry.operation](row, b), x, -1)
            assert_near(entry, got, expected, format)


OF_ONE: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda value: weights([value, 0.0], 1.0)[0],
    "softplus": lambda value: logsumexp([value, 0.0]),
    "log_sigmoid": lambda value: value - logsumexp([value, 0.0]),
}


@each(lambda entry: entry.operation in OF_ONE)
def test_a_function_of_one_logit_is_that_of_the_logit_and_zero(entry: Entry) -> None:
    called = Called(entry)
    for format in entry.formats:
        for shape in SHAPES.values():
            x = logits(shape, format)
            got = called.values(called.function(called.array(x, format)), format)
            expected = np.vectorize(OF_ONE[entry.operation])(x)
            assert_near(entry, got, expected, format)


@each(lambda entry: entry.operation == "cross_entropy")
def test_a_cross_entropy_takes_the_labels_it_declares(entry: Entry) -> None:
    called = Called(entry)
    assert entry.labels
    for format in entry.formats:
        for rank in entry.ranks or SHAPES:
            x = logits(SHAPES[rank], format)
            losses = -along(lambda row: DEFINITIONS["log_softmax"](row, 1.0), x, -1)
            if "index" in entry.labels:
                chosen = np.argsort(x, axis=-1)[..., 1]
                labels = called.framework.array(
                    np.asarray(chosen, np.int64), "int64", called.device
                )
                got = called.values(called.function(called.array(x, format), labels), format)
                picked = np.take_along_axis(losses, chosen[..., np.newaxis], -1)[..., 0]
                assert_near(entry, got, picked, format)
            if "probability" in entry.labels:
                p = round_to(along(lambda row: weights(row, 0.5), x, -1), FORMATS[format])
                labels = called.array(p, format)
                got = called.values(called.function(called.array(x, format), labels), format)
                assert_near(entry, got, (p * losses).sum(axis=-1), format)


def of_kept(operation: str, x: np.ndarray, kept: np.ndarray, axis: int) -> np.ndarray:
    """The definition over what is kept; what is masked has a fixed result, where it has one."""
    of = operations.load(operation)
    x, kept = (np.moveaxis(each, axis, -1) for each in (x, kept))
    found = np.full(of.output_shape(x.shape, -1), of.masked_result or 0.0)
    for row in np.ndindex(x.shape[:-1]):
        value = DEFINITIONS[of.plain](x[row][kept[row]].tolist(), 1.0)
        found[(*row, kept[row]) if isinstance(value, list) else row] = value
    return found if found.ndim < x.ndim else np.moveaxis(found, -1, axis)


@each(lambda entry: operand_of(entry.operation) is MASK)
def test_a_mask_leaves_the_operation_of_what_is_kept(entry: Entry) -> None:
    called = Called(entry)
    for format, shape, axis in calls(entry):
        x = logits(shape, format)
        kept = np.random.default_rng(2).random(shape) < 0.6
        np.moveaxis(kept, axis, -1)[..., 0] = True
        mask = called.framework.array(kept, "bool", called.device)
        got = called.values(called.function(called.array(x, format), mask, axis=axis), format)
        assert_near(entry, got, of_kept(entry.operation, x, kept, axis), format)


@each(lambda entry: operand_of(entry.operation) is SINK)
def test_a_sink_takes_a_share_of_its_row(entry: Entry) -> None:
    called = Called(entry)
    for format, shape, axis in calls(entry):
        x = logits(shape, format)
        sinks = logits(sink_shape(shape, axis), format) * 2
        got = called.values(
            called.function(called.array(x, format), called.array(sinks, format), axis=axis), format
        )
        whole = along(lambda row: weights(row, 1.0), np.concatenate([sinks, x], axis), axis)
        assert_near(entry, got, np.delete(whole, 0, axis), format)


def is_merge(entry: Entry) -> bool:
    return operand_of(entry.operation) is OTHER and operations.load(entry.operation).is_pointwise


@each(is_merge)
def test_a_merge_is_the_logarithm_of_the_sum_of_two_exponentials(entry: Entry) -> None:
    called = Called(entry)
    for format in entry.formats:
        x, y = logits(SHAPES[2], format), logits(SHAPES[2], format)[..., ::-1].copy()
        got = called.values(
            called.function(called.array(x, format), called.array(y, format)), format
        )
        assert_near(entry, got, np.logaddexp(x, y), format)


@each(lambda entry: operand_of(entry.operation) is TARGET)
def test_a_binary_loss_is_a_softplus_less_the_target_times_the_logit(entry: Entry) -> None:
    called = Called(entry)
    for format in entry.formats:
        x = logits(SHAPES[2], format)
        target = np.resize([0.0, 0.25, 1.0], x.shape)
        got = called.values(
            called.function(called.array(x, format), called.array(target, format)), format
        )
        assert_near(entry, got, np.logaddexp(x, 0) - target * x, format)


@each(lambda entry: operand_of(entry.operation) is OTHER and not is_merge(entry))
def test_a_divergence_is_the_mean_of_the_difference_of_logarithms(entry: Entry) -> None:
    called = Called(entry)
    for format, shape, axis in calls(entry):
        x, y = logits(shape, format), logits(shape, format)[..., ::-1].copy()
        got = called.values(
            called.function(called.array(x, format), called.array(y, format), axis=axis), format
        )
        p, log_p, log_q = (
            along(lambda row, of=of: DEFINITIONS[of](row, 1.0), z, axis)
            for of, z in (("softmax", x), ("log_softmax", x), ("log_softmax", y))
        )
        assert_near(entry, got, (p * (log_p - log_q)).sum(axis=axis), format)


@each(lambda entry: operand_of(entry.operation) is None)
def test_the_input_is_left_as_it_was(entry: Entry) -> None:
    called = Called(entry)
    format = entry.formats[-1]
    x = called.array(logits(SHAPES[2], format), format)
    before, _ = called.framework.bits(x)
    called.function(x)
    np.testing.assert_array_equal(called.framework.bits(x)[0], before)


def test_every_operation_but_these_is_defined_above() -> None:
    given = {name for name in operations.names() if operand_of(name) in (MASK, SINK, OTHER, TARGET)}
    defined = {*DEFINITIONS, *given}
    assert {entry.operation for entry in ENTRIES} - defined == {*OF_ONE, "cross_entropy"}


def test_scipy_has_a_softplus_from_1_17_on(monkeypatch: pytest.MonkeyPatch) -> None:
    module = importlib.import_module("softmark_implementations.with_scipy")
    monkeypatch.delattr("scipy.special.softplus", raising=False)
    with pytest.raises(NotOffered, match="has no softplus"):
        module.softplus(np.zeros(3))
