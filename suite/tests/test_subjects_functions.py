"""What is read of a Python function without calling it."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from softmark.subjects import convention
from softmark.subjects.python_functions import home, inmost, used


def helper(x: Any) -> Any:
    return np.exp(x)


def outer(x: Any, axis: int = -1) -> Any:
    return [helper(y) for y in x]


class Called:
    def __call__(self, x: Any, dim: int = -1) -> Any:
        return helper(x)

    def method(self, x: Any, beta: float = 1.0) -> Any:
        return x


def test_a_function_is_found_inside_what_wraps_it() -> None:
    @functools.wraps(outer)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return outer(*args, **kwargs)

    assert inmost(outer) is outer
    assert inmost(wrapped) is outer
    assert inmost(functools.partial(outer, axis=0)) is outer
    assert inmost(Called()) is Called.__call__
    assert inmost(Called().method) is Called.method
    assert inmost(len) is None


def test_a_wrapper_that_wraps_itself_is_no_endless_loop() -> None:
    def turning(x: Any) -> Any:
        return x

    turning.__wrapped__ = turning  # type: ignore[attr-defined]
    assert inmost(turning) is None


def test_names_are_found_in_helpers_comprehensions_and_closures() -> None:
    library = np

    def closure(x: Any) -> Any:
        return library.exp(x)

    assert used(outer)["np"] is np
    assert used(closure) == {"library": np}
    assert used(Called())["np"] is np
    assert used(len) == {}


def test_the_home_of_a_function_is_its_module() -> None:
    assert home(outer) is globals()
    torch = pytest.importorskip("torch")
    assert home(torch.softmax)["softmax"] is torch.softmax
    assert home(3) == {}  # type: ignore[arg-type]


def test_the_convention_of_what_hands_its_arguments_on() -> None:
    torch = pytest.importorskip("torch")

    class Layer(torch.nn.Module):
        def forward(self, x: Any, axis: int = -1, beta: float = 1.0) -> Any:
            return torch.softmax(beta * x, axis)

    def written(x: Any, dim: int = -1) -> Any:
        return torch.softmax(x, dim)

    schema = "(Tensor x, int dim=-1) -> Tensor"
    custom = torch.library.custom_op(
        "softmark_tests::softmax", written, mutates_args=(), schema=schema
    )

    assert convention.read(Layer()) == convention.Convention("axis", True)
    assert convention.read(torch.compile(Layer())) == convention.Convention("axis", True)
    assert convention.read(custom) == convention.Convention("dim", False)
    named = torch.ops.softmark_tests.softmax
    assert convention.read(named) == convention.Convention("dim", False)
    assert convention.read(lambda **rest: None) == convention.Convention("", False)
