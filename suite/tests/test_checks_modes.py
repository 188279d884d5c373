"""Each mode of a framework is called; what is meant to be compiled is known to be, or not."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from softmark import checks, operations
from softmark.checks import Measurement, Scope
from softmark.checks.arguments import modes
from softmark.formats import FLOAT32
from softmark.subjects import Call, Info, NotOffered, Raised
from softmark.workers.in_process import InProcessSubject

torch: Any = pytest.importorskip("torch", reason="torch is not installed")

Function = Callable[..., Any]
INFO = Info("torch.softmax[test]", "torch", "softmax")
SCOPE = Scope(INFO, operations.load("softmax"), FLOAT32)
X = np.zeros((2, 3))


def softmax(x: Any, axis: int = -1) -> Any:
    return torch.softmax(x, axis)


def subject(function: Function, info: Info = INFO, name: str = "torch") -> InProcessSubject:
    module = importlib.import_module(f"softmark_implementations.with_{name}")
    return InProcessSubject(function, info, module.FRAMEWORK)


def found(function: Function, scope: Scope = SCOPE) -> Measurement:
    (case,) = modes.cases(scope)
    (measured,) = modes.measured(subject(function), case, scope)
    return measured


def test_a_right_function_is_measured_in_each_cheap_mode() -> None:
    measured = found(softmax)
    assert measured.verdict == "pass"
    cheap = {"no_grad", "inference_mode", "requires_grad", "autocast", "vmap"}
    cheap |= {"vmap over the last axis", "vmap of vmap", "vmap of no_grad"}
    assert set(measured.distribution) == cheap


def test_the_standard_profile_compiles_and_finds_a_branch_of_compiled_code() -> None:
    def branches(x: Any, axis: int = -1) -> Any:
        y = torch.softmax(x, axis)
        return 2 * y if torch.compiler.is_compiling() else y

    standard = replace(SCOPE, profile="standard")
    assert found(branches).verdict == "pass"
    measured = found(branches, standard)
    assert measured.verdict == "fail"
    assert measured.message.startswith("in the mode compile: ")


def test_a_refusal_is_told_and_an_error_of_a_mode_that_all_must_bear_fails() -> None:
    def looks(x: Any, axis: int = -1) -> Any:
        return torch.softmax(x, axis) if bool((x == x).all()) else x

    def needs_a_graph(x: Any, axis: int = -1) -> Any:
        if not torch.is_grad_enabled():
            raise ValueError("there is no graph")
        return torch.softmax(x, axis)

    measured = found(looks)
    assert measured.verdict == "pass"
    assert str(measured.distribution["vmap"]).startswith("not offered: vmap refuses the function")
    with pytest.raises(Raised, match="in the mode no_grad: it raised ValueError"):
        found(needs_a_graph)


def test_a_result_under_autocast_is_judged_by_its_format() -> None:
    def in_products(x: Any, axis: int = -1) -> Any:
        """Each probability leaves a product of matrices, so in bfloat16 under autocast."""
        y = torch.softmax(x, axis).movedim(axis, -1)
        return torch.matmul(y, torch.eye(y.shape[-1], dtype=y.dtype)).movedim(-1, axis)

    (case,) = modes.cases(SCOPE)
    output = subject(in_products).forward(Call(X, mode="autocast"), FLOAT32)
    assert output.format == "bfloat16"
    (measured,) = modes.measured(subject(in_products), case, SCOPE)
    assert measured.verdict in ("pass", "weak")


def test_a_layer_that_counts_its_axis_from_the_first_is_not_mapped() -> None:
    info = replace(INFO, axes="1")
    scope = replace(SCOPE, info=info)
    (case,) = modes.cases(scope)

    (measured,) = modes.measured(subject(torch.nn.Softmax(dim=1), info), case, scope)

    assert measured.verdict == "pass"
    assert str(measured.distribution["vmap"]).startswith("not offered: it counts its axis")


def test_a_mode_that_the_framework_lacks_is_not_offered() -> None:
    with pytest.raises(NotOffered, match="torch has no mode grad"):
        subject(softmax).forward(Call(X, mode="grad"), FLOAT32)
    assert subject(lambda x: x, INFO, "numpy").modes() == ()


def test_what_compiles_anew_in_each_mode_is_spared_in_quick() -> None:
    compiled = replace(SCOPE, info=replace(INFO, compiled=True))
    assert not list(modes.cases(compiled))
    assert len(list(modes.cases(replace(compiled, profile="standard")))) == 1
    assert not list(modes.cases(replace(SCOPE, info=replace(INFO, ranks=(1,)))))


def compiled(function: Function) -> InProcessSubject:
    """Captured by PyTorch, and not translated, which would take a minute."""
    made = torch.compile(function, backend="eager", dynamic=False)
    return subject(made, replace(INFO, compiled=True))


def test_more_shapes_than_eight_are_compiled_all() -> None:
    measured = compiled(lambda x, axis=-1: torch.softmax(x, axis))
    told = [measured.forward(Call(np.zeros((2, n))), FLOAT32).eager for n in range(2, 13)]
    assert told == [""] * 11
    assert measured.notes == []


def test_eager_code_is_said_with_its_reason() -> None:
    @torch.compiler.disable  # type: ignore[untyped-decorator]
    def inner(x: Any, axis: int) -> Any:
        return torch.softmax(x, axis)

    never = compiled(lambda x, axis=-1: inner(x, axis))
    for _ in range(2):
        eager = never.forward(Call(X), FLOAT32).eager
        assert "was not compiled" in eager
        assert "disable" in eager
    assert never.notes == [f"eager code ran where compiled code was asked for: {eager}"]


def test_arguments_says_whether_compiled_code_ran() -> None:
    def verdict(measured: InProcessSubject) -> str:
        scope = replace(SCOPE, info=measured.info)
        plain = next(iter(checks.load("arguments").cases(scope)))
        made = checks.load("arguments").measure(measured, plain, scope)
        return {m.metric: m for m in made}["compiled code"].verdict

    def broken(x: Any, axis: int = -1) -> Any:
        e = torch.exp(x - x.amax(axis, keepdim=True))
        torch._dynamo.graph_break()
        return e / e.sum(axis, keepdim=True)

    assert verdict(compiled(softmax)) == "pass"
    assert verdict(compiled(broken)) == "weak"


def test_a_guest_puts_the_limits_of_recompilation_back() -> None:
    import torch._dynamo.config as config

    framework = importlib.import_module("softmark_implementations.with_torch").FRAMEWORK
    with framework.visiting(False):  # whatever another test has raised
        pass
    own = config.recompile_limit
    with framework.visiting(False):
        compiled(lambda x, axis=-1: torch.softmax(x, axis)).forward(Call(X), FLOAT32)
        assert config.recompile_limit > own
    assert config.recompile_limit == own


@pytest.mark.parametrize(
    ("name", "offered"),
    [
        ("jax", {"jit", "vmap", "vmap over the last axis", "grad"}),
        ("tensorflow", {"function", "tape"}),
    ],
)
def test_other_frameworks_have_modes_of_their_own(name: str, offered: set[str]) -> None:
    pytest.importorskip(name, reason=f"{name} is not installed")
    module = importlib.import_module(f"softmark_implementations.with_{name}")
    scope = replace(SCOPE, info=replace(INFO, framework=name))
    (case,) = modes.cases(scope)
    (measured,) = modes.measured(subject(module.softmax, scope.info, name), case, scope)
    assert set(measured.distribution) == offered
    assert measured.verdict == "pass"
