"""``softmark tolerance``: the number, what it is worth, and that no right evaluation breaks it."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from drawn import examples
from hypothesis import given, settings
from hypothesis import strategies as st

import softmark
from softmark import operations
from softmark.answers.allowed import allowed
from softmark.answers.rows import Size
from softmark.formats import FORMATS, round_to
from softmark.operations import Problem

VALUED = [name for name in operations.names() if not operations.load(name).is_index]


def found(shell: Any, *arguments: str) -> dict[str, Any]:
    done = shell("tolerance", *arguments, "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_it_says_number_theorem_and_why_a_hundredth_is_worthless(shell: Any) -> None:
    done = shell("tolerance", "softmax", "--format", "bfloat16", "--n", "4096")
    assert done.returncode == 0, done.stderr
    said = done.stdout
    assert "softmax in bfloat16, n = 4096, logits from -8 to 8" in said
    assert re.search(r"rtol 0\.\d+, atol ", said)
    assert "Formula: With u the unit roundoff, element i has a relative error of at most" in said
    assert "Blanchard, Higham, Higham 2021, Thm 4.3" in said
    assert re.search(r"Why not 1e-2: results are 0\.00024 on average", said)
    assert re.search(r"all zeros +PASSES +fails +fails +fails", said)
    assert re.search(r"bound of an element is at least [2-9][.\d]* times its error", said)
    counts = r"of (\d+) wrong implementations +(\d+) pass +(\d+) pass +\d+ pass +\d+ pass"
    passing = re.search(counts, said)
    assert passing is not None
    of, hundredth, torch = map(int, passing.groups())
    assert of > hundredth > torch > 0


def test_wrong_results_are_tried_at_the_size_that_is_asked_about(shell: Any) -> None:
    short = found(shell, "softmax", "--n", "8")["lets_through"]
    long = found(shell, "softmax", "--n", "4096")["lets_through"]
    assert not short["all zeros"]["1e-2, 1e-2"]
    assert long["all zeros"]["1e-2, 1e-2"]
    assert not long["all zeros"]["rtol, atol above"]
    unshifted = "without the shift by the maximum"
    assert short[unshifted]["assert_close"]  # it is right where nothing overflows
    large = found(shell, "softmax", "--n", "8", "--scale", "100")["lets_through"]
    assert not large[unshifted]["assert_close"]
    assert not any(rules["assert_close"] for name, rules in long.items() if name != unshifted)


def test_wrong_implementations_that_pass_are_named_for_machines(shell: Any) -> None:
    pool = found(shell, "softmax", "--n", "5000", "--accumulate", "float32")["pool"]
    assert (pool["n"], pool["scale"]) == (4096, 8)
    assert "all_zeros" in pool["lets_through"]["1e-2, 1e-2"]
    assert "all_zeros" not in pool["lets_through"]["assert_close"]
    assert all(len(names) < pool["count"] for names in pool["lets_through"].values())
    assert found(shell, "softmax", "--n", "8", "--format", "float64")["pool"] is None


@pytest.mark.parametrize("format", ["float64", "float32", "float16", "bfloat16"])
@pytest.mark.parametrize("operation", VALUED)
def test_each_operation_has_a_tolerance_in_each_format(operation: str, format: str) -> None:
    small = allowed(Size(operation, FORMATS[format], 16, 4.0))
    assert 0 < small.atol + small.rtol < 1
    assert small.ulp >= 1
    assert small.looseness < 60


@settings(max_examples=examples(30), deadline=None)
@given(
    st.sampled_from(VALUED),
    st.sampled_from(["float32", "float16", "bfloat16"]),
    st.sampled_from([2, 5, 33]),
    st.sampled_from([0.5, 8.0, 60.0]),
    st.integers(0, 2**32 - 1),
)
def test_the_pair_admits_every_elements_own_bound(
    operation: str, format: str, n: int, scale: float, seed: int
) -> None:
    rng, fmt = np.random.default_rng(seed), FORMATS[format]
    x = rng.uniform(-scale, scale, (40, n)) * rng.choice([1.0, 0.1], (40, 1))
    x = round_to(np.where(rng.random(x.shape) < 0.2, scale * rng.choice([-1, 1]), x), fmt)
    of = operations.load(operation)
    labels: dict[str, Any] = {"labels": rng.integers(0, n, 40)} if of.takes_labels else {}
    given = {"mask": x < np.inf} if of.takes_mask else labels
    if of.takes_sink:
        labels = {"labels": round_to(rng.uniform(-scale, scale, (40, 1)), fmt)}
        given = {"sink": labels["labels"]}
    if of.takes_other:
        low, high = (0, 1) if of.takes_target else (-scale, scale)
        labels = {"labels": round_to(rng.uniform(low, high, x.shape), fmt)}
        given = {of.operand: labels["labels"]}
    if of.has_cap:
        labels, given = {"beta": of.usual_number}, {"cap": of.usual_number}
    pair = allowed(Size(operation, fmt, n, scale))
    value = operations.load(operation).value
    assert value is not None
    exact = value.reference(Problem(x, **labels)).value
    own = softmark.tolerance(x, operation=operation, format=format, **given)
    assert (own <= (pair.atol + pair.rtol * np.abs(exact)) * 1.02).all()


def test_a_wider_accumulator_makes_it_smaller_and_a_narrow_one_worthless(shell: Any) -> None:
    few = ("softmax", "--format", "bfloat16")
    usual, wide = found(shell, *few), found(shell, *few, "--accumulate", "float32")
    assert wide["ulp"] < usual["ulp"] / 4
    done = shell("tolerance", *few, "--accumulate", "bfloat16")
    assert "No tolerance helps here" in done.stdout
    strict = found(shell, "softmax", "--strict")
    assert strict["ulp"] < found(shell, "softmax")["ulp"] / 10


def pasted(shell: Any, form: str) -> str:
    done = shell("tolerance", "softmax", "--n", "64", "--for", form)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def test_what_is_pasted_runs_and_rejects_zeros(shell: Any) -> None:
    logits = np.random.default_rng(0).normal(size=(2, 64)).astype(np.float32)
    exact = softmark.oracle.softmax(logits).value
    names = {"np": np, "softmark": softmark, "pytest": pytest, "logits": logits, "expected": exact}
    for form in ("pytest", "allclose"):
        code = compile(pasted(shell, form), form, "exec")
        exec(code, names | {"actual": exact.astype(np.float32)})
        with pytest.raises(AssertionError):
            exec(code, names | {"actual": np.zeros_like(logits)})


def test_other_projects_forms_have_the_same_numbers(shell: Any) -> None:
    number = found(shell, "softmax", "--n", "64")
    pair = f"atol={number['atol']:g}, rtol={number['rtol']:g}"
    assert f"toleranceOverride({{torch.float32: tol({pair})}})" in pasted(shell, "opinfo")
    assert f"rtol={number['rtol']:g}, atol={number['atol']:g}" in pasted(shell, "onnx")
    assert f"metricType: 'ULP', value: {number['ulp']:.0f}" in pasted(shell, "webnn")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("softmx",), "unknown operation 'softmx'; did you mean softmax"),
        (("softmax", "--format", "float31"), "unknown format 'float31'"),
        (("softmax", "--n", "0"), "0 is not in the range"),
        (("softmax", "--scale", "-1"), "-1.0 is not in the range"),
        (("softmax", "--for", "junit"), "'junit' is not one of"),
        (("argmax",), "argmax is right or wrong; compare its indices"),
        (("softmax", "--strict", "--accumulate", "float32"), "leave one of them out"),
    ],
)
def test_wrong_use_is_said_with_status_two(
    shell: Any, arguments: tuple[str, ...], words: str
) -> None:
    done = shell("tolerance", *arguments)
    assert done.returncode == 2
    assert words in done.stderr
