"""The rules in use elsewhere, as they are written down here: none rejects what is right."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gates import Array, Gate, backward, forward, gradient, softmax, suites
from gates.running import forward as value_of
from gates.running import lets_through
from mutants import declared

ROOT = Path(__file__).parents[2]
VALUES = (*forward.GATES, *suites.GATES)
PASSES_NAN = "NPUKernelBench"
"""The rule that asks whether an error is too large: no comparison with NaN is true."""

FACTORS: dict[str, float] = {
    "Liger, bfloat16": 0.23,
    "row sums": 1.9e-06,
    "PyTorch's defaults": 0.00015,
    "Liger, float32": 4.4e-05,
    "tritonbench": 9.4e-05,
    "Triton's tutorial": 1e-05,
    "TensorFlow's own": 1.9e-06,
    "PyTorch's OpInfo": 1.1e-05,
    "ONNX": 0.00099,
    "flashinfer-bench": 0.61,
    "BackendBench": 0.02,
    "FlagGems": 0.0001,
    "NPUKernelBench": 0.014,
    "QuACK": 0.0002,
    "robust-kbench": 0.1,
    "ggml": 0.00099,
    "WPT (WebNN)": 1.3e-06,
    "oneDNN's benchdnn": 1.1e-06,
    "KernelBench-Hard": 2.4e-05,
    "gpuemu": 9.6e-06,
    "gpuemu, adversarial": 9.6e-06,
}
"""The largest relative error of all results that a rule accepts: its inputs and its tolerance."""


def enlarged(error: float) -> Callable[..., Array]:
    return lambda x, axis=-1: (softmax(x, axis) * (1 + error)).astype(np.float32)


def test_there_are_25_rules_with_a_source_each() -> None:
    assert len({gate.name for gate in VALUES}) == len(VALUES) == 25
    assert all(re.match(r"[\w.-]+/[\w.-]+: \S", gate.source) for gate in VALUES)


@pytest.mark.parametrize("gate", VALUES, ids=lambda g: g.name)
def test_a_softmax_rounded_once_passes_every_rule_and_a_nan_only_one(gate: Gate) -> None:
    with np.errstate(invalid="ignore"):
        assert gate.accepts(lambda x, axis=-1: softmax(x, axis).astype(np.float32))
        passes = gate.accepts(lambda x, axis=-1: np.full(x.shape, np.nan, np.float32))
    assert passes == (gate.name == PASSES_NAN)


@pytest.mark.parametrize("gate", [g for g in VALUES if g.name in FACTORS], ids=lambda g: g.name)
def test_a_rule_accepts_this_error_and_no_larger_one(gate: Gate) -> None:
    error = FACTORS[gate.name]
    with np.errstate(invalid="ignore"):
        assert gate.accepts(enlarged(0.75 * error))
        assert not gate.accepts(enlarged(1.3 * error))


@pytest.mark.parametrize("name", ["KernelBench", "SOL-ExecBench", "tt-metal's PCC"])
def test_three_rules_accept_three_times_the_results(name: str) -> None:
    (gate,) = (gate for gate in VALUES if gate.name == name)

    assert gate.accepts(enlarged(2.0))


def test_the_fill_of_benchdnn_is_as_its_source_has_it() -> None:
    x = suites.benchdnn_fill(128, 77, seed=0)

    assert set(np.unique(x[:64])) == {suites.LOWEST, 88, 89, 90}
    assert set(np.unique(x[64:])) == {suites.LOWEST, -88, -87, -86}
    for value, least, most in ((90, 1, 2), (89, 2, 5), (88, 5, 8)):
        counts = (x[:64] == value).sum(axis=1)
        assert (counts.min(), counts.max()) == (least, most)
    assert (suites.benchdnn_fill(3, 1, seed=0) == 90).all()


def test_eight_in_ten_adversarial_logits_are_special() -> None:
    x = suites.gpuemu_adversarial((100, 100), seed=0)
    regular = np.isfinite(x) & (x != 0) & (x != np.float32(2.0**-126))

    assert 0.18 < regular.mean() < 0.22
    assert 0.08 < np.isnan(x).mean() < 0.12


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


def test_a_rule_meets_a_function_as_a_new_process_does() -> None:
    mutants, _ = declared()
    (stateful,) = (m for m in mutants if m.name == "what_a_call_with_nan_leaves_behind")
    x, call = np.ones((2, 3), np.float32), value_of(stateful)
    before = call(x)
    call(x * np.float32(np.nan))
    met: list[np.ndarray] = []

    def met_by_the_rule(given: np.ndarray, axis: int = -1) -> np.ndarray:
        met.append(call(x))
        return call(given, axis)

    assert not np.array_equal(call(x), before)
    lets_through(forward.GATES[0], met_by_the_rule)
    assert np.array_equal(met[0], before)


def test_softmark_lets_no_function_of_the_pools_through() -> None:
    recorded = json.loads((ROOT / "results/gates.json").read_text(encoding="utf-8"))
    for part in ("forward", "gradient"):
        (own,) = (row for row in recorded[part] if row["gate"].startswith("softmark"))
        assert (own["let_through"], own["rejected"]) == ([], [])
