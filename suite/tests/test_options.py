"""The options of a loss reach a function as its user writes it, with the documented result."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
import torch
import torch.nn.functional as F

import softmark
from softmark import operations, oracle
from softmark.formats import FLOAT32, FLOAT64
from softmark.judging.losses import ALONE, TOGETHER, offered, value_cases
from softmark.judging.scope import Scope, said
from softmark.options import OPTIONS, PLAIN, USUAL, Options, options_of
from softmark.statements import StatementError, stating
from softmark.subjects import Call, Info, NotOffered
from softmark.subjects.convention import Convention, read
from softmark.workers.in_process import InProcessSubject
from softmark_implementations import with_numpy

ROWS, N = 6, 5
RNG = np.random.default_rng(0)
X, G, V = (RNG.normal(0, 3, (ROWS, N)) for _ in range(3))
LABELS = np.array([2, 0, 4, 2, 1, 3])
WEIGHT = RNG.uniform(0.2, 2.0, N)
EVERY = [
    Options(ignored, smoothing, weight, reduction, z)
    for ignored, smoothing, weight, reduction, z in product(
        (None, -100, 2), (0.0, 0.1), (None, WEIGHT), ("none", "mean", "sum"), (0.0, 0.01)
    )
    if not (z and weight is not None)
]


def _labels(options: Options) -> Any:
    return np.where(np.arange(ROWS) == 1, -100, LABELS) if options.ignore_index == -100 else LABELS


def _in_torch(options: Options, x: Any) -> Any:
    labels = _labels(options)
    ignored = -999 if options.ignore_index is None else options.ignore_index
    weight = None if options.weight is None else torch.tensor(options.weight)
    loss = F.cross_entropy(
        x,
        torch.tensor(labels),
        weight,
        ignore_index=ignored,
        label_smoothing=options.label_smoothing,
        reduction=options.reduction,
    )
    kept = torch.tensor(labels != ignored)
    squares = options.z_loss * torch.logsumexp(x, -1) ** 2 * kept
    reduced = {"none": squares, "sum": squares.sum(), "mean": squares.sum() / kept.sum()}
    return loss + reduced[options.reduction]


@pytest.mark.parametrize("options", EVERY, ids=repr)
def test_the_reference_agrees_with_torch_and_its_derivatives(options: Options) -> None:
    if options.is_plain:
        return
    x = torch.tensor(X, requires_grad=True)
    value = _in_torch(options, x)
    g = np.float64(1.5) if options.reduces else G[:, 0]
    (gradient,) = torch.autograd.grad(value, x, torch.tensor(g), create_graph=True)
    (second,) = torch.autograd.grad(gradient, x, torch.tensor(V))
    along = torch.autograd.functional.jvp(
        lambda x: _in_torch(options, x), torch.tensor(X), torch.tensor(V)
    )[1]
    asked: dict[str, tuple[Any, dict[str, Any]]] = {
        "value": (value, {}),
        "vjp": (gradient, {"g": g}),
        "jvp": (along, {"v": V}),
        "hvp": (second, {"g": g, "v": V}),
    }
    for kind, (expected, directions) in asked.items():
        found = oracle.loss(kind, X, _labels(options), options, **directions)  # type: ignore[arg-type]
        np.testing.assert_allclose(found.value, expected.detach().numpy(), rtol=1e-12, atol=1e-14)


def test_the_enclosure_holds_a_value_of_fifty_digits() -> None:
    options = Options(2, 0.1, WEIGHT, "mean")
    found = oracle.loss("value", X, LABELS, options)
    with mpmath.workdps(50):
        smoothing, total, count = mpmath.mpf(0.1), mpmath.mpf(0), mpmath.mpf(0)
        for x, label in zip(X, LABELS, strict=True):
            if label == 2:
                continue
            lse = mpmath.log(sum(mpmath.exp(mpmath.mpf(v)) for v in x))
            each = [mpmath.mpf(w) * (lse - mpmath.mpf(v)) for w, v in zip(WEIGHT, x, strict=True)]
            total += (1 - smoothing) * each[label] + smoothing / N * sum(each)
            count += mpmath.mpf(WEIGHT[label])
        parts = mpmath.mpf(float(found.hi)) + mpmath.mpf(float(found.lo))
        assert abs(parts - total / count) <= 1.0001 * float(found.bound)
    assert float(found.bound) < 1e-30


def test_a_mean_of_no_rows_is_nan_and_their_sum_is_0() -> None:
    ignored = np.full(ROWS, -100)
    mean, total = (
        oracle.loss("value", X, ignored, Options(-100, reduction=name)) for name in ("mean", "sum")
    )
    assert np.isnan(mean.value)
    assert total.value == total.bound == 0


def test_a_label_that_is_no_class_is_refused_unless_it_is_ignored() -> None:
    with pytest.raises(ValueError, match=r"outside 0\.\.4"):
        oracle.loss("value", X, np.full(ROWS, 5), Options(-100, reduction="mean"))


def test_options_are_read_from_the_file_of_their_operation() -> None:
    for name in operations.names():
        assert bool(options_of(name)) is operations.load(name).takes_options


def _loss(x: Any, labels: Any, **options: Any) -> Any:
    seen.append(options)
    logs = x - x.max(axis=-1, keepdims=True)
    logs = logs - np.log(np.exp(logs).sum(axis=-1, keepdims=True))
    return -np.take_along_axis(logs, np.maximum(labels, 0)[..., None], axis=-1)[..., 0]


seen: list[dict[str, Any]] = []


def _made(signature: str, given: str) -> Callable[..., Any]:
    names: dict[str, Any] = {"loss": _loss}
    exec(f"def f(x, labels, {signature}): return loss(x, labels, {given})", names)
    function: Callable[..., Any] = names["f"]
    return function


def _subject(
    function: Callable[..., Any], mapped: dict[str, str] | None = None
) -> InProcessSubject:
    taken = read(function, "cross_entropy", mapped)
    options = tuple(name for name, _ in taken.options)
    info = Info("numpy.cross_entropy", "numpy", "cross_entropy", options=options, call=taken)
    return InProcessSubject(function, info, with_numpy.FRAMEWORK, taken=taken)


def _call(options: Options = PLAIN) -> Call:
    return Call(X.astype(np.float32).astype(float), labels=LABELS, options=options)


@pytest.mark.parametrize(("option", "name"), [(o, name) for o in USUAL for name in USUAL[o]])
def test_an_option_is_given_by_each_of_its_usual_names(option: str, name: str) -> None:
    value: Any = {"ignore_index": 3, "label_smoothing": 0.5, "reduction": "none", "z_loss": 0.25}
    subject = _subject(_made(f"{name}=None", f"{name}={name}"))
    seen.clear()
    if option == "weight":
        subject.forward(_call(Options(weight=np.ones(N))), FLOAT32)
        np.testing.assert_array_equal(seen[0][name], np.ones(N, np.float32))
        assert seen[0][name].dtype == np.float32
    else:
        subject.forward(_call(replace(PLAIN, **{option: value[option]})), FLOAT32)
        assert seen == [{name: value[option]}]


def test_an_option_of_another_name_is_mapped() -> None:
    subject = _subject(_made("pad=-1", "pad=pad"), {"ignore_index": "pad"})
    seen.clear()
    subject.forward(_call(Options(ignore_index=3)), FLOAT32)
    assert seen == [{"pad": 3}]


def test_rows_are_not_reduced_unless_that_is_asked_for() -> None:
    """Whatever the function's own default is."""
    subject = _subject(_made("reduction='mean'", "reduction=reduction"))
    seen.clear()
    subject.forward(_call(), FLOAT32)
    assert seen == [{"reduction": "none"}]


def test_an_option_without_a_default_is_given_what_means_nothing() -> None:
    subject = _subject(_made("ignore_index", "ignore_index=ignore_index"))
    seen.clear()
    subject.forward(_call(), FLOAT32)
    assert seen == [{"ignore_index": -100}]


@pytest.mark.parametrize("option", OPTIONS)
def test_an_option_that_a_function_lacks_is_not_offered(option: str) -> None:
    value = np.ones(N) if option == "weight" else "sum" if option == "reduction" else 1
    subject = _subject(_made("axis=-1", "axis=axis"))
    with pytest.raises(NotOffered, match=f"it takes no {option}"):
        subject.forward(_call(replace(PLAIN, **{option: value})), FLOAT32)


def test_options_survive_the_border_as_json() -> None:
    taken = read(_made("reduction='mean', pad_id=0, weight=None", ""), "cross_entropy")
    assert dict(taken.options) == {"reduction": "reduction", "weight": "weight"}
    assert Convention.from_json(taken.to_json()) == taken


@pytest.mark.parametrize(
    "told",
    [{"options": [["price", "x"]]}, {"always": ["reduction"]}, {"options": [["z_loss", "1"]]}],
)
def test_options_that_no_convention_has_are_refused(told: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        Convention.from_json({"axis": "", "takes_beta": False, **told})


def _scope(*options: str) -> Scope:
    info = Info("a.cross_entropy", "a", "cross_entropy", labels=("index",), options=options)
    return Scope(info, operations.load("cross_entropy"), FLOAT64)


def test_each_option_that_is_lacking_has_a_case_and_no_combination_has() -> None:
    asked = [said(case)["options"] for case in value_cases(_scope())]
    assert asked == [*ALONE]


def test_all_combinations_are_asked_of_a_function_that_takes_all() -> None:
    assert offered(_scope(*OPTIONS)) == [*ALONE, *TOGETHER]


def test_an_author_states_that_a_function_takes_no_options() -> None:
    info = stating(_scope(*OPTIONS).info, "options=no")
    assert info.options == ()
    assert info.statements()["options"] == "options=no"
    with pytest.raises(StatementError, match="there is no 'price'"):
        stating(info, "options=price")


BROKEN = '''
import numpy as np


def loss(logits, labels, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
    """The mean counts the rows that are ignored too, and nothing is smoothed."""
    kept = labels != ignore_index
    safe = np.where(kept, labels, 0)
    scale = np.ones(logits.shape[-1], logits.dtype) if weight is None else weight
    shifted = logits - logits.max(axis=-1, keepdims=True)
    logs = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    losses = -scale[safe] * np.take_along_axis(logs, safe[..., None], axis=-1)[..., 0]
    losses = np.where(kept, losses, logits.dtype.type(0))
    total = losses.sum()
    return {"none": losses, "sum": total, "mean": total / logits.dtype.type(kept.size)}[reduction]
'''


def test_a_script_shows_each_failure_with_its_options(tmp_path: Path) -> None:
    (tmp_path / "own.py").write_text(BROKEN)
    report = softmark.check(
        f"{tmp_path}/own.py:loss",
        operation="cross_entropy",
        formats=["float32"],
        checks=["accuracy"],
    )
    failed = [record for record in report.failures if "options" in said(record.case)]
    found = {name for record in failed for name in said(record.case)["options"]}
    assert {"label_smoothing", "weight", "ignore_index", "reduction"} <= found
    for record in failed[:: len(failed) // 3]:
        command = [sys.executable, "-c", report.script(record)]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 1, done.stderr
        assert "expected" in done.stdout
