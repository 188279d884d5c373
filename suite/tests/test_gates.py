"""The rules in use elsewhere, as they are written down here: none rejects what is right."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from gates import Array, Gate, backward, forward, gradient, softmax
from gates.running import forward as value_of
from gates.running import lets_through
from mutants import declared


@pytest.mark.parametrize("gate", forward.GATES, ids=lambda g: g.name)
def test_a_softmax_rounded_once_passes_every_rule_and_a_nan_none(
    gate: Gate,
) -> None:
    assert gate.accepts(lambda x, axis=-1: softmax(x, axis).astype(np.float32))
    assert not gate.accepts(lambda x, axis=-1: np.full(x.shape, np.nan, np.float32))


@pytest.mark.parametrize("gate", backward.GATES, ids=lambda g: g.name)
def test_an_exact_gradient_passes_every_rule_and_a_nan_none(gate: Gate) -> None:
    assert gate.accepts(gradient)
    assert not gate.accepts(lambda x, g: np.full(x.shape, np.nan))


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("KernelBench", lambda x, axis=-1: np.zeros_like(x)),
        ("row sums", lambda x, axis=-1: np.full_like(x, 1 / x.shape[axis])),
        ("PyTorch's defaults", lambda x, axis=-1: np.exp(x) / np.exp(x).sum(axis, keepdims=True)),
    ],
)
def test_what_a_rule_is_known_to_let_through(rule: str, wrong: Callable[..., Array]) -> None:
    (gate,) = (gate for gate in forward.GATES if gate.name == rule)

    assert gate.accepts(wrong)


def test_a_mutant_is_called_through_its_own_framework() -> None:
    mutants, _ = declared()
    (zeros,) = (mutant for mutant in mutants if mutant.name == "all_zeros")

    assert (value_of(zeros)(np.ones((2, 3), np.float32)) == 0).all()
    assert lets_through(forward.GATES[-1], value_of(zeros))
