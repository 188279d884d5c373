"""Each mutant is failed by the check that it names; no control is failed by any."""

from __future__ import annotations

from functools import cache

import pytest
from mutants import Mutant, Poor, cases, declared, declared_poor
from mutants.measuring import CHECKS, is_failed, measurements, scope_of

from softmark import checks, specification
from softmark.checks import Measurement
from softmark.records import BAD

MUTANTS, CONTROLS = declared()
POOR = declared_poor()
DEAR = ("reproducibility", "gradient", "accuracy", "arguments", "sweep")
"""The checks that take five times as long as the others together."""
EDGES = ("special_values", "arguments")
"""The checks whose metrics are named after what they met."""


@pytest.mark.parametrize("found", MUTANTS, ids=lambda m: m.name)
def test_the_named_check_fails_the_mutant(found: Mutant) -> None:
    for fmt in found.formats:
        failed = is_failed(found, found.killed_by, fmt)

        assert failed, f"{found.killed_by} lets {found.name} through in {fmt}"


@cache
def dear(number: int) -> frozenset[str]:
    """The dear checks of a control, among which those of an operation take turns.

    NumPy's controls and those that have derivatives take turns by themselves, so that each of the
    checks meets both kinds of each operation.
    """
    kinds = [(control.operation, control.framework == "numpy") for control in CONTROLS]
    alike = [n for n, kind in enumerate(kinds) if kind == kinds[number]]
    turn = alike.index(number) % len(DEAR)
    return frozenset(check for j, check in enumerate(DEAR) if j % len(alike) == turn)


@cache
def metrics() -> frozenset[str]:
    return frozenset(text.name for text in specification.metrics())


@pytest.mark.parametrize("number", range(len(CONTROLS)), ids=lambda i: CONTROLS[i].name)
def test_no_check_fails_a_control(number: int) -> None:
    """Each cheap check and its dear ones, in one format with one of two seeds.

    ``nox -s teeth`` has all checks in all formats with both.  What is measured is explained.
    """
    found = CONTROLS[number]
    for turn, check in enumerate(CHECKS, start=number):
        fmt = found.formats[turn % len(found.formats)]
        if check in DEAR and check not in dear(number):
            continue
        if found.framework == "jax":
            # It compiles for each shape and format, which takes longer than the check.
            fmt = found.formats[number % len(found.formats)]
            if check == "arguments":
                continue

        measured = measurements(found, check, fmt, seed=turn // len(found.formats) % 2)

        failed = [m for m in measured if m.verdict in BAD]
        assert not failed, f"{check} {fmt}: {failed[0].metric}: {failed[0].message}"
        assert {m.metric for m in measured if check in EDGES} <= metrics()


def test_each_dear_check_meets_a_control_of_each_kind_and_operation() -> None:
    kinds = {(c.operation, c.framework == "numpy") for c in CONTROLS}
    met = {
        (c.operation, c.framework == "numpy", check)
        for number, c in enumerate(CONTROLS)
        for check in dear(number)
    }

    assert met == {(*kind, check) for kind in kinds for check in DEAR}


@pytest.mark.parametrize("found", POOR, ids=lambda m: m.name)
def test_the_named_check_says_in_these_words_why_it_is_weak(found: Poor) -> None:
    for fmt in found.formats:
        measured = measurements(found, found.weak_by, fmt, family=found.family)
        named = [m for m in measured if found.words in m.message]

        assert named, f"{found.weak_by} does not say {found.words!r} in {fmt}"
        assert {(m.verdict, m.grade) for m in named} <= {("weak", "C"), ("weak", None)}
        failed = [m for m in measured if m.verdict in BAD and not _is_half_or_more(m)]
        assert not failed, f"{failed[0].metric}: {failed[0].message}"


def _is_half_or_more(found: Measurement) -> bool:
    """Whether an error is that of a factor of two."""
    got, due = (float.fromhex(str(found.witness[name])) for name in ("got", "expected"))
    return abs(got - due) >= abs(due) / 2


def test_every_check_has_a_mutant_and_a_control() -> None:
    assert {m.killed_by for m in MUTANTS} == set(CHECKS)
    measured = {
        m for c in CONTROLS for m in CHECKS if not checks.applies(m, scope_of(c, "float32"))
    }
    assert measured == set(CHECKS)


@pytest.mark.parametrize("name", sorted(cases.kept()))
def test_a_case_that_is_asked_first_is_one_of_the_check(name: str) -> None:
    """An old one only costs time; ``suite/verification/find_cases.py`` finds them anew."""
    mutant, _, fmt = name.partition("/")
    (found,) = (each for each in MUTANTS if each.name == mutant)
    first = next(
        cases.in_order(checks.load(found.killed_by).cases(scope_of(found, fmt)), mutant, fmt)
    )

    assert first.to_json() == cases.kept()[name]


def test_no_two_mutants_share_a_name() -> None:
    names = [m.name for m in (*MUTANTS, *POOR)]

    assert len(set(names)) == len(names)
