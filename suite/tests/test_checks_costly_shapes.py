"""What compiles for each shape has the standard profile's cases in one format only."""

from __future__ import annotations

from dataclasses import replace

import pytest

from softmark import checks, operations
from softmark.checks import Scope
from softmark.formats import FLOAT16, FLOAT32
from softmark.records import Case
from softmark.subjects import Info

BY_FORMAT = ("memory", "throughput")
NARROWED = tuple(name for name in checks.names() if name not in BY_FORMAT)
EAGER = Info(
    "torch.softmax", "torch", "softmax", formats=("float32", "float16"), axes="any", gradient=True
)
COMPILED = replace(EAGER, name="torch.softmax[compile]", compiled=True)
STEPWISE = replace(EAGER, name="jax.softmax", framework="jax", costly="shapes")


def scope(info: Info, fmt: object, profile: str) -> Scope:
    return Scope(info, operations.load("softmax"), fmt, profile)  # type: ignore[arg-type]  # parametrised


def asked(check: str, whole: Scope) -> list[Case]:
    """The cases of a scope in which a check measures."""
    given = checks.spared(check, whole)
    return [] if checks.applies(check, given) else list(checks.load(check).cases(given))


@pytest.mark.parametrize("check", NARROWED)
def test_the_standard_profile_asks_less_of_what_compiles_in_its_other_formats(check: str) -> None:
    given = scope(COMPILED, FLOAT16, "standard")
    assert checks.spared(check, given) == replace(given, profile="quick")


@pytest.mark.parametrize("check", checks.names())
@pytest.mark.parametrize(
    ("info", "fmt", "profile"),
    [
        (COMPILED, FLOAT32, "standard"),
        (COMPILED, FLOAT32, "full"),
        (COMPILED, FLOAT16, "quick"),
        (EAGER, FLOAT16, "standard"),
    ],
)
def test_nothing_else_is_narrowed(check: str, info: Info, fmt: object, profile: str) -> None:
    given = scope(info, fmt, profile)
    assert checks.spared(check, given) == given


@pytest.mark.parametrize("check", checks.names())
def test_the_full_profile_narrows_ways_to_call_alone(check: str) -> None:
    given = scope(COMPILED, FLOAT16, "full")
    profile = "standard" if check in ("arguments", "reproducibility") else "full"
    assert checks.spared(check, given) == replace(given, profile=profile)  # type: ignore[arg-type]  # one of two


@pytest.mark.parametrize("check", BY_FORMAT)
def test_not_what_chooses_by_format_itself(check: str) -> None:
    given = scope(COMPILED, FLOAT16, "standard")
    assert checks.spared(check, given) == given


@pytest.mark.parametrize("fmt", [FLOAT32, FLOAT16])
def test_the_standard_profile_has_few_times_of_what_compiles_step_by_step(fmt: object) -> None:
    quick, standard, full = (
        asked("throughput", scope(STEPWISE, fmt, profile))
        for profile in ("quick", "standard", "full")
    )

    assert quick == standard
    assert len(standard) < len(full)


@pytest.mark.parametrize("check", ["accuracy", "arguments", "gradient", "reproducibility"])
def test_the_full_profile_asks_each_format_for_all_its_cases(check: str) -> None:
    quick, standard, full = (
        asked(check, scope(COMPILED, FLOAT16, profile)) for profile in ("quick", "standard", "full")
    )

    assert quick == standard
    assert len(standard) < len(full)


def shapes(check: str, info: Info, profile: str, mode: str) -> set[tuple[int, ...]]:
    given = scope(info, FLOAT32, profile)
    cases = checks.load(check).cases(given)
    return {case.shape for case in cases if case.parameters.get("check", {}).get("mode") == mode}  # type: ignore[union-attr,call-overload]  # what a check tells itself is a mapping


def test_derivatives_that_are_compiled_are_asked_for_at_shorter_rows_below_the_full_profile() -> (
    None
):
    assert (1, 2**20) not in shapes("reproducibility", COMPILED, "standard", "vjp")
    assert (1, 2**17) in shapes("reproducibility", COMPILED, "standard", "vjp")
    for info, profile in ((EAGER, "standard"), (COMPILED, "full")):
        assert (1, 2**20) in shapes("reproducibility", info, profile, "vjp")
