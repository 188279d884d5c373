"""How a function is called, and what is said of what it returns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from softmark.formats import BFLOAT16, FLOAT32, FLOAT64
from softmark.subjects import Call, Crashed, Info, NotOffered, Raised
from softmark.subjects.convention import Convention, read
from softmark.workers.in_process import InProcessSubject
from softmark_implementations.with_numpy import FRAMEWORK

X = np.array([[0.0, 1.0, 2.0], [3.0, 1.0, 0.5]])


def good(x: Any, axis: int = -1) -> Any:
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def subject(function: Callable[..., Any], operation: str = "softmax") -> InProcessSubject:
    return InProcessSubject(function, Info("numpy.test", "numpy", operation), FRAMEWORK)


def softmax_of_dim(x: Any, dim: int) -> Any:
    return good(x, dim)


class Scaled:
    def __call__(self, x: Any, *, axis: int = -1, beta: float = 1.0) -> Any:
        return good(beta * x, axis)


@pytest.mark.parametrize(
    ("function", "convention"),
    [
        (good, Convention("axis", False)),
        (softmax_of_dim, Convention("dim", False)),
        (Scaled(), Convention("axis", True)),
        (lambda x: x, Convention("", False)),
        (lambda axis, /: axis, Convention("", False)),
        (max, Convention("axis", False)),  # its signature cannot be read
    ],
)
def test_the_convention_is_read_from_the_signature(
    function: Callable[..., Any], convention: Convention
) -> None:
    assert read(function) == convention


def test_dim_is_understood_for_axis() -> None:
    values = subject(softmax_of_dim).forward(Call(X, axis=0), FLOAT64).values
    np.testing.assert_allclose(values.sum(axis=0), 1.0)


def test_beta_is_passed_where_it_is_taken() -> None:
    taken = subject(Scaled())
    assert np.array_equal(taken.forward(Call(X, beta=3.0), FLOAT64).values, good(3.0 * X))
    assert np.array_equal(taken.forward(Call(X), FLOAT64).values, good(X))


def test_without_an_axis_the_last_one_is_offered_alone() -> None:
    plain = subject(lambda x: good(x))
    assert np.array_equal(plain.forward(Call(X, axis=1), FLOAT64).values, good(X))
    with pytest.raises(NotOffered, match="takes no axis"):
        plain.forward(Call(X, axis=0), FLOAT64)


def test_a_written_input_is_told_and_the_callers_is_untouched() -> None:
    def writes(x: Any, axis: int = -1) -> Any:
        x -= x.max()
        return good(x, axis)

    kept = X.copy()
    assert subject(writes).forward(Call(X), FLOAT64).input_modified
    assert np.array_equal(X, kept)
    assert not subject(good).forward(Call(X), FLOAT64).input_modified


def test_written_labels_are_told() -> None:
    def loss(x: Any, labels: Any) -> Any:
        labels[:] = 0
        return np.zeros(x.shape[:-1])

    output = subject(loss, "cross_entropy").forward(Call(X, labels=np.array([1, 2])), FLOAT64)
    assert output.input_modified


def test_a_view_of_the_input_is_a_result_like_another() -> None:
    output = subject(lambda x, axis=-1: x[:]).forward(Call(X), FLOAT64)
    assert np.array_equal(output.values, X)


def test_nan_and_negative_zero_cross() -> None:
    x = np.array([[np.nan, -0.0, np.inf]])
    values = subject(lambda x, axis=-1: x).forward(Call(x), BFLOAT16).values
    assert np.isnan(values[0, 0])
    assert np.signbit(values[0, 1])
    assert values[0, 2] == np.inf


def test_a_wider_result_is_told_by_its_format() -> None:
    output = subject(lambda x, axis=-1: good(x.astype(np.float64))).forward(Call(X), FLOAT32)
    assert output.format == "float64"
    assert np.array_equal(output.values, good(X))


def test_an_index_comes_as_its_number() -> None:
    output = subject(lambda x, axis=-1: x.argmax(axis), "argmax").forward(Call(X), FLOAT32)
    assert output.format == "int64"
    assert output.values.tolist() == [2.0, 0.0]


@pytest.mark.parametrize("operation", ["logsumexp", "softargmax", "argmax"])
def test_a_reduction_must_drop_its_axis(operation: str) -> None:
    kept = subject(lambda x, axis=-1: x.max(axis=axis, keepdims=True), operation)
    with pytest.raises(Raised, match=r"the shape \(2, 1\), expected \(2,\)"):
        kept.forward(Call(X), FLOAT64)


def test_exit_is_a_crash_here_too() -> None:
    def leaves(x: Any) -> Any:
        raise SystemExit(3)

    with pytest.raises(Crashed, match=r"sys.exit\(3\)"):
        subject(leaves).forward(Call(X), FLOAT64)


def test_an_exception_of_any_kind_is_a_fault_here_too() -> None:
    class Odd(BaseException):
        pass

    for kind in (Odd, GeneratorExit):

        def raises(x: Any, kind: type[BaseException] = kind) -> Any:
            raise kind("no")

        with pytest.raises(Raised, match=f"it raised {kind.__name__}: no"):
            subject(raises).forward(Call(X), FLOAT64)


def test_a_result_of_the_other_byte_order_is_read_as_its_numbers() -> None:
    given = subject(lambda x: x.astype(x.dtype.newbyteorder())).forward(Call(X), FLOAT64)

    assert np.array_equal(given.values, X)


def test_a_masked_array_is_no_result() -> None:
    for mask in (False, True):
        with pytest.raises(
            Raised, match="no array: a masked array, in which masked elements hold no result"
        ):
            subject(lambda x, mask=mask: np.ma.array(x, mask=mask)).forward(Call(X), FLOAT64)


def test_modules_that_a_call_unloads_are_there_for_its_result_and_the_next_call() -> None:
    import sys

    def clears(x: Any) -> Any:
        sys.modules.clear()
        return x

    held = dict(sys.modules)
    output = subject(clears).forward(Call(X), FLOAT64)

    assert held.items() <= sys.modules.items()
    assert "the modules that are loaded" in output.note


def test_an_interrupt_is_not_swallowed() -> None:
    def interrupted(x: Any) -> Any:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        subject(interrupted).forward(Call(X), FLOAT64)


def test_reach_is_the_functions_own() -> None:
    def layer(x: Any) -> Any:
        return x

    layer.__dict__["gradient_reach"] = lambda seed: {"LSTM": 0.1 * seed, "Embedding": None}
    assert subject(layer).reach(3) == {"LSTM": 0.1 * 3, "Embedding": None}


def test_a_result_on_another_device_is_a_fault_that_names_both() -> None:
    torch = pytest.importorskip("torch", reason="torch is not installed")
    from softmark_implementations.with_torch import TorchFramework

    class Elsewhere(TorchFramework):
        """A device that is not there is played by the processor."""

        def array(self, bits: Any, format: str, device: str) -> Any:
            return super().array(bits, format, "cpu")

    here = Info("torch.softmax", "torch", "softmax")
    there = Info("torch.softmax", "torch", "softmax", device="cuda")
    x = np.zeros((1, 2))

    def softmax(x: Any, axis: int = -1) -> Any:
        return torch.softmax(x, axis)

    assert (
        InProcessSubject(softmax, here, Elsewhere()).forward(Call(x), FLOAT32).values[0, 0] == 0.5
    )
    with pytest.raises(Raised, match="on the device cpu, and its logits are on cuda"):
        InProcessSubject(softmax, there, Elsewhere()).forward(Call(x), FLOAT32)


def test_jax_tells_where_an_array_lies() -> None:
    pytest.importorskip("jax", reason="jax is not installed")
    from softmark_implementations.with_jax import FRAMEWORK as JAX

    assert JAX.place(JAX.array(np.zeros(1, np.uint32), "float32", "cpu")) == "cpu"
