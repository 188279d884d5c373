"""A plan names what will be measured, and gives a reason for what will not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from softmark import catalog
from softmark.harness import plan
from softmark.naming import UnknownName


def test_a_task_is_an_implementation_a_check_and_a_format(make_plan: Any, install: Any) -> None:
    install(one=object(), two=object())
    assert [task.id for task in make_plan("", "raises").tasks] == [
        "own.softmax/one/float64",
        "own.softmax/one/float32",
        "own.softmax/two/float64",
        "own.softmax/two/float32",
        "own.softmax[raises]/one/float64",
        "own.softmax[raises]/two/float64",
    ]


def test_timing_comes_last(make_plan: Any, install: Any) -> None:
    install(throughput=object(), zeros=object())
    checks = [task.check for task in make_plan("", "raises").tasks]
    assert checks == ["zeros"] * 3 + ["throughput"] * 3


def test_a_plan_can_be_restricted(make_plan: Any, install: Any) -> None:
    install(one=object(), two=object())
    made = make_plan("", check_names=["two"], format_names=["float32", "bfloat16"])
    assert [task.id for task in made.tasks] == ["own.softmax/two/float32"]
    assert make_plan("", operation_names=["logsumexp"]).tasks == ()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"check_names": ["tis"]}, "unknown check 'tis'; did you mean ties?"),
        ({"format_names": ["float23"]}, "unknown format 'float23'; did you mean float"),
        ({"operation_names": ["sotfmax"]}, "unknown operation 'sotfmax'; did you mean softmax"),
        ({"profile": "quik"}, "unknown profile 'quik'; did you mean quick?"),
    ],
)
def test_an_unknown_name_is_answered_with_its_neighbours(
    arguments: dict[str, Any], said: str
) -> None:
    with pytest.raises(UnknownName) as caught:
        plan([], **arguments)
    assert str(caught.value).startswith(said)


def test_a_missing_framework_is_skipped_once_with_its_line(
    kernels: list[catalog.Entry], rows: Any
) -> None:
    missing = [replace(e, framework="torch", imports=("no_such_module",)) for e in kernels]
    made = plan(missing)
    assert made.tasks == ()
    (skipped,) = made.skipped
    assert skipped.what == "torch"
    assert skipped.why.endswith("is not installed")
    assert skipped.remedy == 'python -m pip install "softmark[torch]"'


def test_a_framework_in_another_interpreter_need_not_be_installed(
    kernels: list[catalog.Entry], rows: Any
) -> None:
    missing = [replace(e, imports=("no_such_module",)) for e in kernels]
    made = plan(missing, elsewhere=["own"])
    assert made.tasks != ()
    assert made.skipped == ()


def test_an_operation_that_nobody_knows_is_skipped(kernels: list[catalog.Entry], rows: Any) -> None:
    strange = replace(kernels[0], operation="sparsest", name="own.sparsest")
    (skipped,) = plan([strange]).skipped
    assert (skipped.what, skipped.why) == ("own.sparsest", "there is no operation sparsest")


def test_settings_tell_plans_apart(make_plan: Any, rows: Any) -> None:
    one, other = make_plan(""), make_plan("", seed=1)
    assert one.settings() == make_plan("").settings()
    assert one.settings() != other.settings()
    assert one.settings()["implementations"] == ["own.softmax"]


def test_the_quick_profile_measures_what_is_compiled_in_one_format(
    kernels: list[catalog.Entry], rows: Any
) -> None:
    compiled = replace(kernels[0], compiled=True)
    quick = plan([compiled], elsewhere=["own"])
    assert [task.format.name for task in quick.tasks] == ["float32"]
    assert quick.skipped[0].remedy == "softmark run --profile standard"
    for arguments in ({"profile": "standard"}, {"format_names": ["float64", "float32"]}):
        longer = plan([compiled], elsewhere=["own"], **arguments)  # type: ignore[arg-type]
        assert [task.format.name for task in longer.tasks] == ["float64", "float32"]
        assert longer.skipped == ()
