"""Each mutant is failed by the check that it names; no control is failed by any."""

from __future__ import annotations

import pytest
from mutants import Mutant, Poor, declared, declared_poor
from mutants.measuring import CHECKS, failures, measurements, scope_of

from softmark import checks
from softmark.checks import Measurement
from softmark.records import BAD

MUTANTS, CONTROLS = declared()
POOR = declared_poor()


@pytest.mark.parametrize("found", MUTANTS, ids=lambda m: m.name)
def test_the_named_check_fails_the_mutant(found: Mutant) -> None:
    for fmt in found.formats:
        failed = failures(found, found.killed_by, fmt)

        assert failed, f"{found.killed_by} lets {found.name} through in {fmt}"


@pytest.mark.parametrize("number", range(len(CONTROLS)), ids=lambda i: CONTROLS[i].name)
def test_no_check_fails_a_control(number: int) -> None:
    """Each check in one format with one of two seeds; ``nox -s teeth`` has all of them."""
    found = CONTROLS[number]
    for turn, check in enumerate(CHECKS, start=number):
        fmt = found.formats[turn % len(found.formats)]
        if found.framework == "jax":
            # It compiles for each shape and format, which takes longer than the check.
            fmt = found.formats[number % len(found.formats)]
            if check == "arguments":
                continue

        failed = failures(found, check, fmt, seed=turn // len(found.formats) % 2)

        assert not failed, f"{check} {fmt}: {failed[0].metric}: {failed[0].message}"


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


def test_no_two_mutants_share_a_name() -> None:
    names = [m.name for m in (*MUTANTS, *POOR)]

    assert len(set(names)) == len(names)
