"""What goes beside the logits reaches a function as its user writes it: by its names, as a mask."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import softmark
from softmark import operations
from softmark.calling.learning import learn
from softmark.checks import Scope
from softmark.formats import BFLOAT16, FLOAT32, is_representable
from softmark.inputs import SINKS, behind_mask, logits, sinks_of
from softmark.judging.scope import TEN
from softmark.operands import MASK, NUMBERS, OPERANDS, SINK, operand_of
from softmark.records import Case
from softmark.subjects import Call, Info, TargetError
from softmark.subjects.convention import Convention, read
from softmark.workers.in_process import InProcessSubject
from softmark_implementations import with_jax, with_numpy, with_torch
from softmark_implementations.framework import Framework

INF = np.inf
X = np.array([[1.0, -INF, 2.0], [-INF, 0.5, -INF]])
BEHIND = np.array([[7.0, np.nan, 7.0], [INF, 7.0, 1e30]], np.float32).astype(float)


def _softmax(x: Any, mask: Any, axis: int = -1) -> Any:
    x = np.where(mask, x, -np.inf).astype(x.dtype)
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _subject(
    function: Callable[..., Any],
    framework: Framework = with_numpy.FRAMEWORK,
    mapped: dict[str, str] | None = None,
    **known: Any,
) -> InProcessSubject:
    taken = learn(function, framework, "masked_softmax", mapped).convention
    info = Info("numpy.masked_softmax", framework.name, "masked_softmax", call=taken, **known)
    return InProcessSubject(function, info, framework, taken=taken)


def _returned(subject: InProcessSubject, x: Any = X, axis: int = -1, behind: Any = BEHIND) -> Any:
    return subject.forward(Call(x, axis=axis, labels=behind), FLOAT32).values


def test_each_operand_is_read_from_the_file_of_its_operation() -> None:
    for name in operations.names():
        declared = operations.load(name).operand
        assert operand_of(name) is OPERANDS.get(declared)


def _named(mask: str) -> Callable[..., Any]:
    names: dict[str, Any] = {"f": _softmax}
    exec(f"def g(x, axis=-1, *, {mask}=None): return f(x, {mask}, axis)", names)
    function: Callable[..., Any] = names["g"]
    return function


@pytest.mark.parametrize("name", MASK.usual)
def test_a_mask_is_given_by_each_of_its_usual_names(name: str) -> None:
    assert read(_named(name), "masked_softmax").labels == name
    np.testing.assert_array_equal(_returned(_subject(_named(name)))[1], [0, 1, 0])


def test_a_mask_that_says_what_is_left_out_is_mapped_with_a_tilde() -> None:
    def padded(x: Any, padding: Any) -> Any:
        return _softmax(x, ~padding)

    subject = _subject(padded, mapped={"mask": "~padding"})

    np.testing.assert_array_equal(_returned(subject)[1], [0, 1, 0])
    assert not subject.forward(Call(X, labels=BEHIND), FLOAT32).input_modified


def test_a_convention_with_a_mask_survives_the_border_as_json() -> None:
    taken = Convention("axis", False, x="x", labels="where", masks_out=True)
    assert Convention.from_json(taken.to_json()) == taken


def test_a_function_without_a_mask_is_refused_with_what_to_do() -> None:
    with pytest.raises(TargetError, match=r"gives a mask.*name one mask.*--map mask=NAME"):
        learn(lambda x, axis=-1: x, with_numpy.FRAMEWORK, "masked_softmax")


def test_a_map_of_an_operand_that_the_operation_lacks_is_refused() -> None:
    with pytest.raises(TargetError, match="softmax has no mask"):
        softmark.check(lambda x, axis=-1: x, map={"mask": "axis"}, checks="ties")


def test_the_function_finds_behind_the_mask_what_the_case_puts_there() -> None:
    seen: list[Any] = []

    def spy(x: Any, mask: Any, axis: int = -1) -> Any:
        seen[:] = [np.array(x), np.array(mask)]
        return _softmax(x, mask, axis)

    subject = _subject(spy)
    _returned(subject)

    x, mask = seen
    np.testing.assert_array_equal(mask, ~np.isneginf(X))
    np.testing.assert_array_equal(x, np.where(mask, X, BEHIND).astype(np.float32))


@pytest.mark.parametrize("axis", [0, -2, 1])
def test_a_mask_follows_the_logits_along_another_axis(axis: int) -> None:
    x, behind = (np.moveaxis(each, -1, axis) for each in (X, BEHIND))
    found = np.moveaxis(_returned(_subject(_softmax), x, axis, behind), axis, -1)
    np.testing.assert_array_equal(found, _returned(_subject(_softmax)))


def test_a_function_of_one_vector_is_given_the_mask_of_each_row() -> None:
    subject = _subject(lambda x, mask: _softmax(x, mask), ranks=(1,))
    np.testing.assert_array_equal(_returned(subject), _returned(_subject(_softmax)))


def test_a_function_that_writes_into_its_mask_is_found_out() -> None:
    def writing(x: Any, mask: Any, axis: int = -1) -> Any:
        result = _softmax(x, mask, axis)
        mask[...] = True
        return result

    assert _subject(writing).forward(Call(X, labels=BEHIND), FLOAT32).input_modified


@pytest.mark.parametrize("mode", ["vmap", "requires_grad"])
def test_a_mode_of_the_framework_has_the_mask_too(mode: str) -> None:
    import torch

    def function(x: Any, mask: Any, axis: int = -1) -> Any:
        return torch.softmax(x.masked_fill(~mask, -torch.inf), dim=axis)

    subject = _subject(function, with_torch.FRAMEWORK)
    found = subject.forward(Call(X, labels=BEHIND, mode=mode), FLOAT32).values
    np.testing.assert_allclose(found, _returned(_subject(_softmax)), rtol=1e-6)


def test_a_jitted_function_takes_the_mask_by_name() -> None:
    import jax

    def function(x: Any, axis: int = -1, *, where: Any = None) -> Any:
        return jax.nn.softmax(x, axis, where=where)

    subject = _subject(jax.jit(function, static_argnames="axis"), with_jax.FRAMEWORK)
    np.testing.assert_allclose(_returned(subject)[1], [0, 1, 0])


def test_no_gradient_is_due_behind_a_mask_whatever_lies_there() -> None:
    info = Info("torch.masked_softmax", "torch", "masked_softmax")
    scope = Scope(info, operations.load("masked_softmax"), FLOAT32)
    hostile = scope.problem(scope.case("masked", *TEN, check={"behind": "hostile"}))
    ordinary = scope.problem(scope.case("masked", *TEN))

    np.testing.assert_array_equal(hostile.x, ordinary.x)
    assert np.isnan(hostile.labels).any()
    assert np.isfinite(behind_mask(scope.case("masked", *TEN), "ordinary", FLOAT32)).all()
    derivative = scope.operation.vjp
    assert derivative is not None
    gradient = derivative.reference(hostile, np.ones(hostile.x.shape)).value
    assert (gradient[np.isneginf(hostile.x)] == 0).all()


MINE = """
import numpy as np


def masked(x, padding, axis=-1):
    x = np.where(padding, -np.inf, x).astype(x.dtype)
    e = np.exp(x - x.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def leaking(x, mask, axis=-1):
    return masked(x + np.where(mask, 0, -1e9).astype(x.dtype), ~mask & (x == x + 1), axis)
"""


def test_a_user_checks_a_masked_softmax_and_gets_a_script_that_shows_the_fault(
    tmp_path: Path,
) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(MINE)
    how: dict[str, Any] = {
        "operation": "masked_softmax", "formats": "float32", "checks": "special_values",
    }  # fmt: skip

    right = softmark.check(f"{mine}:masked", map={"mask": "~padding"}, **how)
    wrong = softmark.check(f"{mine}:leaking", **how)

    assert right.ok, right
    assert wrong.verdict == "fail"
    script = tmp_path / "script.py"
    script.write_text(wrong.script())
    found = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert found.returncode == 1, found.stderr
    assert "nan" in found.stdout


@pytest.mark.parametrize("name", SINK.usual)
def test_a_sink_is_given_by_each_of_its_usual_names(name: str) -> None:
    assert read(_named(name), "sink_softmax").labels == name


@pytest.mark.parametrize("axis", [0, -2, 1])
def test_a_sink_has_length_1_along_the_axis(axis: int) -> None:
    """So that a longer row is made by joining both."""

    def beside(x: Any, sink: Any, axis: int = -1) -> Any:
        whole = np.concatenate([sink, x], axis=axis)
        e = np.exp(whole - whole.max(axis=axis, keepdims=True))
        return np.delete(e / e.sum(axis=axis, keepdims=True), 0, axis)

    taken = learn(beside, with_numpy.FRAMEWORK, "sink_softmax").convention
    info = Info("numpy.sink_softmax", "numpy", "sink_softmax", call=taken)
    subject = InProcessSubject(beside, info, with_numpy.FRAMEWORK, taken=taken)
    x, sinks = np.moveaxis(X, -1, axis), np.moveaxis([[0.0], [0.5]], -1, axis)
    found = subject.forward(Call(x, axis=axis, labels=sinks), FLOAT32).values
    exact = softmark.oracle.sink_softmax(x, sinks, axis).value
    np.testing.assert_allclose(found, exact, rtol=1e-6)


@pytest.mark.parametrize("name", NUMBERS["cap"])
def test_a_cap_is_given_by_each_of_its_usual_names(name: str) -> None:
    taken = read(_named(name), "softcap_softmax")
    assert taken.takes_beta
    assert taken.named(None, 50.0) == {name: 50.0}
    assert not read(_named(name)).takes_beta


def test_a_function_without_a_cap_is_refused_with_what_to_do() -> None:
    with pytest.raises(TargetError, match=r"gives a cap, and no parameter is named so .* name one"):
        learn(_named("limit"), with_numpy.FRAMEWORK, "softcap_softmax")
    taken = learn(_named("limit"), with_numpy.FRAMEWORK, "softcap_softmax", {"cap": "limit"})
    assert taken.convention.named(None, 50.0) == {"limit": 50.0}


@pytest.mark.parametrize("kind", SINKS)
@pytest.mark.parametrize("axis", [0, 1])
def test_sinks_of_each_kind_are_numbers_of_the_format(kind: str, axis: int) -> None:
    case = Case("masked", (6, 5), axis)
    x = logits(case, BFLOAT16)
    found = sinks_of(case, kind, x, BFLOAT16)
    assert found.shape == ((1, 5) if axis == 0 else (6, 1))
    assert is_representable(found, BFLOAT16).all()
    assert kind != "member" or (x == found).any(axis=axis).all()


def test_an_unknown_kind_of_sink_is_refused() -> None:
    case = Case("normal", (6, 5))
    with pytest.raises(ValueError, match="unknown sink 'all'; there are usual, zero"):
        sinks_of(case, "all", logits(case, FLOAT32), FLOAT32)


BESIDE = """
import torch


def right(x, s_aux, axis=-1):
    return torch.softmax(torch.cat([x, s_aux], dim=axis), dim=axis).narrow(axis, 0, x.shape[axis])


def detached(x, s, axis=-1):
    return right(x, s.detach(), axis) + 0.0 * s


def ignored(x, sink, axis=-1):
    return torch.softmax(x, dim=axis)
"""


@pytest.mark.parametrize(
    ("name", "check"), [("right", ""), ("detached", "gradient"), ("ignored", "identities")]
)
def test_a_user_checks_a_softmax_with_a_sink_and_gets_a_script_that_shows_the_fault(
    tmp_path: Path, name: str, check: str
) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text(BESIDE)
    checks = [check] if check else ["gradient", "identities"]

    found = softmark.check(
        f"{mine}:{name}", operation="sink_softmax", formats="float32", checks=checks
    )

    assert found.ok == (name == "right"), found
    if found.ok:
        return
    script = tmp_path / "script.py"
    script.write_text(found.script())
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
